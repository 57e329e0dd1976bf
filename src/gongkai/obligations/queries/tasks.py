"""What is due to whom: tasks with their clocks, warnings, silence, the history of an item."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import DisclosureStatus, ObligationState
from gongkai.core.workdays import Calendar, CalendarGapError
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries.calendars import calendar, day_ends

RUNNING = (ObligationState.OPEN, ObligationState.OVERDUE)
TASK_LIMIT = 500
# As ``Task.urgency`` says them; the place of each is its ``rank`` in :func:`running_clocks`.
URGENCIES = ("overdue", "soon", "open", "undated")


@dataclass(frozen=True)
class Task:
    """One running clock as its agency sees it.

    ``urgency`` is ``overdue``, ``soon`` (within the agency's warning days), ``open`` or ``undated``;
    ``workdays_left`` counts the working days after today up to the last one, negative when it has passed,
    None where there is no date or no calendar for it.
    """

    obligation: Obligation
    urgency: str
    workdays_left: int | None


def tasks_for(
    agencies: Iterable[Agency | int] | None,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    limit: int = TASK_LIMIT,
) -> list[Task]:
    """The running clocks of ``agencies`` (None: the whole county), the most urgent first, undated ones last.

    ``only`` asks for no others than these (ids).
    """
    rows = _running(agencies) if only is None else _running(agencies).filter(pk__in=only)
    known = calendar()
    return [
        _task(row, now=now, known=known) for row in rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:limit]
    ]


def running_clocks(agencies: Iterable[Agency | int] | None, now: datetime) -> QuerySet[Any]:
    """The running clocks of ``agencies`` (None: the whole county), unordered, each with its ``rank``: the place of

    its urgency in ``URGENCIES``, said by the database as ``due_soon`` says it. Two queries when it is made.
    """
    late = Q(state=ObligationState.OVERDUE) | Q(due_at__lte=now, provisional=False)
    rank = Case(
        When(due_at=None, then=Value(URGENCIES.index("undated"))),
        When(late, then=Value(URGENCIES.index("overdue"))),
        When(_warned_of(now), then=Value(URGENCIES.index("soon"))),
        default=Value(URGENCIES.index("open")),
    )
    return _running(agencies).order_by().annotate(rank=rank)


def _running(agencies: Iterable[Agency | int] | None) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(state__in=RUNNING)
    if agencies is not None:
        rows = rows.filter(agency__in=[a.pk if isinstance(a, Agency) else a for a in agencies])
    return rows.select_related("item__domain", "agency", "rule_version__rule")


def _task(row: Obligation, *, now: datetime, known: Calendar) -> Task:
    left = _left(known, timezone.localdate(now), row.due_on)
    if row.due_at is None:
        return Task(row, "undated", None)
    if row.state == ObligationState.OVERDUE or (row.due_at <= now and not row.provisional):
        return Task(row, "overdue", left)
    return Task(row, "soon" if left is not None and left <= row.agency.warn_days else "open", left)


def _left(known: Calendar, today: date, due_on: date | None) -> int | None:
    if due_on is None:
        return None
    try:
        return (known.outlook or known).count_workdays(today, due_on)
    except CalendarGapError:
        return None


def due_soon(now: datetime, *, agencies: Iterable[Agency | int] | None = None) -> QuerySet[Obligation]:
    """Open clocks inside their agency's warning days: ``Agency.warn_days`` working days or fewer are left.

    Two queries whatever the number of agencies. Where the calendar ends first, calendar days are counted.
    """
    rows = _running(agencies).filter(_warned_of(now), state=ObligationState.OPEN, due_at__gt=now)
    return rows.order_by("due_at", "pk")


def _warned_of(now: datetime) -> Q:
    """The clocks whose last moment lies before the end of what their agency wants to be warned of."""
    today, known = timezone.localdate(now), calendar()
    inside = Q(pk__in=[])
    for warn_days in Agency.objects.order_by().values_list("warn_days", flat=True).distinct():
        inside |= Q(agency__warn_days=warn_days, due_at__lte=day_ends(_warned_until(known, today, warn_days)))
    return inside


def _warned_until(known: Calendar, today: date, warn_days: int) -> date:
    # The day before the next working day after the last one warned of: a date that falls on a rest day in
    # between has no more working days left than that last one.
    try:
        return (known.outlook or known).add_workdays(today, warn_days + 1) - timedelta(days=1)
    except CalendarGapError:
        return today + timedelta(days=warn_days)


@dataclass(frozen=True)
class SilentItem:
    """An item of the checklist with nothing published in its period; ``last_on`` is None when never."""

    item: Item
    last_on: date | None
    days: int | None


def silent_items(as_of: date) -> list[SilentItem]:
    """Items of the list in force where nothing was published or updated for ``silent_days``, or whose standing

    content is not there. Items only given on request cannot be silent. One query.
    """
    # The relation is named from above (公开信息 hang on items); what counts is what the public can see.
    rows = (
        Item.objects.filter(Q(retired_on=None) | Q(retired_on__gt=as_of), method="proactive", online=True)
        .select_related("domain")
        .annotate(
            last_at=Max(
                Coalesce("disclosures__changed_at", "disclosures__published_at"),
                filter=~Q(disclosures__status=DisclosureStatus.UNPUBLISHED),
            ),
            shown=Count("disclosures", filter=Q(disclosures__status=DisclosureStatus.PUBLISHED)),
        )
        .order_by("domain__order", "order", "code")
    )
    found = []
    for item in rows:
        last_on = timezone.localdate(item.last_at) if item.last_at else None
        days = (as_of - last_on).days if last_on else None
        if days is None or days > item.silent_days or (item.standing and not item.shown):
            found.append(SilentItem(item, last_on, days))
    return found


def history_of(item: Item) -> QuerySet[Obligation]:
    """Every clock that ever ran for ``item``, the newest fact first."""
    return item.obligations.select_related("agency", "rule_version__rule").order_by("-fact_on", "-pk")
