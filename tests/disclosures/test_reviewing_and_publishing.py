"""保密审查 by another, and publication in one transaction."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gongkai.catalogue.models import Item
from gongkai.core import canonical
from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, Evidence, Openness, RevisionStage, Role, RuleKind, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import MissingElementsError, NotPublishableError, TextProblemsError
from gongkai.disclosures.models import ConfidentialityReview, Disclosure, Revision
from gongkai.events.models import Event
from gongkai.ledger import queries as ledger
from gongkai.obligations.models import CalendarYear
from tests.cast import officer
from tests.make import NOW, make_approved, make_county, make_disclosure, make_hands, make_item, make_rule, text

pytestmark = pytest.mark.django_db


def submitted(**county: Any) -> tuple[Revision, Any]:
    make_county(**county)
    item = make_item()
    of = item.agencies.get()
    hands = make_hands(of)
    revision = actions.start_draft(item, agency=of, by=hands[0], at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=hands[0], at=NOW)
    actions.submit(saved, by=hands[0], at=NOW)
    return saved, hands


def test_an_incomplete_text_is_not_submitted_and_every_gap_is_named() -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, _, _ = make_hands(of)
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)
    with pytest.raises(MissingElementsError) as refused:
        actions.submit(revision, by=drafter, at=NOW)
    assert {p.field for p in refused.value.problems} >= {"title", "formed_on", "elements.项目名称"}
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.DRAFT


def test_the_drafter_never_reviews_the_own_text_whatever_the_role() -> None:
    revision, (drafter, _, _) = submitted()
    drafter.appointments.create(agency=revision.disclosure.agency, role=Role.REVIEWER, from_on=NOW.date())
    with pytest.raises(NotAllowedError, match="自己起草"):
        actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密", by=drafter, at=NOW)


def test_whoever_saved_a_line_of_it_does_not_review_it_either() -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, _, head = make_hands(of)
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=head, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    with pytest.raises(NotAllowedError, match="自己起草"):
        actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=head, at=NOW)


def test_a_review_needs_words() -> None:
    revision, (_, reviewer, _) = submitted()
    with pytest.raises(TextProblemsError, match="审查意见"):
        actions.record_review(revision, verdict=Verdict.APPROVE, grounds="  ", by=reviewer, at=NOW)
    with pytest.raises(TextProblemsError, match="审查意见第 4 个字符"):
        actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密\u202e", by=reviewer, at=NOW)


def test_a_returned_text_goes_back_to_the_drafter_and_needs_review_again() -> None:
    revision, (drafter, reviewer, _) = submitted()
    actions.record_review(revision, verdict=Verdict.RETURN, grounds="附件含身份证号", by=reviewer, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.RETURNED
    with pytest.raises(LifecycleError):
        actions.publish(revision, by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(title="改后"), edits=revision.edits, by=drafter, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    assert saved.stage == RevisionStage.SUBMITTED


def test_three_reviews_are_three_people() -> None:
    revision, (_, reviewer, head) = submitted(review_steps=3)
    of = revision.disclosure.agency
    third = officer("third", "三审测试", (Role.REVIEWER, of))
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="初审", by=reviewer, at=NOW)
    with pytest.raises(NotAllowedError, match="三审"):
        actions.record_review(revision, verdict=Verdict.APPROVE, grounds="复审", by=reviewer, at=NOW)
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="复审", by=head, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.SUBMITTED
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="终审", by=third, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.APPROVED
    assert list(revision.reviews.values_list("step", flat=True)) == [1, 2, 3]


def test_reviews_before_a_return_do_not_count_for_the_next_round() -> None:
    revision, (drafter, reviewer, head) = submitted(review_steps=2)
    later = NOW + timedelta(hours=1)
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="初审", by=reviewer, at=NOW)
    actions.record_review(revision, verdict=Verdict.RETURN, grounds="改", by=head, at=NOW)
    revision.refresh_from_db()
    actions.submit(revision, by=drafter, at=later)
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="初审", by=reviewer, at=later)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.SUBMITTED


def test_a_drafter_can_take_back_what_nobody_decided() -> None:
    revision, (drafter, _, _) = submitted()
    actions.recall(revision, by=drafter, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.DRAFT


def test_the_database_refuses_to_rewrite_a_review() -> None:
    make_approved()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConfidentialityReview.objects.update(grounds="改写")


def test_publication_leaves_three_traces_and_the_marks() -> None:
    disclosure = make_disclosure()
    revision = disclosure.published_revision
    assert disclosure.index_number == "CS09001-3004-2026-00001"
    assert disclosure.published_at == NOW
    assert revision.stage == RevisionStage.PUBLISHED
    record = record_of(disclosure)
    assert record["kind"] == "publish"
    assert record["index_number"] == disclosure.index_number
    assert record["sha256"] == canonical.sha256(bytes(revision.content))
    assert (
        Event.objects.filter(kind=EventKind.DISCLOSURE_PUBLISHED, subject=f"disclosure:{disclosure.pk}").count()
        == 1
    )


def record_of(disclosure: Disclosure) -> Mapping[str, Any]:
    return json.loads(bytes(ledger.leaf(disclosure.leaf_position).record))


def test_no_title_name_or_reason_ever_enters_the_log() -> None:
    disclosure = make_disclosure(title="张测试(身份证号保密)配租公告")
    actions.withdraw(disclosure, reason="王测试的隐私", by=make_hands(disclosure.agency)[2], at=NOW)
    for leaf in ledger.leaves_of(f"disclosure:{disclosure.public_id}"):
        told = bytes(leaf.record).decode()
        assert "测试" not in told
        assert "隐私" not in told


def test_serials_of_an_agency_are_dense_and_its_own() -> None:
    item = make_item()
    numbers = [make_disclosure(item).index_number for _ in range(3)]
    assert [n[-5:] for n in numbers] == ["00001", "00002", "00003"]


def test_a_click_repeated_publishes_once() -> None:
    revision, (drafter, _, _) = make_approved()
    actions.publish(revision, by=drafter, at=NOW)
    again = Revision.objects.get(pk=revision.pk)
    with pytest.raises(LifecycleError):
        actions.publish(again, by=drafter, at=NOW)
    assert ledger.state().size == 1


def test_what_is_not_proactively_open_is_not_published() -> None:
    revision, (drafter, _, _) = make_approved()
    Disclosure.objects.update(openness=Openness.ON_REQUEST)
    with pytest.raises(NotPublishableError, match="公开属性"):
        actions.publish(revision, by=drafter, at=NOW)
    assert ledger.state().size == 0


def test_a_failure_anywhere_in_publication_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (drafter, _, _) = make_approved()
    before = Event.objects.count()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("gongkai.disclosures.actions.publishing.announce_revision", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.publish(revision, by=drafter, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.APPROVED
    assert Disclosure.objects.get().index_number is None
    assert ledger.state().size == 0
    assert Event.objects.count() == before


def test_the_database_refuses_old_news_dressed_as_new() -> None:
    disclosure = make_disclosure()
    for column, value in (("published_at", NOW + timedelta(days=9)), ("index_number", "CS09001-3004-2026-99999")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disclosure.objects.filter(pk=disclosure.pk).update(**{column: value})


def test_a_correction_is_a_leaf_that_names_the_old_one_and_the_marks_stay() -> None:
    disclosure = make_disclosure()
    old = disclosure.leaf_position
    later = NOW + timedelta(days=2)
    corrected = publish_correction(disclosure, at=later)
    record = record_of(corrected)
    assert (record["kind"], record["replaces"]) == ("correct", old)
    assert corrected.index_number == disclosure.index_number
    assert corrected.published_at == NOW
    assert corrected.changed_at == later
    assert corrected.title == "更正后的标题"
    assert [r.title for r in corrected.revisions.order_by("number")] == ["测试项目成交结果公告", "更正后的标题"]


def publish_correction(disclosure: Disclosure, *, at: Any) -> Disclosure:
    drafter, reviewer, _ = make_hands(disclosure.agency)
    revision = actions.start_correction(disclosure, reason="标题有误", by=drafter, at=at)
    saved = actions.save_revision(revision, text=text(title="更正后的标题"), edits=0, by=drafter, at=at)
    actions.submit(saved, by=drafter, at=at)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=at)
    saved.refresh_from_db()
    return actions.publish(saved, by=drafter, at=at)


def test_withdrawal_leaves_a_stub_with_its_reason_and_a_leaf() -> None:
    disclosure = make_disclosure()
    head = make_hands(disclosure.agency)[2]
    withdrawn = actions.withdraw(disclosure, reason="处罚决定被撤销", by=head, at=NOW + timedelta(days=1))
    assert (withdrawn.status, withdrawn.withdrawal_reason) == ("withdrawn", "处罚决定被撤销")
    assert withdrawn.index_number == disclosure.index_number
    assert record_of(withdrawn)["kind"] == "withdraw"
    with pytest.raises(LifecycleError, match="已撤回"):
        actions.withdraw(withdrawn, reason="再撤", by=head, at=NOW)


def test_withdrawal_needs_a_reason_and_a_head() -> None:
    disclosure = make_disclosure()
    drafter, _, head = make_hands(disclosure.agency)
    with pytest.raises(NotAllowedError):
        actions.withdraw(disclosure, reason="x", by=drafter, at=NOW)
    with pytest.raises(TextProblemsError, match="撤回理由"):
        actions.withdraw(disclosure, reason="", by=head, at=NOW)


def test_a_notice_ends_by_itself_the_day_after_its_last() -> None:
    last = (NOW + timedelta(days=10)).date()
    disclosure = make_disclosure(make_item(lists_persons=True, stays_public=False), ends_on=last)
    assert actions.expire_due(as_of=last, at=NOW + timedelta(days=10)) == 0
    assert actions.expire_due(as_of=last + timedelta(days=1), at=NOW + timedelta(days=11)) == 1
    disclosure.refresh_from_db()
    assert disclosure.status == "expired"
    assert record_of(disclosure)["kind"] == "expire"
    assert actions.expire_due(as_of=last + timedelta(days=1), at=NOW + timedelta(days=11)) == 0


@pytest.fixture
def five_days() -> Item:
    """An item whose 公示 lasts five working days, in a county with a calendar: from 23 to 30 November 2026."""
    make_county()
    CalendarYear.objects.create(year=2026, title="测试放假安排", evidence=Evidence.PRIMARY_TEXT)
    rule = make_rule("R-TEST-NOTICE", kind=RuleKind.MIN_DURATION, value=5).rule
    return make_item(has_notice_period=True, stays_public=False, rules=[rule])


FIFTH_DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("asked", "ends_on"), [(None, FIFTH_DAY), (FIFTH_DAY, FIFTH_DAY), (date(2026, 12, 9), date(2026, 12, 9))]
)
def test_a_notice_lasts_as_long_as_law_asks_or_as_the_office_says_if_that_is_longer(
    five_days: Item, asked: date | None, ends_on: date
) -> None:
    revision, (drafter, _, _) = make_approved(five_days, ends_on=asked)
    disclosure = actions.publish(revision, by=drafter, at=NOW)
    assert (disclosure.ends_on, revision.ends_on) == (ends_on, ends_on)
    assert json.loads(revision.content)["ends_on"] == ends_on.isoformat()


def test_where_no_rule_gives_a_number_the_office_says_when_a_notice_ends() -> None:
    make_county()
    CalendarYear.objects.create(year=2026, title="测试放假安排", evidence=Evidence.PRIMARY_TEXT)
    revision, (drafter, _, _) = make_approved(make_item(has_notice_period=True), ends_on=FIFTH_DAY)
    assert actions.publish(revision, by=drafter, at=NOW).ends_on == FIFTH_DAY


def test_a_notice_that_would_end_a_day_too_early_is_not_published(five_days: Item) -> None:
    revision, (drafter, _, _) = make_approved(five_days, ends_on=FIFTH_DAY - timedelta(days=1))
    with pytest.raises(NotPublishableError, match="2026-11-29 早于法定最短期限 2026-11-30"):
        actions.publish(revision, by=drafter, at=NOW)
    assert ledger.state().size == 0


def test_the_end_of_a_corrected_notice_counts_from_its_first_publication(five_days: Item) -> None:
    revision, (drafter, reviewer, _) = make_approved(five_days)
    disclosure = actions.publish(revision, by=drafter, at=NOW)
    later = NOW + timedelta(days=4)
    correction = actions.start_correction(disclosure, reason="标题有误", by=drafter, at=later)
    saved = actions.save_revision(correction, text=text(title="更正后的标题"), edits=0, by=drafter, at=later)
    actions.submit(saved, by=drafter, at=later)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=later)
    assert actions.publish(saved, by=drafter, at=later).ends_on == FIFTH_DAY


def test_what_law_requires_to_stay_does_not_end() -> None:
    last = (NOW + timedelta(days=10)).date()
    disclosure = make_disclosure(ends_on=last)
    assert actions.expire_due(as_of=last + timedelta(days=30), at=NOW + timedelta(days=40)) == 0
    disclosure.refresh_from_db()
    assert disclosure.status == "published"


def test_an_item_that_must_not_go_online_is_not_published() -> None:
    revision, (drafter, _, _) = make_approved(make_item(online=False))
    with pytest.raises(NotPublishableError, match="不上网"):
        actions.publish(revision, by=drafter, at=NOW)


def test_first_publication_elsewhere_is_recorded_with_its_time() -> None:
    disclosure = make_disclosure()
    drafter = disclosure.created_by
    first = actions.record_first_publication(
        disclosure, medium="测试采购网", url="https://example.cn/1", published_at=NOW - timedelta(hours=2),
        by=drafter, at=NOW,
    )  # fmt: skip
    assert disclosure.first_publications.get() == first
    with pytest.raises(TextProblemsError) as refused:
        actions.record_first_publication(
            disclosure, medium=" ", url="", published_at=NOW + timedelta(hours=2), by=drafter, at=NOW
        )
    assert {p.field for p in refused.value.problems} == {"medium", "published_at"}


def test_the_operation_log_cannot_be_edited() -> None:
    make_disclosure()
    for verb in ("UPDATE events_event SET facts = '{}'", "DELETE FROM events_event"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(verb)
