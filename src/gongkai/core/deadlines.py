"""Due dates: what a dated rule of law makes of one dated fact, with the working shown.

The day of the event is not counted. Periods in working days end on one; periods in calendar days or months that
set a deadline and end on a rest day end on the next working day (民法典第203条, by analogy). What each kind means
for a publication is told in ``docs/algorithms/deadlines.md``. Nothing here reads a clock, a file or a setting.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from gongkai.core import deadline_words as words
from gongkai.core.counting import End, Span, end_of, latest_before
from gongkai.core.days import unlikely
from gongkai.core.periods import month_day_in, period_of
from gongkai.core.rule_terms import INCLUDE_PUBLISH_DAY, Pause, PriceTier, RuleTerms, TermsError
from gongkai.core.said import Said
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import ONE_DAY, Calendar, CalendarGapError

__all__ = ["INCLUDE_PUBLISH_DAY", "Due", "Pause", "PriceTier", "RuleTerms", "TermsError", "compute"]

# Kinds by which a publication has a last lawful moment; the others say how long it stays, or answer a person.
PUBLICATION_KINDS = frozenset(
    {
        RuleKind.DEADLINE_AFTER,
        RuleKind.MIN_BEFORE,
        RuleKind.PERIODIC,
        RuleKind.ANNUAL_DATE,
        RuleKind.SIMULTANEOUS,
        RuleKind.PROMPTLY,
        RuleKind.CONTINUOUS,
        RuleKind.WITHDRAW_WITHIN,
    }
)
# Kinds that recur by themselves: nobody records a fact, the calendar does.
PERIOD_KINDS = frozenset({RuleKind.PERIODIC, RuleKind.ANNUAL_DATE})
# Kinds that say how long a published 公示 or 公告 stays at least.
NOTICE_KINDS = frozenset({RuleKind.MIN_DURATION, RuleKind.FIXED_DURATION})


class Due(NamedTuple):
    """One computed clock.

    ``due_on`` is the day the clock runs out (24:00), ``due_at`` the moment where the rule counts hours.
    For a publication: not before ``earliest_on``, by the end of ``publish_by``, shown at least through
    ``keep_until`` and no longer than ``ends_on`` (when a 公示 ends by itself). Any of them is ``None`` where the
    rule does not set it. ``provisional`` (暂定) rests on an unannounced year; ``reason`` says why a date is
    provisional, absent or to be read with care, and is empty for a plain one.
    """

    terms: RuleTerms
    start: date
    calendar: Calendar
    due_on: date | None = None
    due_at: datetime | None = None
    earliest_on: date | None = None
    publish_by: date | None = None
    keep_until: date | None = None
    ends_on: date | None = None
    provisional: bool = False
    reason: str = ""
    spans: tuple[Span, ...] = ()
    unit: Unit | None = None
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> list[date]:
        """The days counted, in order: working days, or calendar days; none for months, hours and fixed dates."""
        if self.unit is Unit.WORKING_DAY:
            return [day for after, until in self.spans for day in self.calendar.between(after, until)]
        return [
            after + timedelta(days=n) for after, until in self.spans for n in range(1, (until - after).days + 1)
        ]

    @property
    def steps(self) -> list[str]:
        """How the date was computed, in sentences."""
        return words.explain(self)


class _Case(NamedTuple):
    """One question: the terms, the day of the event and what else is known of it."""

    terms: RuleTerms
    day: date
    moment: datetime | None
    price: int | None
    extended: bool
    pauses: tuple[Pause, ...]

    def number(self) -> tuple[int | None, str]:
        return self.terms.number(self.price)


def compute(
    terms: RuleTerms,
    *,
    start: date | datetime,
    calendar: Calendar,
    price: int | None = None,
    extended: bool = False,
    pauses: Sequence[Pause] = (),
) -> Due:
    """The clock that ``terms`` set running on ``start``; for ``min_before``, towards the event on ``start``.

    ``start`` is read in its own time zone; rules in hours need a moment. ``price`` (yuan) chooses a tier;
    ``extended`` adds the rule's extension and ``pauses`` stop a ``respond_within`` clock. Never guesses: where
    the law's number or the calendar is missing, ``due_on`` is ``None`` or provisional and ``reason`` says so.
    Raises ``TermsError`` when the question does not fit the rule.
    """
    moment = start if isinstance(start, datetime) else None
    case = _Case(terms, moment.date() if moment else start, moment, price, extended, tuple(pauses))
    if terms.kind is not RuleKind.RESPOND_WITHIN and (pauses or extended):
        raise TermsError(Said("只有答复期限可以延长或中止。请去掉延长和中止期间。"))
    if wrong := unlikely(case.day):
        raise TermsError(wrong)
    if extended and terms.extension_value is None:
        raise TermsError(Said("这条规则没有规定延长。请去掉延长。"))
    try:
        return _KINDS[terms.kind](case, calendar)
    except CalendarGapError as gap:
        return _beyond(case, calendar, gap)


def _beyond(case: _Case, calendar: Calendar, gap: CalendarGapError) -> Due:
    """The estimate over the provisional years, or no date at all, with the reason."""
    if gap.too_early:
        return _undated(case, calendar, words.before_calendar(calendar, case.day))
    if calendar.outlook is not None:
        try:
            due = _KINDS[case.terms.kind](case, calendar.outlook)
        except CalendarGapError:
            pass
        else:
            return due._replace(provisional=True, reason=words.both(words.estimated(calendar), due.reason))
    return _undated(case, calendar, words.beyond_calendar(calendar))._replace(provisional=True)


def _undated(case: _Case, calendar: Calendar, reason: str) -> Due:
    return Due(case.terms, case.day, calendar, reason=reason)


def _made(
    case: _Case, calendar: Calendar, end: End, *, remark: str = "", notes: tuple[str, ...] = (), **facts: Any
) -> Due:
    """A clock that runs out at ``end``, which is also the last day to publish unless ``facts`` say otherwise."""
    if end.rolled_from:
        notes = (*notes, words.rolled(end.rolled_from))
    facts.setdefault("publish_by", end.day)
    return Due(
        case.terms,
        case.day,
        calendar,
        end.day,
        reason=remark,
        spans=end.spans,
        unit=case.terms.unit,
        notes=notes,
        **facts,
    )


def _deadline_after(case: _Case, calendar: Calendar) -> Due:
    """Publish (or take down) within so long of the fact; before the fact there is nothing to say."""
    count, remark = case.number()
    if count is None:
        return _undated(case, calendar, remark)
    if case.terms.unit is Unit.HOUR:
        return _hours(case, calendar, count)
    end = end_of(case.terms, after=case.day, count=count, calendar=calendar)
    return _made(case, calendar, end, remark=remark, earliest_on=case.day)


def _hours(case: _Case, calendar: Calendar, count: int) -> Due:
    """Hours run through nights and holidays, from the moment itself."""
    if case.moment is None:
        return _undated(case, calendar, Said("本规则以小时计,须给出事项发生的时刻,例如 2026-03-02T09:30。"))
    at = case.moment + timedelta(hours=count)
    return _made(case, calendar, End(at.date(), ()), due_at=at, earliest_on=case.day)


def _respond_within(case: _Case, calendar: Calendar) -> Due:
    """Answer a person. Received on a rest day counts as received on the next working day (法院采此算法)."""
    count, remark = case.number()
    if count is None:
        return _undated(case, calendar, remark)
    received = calendar.roll_forward(case.day)
    notes = () if received == case.day else (words.received_later(case.day, received),)
    if case.extended:
        count += case.terms.extension_value or 0
        notes = (*notes, words.extended(case.terms))
    end = end_of(case.terms, after=received, count=count, calendar=calendar, pauses=case.pauses)
    if any(pause.until is None and pause.after < end.day for pause in case.pauses):
        return _undated(case, calendar, Said("期限中止中,恢复之日的次日起继续计算。"))
    if len(end.spans) > 1:
        notes = (*notes, words.paused(end.spans))
    return _made(case, calendar, end, remark=remark, notes=notes)


def _notice(case: _Case, calendar: Calendar) -> Due:
    """公示 or 公告 that must stay so long, counted from the day it is published."""
    count, remark = case.number()
    if count is None:
        return _undated(case, calendar, remark)
    end = end_of(case.terms, after=case.day, count=count, calendar=calendar)
    return _made(case, calendar, end, remark=remark, publish_by=case.day, keep_until=end.day, ends_on=end.day)


def _max_duration(case: _Case, calendar: Calendar) -> Due:
    """Shown no longer than this: the end is not moved by a holiday, for moving it would show too long."""
    count, remark = case.number()
    if count is None:
        return _undated(case, calendar, remark)
    end = end_of(case.terms, after=case.day, count=count, calendar=calendar, roll=False)
    notes = () if case.terms.default_publish else (Said("原则上不予公示;确有必要公示的,不得超过此日。"),)
    return _made(case, calendar, end, remark=remark, notes=notes, publish_by=None, ends_on=end.day)


def _min_max_duration(case: _Case, calendar: Calendar) -> Due:
    """Shown at least ``value`` and at most ``max_value``."""
    count, remark = case.number()
    if count is None or case.terms.max_value is None:
        return _undated(case, calendar, remark or Said("待核实:法条的最长期限没有数字。"))
    least = end_of(case.terms, after=case.day, count=count, calendar=calendar, roll=False)
    most = end_of(case.terms, after=case.day, count=case.terms.max_value, calendar=calendar, roll=False)
    return _made(case, calendar, most, remark=remark, publish_by=None, keep_until=least.day, ends_on=most.day)


def _min_before(case: _Case, calendar: Calendar) -> Due:
    """Publish so long before the event ``start``; without a number, before it at all."""
    count, remark = case.number()
    if count is None and case.terms.needs_local_value:
        return _undated(case, calendar, remark)
    if count is None:
        end = End(case.day - ONE_DAY, ())
        return _made(case, calendar, end, notes=(Said("法条只要求在事前公开,没有天数:以事前一日为限。"),))
    end = latest_before(case.terms, event=case.day, count=count, calendar=calendar)
    notes = (words.publish_day_counts(),) if case.terms.day_count_override else ()
    return _made(case, calendar, end, remark=remark, notes=(*notes, *words.rest_day_before(end.day, calendar)))


def _periodic(case: _Case, calendar: Calendar) -> Due:
    """So long after the end of the period that ``start`` lies in."""
    count, remark = case.number()
    if count is None:
        return _undated(case, calendar, remark)
    closes = period_of(case.terms.period, case.day).last_on
    end = end_of(case.terms, after=closes, count=count, calendar=calendar)
    return _made(case, calendar, end, remark=remark, earliest_on=closes)


def _annual_date(case: _Case, calendar: Calendar) -> Due:
    """The next such date after ``start``. A date is not a period: it is not moved by a holiday."""
    if not case.terms.month_day:
        return _undated(case, calendar, Said("待核实:法条只说每年,没有日期,须由县政务公开办填入并注明来源。"))
    day = month_day_in(case.day.year, case.terms.month_day)
    if day <= case.day:
        day = month_day_in(case.day.year + 1, case.terms.month_day)
    remark = Said("日期待核实:须由县政务公开办核实。") if case.terms.needs_local_value else ""
    return _made(case, calendar, End(day, ()), remark=remark, notes=words.rest_day_before(day, calendar))


def _simultaneous(case: _Case, calendar: Calendar) -> Due:
    """With the event: the same day, unless the office has set hours and the moment is known."""
    if case.terms.value and case.terms.unit is Unit.HOUR and case.moment is not None:
        return _hours(case, calendar, case.terms.value)
    notes = (Said("法条要求同时(即时),没有给出分钟数:以当日24时为外限,应即时办理。"),)
    return _made(case, calendar, End(case.day, ()), notes=notes, earliest_on=case.day)


def _promptly(case: _Case, calendar: Calendar) -> Due:
    """及时, or kept current: the fallback rule is the outer limit."""
    fallback = case.terms.fallback
    if fallback is None:
        return _undated(case, calendar, Said("待核实:法条只说及时,没有数字,也没有设定外限规则。"))
    limit = _KINDS[fallback.kind](case._replace(terms=fallback), calendar)
    return limit._replace(terms=case.terms, notes=(words.outer_limit(case.terms), *limit.notes))


_KINDS: Mapping[RuleKind, Callable[[_Case, Calendar], Due]] = {
    RuleKind.DEADLINE_AFTER: _deadline_after,
    RuleKind.MIN_BEFORE: _min_before,
    RuleKind.MIN_DURATION: _notice,
    RuleKind.FIXED_DURATION: _notice,
    RuleKind.PERIODIC: _periodic,
    RuleKind.ANNUAL_DATE: _annual_date,
    RuleKind.SIMULTANEOUS: _simultaneous,
    RuleKind.PROMPTLY: _promptly,
    RuleKind.CONTINUOUS: _promptly,
    RuleKind.WITHDRAW_WITHIN: _deadline_after,
    RuleKind.RESPOND_WITHIN: _respond_within,
    RuleKind.MAX_DURATION: _max_duration,
    RuleKind.MIN_MAX_DURATION: _min_max_duration,
}
