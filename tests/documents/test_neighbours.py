"""What stands beside each other in a file is not run together: as LibreOffice writes it, and as Word does."""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from bench.corpus_open import _odf
from docx.oxml import parse_xml

from gongkai.core.privacy import Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.reader import Reader
from tests.documents.test_office_program import OFFICE, converted

PERSON, MOBILE = "350524199001011238", "13812345678"  # invented
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in (("office", "office"), ("table", "table"), ("text", "text"), ("draw", "drawing"))
)  # fmt: skip
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
NOTE = (
    '<text:note text:id="n1" text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    f"<text:note-body><text:p>经办人电话{MOBILE}</text:p></text:note-body></text:note>"
)
REMARK = (
    f"<office:annotation {DC}><dc:creator>{MOBILE}</dc:creator><dc:date>2026-11-01T08:00:00</dc:date>"
    f"<text:p>另见{PERSON}</text:p></office:annotation>"
)
CHANGED = (
    '<text:tracked-changes><text:changed-region xml:id="c1" text:id="c1"><text:deletion>'
    f"<office:change-info {DC}><dc:creator>{MOBILE}</dc:creator><dc:date>2026-11-01T08:00:00</dc:date>"
    f"</office:change-info><text:p>旧号{PERSON}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
)
LINES = {
    "note": f"证件{PERSON}{NOTE}2026年",
    "tab": f"证件{PERSON}<text:tab/>20000",
    "blanks": f'证件{PERSON}<text:s text:c="3"/>20000',
    "line break": f"证件{PERSON}<text:line-break/>20261101号",
    "spans": f"证件<text:span>{PERSON[:6]}</text:span><text:span>{PERSON[6:14]}</text:span>{PERSON[14:]}",
    "soft break": f"证件{PERSON[:10]}<text:soft-page-break/>{PERSON[10:]}",
    "remark": f"证件号{REMARK}见附件",
}


def certain(path: Path) -> list[tuple[str, str]]:
    """Kind and value of every certain finding, layer for layer."""
    check, found = Check(Rules()), []
    with path.open("rb") as source:
        for passage in passages(source, name=path.name):
            found += [
                (one.kind.value, passage.text[one.start : one.end])
                for one in check.findings(passage)
                if one.certainty == "certain"
            ]
    return found


def written(folder: Path, body: str) -> Path:
    path = folder / "a.odt"
    with path.open("wb") as target:
        _odf(target, "text", body)
    return path


@pytest.mark.parametrize("case", LINES)
def test_a_number_beside_another_element_stays_certain(tmp_path: Path, case: str) -> None:
    found = certain(written(tmp_path, f"<text:p>{LINES[case]}</text:p>"))
    assert ("resident_id", PERSON) in found
    assert found.count(("resident_id", PERSON)) == 1  # and is told once


def others(path: Path) -> list[str]:
    with path.open("rb") as source:
        return [one.text for one in passages(source, name=path.name) if one.layer == "other"]


@pytest.mark.parametrize("body", [CHANGED, f"<text:p>甲{REMARK}乙</text:p>"])
def test_who_wrote_a_remark_and_when_are_cells_of_their_own(tmp_path: Path, body: str) -> None:
    assert f"{MOBILE}\t2026-11-01T08:00:00" in others(written(tmp_path, body))


def test_what_a_paragraph_shows_is_not_read_again_as_the_rest(tmp_path: Path) -> None:
    path = written(tmp_path, f"<text:p>甲<text:tab/>乙{PERSON}<text:span>丙</text:span>丁</text:p>")
    assert others(path) == []


def test_a_picture_in_the_line_parts_what_stands_about_it(tmp_path: Path) -> None:
    frame = '<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" text:anchor-type="{}"/>'
    beside = f"<text:p>证件{PERSON}{frame}2026</text:p>"
    assert certain(written(tmp_path, beside.format("as-char"))) == [("resident_id", PERSON)]
    assert certain(written(tmp_path, beside.format("page"))) == []  # it stands elsewhere: one run of digits


def test_what_is_beside_in_one_cell_of_a_word_table_are_lines(tmp_path: Path) -> None:
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = PERSON
    cell.add_paragraph("")
    cell.add_paragraph(MOBILE)
    document.save(str(tmp_path / "a.docx"))
    assert sorted(certain(tmp_path / "a.docx")) == [("mobile", MOBILE), ("resident_id", PERSON)]


def test_a_footnote_mark_of_word_parts_what_stands_about_it(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    for mark in ('footnoteReference w:id="2"', 'endnoteReference w:id="2"', "ptab"):
        paragraph = document.add_paragraph(f"证件{PERSON}")
        paragraph._p.append(parse_xml(f"<w:r {space}><w:{mark}/><w:t>2026年</w:t></w:r>"))
    document.save(str(tmp_path / "a.docx"))
    assert certain(tmp_path / "a.docx") == [("resident_id", PERSON)] * 3


def test_a_masked_text_keeps_its_notes_and_loses_its_numbers(tmp_path: Path) -> None:
    path, out = written(tmp_path, f"<text:p>{LINES['note']}</text:p>"), tmp_path / "b.odt"
    with Reader() as reader:
        list(reader.ask("mask", path, name="a.odt", facts={"out": str(out)}))
    with zipfile.ZipFile(out) as whole:
        content = whole.read("content.xml").decode()
    assert PERSON not in content
    assert MOBILE not in content
    assert "note-citation" in content
    assert "2026年" in content


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="left out: LibreOffice is not installed")
def test_writer_says_in_its_own_format_what_it_says_in_words(tmp_path: Path) -> None:
    row = "".join(
        f"<table:table-cell><text:p>{one}</text:p><text:p>{two}</text:p></table:table-cell>"
        for one, two in ((PERSON, MOBILE), ("20000", "1500"))
    )
    body = (
        CHANGED
        + "".join(f"<text:p>{line}</text:p>" for line in LINES.values())
        + '<text:p>改<text:change text:change-id="c1"/>后</text:p>'
        + f'<table:table table:name="t"><table:table-column table:number-columns-repeated="2"/>'
        f"<table:table-row>{row}</table:table-row></table:table>"
    )
    source = tmp_path / "a.fodt"
    source.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
        f"{body}</office:text></office:body></office:document>",
        encoding="utf-8",
    )
    own = certain(converted(source, "odt", tmp_path))
    words = certain(converted(source, "docx", tmp_path))
    # each line (the one with the remark has its own there), the table, the change
    assert own.count(("resident_id", PERSON)) >= len(LINES) + 2
    for kind, value in (("resident_id", PERSON), ("mobile", MOBILE)):
        assert own.count((kind, value)) >= words.count((kind, value)) > 0


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="left out: LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "odp"])
def test_calc_and_impress_say_what_excel_and_powerpoint_said(tmp_path: Path, kind: str) -> None:
    stream = io.BytesIO()
    if kind == "ods":
        book = openpyxl.Workbook()
        book.active.append(["姓名", "身份证号码", "电话"])
        book.active.append(["张三", f"{PERSON}\n{MOBILE}", MOBILE])
        book.save(stream)
    else:
        show = pptx.Presentation()
        slide = show.slides.add_slide(show.slide_layouts[5])
        cell = slide.shapes.add_table(1, 2, 0, 0, 4_000_000, 900_000).table.cell(0, 0)
        cell.text = f"{PERSON}\n{MOBILE}"
        slide.shapes.title.text = f"证件{PERSON}"
        slide.notes_slide.notes_text_frame.text = f"电话{MOBILE}"
        show.save(stream)
    source = tmp_path / f"a.{'xlsx' if kind == 'ods' else 'pptx'}"
    source.write_bytes(stream.getvalue())
    own, theirs = certain(converted(source, kind, tmp_path)), certain(source)
    # Impress keeps names of slides and a picture of the table besides, with the same numbers in them.
    assert set(own) - {("unreadable", "")} == set(theirs)
    assert all(own.count(one) >= theirs.count(one) for one in theirs)
