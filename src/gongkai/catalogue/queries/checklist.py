"""The checklist in force, in the columns of the national form."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import CatalogueVersion, Domain, Item, ItemAgency, RuleVersion
from gongkai.catalogue.queries.rules import version_on, with_rules
from gongkai.catalogue.wording import deadline_of, trigger_of
from gongkai.core.said import Said

NO_RULE = Said("无现行规定")
AUDIENCES = {"public": Said("全社会"), "levied_households": Said("被征收人"), "applicant": Said("申请人")}
METHODS = {"proactive": Said("主动公开"), "on_request": Said("依申请公开")}
LEVELS = {"county": Said("县级"), "town": Said("乡级"), "village": Said("村级")}
REQUIRED_ELEMENT, OPTIONAL_ELEMENT = "●", "○"
REQUIRED_CHANNEL, OPTIONAL_CHANNEL = "■", "□"


@dataclass(frozen=True)
class ChecklistRow:
    """One item as a row of the form. Marks are pairs (text, required): ●/○ for elements, ■/□ for channels."""

    number: int
    code: str
    level_one: str
    level_one_en: str
    level_two: str
    level_two_en: str
    elements: tuple[tuple[str, bool], ...]
    basis: tuple[str, ...]
    deadlines: tuple[str, ...]
    agencies: tuple[str, ...]
    channels: tuple[tuple[str, bool], ...]
    supervision: tuple[str, ...]
    audience: str
    method: str
    levels: tuple[str, ...]
    domain: str
    evidence: str
    unverified: bool

    def as_columns(self) -> dict[str, str | int]:
        """The row as one text a column, as it is snapshot and exported. Several things stand on several lines."""
        return {
            "number": self.number,
            "code": self.code,
            "level_one": self.level_one,
            "level_two": self.level_two,
            "elements": "\n".join(
                f"{REQUIRED_ELEMENT if must else OPTIONAL_ELEMENT}{name}" for name, must in self.elements
            ),
            "basis": "\n".join(self.basis),
            "deadline": "\n".join(self.deadlines),
            "agencies": "\n".join(self.agencies),
            "channels": "\n".join(
                f"{REQUIRED_CHANNEL if must else OPTIONAL_CHANNEL}{name}" for name, must in self.channels
            ),
            "audience": self.audience,
            "method": self.method,
            "levels": "、".join(self.levels),
            "supervision": "\n".join(self.supervision),
        }


def items_in_force() -> QuerySet[Item]:
    """Items that must be disclosed today, in the order of the checklist."""
    return Item.objects.filter(retired_on=None).select_related("domain")


def item(code: str) -> Item:
    """The item with its domain, elements, agencies, channels, rules and versions ready. ``Item.DoesNotExist``."""
    return with_rules(Item.objects.select_related("domain")).prefetch_related(*_HANGING).get(code=code)


_HANGING = (
    "elements",
    Prefetch("item_agencies", ItemAgency.objects.select_related("agency")),
    "channels",
    "supervision",
)


def items_by_domain() -> list[tuple[Domain, list[Item]]]:
    """Every live domain with its items in force, both in order. Two queries."""
    grouped: dict[int, list[Item]] = {}
    for entry in items_in_force():
        grouped.setdefault(entry.domain_id, []).append(entry)
    return [(domain, grouped.get(domain.pk, [])) for domain in Domain.objects.filter(retired_on=None)]


def checklist_rows(*, on: date, agency: Agency | None = None, domain: Domain | None = None) -> list[ChecklistRow]:
    """The form as of ``on``, for one agency (with its collective name) or one domain when asked.

    Nine queries however many items. Numbers run through the rows returned.
    """
    items = items_in_force()
    if domain is not None:
        items = items.filter(domain=domain)
    if agency is not None:
        owed = ItemAgency.objects.filter(Q(agency=agency) | Q(agency__parts=agency))
        items = items.filter(pk__in=owed.values("item"))
    ready = with_rules(items).prefetch_related(*_HANGING)
    return [_row(number, entry, on=on) for number, entry in enumerate(ready, start=1)]


def _row(number: int, entry: Item, *, on: date) -> ChecklistRow:
    versions = [version_on(link.rule.versions.all(), on) for link in entry.item_rules.all()]
    standing = [version for version in versions if version is not None]
    return ChecklistRow(
        number=number,
        code=entry.code,
        level_one=entry.domain.name,
        level_one_en=entry.domain.name_en,
        level_two=entry.name,
        level_two_en=entry.name_en,
        elements=tuple((element.name, element.required) for element in entry.elements.all()),
        basis=tuple(dict.fromkeys(version.clause for version in standing)),
        deadlines=tuple(_deadline(version) for version in standing) or (NO_RULE,),
        agencies=tuple(link.agency.name for link in entry.item_agencies.all()),
        channels=tuple(
            (channel.name, channel.code not in entry.optional_channels) for channel in entry.channels.all()
        ),
        supervision=tuple(channel.name for channel in entry.supervision.all()),
        audience=AUDIENCES[entry.audience],
        method=METHODS[entry.method],
        levels=tuple(LEVELS[level] for level in entry.levels),
        domain=entry.domain.code,
        evidence=entry.evidence,
        unverified=any(e == "own_knowledge_unverified" for e in (entry.evidence, *(v.evidence for v in standing))),
    )


def _deadline(version: RuleVersion) -> str:
    return Said("%(deadline)s%(trigger)s", deadline=deadline_of(version), trigger=trigger_of(version))


def latest_catalogue() -> CatalogueVersion | None:
    """The newest published 公开清单."""
    return CatalogueVersion.objects.order_by("-number").first()
