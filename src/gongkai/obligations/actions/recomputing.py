"""Computing running clocks again after the calendar or a rule changed, with a line for every date that moved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Rule
from gongkai.core.vocabulary import EventKind, ObligationState
from gongkai.core.workdays import Calendar
from gongkai.events.actions import Happening, announce_many
from gongkai.obligations.actions.clocks import RUNNING
from gongkai.obligations.actions.computing import COLUMNS, columns_again
from gongkai.obligations.models import DueChange, Obligation
from gongkai.obligations.queries import RuleBook, calendar, rule_book

BATCH = 900


@dataclass(frozen=True)
class RecomputeReport:
    """``examined`` running clocks, of which so many got another date."""

    examined: int
    moved: int


@dataclass(frozen=True)
class _Round:
    """What one recomputation is made with."""

    book: RuleBook
    known: Calendar
    at: datetime
    by: Officer | None
    reason: str


@transaction.atomic
def recompute_open(
    *, at: datetime, by: Officer | None, reason: str, rules: Collection[Rule] | None = None
) -> RecomputeReport:
    """Compute every running clock again (of ``rules`` only, when given) by the rules and calendar of today.

    A newer revision of a rule takes the place of the one a clock was opened with. Each date that moves leaves a
    ``DueChange`` and an ``obligation.recomputed``; an overdue clock whose new date lies ahead runs again.
    """
    made_with = _Round(rule_book(), calendar(), at, by, reason)
    rows = Obligation.objects.filter(state__in=RUNNING)
    if rules is not None:
        rows = rows.filter(rule_version__rule__in=rules)
    examined = moved = 0
    last = 0
    while batch := list(
        rows.select_for_update(of=("self",))
        .select_related("rule_version__rule", "item")
        .filter(pk__gt=last)
        .order_by("pk")[:BATCH]
    ):
        last = batch[-1].pk
        examined += len(batch)
        moved += _again(batch, made_with)
    return RecomputeReport(examined, moved)


def _again(batch: list[Obligation], made_with: _Round) -> int:
    """Recompute one batch; how many dates moved."""
    changed: list[Obligation] = []
    log: list[DueChange] = []
    same: list[int] = []
    for obligation in batch:
        old_due_on, old_due_at, old_calendar = obligation.due_on, obligation.due_at, obligation.calendar_version
        if not _take(obligation, _columns(obligation, made_with)):
            same.append(obligation.pk)
            continue
        changed.append(obligation)
        if (old_due_on, old_due_at) != (obligation.due_on, obligation.due_at):
            if obligation.state == ObligationState.OVERDUE and _lies_ahead(obligation, made_with.at):
                obligation.state, obligation.overdue_at = ObligationState.OPEN, None
            log.append(_line(obligation, old_due_on, old_calendar, made_with))
    Obligation.objects.filter(pk__in=same).update(calendar_version=made_with.known.version)
    Obligation.objects.bulk_update(changed, [*COLUMNS, "state", "overdue_at"], batch_size=100)
    DueChange.objects.bulk_create(log, batch_size=500)
    announce_many(
        EventKind.OBLIGATION_RECOMPUTED, [_happening(change) for change in log], at=made_with.at, by=made_with.by
    )
    return len(log)


def _columns(obligation: Obligation, made_with: _Round) -> dict[str, Any]:
    book, version = made_with.book, obligation.rule_version
    version = book.in_force(version.rule_id, obligation.fact_on) or version
    return columns_again(obligation, version, book=book, known=made_with.known)


def _take(obligation: Obligation, columns: dict[str, Any]) -> bool:
    """Put the new columns in; whether any but the calendar's name differs."""
    differs = any(
        getattr(obligation, name) != value for name, value in columns.items() if name != "calendar_version"
    )
    for name, value in columns.items():
        setattr(obligation, name, value)
    return differs


def _lies_ahead(obligation: Obligation, at: datetime) -> bool:
    return obligation.due_at is None or obligation.due_at > at


def _line(obligation: Obligation, old_due_on: Any, old_calendar: str, made_with: _Round) -> DueChange:
    return DueChange(
        obligation=obligation,
        at=made_with.at,
        old_due_on=old_due_on,
        new_due_on=obligation.due_on,
        old_calendar=old_calendar,
        new_calendar=obligation.calendar_version,
        reason=made_with.reason,
    )


def _happening(change: DueChange) -> Happening:
    obligation = change.obligation
    return Happening(
        f"obligation:{obligation.pk}",
        obligation.agency_id,
        {
            "item": obligation.item.code,
            "old_due_on": change.old_due_on.isoformat() if change.old_due_on else None,
            "new_due_on": change.new_due_on.isoformat() if change.new_due_on else None,
            "provisional": obligation.provisional,
            "calendar": change.new_calendar,
        },
    )
