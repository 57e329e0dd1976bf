"""A text written straight from the checklist starts a clock when it is submitted."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gongkai.catalogue.models import ItemRule
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, Evidence, ObligationState, Openness, RuleKind, Unit, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import MissingElementsError
from gongkai.disclosures.actions.starting import Starting, clock_start, start_clock
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.starting import start_of
from gongkai.events.models import Event
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import CalendarYear, Obligation
from gongkai.obligations.queries import timeliness_board
from tests.cast import agency
from tests.make import NOW, make_county, make_exclusion, make_hands, make_item, make_rule, text
from tests.overrule import triggers_off

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _calendar(db: None) -> None:
    make_county()
    CalendarYear.objects.bulk_create(
        CalendarYear(year=year, title="测试放假安排", days_off=[f"{year}-01-01"], evidence=Evidence.PRIMARY_TEXT)
        for year in range(2025, 2028)
    )


class Desk:
    """A drafter with one item, whose rules are given."""

    def __init__(self, *rules: Any, **item: Any) -> None:
        self.item = make_item(rules=[rule.rule for rule in rules], **item)
        self.agency = self.item.agencies.order_by("item_agencies__order")[0]
        self.drafter, self.reviewer, self.head = make_hands(self.agency)

    def draft(
        self, *, starting: Starting | None = None, openness: Openness | None = None, **said: Any
    ) -> Revision:
        revision = actions.start_draft(self.item, agency=self.agency, by=self.drafter, at=NOW)
        return self.save(revision, starting=starting, openness=openness, **said)

    def save(self, revision: Revision, **said: Any) -> Revision:
        own = {k: said.pop(k) for k in ("starting", "openness") if k in said}
        return actions.save_revision(
            revision, text=text(**said), edits=revision.edits, by=self.drafter, at=NOW, **own
        )

    def submit(self, revision: Revision, *, at: datetime = NOW) -> Obligation | None:
        actions.submit(revision, by=self.drafter, at=at)
        return Disclosure.objects.get(pk=revision.disclosure_id).obligations.first()

    def refused(self, revision: Revision) -> dict[str, str]:
        with pytest.raises(MissingElementsError) as error:
            actions.submit(revision, by=self.drafter, at=NOW)
        assert not Obligation.objects.filter(disclosures=revision.disclosure_id).exists()
        return {p.field: p.message for p in error.value.problems}


def test_a_text_formed_months_ago_is_published_late_and_counted() -> None:
    desk = Desk(make_rule())
    formed_on = date(2026, 6, 1)
    revision = desk.draft(formed_on=formed_on)
    expected = start_of(revision.disclosure, formed_on=formed_on, today=TODAY).clock
    assert not Obligation.objects.exists()  # what the form shows is a pure read
    clock = desk.submit(revision)
    assert clock is not None
    assert expected is not None
    assert (clock.fact_on, clock.due_at) == (formed_on, expected.runs_out_at)
    assert (clock.due_on, clock.opened_by, clock.label) == (date(2026, 6, 29), desk.drafter, revision.title)
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=desk.reviewer, at=NOW)
    revision.refresh_from_db()
    actions.publish(revision, by=desk.drafter, at=NOW)
    clock.refresh_from_db()
    assert clock.state == ObligationState.MET_LATE
    board = timeliness_board(date(2026, 6, 1), date(2026, 6, 1), now=NOW)
    assert board[desk.agency.pk][date(2026, 6, 1)].late == 1


def test_submission_that_is_refused_starts_no_clock() -> None:
    desk = Desk(make_rule())
    assert set(desk.refused(desk.draft(title=""))) == {"title"}
    assert not Obligation.objects.exists()


def test_a_rule_that_starts_elsewhere_asks_for_its_day() -> None:
    desk = Desk(make_rule(trigger="政府采购合同签订之日", value=2))
    revision = desk.draft()
    assert "政府采购合同签订之日" in desk.refused(revision)["fact_on"]
    signed = TODAY - timedelta(days=10)
    clock = desk.submit(desk.save(revision, starting=Starting(fact_on=signed)))
    assert clock is not None
    assert clock.fact_on == signed


def test_an_event_to_come_may_lie_ahead_but_a_fact_may_not() -> None:
    ahead = TODAY + timedelta(days=40)
    event = Desk(make_rule(kind=RuleKind.MIN_BEFORE, unit=Unit.CALENDAR_DAY, trigger="挂牌起始日"))
    clock = event.submit(event.draft(starting=Starting(fact_on=ahead)))
    assert clock is not None
    assert clock.due_on == ahead - timedelta(days=20)
    fact = Desk(make_rule("R-OTHER", trigger="收到评标报告之日"), code="GP-02")
    assert "今天之后" in fact.refused(fact.draft(starting=Starting(fact_on=ahead)))["fact_on"]


def test_a_rule_in_hours_asks_for_the_moment() -> None:
    desk = Desk(make_rule(value=12, unit=Unit.HOUR, trigger="电子数据文本收到之时"))
    revision = desk.draft(starting=Starting(fact_on=TODAY))
    assert "时刻" in desk.refused(revision)["fact_time"]
    at = NOW - timedelta(hours=2)
    clock = desk.submit(desk.save(revision, starting=Starting(fact_on=TODAY, fact_at=at)))
    assert clock is not None
    assert clock.due_at == at + timedelta(hours=12)


def test_where_a_clock_runs_already_the_officer_says_which_one_is_answered() -> None:
    desk = Desk(make_rule())
    running = clocks.open_obligation(
        desk.item, agency=desk.agency, fact_on=TODAY, label="评审结束", by=desk.drafter, at=NOW
    )
    revision = desk.draft()
    assert "正在计时" in desk.refused(revision)["clock"]
    linked = desk.save(revision, starting=Starting(offered=True, obligation=running))
    assert desk.submit(linked) == running
    assert Obligation.objects.count() == 1


def test_a_choice_can_be_taken_back_and_another_clock_started() -> None:
    desk = Desk(make_rule())
    running = clocks.open_obligation(
        desk.item, agency=desk.agency, fact_on=TODAY, label="评审结束", by=desk.drafter, at=NOW
    )
    revision = desk.draft(starting=Starting(offered=True, obligation=running))
    clock = desk.submit(desk.save(revision, starting=Starting(offered=True, apart=True)))
    assert clock is not None
    assert clock != running
    assert not running.disclosures.exists()


def test_a_closed_clock_cannot_be_chosen() -> None:
    desk = Desk(make_rule())
    running = clocks.open_obligation(
        desk.item, agency=desk.agency, fact_on=TODAY, label="评审结束", by=desk.drafter, at=NOW
    )
    clocks.meet(running, at=NOW)
    running.refresh_from_db()
    with pytest.raises(LifecycleError, match="已经办结"):
        desk.draft(starting=Starting(offered=True, obligation=running))


def test_a_mistyped_day_is_dated_anew_and_the_old_date_stays_on_record() -> None:
    desk = Desk(make_rule())
    revision = desk.draft(formed_on=date(2026, 6, 1))
    clock = desk.submit(revision)
    assert clock is not None
    Obligation.objects.filter(pk=clock.pk).update(state=ObligationState.OVERDUE, overdue_at=NOW)
    actions.recall(revision, by=desk.drafter, at=NOW)
    again = desk.submit(desk.save(revision, formed_on=TODAY))
    assert again == clock
    assert again is not None
    assert (again.fact_on, again.state, again.overdue_at) == (TODAY, ObligationState.OPEN, None)
    change = clock.changes.get()
    assert (change.old_due_on, change.new_due_on) == (clock.due_on, again.due_on)
    assert Event.objects.filter(kind=EventKind.OBLIGATION_RECOMPUTED, subject=f"obligation:{clock.pk}").exists()
    actions.recall(revision, by=desk.drafter, at=NOW)
    desk.submit(revision)
    assert clock.changes.count() == 1  # the same day changes nothing


@pytest.mark.parametrize("state", [ObligationState.OPEN, ObligationState.OVERDUE])
def test_a_clock_dated_anew_keeps_its_state_where_the_new_date_does_not_change_it(state: ObligationState) -> None:
    """An open one runs on; an overdue one whose new date is over too stays overdue since it was found so."""
    desk = Desk(make_rule())
    found_at = NOW - timedelta(days=1) if state is ObligationState.OVERDUE else None
    formed_on = date(2026, 6, 1) if found_at else TODAY - timedelta(days=9)
    clock = desk.submit(desk.draft(formed_on=formed_on))
    assert clock is not None
    Obligation.objects.filter(pk=clock.pk).update(state=state, overdue_at=found_at)
    again = clocks.restate_fact(
        clock,
        rule=clock.rule_version.rule,
        fact_on=formed_on + timedelta(days=2),
        fact_at=None,
        by=desk.drafter,
        at=NOW,
    )
    assert again.fact_on == formed_on + timedelta(days=2)
    assert (again.state, again.overdue_at) == (state, found_at)


@pytest.mark.parametrize(("before", "state"), [(0, ObligationState.OVERDUE), (1, ObligationState.OPEN)])
def test_an_overdue_clock_runs_again_only_when_its_new_moment_lies_ahead(
    before: int, state: ObligationState
) -> None:
    desk = Desk(make_rule(value=12, unit=Unit.HOUR, trigger="电子数据文本收到之时"))
    received = NOW - timedelta(days=2)
    clock = desk.submit(desk.draft(starting=Starting(fact_on=received.date(), fact_at=received)))
    assert clock is not None
    Obligation.objects.filter(pk=clock.pk).update(state=ObligationState.OVERDUE, overdue_at=NOW)
    fact_at = NOW - timedelta(hours=12)
    again = clocks.restate_fact(
        clock,
        rule=clock.rule_version.rule,
        fact_on=fact_at.date(),
        fact_at=fact_at,
        by=desk.drafter,
        at=NOW - timedelta(microseconds=before),
    )
    assert (again.due_at, again.state) == (NOW, state)


def test_a_text_answers_no_clock_of_another_item_or_agency() -> None:
    both = [agency("czj", "测试财政局"), agency("zrj", "测试自然资源局")]
    desk, other_item = Desk(make_rule(), agencies=both), Desk(code="GP-02", agencies=both)
    foreign = clocks.open_obligation(desk.item, agency=both[0], fact_on=TODAY, label="评审结束", by=None, at=NOW)
    for item, of in ((other_item.item, both[0]), (desk.item, both[1])):
        drafter, _, _ = make_hands(of)
        with pytest.raises(LifecycleError, match="其他事项或单位"):
            actions.start_draft(item, agency=of, by=drafter, at=NOW, obligations=[foreign])
    assert not foreign.disclosures.exists()


def test_a_text_without_the_day_its_clock_runs_from_starts_none() -> None:
    desk = Desk(make_rule())
    revision = desk.draft(formed_on=None)
    start = clock_start(revision, at=NOW)
    assert start_clock(revision, start, by=desk.drafter, at=NOW) == []
    assert not Obligation.objects.exists()
    assert set(desk.refused(revision)) == {"formed_on"}  # which is why it cannot be handed in


def test_a_clock_that_was_waived_meanwhile_stays_so() -> None:
    desk = Desk(make_rule())
    revision = desk.draft(formed_on=date(2026, 6, 1))
    clock = desk.submit(revision)
    assert clock is not None
    Obligation.objects.filter(pk=clock.pk).update(
        state=ObligationState.WAIVED, waived_at=NOW, waived_by=desk.head, waiver_ground="测试"
    )
    actions.recall(revision, by=desk.drafter, at=NOW)
    desk.submit(desk.save(revision, formed_on=TODAY))
    clock.refresh_from_db()
    assert (clock.state, clock.fact_on) == (ObligationState.WAIVED, date(2026, 6, 1))
    assert clocks.restate_fact(
        clock, rule=clock.rule_version.rule, fact_on=TODAY, fact_at=None, by=desk.drafter, at=NOW
    ).fact_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([], "没有给它规定"),
        ([{"valid_from": date(2026, 11, 22)}], "没有有效的时限规则"),
        ([{"kind": RuleKind.MIN_BEFORE, "value": 10, "unit": Unit.HOUR}], "不能以"),
        ([{"kind": RuleKind.PROMPTLY, "value": None}], "外限"),
        ([{"kind": RuleKind.PERIODIC, "period": "month"}], "按周期"),
        ([{"kind": RuleKind.MIN_DURATION}], "没有有效的时限规则"),
    ],
)
def test_an_item_without_a_rule_that_can_be_computed_starts_none_and_says_why(
    rules: list[dict[str, Any]], why: str
) -> None:
    desk = Desk(*(make_rule(**facts) for facts in rules))
    revision = desk.draft()
    clock = start_of(revision.disclosure, formed_on=revision.formed_on, today=TODAY).clock
    assert clock is not None
    assert why in clock.why
    assert desk.submit(revision) is None


def test_the_general_limit_counts_where_the_own_rules_say_only_how_long_it_stays() -> None:
    make_rule("R-DEFAULT-20WD")
    desk = Desk(make_rule("R-STAYS", kind=RuleKind.MIN_DURATION, value=5))
    clock = desk.submit(desk.draft())
    assert clock is not None
    assert clock.rule_version.rule.code == "R-DEFAULT-20WD"


def test_what_is_not_to_be_published_by_itself_starts_none() -> None:
    desk = Desk(make_rule())
    withheld = actions.start_draft(desk.item, agency=desk.agency, by=desk.drafter, at=NOW)
    actions.save_revision(
        withheld,
        text=text(),
        edits=0,
        by=desk.drafter,
        at=NOW,
        openness=Openness.WITHHELD,
        withholding_ground=make_exclusion(),
        withholding_reason="测试",
    )
    withheld.refresh_from_db()
    assert desk.submit(withheld) is None
    offline = Desk(make_rule("R-OFFLINE"), code="GP-02", online=False)
    assert offline.submit(offline.draft()) is None
    gone = Desk(make_rule("R-GONE"), code="GP-03")
    revision = gone.draft()
    type(gone.item).objects.filter(pk=gone.item.pk).update(retired_on=TODAY)
    assert gone.submit(revision) is None


def test_an_agency_the_item_was_taken_from_is_told_so() -> None:
    desk = Desk(make_rule())
    revision = desk.draft()
    desk.item.item_agencies.all().delete()
    assert "不是事项" in desk.refused(revision)["formed_on"]


def test_a_wide_space_in_a_title_is_no_fault_of_the_clock() -> None:
    desk = Desk(make_rule())
    clock = desk.submit(desk.draft(title="测试项目\u3000成交结果"))
    assert clock is not None
    assert clock.label == "测试项目 成交结果"


def test_the_first_computable_rule_of_the_item_governs() -> None:
    desk = Desk(make_rule("R-NONE", kind=RuleKind.PROMPTLY, value=None), make_rule())
    clock = desk.submit(desk.draft())
    assert clock is not None
    assert clock.rule_version.rule.code == "R-TEST-20WD"
    assert ItemRule.objects.filter(item=desk.item).count() == 2


def test_the_form_says_nothing_of_a_date_it_cannot_know_yet() -> None:
    desk = Desk(make_rule())
    revision = actions.start_draft(desk.item, agency=desk.agency, by=desk.drafter, at=NOW)
    clock = start_of(revision.disclosure, formed_on=None, today=timezone.localdate(NOW)).clock
    assert clock is not None
    assert (clock.due, clock.runs_out_at, clock.asks) == (None, None, False)


def test_a_day_without_a_rule_cannot_be_restated_to() -> None:
    desk = Desk(make_rule(valid_from=date(2026, 1, 1)))
    clock = desk.submit(desk.draft())
    assert clock is not None
    with pytest.raises(clocks.NoRuleInForceError):
        clocks.restate_fact(
            clock,
            rule=clock.rule_version.rule,
            fact_on=date(2025, 1, 1),
            fact_at=None,
            by=desk.drafter,
            at=NOW,
        )


def test_where_something_must_be_decided_first_the_decided_task_is_chosen() -> None:
    version = make_rule()
    version.rule.decision_field = "has_social_impact"
    version.rule.save()
    desk = Desk(version)
    revision = desk.draft()
    assert "须先判定" in desk.refused(revision)["clock"]
    decided = clocks.open_obligation(
        desk.item,
        agency=desk.agency,
        fact_on=TODAY,
        label="测试处罚",
        decision=clocks.Decision(True, "涉及食品安全"),
        by=desk.drafter,
        at=NOW,
    )
    assert "正在计时" in desk.refused(revision)["clock"]
    linked = desk.save(revision, starting=Starting(offered=True, obligation=decided))
    assert desk.submit(linked) == decided
    other = desk.draft(starting=Starting(offered=True, apart=True), title="另一件")
    assert desk.submit(other) is None  # decided that nothing is owed


def test_a_title_that_holds_an_identity_number_names_no_task() -> None:
    desk = Desk(make_rule())
    clock = desk.submit(desk.draft(title="关于11010519491231002X的公告"))
    assert clock is not None
    assert clock.label == desk.item.name


def test_without_any_calendar_the_form_says_so_and_nothing_breaks() -> None:
    with triggers_off():
        CalendarYear.objects.all().delete()
    desk = Desk(make_rule())
    revision = desk.draft()
    clock = start_of(revision.disclosure, formed_on=revision.formed_on, today=TODAY).clock
    assert clock is not None
    assert "请先载入日历" in clock.why
