"""收回旧版: by whom, when, with what trace; and with a correction, in the transaction that publishes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gongkai.agencies.models import Officer
from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, Role, Verdict
from gongkai.disclosures import actions, queries
from gongkai.disclosures.actions import TextProblemsError, Withholding
from gongkai.disclosures.models import Disclosure, Revision, WithheldVersion
from gongkai.events.models import Event
from gongkai.ledger import queries as ledger
from tests.cast import officer
from tests.make import NOW, make_approved, make_disclosure, make_exclusion, make_hands, make_item, text

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)
ID_NUMBER = "11010519491231002X"  # the example of GB 11643, of nobody


def corrected(
    disclosure: Disclosure,
    *,
    wish: Withholding | None = None,
    hands: tuple[Officer, Officer, Officer] | None = None,
) -> Disclosure:
    drafter, reviewer, _ = hands or make_hands(disclosure.agency)
    revision = actions.start_correction(disclosure, reason="有误", by=drafter, at=LATER, withholding=wish)
    saved = actions.save_revision(revision, text=text(title="更正后的标题"), edits=0, by=drafter, at=LATER)
    actions.submit(saved, by=drafter, at=LATER)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=LATER)
    saved.refresh_from_db()
    return actions.publish(saved, by=drafter, at=LATER)


def wish(*versions: int) -> Withholding:
    return Withholding(versions, make_exclusion(), "原版含有个人身份证件号码")


def test_an_old_version_is_withheld_by_a_reviewer_and_leaves_leaf_event_and_marks() -> None:
    disclosure = corrected(make_disclosure())
    old = disclosure.revisions.get(number=1)
    reviewer = make_hands(disclosure.agency)[1]
    at = LATER + timedelta(hours=1)
    made = actions.withhold_version(old, ground=make_exclusion(), reason=" 含身份证号 ", by=reviewer, at=at)
    assert (made.reason, made.at, made.by) == ("含身份证号", at, reviewer)
    assert made.leaf_position is not None
    record = ledger.facts_of(ledger.leaf(made.leaf_position))
    assert record == {
        "kind": "withhold",
        "subject": f"disclosure:{disclosure.public_id}",
        "at": record["at"],
        "agency": "czj",
        "index_number": disclosure.index_number,
        "item": "GP-01",
        "revision": 1,
        "withholds": old.leaf_position,
        "ground": "PRIVACY",
    }
    event = Event.objects.get(kind=EventKind.DISCLOSURE_VERSION_WITHHELD)
    assert (event.subject, event.by_id, event.facts["revision"]) == (f"disclosure:{disclosure.pk}", reviewer.pk, 1)
    leaf = disclosure.leaf_position
    disclosure.refresh_from_db()
    assert (disclosure.changed_at, disclosure.leaf_position) == (at, leaf)  # the current text keeps its own leaf


def test_public_reading_of_a_withheld_version_has_nothing_of_it_left() -> None:
    disclosure = corrected(make_disclosure(summary="概述", doc_no="测〔2026〕1号"), wish=wish(1))
    first, second = queries.versions(disclosure)
    assert first.withholding is not None
    assert first.withholding.ground.code == "PRIVACY"
    left = (first.title, first.doc_no, first.summary, first.body, first.reason, first.elements, first.content)
    assert left == ("", "", "", "", "", {}, None)
    assert (first.formed_on, first.ends_on, list(first.attachments.all())) == (None, None, [])
    assert (first.number, first.published_at) == (1, NOW)
    assert first.leaf_position is not None
    assert second.title == "更正后的标题"
    assert disclosure.revisions.get(number=1).content  # the office's record stays whole


def test_with_a_correction_it_leaves_when_the_correction_is_published_and_not_before() -> None:
    disclosure = make_disclosure()
    drafter, reviewer, _ = make_hands(disclosure.agency)
    revision = actions.start_correction(disclosure, reason="有误", by=drafter, at=LATER, withholding=wish(1))
    assert queries.versions(disclosure)[0].withholding is None
    assert queries.versions(disclosure)[0].body
    saved = actions.save_revision(revision, text=text(title="新"), edits=0, by=drafter, at=LATER)
    actions.submit(saved, by=drafter, at=LATER)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=LATER)
    saved.refresh_from_db()
    published = actions.publish(saved, by=drafter, at=LATER)
    made = WithheldVersion.objects.get()
    assert (made.version.number, made.at, made.asked_in, made.by) == (1, LATER, saved, drafter)
    kinds = [leaf.kind for leaf in ledger.leaves_of(f"disclosure:{published.public_id}")]
    assert kinds == ["publish", "correct", "withhold"]
    assert ledger.leaf(published.leaf_position or 0).kind == "correct"
    told = list(Event.objects.order_by("-position").values_list("kind", flat=True)[:2])
    assert told == [EventKind.DISCLOSURE_VERSION_WITHHELD, EventKind.DISCLOSURE_CORRECTED]


def test_a_failure_while_withholding_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    disclosure = make_disclosure()
    before = [leaf.kind for leaf in ledger.leaves_of(f"disclosure:{disclosure.public_id}")]

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("测试")

    monkeypatch.setattr("gongkai.disclosures.actions.publishing.withhold_asked", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        corrected(disclosure, wish=wish(1))
    disclosure.refresh_from_db()
    assert disclosure.published_revision is not None
    assert disclosure.published_revision.number == 1
    assert [leaf.kind for leaf in ledger.leaves_of(f"disclosure:{disclosure.public_id}")] == before


def test_several_versions_can_leave_with_one_correction() -> None:
    disclosure = corrected(make_disclosure())
    disclosure = corrected(disclosure, wish=wish(1, 2))
    assert [v.withholding is not None for v in queries.versions(disclosure)] == [True, True, False]
    assert queries.superseded(disclosure) == []


def test_whoever_wrote_the_old_version_neither_withholds_it_nor_reviews_that() -> None:
    approved, hands = make_approved()
    disclosure = actions.publish(approved, by=hands[0], at=NOW)
    author = hands[0]
    author.appointments.create(agency=disclosure.agency, role=Role.REVIEWER, from_on=NOW.date())
    others = make_hands(disclosure.agency)
    revision = actions.start_correction(disclosure, reason="有误", by=others[0], at=LATER, withholding=wish(1))
    saved = actions.save_revision(revision, text=text(title="新"), edits=0, by=others[0], at=LATER)
    actions.submit(saved, by=others[0], at=LATER)
    with pytest.raises(NotAllowedError, match="自己起草"):
        actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=author, at=LATER)
    actions.record_review(saved, verdict=Verdict.RETURN, grounds="重写", by=others[1], at=LATER)
    actions.discard(Revision.objects.get(pk=saved.pk), by=others[0], at=LATER)
    assert not WithheldVersion.objects.exists()  # given up with the correction
    disclosure = corrected(disclosure, hands=others)
    with pytest.raises(NotAllowedError, match="不能收回自己起草"):
        actions.withhold_version(
            disclosure.revisions.get(number=1), ground=make_exclusion(), reason="含隐私", by=author, at=LATER
        )


def test_a_drafter_and_a_reviewer_elsewhere_may_not() -> None:
    disclosure = corrected(make_disclosure())
    old = disclosure.revisions.get(number=1)
    elsewhere = make_item("LT-01").agencies.get()
    strangers = [
        make_hands(disclosure.agency)[0],
        officer("fremd", "外测试", (Role.AUDITOR, elsewhere)),
    ]
    for who in strangers:
        with pytest.raises(NotAllowedError):
            actions.withhold_version(old, ground=make_exclusion(), reason="含隐私", by=who, at=LATER)


def test_ground_and_reason_are_needed_and_the_reason_holds_no_personal_data() -> None:
    disclosure = corrected(make_disclosure())
    old = disclosure.revisions.get(number=1)
    reviewer = make_hands(disclosure.agency)[1]
    with pytest.raises(TextProblemsError) as refused:
        actions.withhold_version(old, ground=None, reason=" ", by=reviewer, at=LATER)
    assert {p.field for p in refused.value.problems} == {"withhold_ground", "withhold_reason"}
    with pytest.raises(TextProblemsError, match="不应公开的内容"):
        actions.withhold_version(old, ground=make_exclusion(), reason=f"含 {ID_NUMBER}", by=reviewer, at=LATER)
    assert not WithheldVersion.objects.exists()


def test_reasons_of_corrections_and_withdrawals_hold_no_personal_data_either() -> None:
    disclosure = make_disclosure()
    drafter, _, head = make_hands(disclosure.agency)
    with pytest.raises(TextProblemsError, match="不应公开的内容"):
        actions.start_correction(disclosure, reason=f"误写 {ID_NUMBER}", by=drafter, at=LATER)
    with pytest.raises(TextProblemsError, match="不应公开的内容"):
        actions.withdraw(disclosure, reason=f"误写 {ID_NUMBER}", by=head, at=LATER)


def test_only_a_superseded_version_of_what_is_shown_can_be_withheld() -> None:
    disclosure = corrected(make_disclosure())
    drafter, reviewer, head = make_hands(disclosure.agency)
    said = {"ground": make_exclusion(), "reason": "含隐私", "by": reviewer, "at": LATER}
    assert disclosure.published_revision is not None
    with pytest.raises(LifecycleError, match="现行版本"):
        actions.withhold_version(disclosure.published_revision, **said)
    draft = actions.start_correction(disclosure, reason="再改", by=drafter, at=LATER)
    with pytest.raises(LifecycleError, match="没有公开过"):
        actions.withhold_version(draft, **said)
    old = disclosure.revisions.get(number=1)
    actions.withhold_version(old, **said)
    with pytest.raises(LifecycleError, match="已经收回"):
        actions.withhold_version(old, **said)
    actions.withdraw(disclosure, reason="撤回", by=head, at=LATER)
    with pytest.raises(LifecycleError, match="不需要收回"):
        actions.withhold_version(old, **said)


def test_a_wish_for_a_version_that_is_not_public_or_gone_already_is_refused() -> None:
    disclosure = corrected(make_disclosure(), wish=wish(1))
    drafter = make_hands(disclosure.agency)[0]
    for number in (1, 7):
        with pytest.raises(LifecycleError, match="已经收回"):
            actions.start_correction(disclosure, reason="再改", by=drafter, at=LATER, withholding=wish(number))
    assert actions.start_correction(
        disclosure, reason="再改", by=drafter, at=LATER, withholding=Withholding([], None, "")
    )
    assert WithheldVersion.objects.count() == 1


def test_a_wish_waiting_in_a_correction_can_be_granted_at_once() -> None:
    disclosure = corrected(make_disclosure())
    drafter, reviewer, _ = make_hands(disclosure.agency)
    draft = actions.start_correction(disclosure, reason="再改", by=drafter, at=LATER, withholding=wish(1))
    actions.withhold_version(
        disclosure.revisions.get(number=1), ground=make_exclusion(), reason="不能等", by=reviewer, at=LATER
    )
    made = WithheldVersion.objects.get()
    assert (made.reason, made.asked_in, made.at) == ("不能等", None, LATER)
    assert not draft.withholds.exists()


def test_the_database_keeps_what_was_withheld() -> None:
    disclosure = corrected(make_disclosure(), wish=wish(1))
    made = WithheldVersion.objects.get()
    assert str(made) == f"{disclosure.revisions.get(number=1)} PRIVACY"
    for verb in (
        "UPDATE disclosures_withheldversion SET reason = 'x'",
        "UPDATE disclosures_withheldversion SET at = NULL, by_id = NULL, leaf_position = NULL",
        "DELETE FROM disclosures_withheldversion",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(verb)


def test_followers_are_told_what_left_public_reading() -> None:
    assert queries.last_taken_back() == 0
    disclosure = corrected(make_disclosure(), wish=wish(1))
    position = queries.last_taken_back()
    assert queries.taken_back() == {disclosure.pk: position}
    assert queries.taken_back(after=position) == {}
