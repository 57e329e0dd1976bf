"""Personal data on the way out: seen beside the text, masked with one click, or released by another person."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from gongkai.catalogue.models import Item
from gongkai.core.privacy import Certainty, Kind
from gongkai.core.vocabulary import DisclosureStatus, EventKind, RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.actions.gate import scope_of
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.actions import store
from gongkai.documents.models import Finding
from gongkai.documents.queries import open_findings
from gongkai.events.models import Event
from gongkai.web.workspace.findings import CERTAINTIES, KINDS
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

IDENTITY = "110101199003070011"  # of nobody: an invented number whose check character fits


def sheet() -> bytes:
    book = Workbook()
    book.active.append(["姓名", "公民身份号码"])
    book.active.append(["张测试", IDENTITY])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def address(name: str, revision: Revision, *more: int) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id, *more])


@pytest.fixture
def revision(cast: Cast, item: Item) -> Revision:
    """A draft whose attachment lists a person with the whole number."""
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now)
    text = make.text(formed_on=timezone.localdate())
    made = actions.save_revision(made, text=text, edits=0, by=cast.lin, at=now)
    stored = store(SimpleUploadedFile("名单.xlsx", sheet()), name="名单.xlsx", by=cast.lin, at=now)
    actions.attach(made, stored=stored, name="名单.xlsx", by=cast.lin, at=now)
    return made


@pytest.fixture
def approved(cast: Cast, revision: Revision) -> Revision:
    actions.submit(revision, by=cast.lin, at=timezone.now())
    make.approve_unseen(revision, by=cast.chen, at=timezone.now())
    revision.refresh_from_db()
    return revision


def test_a_finding_is_shown_without_the_number_and_masked_with_one_click(
    cast: Cast, revision: Revision, enter: Enter
) -> None:
    lin = enter(cast.lin)
    page = lin.get(address("draft", revision)).content.decode()
    assert "公民身份号码" in page
    assert "一键遮盖" in page
    assert IDENTITY not in page
    hung = revision.attachments.get()
    answer = lin.post(address("mask", revision, hung.pk), follow=True).content.decode()
    assert "已换成遮盖后的文件" in answer
    copy = revision.attachments.select_related("file").get()
    assert copy.name == "名单.xlsx"
    assert copy.file.masked_from_id == hung.file_id
    served = lin.get(address("attachment", revision, copy.pk))
    cells = load_workbook(io.BytesIO(b"".join(served.streaming_content))).active
    assert IDENTITY not in str([[c.value for c in row] for row in cells])
    again = lin.post(address("mask", revision, copy.pk), follow=True).content.decode()
    assert "没有可以自动遮盖的内容" in again


def test_it_cannot_be_published_and_the_page_says_where_to_go(
    cast: Cast, approved: Revision, enter: Enter
) -> None:
    page = enter(cast.lin).post(address("publish", approved)).content.decode()
    assert "不能公开" in page
    assert address("review", approved) in page
    assert Disclosure.objects.get().status == DisclosureStatus.UNPUBLISHED
    chen = enter(cast.chen)
    review = chen.get(address("review", approved)).content.decode()
    assert "退回修改" in review
    assert "同意公开</button>" not in review
    chen.post(address("review", approved), {"verdict": "return", "grounds": "请遮盖名单"})
    approved.refresh_from_db()
    assert approved.stage == RevisionStage.RETURNED


def test_another_person_releases_with_ground_and_law_and_then_it_can_be_published(
    cast: Cast, approved: Revision, enter: Enter
) -> None:
    subject = f"file:{approved.attachments.get().file.sha256}"
    chen, where = enter(cast.chen), address("release", approved)
    assert "法律依据" in chen.get(where, {"subject": subject}).content.decode()
    said = {"subject": subject, "ground": "法定公示内容", "legal_basis": ""}
    said |= {"kind": "resident_id", "seen": "resident_id:1"}
    assert "请写明公开的法律依据" in chen.post(where, said).content.decode()
    assert chen.post(where, {**said, "legal_basis": "《测试条例》第9条"}).url == address("review", approved)
    assert Event.objects.filter(kind=EventKind.FINDING_RELEASED, by=cast.chen).count() == 1
    assert "可能已被他人处理" in chen.post(where, said, follow=True).content.decode()
    page = enter(cast.lin).post(address("publish", approved), follow=True).content.decode()
    assert "已公开,索引号" in page


def test_nobody_releases_a_text_of_their_own(cast: Cast, item: Item, enter: Enter) -> None:
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.wang, at=now)
    text = make.text(formed_on=timezone.localdate(), body=f"<p>身份证号 {IDENTITY}</p>")
    made = actions.save_revision(made, text=text, edits=0, by=cast.wang, at=now)
    actions.submit(made, by=cast.wang, at=now)
    answer = enter(cast.wang).get(address("release", made), {"subject": f"revision:{made.pk}"})
    assert answer.status_code == 403


def test_the_original_is_opened_only_with_a_purpose_on_record(
    cast: Cast, revision: Revision, enter: Enter
) -> None:
    enter(cast.lin).post(address("mask", revision, revision.attachments.get().pk))
    copy, su = revision.attachments.get(), enter(cast.su)
    where = address("original", revision, copy.pk)
    assert where in su.get(address("disclosure", revision)).content.decode()
    assert "请写明打开原件的用途" in su.post(where, {"purpose": ""}).content.decode()
    served = su.post(where, {"purpose": "核对遮盖结果"})
    assert IDENTITY in str(
        [[c.value for c in row] for row in load_workbook(io.BytesIO(b"".join(served.streaming_content))).active]
    )
    event = Event.objects.get(kind=EventKind.DOCUMENT_ORIGINAL_OPENED)
    assert (event.by, event.facts["purpose"]) == (cast.su, "核对遮盖结果")


def test_every_kind_of_finding_has_a_word() -> None:
    assert set(KINDS) == set(Kind)
    assert set(CERTAINTIES) == set(Certainty)


def many(approved: Revision, kind: Kind, count: int) -> str:
    """More findings of a kind in the file of an approved text, as a check of a long list leaves them."""
    file = approved.attachments.get().file
    Finding.objects.bulk_create(
        Finding(
            subject=f"file:{file.sha256}", file=file, kind=kind, certainty=Certainty.CERTAIN, layer="cell",
            place=f"第{n}行B列", value_masked="138****0000", why="测试", rule="测试", detector_version="test",
            found_at=timezone.now(),
        )
        for n in range(100, 100 + count)
    )  # fmt: skip
    return f"file:{file.sha256}"


def test_a_release_covers_all_of_a_kind_however_many_pages_and_nothing_of_another(
    cast: Cast, approved: Revision, enter: Enter
) -> None:
    subject = many(approved, Kind.MOBILE, 120)
    chen, where = enter(cast.chen), address("release", approved)
    first = chen.get(where, {"subject": subject}).content.decode()
    assert "共 121 处,第 1 页,共 3 页。" in first
    assert "手机号码,共 120 处" in first
    assert "公民身份号码,共 1 处" in first
    assert "第100行B列" in first
    third = chen.get(where, {"subject": subject, "page": "3"}).content.decode()
    assert "第100行B列" not in third
    assert "共 121 处,第 3 页,共 3 页。" in third
    assert chen.get(where, {"subject": subject, "page": "x"}).status_code == 200
    said = {"subject": subject, "ground": "法定公示内容", "legal_basis": "《测试条例》第9条", "kind": "mobile"}
    onward = chen.post(where, {**said, "seen": "mobile:120 resident_id:1"})
    assert onward.url.startswith(where)  # the other kind is asked about by itself
    left = open_findings([approved.attachments.get().file], scope=scope_of(approved))
    assert [f.kind for f in left] == [Kind.RESIDENT_ID]


def test_what_came_in_between_is_not_released_unseen(cast: Cast, approved: Revision, enter: Enter) -> None:
    subject = many(approved, Kind.MOBILE, 2)
    chen, where = enter(cast.chen), address("release", approved)
    said = {"subject": subject, "ground": "法定公示内容", "legal_basis": "《测试条例》第9条", "kind": "mobile"}
    answer = chen.post(where, {**said, "seen": "mobile:1"})
    assert answer.status_code == 422
    assert "现在共 2 处" in answer.content.decode()
    assert "mobile:2 resident_id:1" in answer.content.decode()
    assert Finding.objects.filter(released_at=None).count() == 3
    assert chen.post(where, {**said, "kind": "plate", "seen": "plate:1"}).status_code == 422


def test_a_file_nobody_could_read_is_not_offered_for_masking(cast: Cast, revision: Revision, enter: Enter) -> None:
    now = timezone.now()
    broken = store(io.BytesIO(b"%PDF-1.4 nonsense"), name="a.pdf", by=cast.lin, at=now)
    hung = actions.attach(revision, stored=broken, name="坏.pdf", by=cast.lin, at=now)
    seen = enter(cast.lin).get(address("draft", revision)).content.decode()
    readable = revision.attachments.get(name="名单.xlsx")
    assert f'form="mask-{readable.pk}"' in seen
    assert f'form="mask-{hung.pk}"' not in seen
