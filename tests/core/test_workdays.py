"""Working days: the notices as they were issued, counting over them, and refusing where nobody announced."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongkai.core.workdays import (
    Calendar,
    CalendarDataError,
    CalendarGapError,
    Closure,
    YearCalendar,
    working_days_of,
)
from gongkai.obligations.calendar_source import read_calendar_dir

ROOT = Path(__file__).parents[2]
YEARS = read_calendar_dir(ROOT / "profiles" / "anxi" / "calendars")
CHINA = Calendar(YEARS)
SHARED = ROOT / ".." / "shared" / "data" / "calendars"
ONE = timedelta(days=1)

announced = st.dates(date(2017, 1, 1), date(2026, 12, 31))
# Far enough from the edge that fifty working days stay inside.
inside = st.dates(date(2017, 4, 1), date(2026, 9, 1))


def plain(year: int, **facts: object) -> YearCalendar:
    """A year whose notice names nothing."""
    return YearCalendar(**{"year": year, "revision": 1, "days_off": frozenset(), "workdays": frozenset(), **facts})


def naive(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``, asked of another library day by day."""
    while count:
        day += ONE
        count -= chinese_calendar.is_workday(day)
    return day


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2022, 9, 30), 20, date(2022, 11, 2)),  # A: as the court counted
        (date(2018, 7, 13), 20, date(2018, 8, 10)),  # C: the plan itself
        (date(2018, 12, 28), 7, date(2019, 1, 9)),  # E: a make-up Saturday named by the next year's notice
        (date(2019, 5, 15), 20, date(2019, 6, 13)),  # G: the first day of the regulation of 2019
    ],
)
def test_the_golden_vectors_hold(start: date, count: int, end: date) -> None:
    assert CHINA.add_workdays(start, count) == end


def test_every_year_has_as_many_working_days_as_the_notices_make() -> None:
    expected = {2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
    assert {year: working_days_of(CHINA, year) for year in expected} == expected


def test_every_day_since_2017_agrees_with_an_independent_library() -> None:
    day = date(2017, 1, 1)
    while day <= date(2026, 12, 31):
        assert CHINA.is_workday(day) == chinese_calendar.is_workday(day), day
        day += ONE


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/calendars is not beside the repository")
def test_every_day_named_agrees_with_the_public_data_set() -> None:
    files = sorted(SHARED.glob("holiday-cn-*.json"))
    assert len(files) == 10
    for file in files:
        for day in json.loads(file.read_text(encoding="utf-8"))["days"]:
            assert CHINA.is_workday(date.fromisoformat(day["date"])) is not day["isOffDay"], day


@given(inside, st.integers(1, 50))
def test_adding_working_days_is_counting_them_one_by_one(day: date, count: int) -> None:
    assert CHINA.add_workdays(day, count) == naive(day, count)


@given(inside, st.integers(1, 50))
def test_a_period_in_working_days_ends_on_one(day: date, count: int) -> None:
    assert CHINA.is_workday(CHINA.add_workdays(day, count))


@given(inside, st.integers(-40, 50))
def test_counting_undoes_adding(day: date, count: int) -> None:
    end = CHINA.add_workdays(day, count)
    if count >= 0:
        assert CHINA.count_workdays(day, end) == count
    else:
        assert CHINA.count_workdays(end - ONE, day - ONE) == -count


@given(inside, inside, st.integers(1, 50))
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    first, second = sorted([one, other])
    assert CHINA.add_workdays(first, count) <= CHINA.add_workdays(second, count)


@given(inside, st.integers(1, 25), st.integers(1, 25))
def test_two_periods_one_after_the_other_are_one_long_period(day: date, one: int, other: int) -> None:
    assert CHINA.add_workdays(CHINA.add_workdays(day, one), other) == CHINA.add_workdays(day, one + other)


@given(inside, st.integers(0, 30))
def test_the_days_counted_are_the_working_days_after_the_start(day: date, count: int) -> None:
    days = CHINA.days_counted(day, count)
    assert len(days) == count
    assert all(d > day and chinese_calendar.is_workday(d) for d in days)
    assert days == sorted(days)
    assert days == CHINA.between(day, CHINA.add_workdays(day, count))


@given(inside)
def test_rolling_finds_the_nearest_working_day_on_that_side(day: date) -> None:
    forward, back = CHINA.roll_forward(day), CHINA.roll_back(day)
    assert back <= day <= forward
    assert CHINA.is_workday(forward)
    assert CHINA.is_workday(back)
    assert (forward == day == back) == CHINA.is_workday(day)
    assert CHINA.between(back, forward) in ([], [forward])


def test_a_period_counted_backwards_does_not_count_its_first_day_either() -> None:
    assert CHINA.add_workdays(date(2022, 10, 10), -1) == date(2022, 10, 9)  # a make-up Sunday
    assert CHINA.add_workdays(date(2022, 10, 8), -1) == date(2022, 9, 30)
    assert CHINA.add_workdays(date(2022, 10, 3), -1) == date(2022, 9, 30)


def test_no_days_is_the_day_itself_even_when_it_is_a_rest_day() -> None:
    assert CHINA.add_workdays(date(2022, 10, 1), 0) == date(2022, 10, 1)
    assert CHINA.days_counted(date(2022, 10, 1), 0) == []


def test_counting_backwards_in_time_is_negative_and_lists_nothing() -> None:
    assert CHINA.count_workdays(date(2022, 10, 10), date(2022, 9, 30)) == -3
    assert CHINA.between(date(2022, 10, 10), date(2022, 9, 30)) == []


def test_the_day_before_the_first_may_start_a_period_but_is_not_itself_answered() -> None:
    assert CHINA.known_from == date(2017, 1, 1)
    assert CHINA.add_workdays(date(2016, 12, 31), 1) == date(2017, 1, 3)
    with pytest.raises(CalendarGapError) as refusal:
        CHINA.is_workday(date(2016, 12, 31))
    assert refusal.value.too_early


@pytest.mark.parametrize("day", [date(2016, 12, 30), date(2000, 1, 1), date(2027, 1, 1), date(2100, 1, 1)])
def test_a_day_nobody_announced_is_refused_at_both_ends(day: date) -> None:
    for ask in (CHINA.is_workday, CHINA.roll_forward, CHINA.roll_back, CHINA.notice_of):
        with pytest.raises(CalendarGapError, match="2017-01-01 至 2026-12-31"):
            ask(day)
    for count in (-1, 1):
        with pytest.raises(CalendarGapError):
            CHINA.add_workdays(day, count)
    with pytest.raises(CalendarGapError):
        CHINA.count_workdays(date(2020, 1, 1), day)


def test_a_period_that_runs_out_of_the_calendar_is_refused() -> None:
    assert CHINA.add_workdays(date(2026, 12, 3), 20) == date(2026, 12, 31)
    with pytest.raises(CalendarGapError) as late:
        CHINA.add_workdays(date(2026, 12, 4), 20)
    assert not late.value.too_early
    with pytest.raises(CalendarGapError) as early:
        CHINA.add_workdays(date(2017, 1, 4), -2)
    assert early.value.too_early
    assert "早于日历起点" in str(early.value)


def test_the_notice_of_2019_moved_days_of_december_2018() -> None:
    assert CHINA.is_workday(date(2018, 12, 29))  # a Saturday
    assert not CHINA.is_workday(date(2018, 12, 31))  # a Monday
    assert CHINA.notice_of(date(2018, 12, 31)).year == 2019
    assert CHINA.notice_of(date(2018, 12, 28)).year == 2018
    assert CHINA.notice_of(date(2026, 12, 31)).year == 2026


def test_the_calendar_as_known_before_an_amendment_gives_the_date_people_then_expected() -> None:
    before, after = CHINA.as_known_on(date(2019, 3, 21)), CHINA.as_known_on(date(2019, 3, 22))
    assert before.known_until == after.known_until == date(2019, 12, 31)
    assert before.add_workdays(date(2019, 4, 23), 5) == date(2019, 4, 30)
    assert after.add_workdays(date(2019, 4, 23), 5) == date(2019, 4, 29)
    assert before.is_workday(date(2019, 5, 2))
    assert not after.is_workday(date(2019, 5, 2))


def test_the_spring_festival_of_2020_was_extended_while_it_ran() -> None:
    before, after = CHINA.as_known_on(date(2020, 1, 26)), CHINA.as_known_on(date(2020, 1, 27))
    assert [before.is_workday(date(2020, 1, 31)), before.is_workday(date(2020, 2, 1))] == [True, True]
    assert [after.is_workday(date(2020, 1, 31)), after.is_workday(date(2020, 2, 1))] == [False, False]
    assert after.roll_forward(date(2020, 1, 31)) == date(2020, 2, 3)


def test_before_any_notice_there_is_no_calendar() -> None:
    with pytest.raises(CalendarDataError, match="没有任何已公布年份"):
        CHINA.as_known_on(date(2016, 1, 1))


def test_a_provisional_year_is_outlook_and_never_answer() -> None:
    assert CHINA.outlook is not None
    assert CHINA.outlook.known_until == date(2027, 12, 31)
    assert not CHINA.outlook.is_workday(date(2027, 2, 5))
    assert CHINA.outlook.outlook is None
    announced_only = Calendar([y for y in YEARS if not y.provisional])
    assert announced_only.outlook is None
    assert announced_only.known_until == CHINA.known_until


def test_an_announced_year_takes_the_place_of_the_provisional_one() -> None:
    notice = plain(2027, revision=2, days_off=frozenset({date(2026, 12, 31), date(2027, 1, 1)}))
    calendar = Calendar([*YEARS, notice])
    assert calendar.known_until == date(2027, 12, 31)
    assert calendar.outlook is None
    assert not calendar.is_workday(date(2026, 12, 31))  # named by the notice of the year after
    assert calendar.is_workday(date(2027, 2, 5))
    assert calendar.version != CHINA.version


@given(st.sampled_from(range(len(YEARS))), st.data())
def test_the_version_changes_whenever_a_day_does(which: int, data: st.DataObject) -> None:
    year = YEARS[which]
    latest = max(y.revision for y in YEARS if y.year == year.year)
    day = data.draw(st.dates(date(year.year, 1, 1), date(year.year, 12, 31)))
    known = CHINA.outlook if year.provisional else CHINA
    assert known is not None
    assume(known.notice_of(day).year == year.year)  # else the next year's notice speaks over it
    worked = known.is_workday(day)
    changed = YearCalendar(
        year=year.year,
        revision=latest + 1,
        days_off=(year.days_off - {day}) | ({day} if worked else set()),
        workdays=(year.workdays - {day}) | (set() if worked else {day}),
        provisional=year.provisional,
    )
    assert Calendar([*YEARS, changed]).version != CHINA.version


def test_the_version_is_short_stable_and_says_the_span() -> None:
    assert Calendar(YEARS).version == Calendar(list(reversed(YEARS))).version == CHINA.version
    assert CHINA.version.startswith("cn-2017.1…2026.1-")
    assert len(CHINA.version) < 40


def test_a_local_closure_takes_days_off_even_a_made_up_one() -> None:
    typhoon = Closure(date(2023, 7, 28), date(2023, 7, 30), "台风“杜苏芮”停工(演示)")
    closed = Calendar(YEARS, closures=[typhoon])
    assert CHINA.is_workday(date(2023, 7, 28))
    assert not closed.is_workday(date(2023, 7, 28))
    assert closed.is_workday(date(2023, 7, 31))
    assert closed.add_workdays(date(2023, 7, 27), 1) == date(2023, 7, 31)
    assert closed.version != CHINA.version
    long_ago = Calendar(
        YEARS, closures=[Closure(date(2010, 1, 1), date(2017, 1, 3)), Closure(date(2030, 1, 1), date(2030, 1, 2))]
    )
    assert long_ago.add_workdays(date(2016, 12, 31), 1) == date(2017, 1, 4)


def test_a_moment_is_read_as_its_day() -> None:
    assert CHINA.add_workdays(datetime(2022, 9, 30, 23, 59), 20) == date(2022, 11, 2)


def test_a_missing_year_is_an_error_not_a_hole() -> None:
    with pytest.raises(CalendarDataError, match="缺少 2022 年"):
        Calendar([plain(2021), plain(2023)])


def test_provisional_years_beyond_a_hole_are_left_out() -> None:
    calendar = Calendar([plain(2024), plain(2026, provisional=True)])
    assert calendar.known_until == date(2024, 12, 31)
    assert calendar.outlook is None


def test_a_notice_that_contradicts_itself_is_refused() -> None:
    day = frozenset({date(2024, 5, 1)})
    with pytest.raises(CalendarDataError, match="既列为放假又列为上班"):
        plain(2024, days_off=day, workdays=day)


@pytest.mark.parametrize("day", [date(2023, 11, 30), date(2025, 1, 1)])
def test_a_day_outside_the_reach_of_a_notice_is_refused(day: date) -> None:
    with pytest.raises(CalendarDataError, match="不属于这一年"):
        plain(2024, days_off=frozenset({day}))


def test_a_later_notice_speaks_over_an_earlier_one_about_the_same_day() -> None:
    off = plain(2024, days_off=frozenset({date(2024, 12, 31)}))
    on = plain(2025, workdays=frozenset({date(2024, 12, 31)}))
    assert Calendar([on, off]).is_workday(date(2024, 12, 31))


def test_days_of_the_december_before_the_first_year_are_not_covered() -> None:
    calendar = Calendar([plain(2024, days_off=frozenset({date(2023, 12, 29), date(2024, 1, 1)}))])
    assert calendar.known_from == date(2024, 1, 1)
    assert calendar.add_workdays(date(2023, 12, 31), 1) == date(2024, 1, 2)
