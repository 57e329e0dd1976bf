"""Storing: what is kept, what is refused, and that nothing is kept twice."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.documents import media
from gongkai.documents.actions import DocumentRefusedError, open_file, store
from gongkai.documents.models import StoredFile
from gongkai.events.models import Event

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def keep(data: bytes, name: str) -> StoredFile:
    return store(io.BytesIO(data), name=name, by=None, at=NOW)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active.append(["序号", "配租房号"])
    book.active.append([1, "凤城1栋"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_is_kept_under_its_sha256_with_its_text_by_sheet() -> None:
    data = workbook()
    stored = keep(data, "名单.xlsx")
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert (stored.media_type, stored.size, stored.page_count) == (media.XLSX, len(data), 1)
    page = stored.pages.get()
    assert (page.label, page.text) == ("工作表“名单”", "序号\t配租房号\n1\t凤城1栋")
    with open_file(stored) as kept:
        assert kept.read() == data


def test_the_sm3_fingerprint_is_the_national_one() -> None:
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, example 1
    assert keep(b"abc", "甲.txt").sm3 == expected


def test_the_same_bytes_are_one_row_and_one_event() -> None:
    first = keep(b"abc", "甲.txt")
    assert keep(b"abc", "乙.txt") == first
    assert Event.objects.filter(kind="document.stored").count() == 1


def test_an_upload_of_the_web_and_a_path_are_taken_alike(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("安溪县", encoding="gb18030")
    upload = SimpleUploadedFile("a.txt", "安溪县".encode("gb18030"))
    first = store(tmp_path / "a.txt", name="a.txt", by=None, at=NOW)
    assert first == store(upload, name="a.txt", by=None, at=NOW)
    assert first.pages.get().text == "安溪县"


def test_a_file_without_a_scanner_says_so() -> None:
    assert keep(b"abc", "a.txt").virus_note == "未配置病毒扫描"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"abc", "a.exe", "type"),
        (b"abc", "a", "type"),
        (b"abc", "a/b.txt", "name"),
        (b"abc", "", "name"),
        (b"abc", "x" * 300 + ".txt", "name"),
        (b"%PDF-1.4 not really", "a.docx", "mismatch"),
        (b"MZ\x90\0\3\0\0\0", "a.txt", "broken"),
        (b"PK\3\4 broken", "a.zip", "broken"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(DocumentRefusedError) as refused:
        keep(data, name)
    assert refused.value.code == code
    assert not StoredFile.objects.exists()


def test_a_workbook_with_macros_is_refused() -> None:
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"program")
    with pytest.raises(DocumentRefusedError, match="宏"):
        keep(stream.getvalue(), "a.xlsx")


def test_a_file_above_the_limit_is_refused_before_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 1024)
    with pytest.raises(DocumentRefusedError) as refused:
        keep(b"a" * 2048, "a.txt")
    assert refused.value.code == "too_large"


def test_a_pdf_that_breaks_is_kept_and_says_why_it_has_no_text() -> None:
    stored = keep(b"%PDF-1.4 not really", "a.pdf")
    assert stored.page_count == 0
    assert "PDF 已损坏" in stored.extract_note
