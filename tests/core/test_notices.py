"""What the country announced passes; what cannot be a notice is named."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gongkai.core.notices import missing_holidays, weekday_makeup
from gongkai.core.workdays import YearCalendar
from gongkai.obligations.calendar_source import read_calendar_dir

YEARS = [y for y in read_calendar_dir(Path(__file__).parents[2] / "profiles/anxi/calendars") if not y.provisional]


@pytest.mark.parametrize("notice", YEARS, ids=lambda y: f"{y.year}.{y.revision}")
def test_every_notice_that_was_issued_passes(notice) -> None:
    assert weekday_makeup(notice) is None
    assert missing_holidays(notice) == []


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("春节", (1, 2)),
        ("清明节", (4,)),
        ("劳动节", (5,)),
        ("端午节", (5, 6)),
        ("中秋节", (9,)),
        ("国庆节", (10,)),
    ],
)
def test_a_holiday_left_out_is_named(name: str, month: tuple[int, ...]) -> None:
    whole = next(y for y in YEARS if y.year == 2026)
    less = replace(whole, days_off=frozenset(d for d in whole.days_off if d.month not in month))
    assert name in missing_holidays(less)


def test_a_make_up_day_on_a_weekday_is_named() -> None:
    whole = next(y for y in YEARS if y.year == 2026)
    wrong = weekday_makeup(replace(whole, workdays=frozenset({date(2026, 3, 3)})))
    assert wrong
    assert "2026-03-03 不是周六、周日" in wrong


def test_of_several_wrong_make_up_days_the_first_is_named() -> None:
    whole = next(y for y in YEARS if y.year == 2026)
    wrong = weekday_makeup(replace(whole, workdays=frozenset({date(2026, 3, 4), date(2026, 3, 3)})))
    assert wrong
    assert "2026-03-03" in wrong


@pytest.mark.parametrize(
    ("name", "day", "given"),
    [
        ("春节", (1, 20), True), ("春节", (1, 19), False), ("春节", (2, 28), True),
        ("春节", (3, 1), False), ("清明节", (4, 3), True), ("清明节", (4, 2), False),
        ("清明节", (4, 6), True), ("清明节", (4, 7), False), ("劳动节", (5, 1), True),
        ("劳动节", (4, 30), False), ("劳动节", (5, 2), False), ("端午节", (5, 25), True),
        ("端午节", (5, 24), False), ("端午节", (6, 28), True), ("端午节", (6, 29), False),
        ("中秋节", (9, 7), True), ("中秋节", (9, 6), False), ("中秋节", (9, 30), True),
        ("中秋节", (10, 8), True), ("中秋节", (10, 7), False), ("国庆节", (10, 1), True),
        ("国庆节", (9, 30), False), ("国庆节", (10, 2), False),
    ],
)  # fmt: skip
def test_a_holiday_takes_at_least_one_of_its_days(name: str, day: tuple[int, int], given: bool) -> None:
    only = YearCalendar(2026, 1, days_off=frozenset({date(2026, *day)}), workdays=frozenset())
    assert (name not in missing_holidays(only)) is given


def test_new_years_day_on_a_weekend_need_not_be_named() -> None:
    whole = next(y for y in YEARS if y.year == 2026)
    assert "元旦" in missing_holidays(replace(whole, days_off=whole.days_off - {date(2026, 1, 1)}))
    sunday = replace(whole, year=2023, days_off=frozenset(), workdays=frozenset())
    assert "元旦" not in missing_holidays(sunday)
