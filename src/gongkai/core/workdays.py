"""Working days: the State Council's yearly notices as dated, versioned data, and counting over them.

A working day is a weekday no notice takes off, or a weekend day a notice makes up (调休上班). Every question is
answered from tables made once, so a count costs the same for two days or two hundred. Outside the announced
years nothing is answered: ``CalendarGapError`` (在不知道时拒绝,不猜).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from gongkai.core.said import Said

ONE_DAY = timedelta(days=1)


class CalendarDataError(ValueError):
    """The calendars given cannot be used; the message says which year and why."""


class CalendarGapError(Exception):
    """A day was asked that no announced year covers. ``day`` is the first day missing, if it is known."""

    def __init__(self, *, day: date | None, known_from: date, known_until: date) -> None:
        self.day, self.known_from, self.known_until = day, known_from, known_until
        self.too_early = day is not None and day < known_from
        if self.too_early:
            why = Said(
                "节假日日历只覆盖 %(known_from)s 至 %(known_until)s,%(day)s 早于日历起点,无法计算。",
                known_from=known_from,
                known_until=known_until,
                day=day,
            )
        else:
            why = Said(
                "节假日日历只覆盖 %(known_from)s 至 %(known_until)s,其后的放假安排尚未公布,无法计算。",
                known_from=known_from,
                known_until=known_until,
            )
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """One year's arrangement as one notice announced it. An amendment is a further ``revision`` of the year.

    ``days_off`` and ``workdays`` are the days the notice names; it may name days of the December before its
    year. ``provisional`` years were announced by nobody (法定节日暂列) and never answer a question as settled.
    Raises ``CalendarDataError`` for a day both off and worked, or outside the notice's reach.
    """

    year: int
    revision: int
    days_off: frozenset[date]
    workdays: frozenset[date]
    issued_on: date | None = None
    provisional: bool = False
    title: str = ""
    doc_no: str = ""
    url: str = ""
    evidence: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if both := self.days_off & self.workdays:
            raise CalendarDataError(
                Said(
                    "%(year)s 年日历:%(day)s 既列为放假又列为上班。请核对通知原文。",
                    year=self.year,
                    day=min(both),
                )
            )
        first, last = date(self.year - 1, 12, 1), date(self.year, 12, 31)
        if stray := [d for d in self.days_off | self.workdays if not first <= d <= last]:
            raise CalendarDataError(
                Said(
                    "%(year)s 年日历:%(day)s 不属于这一年的放假安排。请核对年份。",
                    year=self.year,
                    day=min(stray),
                )
            )


@dataclass(frozen=True, slots=True)
class Closure:
    """A local closure laid over the national calendar, both days included (台风停工 and the like)."""

    from_on: date
    to_on: date
    reason: str = ""


class Calendar:
    """Announced years, gap-free, with the latest revision of each; optionally with local closures.

    ``known_from`` and ``known_until`` are the first and last day answered. The notice of the next year may still
    rearrange the last days of December; until it is issued they count as announced. ``outlook`` is the same
    calendar carried on over the provisional years that follow, for estimates only; ``None`` without any.
    Immutable; safe to share between threads.
    """

    __slots__ = (
        "_base",
        "_days",
        "_upto",
        "_version",
        "closures",
        "known_from",
        "known_until",
        "outlook",
        "years",
    )

    def __init__(
        self, years: Iterable[YearCalendar], *, closures: Iterable[Closure] = (), estimating: bool = False
    ) -> None:
        """Build from any revisions of any years. Raises ``CalendarDataError`` for a missing year."""
        self.years = tuple(sorted(years, key=lambda y: (y.year, y.revision)))
        self.closures = tuple(sorted(closures, key=lambda c: (c.from_on, c.to_on)))
        chosen = {y.year: y for y in self.years}
        announced = _unbroken([y for y in chosen.values() if not y.provisional])
        following: list[YearCalendar] = []
        while (ahead := chosen.get(announced[-1].year + len(following) + 1)) is not None:
            following.append(ahead)
        used = [*announced, *following] if estimating else announced
        self.known_from, self.known_until = date(used[0].year, 1, 1), date(used[-1].year, 12, 31)
        self._base = self.known_from.toordinal() - 1
        self._tabulate(_worked(used, self.closures, self.known_from, self.known_until))
        self.outlook: Calendar | None = None
        if following and not estimating:
            self.outlook = Calendar(self.years, closures=self.closures, estimating=True)
        self._version = self._name(announced)

    def _tabulate(self, worked: Sequence[bool]) -> None:
        # _upto[i] counts the working days among the first i days covered; _days lists them.
        self._days: list[date] = []
        self._upto = [0]
        for offset, works in enumerate(worked, start=1):
            if works:
                self._days.append(date.fromordinal(self._base + offset))
            self._upto.append(len(self._days))

    def _name(self, announced: Sequence[YearCalendar]) -> str:
        seen = hashlib.sha256(",".join(map(str, [self.known_from, self.known_until, *self._days])).encode())
        if self.outlook:
            seen.update(self.outlook.version.encode())
        first, last = announced[0], announced[-1]
        return f"cn-{first.year}.{first.revision}…{last.year}.{last.revision}-{seen.hexdigest()[:8]}"

    @property
    def version(self) -> str:
        """A short name that changes whenever any day does, for example ``cn-2017.1…2026.1-5e0c1f2a``."""
        return self._version

    def as_known_on(self, day: date) -> "Calendar":
        """The calendar as it stood on ``day``: only notices issued by then (an undated one counts as issued).

        Raises ``CalendarDataError`` when no notice had been issued.
        """
        known = [y for y in self.years if y.issued_on is None or y.issued_on <= day]
        return Calendar(known, closures=self.closures)

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day. Raises ``CalendarGapError``."""
        offset = self._offset(day)
        if not offset:
            raise self._gap(day)
        return self._upto[offset] != self._upto[offset - 1]

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted; before it when negative.

        0 gives ``day`` back. ``day`` may be the day before ``known_from``. Raises ``CalendarGapError``.
        """
        offset = day.toordinal() - self._base
        if count > 0 and offset >= 0:
            try:
                return self._days[self._upto[offset] + count - 1]
            except IndexError:
                raise self._gap(None) from None
        if not count:
            return day
        before = self._upto[max(self._offset(day) - 1, 0)] + count
        if before < 0:
            raise self._gap(self.known_from - ONE_DAY)
        return self._days[before]

    def roll_forward(self, day: date) -> date:
        """``day`` itself when it is worked, else the next working day. Raises ``CalendarGapError``."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def roll_back(self, day: date) -> date:
        """``day`` itself when it is worked, else the working day before. Raises ``CalendarGapError``."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def count_workdays(self, after: date, until: date) -> int:
        """Working days later than ``after`` and not later than ``until``; negative when reversed.

        ``count_workdays(d, add_workdays(d, n)) == n``. Raises ``CalendarGapError``.
        """
        return self._upto[self._offset(until)] - self._upto[self._offset(after)]

    def between(self, after: date, until: date) -> list[date]:
        """The working days :meth:`count_workdays` counts, in order; empty when reversed."""
        return self._days[self._upto[self._offset(after)] : self._upto[self._offset(until)]]

    def days_counted(self, start: date, count: int) -> list[date]:
        """The ``count`` working days after ``start``, in order. Raises ``CalendarGapError``."""
        return self.between(start, self.add_workdays(start, count)) if count else []

    def notice_of(self, day: date) -> YearCalendar:
        """The arrangement that last named ``day``, else that of its year. Raises ``CalendarGapError``."""
        self._offset(day)
        chosen = {y.year: y for y in self.years}
        following = chosen.get(day.year + 1)
        if following and day in following.days_off | following.workdays:
            return following
        return chosen[day.year]

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._base
        if not 0 <= offset < len(self._upto):
            raise self._gap(day)
        return offset

    def _gap(self, day: date | None) -> CalendarGapError:
        return CalendarGapError(day=day, known_from=self.known_from, known_until=self.known_until)


def _unbroken(announced: Sequence[YearCalendar]) -> list[YearCalendar]:
    """The announced years in order. Raises ``CalendarDataError`` when there is none or one is missing between."""
    if not announced:
        raise CalendarDataError(Said("没有任何已公布年份的节假日日历。请先载入日历(manage.py load_profile)。"))
    for earlier, later in pairwise(announced):
        if later.year != earlier.year + 1:
            raise CalendarDataError(
                Said("缺少 %(year)s 年的节假日日历。年份必须连续,请补齐后再载入。", year=earlier.year + 1)
            )
    return list(announced)


def _worked(years: Sequence[YearCalendar], closures: Sequence[Closure], first: date, last: date) -> list[bool]:
    """For each day from ``first`` to ``last``, whether it is worked. Later notices speak over earlier ones."""
    base, length = first.toordinal(), last.toordinal() - first.toordinal() + 1
    worked = [(base + i) % 7 not in (6, 0) for i in range(length)]  # date.toordinal() % 7: Saturday 6, Sunday 0
    for year in years:
        for days, works in ((year.days_off, False), (year.workdays, True)):
            for day in days:
                if first <= day <= last:
                    worked[day.toordinal() - base] = works
    for closure in closures:
        for ordinal in range(
            max(closure.from_on.toordinal(), base), min(closure.to_on.toordinal(), last.toordinal()) + 1
        ):
            worked[ordinal - base] = False
    return worked


def working_days_of(calendar: Calendar, year: int) -> int:
    """How many working days ``year`` has. Raises ``CalendarGapError``."""
    return calendar.count_workdays(date(year - 1, 12, 31), date(year, 12, 31))
