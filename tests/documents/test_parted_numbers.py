"""Identity numbers that no single paragraph, row, page or file holds, masked in every part. All are invented."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
import xlrd
import xlwt
from bench.corpus_open import _odf, _odf_row
from django.utils import timezone
from lxml import html
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Kind, MaskFormats, Rules
from gongkai.core.privacy.kinds import Layer
from gongkai.documents.body import masked_parts
from gongkai.documents.formats.passages import Passage
from gongkai.documents.masking.files import mask
from gongkai.documents.masking.masker import Masker, in_turns
from gongkai.documents.seams import Seams
from tests.documents.test_corners import found, run, word

ID = "350524199001011238"
MASKED = "35*************238"
FIRST, LAST = ID[:9], ID[9:]
THREE = (ID[:6], ID[6:14], ID[14:])
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def saved(made: object) -> bytes:
    target = io.BytesIO()
    made.save(target)  # type: ignore[attr-defined] # documents of every kind have it
    return target.getvalue()


def packed(files: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def letter(*paragraphs: str) -> bytes:
    return word("".join(f"<w:p>{run(one)}</w:p>" for one in paragraphs))


def letter_table(rows: Sequence[str]) -> bytes:
    cells = (f"<w:tr><w:tc><w:p>{run(one)}</w:p></w:tc><w:tc><w:p>{run('x')}</w:p></w:tc></w:tr>" for one in rows)
    return word(f"<w:tbl>{''.join(cells)}</w:tbl><w:p/>")


def slides(*titles: str) -> bytes:
    show = pptx.Presentation()
    for title in titles:
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = title
    return saved(show)


def workbook(column: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    for one in column:
        book.active.append([one, "x"])
    return saved(book)


def old_workbook(column: Sequence[object]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("a")
    for number, one in enumerate(column):
        sheet.write(number, 0, one)
    return saved(book)


def open_file(kind: str, body: str) -> bytes:
    target = io.BytesIO()
    _odf(target, kind, body)
    return target.getvalue()


def fixed(*pages: str) -> bytes:
    listed = "".join(f'<ofd:Page BaseLoc="Pages/Page_{number}/C.xml"/>' for number in range(len(pages)))
    files: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {SPACE}/>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, text in enumerate(pages):
        code = (
            f'<ofd:TextObject Boundary="9 9 99 5"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'
        )
        files[f"Doc_0/Pages/Page_{number}/C.xml"] = f"<ofd:Page {SPACE}>{code}</ofd:Page>"
    return packed(files)


def printed(*pages: Sequence[str]) -> bytes:
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=A4)
    for lines in pages:
        for number, line in enumerate(lines):
            page.drawString(80, 700 - 20 * number, line)
        page.showPage()
    page.save()
    return target.getvalue()


WORDS = ["words enough for a page that nobody takes for a picture"] * 8
SHEET_ROWS = "".join(_odf_row([one, "x"]) for one in THREE)
PAGE_ROWS = "".join(f"<tr><td>{one}</td><td>x</td></tr>" for one in THREE)
CASES: dict[str, bytes] = {
    "two paragraphs.docx": letter(f"证件{FIRST}", f"{LAST}止"),
    "eighteen paragraphs.docx": letter(*ID),
    "hidden words between.docx": word(
        f"<w:p>{run(FIRST)}</w:p><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p><w:p>{run(LAST)}</w:p>"
    ),
    "rows of a table.docx": letter_table(THREE),
    "rows of one digit.docx": letter_table(ID),
    "two rows.docx": letter_table((FIRST, LAST)),
    "two slides.pptx": slides(f"证{FIRST}", LAST),
    "texts in a column.xlsx": workbook(THREE),
    "figures in a column.xlsx": workbook([int(one) for one in ID]),
    "texts in an old column.xls": old_workbook(THREE),
    "figures in an old column.xls": old_workbook([int(one) for one in ID]),
    "rows of a sheet.ods": open_file("spreadsheet", f'<table:table table:name="a">{SHEET_ROWS}</table:table>'),
    "two paragraphs.odt": open_file("text", f"<text:p>证{FIRST}</text:p><text:p>{LAST}</text:p>"),
    "two pages.ofd": fixed(f"证{FIRST}", f"{LAST}止"),
    "lines of one digit.csv": "".join(f"{one},x\n" for one in ID).encode(),
    "two pages of lines.txt": ("行\n" * 199 + f"证{FIRST}\n{LAST}止\n").encode(),
    "boxes of one digit.html": "".join(f"<div>{one}</div>" for one in ID).encode(),
    "rows of a page.html": f"<table>{PAGE_ROWS}</table>".encode(),
    "two files.zip": packed({"a.txt": f"证{FIRST}", "b.txt": LAST}),
    "two pages.pdf": printed([*WORDS, f"ID {FIRST}"], [f"{LAST} end", *WORDS]),
    "the last digits elsewhere too.pdf": printed(
        [*WORDS, "1238 stays", f"ID {ID[:14]}"], [f"{ID[14:]} end", *WORDS, "1238 stays"]
    ),
}  # fmt: skip


def cells_of(book: openpyxl.Workbook) -> str:
    return "".join(str(row[0]) for row in book.active.iter_rows(values_only=True))


def of_xml(data: bytes, *folders: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.startswith(folders)]
    return "".join(re.sub(r"<[^>]*>", "", part) for part in parts)


def told_by_pdftotext(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=data, check=True, capture_output=True)
    return done.stdout.decode().replace("1238 stays", "")


# What other programs than the reader read.
OTHERS: dict[str, Callable[[bytes], str]] = {
    "docx": lambda data: "".join(one.text or "" for one in docx.Document(io.BytesIO(data)).element.iter("{*}t")),
    "pptx": lambda data: "".join(
        slide.shapes.title.text for slide in pptx.Presentation(io.BytesIO(data)).slides if slide.shapes.title
    ),
    "xlsx": lambda data: cells_of(openpyxl.load_workbook(io.BytesIO(data))),
    "xls": lambda data: "".join(
        str(one).removesuffix(".0")
        for one in xlrd.open_workbook(file_contents=data).sheet_by_index(0).col_values(0)
    ),
    "ods": lambda data: of_xml(data, "content.xml"),
    "odt": lambda data: of_xml(data, "content.xml"),
    "ofd": lambda data: of_xml(data, "Doc_0/Pages"),
    "csv": lambda data: "".join(row[0] for row in csv.reader(io.StringIO(data.decode()))),
    "txt": lambda data: data.decode(),
    "html": lambda data: str(html.fromstring(data).text_content()),
    "zip": lambda data: of_xml(data, "a.txt", "b.txt"),
    "pdf": told_by_pdftotext,
}


@pytest.mark.parametrize("case", CASES)
def test_every_part_is_masked_where_it_stands(case: str, tmp_path: Path) -> None:
    kind = case.rpartition(".")[2]
    if kind == "pdf" and not shutil.which("pdftotext"):
        pytest.skip("left out: pdftotext is not installed (poppler-utils)")
    path, out = tmp_path / f"a.{kind}", tmp_path / f"out.{kind}"
    path.write_bytes(CASES[case])
    assert re.sub(r"[^\d*]", "", OTHERS[kind](CASES[case])) == ID
    (done,) = mask({"path": path, "out": out, "name": path.name})
    assert done["masked"]["values"] == {"resident_id": 1}
    assert re.sub(r"[^\d*]", "", OTHERS[kind](out.read_bytes())) == MASKED
    assert found(out.read_bytes(), path.name) == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="left out: pdftotext is not installed (poppler-utils)")
def test_the_same_digits_elsewhere_on_a_page_stay(tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(CASES["the last digits elsewhere too.pdf"])
    list(mask({"path": path, "out": out, "name": path.name}))
    done = subprocess.run(["pdftotext", str(out), "-"], check=True, capture_output=True)
    assert done.stdout.decode().count("1238 stays") == 2


def test_a_county_s_own_format_holds_for_parts_too(tmp_path: Path) -> None:
    path, out = tmp_path / "a.docx", tmp_path / "out.docx"
    path.write_bytes(letter(FIRST, LAST))
    rules = {"masks": {"resident_id": [6, 4]}}
    list(mask({"path": path, "out": out, "name": path.name, "rules": rules}))
    assert OTHERS["docx"](out.read_bytes()).endswith("350524********1238")


def test_parts_of_a_body_and_its_title_are_masked() -> None:
    parts = {"标题": f"公示 {ID[:14]}", "正文": f"<p>{ID[14:]} 甲</p><p>证{FIRST}</p><p>{LAST}</p>"}
    fresh = masked_parts(parts, html="正文", at=timezone.now())
    text = re.sub(r"<[^>]*>|[^\d*<>]", "", "".join(fresh.values()))
    assert text == MASKED * 2


def passage(text: str, *, layer: Layer = Layer.TEXT, table: str = "") -> Passage:
    return Passage(layer, "", text, table=table)


def test_marks_say_where_each_digit_stands_also_behind_signs_without_width() -> None:
    seams = Seams(MaskFormats())
    texts = (f"证 {ID[:3]}\u200b{ID[3:6]}", f" {ID[6:14]} ", f"{ID[14:]}。")
    numbers = [one for turn, text in enumerate(texts) for one in seams.numbers(passage(text), turn)]
    assert [one.digits for one in numbers] == [ID]
    assert "".join(texts[turn][at] for turn, at in numbers[0].marks) == ID


def test_a_part_within_another_mask_is_put_into_it_and_a_changed_passage_is_left_alone() -> None:
    old = "350524191201011"  # what a number of the first generation looks like; three more make one of the second
    texts = [f"身份证号:{old}", "236止"]

    def run_(masker: Masker) -> None:
        results.append([masker.text(passage(text)) for text in texts])

    results: list[list[str]] = []
    in_turns(Rules(), run_)
    assert results == [[f"身份证号:35{'*' * 10}011", "236止"], [f"身份证号:35{'*' * 13}", "236止"]]
    masker = Masker(Rules(), plan={0: {0: ("3", "*"), 1: ("9", "*")}})
    assert masker.text(passage("35")) == "*5"


def test_a_number_that_is_whole_is_not_taken_for_a_part() -> None:
    seams = Seams(MaskFormats())
    told = [one for text in (f"甲 {ID}", f"{ID} 乙", "1238") for one in seams.numbers(passage(text))]
    assert told == []
    assert Kind.RESIDENT_ID.value not in in_turns(Rules(), lambda masker: None).masked
