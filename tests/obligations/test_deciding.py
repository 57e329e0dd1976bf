"""须先判定的事实, and words that become public: asked, kept, refused."""

import pytest

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind
from gongkai.disclosures import actions as disclosures
from gongkai.disclosures.queries import with_public_labels
from gongkai.events.models import Event
from gongkai.obligations import actions
from gongkai.obligations.actions import Decision, DecisionError, LabelError, WaiverError
from gongkai.obligations.models import Obligation
from tests.make import NOW, make_approved, make_county, make_hands, make_item, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]
ID_NUMBER = "11010519491231002X"  # the example of GB 11643, of nobody
DAY = NOW.date()


@pytest.fixture
def penalty() -> tuple[Item, Officer]:
    make_county()
    version = make_rule("R-CF-7WD")
    version.rule.decision_field = "has_social_impact"
    version.rule.save()
    item = make_item("XX-06", rules=[version.rule])
    return item, make_hands(item.agencies.get())[0]


def opened(
    item: Item, by: Officer | None, decision: Decision | None = None, label: str = "处罚决定"
) -> Obligation:
    return actions.open_obligation(
        item, agency=item.agencies.get(), fact_on=DAY, label=label, by=by, at=NOW, decision=decision
    )


def test_a_clock_of_such_a_rule_is_not_opened_undecided(penalty: tuple[Item, Officer]) -> None:
    with pytest.raises(DecisionError, match="须先判定:是否具有一定社会影响"):
        opened(*penalty)
    with pytest.raises(DecisionError, match="不要求公开"):
        opened(*penalty, Decision(False, "一般程序违法"))
    assert not Obligation.objects.exists()


def test_the_ground_of_the_decision_stays_with_the_clock(penalty: tuple[Item, Officer]) -> None:
    made = opened(*penalty, Decision(True, " 媒体报道过的案件 "))
    made.refresh_from_db()
    assert made.decision == "媒体报道过的案件"


def test_a_rule_that_asks_nothing_keeps_no_decision() -> None:
    make_county()
    item = make_item(rules=[make_rule().rule])
    made = opened(item, make_hands(item.agencies.get())[0], Decision(False, "无关"))
    assert made.decision == ""


def test_that_nothing_is_owed_is_one_line_of_the_operation_log(penalty: tuple[Item, Officer]) -> None:
    item, by = penalty
    rule = item.rules.get()
    said = {"agency": item.agencies.get(), "rule": rule, "fact_on": DAY, "by": by, "at": NOW}
    actions.record_not_owed(item, ground="情节轻微,当场处罚", **said)
    event = Event.objects.get(kind=EventKind.FACT_DECIDED)
    assert event.facts == {
        "item": "XX-06", "rule": "R-CF-7WD", "fact_on": DAY.isoformat(), "decision": False,
        "why": "情节轻微,当场处罚",
    }  # fmt: skip
    assert not Obligation.objects.exists()
    for ground, match in ((" 无 ", "不少于4个字"), (f"当事人 {ID_NUMBER}", "不应公开的内容")):
        with pytest.raises(DecisionError, match=match):
            actions.record_not_owed(item, ground=ground, **said)
    with pytest.raises(NotAllowedError):
        actions.record_not_owed(
            item, ground="情节轻微的", **{**said, "by": make_hands(make_item("LT-01").agencies.get())[1]}
        )


def test_a_rule_without_a_decision_records_none() -> None:
    make_county()
    item = make_item(rules=[make_rule().rule])
    agency = item.agencies.get()
    with pytest.raises(DecisionError, match="不需要先判定"):
        actions.record_not_owed(
            item,
            agency=agency,
            rule=item.rules.get(),
            fact_on=DAY,
            ground="情节轻微的",
            by=make_hands(agency)[0],
            at=NOW,
        )


def test_an_unknown_question_is_asked_by_its_own_name(penalty: tuple[Item, Officer]) -> None:
    rule = penalty[0].rules.get()
    rule.decision_field = "is_something_new"
    assert actions.question(rule) == "is_something_new"


def test_a_label_or_a_ground_that_holds_personal_data_is_refused() -> None:
    make_county()
    item = make_item(rules=[make_rule().rule])
    _, _, head = make_hands(item.agencies.get())
    with pytest.raises(LabelError, match="不应公开的内容"):
        opened(item, None, label=f"王某({ID_NUMBER})处罚决定")
    clock = opened(item, None, label="联系人较多的项目")  # words alone are nothing certain
    from gongkai.core.vocabulary import Role
    from tests.cast import officer

    office = officer("amt", "苏测试", (Role.OFFICE, item.agencies.get()))
    assert head.pk != office.pk
    with pytest.raises(WaiverError, match="不应公开的内容"):
        actions.waive(clock, ground=f"当事人 {ID_NUMBER} 已故", by=office, at=NOW)


def test_the_public_reads_what_a_clock_is_about_with_a_publication_and_not_before() -> None:
    make_county()
    item = make_item(rules=[make_rule().rule])
    clock = opened(item, None, label="某项目中标")

    def shown() -> str:
        return str(with_public_labels(Obligation.objects.all()).get().public_label)  # type: ignore[attr-defined]  # annotated

    assert shown() == ""
    revision, (drafter, _, head) = make_approved(item, obligations=[clock])
    assert shown() == ""
    disclosure = disclosures.publish(revision, by=drafter, at=NOW)
    assert shown() == "某项目中标"
    disclosures.withdraw(disclosure, reason="有误", by=head, at=NOW)
    assert shown() == ""
