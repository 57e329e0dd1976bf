"""Beginning, writing and giving up a text."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from gongkai.catalogue.models import Exclusion
from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, Evidence, Openness, RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.actions import StaleEditError, TextProblemsError, richtext
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.models import StoredFile
from gongkai.events.models import Event
from tests.cast import agency
from tests.make import NOW, make_approved, make_county, make_disclosure, make_hands, make_item, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Revision:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, _, _ = make_hands(of)
    return actions.start_draft(item, agency=of, by=drafter, at=NOW)


def stored(name: str = "a") -> StoredFile:
    return StoredFile.objects.create(
        sha256=name * 64, sm3=name * 64, size=1, media_type="text/plain", stored_at=NOW
    )


def test_a_draft_begins_empty_and_its_beginning_is_recorded(draft: Revision) -> None:
    assert (draft.stage, draft.number, draft.edits) == (RevisionStage.DRAFT, 1, 0)
    event = Event.objects.get(kind=EventKind.DISCLOSURE_DRAFTED)
    assert event.subject == f"disclosure:{draft.disclosure_id}"
    assert event.by_id == draft.created_by_id


def test_an_officer_of_another_agency_may_not_draft_here(draft: Revision) -> None:
    other = make_item("LT-01", agencies=[agency("zrzy", "测试自然资源局", unit_code="CS09002")])
    stranger, _, _ = make_hands(other.agencies.get())
    with pytest.raises(NotAllowedError):
        actions.save_revision(draft, text=text(), edits=0, by=stranger, at=NOW)
    with pytest.raises(NotAllowedError):
        actions.start_draft(draft.disclosure.item, agency=draft.disclosure.agency, by=stranger, at=NOW)


def test_a_retired_item_takes_no_new_draft(draft: Revision) -> None:
    item = draft.disclosure.item
    item.retired_on = NOW.date()
    item.save()
    with pytest.raises(LifecycleError, match="停用"):
        actions.start_draft(item, agency=draft.disclosure.agency, by=draft.created_by, at=NOW)


def test_saving_keeps_the_text_and_cleans_the_body(draft: Revision) -> None:
    dirty = '<p onclick="x()">正文<script>alert(1)</script></p><table><tr><td colspan=2>表</td></tr></table>'
    saved = actions.save_revision(draft, text=text(body=dirty), edits=0, by=draft.created_by, at=NOW)
    assert "script" not in saved.body
    assert "onclick" not in saved.body
    assert 'colspan="2"' in saved.body
    assert saved.edits == 1
    assert saved.disclosure.title == "测试项目成交结果公告"


def test_plain_text_becomes_paragraphs_with_its_signs_intact() -> None:
    assert richtext.clean("甲 & 乙 > 丙\n\n第二段") == "<p>甲 &amp; 乙 &gt; 丙</p><p>第二段</p>"


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">点我</a>',
        "<svg/onload=alert(1)>",
        "<iframe src='http://x'></iframe>",
        "<style>*{display:none}</style>",
    ],
)
def test_what_is_active_is_taken_away_and_named(hostile: str) -> None:
    cleaned = richtext.clean(hostile).lower()
    for word in ("onerror", "javascript:", "onload", "iframe", "<style"):
        assert word not in cleaned
    assert richtext.active_parts(hostile)


def test_structure_is_not_called_active() -> None:
    assert (
        richtext.active_parts('<p><a href="https://example.cn">甲</a></p><table><tr><td>1</td></tr></table>') == []
    )


def test_two_officers_on_one_text_one_wins_and_the_other_is_told(draft: Revision) -> None:
    actions.save_revision(draft, text=text(title="先到"), edits=0, by=draft.created_by, at=NOW)
    with pytest.raises(StaleEditError, match="没有丢失"):
        actions.save_revision(draft, text=text(title="后到"), edits=0, by=draft.created_by, at=NOW)
    draft.refresh_from_db()
    assert draft.title == "先到"


def test_a_text_nobody_kept_is_never_told_as_kept(draft: Revision) -> None:
    """Handed in and taken back while somebody typed: the row did not take the words, so they must not be told."""
    drafter = draft.created_by
    actions.save_revision(draft, text=text(), edits=0, by=drafter, at=NOW)
    revision = Revision.objects.get(pk=draft.pk)
    taken = Event.objects.count()

    def then_taken_back(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if "UPDATE" in sql and "disclosures_revision" in sql:
            with connection.cursor() as cursor:
                cursor.cursor.execute("UPDATE disclosures_revision SET stage = 'draft'")
        return done

    Revision.objects.filter(pk=draft.pk).update(stage=RevisionStage.SUBMITTED)
    with connection.execute_wrapper(then_taken_back), pytest.raises(StaleEditError, match="没有丢失"):
        actions.save_revision(revision, text=text(title="丢了的标题"), edits=1, by=drafter, at=NOW)
    draft.disclosure.refresh_from_db()
    assert draft.disclosure.title != "丢了的标题"
    assert Event.objects.count() == taken


def test_of_two_who_settle_one_text_the_second_is_told(draft: Revision) -> None:
    drafter = draft.created_by
    seen = actions.save_revision(draft, text=text(), edits=0, by=drafter, at=NOW)
    Revision.objects.filter(pk=draft.pk).update(stage=RevisionStage.RETURNED)
    with pytest.raises(LifecycleError, match="刚被他人处理"):
        actions.discard(seen, by=drafter, at=NOW)  # the page still showed a draft
    seen.refresh_from_db()
    assert seen.stage == RevisionStage.RETURNED


def test_a_text_with_faults_is_not_kept_at_all(draft: Revision) -> None:
    with pytest.raises(TextProblemsError) as refused:
        actions.save_revision(
            draft,
            text=text(title="甲\x00乙", formed_on=NOW.date() + timedelta(days=1)),
            edits=0,
            by=draft.created_by,
            at=NOW,
        )
    assert {p.field for p in refused.value.problems} == {"title", "formed_on"}
    draft.refresh_from_db()
    assert draft.title == ""


def test_withholding_needs_a_ground_of_law_and_a_reason(draft: Revision) -> None:
    ground = Exclusion.objects.create(
        code="PRIVACY", name="个人隐私", effect=Exclusion.Effect.UNLESS_CONSENT, article="第15条",
        evidence=Evidence.PRIMARY_TEXT,
    )  # fmt: skip
    with pytest.raises(TextProblemsError, match="法定理由"):
        actions.save_revision(draft, text=text(), edits=0, by=draft.created_by, at=NOW, openness=Openness.WITHHELD)
    saved = actions.save_revision(
        draft, text=text(), edits=0, by=draft.created_by, at=NOW, openness=Openness.WITHHELD,
        withholding_ground=ground, withholding_reason="涉及申请人健康状况(测试)",
    )  # fmt: skip
    assert saved.disclosure.openness == Openness.WITHHELD


def test_a_submitted_text_is_frozen() -> None:
    revision, (drafter, _, _) = make_approved()
    with pytest.raises(LifecycleError, match="审查通过"):
        actions.save_revision(revision, text=text(), edits=revision.edits, by=drafter, at=NOW)
    with pytest.raises(LifecycleError):
        actions.attach(revision, stored=stored(), name="晚到.txt", by=drafter, at=NOW)


def test_attachments_hang_and_come_off_while_the_text_is_open(draft: Revision) -> None:
    hung = actions.attach(draft, stored=stored(), name="明细.xlsx", by=draft.created_by, at=NOW)
    assert draft.attachments.get() == hung
    actions.detach(hung, by=draft.created_by, at=NOW)
    assert not draft.attachments.exists()
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "a/b.txt", "a\\b.txt", "甲\x00.txt", "长" * 201])
def test_a_bad_attachment_name_is_refused(draft: Revision, name: str) -> None:
    with pytest.raises(TextProblemsError):
        actions.attach(draft, stored=stored(), name=name, by=draft.created_by, at=NOW)


def test_an_attachment_name_is_taken_once_and_their_number_is_bounded(
    draft: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.attach(draft, stored=stored(), name="明细.xlsx", by=draft.created_by, at=NOW)
    with pytest.raises(TextProblemsError, match="同名"):
        actions.attach(draft, stored=stored("b"), name="明细.xlsx", by=draft.created_by, at=NOW)
    monkeypatch.setattr("gongkai.disclosures.actions.drafting.ATTACHMENT_LIMIT", 1)
    with pytest.raises(TextProblemsError, match="合并"):
        actions.attach(draft, stored=stored("c"), name="其他.xlsx", by=draft.created_by, at=NOW)


def test_a_draft_can_be_given_up_but_stays_on_file(draft: Revision) -> None:
    actions.discard(draft, by=draft.created_by, at=NOW)
    draft.refresh_from_db()
    assert draft.stage == RevisionStage.DISCARDED
    with pytest.raises(LifecycleError, match="已作废"):
        actions.save_revision(draft, text=text(), edits=0, by=draft.created_by, at=NOW)


def test_a_correction_starts_from_the_public_text_and_leaves_the_page_alone() -> None:
    disclosure = make_disclosure()
    correction = actions.start_correction(
        disclosure, reason="金额有误", by=disclosure.created_by, at=NOW + timedelta(days=1)
    )
    assert (correction.number, correction.title, correction.stage) == (2, disclosure.title, RevisionStage.DRAFT)
    disclosure.refresh_from_db()
    assert disclosure.published_revision.number == 1


def test_a_correction_needs_a_reason_and_there_is_only_one_at_a_time() -> None:
    disclosure = make_disclosure()
    with pytest.raises(TextProblemsError, match="更正理由"):
        actions.start_correction(disclosure, reason=" ", by=disclosure.created_by, at=NOW)
    first = actions.start_correction(disclosure, reason="金额有误", by=disclosure.created_by, at=NOW)
    with pytest.raises(LifecycleError, match="办理中"):
        actions.start_correction(disclosure, reason="又有误", by=disclosure.created_by, at=NOW)
    actions.discard(first, by=disclosure.created_by, at=NOW)
    again = actions.start_correction(disclosure, reason="又有误", by=disclosure.created_by, at=NOW)
    assert again.number == 3


def test_what_is_not_public_cannot_be_corrected(draft: Revision) -> None:
    with pytest.raises(LifecycleError, match="未公开"):
        actions.start_correction(draft.disclosure, reason="x", by=draft.created_by, at=NOW)


def test_discarding_a_correction_keeps_the_publication() -> None:
    disclosure = make_disclosure()
    correction = actions.start_correction(disclosure, reason="金额有误", by=disclosure.created_by, at=NOW)
    actions.discard(correction, by=disclosure.created_by, at=NOW)
    assert Disclosure.objects.get().status == "published"
