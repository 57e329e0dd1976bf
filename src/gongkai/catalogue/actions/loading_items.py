"""Items of a profile with everything that hangs on them, in bulk."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model

from gongkai.agencies.actions.profile_rows import (
    Changes,
    Content,
    apply_rows,
    as_date,
    delta_of,
    put_in_order,
    remember,
)
from gongkai.agencies.models import Agency, SupervisionChannel
from gongkai.catalogue.actions.staying import settle_stays
from gongkai.catalogue.models import (
    Domain,
    Element,
    Instrument,
    Item,
    ItemAgency,
    ItemRule,
    PublicationChannel,
    Rule,
    StayGround,
)
from gongkai.catalogue.wording import clause_of
from gongkai.core.vocabulary import Evidence

_FIELDS = (
    "name",
    "name_en",
    "stage",
    "exchange_type",
    "discloser_basis",
    "optional_channels",
    "exchange",
    "audience",
    "method",
    "levels",
    "scope",
    "redact",
    "standing",
    "silent_days",
    "has_notice_period",
    "lists_persons",
    "online",
    "evidence",
    "sources",
    "note",
)


def save_items(entries: Mapping[str, Content], *, on: date) -> Changes:
    """Add, change and retire items with their elements, rules, agencies and channels."""
    domains = dict(Domain.objects.values_list("code", "pk"))
    delta = delta_of("items", entries)

    def facts(entry: Content) -> Content:
        return {name: entry[name] for name in _FIELDS if name in entry} | {"domain_id": domains[entry["domain"]]}

    changes = apply_rows(Item, delta, facts=facts, on=on)
    hang([entries[code] for code in delta.touched if code not in changes.kept])
    put_in_order(Item, entries, changes)
    remember(delta)
    settle_stays(on=on)
    return changes


def hang(entries: Iterable[Content]) -> None:
    """Replace the elements, rules, agencies, channels, 监督渠道 and 长期公开依据 of items by what ``entries`` say.

    A ground the office confirmed keeps its grade while it says the same.
    """
    entries = list(entries)
    items = dict(Item.objects.filter(code__in=[e["code"] for e in entries]).values_list("code", "pk"))
    rules, agencies = _keys(Rule), _keys(Agency)
    channels, supervision = _keys(PublicationChannel), _keys(SupervisionChannel)
    channel_links, supervision_links = Item.channels.through, Item.supervision.through
    _ground(items, entries)
    for model in (Element, ItemRule, ItemAgency, channel_links, supervision_links):
        model._default_manager.filter(item_id__in=items.values()).delete()
    Element.objects.bulk_create(
        [
            Element(item_id=items[e["code"]], order=n, **element)
            for e in entries
            for n, element in enumerate(e["elements"])
        ]
    )
    ItemRule.objects.bulk_create(_ordered(ItemRule, entries, items, "rules", rule_id=rules))
    ItemAgency.objects.bulk_create(_ordered(ItemAgency, entries, items, "agencies", agency_id=agencies))
    channel_links.objects.bulk_create(
        [
            channel_links(item_id=items[e["code"]], publicationchannel_id=channels[code])
            for e in entries
            for code in e["channels"]
        ]
    )
    supervision_links.objects.bulk_create(
        [
            supervision_links(item_id=items[e["code"]], supervisionchannel_id=supervision[code])
            for e in entries
            for code in e["supervision"]
        ]
    )


def _ground(items: Mapping[str, int], entries: Iterable[Content]) -> None:
    """The grounds by which texts of the items stay public."""
    kept = StayGround.objects.filter(item__in=items.values())
    confirmed = set(kept.filter(evidence=Evidence.CONFIRMED).values_list("item", "valid_from", "clause"))
    kept.delete()
    law = {row["code"]: row for row in Instrument.objects.values("code", "title", "doc_no")}
    made = [
        StayGround(
            item_id=items[entry["code"]],
            valid_from=date.fromisoformat(ground["valid_from"]),
            valid_to=as_date(ground["valid_to"]),
            clause=ground["clause"] or clause_of(ground, law),
            **{name: ground[name] for name in ("basis", "evidence", "sources", "note")},
        )
        for entry in entries
        for ground in entry.get("stays", ())
    ]
    for ground in made:
        if (ground.item_id, ground.valid_from, ground.clause) in confirmed:
            ground.evidence = Evidence.CONFIRMED
    StayGround.objects.bulk_create(made)


def _keys(model: type[Model]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _ordered(
    model: type[Any], entries: list[Content], items: Mapping[str, int], key: str, **other: Mapping[str, int]
) -> list[Any]:
    ((name, keys),) = other.items()
    return [
        model(item_id=items[entry["code"]], order=n, **{name: keys[code]})
        for entry in entries
        for n, code in enumerate(entry[key])
    ]
