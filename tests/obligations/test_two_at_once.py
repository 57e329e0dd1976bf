"""Two people, or two nights, at the same clock: one wins, the other is told, nothing is counted twice."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from gongkai.agencies.models import Agency
from gongkai.core.vocabulary import EventKind, ObligationState, RuleKind
from gongkai.core.workdays import YearCalendar
from gongkai.events.models import Event
from gongkai.obligations.actions import (
    load_calendar_years,
    meet,
    open_obligation,
    sweep,
    waive,
)
from gongkai.obligations.models import CalendarYear, Obligation, Silence
from tests.cast import assemble
from tests.concurrency.test_two_at_once import at_once
from tests.make import NOW, make_item, make_rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _calendars(transactional_db: None, notices: list[YearCalendar]) -> None:
    load_calendar_years(notices, at=NOW)


def facts() -> dict[str, Any]:
    return {"agency": Agency.objects.get(code="czj"), "fact_on": date(2026, 10, 26), "by": None, "at": NOW}


def test_of_a_publication_and_a_waiver_at_once_one_wins_and_the_other_is_told() -> None:
    su = assemble().su
    item = make_item(rules=[make_rule().rule])
    for n in range(4):
        obligation = open_obligation(item, label=f"测试项目{n}", **facts())
        results = at_once(
            lambda o=obligation: meet(o, at=NOW),
            lambda o=obligation: waive(o, ground="项目终止(测试)", by=su, at=NOW),
        )
        assert sorted(type(r).__name__ for r in results) == ["Obligation", "ObligationAlreadyClosedError"], results
        obligation.refresh_from_db()
        assert (obligation.met_at is None) == (obligation.state == ObligationState.WAIVED)
    closed = Event.objects.filter(kind__in=[EventKind.OBLIGATION_MET, EventKind.OBLIGATION_WAIVED])
    assert closed.count() == 4


def test_of_two_publications_at_once_one_stops_the_clock() -> None:
    obligation = open_obligation(make_item(rules=[make_rule().rule]), label="测试项目", **facts())
    results = at_once(*[lambda: meet(obligation, at=NOW)] * 3)
    assert sorted(type(r).__name__ for r in results) == [
        "Obligation", "ObligationAlreadyClosedError", "ObligationAlreadyClosedError",
    ]  # fmt: skip


def test_a_fact_recorded_by_two_clicks_at_once_starts_one_clock() -> None:
    item = make_item(rules=[make_rule().rule])
    asked = facts()
    results = at_once(*[lambda: open_obligation(item, label="测试项目", **asked)] * 3)
    assert len({r.pk for r in results}) == 1, results
    assert Obligation.objects.count() == 1


def test_two_sweeps_at_once_find_everything_once() -> None:
    item = make_item(rules=[make_rule().rule])
    for n in range(5):
        open_obligation(item, label=f"测试项目{n}", **facts())
    month = make_rule("R-MONTH", kind=RuleKind.PERIODIC, value=10, period="month")
    make_item("HC-05", rules=[month.rule])
    day = date(2026, 12, 1)
    at = datetime.combine(day, time(0, 30), NOW.tzinfo)
    results = at_once(*[lambda: sweep(as_of=day, at=at)] * 2)
    assert sum(r.opened for r in results) == 1, results
    assert sum(r.overdue for r in results) == 5
    assert sum(r.fell_silent for r in results) == 2
    assert Event.objects.filter(kind=EventKind.OBLIGATION_OVERDUE).count() == 5
    assert Obligation.objects.filter(ground="period").count() == 1
    assert Silence.objects.count() == 2


def test_a_publication_while_the_calendar_changes_is_judged_by_one_of_the_two_dates(
    notices: list[YearCalendar],
) -> None:
    item = make_item(rules=[make_rule().rule])
    obligation = open_obligation(item, label="测试项目", **facts())
    old = next(y for y in notices if y.year == 2026)
    longer = replace(old, days_off=old.days_off | {date(2026, 11, 2)}, title="测试:年中调整(虚构)")
    at = NOW + timedelta(days=1)  # the day after the old last day, the new last day itself
    results = at_once(lambda: meet(obligation, at=at), lambda: load_calendar_years([longer], at=at))
    assert not [r for r in results if isinstance(r, Exception)], results
    obligation.refresh_from_db()
    judged = {date(2026, 11, 23): ObligationState.MET_LATE, date(2026, 11, 24): ObligationState.MET}
    assert obligation.due_on is not None
    assert obligation.state == judged[obligation.due_on]
    assert CalendarYear.objects.filter(year=2026).count() == 2
