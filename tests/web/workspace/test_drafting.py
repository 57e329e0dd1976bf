"""From a recorded fact to a submitted text, as the pages do it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.catalogue.models import Exclusion, Item
from gongkai.core.vocabulary import Evidence, ObligationState, Openness, RevisionStage, Unit
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.web.workspace.forms.drafting import as_typed
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def address(name: str, revision: Revision) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id])


@pytest.fixture
def revision(cast: Cast, item: Item) -> Revision:
    return actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="测试公告")


@pytest.fixture
def typed(revision: Revision) -> Callable[..., dict[str, Any]]:
    """What the form sends, as it was read, with some of it changed."""

    def fields(**changed: Any) -> dict[str, Any]:
        return {
            "title": "测试项目成交结果公告",
            "formed_on": str(timezone.localdate() - timedelta(days=2)),
            "doc_no": "",
            "summary": "",
            "body": "第一段\n第二段",
            "element-0": "测试项目",
            "element-1": "128万元",
            "element-2": "",
            "openness": "proactive",
            "edits": "0",
            "sitting": "",
            "press": "save",
            **changed,
        }

    return fields


def test_a_recorded_fact_starts_a_clock_and_a_second_click_does_not(cast: Cast, item: Item, enter: Enter) -> None:
    client = enter(cast.lin)
    page = client.get(reverse("workspace:fact"), {"item": item.code}).content.decode()
    token = re.search(r'name="once" value="([^"]+)"', page)[1]
    said = {
        "agency": "finance",
        "item": item.code,
        "label": "城厢镇项目中标结果",
        "fact_on": str(timezone.localdate() - timedelta(days=1)),
        "rule": "R-TEST-20WD",
        "once": token,
    }
    first = client.post(reverse("workspace:fact"), said)
    again = client.post(reverse("workspace:fact"), said)
    assert first.url == again.url
    clock = Obligation.objects.get()
    assert (clock.label, clock.state, clock.opened_by) == ("城厢镇项目中标结果", "open", cast.lin)
    shown = client.get(first.url).content.decode()
    assert str(clock.due_on) in shown
    assert "《测试条例》第26条" in shown


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("fact_on", "2026-02-30", "没有这一天"),
        ("fact_on", "2099-01-01", "今天之后"),
        ("label", "", "请写明是什么事"),
        ("label", "长" * 201, "最多200字"),
        ("label", "带\u202e翻转", "控制字符"),
    ],
)
def test_a_wrong_fact_is_explained_and_what_was_typed_stays(
    cast: Cast, item: Item, enter: Enter, *, field: str, value: str, told: str
) -> None:
    said = {
        "agency": "finance",
        "item": item.code,
        "label": "城厢镇项目",
        "fact_on": "2026-11-20",
        "rule": "R-TEST-20WD",
        field: value,
    }
    answer = enter(cast.lin).post(reverse("workspace:fact"), said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "城厢镇项目" in answer.content.decode() or field == "label"
    assert not Obligation.objects.exists()


def test_a_task_leads_to_one_draft_however_often_it_is_clicked(cast: Cast, item: Item, enter: Enter) -> None:
    client = enter(cast.lin)
    from gongkai.obligations import actions as clocks

    clock = clocks.open_obligation(
        item, agency=cast.finance, fact_on=timezone.localdate(), label="测试", by=cast.lin, at=timezone.now()
    )
    tasks = client.get(reverse("workspace:tasks")).content.decode()
    assert "还没有起草" in tasks
    first = client.post(reverse("workspace:draft_start"), {"obligation": clock.pk})
    second = client.post(reverse("workspace:draft_start"), {"obligation": clock.pk})
    disclosure = Disclosure.objects.get()
    assert first.url == reverse("workspace:draft", args=[disclosure.public_id])
    assert second.url == reverse("workspace:disclosure", args=[disclosure.public_id])
    assert list(disclosure.obligations.all()) == [clock]
    tasks = client.get(reverse("workspace:tasks")).content.decode()
    assert "继续起草" in tasks
    assert "还没有起草" not in tasks


def test_a_draft_begins_from_an_item_once_for_one_form(cast: Cast, item: Item, enter: Enter) -> None:
    client = enter(cast.lin)
    page = client.get(reverse("workspace:draft_new")).content.decode()
    token = re.search(r'name="once" value="([^"]+)"', page)[1]
    said = {"item": item.code, "agency": "finance", "once": token}
    assert client.post(reverse("workspace:draft_start"), said).url == (
        client.post(reverse("workspace:draft_start"), said).url
    )
    assert Disclosure.objects.count() == 1


def test_nobody_drafts_for_another_agency(cast: Cast, item: Item, enter: Enter) -> None:
    answer = enter(cast.zheng).post(reverse("workspace:draft_start"), {"item": item.code, "agency": "finance"})
    assert answer.status_code == 403
    assert not Disclosure.objects.exists()


def test_the_form_keeps_everything_that_was_typed(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    assert client.post(address("draft", revision), typed(doc_no="测财〔2026〕1号")).status_code == 302
    revision.refresh_from_db()
    assert revision.title == "测试项目成交结果公告"
    assert revision.elements == {"项目名称": "测试项目", "成交金额": "128万元"}
    assert revision.body == "<p>第一段</p><p>第二段</p>"
    assert (revision.edits, revision.doc_no) == (1, "测财〔2026〕1号")
    page = client.get(address("draft", revision)).content.decode()
    assert "第一段\n第二段" in page  # plain text is shown as it was typed
    assert client.post(address("draft", revision), typed(doc_no="测财〔2026〕1号", edits="1")).status_code == 302
    revision.refresh_from_db()
    assert revision.edits == 1  # unchanged, so not saved again


def test_scripts_are_taken_away_and_the_officer_is_told(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    body = '<p onclick="x()">正文</p><script>alert(1)</script><img src=x>'
    answer = enter(cast.lin).post(address("draft", revision), typed(body=body), follow=True)
    assert "img、onclick、script" in answer.content.decode()
    revision.refresh_from_db()
    assert revision.body == "<p>正文</p>"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"formed_on": "2026-02-30"}, "没有这一天"),
        ({"formed_on": "2099-01-01"}, "晚于今天"),
        ({"title": "长" * 201}, "最多 200 字"),
        ({"summary": "含\x07铃"}, "控制字符"),
        ({"openness": "withheld"}, "法定理由"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    cast: Cast,
    revision: Revision,
    typed: Callable[..., dict[str, Any]],
    enter: Enter,
    *,
    changed: dict[str, str],
    told: str,
) -> None:
    answer = enter(cast.lin).post(address("draft", revision), typed(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "128万元" in page
    revision.refresh_from_db()
    assert revision.edits == 0


def test_a_text_can_be_withheld_with_its_ground(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    ground = Exclusion.objects.create(
        code="secret", name="国家秘密", effect="must_not", article="第14条", evidence=Evidence.PRIMARY_TEXT
    )
    said = typed(openness="withheld", withholding_ground=str(ground.pk), withholding_reason="测试说明")
    assert enter(cast.lin).post(address("draft", revision), said).status_code == 302
    disclosure = Disclosure.objects.get()
    assert (disclosure.openness, disclosure.withholding_ground) == (Openness.WITHHELD, ground)


def test_missing_elements_are_told_beside_the_fields_and_then_it_can_be_submitted(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    answer = client.post(address("draft", revision), typed(**{"element-0": "", "press": "submit"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“项目名称”是必选要素" in page
    assert 'href="#id_element-0"' in page
    revision.refresh_from_db()
    assert (revision.stage, revision.edits) == (RevisionStage.DRAFT, 1)  # kept, not submitted
    answer = client.post(address("draft", revision), typed(edits="1", press="submit"))
    assert answer.url == address("disclosure", revision)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.SUBMITTED
    assert client.get(address("draft", revision)).url == address("disclosure", revision)
    assert client.post(address("draft", revision), typed(edits="2")).url == address("disclosure", revision)
    assert client.post(address("recall", revision)).url == address("draft", revision)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.DRAFT


def test_of_two_officers_one_wins_and_the_other_keeps_the_words(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    lin, wang = enter(cast.lin), enter(cast.wang)
    assert lin.post(address("draft", revision), typed(title="林写的标题")).status_code == 302
    answer = wang.post(address("draft", revision), typed(title="王写的标题"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "由他人保存" in page
    assert "王写的标题" in page
    assert "林写的标题" in page
    revision.refresh_from_db()
    assert revision.title == "林写的标题"
    edits = re.search(r'name="edits" id="id_edits" value="(\d+)"', page)[1]
    assert wang.post(address("draft", revision), typed(title="王写的标题", edits=edits)).status_code == 302
    revision.refresh_from_db()
    assert revision.title == "王写的标题"


def test_a_refused_save_does_not_forget_which_text_it_was_read_at(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    lin, wang = enter(cast.lin), enter(cast.wang)
    lin.post(address("draft", revision), typed(title="林写的标题"))
    page = wang.post(address("draft", revision), typed(formed_on="2026-02-30")).content.decode()
    assert 'name="edits" id="id_edits" value="0"' in page  # so the next save is still told of the other's


def test_the_text_saves_itself_and_the_page_is_no_stranger_to_itself(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    answer = client.post(address("autosave", revision), typed(sitting="a"), headers={"HX-Request": "true"})
    assert "已自动保存" in answer.content.decode()
    assert 'id="id_edits" value="1"' in answer.content.decode()
    # The button was pressed before the answer came: the form still says 0.
    assert client.post(address("draft", revision), typed(sitting="a", title="更长的标题")).status_code == 302
    revision.refresh_from_db()
    assert (revision.edits, revision.title) == (2, "更长的标题")
    stranger = client.post(address("autosave", revision), typed(sitting="b", title="别处"))
    assert "由他人保存" in stranger.content.decode()
    revision.refresh_from_db()
    assert revision.title == "更长的标题"


def test_a_finished_text_does_not_save_itself(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    client.post(address("discard", revision))
    assert client.post(address("autosave", revision), typed()).status_code == 403


def test_files_are_attached_downloaded_and_taken_off(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    upload = SimpleUploadedFile("结果.pdf", PDF)
    assert client.post(address("draft", revision), typed(uploads=upload)).status_code == 302
    hung = revision.attachments.get()
    served = client.get(reverse("workspace:attachment", args=[revision.disclosure.public_id, hung.pk]))
    assert b"".join(served.streaming_content) == PDF
    assert served["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in served["Content-Security-Policy"]
    again = client.post(address("draft", revision), typed(uploads=SimpleUploadedFile("结果.pdf", PDF), edits="1"))
    assert "已有同名附件" in again.content.decode()
    client.post(address("draft", revision), typed(edits="1", detach=str(hung.pk), press=""))
    assert not revision.attachments.exists()


def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_kept(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    upload = SimpleUploadedFile("结果.pdf", b"MZ\x90\x00 not a pdf")
    answer = enter(cast.lin).post(address("draft", revision), typed(uploads=upload))
    assert answer.status_code == 422
    assert "结果.pdf" in answer.content.decode()
    revision.refresh_from_db()
    assert (revision.edits, revision.attachments.count()) == (1, 0)


def test_the_preview_is_the_public_page_with_what_is_missing(
    cast: Cast, revision: Revision, typed: Callable[..., dict[str, Any]], enter: Enter
) -> None:
    client = enter(cast.lin)
    answer = client.post(address("draft", revision), typed(**{"element-0": "", "press": "preview"}))
    assert answer.url == address("preview", revision)
    page = client.get(answer.url).content.decode()
    assert "128 万元" in page
    assert "谁发的" in page
    assert "“项目名称”是必选要素" in page
    assert "公开时由系统编排" in page


def test_a_discarded_draft_stays_in_the_file(cast: Cast, revision: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    assert "不能再编辑" in client.get(address("discard", revision)).content.decode()
    assert client.post(address("discard", revision)).url == address("disclosure", revision)
    assert client.post(address("discard", revision)).url == address("disclosure", revision)  # again
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.DISCARDED


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<p>甲 &amp; 乙</p>", "甲 & 乙"),
        ("<p>1 &lt; 2</p>", "<p>1 &lt; 2</p>"),
        ("<h3>题</h3><p>文</p>", "<h3>题</h3><p>文</p>"),
        ("", ""),
    ],
)
def test_plain_paragraphs_are_shown_as_lines(kept: str, shown: str) -> None:
    assert as_typed(kept) == shown


def test_a_waived_clock_names_ground_and_approver(cast: Cast, item: Item, enter: Enter, client: Client) -> None:
    from gongkai.obligations import actions as clocks

    clock = clocks.open_obligation(
        item, agency=cast.finance, fact_on=make.NOW.date(), label="测试", by=cast.lin, at=timezone.now()
    )
    su, where = enter(cast.su), reverse("workspace:waive", args=[clock.pk])
    assert "公众可以看到" in su.get(where).content.decode()
    assert "请写明理由" in su.post(where, {"ground": ""}).content.decode()
    assert su.post(where, {"ground": "项目终止"}).url == reverse("workspace:obligation", args=[clock.pk])
    clock.refresh_from_db()
    assert (clock.state, clock.waiver_ground, clock.waived_by) == (ObligationState.WAIVED, "项目终止", cast.su)
    assert su.post(where, {"ground": "再来"}).status_code == 422  # already closed, and told so


def test_the_form_shows_the_date_before_submission_and_that_it_has_passed(
    cast: Cast, enter: Enter, revision: Revision, typed: Callable[..., dict[str, Any]]
) -> None:
    client, here = enter(cast.lin), address("draft", revision)
    assert "填写形成日期并保存后" in client.get(here).content.decode()
    client.post(here, typed(formed_on=str(timezone.localdate())))
    shown = client.get(here).content.decode()
    assert "按本事项规则,应于" in shown
    assert "已经过了" not in shown
    kept = client.post(
        address("autosave", revision), typed(formed_on=str(timezone.localdate() - timedelta(days=90)), edits="1")
    ).content.decode()
    assert 'id="expected" hx-swap-oob' in kept
    assert "已经过了" in kept
    assert not Obligation.objects.exists()
    assert client.post(here, typed(edits="2", press="submit")).status_code == 302
    assert Obligation.objects.get().label == "测试项目成交结果公告"


def test_a_day_the_rule_starts_from_is_asked_for_and_kept(
    cast: Cast, enter: Enter, typed: Callable[..., dict[str, Any]]
) -> None:
    rule = make.make_rule("R-SIGNED", trigger="电子数据文本收到之时", value=12, unit=Unit.HOUR).rule
    item = make.make_item("GP-09", agencies=[cast.finance], rules=[rule])
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now())
    client, here = enter(cast.lin), address("draft", revision)
    refused = client.post(here, typed(press="submit"))
    assert refused.status_code == 422
    assert "请填写这一天" in refused.content.decode()
    day = timezone.localdate() - timedelta(days=1)
    client.post(here, typed(edits="1", fact_on=str(day), fact_time="08:30"))
    assert 'value="08:30"' in client.get(here).content.decode()
    assert client.post(here, typed(edits="2", fact_on=str(day), fact_time="08:30", press="submit")).url
    clock = Obligation.objects.get()
    assert (clock.fact_on, timezone.localtime(clock.fact_at).hour) == (day, 8)


def test_a_running_clock_is_offered_and_can_be_answered_or_passed_over(
    cast: Cast, item: Item, enter: Enter, revision: Revision, typed: Callable[..., dict[str, Any]]
) -> None:
    running = clocks.open_obligation(
        item, agency=cast.finance, fact_on=timezone.localdate(), label="评审结束", by=cast.lin, at=timezone.now()
    )
    client, here = enter(cast.lin), address("draft", revision)
    assert "评审结束(应于" in client.get(here).content.decode()
    assert client.post(here, typed(press="submit")).status_code == 422
    client.post(here, typed(edits="1", clock="apart"))
    assert not revision.disclosure.obligations.exists()
    client.post(here, typed(edits="2", clock=str(running.pk)))
    assert revision.disclosure.obligations.get() == running
    assert client.post(here, typed(edits="3", clock=str(running.pk), press="submit")).status_code == 302
    assert Obligation.objects.get() == running


def test_a_text_beyond_what_a_page_may_send_is_refused_in_words(cast: Cast, enter: Enter) -> None:
    said = {"title": "测试", "body": "长" * 2_000_000}
    refused = enter(cast.lin).post(reverse("workspace:fact"), said)
    assert refused.status_code == 413
    assert "超过 5 MB" in refused.content.decode()
    assert "作为附件上传" in refused.content.decode()
