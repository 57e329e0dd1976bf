"""Dated rules: which version decides an event of a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from gongkai.catalogue.models import Item, Rule, RuleVersion


def standing_versions(versions: Iterable[RuleVersion]) -> list[RuleVersion]:
    """The newest revision of every period (``valid_from``), in the order of the periods."""
    newest: dict[date, RuleVersion] = {}
    for version in versions:
        held = newest.get(version.valid_from)
        if held is None or version.revision > held.revision:
            newest[version.valid_from] = version
    return [newest[first_day] for first_day in sorted(newest)]


def version_on(versions: Iterable[RuleVersion], day: date) -> RuleVersion | None:
    """The version of one rule that decides an event of ``day``; ``None`` when the rule was not in force.

    A revision replaces the earlier revisions of its period whole; where two periods still contain the day, the
    one revised last decides.
    """
    holding = [
        version
        for version in standing_versions(versions)
        if version.valid_from <= day and (version.valid_to is None or day <= version.valid_to)
    ]
    return max(holding, key=lambda version: (version.revision, version.valid_from), default=None)


def rules_of(item: Item, on: date) -> list[RuleVersion]:
    """The rule versions that set the clocks of ``item`` on ``on``, in the order of the checklist. Two queries.

    Rules not in force on that day are left out. Each version comes with its ``rule``.
    """
    rules = Rule.objects.filter(item_rules__item=item).order_by("item_rules__order").prefetch_related("versions")
    found = []
    for rule in rules:
        version = version_on(rule.versions.all(), on)
        if version is not None:
            version.rule = rule
            found.append(version)
    return found


def history_of(code: str) -> QuerySet[RuleVersion]:
    """Every revision ever recorded of a rule, newest first, with who recorded it."""
    return (
        RuleVersion.objects.filter(rule__code=code)
        .select_related("rule", "recorded_by")
        .order_by("-valid_from", "-revision")
    )


def with_rules(items: QuerySet[Item]) -> QuerySet[Item]:
    """``items`` with their rules and all versions prefetched in order (three queries, however many items)."""
    ordered = Prefetch("item_rules__rule", Rule.objects.prefetch_related("versions"))
    return items.prefetch_related("item_rules", ordered)
