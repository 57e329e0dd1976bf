"""How well it was done: counts by agency and month."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncMonth

from gongkai.core.periods import add_months
from gongkai.core.vocabulary import ObligationState as State
from gongkai.obligations.models import Obligation


@dataclass(frozen=True)
class Figures:
    """What fell due, and what became of it: ``due`` is the sum of the next five (waived ones count nowhere).

    ``concluded`` counts apart: the review found that nothing is to be published by itself.
    """

    due: int = 0
    on_time: int = 0
    late: int = 0
    early: int = 0
    overdue: int = 0
    open: int = 0
    concluded: int = 0


@dataclass(frozen=True)
class AgencyOverdue:
    """An agency that owes something past its date."""

    agency_id: int
    code: str
    name: str
    count: int
    oldest_due_on: date | None
    name_en: str = ""


def _late_now(now: datetime | None) -> Q:
    """Found late by a sweep, or, when the time is told, past its moment since the last one."""
    found = Q(state=State.OVERDUE)
    return found if now is None else found | Q(state=State.OPEN, provisional=False, due_at__lte=now)


def _counted(now: datetime | None) -> dict[str, Any]:
    late = _late_now(now)
    return {
        "due": Count("pk", filter=~Q(state=State.CONCLUDED)),
        "on_time": Count("pk", filter=Q(state=State.MET)),
        "late": Count("pk", filter=Q(state=State.MET_LATE)),
        "early": Count("pk", filter=Q(state=State.TOO_EARLY)),
        "overdue": Count("pk", filter=late),
        "open": Count("pk", filter=Q(state=State.OPEN) & ~late),
        "concluded": Count("pk", filter=Q(state=State.CONCLUDED)),
    }


def overdue_by_agency(*, now: datetime | None = None) -> list[AgencyOverdue]:
    """Agencies with something overdue, the most first; one query."""
    rows = (
        Obligation.objects.filter(_late_now(now))
        .order_by()
        .values("agency_id", "agency__code", "agency__name", "agency__name_en")
        .annotate(n=Count("pk"), oldest=Min("due_on"))
        .order_by("-n", "agency__order", "agency__code")
    )
    return [
        AgencyOverdue(
            r["agency_id"], r["agency__code"], r["agency__name"], r["n"], r["oldest"], r["agency__name_en"]
        )
        for r in rows
    ]


def timeliness_board(
    from_month: date, to_month: date, *, now: datetime | None = None
) -> dict[int, dict[date, Figures]]:
    """Agency id → first of the month → figures of what fell due in it, both months included; one query.

    Agencies and months without any are absent. With ``now``, open clocks whose moment has passed are overdue
    even before the nightly sweep finds them.
    """
    rows = (
        _falling_due(from_month, to_month)
        .order_by()
        .annotate(month=TruncMonth("due_on"))
        .values("agency_id", "month")
        .annotate(**_counted(now))
    )
    board: dict[int, dict[date, Figures]] = {}
    for row in rows:
        agency_id, month = row.pop("agency_id"), row.pop("month")
        board.setdefault(agency_id, {})[month] = Figures(**row)
    return board


def month_strip(month: date, *, now: datetime | None = None) -> Figures:
    """The whole county's figures of the month ``month`` lies in; one query."""
    return Figures(**_falling_due(month, month).aggregate(**_counted(now)))


def _falling_due(from_month: date, to_month: date) -> Any:
    first, after = from_month.replace(day=1), add_months(to_month.replace(day=1), 1)
    return Obligation.objects.filter(due_on__gte=first, due_on__lt=after).exclude(state=State.WAIVED)
