"""Files at the officers' desk: in pieces, resumable, refused with a reason, the draft always kept."""

import io
import time
import uuid
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.storage import FileSystemStorage
from django.http.request import UnreadablePostError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.catalogue.models import Item
from gongkai.disclosures import actions
from gongkai.disclosures.models import Revision
from gongkai.documents import uploads
from gongkai.documents.actions import DocumentRefusedError
from gongkai.documents.models import StoredFile
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

NOTE = "测试正文,没有个人信息。\n".encode() * 40


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


@pytest.fixture
def draft(cast: Cast, item: Item) -> Revision:
    made = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now())
    return actions.save_revision(
        made, text=make.text(formed_on=timezone.localdate()), edits=0, by=cast.lin, at=timezone.now()
    )


def begin(client: Client, draft: Revision, *, name: str = "说明.txt", size: int = len(NOTE)) -> Any:
    facts = {"disclosure": str(draft.disclosure.public_id), "name": name, "size": size, "modified": "1"}
    return client.post(reverse("workspace:uploads"), facts)


def put(client: Client, key: str, data: bytes, *, offset: int) -> Any:
    address = f"{reverse('workspace:upload', args=[key])}?offset={offset}"
    return client.put(address, data, content_type="application/octet-stream")


def finish(client: Client, key: str) -> Any:
    return client.post(reverse("workspace:upload_finish", args=[key]))


def test_a_file_sent_in_pieces_hangs_on_the_text(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    begun = begin(client, draft)
    assert begun.status_code == 201
    key = begun.json()["key"]
    assert put(client, key, NOTE[:100], offset=0).json()["arrived"] == 100
    assert put(client, key, NOTE[100:], offset=100).json()["arrived"] == len(NOTE)
    assert finish(client, key).json() == {"name": "说明.txt", "done": True}
    hung = draft.attachments.get()
    assert (hung.name, hung.file.size, hung.file.media_type) == ("说明.txt", len(NOTE), "text/plain")
    assert finish(client, key).json()["done"]  # the answer got lost: asking again does nothing twice
    assert draft.attachments.count() == 1
    draft.refresh_from_db()
    assert draft.edits == 1  # what is being typed elsewhere does not become a conflict


def test_an_upload_goes_on_after_a_reload_where_it_was(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    key = begin(client, draft).json()["key"]
    put(client, key, NOTE[:64], offset=0)
    later = enter(cast.lin)
    told = later.get(reverse("workspace:uploads"), {"disclosure": str(draft.disclosure.public_id)}).json()
    assert [(one["name"], one["arrived"]) for one in told["uploads"]] == [("说明.txt", 64)]
    again = begin(later, draft).json()
    assert (again["key"], again["arrived"]) == (key, 64)
    assert later.get(reverse("workspace:upload", args=[key])).json()["arrived"] == 64
    assert later.get(reverse("workspace:uploads"), {"disclosure": "another"}).json() == {"uploads": []}


def test_a_piece_that_does_not_fit_on_is_told_where_to_begin(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    key = begin(client, draft).json()["key"]
    put(client, key, NOTE[:64], offset=0)
    for offset in (0, 65, "x"):
        answer = put(client, key, NOTE[:64], offset=offset)  # type: ignore[arg-type] # nonsense on purpose
        assert (answer.status_code, answer.json()) == (409, {"arrived": 64})
    early = finish(client, key)
    assert (early.status_code, early.json()) == (409, {"arrived": 64})


def test_more_than_was_announced_is_refused(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    key = begin(client, draft, size=10).json()["key"]
    answer = put(client, key, b"x" * 11, offset=0)
    assert answer.status_code == 422
    assert "不一样大" in answer.json()["refused"]


def test_what_arrived_before_the_line_broke_is_kept(cast: Cast, draft: Revision) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise UnreadablePostError
            return super().read(20)

    upload = uploads.begin(cast.lin.pk, name="a.txt", size=40, modified="", about="x")
    with pytest.raises(UnreadablePostError):
        uploads.take(upload, Broken(b"0123456789" * 4), offset=0)
    assert upload.arrived == 20


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("程序.exe", 10, "不支持这种扩展名"),
        ("空.txt", 0, "是空的"),
        ("大.pdf", 101 * 1024 * 1024, "上限"),
        ("../a.txt", 10, "非法字符"),
        ("", 10, "文件名为空"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_before_it_is_sent(
    *, cast: Cast, draft: Revision, enter: Enter, name: str, size: int, why: str
) -> None:
    answer = begin(enter(cast.lin), draft, name=name, size=size)
    assert answer.status_code == 422
    assert why in answer.json()["refused"]
    assert uploads.unfinished(cast.lin.pk) == []


def test_a_file_whose_content_is_refused_leaves_the_draft_as_it_was(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    client = enter(cast.lin)
    key = begin(client, draft, name="名单.pdf").json()["key"]
    put(client, key, NOTE, offset=0)
    answer = finish(client, key)
    assert answer.status_code == 422
    assert "扩展名不符" in answer.json()["refused"]
    assert not draft.attachments.exists()
    assert finish(client, key).status_code == 404
    draft.refresh_from_db()
    assert draft.title == "测试项目成交结果公告"


def test_a_store_that_does_not_answer_keeps_what_arrived_for_another_try(
    cast: Cast, draft: Revision, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(cast.lin)
    key = begin(client, draft).json()["key"]
    put(client, key, NOTE, offset=0)
    with monkeypatch.context() as full:
        full.setattr(FileSystemStorage, "exists", Mock(side_effect=OSError(28, "No space left on device")))
        answer = finish(client, key)
    assert answer.status_code == 503
    assert "请稍后再传" in answer.json()["said"]
    assert not draft.attachments.exists()
    assert finish(client, key).json()["done"]
    assert draft.attachments.get().name == "说明.txt"


def test_a_second_file_of_the_same_name_and_a_text_that_is_gone_say_so(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    client = enter(cast.lin)
    for expected in (200, 422):
        key = begin(client, draft).json()["key"]
        put(client, key, NOTE, offset=0)
        answer = finish(client, key)
        assert answer.status_code == expected
    assert "同名附件" in answer.json()["refused"]
    key = begin(client, draft, name="另.txt").json()["key"]
    put(client, key, NOTE, offset=0)
    actions.discard(draft, by=cast.lin, at=timezone.now())
    assert "已经办结" in finish(client, key).json()["refused"]


def test_an_upload_belongs_to_the_officer_who_began_it(cast: Cast, draft: Revision, enter: Enter) -> None:
    key = begin(enter(cast.lin), draft).json()["key"]
    wang = enter(cast.wang)
    assert wang.get(reverse("workspace:upload", args=[key])).status_code == 404
    assert put(wang, key, NOTE, offset=0).status_code == 404
    assert finish(wang, key).status_code == 404
    assert begin(enter(cast.zheng), draft).status_code == 403  # another agency's text
    bad = wang.post(reverse("workspace:uploads"), {"disclosure": "x", "name": "a.txt", "size": 1})
    assert bad.status_code == 404


def test_an_upload_not_wanted_after_all_is_gone(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    key = begin(client, draft).json()["key"]
    assert client.delete(reverse("workspace:upload", args=[key])).json() == {"gone": True}
    assert put(client, key, NOTE, offset=0).status_code == 404
    assert uploads.unfinished(cast.lin.pk) == []


def test_what_one_officer_may_have_on_the_way_is_bounded(cast: Cast, settings: Any) -> None:
    for n in range(uploads.AT_ONCE):
        uploads.begin(cast.lin.pk, name=f"{n}.txt", size=1, modified="", about="x")
    with pytest.raises(DocumentRefusedError, match=r"10 个文件没有传完\(0\.txt、1\.txt、2\.txt……\)"):
        uploads.begin(cast.lin.pk, name="more.txt", size=1, modified="", about="x")
    settings.UPLOAD_MAX_BYTES = 100
    for n in range(5):
        uploads.begin(cast.chen.pk, name=f"{n}.txt", size=100, modified="", about="x")
    with pytest.raises(DocumentRefusedError):
        uploads.begin(cast.chen.pk, name="more.txt", size=1, modified="", about="x")


def test_the_bounds_of_attachments_are_said_before_one_is_chosen(
    cast: Cast, draft: Revision, enter: Enter
) -> None:
    response = enter(cast.lin).get(reverse("workspace:draft", args=[draft.disclosure.public_id]))
    page = response.content.decode()
    assert "最多 30 个附件,每个不超过 100 MB" in page
    assert 'aria-describedby="id_uploads_helptext"' in page


def test_what_was_broken_off_on_friday_goes_on_after_the_weekend(cast: Cast) -> None:
    upload = uploads.begin(cast.lin.pk, name="a.txt", size=4, modified="", about="x")
    uploads.take(upload, io.BytesIO(b"ab"), offset=0)
    assert uploads.tidy_uploads(now=time.time() + 3 * 24 * 3600) == 0
    again = uploads.begin(cast.lin.pk, name="a.txt", size=4, modified="", about="x")
    assert (again.key, again.arrived) == (upload.key, 2)


def test_what_nobody_went_on_with_for_a_week_is_erased(cast: Cast, tmp_path: Path) -> None:
    assert uploads.tidy_uploads() == 0
    upload = uploads.begin(cast.lin.pk, name="a.txt", size=4, modified="", about="x")
    uploads.take(upload, io.BytesIO(b"ab"), offset=0)
    assert uploads.tidy_uploads(now=time.time() + uploads.KEPT_SECONDS - 60) == 0
    assert uploads.tidy_uploads(now=time.time() + uploads.KEPT_SECONDS + 60) == 1
    assert uploads.find(cast.lin.pk, upload.key) is None
    assert uploads.find(cast.lin.pk, uuid.uuid4()) is None


def test_the_plain_file_field_still_sends_files_with_the_form(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    address = reverse("workspace:draft", args=[draft.disclosure.public_id])
    upload = io.BytesIO(NOTE)
    upload.name = "平常.txt"
    form = {"title": "标题", "edits": "1", "sitting": "", "press": "save", "body": "x", "uploads": upload}
    assert client.post(address, form).status_code == 302
    assert draft.attachments.get().name == "平常.txt"
    assert StoredFile.objects.get().size == len(NOTE)


def test_a_text_is_not_submitted_while_a_file_is_on_its_way(cast: Cast, draft: Revision, enter: Enter) -> None:
    client = enter(cast.lin)
    key = begin(client, draft).json()["key"]
    desk = reverse("workspace:draft", args=[draft.disclosure.public_id])
    typed = {
        "title": draft.title, "formed_on": str(draft.formed_on), "body": draft.body, "openness": "proactive",
        "edits": str(draft.edits), "sitting": "",
        "element-0": "测试项目", "element-1": "128万元", "element-2": "",
    }  # fmt: skip
    refused = client.post(desk, {**typed, "press": "submit"})
    assert refused.status_code == 422
    assert "附件“说明.txt”还没有传完" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.stage == "draft"
    assert f'name="abandon" value="{key}"' in refused.content.decode()  # for those without script
    client.post(desk, {**typed, "edits": str(draft.edits), "abandon": key, "press": ""})
    assert uploads.unfinished(cast.lin.pk) == []
    draft.refresh_from_db()
    client.post(desk, {**typed, "edits": str(draft.edits), "abandon": "no-such", "press": "submit"})
    draft.refresh_from_db()
    assert draft.stage == "submitted"
