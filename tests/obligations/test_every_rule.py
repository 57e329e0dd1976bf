"""Every dated rule of the profile, computed a second time day by day with another calendar library."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from tools.write_rules import BEIJING, GENERAL, TARGET, covers, page, read, terms

from gongkai.core.deadlines import Due, compute
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import Calendar
from gongkai.obligations.calendar_source import read_calendar_dir

COUNTY = Path(__file__).parents[2] / "profiles" / "anxi"
RULES, _ = read(COUNTY)
CHINA = Calendar(read_calendar_dir(COUNTY / "calendars"))
BY_CODE = {rule["code"]: rule for rule in RULES}
ONE = timedelta(days=1)
# Before the holidays and after, month ends, a weekend, the amended spring of 2020, both sides of each regime.
DAYS = [
    *(date(2017, 6, 18), date(2017, 12, 29), date(2018, 2, 10), date(2018, 7, 13), date(2018, 12, 28)),
    *(date(2019, 4, 23), date(2019, 5, 14), date(2019, 5, 15), date(2020, 1, 20), date(2021, 1, 31)),
    *(date(2021, 9, 30), date(2022, 9, 30), date(2023, 9, 28), date(2024, 2, 9), date(2025, 9, 24)),
    *(date(2026, 2, 13), date(2026, 5, 31)),
]


def step(day: date, count: int, counts: Callable[[date], bool], towards: int = 1) -> date:
    """Walk until ``count`` days that count have been passed."""
    while count:
        day += towards * ONE
        count -= counts(day)
    return day


def rolled(day: date) -> date:
    """The day itself or the next worked one."""
    return day if chinese_calendar.is_workday(day) else step(day, 1, chinese_calendar.is_workday)


def months_on(day: date, count: int) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError


def ends(version: dict[str, Any], start: date, count: int, *, roll: bool = True) -> date:
    """``count`` units of the version after ``start``."""
    if version.get("day_count_override"):
        start -= ONE
    if version["unit"] == Unit.WORKING_DAY:
        return step(start, count, chinese_calendar.is_workday)
    day = start + count * ONE if version["unit"] == Unit.CALENDAR_DAY else months_on(start, count)
    return rolled(day) if roll else day


def before(version: dict[str, Any], event: date, count: int) -> date:
    """The latest day from which ``count`` units pass by ``event``."""
    if version["unit"] == Unit.MONTH:
        return months_on(event, -count)
    counts = chinese_calendar.is_workday if version["unit"] == Unit.WORKING_DAY else lambda _: True
    passed, day = 0, event
    while passed < count:
        passed += counts(day)
        day -= ONE
    if version.get("day_count_override"):
        return day + ONE
    return day if version["unit"] == Unit.CALENDAR_DAY else step(day + ONE, 1, counts, towards=-1)


def expected(rule: dict[str, Any], version: dict[str, Any], day: date) -> date | None:
    """What the version makes of ``day``, reckoned the slow way; None where it has no number."""
    kind, value = version["kind"], version.get("value")
    if kind in {RuleKind.PROMPTLY, RuleKind.CONTINUOUS}:
        limit = BY_CODE[rule.get("fallback", GENERAL)]
        return next((expected(limit, v, day) for v in limit["versions"] if covers(v, day)), None)
    if kind == RuleKind.SIMULTANEOUS:
        return day
    if kind == RuleKind.ANNUAL_DATE:
        return following(version.get("month_day"), day)
    if value is None:
        return day - ONE if kind == RuleKind.MIN_BEFORE and not rule.get("needs_local_value") else None
    return before(version, day, value) if kind == RuleKind.MIN_BEFORE else after(version, day, value)


def after(version: dict[str, Any], day: date, value: int) -> date:
    """The kinds that count forwards."""
    kind = version["kind"]
    if kind == RuleKind.PERIODIC:
        return ends(version, date(day.year + day.month // 12, day.month % 12 + 1, 1) - ONE, value)
    if kind in {RuleKind.MAX_DURATION, RuleKind.MIN_MAX_DURATION}:
        return ends(version, day, version.get("max_value") or value, roll=False)
    return ends(version, rolled(day) if kind == RuleKind.RESPOND_WITHIN else day, value)


def following(month_day: str | None, day: date) -> date | None:
    """The next such date after ``day``."""
    if not month_day:
        return None
    found = day + ONE
    while f"{found:%m-%d}" != month_day:
        found += ONE
    return found


def computed(rule: dict[str, Any], version: dict[str, Any], day: date) -> Due:
    """What the product makes of ``day``."""
    hours = version.get("unit") == Unit.HOUR
    start = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING) if hours else day
    return compute(terms(rule, version, RULES, day), start=start, calendar=CHINA)


@pytest.mark.parametrize("rule", RULES, ids=[rule["code"] for rule in RULES])
def test_rule(rule: dict[str, Any]) -> None:
    for version in rule["versions"]:
        days = [day for day in DAYS if covers(version, day)] or [version["valid_from"]]
        for day in days:
            due = computed(rule, version, day)
            if day < CHINA.known_from and version.get("unit") != Unit.CALENDAR_DAY and due.reason:
                assert due.due_on is None, (version, day)
                assert "日历自 2017-01-01 起" in due.reason
                continue
            if version["kind"] == RuleKind.DEADLINE_AFTER and version["unit"] == Unit.HOUR:
                assert due.due_at == datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING) + timedelta(
                    hours=version["value"]
                )
                continue
            assert due.due_on == expected(rule, version, day), (version, day)
            assert due.due_on is not None or "待核实" in due.reason
            assert due.steps[-1]


def test_the_profile_s_rules_are_all_there() -> None:
    assert len(RULES) == len(BY_CODE) == 96
    assert sum(len(rule["versions"]) for rule in RULES) == 115
    assert {v["kind"] for rule in RULES for v in rule["versions"]} == {kind.value for kind in RuleKind}


def test_the_document_of_rules_says_what_the_profile_says() -> None:
    written = TARGET.read_text(encoding="utf-8")
    assert written == page(COUNTY), "run: python tools/write_rules.py"
    for rule in RULES:
        assert f"`{rule['code']}`" in written
