"""The notices of the county's profile, loaded as the profile loads them."""

from pathlib import Path

import pytest

from gongkai.core.workdays import YearCalendar
from gongkai.obligations.actions import load_calendar_years
from gongkai.obligations.calendar_source import read_calendar_dir
from tests.make import NOW

CALENDARS = Path(__file__).parents[2] / "profiles" / "anxi" / "calendars"


@pytest.fixture(scope="session")
def notices() -> list[YearCalendar]:
    """Every notice of the profile."""
    return read_calendar_dir(CALENDARS)


@pytest.fixture
def calendars(db: None, notices: list[YearCalendar]) -> list[YearCalendar]:
    """The notices in the database."""
    load_calendar_years(notices, at=NOW)
    return notices
