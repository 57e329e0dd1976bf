"""Where a period ends: so many working days, calendar days or months after a day, with pauses left out."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from gongkai.core.periods import add_months
from gongkai.core.rule_terms import Pause, RuleTerms, TermsError
from gongkai.core.said import Said
from gongkai.core.vocabulary import Unit
from gongkai.core.workdays import ONE_DAY, Calendar

Span = tuple[date, date]  # every day later than the first, up to and including the second


class End(NamedTuple):
    """The last day, the spans counted, and the rest day it was moved from, if it was."""

    day: date
    spans: tuple[Span, ...]
    rolled_from: date | None = None


def end_of(
    terms: RuleTerms,
    *,
    after: date,
    count: int,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    roll: bool = True,
) -> End:
    """Where ``count`` of the terms' units after ``after`` end; ``after`` itself counts only under the override.

    A period in calendar days or months whose last day is a rest day ends on the next working day, unless
    ``roll`` is off. Raises ``CalendarGapError``; ``TermsError`` for a unit that counts no days.
    """
    if terms.day_count_override:
        after -= ONE_DAY
    if terms.unit is Unit.WORKING_DAY:
        return _working(after, count, calendar, pauses)
    if terms.unit is Unit.CALENDAR_DAY:
        spans = _calendar_days(after, count, pauses)
        last = spans[-1][1]
    elif terms.unit is Unit.MONTH:
        last, spans = add_months(after, count), ()
    else:
        raise TermsError(
            Said(
                "“%(kind)s”类规则不能以“%(unit)s”为单位。请由县政务公开办改正规则。",
                kind=terms.kind,
                unit=terms.unit or Said("空"),
            )
        )
    rolled = calendar.roll_forward(last) if roll else last
    return End(rolled, spans, None if rolled == last else last)


def _working(after: date, count: int, calendar: Calendar, pauses: Sequence[Pause]) -> End:
    if not pauses:
        last = calendar.add_workdays(after, count)
        return End(last, ((after, last),))
    spans: list[Span] = []
    for stop, resume in _closed(pauses, after):
        counted = calendar.count_workdays(after, stop)
        if counted >= count:
            break
        spans.append((after, stop))
        after, count = resume, count - counted
    last = calendar.add_workdays(after, count)
    return End(last, (*spans, (after, last)))


def _calendar_days(after: date, count: int, pauses: Sequence[Pause]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for stop, resume in _closed(pauses, after):
        counted = (stop - after).days
        if counted >= count:
            break
        spans.append((after, stop))
        after, count = resume, count - counted
    return (*spans, (after, after + timedelta(days=count)))


def _closed(pauses: Sequence[Pause], start: date) -> Iterator[Span]:
    """The pauses that have ended, as spans, in order, cut at ``start``, overlaps joined."""
    reached = start
    waiting: Span | None = None
    for pause in sorted(pauses, key=lambda p: p.after):
        if pause.until is None or pause.until <= reached:
            continue
        after = max(pause.after, start)
        if waiting and after <= waiting[1]:
            waiting = (waiting[0], pause.until)
        else:
            if waiting:
                yield waiting
            waiting = (after, pause.until)
        reached = pause.until
    if waiting:
        yield waiting


def latest_before(terms: RuleTerms, *, event: date, count: int, calendar: Calendar) -> End:
    """The latest day whose following ``count`` units are over by ``event``, the event's own day being the last.

    Never rolled: moved forward the notice would be too short, and moved back it would call a lawful notice late.
    In working days the answer is a working day. Raises as :func:`end_of`.
    """
    included = 1 if terms.day_count_override else 0
    if terms.unit is Unit.WORKING_DAY:
        back = count + (0 if calendar.is_workday(event) else 1) - included
        last = calendar.add_workdays(event, -back)
    elif terms.unit is Unit.CALENDAR_DAY:
        last = event - timedelta(days=count - included)
    elif terms.unit is Unit.MONTH:
        last = add_months(event, -count) + timedelta(days=included)
    else:
        raise TermsError(
            Said("提前量不能以“%(unit)s”为单位。请由县政务公开办改正规则。", unit=terms.unit or Said("空"))
        )
    spans = () if terms.unit is Unit.MONTH else ((last - included * ONE_DAY, event),)
    return End(last, spans)
