"""Masked with one click, seen beside what was; the data itself only for whom it is meant, and on record."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import EventKind, RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.actions import release_findings, store
from gongkai.documents.body import masked_parts, spotted
from gongkai.documents.models import Finding
from gongkai.events.models import Event
from gongkai.web.workspace.documents.comparing import changed_lines
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

IDENTITY = "110101199003070011"  # of nobody: an invented number whose check character fits
BODY = f"<p>经查,申请人张测试(身份证号 {IDENTITY})符合条件。</p><p>其余各户情况无变化。</p>"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def sheet() -> SimpleUploadedFile:
    book = Workbook()
    for row in (["姓名", "公民身份号码", "面积"], ["张测试", IDENTITY, "60"], ["李测试", "", "45"]):
        book.active.append(row)
    book.create_sheet("说明").append(["没有个人信息"])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


@pytest.fixture
def draft(cast: Cast, item: Item) -> Revision:
    """A draft with the whole number in its text and in a file."""
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now)
    text = make.text(formed_on=timezone.localdate(), body=BODY)
    made = actions.save_revision(made, text=text, edits=0, by=cast.lin, at=now)
    stored = store(sheet(), name="名单.xlsx", by=cast.lin, at=now)
    actions.attach(made, stored=stored, name="名单.xlsx", by=cast.lin, at=now)
    return made


def address(name: str, revision: Revision, *more: int) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id, *more])


def text_of(answer: Any) -> str:
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def mask(client: Client, draft: Revision) -> Attachment:
    hung = draft.attachments.get()
    answer = client.post(address("mask", draft, hung.pk))
    assert answer["Location"] == address("before_after", draft, hung.pk)
    return draft.attachments.get()


def test_a_finding_in_the_text_is_shown_in_its_sentence_while_it_is_written(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    answer = enter(cast.lin).get(address("draft", draft))
    shown = answer.content.decode()
    assert "申请人张测试(身份证号 <mark>11*************011</mark>)符合条件" in shown
    assert f'href="#found-{draft.attachments.get().pk}"' in shown  # beside the file
    assert "一键遮盖文字" in shown
    assert shown.count(IDENTITY) == 1  # in the box it is being written in, nowhere else


def test_the_text_is_masked_after_it_was_seen_beside_itself(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    saved = client.post(address("draft", draft), {**form_of(draft), "press": "mask"})
    assert saved["Location"] == address("mask_text", draft)
    seen = client.get(address("mask_text", draft))
    assert "身份证号 11*************011" in text_of(seen)
    assert "其余各户情况无变化" not in text_of(seen)  # only what changes
    draft.refresh_from_db()
    done = client.post(address("mask_text", draft), {"edits": str(draft.edits)})
    assert done["Location"] == address("draft", draft)
    draft.refresh_from_db()
    assert IDENTITY not in draft.body
    assert "张测试(身份证号 11*************011)" in draft.body
    assert "没有可以自动遮盖的内容" in client.get(address("mask_text", draft)).content.decode()


def form_of(draft: Revision) -> dict[str, str]:
    return {
        "title": draft.title, "formed_on": str(draft.formed_on), "body": draft.body, "edits": str(draft.edits),
        "sitting": "", "element-0": "测试项目", "element-1": "128万元",
    }  # fmt: skip


def test_a_text_somebody_saved_in_between_is_not_masked_over(cast: Cast, draft: Revision, enter: Enter) -> None:
    answer = enter(cast.lin).post(address("mask_text", draft), {"edits": "0"})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert IDENTITY in draft.body


def test_masking_keeps_place_openness_and_everything_else(cast: Cast, draft: Revision) -> None:
    disclosure = draft.disclosure
    type(disclosure).objects.filter(pk=disclosure.pk).update(township=cast.land, openness="on_request")
    draft = Revision.objects.get(pk=draft.pk)
    actions.mask_text(draft, edits=draft.edits, by=cast.lin, at=timezone.now())
    disclosure.refresh_from_db()
    assert (disclosure.township, disclosure.openness) == (cast.land, "on_request")
    assert draft.elements["成交金额"] == "128万元"


def test_a_submitted_text_is_returned_before_it_is_masked(cast: Cast, draft: Revision, enter: Enter) -> None:
    actions.submit(draft, by=cast.lin, at=timezone.now())
    answer = enter(cast.lin).post(address("mask_text", draft), {"edits": "1"})
    assert answer["Location"] == address("disclosure", draft)
    enter(cast.lin).post(address("mask", draft, draft.attachments.get().pk))
    assert draft.attachments.get().file.masked_from is None
    draft.refresh_from_db()
    assert IDENTITY in draft.body


def test_a_masked_file_is_shown_beside_its_original_without_the_data(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    pk = draft.attachments.get().pk
    hung = mask(enter(cast.lin), draft)
    assert (hung.pk, hung.name) == (pk, "名单.xlsx")
    assert hung.file.masked_from is not None
    for who in (cast.lin, cast.chen, cast.xu):
        answer = enter(who).get(address("before_after", draft, hung.pk))
        seen = text_of(answer)
        assert "张测试 | 11■■■■■■■■■■■■■011 | 60" in seen
        assert "张测试 | 11*************011 | 60" in seen
        assert IDENTITY not in seen
        assert "李测试" not in seen  # unchanged
        assert "遮盖:公民身份号码" in seen
    other = enter(cast.lin).get(address("before_after", draft, hung.pk), {"page": "2"})
    assert "没有改动" in text_of(other)


def test_what_was_taken_away_is_shown_to_whoever_stored_it_or_may_and_that_is_on_record(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    hung = mask(enter(cast.lin), draft)
    assert hung.file.masked_from is not None
    looks = Event.objects.filter(kind=EventKind.DOCUMENT_ORIGINAL_OPENED)
    for n, who in enumerate((cast.lin, cast.su), start=1):
        answer = enter(who).post(address("before_after", draft, hung.pk), {"page": "1"})
        assert IDENTITY in text_of(answer)
        assert (looks.count(), looks.order_by("-position")[0].by_id) == (n, who.pk)
    assert looks[0].subject == f"file:{hung.file.masked_from.sha256}"
    for who in (cast.chen, cast.wang, cast.xu):
        refused = enter(who).post(address("before_after", draft, hung.pk), {"page": "1"})
        assert refused.status_code == 403
        assert IDENTITY not in refused.content.decode()
    assert looks.count() == 2
    assert enter(cast.zheng).get(address("before_after", draft, hung.pk)).status_code == 403


def test_an_unmasked_file_has_no_before_and_after(cast: Cast, draft: Revision, enter: Enter) -> None:
    pk = draft.attachments.get().pk
    assert enter(cast.lin).get(address("before_after", draft, pk)).status_code == 404


def test_the_review_page_says_what_was_released_by_whom_and_why(cast: Cast, draft: Revision, enter: Enter) -> None:
    actions.submit(draft, by=cast.lin, at=timezone.now())
    kept = list(Finding.objects.filter(subject=f"revision:{draft.pk}"))
    seen = enter(cast.chen).get(address("review", draft)).content.decode()
    assert "(身份证号 <mark>11*************011</mark>)" in seen
    release_findings(
        kept,
        ground="本人书面同意公开",
        legal_basis="测试条例第15条",
        drafter=cast.lin,
        by=cast.chen,
        at=timezone.now(),
    )
    seen = text_of(enter(cast.chen).get(address("review", draft)))
    assert "理由:本人书面同意公开;依据:测试条例第15条" in seen
    actions.recall(draft, by=cast.lin, at=timezone.now())
    draft.refresh_from_db()
    assert draft.stage == RevisionStage.DRAFT
    again = enter(cast.lin).get(address("draft", draft)).content.decode()
    assert "found-text" not in again  # released stays released while the text stays the same


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        (IDENTITY, "11*************011", "11■■■■■■■■■■■■■011"),  # 011 also stands inside: it is not given away
        ("住凤城镇某路12号,共60平", "住凤城镇,共60平", "住凤城镇■■■■■,共60平"),
        ("<甲>", "", "■■■"),
        ("5<6 12345", "5<6 1***5", "5&lt;6 1■■■5"),
    ],
)
def test_only_what_was_kept_is_read_in_the_covered_original(old: str, new: str, seen: str) -> None:
    (pair,) = changed_lines("", [old, "同"], [new, "同"], covered=True)
    assert re.sub(r"</?del>", "", pair.old) == seen
    (bare,) = changed_lines("", [old, "同"], [new, "同"], covered=False)
    assert unescape(re.sub(r"</?del>", "", bare.old)) == old
    assert unescape(re.sub(r"</?ins>", "", bare.new)) == new


def test_masking_a_text_changes_nothing_but_the_values() -> None:
    parts = {
        "正文": f"<h2>名单 &lt;一&gt;</h2><table><tr><th>姓名</th><th>公民身份号码</th></tr>"
        f"<tr><td>甲</td><td>{IDENTITY}</td>"
        "</tr></table><p>金额 5&lt;6 万元</p>",
        "备注": "a<5 电话 13800138000",
    }  # fmt: skip
    masked = masked_parts(parts, html="正文", at=timezone.now())
    assert masked["正文"] == parts["正文"].replace(IDENTITY, "11*************011")
    assert masked["备注"] == "a<5 电话 138****8000"
    clean = {"正文": "<p>没有</p>", "备注": "", "另": "平常文字"}
    assert masked_parts(clean, html="正文", at=timezone.now()) == clean
    bare = masked_parts({"正文": "1 &lt; 2<br>13800138000"}, html="正文", at=timezone.now())["正文"]
    assert "1 &lt; 2" in bare
    assert "138****8000" in bare


def test_what_stands_around_a_finding_is_masked_too() -> None:
    found = spotted({"正文": f"电话13800138000,身份证{IDENTITY},卡"}, at=timezone.now())
    assert len(found) == 2
    for one in found:
        assert IDENTITY[:10] not in one.before + one.after
        assert "13800138000" not in one.before + one.after
