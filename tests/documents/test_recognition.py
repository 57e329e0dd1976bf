"""Scanned pages: said to be scans; read where tesseract is there and switched on. Identities are invented."""

import io
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from reportlab.pdfgen import canvas

from gongkai.documents import ocr
from gongkai.documents.actions import store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVENTED = "350524199001011238"


def scan() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawInlineImage(Image.new("RGB", (50, 50), (250, 250, 250)), 10, 10, 500, 700)
    page.showPage()
    page.drawString(100, 100, "a page with words of its own")
    page.save()
    return stream.getvalue()


def reader_that_reads(folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int = 0) -> None:
    """A program in tesseract's place: its output is ours, so the test does not depend on how well it reads."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\nprintf '%s' '{words}'\nexit {code}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(settings, "OCR", True)


@pytest.mark.django_db
def test_a_scanned_page_is_said_to_be_one_where_nothing_reads_it() -> None:
    stored = store(io.BytesIO(scan()), name="a.pdf", by=None, at=NOW)
    assert "1 页是没有文字层的图像" in stored.extract_note
    assert not stored.is_scan  # the other page has words
    assert [(f.kind, f.certainty) for f in stored.findings.all()] == [("unreadable", "possible")]


@pytest.mark.django_db
def test_what_was_recognised_is_searched_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader_that_reads(tmp_path, monkeypatch, f"身 份 证 {INVENTED}")
    stored = store(io.BytesIO(scan()), name="a.pdf", by=None, at=NOW)
    first = stored.pages.get(number=1)
    assert (first.text, first.recognised) == (f"身份证 {INVENTED}", True)
    assert not stored.pages.get(number=2).recognised
    assert {f.kind for f in stored.findings.all()} == {"unreadable", "resident_id"}
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    assert store(picture, name="a.png", by=None, at=NOW).pages.get().recognised


@pytest.mark.django_db
def test_a_recogniser_that_fails_or_is_missing_leaves_the_page_a_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader_that_reads(tmp_path, monkeypatch, "x", code=1)
    assert not store(io.BytesIO(scan()), name="a.pdf", by=None, at=NOW).pages.filter(recognised=True).exists()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert list(ocr.recognise({"numbers": [1]})) == []


def test_blanks_between_chinese_characters_go_and_others_stay() -> None:
    assert ocr._joined("身 份 证 350 524 abc d") == "身份证 350 524 abc d"
