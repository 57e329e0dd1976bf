"""Due dates: every kind of rule, every unit, both edges of the calendar, and what is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.deadlines import Due, Pause, PriceTier, RuleTerms, TermsError, compute
from gongkai.core.periods import add_months, last_finished, month_day_in, period_of
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import Calendar, Closure
from gongkai.obligations.calendar_source import read_calendar_dir

YEARS = read_calendar_dir(Path(__file__).parents[2] / "profiles" / "anxi" / "calendars")
CHINA = Calendar(YEARS)
BEIJING = timezone(timedelta(hours=8))
K, U = RuleKind, Unit

inside = st.dates(date(2017, 4, 1), date(2026, 8, 1))
numbers = st.integers(1, 60)


def ask(kind: RuleKind, value: int | None = None, unit: Unit | None = None, *, start: date, **facts: Any) -> Due:
    """One question; facts that belong to the terms go there."""
    asked = {name: facts.pop(name) for name in ("price", "extended", "pauses", "calendar") if name in facts}
    return compute(
        RuleTerms(kind, value, unit, **facts), start=start, calendar=asked.pop("calendar", CHINA), **asked
    )


def twenty(start: date, **facts: Any) -> Due:
    return ask(K.DEADLINE_AFTER, 20, U.WORKING_DAY, start=start, **facts)


# --- deadline_after ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "due_on"),
    [
        (date(2022, 9, 30), 20, date(2022, 11, 2)),
        (date(2018, 7, 13), 20, date(2018, 8, 10)),
        (date(2018, 12, 28), 7, date(2019, 1, 9)),
        (date(2019, 5, 15), 20, date(2019, 6, 13)),
    ],
)
def test_working_days_after_a_fact_end_where_the_golden_vectors_say(start: date, count: int, due_on: date) -> None:
    due = ask(K.DEADLINE_AFTER, count, U.WORKING_DAY, start=start)
    assert due.due_on == due.publish_by == due_on
    assert due.earliest_on == start
    assert len(due.days) == count
    assert due.days[0] > start
    assert due.days[-1] == due_on
    assert (due.provisional, due.reason, due.due_at, due.ends_on) == (False, "", None, None)


def test_calendar_days_that_end_on_a_rest_day_end_on_the_next_working_day() -> None:
    due = ask(K.DEADLINE_AFTER, 7, U.CALENDAR_DAY, start=date(2025, 9, 24))  # 10-01 … 10-08 are off
    assert due.due_on == date(2025, 10, 9)
    assert due.days == [date(2025, 9, 25) + timedelta(days=n) for n in range(7)]
    assert any("顺延" in step for step in due.steps)


def test_calendar_days_that_end_on_a_make_up_saturday_stay_there() -> None:
    assert ask(K.DEADLINE_AFTER, 3, U.CALENDAR_DAY, start=date(2026, 2, 25)).due_on == date(2026, 2, 28)


def test_months_end_on_the_same_day_of_the_month_or_its_last() -> None:
    assert ask(K.DEADLINE_AFTER, 1, U.MONTH, start=date(2024, 1, 31)).due_on == date(2024, 2, 29)
    due = ask(K.DEADLINE_AFTER, 6, U.MONTH, start=date(2023, 10, 15))
    assert due.due_on == date(2024, 4, 15)
    assert due.days == []


def test_hours_run_from_the_moment_through_the_night_and_holidays() -> None:
    at = datetime(2026, 9, 30, 18, 30, tzinfo=BEIJING)
    due = ask(K.DEADLINE_AFTER, 12, U.HOUR, start=at)
    assert due.due_at == datetime(2026, 10, 1, 6, 30, tzinfo=BEIJING)
    assert due.due_on == due.publish_by == date(2026, 10, 1)
    assert due.start == date(2026, 9, 30)
    assert due.days == []
    assert "06:30" in due.steps[-1]


def test_hours_without_a_moment_have_no_date_and_say_what_is_missing() -> None:
    due = ask(K.DEADLINE_AFTER, 12, U.HOUR, start=date(2026, 9, 30))
    assert due.due_on is None
    assert "时刻" in due.reason
    assert not due.provisional


def test_a_moment_given_to_a_rule_in_days_counts_from_its_day() -> None:
    assert twenty(datetime(2018, 7, 13, 23, 59, tzinfo=BEIJING)).due_on == date(2018, 8, 10)


# --- the edges of the calendar ----------------------------------------------------------------------------


def test_the_last_period_that_stays_inside_the_announced_years_is_settled() -> None:
    due = twenty(date(2026, 12, 3))
    assert (due.due_on, due.provisional, due.reason) == (date(2026, 12, 31), False, "")


def test_a_period_past_the_announced_years_is_estimated_and_said_to_be() -> None:
    due = twenty(date(2026, 12, 4))
    assert (due.due_on, due.provisional) == (date(2027, 1, 4), True)
    assert due.reason.startswith("暂定")
    assert "2027" in due.reason
    assert len(due.days) == 20
    assert due.steps[-1].startswith("暂定")


def test_a_calendar_period_that_ends_past_the_announced_years_is_estimated_too() -> None:
    due = ask(K.DEADLINE_AFTER, 30, U.CALENDAR_DAY, start=date(2026, 12, 2))
    assert (due.due_on, due.provisional) == (date(2027, 1, 4), True)  # 01-01 is a holiday, 01-02/03 a weekend


def test_without_a_provisional_year_there_is_no_date_and_no_guess() -> None:
    announced = Calendar([y for y in YEARS if not y.provisional])
    due = twenty(date(2026, 12, 4), calendar=announced)
    assert (due.due_on, due.publish_by, due.provisional) == (None, None, True)
    assert "2026-12-31" in due.reason
    assert due.days == []


def test_beyond_every_calendar_there_is_no_date_and_no_guess() -> None:
    due = twenty(date(2027, 12, 20))
    assert (due.due_on, due.provisional) == (None, True)
    assert due.reason
    assert "没有可以采用的日期" in due.steps[-1]


@pytest.mark.parametrize("unit", [U.WORKING_DAY, U.CALENDAR_DAY])
def test_before_the_first_calendar_there_is_no_date_either(unit: Unit) -> None:
    due = ask(K.DEADLINE_AFTER, 20, unit, start=date(2015, 6, 1))
    assert (due.due_on, due.provisional) == (None, False)
    assert "2017-01-01" in due.reason


@pytest.mark.parametrize("start", [date(1900, 1, 1), date(9999, 12, 31)])
def test_a_day_nobody_can_mean_is_refused(start: date) -> None:
    with pytest.raises(TermsError, match="不合常理"):
        twenty(start)


def test_the_date_under_the_earlier_notice_can_still_be_shown() -> None:
    before = CHINA.as_known_on(date(2020, 1, 20))
    start = date(2020, 1, 20)
    assert ask(K.DEADLINE_AFTER, 5, U.WORKING_DAY, start=start, calendar=before).due_on == date(2020, 2, 1)
    assert ask(K.DEADLINE_AFTER, 5, U.WORKING_DAY, start=start).due_on == date(2020, 2, 4)


def test_a_local_closure_moves_the_date() -> None:
    closed = Calendar(YEARS, closures=[Closure(date(2023, 7, 28), date(2023, 7, 28), "台风停工(演示)")])
    assert ask(K.DEADLINE_AFTER, 2, U.WORKING_DAY, start=date(2023, 7, 27)).due_on == date(2023, 7, 31)
    assert ask(K.DEADLINE_AFTER, 2, U.WORKING_DAY, start=date(2023, 7, 27), calendar=closed).due_on == date(
        2023, 8, 1
    )


# --- min_before -------------------------------------------------------------------------------------------


def test_so_many_days_before_an_event_is_the_event_less_the_days_and_not_rolled() -> None:
    due = ask(K.MIN_BEFORE, 20, U.CALENDAR_DAY, start=date(2026, 3, 10))
    assert due.due_on == due.publish_by == date(2026, 2, 18)  # in the Spring Festival
    assert due.earliest_on is None
    assert due.days == [date(2026, 2, 19) + timedelta(days=n) for n in range(20)]
    assert any("不顺延" in step and "2026-02-14" in step for step in due.steps)


def test_the_publish_day_counts_where_the_land_rules_say_so() -> None:
    due = ask(K.MIN_BEFORE, 20, U.CALENDAR_DAY, start=date(2026, 3, 30), day_count_override="include_publish_day")
    assert due.due_on == date(2026, 3, 11)
    assert due.days[0] == date(2026, 3, 11)
    assert len(due.days) == 20
    assert any("计入天数" in step for step in due.steps)


def test_working_days_before_an_event_leave_that_many_from_the_day_after_to_the_event() -> None:
    event = date(2026, 10, 9)  # a Friday; 09-25…27 and 10-01…07 off
    due = ask(K.MIN_BEFORE, 5, U.WORKING_DAY, start=event)
    assert due.due_on == date(2026, 9, 24)
    assert due.days == [date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8), event]


def test_working_days_before_an_event_on_a_rest_day_are_not_one_short() -> None:
    due = ask(K.MIN_BEFORE, 3, U.WORKING_DAY, start=date(2026, 10, 3))
    assert due.due_on == date(2026, 9, 24)
    assert due.days == [date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)]


def test_working_days_before_with_the_publish_day_counted_are_one_later() -> None:
    event = date(2026, 11, 20)
    due = ask(K.MIN_BEFORE, 5, U.WORKING_DAY, start=event, day_count_override="include_publish_day")
    assert due.due_on == date(2026, 11, 16)
    assert due.days == [date(2026, 11, 16) + timedelta(days=n) for n in range(5)]


def test_a_month_before_an_event() -> None:
    assert ask(K.MIN_BEFORE, 1, U.MONTH, start=date(2018, 3, 31)).due_on == date(2018, 2, 28)
    included = ask(K.MIN_BEFORE, 1, U.MONTH, start=date(2018, 3, 15), day_count_override="include_publish_day")
    assert included.due_on == date(2018, 2, 16)
    assert included.days == []


def test_before_an_event_without_a_number_is_the_day_before_at_the_latest() -> None:
    due = ask(K.MIN_BEFORE, start=date(2026, 3, 10))
    assert due.due_on == date(2026, 3, 9)
    assert any("没有天数" in step for step in due.steps)


def test_a_lead_time_far_ahead_needs_no_calendar_when_it_counts_calendar_days() -> None:
    due = ask(K.MIN_BEFORE, 20, U.CALENDAR_DAY, start=date(2028, 3, 10))
    assert (due.due_on, due.provisional) == (date(2028, 2, 19), False)


@given(st.dates(date(2018, 1, 1), date(2026, 12, 31)), numbers, st.sampled_from([U.WORKING_DAY, U.CALENDAR_DAY]))
def test_a_notice_on_the_last_lawful_day_is_long_enough_and_a_working_day_later_is_not(
    event: date, count: int, unit: Unit
) -> None:
    last = ask(K.MIN_BEFORE, count, unit, start=event).due_on
    assert last is not None
    if unit is U.CALENDAR_DAY:
        assert (event - last).days == count
    else:
        assert CHINA.count_workdays(last, event) == count
        assert CHINA.count_workdays(CHINA.add_workdays(last, 1), event) == count - 1


# --- how long a notice stays ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [K.MIN_DURATION, K.FIXED_DURATION])
def test_a_notice_stays_its_days_from_the_day_after_it_is_published(kind: RuleKind) -> None:
    due = ask(kind, 5, U.WORKING_DAY, start=date(2026, 9, 28))
    assert due.due_on == due.keep_until == due.ends_on == date(2026, 10, 10)
    assert due.publish_by == date(2026, 9, 28)
    assert due.earliest_on is None
    assert len(due.days) == 5


def test_a_notice_in_calendar_days_does_not_end_inside_a_holiday() -> None:
    due = ask(K.MIN_DURATION, 3, U.CALENDAR_DAY, start=date(2026, 9, 30))
    assert due.ends_on == date(2026, 10, 8)


def test_the_price_chooses_the_tier_and_the_bounds_belong_to_the_upper_one() -> None:
    tiers = (PriceTier(1_000_000, 10_000_000, 10), PriceTier(10_000_000, None, 20))
    count = {
        price: len(ask(K.MIN_DURATION, 10, U.WORKING_DAY, start=date(2026, 3, 2), tiers=tiers, price=price).days)
        for price in (1_000_000, 9_999_999, 10_000_000, 500_000_000)
    }
    assert count == {1_000_000: 10, 9_999_999: 10, 10_000_000: 20, 500_000_000: 20}
    below = ask(K.MIN_DURATION, 10, U.WORKING_DAY, start=date(2026, 3, 2), tiers=tiers, price=999_999)
    assert below.due_on is None
    assert "999999" in below.reason
    unsaid = ask(K.MIN_DURATION, 10, U.WORKING_DAY, start=date(2026, 3, 2), tiers=tiers)
    assert len(unsaid.days) == 10
    assert "底价" in unsaid.reason


def test_the_longest_display_ends_on_its_day_whatever_the_day() -> None:
    due = ask(K.MAX_DURATION, 3, U.MONTH, start=date(2026, 7, 3), default_publish=False)
    assert due.due_on == due.ends_on == date(2026, 10, 3)  # in the National Day holiday
    assert (due.publish_by, due.keep_until) == (None, None)
    assert any("原则上不予公示" in step for step in due.steps)
    plain = ask(K.MAX_DURATION, 3, U.MONTH, start=date(2026, 7, 3))
    assert not any("原则上" in step for step in plain.steps)


def test_a_display_of_three_years_needs_no_calendar_of_the_third() -> None:
    due = ask(K.MIN_MAX_DURATION, 12, U.MONTH, start=date(2026, 5, 1), max_value=36)
    assert (due.keep_until, due.ends_on, due.due_on) == (date(2027, 5, 1), date(2029, 5, 1), date(2029, 5, 1))
    assert not due.provisional
    assert "2027-05-01" in due.steps[-1]


def test_a_display_without_its_longest_term_has_no_date() -> None:
    due = ask(K.MIN_MAX_DURATION, 3, U.MONTH, start=date(2026, 5, 1))
    assert due.due_on is None
    assert "待核实" in due.reason


# --- periodic and yearly ----------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [date(2026, 9, 1), date(2026, 9, 17), date(2026, 9, 30)])
def test_a_monthly_rule_counts_from_the_end_of_the_month(start: date) -> None:
    due = ask(K.PERIODIC, 10, U.WORKING_DAY, start=start, period="month")
    assert due.due_on == date(2026, 10, 20)  # 10-08, 09, 10 (made up), 12…
    assert due.earliest_on == date(2026, 9, 30)
    assert "2026-09-30" in due.steps[0]


def test_quarters_and_years_end_when_they_end() -> None:
    assert ask(K.PERIODIC, 5, U.CALENDAR_DAY, start=date(2025, 2, 1), period="quarter").due_on == date(2025, 4, 7)
    assert ask(K.PERIODIC, 1, U.WORKING_DAY, start=date(2024, 2, 1), period="year").due_on == date(2025, 1, 2)


@pytest.mark.parametrize(
    ("start", "due_on"),
    [
        (date(2025, 12, 31), date(2026, 1, 31)),
        (date(2026, 1, 5), date(2026, 1, 31)),
        (date(2026, 1, 31), date(2027, 1, 31)),
        (date(2026, 2, 1), date(2027, 1, 31)),
    ],
)
def test_a_yearly_date_is_the_next_one_and_is_not_moved_by_a_weekend(start: date, due_on: date) -> None:
    due = ask(K.ANNUAL_DATE, None, U.MONTH_DAY, start=start, month_day="01-31")
    assert (due.due_on, due.publish_by, due.provisional) == (due_on, due_on, False)
    assert due.days == []
    if due_on == date(2026, 1, 31):  # a Saturday
        assert any("2026-01-30" in step for step in due.steps)


def test_a_yearly_date_in_a_leap_year_or_not() -> None:
    assert ask(K.ANNUAL_DATE, None, U.MONTH_DAY, start=date(2023, 3, 1), month_day="02-29").due_on == date(
        2024, 2, 29
    )
    assert ask(K.ANNUAL_DATE, None, U.MONTH_DAY, start=date(2022, 3, 1), month_day="02-29").due_on == date(
        2023, 2, 28
    )


def test_a_yearly_duty_without_a_date_is_not_given_one() -> None:
    due = ask(K.ANNUAL_DATE, None, U.MONTH_DAY, start=date(2025, 12, 31), needs_local_value=True)
    assert due.due_on is None
    assert "待核实" in due.reason
    assumed = ask(
        K.ANNUAL_DATE, None, U.MONTH_DAY, start=date(2025, 12, 31), needs_local_value=True, month_day="01-31"
    )
    assert assumed.due_on == date(2026, 1, 31)
    assert "待核实" in assumed.reason


# --- at once, promptly, always ----------------------------------------------------------------------------


def test_simultaneous_without_minutes_means_the_same_day() -> None:
    for start in (date(2026, 3, 2), datetime(2026, 3, 2, 15, 0, tzinfo=BEIJING)):
        due = ask(K.SIMULTANEOUS, 0, U.HOUR, start=start)
        assert (due.due_on, due.earliest_on, due.due_at) == (date(2026, 3, 2), date(2026, 3, 2), None)
        assert any("即时" in step for step in due.steps)


def test_simultaneous_within_hours_the_office_has_set() -> None:
    due = ask(K.SIMULTANEOUS, 2, U.HOUR, start=datetime(2026, 3, 2, 23, 0, tzinfo=BEIJING))
    assert due.due_at == datetime(2026, 3, 3, 1, 0, tzinfo=BEIJING)


@pytest.mark.parametrize("kind", [K.PROMPTLY, K.CONTINUOUS])
def test_promptly_and_always_fall_back_on_the_general_limit(kind: RuleKind) -> None:
    limit = RuleTerms(K.DEADLINE_AFTER, 20, U.WORKING_DAY)
    due = ask(kind, start=date(2018, 7, 13), fallback=limit)
    assert due.due_on == due.publish_by == date(2018, 8, 10)
    assert due.earliest_on == date(2018, 7, 13)
    assert due.terms.kind is kind
    assert len(due.days) == 20
    assert any("外限" in step for step in due.steps)
    assert ask(kind, start=date(2026, 12, 4), fallback=limit).provisional


def test_promptly_without_any_limit_has_no_date() -> None:
    due = ask(K.PROMPTLY, start=date(2018, 7, 13))
    assert due.due_on is None
    assert "待核实" in due.reason


def test_taking_down_within_three_working_days() -> None:
    due = ask(K.WITHDRAW_WITHIN, 3, U.WORKING_DAY, start=date(2026, 9, 30))
    assert due.due_on == due.publish_by == date(2026, 10, 10)
    assert "撤回" in due.steps[-1]


# --- answering a person -----------------------------------------------------------------------------------


def reply(start: date, *, value: int = 20, **facts: Any) -> Due:
    return ask(K.RESPOND_WITHIN, value, U.WORKING_DAY, start=start, extension_value=value, **facts)


def test_a_request_sent_on_a_rest_day_is_received_on_the_next_working_day() -> None:
    # B: sent on Sunday 2017-06-18 under the 15-day regime; the court found 2017-07-10 in time.
    due = reply(date(2017, 6, 18), value=15)
    assert due.due_on == date(2017, 7, 10)
    assert any("2017-06-19" in step for step in due.steps)
    assert reply(date(2017, 6, 19), value=15).due_on == date(2017, 7, 10)


def test_an_answer_extended_runs_on_from_the_first_term() -> None:
    start = date(2022, 9, 30)
    assert reply(start, extended=True).due_on == CHINA.add_workdays(date(2022, 11, 2), 20)
    assert any("延长 20 个工作日" in step for step in reply(start, extended=True).steps)


def test_the_time_of_consultation_does_not_count() -> None:
    start = date(2026, 3, 2)  # plain: 2026-03-30
    assert reply(start).due_on == date(2026, 3, 30)
    paused = reply(start, pauses=[Pause(date(2026, 3, 9), date(2026, 3, 16))])
    assert paused.due_on == date(2026, 4, 7)  # five working days later; 04-04…06 off
    assert len(paused.days) == 20
    assert not any(date(2026, 3, 9) < day <= date(2026, 3, 16) for day in paused.days)
    assert any("不计入" in step and "2026-03-09" in step for step in paused.steps)


def test_pauses_that_overlap_count_once_and_those_outside_do_not_count() -> None:
    start = date(2026, 3, 2)
    once = [Pause(date(2026, 3, 9), date(2026, 3, 16))]
    overlapping = [
        Pause(date(2026, 3, 10), date(2026, 3, 12)),
        Pause(date(2026, 3, 9), date(2026, 3, 12)),
        Pause(date(2026, 3, 11), date(2026, 3, 16)),
        Pause(date(2026, 2, 1), date(2026, 3, 2)),
        Pause(date(2026, 6, 1), date(2026, 6, 8)),
    ]
    assert reply(start, pauses=overlapping).due_on == reply(start, pauses=once).due_on
    before = [Pause(date(2026, 2, 25), date(2026, 3, 4))]
    assert reply(start, pauses=before).due_on == reply(date(2026, 3, 4)).due_on


def test_two_pauses_apart_both_count() -> None:
    start = date(2026, 3, 2)
    pauses = [Pause(date(2026, 3, 5), date(2026, 3, 6)), Pause(date(2026, 3, 19), date(2026, 3, 20))]
    assert reply(start, pauses=pauses).due_on == CHINA.add_workdays(date(2026, 3, 30), 2)


def test_a_running_pause_leaves_no_date() -> None:
    due = reply(date(2026, 3, 2), pauses=[Pause(date(2026, 3, 9), None)])
    assert due.due_on is None
    assert "中止" in due.reason
    too_late = reply(date(2026, 3, 2), pauses=[Pause(date(2026, 3, 31), None)])
    assert too_late.due_on == date(2026, 3, 30)


def test_an_answer_in_calendar_days_rolls_and_pauses_too() -> None:
    three = {"start": date(2026, 9, 29)}
    assert ask(K.RESPOND_WITHIN, 3, U.CALENDAR_DAY, **three).due_on == date(2026, 10, 8)
    paused = ask(
        K.RESPOND_WITHIN,
        10,
        U.CALENDAR_DAY,
        start=date(2026, 3, 2),
        pauses=[Pause(date(2026, 3, 5), date(2026, 3, 9)), Pause(date(2026, 5, 1), date(2026, 5, 2))],
    )
    assert paused.due_on == date(2026, 3, 16)
    assert len(paused.days) == 10


@given(inside, st.integers(1, 30), st.integers(0, 40), st.integers(0, 40))
def test_a_pause_never_shortens_and_lengthens_by_its_working_days(
    start: date, count: int, wait: int, length: int
) -> None:
    stop = start + timedelta(days=wait)
    pause = Pause(stop, stop + timedelta(days=length))
    plain, paused = reply(start, value=count), reply(start, value=count, pauses=[pause])
    assert plain.due_on is not None
    assert paused.due_on is not None
    assert paused.due_on >= plain.due_on
    assert len(paused.days) == count
    if stop < plain.due_on:
        received = CHINA.roll_forward(start)
        lost = CHINA.count_workdays(max(stop, received), max(pause.until or stop, received))
        assert paused.due_on == CHINA.add_workdays(plain.due_on, lost)


@pytest.mark.parametrize("facts", [{"pauses": [Pause(date(2026, 3, 9), None)]}, {"extended": True}])
def test_only_an_answer_can_be_paused_or_extended(facts: dict[str, Any]) -> None:
    with pytest.raises(TermsError, match="只有答复期限"):
        twenty(date(2026, 3, 2), extension_value=20, **facts)


def test_an_answer_that_cannot_be_extended_is_not() -> None:
    with pytest.raises(TermsError, match="没有规定延长"):
        ask(K.RESPOND_WITHIN, 7, U.WORKING_DAY, start=date(2026, 3, 2), extended=True)


# --- what the law or the office left out ------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        K.DEADLINE_AFTER,
        K.MIN_BEFORE,
        K.MIN_DURATION,
        K.FIXED_DURATION,
        K.PERIODIC,
        K.WITHDRAW_WITHIN,
        K.RESPOND_WITHIN,
        K.MAX_DURATION,
        K.MIN_MAX_DURATION,
    ],
)
def test_a_missing_number_is_never_guessed(kind: RuleKind) -> None:
    period = "month" if kind is K.PERIODIC else ""
    due = ask(kind, None, U.WORKING_DAY, start=date(2026, 3, 2), needs_local_value=True, period=period)
    assert (due.due_on, due.publish_by, due.ends_on, due.provisional) == (None, None, None, False)
    assert "待核实" in due.reason
    assert due.reason in due.steps


def test_a_number_each_place_sets_for_itself_is_used_and_marked() -> None:
    due = ask(K.MIN_BEFORE, 30, U.CALENDAR_DAY, start=date(2026, 6, 30), needs_local_value=True)
    assert due.due_on == date(2026, 5, 31)
    assert "待核实" in due.reason


@pytest.mark.parametrize("kind", [K.MIN_DURATION, K.MIN_BEFORE])
@pytest.mark.parametrize("unit", [U.HOUR, U.MONTH_DAY, None])
def test_a_unit_that_counts_no_days_does_not_fit(kind: RuleKind, unit: Unit | None) -> None:
    with pytest.raises(TermsError, match="单位"):
        ask(kind, 3, unit, start=date(2026, 3, 2))


@pytest.mark.parametrize(
    "facts",
    [
        {"period": "week"},
        {"day_count_override": "exclude_everything"},
        {"month_day": "13-01"},
        {"month_day": "02-30"},
        {"month_day": "31"},
        {"kind": K.PERIODIC},
    ],
)
def test_terms_that_cannot_be_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(TermsError):
        RuleTerms(**{"kind": K.ANNUAL_DATE, **facts})


# --- of every kind at once --------------------------------------------------------------------------------

ROLLING = [K.DEADLINE_AFTER, K.MIN_DURATION, K.FIXED_DURATION, K.WITHDRAW_WITHIN, K.RESPOND_WITHIN, K.PERIODIC]


@given(st.sampled_from(ROLLING), inside, numbers, st.sampled_from([U.WORKING_DAY, U.CALENDAR_DAY, U.MONTH]))
def test_a_deadline_never_falls_on_a_rest_day(kind: RuleKind, start: date, count: int, unit: Unit) -> None:
    count = min(count, 3) if unit is U.MONTH else count
    due = ask(kind, count, unit, start=start, period="month" if kind is K.PERIODIC else "")
    if due.due_on is not None and not due.provisional:
        assert chinese_calendar.is_workday(due.due_on)
        assert due.due_on > start or kind is K.PERIODIC


@given(st.sampled_from(ROLLING), inside, inside, numbers, st.sampled_from([U.WORKING_DAY, U.CALENDAR_DAY]))
def test_a_later_fact_is_never_due_earlier(kind: RuleKind, one: date, other: date, count: int, unit: Unit) -> None:
    first, second = sorted([one, other])
    period = "month" if kind is K.PERIODIC else ""
    earlier = ask(kind, count, unit, start=first, period=period).due_on
    later = ask(kind, count, unit, start=second, period=period).due_on
    assert earlier is not None
    assert later is not None
    assert earlier <= later


@given(inside, numbers)
def test_the_calendar_days_counted_are_consecutive_from_the_day_after(start: date, count: int) -> None:
    days = ask(K.DEADLINE_AFTER, count, U.CALENDAR_DAY, start=start).days
    assert days == [start + timedelta(days=n) for n in range(1, count + 1)]


def test_the_working_is_told_in_order_with_the_trigger() -> None:
    steps = twenty(date(2018, 7, 13), trigger="信息形成之日").steps
    assert steps == [
        "起算日(信息形成之日):2018-07-13(周五),当日不计入。",
        "自 2018-07-16(周一) 起数,第 20 个工作日为 2018-08-10(周五)。",
        "结论:最迟于 2018-08-10(周五) 24时公开。",
    ]


def test_counting_the_first_day_is_one_day_shorter() -> None:
    plain = ask(K.MIN_DURATION, 10, U.WORKING_DAY, start=date(2026, 3, 2))
    counted = ask(
        K.MIN_DURATION, 10, U.WORKING_DAY, start=date(2026, 3, 2), day_count_override="include_publish_day"
    )
    assert (plain.due_on, counted.due_on) == (date(2026, 3, 16), date(2026, 3, 13))
    assert counted.days[0] == date(2026, 3, 2)
    assert "当日计入" in counted.steps[0]


# --- periods ----------------------------------------------------------------------------------------------


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(["month", "quarter", "year"]))
def test_periods_follow_each_other_without_gap_or_overlap(day: date, kind: str) -> None:
    period = period_of(kind, day)
    assert period.first_on <= day <= period.last_on
    assert period.next().first_on == period.last_on + timedelta(days=1)
    assert period.next().previous() == period
    assert last_finished(kind, period.next().first_on) == period
    assert last_finished(kind, period.last_on) == period.previous()
    assert period.key < period.next().key


@pytest.mark.parametrize(
    ("kind", "first", "last", "before", "after"),
    [
        ("month", date(2028, 2, 1), date(2028, 2, 29), "2028-01", "2028-03"),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31), "2026Q3", "2027Q1"),
        ("year", date(2026, 1, 1), date(2026, 12, 31), "2025", "2027"),
    ],
)
def test_a_period_is_whole_from_its_first_day_to_its_last(
    kind: str, first: date, last: date, before: str, after: str
) -> None:
    period = period_of(kind, first)
    assert period == period_of(kind, last)
    assert (period.first_on, period.last_on) == (first, last)
    assert (period.previous().key, period.next().key) == (before, after)
    assert last_finished(kind, last).key == before
    assert last_finished(kind, last + timedelta(days=1)) == period


def test_periods_are_named_as_people_name_them() -> None:
    assert [period_of(k, date(2026, 8, 3)).key for k in ("month", "quarter", "year")] == [
        "2026-08",
        "2026Q3",
        "2026",
    ]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-30, 30))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year - day.year) * 12 + moved.month - day.month == count
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


def test_a_day_that_no_month_has_is_refused() -> None:
    with pytest.raises(ValueError, match="04-31"):
        month_day_in(2026, "04-31")


def test_terms_can_be_varied_without_touching_the_first() -> None:
    terms = RuleTerms(K.DEADLINE_AFTER, 20, U.WORKING_DAY)
    assert replace(terms, value=7).value == 7
    assert terms.value == 20
