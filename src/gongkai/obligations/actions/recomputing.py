"""Computing running clocks again after the calendar or a rule changed, with a line for every date that moved."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item, Rule
from gongkai.core.vocabulary import EventKind, ObligationState
from gongkai.core.workdays import Calendar
from gongkai.events.actions import Happening, announce_many
from gongkai.events.bulk import insert_rows
from gongkai.obligations.actions.clocks import RUNNING
from gongkai.obligations.actions.computing import columns_again
from gongkai.obligations.models import DueChange, Obligation
from gongkai.obligations.queries import RuleBook, calendar, rule_book

BATCH = 900
_LINE = ("obligation_id", "at", "old_due_on", "new_due_on", "old_calendar", "new_calendar", "reason")


@dataclass(frozen=True)
class RecomputeReport:
    """``examined`` running clocks, of which so many got another date."""

    examined: int
    moved: int


Key = tuple[int, date, datetime | None, int | None]  # rule version, day and moment of the fact, price


@dataclass(frozen=True)
class _Round:
    """What one recomputation is made with; clocks that ask the same question are computed once."""

    book: RuleBook
    known: Calendar
    at: datetime
    by: Officer | None
    reason: str
    codes: dict[int, str]  # item id → code, for the events
    answers: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def ask(self, obligation: Obligation) -> tuple[Key, dict[str, Any]]:
        """The columns ``obligation`` would have if it were opened today, and the question they answer."""
        version = self.book.by_id[obligation.rule_version_id]
        version = self.book.in_force(version.rule_id, obligation.fact_on) or version
        key = (version.pk, obligation.fact_on, obligation.fact_at, obligation.working.get("price"))
        if key not in self.answers:
            self.answers[key] = columns_again(obligation, version, book=self.book, known=self.known)
        return key, self.answers[key]


@transaction.atomic
def recompute_open(
    *, at: datetime, by: Officer | None, reason: str, rules: Collection[Rule] | None = None, stale: bool = False
) -> RecomputeReport:
    """Compute every running clock again (of ``rules`` only, when given) by the rules and calendar of today.

    ``stale``: only those computed over another calendar, such as one opened while the calendar was being loaded.
    A newer revision of a rule takes the place of the one a clock was opened with. Each date that moves leaves a
    ``DueChange`` and an ``obligation.recomputed``; an overdue clock whose new date lies ahead runs again.
    """
    made_with = _Round(rule_book(), calendar(), at, by, reason, dict(Item.objects.values_list("pk", "code")))
    rows = Obligation.objects.filter(state__in=RUNNING)
    if rules is not None:
        rows = rows.filter(rule_version__in=[v.pk for v in made_with.book.by_id.values() if v.rule in rules])
    if stale:
        rows = rows.exclude(calendar_version=made_with.known.version)
    pks = lock_running(rows)
    moved = 0
    for start in range(0, len(pks), BATCH):
        moved += _again(
            list(Obligation.objects.filter(pk__in=pks[start : start + BATCH]).order_by("pk")), made_with
        )
    return RecomputeReport(len(pks), moved)


def lock_running(rows: QuerySet[Obligation] | None = None) -> list[int]:
    """Lock running clocks until the caller commits; their ids, ascending.

    Every action locks clocks before it announces anything, so that two of them never wait for each other: the
    log first, then clocks, then events.
    """
    rows = Obligation.objects.filter(state__in=RUNNING) if rows is None else rows
    return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def _again(batch: list[Obligation], made_with: _Round) -> int:
    """Recompute one batch, a statement for each distinct answer; how many dates moved."""
    same: list[int] = []
    changed: dict[Key, list[int]] = {}
    reopened: list[int] = []
    log: list[DueChange] = []
    for obligation in batch:
        key, columns = made_with.ask(obligation)
        if not _differs(obligation, columns):
            same.append(obligation.pk)
            continue
        changed.setdefault(key, []).append(obligation.pk)
        if (obligation.due_on, obligation.due_at) != (columns["due_on"], columns["due_at"]):
            log.append(_line(obligation, columns, made_with))
            if obligation.state == ObligationState.OVERDUE and _lies_ahead(columns["due_at"], made_with.at):
                reopened.append(obligation.pk)
    Obligation.objects.filter(pk__in=same).update(calendar_version=made_with.known.version)
    for key, pks in changed.items():
        Obligation.objects.filter(pk__in=pks).update(**made_with.answers[key])
    Obligation.objects.filter(pk__in=reopened).update(state=ObligationState.OPEN, overdue_at=None)
    insert_rows(DueChange, _LINE, ([getattr(line, name) for name in _LINE] for line in log))
    happenings = [_happening(change, made_with.codes) for change in log]
    announce_many(EventKind.OBLIGATION_RECOMPUTED, happenings, at=made_with.at, by=made_with.by)
    return len(log)


def _differs(obligation: Obligation, columns: dict[str, Any]) -> bool:
    """Whether anything but the calendar's name would change."""
    return any(getattr(obligation, name) != new for name, new in columns.items() if name != "calendar_version")


def _lies_ahead(due_at: datetime | None, at: datetime) -> bool:
    return due_at is None or due_at > at


def _line(obligation: Obligation, columns: dict[str, Any], made_with: _Round) -> DueChange:
    return DueChange(
        obligation=obligation,
        at=made_with.at,
        old_due_on=obligation.due_on,
        new_due_on=columns["due_on"],
        old_calendar=obligation.calendar_version,
        new_calendar=columns["calendar_version"],
        reason=made_with.reason,
    )


def _happening(change: DueChange, codes: dict[int, str]) -> Happening:
    obligation = change.obligation
    return Happening(
        f"obligation:{obligation.pk}",
        obligation.agency_id,
        {
            "item": codes[obligation.item_id],
            "old_due_on": change.old_due_on.isoformat() if change.old_due_on else None,
            "new_due_on": change.new_due_on.isoformat() if change.new_due_on else None,
            "calendar": change.new_calendar,
        },
    )
