"""What is public and has open findings is listed for whoever must act, without the data itself."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gongkai.catalogue.models import Item
from gongkai.core.privacy import Certainty, Kind
from gongkai.disclosures import actions
from gongkai.disclosures.models import Attachment, Disclosure
from gongkai.documents.actions import store
from gongkai.documents.models import Finding, StoredFile
from tests import make
from tests.cast import Cast
from tests.overrule import triggers_off
from tests.web.workspace.conftest import Enter

PAGE = "/workspace/findings/"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def published(cast: Cast, item: Item, n: int) -> Disclosure:
    return make.make_disclosure(item, hands=(cast.lin, cast.chen, cast.wang), title=f"第{n}份名单公示")


def with_file(cast: Cast, disclosure: Disclosure, n: int) -> StoredFile:
    """A file that hangs on what is public, as if the detector had not known yet."""
    stored = store(io.BytesIO(f"第{n}份名单".encode()), name="名单.txt", by=cast.lin, at=make.NOW)
    with triggers_off():
        Attachment.objects.create(revision=disclosure.published_revision, file=stored, name="名单.txt")
    return stored


def found(
    subject: str,
    file: StoredFile | None = None,
    certainty: Certainty = Certainty.CERTAIN,
    kind: Kind = Kind.RESIDENT_ID,
    days: int = 0,
) -> Finding:
    return Finding.objects.create(
        subject=subject, file=file, kind=kind, certainty=certainty, layer="cell", place="第2行B列",
        value_masked="11****011", why="测试", rule="测试", detector_version="test",
        found_at=make.NOW + timedelta(days=days),
    )  # fmt: skip


@pytest.fixture
def story(cast: Cast, item: Item) -> list[Disclosure]:
    """A file with two certain kinds, a text with a certain one, a file with a likely one; a clean one."""
    made = [published(cast, item, n) for n in range(4)]
    first, third = with_file(cast, made[0], 0), with_file(cast, made[2], 2)
    for kind in (Kind.RESIDENT_ID, Kind.RESIDENT_ID, Kind.MOBILE):
        found(f"file:{first.sha256}", first, kind=kind, days=2)
    found(f"revision:{made[1].published_revision_id}", days=1)
    found(f"file:{third.sha256}", third, Certainty.LIKELY, Kind.ADDRESS)
    return made


def test_the_office_sees_file_kinds_since_when_and_what_to_do(
    cast: Cast, story: list[Disclosure], enter: Enter
) -> None:
    text = enter(cast.su).get(PAGE).content.decode()
    assert "公民身份号码 2 处、手机号码 1 处" in text
    assert "第0份名单公示" in text
    assert "第2份名单公示" not in text  # only likely
    assert "第3份名单公示" not in text
    assert text.index("第1份名单公示") < text.index("第0份名单公示")  # the older one first
    assert "11****011" not in text
    assert reverse("workspace:withdraw", args=[story[0].public_id]) in text
    assert "第2份名单公示" in enter(cast.su).get(PAGE, {"all": "1"}).content.decode()


def test_an_agency_sees_its_own_part_alone(cast: Cast, story: list[Disclosure], enter: Enter) -> None:
    assert "第0份名单公示" in enter(cast.lin).get(PAGE).content.decode()
    assert (
        reverse("workspace:withdraw", args=[story[0].public_id]) not in enter(cast.lin).get(PAGE).content.decode()
    )
    assert "第0份名单公示" not in enter(cast.zheng).get(PAGE).content.decode()


def test_what_is_released_corrected_or_withdrawn_is_not_on_the_list(
    cast: Cast, story: list[Disclosure], enter: Enter
) -> None:
    su = enter(cast.su)
    actions.start_correction(story[0], reason="遮盖", by=cast.lin, at=timezone.now())
    assert "更正稿正在办理" in su.get(PAGE).content.decode()
    actions.withdraw(story[0], reason="含个人信息", by=cast.wang, at=timezone.now())
    assert "第0份名单公示" not in su.get(PAGE).content.decode()
    text = Finding.objects.filter(file=None)
    text.update(released_at=make.NOW, released_by=cast.chen, ground="测试放行")
    page = su.get(PAGE).content.decode()
    assert "第1份名单公示" not in page
    assert "没有。" in page


def test_the_list_leaves_as_a_table(cast: Cast, story: list[Disclosure], enter: Enter) -> None:
    answer = enter(cast.su).get(PAGE, {"as": "xlsx"})
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["标题", "第1份名单公示", "第0份名单公示"]
    assert rows[2][1] == "名单.txt"
    assert enter(cast.su).get(PAGE, {"as": "csv"}).status_code == 200


def test_the_page_costs_the_same_however_many_there_are(cast: Cast, item: Item, enter: Enter) -> None:
    def cost() -> int:
        client = enter(cast.su)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    made = [published(cast, item, n) for n in range(6)]
    for n, one in enumerate(made[:2]):
        stored = with_file(cast, one, n)
        found(f"file:{stored.sha256}", stored)
        found(f"revision:{one.published_revision_id}")
    few = cost()
    for n, one in enumerate(made[2:], start=2):
        stored = with_file(cast, one, n)
        found(f"file:{stored.sha256}", stored)
        found(f"revision:{one.published_revision_id}")
    assert cost() == few <= 16


def test_a_pdf_or_picture_is_previewed_in_the_page_and_nothing_else_is(
    cast: Cast, story: list[Disclosure], enter: Enter
) -> None:
    hung = Attachment.objects.first()
    assert hung is not None
    address = reverse("workspace:attachment", args=[hung.revision.disclosure.public_id, hung.pk]) + "?show=1"
    client = enter(cast.lin)
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    for media_type, policy in (
        ("application/pdf", "default-src 'none'; frame-ancestors 'self'"),
        ("image/png", "sandbox"),
    ):
        with triggers_off():
            StoredFile.objects.filter(pk=hung.file_id).update(media_type=media_type)
        answer = client.get(address)
        assert answer["Content-Disposition"].startswith("inline")
        assert policy in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == media_type
    page = client.get(reverse("workspace:disclosure", args=[hung.revision.disclosure.public_id])).content.decode()
    assert "在页面中预览" in page
    assert "未配置病毒扫描" in page
    with triggers_off():
        StoredFile.objects.filter(pk=hung.file_id).update(sha256="0" * 64)
    assert client.get(address).status_code == 404
