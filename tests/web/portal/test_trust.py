"""Is it genuine: the proof of a page, the check of a proof file in words, the log's files, attachments."""

import base64
import hashlib
import io
import json
import tarfile
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from gongkai.agencies.models import Agency
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Attachment, Disclosure
from gongkai.documents.actions import StorageError
from gongkai.ledger import queries as ledger
from tests.overrule import triggers_off
from tests.web.portal.story import Story

pytestmark = pytest.mark.django_db


def _first() -> Disclosure:
    return Disclosure.objects.get(title__startswith="凤城镇中心小学")


def _corrected() -> Disclosure:
    return Disclosure.objects.get(published_revision__number=2)


def _proof(row: Disclosure) -> bytes:
    response = Client().get(f"/d/{row.public_id}/proof.tlog-proof")
    assert response.status_code == 200
    return bytes(response.content)


def _checked(proof: bytes, content: bytes | None = None) -> str:
    files = {"proof": SimpleUploadedFile("a.tlog-proof", proof)}
    if content is not None:
        files["content"] = SimpleUploadedFile("a.json", content)
    response = Client(enforce_csrf_checks=True).post("/proof/", files)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return str(response.content.decode())


def test_the_proof_of_a_page_is_genuine_and_current(told: Story) -> None:
    page = _checked(_proof(_first()))
    assert "<h2>内容未改动</h2>" in page
    assert _first().title in page


def test_the_content_beside_the_proof_is_compared_to_the_byte(told: Story) -> None:
    row = _first()
    content = Client().get(f"/d/{row.public_id}/content.1.json").content
    assert "<h2>内容未改动</h2>" in _checked(_proof(row), content)
    assert "<h2>内容被改动过</h2>" in _checked(_proof(row), content + b" ")


def test_an_attachment_beside_the_proof_is_known_too(told: Story) -> None:
    row = _first()
    hung = Attachment.objects.get(revision__disclosure=row)
    body = b"".join(Client().get(f"/d/{row.public_id}/files/{hung.pk}/").streaming_content)
    assert "<h2>内容未改动</h2>" in _checked(_proof(row), body)


def test_a_proof_from_before_a_correction_says_it_was_corrected(told: Story) -> None:
    row = _corrected()
    old = ledger.proof_for(row.revisions.get(number=1).leaf_position)
    page = _checked(old.encode())
    assert "<h2>公示已期满</h2>" in page or "<h2>已被更正</h2>" in page
    assert "<h2>内容未改动</h2>" not in page


def test_a_proof_of_what_was_withdrawn_says_so(told: Story) -> None:
    row = Disclosure.objects.get(status=DisclosureStatus.WITHDRAWN)
    page = _checked(ledger.proof_for(row.revisions.get(number=1).leaf_position).encode())
    assert "<h2>已被撤回</h2>" in page


def test_a_forged_proof_is_not_believed(told: Story) -> None:
    lines = _proof(_first()).decode().split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    extra["record"] = extra["record"].replace('"revision":1', '"revision":7')
    lines[1] = "extra " + base64.b64encode(json.dumps(extra, ensure_ascii=False).encode()).decode()
    page = _checked("\n".join(lines).encode())
    assert "<h2>无法验证</h2>" in page


@pytest.mark.parametrize("junk", [b"junk", b"\xff\xfe\x00", b"c2sp.org/tlog-proof@v1\n", b"x" * 2_000_000])
def test_a_file_that_is_no_proof_gets_a_plain_answer(told: Story, junk: bytes) -> None:
    assert "<h2>无法验证</h2>" in _checked(junk)


def test_no_file_at_all_is_asked_for_again(told: Story) -> None:
    response = Client().post("/proof/")
    assert "请选择证明文件" in response.content.decode()


def test_the_log_is_served_as_static_files_of_the_right_kinds(told: Story) -> None:
    head = Client().get("/log/checkpoint")
    assert head.headers["Content-Type"] == "text/plain; charset=utf-8"
    size = ledger.state().published
    tile = Client().get(f"/log/tile/0/000.p/{size}")
    assert tile.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile.headers["Cache-Control"]
    assert len(b"".join(tile.streaming_content)) == 32 * size


@pytest.mark.parametrize(
    "path", ["../secret.key", "..%2fsecret.key", "log.key", "tile/0/../../log.key", "tile/9/999", ""]
)
def test_nothing_but_the_log_leaves_its_folder(told: Story, path: str) -> None:
    assert Client().get(f"/log/{path}").status_code == 404


def test_the_whole_log_can_be_taken_as_one_archive(told: Story) -> None:
    body = b"".join(Client().get("/log.tar").streaming_content)
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        assert {"checkpoint", "log.vkey"} <= set(archive.getnames())


# --- attachments -------------------------------------------------------------------------------------------------


def _file(**query: str) -> Any:
    row = _first()
    hung = Attachment.objects.get(revision__disclosure=row)
    return Client().get(f"/d/{row.public_id}/files/{hung.pk}/", query)


def test_an_attachment_is_saved_never_run(told: Story) -> None:
    response = _file()
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E5%87%A4%E5%9F%8E" in response.headers["Content-Disposition"]
    body = b"".join(response.streaming_content)
    assert hashlib.sha256(body).hexdigest() == Attachment.objects.get(revision__disclosure=_first()).file.sha256


def test_a_pdf_may_be_shown_in_the_page_but_loads_nothing(told: Story) -> None:
    response = _file(show="1")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline;")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_words_of_an_attachment_can_be_read_as_a_page(told: Story) -> None:
    row = _first()
    hung = Attachment.objects.get(revision__disclosure=row)
    page = Client().get(f"/d/{row.public_id}/files/{hung.pk}/text/").content.decode()
    assert "评审委员会由五人组成" in page


def test_an_attachment_of_another_disclosure_is_not_there(told: Story) -> None:
    hung = Attachment.objects.get(revision__disclosure=_first())
    assert Client().get(f"/d/{_corrected().public_id}/files/{hung.pk}/").status_code == 404


def test_an_attachment_whose_bytes_are_gone_says_so(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.web.attachments.open_file", Mock(side_effect=FileNotFoundError))
    response = _file()
    assert response.status_code == 404
    assert "附件文件暂时读不到" in response.content.decode()


@pytest.mark.parametrize(("language", "said"), [("", "文件没有丢失"), ("/en", "No file is lost")])
def test_a_store_that_does_not_answer_is_503_in_the_readers_language(
    told: Story, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("gongkai.web.attachments.open_file", Mock(side_effect=StorageError("s3")))
    row = _first()
    hung = Attachment.objects.get(revision__disclosure=row)
    response = Client().get(f"{language}/d/{row.public_id}/files/{hung.pk}/")
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert said in response.content.decode()


_ALTERED = (
    "record = replace(record, 'publish', 'Publish')",  # on SQLite bytes become text by it
    "record = 'nonsense'",
    "leaf_hash = 'nonsense'",
)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its columns to their types")
@pytest.mark.parametrize("altered", _ALTERED)
@pytest.mark.parametrize(("language", "said"), [("", "公开日志的记录对不上"), ("/en", "does not agree")])
def test_a_page_whose_record_in_the_log_was_altered_says_so_and_what_to_do(
    told: Story, language: str, said: str, altered: str
) -> None:
    row = _first()
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_leaf SET {altered} WHERE position = %s", [row.leaf_position])  # noqa: S608 - from this file
    response = Client().get(f"{language}/d/{row.public_id}/")
    page = response.content.decode()
    assert response.status_code == 503
    assert said in page
    assert "verify_log" in page
    assert row.title not in page
    assert Client().get(f"{language}/").status_code == 200


def test_the_style_sheets_stay_small(told: Story) -> None:
    folder = settings.BASE_DIR / "static" / "gongkai"
    sheets = [folder / f"{name}.css" for name in ("reset", "tokens", "layout", "parts", "print")]
    assert sum(sheet.stat().st_size for sheet in sheets) <= 30 * 1024
    assert all("@layer" in sheet.read_text(encoding="utf-8") for sheet in sheets)


def test_the_application_form_prints_with_what_was_looked_for_and_keeps_nothing(told: Story) -> None:
    client = Client()
    guide = client.get("/guide/?wanted=幸福路").content.decode()
    assert "/guide/form/?wanted=" in guide
    of = Agency.objects.filter(is_group=False, closed_on=None).first()
    assert of is not None
    form = client.get("/guide/form/", {"wanted": "幸福路<b>", "agency": of.code}).content.decode()
    assert "幸福路&lt;b&gt;" in form
    assert f"<td>{of.name}</td>" in form
    assert "第二十九条" in form
    assert client.get("/guide/form/", {"agency": "nobody"}).status_code == 200
