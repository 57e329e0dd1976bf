"""What the country announced passes; what cannot be a notice is named."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gongkai.core.notices import missing_holidays, weekday_makeup
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


def test_new_years_day_on_a_weekend_need_not_be_named() -> None:
    whole = next(y for y in YEARS if y.year == 2026)
    assert "元旦" in missing_holidays(replace(whole, days_off=whole.days_off - {date(2026, 1, 1)}))
    sunday = replace(whole, year=2023, days_off=frozenset(), workdays=frozenset())
    assert "元旦" not in missing_holidays(sunday)
