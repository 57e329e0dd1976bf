"""Rules as clocks: which version is in force, what it asks, and what that makes of a date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gongkai.catalogue.models import Item, Rule, RuleVersion
from gongkai.catalogue.queries import version_on
from gongkai.core.deadlines import NOTICE_KINDS, PERIOD_KINDS, PUBLICATION_KINDS, Due, compute
from gongkai.core.rule_terms import PriceTier, RuleTerms
from gongkai.core.vocabulary import Evidence, RuleKind, Unit
from gongkai.core.workdays import Calendar
from gongkai.obligations.queries.calendars import calendar

# 条例第26条: the outer limit of everything proactive, wherever a law gives no number of its own. A profile names
# its rule so; a county without it has no such limit.
GENERAL_RULE = "R-DEFAULT-20WD"
_OPEN_ENDED = frozenset({RuleKind.PROMPTLY, RuleKind.CONTINUOUS})
FACT_KINDS = PUBLICATION_KINDS - PERIOD_KINDS


@dataclass(frozen=True)
class RuleBook:
    """Rule versions held in memory, so that any number of dates cost no query. Made by :func:`rule_book`."""

    versions: dict[int, list[RuleVersion]]
    by_id: dict[int, RuleVersion]
    general_id: int | None

    def in_force(self, rule_id: int, on: date) -> RuleVersion | None:
        """The version of a rule that governs an event on ``on``."""
        return version_on(self.versions.get(rule_id, ()), on)

    def terms(self, version: RuleVersion, *, on: date) -> RuleTerms:
        """What ``version`` asks of an event on ``on``, with the outer limit where it has no number."""
        return terms_from(version, fallback=self._limit(version, on))

    def general(self, on: date) -> RuleVersion | None:
        """The general limit in force on ``on``."""
        return None if self.general_id is None else self.in_force(self.general_id, on)

    def _limit(self, version: RuleVersion, on: date) -> RuleVersion | None:
        if version.kind not in _OPEN_ENDED:
            return None
        if version.rule.fallback_id is not None:
            return self.in_force(version.rule.fallback_id, on)
        return self.general(on)


def rule_book(*, only: Collection[int] | None = None) -> RuleBook:
    """Every rule version; one query, about a hundred rows.

    ``only`` (rule ids) asks for a book of these rules, their outer limits and the general one: a few rows.
    """
    rows = RuleVersion.objects.select_related("rule").order_by("rule_id", "valid_from", "revision")
    if only is not None:
        limits = Rule.objects.filter(pk__in=only, fallback__isnull=False).values("fallback")
        rows = rows.filter(Q(rule__in=only) | Q(rule__code=GENERAL_RULE) | Q(rule__in=limits))
    versions: dict[int, list[RuleVersion]] = {}
    by_id: dict[int, RuleVersion] = {}
    general = None
    for version in rows:
        versions.setdefault(version.rule_id, []).append(version)
        by_id[version.pk] = version
        if version.rule.code == GENERAL_RULE:
            general = version.rule_id
    return RuleBook(versions, by_id, general)


def terms_from(version: RuleVersion, *, fallback: RuleVersion | None = None) -> RuleTerms:
    """A rule version as arithmetic reads it. Raises ``TermsError`` for contradictory numbers."""
    return RuleTerms(
        kind=RuleKind(version.kind),
        value=version.value,
        unit=Unit(version.unit) if version.unit else None,
        max_value=version.max_value,
        month_day=version.month_day,
        period=version.period,
        day_count_override=version.day_count_override,
        extension_value=version.extension_value,
        tiers=tuple(PriceTier(t.get("price_from"), t.get("price_to"), t["value"]) for t in version.tiers),
        needs_local_value=version.rule.needs_local_value and version.evidence != Evidence.CONFIRMED,
        default_publish=version.default_publish,
        fallback=None if fallback is None else terms_from(fallback),
        trigger=version.trigger,
    )


def terms_of(version: RuleVersion, *, on: date | None = None) -> RuleTerms:
    """As :meth:`RuleBook.terms` for one version; ``on`` defaults to the first day it is valid."""
    if version.kind not in _OPEN_ENDED:
        return terms_from(version)
    return rule_book().terms(version, on=on or version.valid_from)


def version_in_force(rule: Rule, on: date) -> RuleVersion | None:
    """The version of ``rule`` that governs an event on ``on``; None when the rule did not exist then."""
    return version_on(rule.versions.select_related("rule"), on)


def versions_in_force(on: date) -> dict[int, RuleVersion]:
    """Rule id → version in force on ``on``, for every rule that has one; one query."""
    book = rule_book()
    found = {rule_id: version_on(versions, on) for rule_id, versions in book.versions.items()}
    return {rule_id: version for rule_id, version in found.items() if version is not None}


def due_of(
    version: RuleVersion,
    *,
    start: date | datetime,
    price: int | None = None,
    extended: bool = False,
    book: RuleBook | None = None,
    over: Calendar | None = None,
) -> Due:
    """The clock ``version`` sets running on ``start``, over the county's calendar (or ``over``)."""
    day = start.date() if isinstance(start, datetime) else start
    terms = book.terms(version, on=day) if book else terms_of(version, on=day)
    return compute(terms, start=start, calendar=over or calendar(), price=price, extended=extended)


def clock_choices(item: Item, on: date, *, book: RuleBook | None = None) -> list[RuleVersion]:
    """The versions an officer may start a clock by when recording a fact of ``on``, the likeliest first.

    The item's own rules that set a last moment for publishing, in the order of the checklist; then the general
    limit; then its other rules (how long a 公示 stays, when to answer).
    """
    book = book or rule_book()
    own = [book.in_force(rule_id, on) for rule_id in rule_ids(item)]
    versions = [version for version in own if version is not None]
    general = book.general(on)
    first = [v for v in versions if v.kind in FACT_KINDS]
    rest = [v for v in versions if v.kind not in FACT_KINDS]
    return [*first, *([general] if general and general not in first else []), *(v for v in rest if v != general)]


def clock_rule(item: Item, on: date, *, book: RuleBook | None = None) -> RuleVersion | None:
    """The version that governs a fact of ``on`` when nobody chose one; None when the item has no rule then."""
    return next(iter(clock_choices(item, on, book=book)), None)


def notice_end(item: Item, *, published_at: datetime) -> date | None:
    """The first day on whose end a 公示 of ``item`` published at ``published_at`` may lawfully end.

    The longest of the item's notice rules in force; a provisional day where the calendar is, None where no rule
    gives a number.
    """
    day = timezone.localdate(published_at)
    asked = rule_ids(item)
    book, known = rule_book(only=asked), calendar()
    ends = [
        due_of(version, start=day, book=book, over=known).keep_until
        for version in (book.in_force(rule_id, day) for rule_id in asked)
        if version is not None and version.kind in NOTICE_KINDS
    ]
    return max((end for end in ends if end is not None), default=None)


def rule_ids(item: Item) -> Sequence[int]:
    """The ids of the item's rules in the order of the checklist; uses prefetched ``item_rules``."""
    return [link.rule_id for link in item.item_rules.all()]
