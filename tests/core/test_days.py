"""A mistyped year is told before anything computes with it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.days import EARLIEST, LATEST, unlikely
from gongkai.core.deadlines import RuleTerms, TermsError, compute
from gongkai.core.rule_terms import INCLUDE_PUBLISH_DAY
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import Calendar, YearCalendar

CALENDAR = Calendar(YearCalendar(year, 1, frozenset(), frozenset()) for year in range(2017, 2028))


@pytest.mark.parametrize("day", [EARLIEST, LATEST, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)])
def test_a_day_of_our_time_may_be_meant(day: date) -> None:
    assert unlikely(day) == ""


@pytest.mark.parametrize("day", [date.min, date(1949, 9, 30), date(2200, 1, 1), datetime(2200, 1, 1, tzinfo=UTC)])
def test_a_day_of_another_age_is_told_with_the_years_it_may_be(day: date) -> None:
    assert "应在 1949-10-01 至 2199-12-31 之间" in unlikely(day)


@st.composite
def rules(draw: st.DrawFn) -> RuleTerms:
    """Any rule there may be, whether its numbers make sense or not."""
    return RuleTerms(
        draw(st.sampled_from(RuleKind)),
        draw(st.integers(0, 10_000)),
        draw(st.sampled_from([*Unit, None])),
        max_value=10_000,
        month_day="02-29",
        period="quarter",
        day_count_override=draw(st.sampled_from(["", INCLUDE_PUBLISH_DAY])),
    )


@given(st.dates(), rules(), st.booleans())
def test_every_day_there_is_gives_an_answer_or_says_why_not(day: date, terms: RuleTerms, timed: bool) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) if timed else day
    if unlikely(day):
        with pytest.raises(TermsError, match="请核对年份"):
            compute(terms, start=start, calendar=CALENDAR)
        return
    try:
        due = compute(terms, start=start, calendar=CALENDAR)
    except TermsError:  # the rule's own numbers contradict themselves
        return
    assert due.due_on or due.reason
