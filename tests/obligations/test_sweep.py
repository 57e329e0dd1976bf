"""The night: periods opened, the late found, silence recorded; the same again changes nothing."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import EventKind, ObligationGround, ObligationState, RuleKind, Unit
from gongkai.disclosures import actions as disclosures
from gongkai.events.models import Event
from gongkai.obligations import queries
from gongkai.obligations.actions import open_obligation, open_periodic, periods, sweep, sweeping, waive
from gongkai.obligations.models import DueChange, Obligation, Silence
from tests.cast import agency, assemble
from tests.make import NOW, make_disclosure, make_item, make_rule
from tests.overrule import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]


def morning(day: date) -> datetime:
    return datetime.combine(day, time(0, 30), NOW.tzinfo)


def swept(day: date) -> sweeping.SweepReport:
    return sweep(as_of=day, at=morning(day))


def monthly(code: str = "HC-05", **facts: Any) -> Item:
    """An item with a monthly rule: ten working days after the month."""
    version = make_rule("R-MONTH", kind=RuleKind.PERIODIC, value=10, period="month", trigger="每月结束之日")
    return make_item(code, rules=[version.rule], **facts)


def yearly(trigger: str = "上一年度结束", code: str = "XX-14", **version: Any) -> Item:
    facts = {"kind": RuleKind.ANNUAL_DATE, "value": None, "unit": Unit.MONTH_DAY, "month_day": "01-31", **version}
    return make_item(code, rules=[make_rule(f"R-{code}", trigger=trigger, **facts).rule])


def keys() -> list[tuple[str, date, date | None]]:
    rows = Obligation.objects.filter(ground=ObligationGround.PERIOD).order_by("fact_on", "pk")
    return [(o.period_key, o.fact_on, o.due_on) for o in rows]


# --- periods ----------------------------------------------------------------------------------------------


def test_a_finished_month_starts_its_clock_once() -> None:
    monthly()
    (made,) = open_periodic(as_of=date(2026, 11, 2), at=NOW)
    assert (made.period_key, made.fact_on, made.due_on) == ("2026-10", date(2026, 10, 31), date(2026, 11, 13))
    assert made.label == "测试事项HC-05(2026年10月)"
    assert made.ground == ObligationGround.PERIOD
    assert open_periodic(as_of=date(2026, 11, 2), at=NOW) == []
    assert open_periodic(as_of=date(2026, 11, 30), at=NOW) == []
    assert Event.objects.filter(kind=EventKind.OBLIGATION_OPENED).count() == 1


def test_a_new_installation_does_not_start_clocks_that_had_run_out() -> None:
    monthly()
    assert open_periodic(as_of=date(2026, 11, 23), at=NOW) == []
    (made,) = open_periodic(as_of=date(2026, 12, 1), at=NOW)
    assert made.period_key == "2026-11"


def test_months_missed_in_between_are_made_good() -> None:
    monthly()
    open_periodic(as_of=date(2026, 6, 1), at=NOW)
    made = open_periodic(as_of=date(2026, 9, 20), at=NOW)
    assert [o.period_key for o in made] == ["2026-06", "2026-07", "2026-08"]


def test_a_long_stop_is_made_good_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monthly()
    open_periodic(as_of=date(2020, 6, 1), at=NOW)
    monkeypatch.setattr(periods, "MOST_PERIODS", 4)
    assert [o.period_key for o in open_periodic(as_of=date(2026, 9, 20), at=NOW)] == [
        "2026-05", "2026-06", "2026-07", "2026-08",
    ]  # fmt: skip


def test_an_earlier_day_opens_nothing_before_what_is_kept() -> None:
    monthly()
    open_periodic(as_of=date(2026, 9, 1), at=NOW)
    assert open_periodic(as_of=date(2026, 6, 1), at=NOW) == []


def test_quarters_and_years_are_named() -> None:
    version = make_rule("R-QUARTER", kind=RuleKind.PERIODIC, value=10, period="quarter")
    make_item("HC-01", rules=[version.rule])
    version = make_rule("R-YEAR", kind=RuleKind.PERIODIC, value=10, period="year")
    make_item("HC-02", rules=[version.rule])
    made = open_periodic(as_of=date(2026, 1, 4), at=NOW)
    assert [(o.period_key, o.label) for o in made] == [
        ("2025Q4", "测试事项HC-01(2025年第4季度)"),
        ("2025", "测试事项HC-02(2025年度)"),
    ]


def test_a_yearly_report_tells_of_the_year_past_and_a_plan_of_the_year_ahead() -> None:
    yearly()
    yearly("计划年度", "LT-01", month_day="03-31")
    made = {o.item.code: o for o in open_periodic(as_of=date(2026, 1, 5), at=NOW)}
    assert (made["XX-14"].label, made["XX-14"].due_on) == ("测试事项XX-14(2025年度)", date(2026, 1, 31))
    assert (made["LT-01"].label, made["LT-01"].due_on) == ("测试事项LT-01(2026年度)", date(2026, 3, 31))
    assert {o.period_key for o in made.values()} == {"2025"}
    assert open_periodic(as_of=date(2026, 12, 31), at=NOW) == []


def test_a_yearly_duty_without_a_date_is_opened_without_one() -> None:
    yearly(month_day="")
    (made,) = open_periodic(as_of=date(2026, 6, 1), at=NOW)
    assert made.due_on is None
    assert "待核实" in made.provisional_reason


def test_every_office_owes_its_period_but_project_parties_do_not() -> None:
    towns = agency("xzzf", "各乡镇人民政府", is_group=True, kind=Agency.Kind.TOWNSHIP)
    one = agency("town1", "测试一镇人民政府", parent=towns, kind=Agency.Kind.TOWNSHIP)
    two = agency("town2", "测试二镇人民政府", parent=towns, kind=Agency.Kind.TOWNSHIP)
    agency("town3", "测试三镇人民政府", parent=towns, kind=Agency.Kind.TOWNSHIP, closed_on=date(2020, 1, 1))
    party = agency("jsdw", "项目建设单位", kind=Agency.Kind.PARTY)
    gone = agency("old", "县旧局", closed_on=date(2019, 1, 1))
    monthly(agencies=[towns, party, gone, agency("czj", "测试财政局")])
    made = open_periodic(as_of=date(2026, 11, 2), at=NOW)
    assert {o.agency for o in made} == {one, two, Agency.objects.get(code="czj")}


def test_a_rule_that_changed_its_kind_or_began_later_opens_nothing_for_the_time_before() -> None:
    item = monthly()
    rule = item.item_rules.get().rule
    with triggers_off():
        rule.versions.update(valid_from=date(2026, 11, 1))
    assert open_periodic(as_of=date(2026, 11, 2), at=NOW) == []
    make_rule("R-MONTH", valid_from=date(2008, 5, 1), valid_to=date(2026, 10, 31), value=20)
    assert open_periodic(as_of=date(2026, 11, 2), at=NOW) == []
    assert len(open_periodic(as_of=date(2026, 12, 2), at=NOW)) == 1


def test_retired_items_and_items_on_request_have_no_periods() -> None:
    monthly(retired_on=date(2026, 11, 1))
    make_item("HC-06", rules=[Item.objects.get().item_rules.get().rule], method="on_request")
    assert open_periodic(as_of=date(2026, 11, 2), at=NOW) == []


def test_when_another_sweep_was_faster_the_rest_is_still_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monthly()
    real, calls = periods._open, []

    def rushed(table: Any) -> Any:
        calls.append(table)
        if len(calls) == 1:
            raise IntegrityError("UNIQUE constraint failed")
        return real(table)

    monkeypatch.setattr(periods, "_open", rushed)
    assert len(open_periodic(as_of=date(2026, 11, 2), at=NOW)) == 1


# --- what must always be there ----------------------------------------------------------------------------


def test_a_standing_item_with_nothing_to_show_starts_a_clock_for_the_leading_agency() -> None:
    lead, second = agency("czj", "测试财政局", unit_code="CS09001"), agency("fgj", "测试发改局")
    item = make_item("XX-01", agencies=[lead, second], rules=[make_rule().rule], standing=True)
    (made,) = open_periodic(as_of=date(2026, 11, 2), at=NOW)
    assert (made.agency, made.ground, made.fact_on) == (lead, ObligationGround.STANDING, date(2026, 11, 2))
    assert open_periodic(as_of=date(2026, 11, 3), at=NOW) == []
    disclosure = make_disclosure(item, obligations=[made])
    assert open_periodic(as_of=date(2026, 11, 24), at=NOW) == []
    disclosures.withdraw(disclosure, reason="测试撤回", by=assemble().su, at=NOW)
    assert len(open_periodic(as_of=date(2026, 11, 25), at=NOW)) == 1


def test_a_standing_item_the_office_waived_is_left_alone() -> None:
    cast = assemble()
    make_item("XX-01", rules=[make_rule().rule], standing=True)
    (made,) = open_periodic(as_of=date(2026, 11, 2), at=NOW)
    waive(made, ground="由上级统一公开(测试)", by=cast.su, at=NOW)
    assert open_periodic(as_of=date(2026, 11, 3), at=NOW) == []


def test_a_standing_item_without_a_rule_starts_nothing() -> None:
    make_item("XX-01", standing=True)
    assert open_periodic(as_of=date(2026, 11, 2), at=NOW) == []


# --- overdue ----------------------------------------------------------------------------------------------


def clock(**facts: Any) -> Obligation:
    item = Item.objects.first() or make_item(rules=[make_rule().rule])
    asked: dict[str, Any] = {"fact_on": date(2026, 10, 26), "label": "测试项目", "by": None, "at": NOW, **facts}
    return open_obligation(item, agency=Agency.objects.get(code="czj"), **asked)


def test_a_clock_is_overdue_the_moment_its_last_day_is_over_and_not_before() -> None:
    obligation = clock()
    assert obligation.due_on == date(2026, 11, 23)
    assert swept(date(2026, 11, 23)).overdue == 0
    report = swept(date(2026, 11, 24))
    assert report.overdue == 1
    obligation.refresh_from_db()
    assert (obligation.state, obligation.overdue_at) == (ObligationState.OVERDUE, morning(date(2026, 11, 24)))
    event = Event.objects.get(kind=EventKind.OBLIGATION_OVERDUE)
    assert (event.subject, event.agency_id) == (f"obligation:{obligation.pk}", obligation.agency_id)
    assert event.facts == {"item": "GP-01", "due_on": "2026-11-23"}


def test_a_sweep_for_another_day_looks_from_the_beginning_of_that_day() -> None:
    clock()
    assert sweep(as_of=date(2026, 11, 23), at=NOW + timedelta(days=30)).overdue == 0
    assert sweep(as_of=date(2026, 11, 24), at=NOW).overdue == 1


def test_a_clock_computed_over_another_calendar_is_computed_again_first() -> None:
    obligation = clock(fact_on=date(2026, 11, 20))
    Obligation.objects.update(
        calendar_version="cn-old", due_on=date(2026, 11, 23), due_at=queries.day_ends(date(2026, 11, 23))
    )
    assert swept(date(2026, 11, 24)).overdue == 0
    obligation.refresh_from_db()
    assert (obligation.due_on, obligation.calendar_version) == (date(2026, 12, 18), queries.calendar().version)
    assert DueChange.objects.get().old_calendar == "cn-old"


def test_sweeping_again_changes_nothing() -> None:
    clock()
    monthly()
    make_item("XX-01", rules=[make_rule("R-X").rule], standing=True)
    first = swept(date(2026, 12, 1))
    assert (first.opened, first.overdue, first.fell_silent) == (2, 1, 3)
    before = Event.objects.count()
    assert swept(date(2026, 12, 1)) == sweeping.SweepReport(0, 0, 0, 0)
    assert Event.objects.count() == before


def test_a_provisional_date_is_nobody_s_fault_yet() -> None:
    obligation = clock(fact_on=date(2026, 12, 10), at=NOW + timedelta(days=20))
    assert obligation.provisional
    assert swept(date(2027, 3, 1)).overdue == 0


def test_the_late_are_found_in_batches_each_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        clock(label=f"测试项目{n}")
    monkeypatch.setattr(sweeping, "BATCH", 3)
    assert swept(date(2026, 11, 24)).overdue == 7
    assert Event.objects.filter(kind=EventKind.OBLIGATION_OVERDUE).count() == 7
    positions = list(Event.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


def test_a_sweep_costs_the_same_number_of_queries_for_five_hundred_clocks() -> None:
    obligation = clock()

    def queries_for(count: int) -> int:
        columns = [f for f in Obligation._meta.concrete_fields if f.name != "id"]
        rows = [Obligation(**{f.attname: getattr(obligation, f.attname) for f in columns}) for _ in range(count)]
        Obligation.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as seen:
            swept(date(2026, 11, 24))
        return len(seen)

    queries_for(1)
    assert queries_for(400) <= queries_for(2) + 4  # an insert of many rows is cut into a few statements


# --- silence ----------------------------------------------------------------------------------------------


def test_an_item_with_nothing_published_in_its_period_falls_silent_and_is_heard_again() -> None:
    item = make_item(rules=[make_rule().rule], silent_days=30)
    make_disclosure(item, at=NOW)
    assert queries.silent_items(date(2026, 12, 23)) == []
    (found,) = queries.silent_items(date(2026, 12, 24))
    assert (found.item, found.last_on, found.days) == (item, date(2026, 11, 23), 31)
    assert swept(date(2026, 12, 24)).fell_silent == 1
    assert swept(date(2026, 12, 25)).fell_silent == 0
    silence = Silence.objects.get()
    assert (silence.item, silence.last_on, silence.ended_at) == (item, date(2026, 11, 23), None)
    assert str(silence) == "GP-01 2026-11-23"
    event = Event.objects.get(kind=EventKind.ITEM_FELL_SILENT)
    assert event.facts == {"item": "GP-01", "last_on": "2026-11-23"}
    make_disclosure(item, at=morning(date(2026, 12, 26)))
    assert swept(date(2026, 12, 27)).heard_again == 1
    silence.refresh_from_db()
    assert silence.ended_at == morning(date(2026, 12, 27))
    assert swept(date(2027, 1, 30)).fell_silent == 1
    assert Silence.objects.count() == 2


def test_an_item_that_never_had_anything_is_silent_with_no_date() -> None:
    make_item(rules=[make_rule().rule])
    (found,) = queries.silent_items(date(2026, 11, 24))
    assert (found.last_on, found.days) == (None, None)
    assert swept(date(2026, 11, 24)).fell_silent == 1
    assert Event.objects.get(kind=EventKind.ITEM_FELL_SILENT).facts["last_on"] is None


def test_a_standing_item_is_silent_as_soon_as_nothing_is_shown() -> None:
    item = make_item(rules=[make_rule().rule], standing=True)
    disclosure = make_disclosure(item, at=NOW)
    assert queries.silent_items(date(2026, 11, 24)) == []
    disclosures.withdraw(disclosure, reason="测试撤回", by=assemble().su, at=NOW)
    assert [s.item for s in queries.silent_items(date(2026, 11, 24))] == [item]


def test_items_on_request_offline_or_retired_cannot_be_silent() -> None:
    make_item("GP-01", method="on_request")
    make_item("GP-02", online=False)
    make_item("GP-03", retired_on=date(2026, 11, 24))
    make_item("GP-04", retired_on=date(2026, 11, 25))
    assert [s.item.code for s in queries.silent_items(date(2026, 11, 24))] == ["GP-04"]


def test_silence_is_found_with_one_query(django_assert_num_queries: Any) -> None:
    for n in range(5):
        make_item(f"GP-{n}")
    with django_assert_num_queries(1):
        assert [s.item.domain.code for s in queries.silent_items(date(2026, 11, 24))] == ["GP"] * 5


def test_when_another_sweep_recorded_the_silence_first_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    make_item()
    real, calls = sweeping._note_silence, []

    def rushed(**facts: Any) -> Any:
        calls.append(facts)
        if len(calls) == 1:
            raise IntegrityError("UNIQUE constraint failed")
        return real(**facts)

    monkeypatch.setattr(sweeping, "_note_silence", rushed)
    assert swept(date(2026, 11, 24)).fell_silent == 1
