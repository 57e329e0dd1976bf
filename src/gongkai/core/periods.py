"""Months, quarters and years as things with a name, a first and a last day."""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One period; ``key`` is ``2026-10``, ``2026Q3`` or ``2026``."""

    kind: str
    key: str
    first_on: date
    last_on: date

    def next(self) -> "Period":
        """The period after this one."""
        return period_of(self.kind, self.last_on + timedelta(days=1))

    def previous(self) -> "Period":
        """The period before this one."""
        return period_of(self.kind, self.first_on - timedelta(days=1))


def period_of(kind: str, day: date) -> Period:
    """The period of ``kind`` (month, quarter, year) that ``day`` lies in. Raises ``KeyError`` for another kind."""
    length = MONTHS_IN[kind]
    number = (day.month - 1) // length
    first = date(day.year, number * length + 1, 1)
    last = add_months(first, length) - timedelta(days=1)
    key = {"month": f"{day:%Y-%m}", "quarter": f"{day.year}Q{number + 1}", "year": f"{day.year}"}[kind]
    return Period(kind, key, first, last)


def last_finished(kind: str, as_of: date) -> Period:
    """The newest period that had ended before ``as_of`` began."""
    return period_of(kind, period_of(kind, as_of).first_on - timedelta(days=1))


def add_months(day: date, count: int) -> date:
    """The same day of the month ``count`` months on, or that month's last day (民法典第202条)."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def month_day_in(year: int, month_day: str) -> date:
    """``MM-DD`` in ``year``; 02-29 is 02-28 in a common year. Raises ``ValueError``."""
    month, day = (int(part) for part in month_day.split("-"))
    first = date(year, month, 1)
    last = months.monthrange(year, month)[1]
    if not 1 <= day <= (29 if month == 2 else last):
        raise ValueError(month_day)
    return first.replace(day=min(day, last))
