"""Clocks nobody has to record: monthly, yearly, and what must always be there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.queries import disclosers
from gongkai.catalogue.models import Item, RuleVersion
from gongkai.core.deadlines import PERIOD_KINDS
from gongkai.core.periods import Period, last_finished
from gongkai.core.vocabulary import DisclosureStatus, EventKind, ObligationGround, ObligationState, RuleKind
from gongkai.core.workdays import Calendar
from gongkai.events.actions import Happening, announce_many
from gongkai.obligations.actions.computing import clock_columns
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import RuleBook, calendar, rule_book
from gongkai.obligations.queries.rules import clock_rule, rule_ids

# How many missed periods a sweep makes good after a long stop.
MOST_PERIODS = 60
Triple = tuple[int, int, int]  # item, agency, rule


@dataclass(frozen=True)
class _Table:
    """What one opening is made with."""

    book: RuleBook
    known: Calendar
    as_of: date
    at: datetime
    by: Officer | None


def open_periodic(*, as_of: date, at: datetime, by: Officer | None = None) -> list[Obligation]:
    """Start the clocks of periods that had ended before ``as_of``, and of standing items with nothing to show.

    Periodic and yearly rules: one clock for each responsible agency and period. A clock that would already have
    run out is not started backwards, except to fill a gap between periods already kept. Standing items: one
    clock for the leading agency while nothing is public. Idempotent, also when two run at once.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                return _open(_Table(rule_book(), calendar(), as_of, at, by))
        except IntegrityError:  # another sweep opened some of them first: look again and open the rest
            return _open(_Table(rule_book(), calendar(), as_of, at, by))


def _open(table: _Table) -> list[Obligation]:
    items = list(_live(table.as_of))
    made = [*_of_periods(items, table), *_standing(items, table)]
    Obligation.objects.bulk_create(made, batch_size=200)
    announce_many(
        EventKind.OBLIGATION_OPENED, [_happening(obligation) for obligation in made], at=table.at, by=table.by
    )
    return made


def _live(as_of: date) -> QuerySet[Item]:
    """Items of the list in force with their rules and agencies, and how many texts each shows now."""
    return (
        Item.objects.filter(Q(retired_on=None) | Q(retired_on__gt=as_of), method="proactive")
        .annotate(shown=Count("disclosures", filter=Q(disclosures__status=DisclosureStatus.PUBLISHED)))
        .prefetch_related("item_rules", "item_agencies__agency__parts")
        .order_by("pk")
    )


def _responsible(item: Item, *, leading: bool = False) -> Iterator[Agency]:
    """The offices that disclose under ``item``; project parties have no periods of their own."""
    links = list(item.item_agencies.all())
    for link in links[:1] if leading else links:
        for agency in disclosers(link.agency):
            if agency.kind != Agency.Kind.PARTY and agency.closed_on is None:
                yield agency


def _of_periods(items: Iterable[Item], table: _Table) -> Iterator[Obligation]:
    kept = _kept_periods()
    for item in items:
        for rule_id in rule_ids(item):
            current = table.book.in_force(rule_id, table.as_of)
            if current is None or current.kind not in PERIOD_KINDS:
                continue
            newest = last_finished(current.period or "year", table.as_of)
            for agency in _responsible(item):
                keys = kept.get((item.pk, agency.pk, rule_id), set())
                for period in _missing(newest, keys):
                    version = table.book.in_force(rule_id, period.last_on)
                    if version is not None and version.kind == current.kind:
                        yield from _of_period(item, agency, version, period, first=not keys, table=table)


def _kept_periods() -> dict[Triple, set[str]]:
    kept: dict[Triple, set[str]] = {}
    rows = Obligation.objects.filter(ground=ObligationGround.PERIOD).order_by()
    for *triple, key in rows.values_list("item_id", "agency_id", "rule_version__rule_id", "period_key"):
        kept.setdefault((triple[0], triple[1], triple[2]), set()).add(key)
    return kept


def _missing(newest: Period, keys: Iterable[str]) -> list[Period]:
    """The finished periods without a clock since the last one that has one, oldest first; or only the newest."""
    kept = set(keys)
    if not kept:
        return [newest]
    found: list[Period] = []
    period = newest
    while period.key not in kept and period.key > min(kept) and len(found) < MOST_PERIODS:
        found.append(period)
        period = period.previous()
    return found[::-1]


def _of_period(
    item: Item, agency: Agency, version: RuleVersion, period: Period, *, first: bool, table: _Table
) -> Iterator[Obligation]:
    made = _obligation(
        item,
        agency,
        version,
        ground=ObligationGround.PERIOD,
        period_key=period.key,
        label=f"{item.name}({_period_name(version, period)})",
        fact_on=period.last_on,
        table=table,
    )
    if not first or made.due_on is None or made.due_on >= table.as_of:
        yield made


def _period_name(version: RuleVersion, period: Period) -> str:
    """The period in words. A yearly report tells of the year that ended, a yearly plan of the one that begins."""
    year = period.last_on.year
    if version.kind == RuleKind.ANNUAL_DATE:
        return f"{year if '上一年度' in version.trigger else year + 1}年度"
    if period.kind == "month":
        return f"{year}年{period.last_on.month}月"
    if period.kind == "quarter":
        return f"{year}年第{period.last_on.month // 3}季度"
    return f"{year}年度"


def _standing(items: Iterable[Item], table: _Table) -> Iterator[Obligation]:
    kept = set(
        Obligation.objects.filter(
            ground=ObligationGround.STANDING,
            state__in=[
                ObligationState.OPEN,
                ObligationState.OVERDUE,
                ObligationState.WAIVED,
                ObligationState.CONCLUDED,
            ],
        )
        .order_by()
        .values_list("item_id", "agency_id")
    )
    for item in items:
        version = clock_rule(item, table.as_of, book=table.book) if item.standing and not item.shown else None  # type: ignore[attr-defined]  # annotated by _live
        if version is None:
            continue
        for agency in _responsible(item, leading=True):
            if (item.pk, agency.pk) not in kept:
                yield _obligation(
                    item,
                    agency,
                    version,
                    ground=ObligationGround.STANDING,
                    period_key=f"S{table.as_of:%Y%m%d}",
                    label=item.name,
                    fact_on=table.as_of,
                    table=table,
                )


def _obligation(
    item: Item,
    agency: Agency,
    version: RuleVersion,
    *,
    ground: ObligationGround,
    period_key: str,
    label: str,
    fact_on: date,
    table: _Table,
) -> Obligation:
    return Obligation(
        item=item,
        agency=agency,
        ground=ground,
        period_key=period_key,
        label=label,
        fact_on=fact_on,
        opened_at=table.at,
        opened_by=table.by,
        **clock_columns(version, book=table.book, known=table.known, fact_on=fact_on),
    )


def _happening(obligation: Obligation) -> Happening:
    return Happening(
        f"obligation:{obligation.pk}",
        obligation.agency_id,
        {
            "item": obligation.item.code,
            "period": obligation.period_key,
            "due_on": obligation.due_on.isoformat() if obligation.due_on else None,
            "provisional": obligation.provisional,
        },
    )
