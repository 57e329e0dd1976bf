"""The calendar of this installation, made from its rows once and kept until a row changes."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import QuerySet, Value
from django.utils import timezone

from gongkai.core.workdays import Calendar, Closure, YearCalendar
from gongkai.obligations.models import CalendarYear
from gongkai.obligations.models import Closure as ClosureRow

_YEAR, _CLOSURE = 0, 1
Key = frozenset[tuple[int, int, datetime]]


def calendar() -> Calendar:
    """The announced years with the latest revision of each, the provisional ones as outlook, closures laid over.

    One short query; the calendar behind it is made once for each state of the rows, in every process.
    Raises ``CalendarDataError`` before the first ``load_profile``.
    """
    return _made(_state())


def _state() -> Key:
    """Which rows there are: years are never changed, closures only switched on and off."""
    years = CalendarYear.objects.order_by().annotate(part=Value(_YEAR)).values_list("part", "pk", "loaded_at")
    closures = (
        ClosureRow.objects.order_by()
        .filter(enabled=True)
        .annotate(part=Value(_CLOSURE))
        .values_list("part", "pk", "recorded_at")
    )
    return frozenset(years.union(closures, all=True))


@lru_cache(maxsize=8)
def _made(state: Key) -> Calendar:
    years = CalendarYear.objects.filter(pk__in=[pk for part, pk, _ in state if part == _YEAR])
    closures = ClosureRow.objects.filter(pk__in=[pk for part, pk, _ in state if part == _CLOSURE])
    return Calendar(
        [year_of(row) for row in years],
        closures=[Closure(row.from_on, row.to_on, row.reason) for row in closures],
    )


def year_of(row: CalendarYear) -> YearCalendar:
    """The row as the core reads it."""
    return YearCalendar(
        year=row.year,
        revision=row.revision,
        days_off=frozenset(map(date.fromisoformat, row.days_off)),
        workdays=frozenset(map(date.fromisoformat, row.workdays)),
        issued_on=row.issued_on,
        provisional=row.provisional,
        title=row.title,
        doc_no=row.doc_no,
        url=row.url,
        evidence=row.evidence,
        note=row.note,
    )


def in_force_years() -> QuerySet[CalendarYear]:
    """Every revision of every year, newest first, for the page that shows where a count comes from."""
    return CalendarYear.objects.order_by("-year", "-revision")


def day_begins(day: date) -> datetime:
    """0:00 of ``day`` in the county."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_ends(day: date) -> datetime:
    """24:00 of ``day`` in the county: the last moment of a deadline in days."""
    return day_begins(day + timedelta(days=1))
