"""Calendars in the database: loaded once, never overwritten, logged, and followed by every running clock."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.agencies.models import Agency
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind, LeafKind, ObligationState
from gongkai.core.workdays import CalendarDataError, YearCalendar
from gongkai.events.models import Event
from gongkai.ledger import queries as log
from gongkai.obligations import queries
from gongkai.obligations.actions import (
    load_calendar_years,
    meet,
    open_obligation,
    recompute_open,
    set_closure,
    sweep,
    switch_closure,
)
from gongkai.obligations.actions.errors import ClosureError
from gongkai.obligations.models import CalendarYear, Closure, DueChange, Obligation
from tests.cast import assemble
from tests.make import NOW, make_item, make_rule
from tests.overrule import triggers_off

pytestmark = pytest.mark.django_db


def announced_2027(**facts: Any) -> YearCalendar:
    """An invented notice for 2027: only New Year, and the last day of 2026 off with it."""
    return YearCalendar(
        **{
            "year": 2027,
            "revision": 1,
            "days_off": frozenset({date(2026, 12, 31), date(2027, 1, 1)}),
            "workdays": frozenset(),
            "issued_on": date(2026, 11, 30),
            "title": "测试通知(虚构)",
            "evidence": "secondary",
            **facts,
        }
    )


def clock(fact_on: date = date(2026, 11, 20), *, version: Any = None, at: datetime = NOW) -> Obligation:
    """A running clock of 20 working days."""
    version = version or make_rule()
    item = make_item(rules=[version.rule])
    agency = Agency.objects.get(code="czj")
    return open_obligation(item, agency=agency, fact_on=fact_on, label="测试项目", by=None, at=at)


def test_the_profile_loads_once_and_a_second_load_changes_nothing(notices: list[YearCalendar]) -> None:
    first = load_calendar_years(notices, at=NOW)
    assert len(first.added) == len(notices) == 13
    assert first.added[:4] == ("2017.1", "2018.1", "2019.1", "2019.2")
    version, leaves = queries.calendar().version, log.state().size
    second = load_calendar_years(notices, at=NOW)
    assert (second.added, second.unchanged, second.superseded) == ((), 13, ())
    assert CalendarYear.objects.count() == 13
    assert (queries.calendar().version, log.state().size) == (version, leaves)
    assert Event.objects.filter(kind=EventKind.CALENDAR_LOADED).count() == 1


def test_each_revision_is_a_leaf_of_the_log_with_its_days(notices: list[YearCalendar]) -> None:
    load_calendar_years(notices, at=NOW)
    assert log.state().size == len(notices)
    (leaf,) = log.leaves_of("calendar:2019.2")
    facts = log.facts_of(leaf)
    assert leaf.kind == LeafKind.CALENDAR
    assert facts["doc_no"] == "国办发明电〔2019〕3号"
    assert "2019-05-02" in facts["days_off"]
    assert "title" not in facts


def test_what_comes_back_from_the_database_is_what_was_announced(calendars: list[YearCalendar]) -> None:
    stored = [queries.calendars.year_of(row) for row in CalendarYear.objects.order_by("year", "revision")]
    assert stored == sorted(calendars, key=lambda y: (y.year, y.revision))
    assert queries.in_force_years().first().year == 2027


def test_a_changed_year_is_a_new_revision_and_the_old_one_stays(calendars: list[YearCalendar]) -> None:
    old = next(y for y in calendars if y.year == 2026)
    changed = replace(old, days_off=old.days_off | {date(2026, 11, 30)})
    report = load_calendar_years([changed], at=NOW)
    assert report.added == ("2026.2",)
    assert CalendarYear.objects.filter(year=2026).count() == 2
    assert not queries.calendar().is_workday(date(2026, 11, 30))


def test_a_changed_earlier_notice_does_not_undo_the_amendment_that_followed(calendars: list[YearCalendar]) -> None:
    first, second = (y for y in calendars if y.year == 2019)
    report = load_calendar_years([replace(first, note="页码已核"), second], at=NOW)
    assert report.added == ("2019.3", "2019.4")
    assert not queries.calendar().is_workday(date(2019, 5, 2))
    assert queries.calendar().as_known_on(date(2019, 3, 1)).is_workday(date(2019, 5, 2))


def test_a_notice_a_later_revision_replaced_is_reported_and_not_brought_back(
    calendars: list[YearCalendar],
) -> None:
    provisional = next(y for y in calendars if y.provisional)
    load_calendar_years([provisional, announced_2027()], at=NOW)
    report = load_calendar_years([provisional], at=NOW)
    assert (report.added, report.superseded) == ((), ("2027.1",))
    assert queries.calendar().known_until == date(2027, 12, 31)


def test_a_hole_between_years_is_refused_and_nothing_is_kept(notices: list[YearCalendar]) -> None:
    with pytest.raises(CalendarDataError, match="缺少 2022 年"):
        load_calendar_years([y for y in notices if y.year != 2022], at=NOW)
    assert not CalendarYear.objects.exists()
    with pytest.raises(CalendarDataError, match="load_profile"):
        queries.calendar()


def test_only_who_manages_calendars_may_load_one(calendars: list[YearCalendar]) -> None:
    cast = assemble()
    with pytest.raises(NotAllowedError):
        load_calendar_years([announced_2027()], at=NOW, by=cast.lin)
    assert load_calendar_years([announced_2027()], at=NOW, by=cast.su).added == ("2027.2",)


def test_the_new_year_s_notice_settles_the_clocks_that_were_provisional(calendars: list[YearCalendar]) -> None:
    then = NOW + timedelta(days=17)  # 2026-12-10
    far = clock(date(2026, 12, 10), at=then)
    assert (far.due_on, far.provisional) == (date(2027, 1, 8), True)
    assert far.provisional_reason.startswith("暂定")
    report = load_calendar_years([announced_2027()], at=then)
    far.refresh_from_db()
    assert (far.due_on, far.provisional, far.provisional_reason) == (date(2027, 1, 11), False, "")
    assert far.calendar_version == queries.calendar().version
    assert (report.recomputed.examined, report.recomputed.moved) == (1, 1)


def test_a_clock_whose_estimate_was_right_is_settled_without_a_line(calendars: list[YearCalendar]) -> None:
    then = NOW + timedelta(days=17)
    far = clock(date(2026, 12, 10), at=then)
    same_days = next(y for y in calendars if y.provisional)
    report = load_calendar_years([replace(same_days, provisional=False, title="测试通知(虚构)")], at=then)
    far.refresh_from_db()
    assert (far.due_on, far.provisional) == (date(2027, 1, 8), False)
    assert report.recomputed.moved == 0
    assert not DueChange.objects.exists()


def test_every_moved_date_leaves_a_line_and_an_event(calendars: list[YearCalendar]) -> None:
    obligation = clock(date(2026, 12, 4) - timedelta(days=14))
    assert obligation.due_on == date(2026, 12, 18)
    later = NOW + timedelta(days=7)
    old = next(y for y in calendars if y.year == 2026)
    report = load_calendar_years(
        [replace(old, days_off=old.days_off | {date(2026, 12, 1)}, title="测试:年中调整(虚构)")], at=later
    )
    assert report.recomputed.moved == 1
    obligation.refresh_from_db()
    change = DueChange.objects.get()
    assert (change.old_due_on, change.new_due_on) == (date(2026, 12, 18), date(2026, 12, 21))
    assert change.new_calendar == obligation.calendar_version != change.old_calendar
    assert "2026" in change.reason
    assert change.at == later
    event = Event.objects.get(kind=EventKind.OBLIGATION_RECOMPUTED)
    assert event.subject == f"obligation:{obligation.pk}"
    assert event.facts["old_due_on"] == "2026-12-18"
    assert event.agency_id == obligation.agency_id
    assert "2026-12-01" not in obligation.working["days"]


def test_a_closed_clock_keeps_the_date_it_was_judged_by(calendars: list[YearCalendar]) -> None:
    obligation = meet(clock(), at=NOW)
    old = next(y for y in calendars if y.year == 2026)
    load_calendar_years([replace(old, days_off=old.days_off | {date(2026, 12, 1)})], at=NOW)
    obligation.refresh_from_db()
    assert obligation.due_on == date(2026, 12, 18)
    assert not DueChange.objects.exists()


def test_an_overdue_clock_runs_again_when_its_new_date_lies_ahead(calendars: list[YearCalendar]) -> None:
    obligation = clock(date(2026, 10, 26))
    assert obligation.due_on == date(2026, 11, 23)
    at = NOW + timedelta(days=1)
    sweep(as_of=date(2026, 11, 24), at=at)
    obligation.refresh_from_db()
    assert obligation.state == ObligationState.OVERDUE
    typhoon: dict[str, Any] = {
        "from_on": date(2026, 11, 2),
        "to_on": date(2026, 11, 3),
        "reason": "台风停工(演示)",
        "source": "演示通知",
    }
    set_closure(**typhoon, enabled=True, by=None, at=at)
    obligation.refresh_from_db()
    assert obligation.due_on == date(2026, 11, 25)
    assert (obligation.state, obligation.overdue_at) == (ObligationState.OPEN, None)
    set_closure(**typhoon, enabled=False, by=None, at=at)
    obligation.refresh_from_db()
    assert obligation.due_on == date(2026, 11, 23)
    assert DueChange.objects.count() == 2


def test_an_overdue_clock_whose_new_date_has_passed_too_stays_overdue(calendars: list[YearCalendar]) -> None:
    obligation = clock(date(2026, 9, 1))
    sweep(as_of=date(2026, 11, 24), at=NOW)
    set_closure(
        from_on=date(2026, 9, 2),
        to_on=date(2026, 9, 2),
        reason="停工(演示)",
        source="演示",
        enabled=True,
        by=None,
        at=NOW,
    )
    obligation.refresh_from_db()
    assert obligation.state == ObligationState.OVERDUE
    assert DueChange.objects.count() == 1


def test_a_newer_revision_of_the_rule_takes_the_clocks_along(calendars: list[YearCalendar]) -> None:
    version = make_rule()
    obligation = clock(version=version)
    untouched = make_rule("R-OTHER")
    shorter = make_rule(valid_from=version.valid_from, revision=2, value=10)
    assert recompute_open(at=NOW, by=None, reason="规则核实", rules=[untouched.rule]).examined == 0
    report = recompute_open(at=NOW, by=None, reason="规则核实", rules=[version.rule])
    assert (report.examined, report.moved) == (1, 1)
    obligation.refresh_from_db()
    assert obligation.rule_version == shorter
    assert obligation.due_on == date(2026, 12, 4)
    assert DueChange.objects.get().reason == "规则核实"


def test_a_clock_keeps_its_version_when_the_rule_no_longer_covers_the_day(calendars: list[YearCalendar]) -> None:
    version = make_rule()
    obligation = clock(version=version)
    version.valid_to = date(2026, 1, 1)
    with triggers_off():
        version.save()
    assert recompute_open(at=NOW, by=None, reason="核对").moved == 0
    obligation.refresh_from_db()
    assert obligation.rule_version == version


def test_recomputing_costs_the_same_number_of_queries_however_many_clocks(calendars: list[YearCalendar]) -> None:
    obligation = clock()

    def queries_for(count: int) -> int:
        columns = [f for f in Obligation._meta.concrete_fields if f.name != "id"]
        rows = [Obligation(**{f.attname: getattr(obligation, f.attname) for f in columns}) for _ in range(count)]
        Obligation.objects.bulk_create(rows)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            recompute_open(at=NOW, by=None, reason="核对")
        return len(seen)

    assert queries_for(2) == queries_for(300)


def test_the_calendar_is_made_once_and_asked_with_one_query(calendars: list[YearCalendar]) -> None:
    first = queries.calendar()
    with CaptureQueriesContext(connection) as seen:
        assert queries.calendar() is first
    assert len(seen) == 1


def test_a_closure_is_off_unless_switched_on_and_the_calendar_follows_at_once(
    calendars: list[YearCalendar],
) -> None:
    day = date(2026, 11, 25)
    made = set_closure(
        from_on=day, to_on=day, reason="演练停工(演示)", source="演示通知", enabled=False, by=None, at=NOW
    )
    assert queries.calendar().is_workday(day)
    assert switch_closure(made, enabled=True, by=None, at=NOW).enabled
    assert not queries.calendar().is_workday(day)
    switch_closure(made, enabled=True, by=None, at=NOW)
    assert not switch_closure(made, enabled=False, by=None, at=NOW).enabled
    assert queries.calendar().is_workday(day)
    assert Event.objects.filter(kind=EventKind.CLOSURE_CHANGED).count() == 3
    assert Closure.objects.count() == 1


@pytest.mark.parametrize(
    "facts",
    [{"to_on": date(2026, 11, 24)}, {"reason": "  "}, {"source": ""}],
)
def test_a_closure_without_its_facts_is_refused(calendars: list[YearCalendar], facts: dict[str, Any]) -> None:
    with pytest.raises(ClosureError):
        set_closure(
            **{
                "from_on": date(2026, 11, 25), "to_on": date(2026, 11, 25), "reason": "停工", "source": "通知",
                "enabled": True, "by": None, "at": NOW, **facts,
            }
        )  # fmt: skip
    assert not Closure.objects.exists()


def test_only_who_manages_calendars_may_record_a_closure(calendars: list[YearCalendar]) -> None:
    cast = assemble()
    facts: dict[str, Any] = {
        "from_on": NOW.date(),
        "to_on": NOW.date(),
        "reason": "停工",
        "source": "通知",
        "at": NOW,
    }
    with pytest.raises(NotAllowedError):
        set_closure(**facts, enabled=True, by=cast.lin)
    made = set_closure(**facts, enabled=False, by=cast.su)
    assert made.recorded_by == cast.su
    with pytest.raises(NotAllowedError):
        switch_closure(made, enabled=True, by=cast.lin, at=NOW)
