"""The notices of the county's profile, as they stand in the database after a load."""

from pathlib import Path

import pytest

from gongkai.core.workdays import YearCalendar
from gongkai.obligations.calendar_source import read_calendar_dir
from gongkai.obligations.models import CalendarYear

CALENDARS = Path(__file__).parents[2] / "profiles" / "anxi" / "calendars"


@pytest.fixture(scope="session")
def notices() -> list[YearCalendar]:
    """Every notice of the profile."""
    return read_calendar_dir(CALENDARS)


@pytest.fixture
def calendars(db: None, notices: list[YearCalendar]) -> list[YearCalendar]:
    """The notices in the database, without the leaves and events of a load (which is tested by itself)."""
    CalendarYear.objects.bulk_create(
        CalendarYear(
            year=y.year,
            revision=y.revision,
            days_off=sorted(d.isoformat() for d in y.days_off),
            workdays=sorted(d.isoformat() for d in y.workdays),
            issued_on=y.issued_on,
            provisional=y.provisional,
            title=y.title,
            doc_no=y.doc_no,
            url=y.url,
            evidence=y.evidence,
            note=y.note,
        )
        for y in notices
    )
    return notices
