"""The second process that reads a part of a large file."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Layer
from gongkai.documents.formats import pdf as pdf_format
from gongkai.documents.formats import pdf_layers
from gongkai.documents.formats.beside import beside
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.reading import passages


def said(*texts: str) -> Iterator[Passage]:
    for text in texts:
        yield Passage(Layer.PROPERTY, "作者", text, 3, "页", "表", picture=True)


def test_what_it_read_arrives_as_it_was() -> None:
    with beside(lambda: said("甲\n乙", "\ud800", "")) as told:
        assert list(told) == list(said("甲\n乙", "\ud800", ""))


def test_one_that_dies_leaves_a_fault() -> None:
    def dies() -> Iterator[Passage]:
        yield from said("甲")
        os.kill(os.getpid(), signal.SIGKILL)

    with beside(dies) as told:
        assert [one.fault for one in told][-1].startswith("文件有一部分读取中断")


def test_one_that_breaks_leaves_a_fault() -> None:
    def breaks() -> Iterator[Passage]:
        yield from said("甲")
        raise MemoryError

    with beside(breaks) as told:
        first, last = told
    assert (first.text, bool(last.fault)) == ("甲", True)


def test_nobody_waits_for_one_that_nobody_wants() -> None:
    def endless() -> Iterator[Passage]:
        while True:
            yield from said("甲")

    with pytest.raises(KeyError), beside(endless):
        raise KeyError


def test_a_large_pdf_says_the_same_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(10, 10, "first")
    page.setAuthor("nobody")
    page.textAnnotation("call 13812345678", (1, 1, 9, 9))
    page.save()
    alone = list(passages(stream, name="a.pdf"))
    monkeypatch.setattr(pdf_format, "_LARGE", 1)
    assert list(passages(stream, name="a.pdf")) == alone
    assert {one.layer for one in alone} >= {Layer.TEXT, Layer.PROPERTY, Layer.ANNOTATION}
    assert len(pypdf.PdfReader(stream).pages) == 1


def test_objects_without_text_are_passed_by_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    for number in range(3):
        page.drawString(10, 10, "x")
        page.bookmarkPage(f"b{number}")
        page.addOutlineEntry(f"outline 1381234567{number}", f"b{number}")
        page.textAnnotation(f"note 1391234567{number}", (1, 1, 9, 9))
        page.showPage()
    page.drawString(10, 10, "x")
    page.acroForm.textfield(name="field", value="13712345678", x=5, y=5, width=30, height=20)
    page.save()
    quick = {(one.layer, one.place, one.text) for one in pdf_layers.hidden(stream.getvalue())}
    passed: list[int] = []
    leads = pdf_layers._leads

    def counted(*facts: Any) -> Any:
        found = leads(*facts)
        passed.extend([1] if found is not None else [])

    monkeypatch.setattr(pdf_layers, "_leads", counted)  # says None: every object is parsed
    assert {(one.layer, one.place, one.text) for one in pdf_layers.hidden(stream.getvalue())} == quick
    assert len(passed) >= 3
    assert {text[-11:] for _, _, text in quick} >= {"13812345670", "13912345672", "13712345678"}
