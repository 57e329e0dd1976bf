"""A clock started by a fact, stopped by a publication, waived with a ground."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind, Evidence, ObligationGround, ObligationState, RuleKind, Unit
from gongkai.events.models import Event
from gongkai.obligations import queries
from gongkai.obligations.actions import (
    AgencyNotResponsibleError,
    FactDateError,
    ItemRetiredError,
    LabelError,
    NoRuleInForceError,
    ObligationAlreadyClosedError,
    RuleNotOfItemError,
    RuleTermsError,
    WaiverError,
    meet,
    open_obligation,
    record_not_owed,
    restate_fact,
    waive,
)
from gongkai.obligations.models import Obligation
from tests.cast import Cast, agency, assemble
from tests.make import NOW, make_item, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]

DAY = date(2026, 11, 20)


@pytest.fixture
def cast() -> Cast:
    """The people of the tests."""
    return assemble()


def item_of(cast: Cast, *rules: Any, code: str = "GP-01", **facts: Any) -> Item:
    """An item 县财政局 answers for, with ``rules`` or the general one of 20 working days."""
    versions = rules or (make_rule(),)
    return make_item(code, agencies=[cast.finance], rules=[v.rule for v in versions], **facts)


def opened(cast: Cast, item: Item | None = None, **facts: Any) -> Obligation:
    """A clock started by 县财政局's drafter."""
    asked = {"agency": cast.finance, "fact_on": DAY, "label": "测试项目", "by": cast.lin, "at": NOW, **facts}
    return open_obligation(item or item_of(cast), **asked)


def test_a_fact_starts_a_clock_with_its_rule_clause_calendar_and_working(cast: Cast) -> None:
    obligation = opened(cast)
    assert (obligation.state, obligation.ground) == (ObligationState.OPEN, ObligationGround.FACT)
    assert obligation.due_on == date(2026, 12, 18)
    assert obligation.due_at == queries.day_begins(date(2026, 12, 19))
    assert obligation.earliest_at == queries.day_begins(DAY)
    assert obligation.calendar_version == queries.calendar().version
    assert obligation.rule_version.clause == "《测试条例》第26条"
    assert len(obligation.working["days"]) == 20
    assert obligation.working["days"][-1] == "2026-12-18"
    assert obligation.working["steps"][0].startswith("起算日(信息形成之日):2026-11-20")
    assert (obligation.provisional, obligation.provisional_reason) == (False, "")
    assert (obligation.opened_by, obligation.opened_at, obligation.is_demo) == (cast.lin, NOW, False)


def test_starting_a_clock_is_an_event_without_the_label(cast: Cast) -> None:
    obligation = opened(cast, label="张测试的项目")
    event = Event.objects.get(kind=EventKind.OBLIGATION_OPENED)
    assert event.subject == f"obligation:{obligation.pk}"
    assert (event.by, event.agency) == (cast.lin, cast.finance)
    assert event.facts["item"] == "GP-01"
    assert event.facts["due_on"] == "2026-12-18"
    assert "张测试" not in str(event.facts)


def test_a_repeated_click_gives_the_first_clock_back(cast: Cast) -> None:
    item = item_of(cast)
    assert opened(cast, item).pk == opened(cast, item).pk
    assert opened(cast, item, label="另一个项目").pk != opened(cast, item).pk
    assert Event.objects.filter(kind=EventKind.OBLIGATION_OPENED).count() == 2


def test_the_same_fact_after_its_clock_was_stopped_is_a_new_one(cast: Cast) -> None:
    item = item_of(cast)
    first = meet(opened(cast, item), at=NOW)
    assert opened(cast, item).pk != first.pk


def test_the_system_may_start_clocks_too_and_mark_them_as_demonstration(cast: Cast) -> None:
    obligation = opened(cast, by=None, is_demo=True)
    assert obligation.opened_by is None
    assert obligation.is_demo


def test_only_who_records_facts_for_the_agency_may_start_a_clock(cast: Cast) -> None:
    item = item_of(cast)
    for stranger in (cast.zheng, cast.huang, cast.stranger, cast.gone):
        with pytest.raises(NotAllowedError):
            opened(cast, item, by=stranger)
    assert not Obligation.objects.exists()


def test_a_date_past_the_known_calendar_is_provisional_with_the_reason(cast: Cast) -> None:
    obligation = opened(cast, fact_on=date(2026, 12, 10), at=NOW + timedelta(days=20))
    assert obligation.provisional
    assert "2027" in obligation.provisional_reason
    assert obligation.due_on == date(2027, 1, 8)


def test_a_rule_without_its_number_starts_a_clock_without_a_date(cast: Cast) -> None:
    version = make_rule("R-LOCAL", kind=RuleKind.DEADLINE_AFTER, value=None)
    obligation = opened(cast, item_of(cast, version))
    assert (obligation.due_on, obligation.due_at, obligation.earliest_at, obligation.provisional) == (
        None,
        None,
        None,
        False,
    )
    assert "待核实" in obligation.provisional_reason


def test_a_rule_in_hours_needs_the_moment_and_gives_one(cast: Cast) -> None:
    version = make_rule("R-HOURS", value=12, unit=Unit.HOUR)
    item = item_of(cast, version)
    with pytest.raises(FactDateError, match="时刻"):
        opened(cast, item)
    at = datetime(2026, 11, 22, 20, 0, tzinfo=NOW.tzinfo)
    obligation = opened(cast, item, fact_at=at)
    assert obligation.fact_on == date(2026, 11, 22)
    assert obligation.due_at == at + timedelta(hours=12)
    assert obligation.due_on == date(2026, 11, 23)
    assert obligation.earliest_at == at


def test_a_price_chooses_the_tier_and_is_kept_for_a_recomputation(cast: Cast) -> None:
    tiers = [{"price_from": 0, "price_to": 10_000_000, "value": 10}, {"price_from": 10_000_000, "value": 20}]
    version = make_rule("R-TIER", value=10, tiers=tiers)
    obligation = opened(cast, item_of(cast, version), price=20_000_000)
    assert obligation.due_on == date(2026, 12, 18)
    assert obligation.working["price"] == 20_000_000


# --- which rule -------------------------------------------------------------------------------------------


def test_the_first_rule_that_sets_a_last_moment_is_taken(cast: Cast) -> None:
    notice = make_rule("R-NOTICE", kind=RuleKind.MIN_DURATION, value=5)
    result = make_rule("R-RESULT", value=2)
    obligation = opened(cast, item_of(cast, notice, result))
    assert obligation.rule_version == result


def test_an_item_that_only_says_how_long_falls_under_the_general_limit(cast: Cast) -> None:
    general = make_rule(queries.GENERAL_RULE)
    notice = make_rule("R-NOTICE", kind=RuleKind.MIN_DURATION, value=5)
    item = item_of(cast, notice)
    assert opened(cast, item).rule_version == general
    chosen = opened(cast, item, rule=notice.rule)
    assert chosen.rule_version == notice
    assert chosen.due_on == DAY  # what was announced for that day is public on that day
    assert chosen.working["ends_on"] == "2026-11-27"


def test_the_version_of_the_day_of_the_fact_governs(cast: Cast) -> None:
    old = make_rule(valid_to=date(2026, 11, 15), value=20)
    new = make_rule(valid_from=date(2026, 11, 16), value=5)
    item = item_of(cast, old)
    assert opened(cast, item, fact_on=date(2026, 11, 13)).rule_version == old
    assert opened(cast, item, fact_on=date(2026, 11, 16)).rule_version == new


def test_promptly_takes_its_limit_from_its_fallback_or_the_general_rule(cast: Cast) -> None:
    general = make_rule(queries.GENERAL_RULE)
    limit = make_rule("R-LIMIT", value=3)
    with_fallback = make_rule("R-PROMPT-1", kind=RuleKind.PROMPTLY, value=None, unit="")
    with_fallback.rule.fallback = limit.rule
    with_fallback.rule.save()
    without = make_rule("R-PROMPT-2", kind=RuleKind.PROMPTLY, value=None, unit="")
    assert opened(cast, item_of(cast, with_fallback)).due_on == date(2026, 11, 25)
    obligation = opened(cast, item_of(cast, without, code="GP-02"))
    assert obligation.due_on == date(2026, 12, 18)
    assert obligation.rule_version == without
    assert general.rule.code == queries.GENERAL_RULE


def test_a_rule_of_another_item_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleNotOfItemError, match="R-ELSE"):
        opened(cast, rule=make_rule("R-ELSE").rule)


def test_a_rule_not_yet_in_force_is_refused(cast: Cast) -> None:
    version = make_rule("R-NEW", valid_from=date(2026, 12, 1))
    general = make_rule()
    item = item_of(cast, version, general)
    with pytest.raises(NoRuleInForceError, match="R-NEW"):
        opened(cast, item, rule=version.rule)
    assert opened(cast, item).rule_version == general


def test_an_item_without_any_rule_that_day_is_refused(cast: Cast) -> None:
    item = item_of(cast, make_rule(valid_from=date(2019, 5, 15)))
    with pytest.raises(NoRuleInForceError, match="没有有效的时限规则"):
        opened(cast, item, fact_on=date(2018, 7, 13))


# --- what is refused --------------------------------------------------------------------------------------


def test_a_fact_cannot_lie_in_the_future(cast: Cast) -> None:
    item = item_of(cast)
    with pytest.raises(FactDateError, match="2026-11-24"):
        opened(cast, item, fact_on=date(2026, 11, 24))
    with pytest.raises(FactDateError):
        opened(cast, item, fact_at=NOW + timedelta(minutes=5))
    assert opened(cast, item, fact_on=NOW.date()).fact_on == NOW.date()


def test_an_event_still_to_come_may(cast: Cast) -> None:
    auction = make_rule(
        "R-AUCTION", kind=RuleKind.MIN_BEFORE, value=20, unit=Unit.CALENDAR_DAY, trigger="拍卖之日"
    )
    obligation = opened(cast, item_of(cast, auction), fact_on=date(2026, 12, 31))
    assert obligation.due_on == date(2026, 12, 11)
    assert obligation.earliest_at is None


@pytest.mark.parametrize("label", ["", "   ", "长" * 201, "测试\x07项目", "测试\u202e项目"])
def test_a_label_nobody_can_read_is_refused(cast: Cast, label: str) -> None:
    with pytest.raises(LabelError):
        opened(cast, label=label)


def test_a_retired_item_is_refused_from_its_day_on(cast: Cast) -> None:
    item = item_of(cast, retired_on=NOW.date())
    with pytest.raises(ItemRetiredError, match="停用"):
        opened(cast, item)
    item.retired_on = NOW.date() + timedelta(days=1)
    item.save()
    assert opened(cast, item).pk


def test_an_agency_that_does_not_answer_for_the_item_is_refused(cast: Cast) -> None:
    with pytest.raises(AgencyNotResponsibleError, match="县自然资源局"):
        opened(cast, agency=cast.land, by=cast.zheng)


def test_a_collective_name_owes_through_its_parts(cast: Cast) -> None:
    towns = agency("xzzf", "各乡镇人民政府", is_group=True, kind=Agency.Kind.TOWNSHIP)
    town = agency("ceshizhen", "测试镇人民政府", parent=towns, kind=Agency.Kind.TOWNSHIP)
    item = make_item(agencies=[towns], rules=[make_rule().rule])
    with pytest.raises(AgencyNotResponsibleError, match="统称"):
        opened(cast, item, agency=towns, by=None)
    assert opened(cast, item, agency=town, by=None).agency == town


def test_a_closed_agency_is_refused(cast: Cast) -> None:
    closed = agency("old", "县旧局", closed_on=date(2019, 3, 1))
    item = make_item(agencies=[closed], rules=[make_rule().rule])
    with pytest.raises(AgencyNotResponsibleError, match="撤销"):
        opened(cast, item, agency=closed, by=None)


# --- stopping ---------------------------------------------------------------------------------------------

LAST = datetime(2026, 12, 19, 0, 0, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2026, 11, 19, 23, 59, 59, tzinfo=NOW.tzinfo), ObligationState.TOO_EARLY),
        (datetime(2026, 11, 20, 0, 0, tzinfo=NOW.tzinfo), ObligationState.MET),
        (LAST, ObligationState.MET),
        (LAST + timedelta(microseconds=1), ObligationState.MET_LATE),
    ],
)
def test_the_moments_decide_between_in_time_late_and_too_early(cast: Cast, at: datetime, state: str) -> None:
    obligation = meet(opened(cast), at=at, by=cast.lin)
    assert (obligation.state, obligation.met_at) == (state, at)
    event = Event.objects.get(kind=EventKind.OBLIGATION_MET)
    assert event.facts["state"] == state
    assert event.by == cast.lin


def test_a_clock_found_overdue_can_still_be_met_late(cast: Cast) -> None:
    obligation = opened(cast, fact_on=date(2026, 9, 1))
    Obligation.objects.filter(pk=obligation.pk).update(state=ObligationState.OVERDUE, overdue_at=NOW)
    assert meet(obligation, at=NOW).state == ObligationState.MET_LATE


def test_a_clock_without_a_date_is_met_whenever(cast: Cast) -> None:
    obligation = opened(cast, item_of(cast, make_rule("R-LOCAL", value=None)))
    assert meet(obligation, at=NOW + timedelta(days=900)).state == ObligationState.MET


def test_a_clock_is_stopped_once(cast: Cast) -> None:
    obligation = opened(cast)
    meet(obligation, at=NOW)
    with pytest.raises(ObligationAlreadyClosedError, match=r"按时公开,2026-11-23 09:30"):
        meet(obligation, at=NOW + timedelta(hours=1))
    assert Event.objects.filter(kind=EventKind.OBLIGATION_MET).count() == 1


def test_a_waiver_keeps_its_ground_and_who_approved_it(cast: Cast) -> None:
    obligation = waive(opened(cast), ground=" 项目终止,文件已撤销(测试) ", by=cast.su, at=NOW)
    assert obligation.state == ObligationState.WAIVED
    assert (obligation.waiver_ground, obligation.waived_by, obligation.waived_at) == (
        "项目终止,文件已撤销(测试)",
        cast.su,
        NOW,
    )
    assert Event.objects.get(kind=EventKind.OBLIGATION_WAIVED).by == cast.su
    with pytest.raises(ObligationAlreadyClosedError, match="已免除"):
        meet(obligation, at=NOW)


def test_a_waiver_without_a_ground_is_refused(cast: Cast) -> None:
    with pytest.raises(WaiverError):
        waive(opened(cast), ground="  ", by=cast.su, at=NOW)


def test_only_the_office_may_waive(cast: Cast) -> None:
    obligation = opened(cast)
    for officer in (cast.lin, cast.wang, cast.ye):
        with pytest.raises(NotAllowedError):
            waive(obligation, ground="理由", by=officer, at=NOW)


def test_what_was_met_cannot_be_waived(cast: Cast) -> None:
    obligation = meet(opened(cast), at=NOW)
    with pytest.raises(ObligationAlreadyClosedError):
        waive(obligation, ground="理由", by=cast.su, at=NOW)


# --- asking the rules -------------------------------------------------------------------------------------


def test_the_version_in_force_is_the_newest_revision_that_covers_the_day(cast: Cast) -> None:
    first = make_rule(valid_from=date(2008, 5, 1), valid_to=date(2019, 5, 14))
    second = make_rule(valid_from=date(2019, 5, 15))
    revised = make_rule(valid_from=date(2019, 5, 15), revision=2, value=15, evidence=Evidence.CONFIRMED)
    other = make_rule("R-OTHER", valid_from=date(2020, 1, 1))
    assert queries.version_in_force(first.rule, date(2019, 5, 14)) == first
    assert queries.version_in_force(first.rule, date(2019, 5, 15)) == revised != second
    assert queries.version_in_force(first.rule, date(2008, 4, 30)) is None
    assert queries.versions_in_force(date(2019, 6, 1)) == {first.rule_id: revised}
    assert queries.versions_in_force(date(2020, 6, 1)) == {first.rule_id: revised, other.rule_id: other}


def test_the_office_s_confirmation_takes_the_warning_off_a_local_number(cast: Cast) -> None:
    version = make_rule("R-LOCAL", value=7)
    version.rule.needs_local_value = True
    version.rule.save()
    assert "待核实" in queries.due_of(version, start=DAY).reason
    confirmed = make_rule("R-LOCAL", value=7, revision=2, evidence=Evidence.CONFIRMED)
    assert queries.due_of(confirmed, start=DAY).reason == ""


def test_terms_of_a_single_version_bring_the_outer_limit_along(cast: Cast) -> None:
    make_rule(queries.GENERAL_RULE)
    prompt = make_rule("R-PROMPT", kind=RuleKind.PROMPTLY, value=None, unit="")
    fallback = queries.terms_of(prompt, on=DAY).fallback
    assert fallback is not None
    assert fallback.value == 20
    assert queries.terms_of(make_rule()).fallback is None
    assert queries.due_of(prompt, start=NOW).due_on == date(2026, 12, 21)


def test_a_notice_ends_with_its_longest_rule(cast: Cast) -> None:
    item = item_of(
        cast,
        make_rule("R-RESULT", value=2),
        make_rule("R-KEEP", kind=RuleKind.MIN_DURATION, value=3),
        make_rule("R-FIXED", kind=RuleKind.FIXED_DURATION, value=5),
        make_rule("R-LOCAL", kind=RuleKind.MIN_DURATION, value=None),
        make_rule("R-FUTURE", kind=RuleKind.MIN_DURATION, value=50, valid_from=date(2030, 1, 1)),
    )
    assert queries.notice_end(item, published_at=NOW) == date(2026, 11, 30)
    assert queries.notice_end(item_of(cast, code="GP-02"), published_at=NOW) is None


@pytest.mark.parametrize("day", [date.min, date(1949, 9, 30), date(2200, 1, 1), date.max])
def test_a_fact_of_another_age_starts_no_clock_and_is_not_decided_on(cast: Cast, day: date) -> None:
    rule = make_rule(kind=RuleKind.MIN_BEFORE).rule
    item = make_item(agencies=[cast.finance], rules=[rule])
    for said in ({"fact_on": day}, {"fact_at": queries.day_begins(day)}):
        with pytest.raises(FactDateError, match="请核对年份"):
            opened(cast, item, **said)
    running = opened(cast, item)
    with pytest.raises(FactDateError, match="请核对年份"):
        restate_fact(running, rule=rule, fact_on=day, fact_at=None, by=cast.lin, at=NOW)
    rule.decision_field = "has_social_impact"
    decided = {"agency": cast.finance, "rule": rule, "ground": "情节轻微", "by": cast.lin, "at": NOW}
    with pytest.raises(FactDateError, match="请核对年份"):
        record_not_owed(item, fact_on=day, **decided)
    assert list(Obligation.objects.values_list("fact_on", flat=True)) == [DAY]


def test_a_rule_whose_terms_contradict_themselves_is_told_and_starts_no_clock(cast: Cast) -> None:
    item = item_of(cast, make_rule(kind=RuleKind.MIN_BEFORE, unit=Unit.HOUR))
    with pytest.raises(RuleTermsError, match="请由县政务公开办改正规则"):
        opened(cast, item, fact_at=NOW)
    assert not Obligation.objects.exists()
