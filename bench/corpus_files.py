"""The corpus's files: one maker for each format, personal data in every layer it has."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pptx
import xlwt
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from PIL import Image
from reportlab.pdfgen import canvas

from bench.corpus_open import make_ods, make_odt, make_ofd
from bench.identities import Label, Writer, labels, sentence, written

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def make_xlsx(writer: Writer, target: Any) -> list[Label]:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名单"
    table, found = writer.rows(writer.pick(4), 5)
    marks = [Label(kind, "cell", value) for kind, value in found]
    for row in table:
        page.append(row)
    width = len(table[0])
    ((_, shown, value),) = [("resident_id", *written(writer.invent, "resident_id"))]
    page.cell(3, width + 2, shown)
    page.column_dimensions[openpyxl.utils.get_column_letter(width + 2)].hidden = True
    marks.append(Label("resident_id", "hidden_column", value))
    shown, value = written(writer.invent, "mobile")
    page.append(["9", writer.invent.name(), f"手机 {shown}"])
    page.row_dimensions[page.max_row].hidden = True
    marks.append(Label("mobile", "hidden_row", value))
    whole = writer.invent.resident_id()
    page.append(["10", writer.invent.name(), whole[:6], whole[6:14], whole[14:]])
    marks.append(Label("resident_id", "cell", whole))
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = writer.invent.random.choice(("hidden", "veryHidden"))
    for kind, shown, value in writer.pick(2):
        hidden.append([sentence(writer.invent, kind, shown)])
        marks.append(Label(kind, "hidden_sheet", value))
    plan = writer.pick(1)
    page["A2"].comment = Comment(sentence(writer.invent, *plan[0][:2]), "经办人")
    marks += labels(plan, "comment")
    shown, value = written(writer.invent, "mobile")
    page.oddFooter.center.text = f"经办 {shown}"
    marks.append(Label("mobile", "header_footer", value))
    shown, value = written(writer.invent, "mobile")
    book.properties.description = f"联系 {shown}"
    marks.append(Label("mobile", "property", value))
    book.save(target)
    return marks


def _deleted(document: Any, line: str) -> None:
    xml = f'<w:del {_W} w:id="7" w:author="a"><w:r><w:delText>{line}</w:delText></w:r></w:del>'
    document.add_paragraph("修改")._p.append(parse_xml(xml))


def _in_header(document: Any, line: str) -> None:
    document.sections[0].header.paragraphs[0].text = line


def _unseen(document: Any, line: str) -> None:
    document.add_paragraph().add_run(line).font.hidden = True


def _as_property(document: Any, line: str) -> None:
    document.core_properties.comments = line


_WORD_LAYERS: dict[str, Callable[[Any, str], object]] = {
    "header_footer": _in_header,
    "comment": lambda document, line: document.add_comment(document.paragraphs[0].runs[0], text=line, author="a"),
    "tracked_change": _deleted,
    "hidden_text": _unseen,
    "property": _as_property,
}


def make_docx(writer: Writer, target: Any) -> list[Label]:
    document = docx.Document()
    plan = writer.pick(4, marks=True)
    for line in writer.sentences(plan):
        paragraph = document.add_paragraph()
        middle = writer.invent.random.randint(0, len(line))
        paragraph.add_run(line[:middle])
        paragraph.add_run(line[middle:]).bold = True
    marks = labels(plan, "text")
    table, found = writer.rows(writer.pick(3), 3)
    grid = document.add_table(len(table), len(table[0]))
    for cells, row in zip(grid.rows, table, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    marks += [Label(kind, "text", value) for kind, value in found]
    for layer, put in _WORD_LAYERS.items():
        ((kind, shown, value),) = writer.pick(1)
        put(document, sentence(writer.invent, kind, shown))
        marks.append(Label(kind, layer, value))
    document.save(target)
    return marks


def make_pptx(writer: Writer, target: Any) -> list[Label]:
    show = pptx.Presentation()
    plan = writer.pick(3, marks=True)
    page = show.slides.add_slide(show.slide_layouts[1])
    page.shapes.title.text = "公示"
    page.placeholders[1].text = "\n".join(writer.sentences(plan))
    marks = labels(plan, "text")
    ((kind, shown, value),) = writer.pick(1)
    page.notes_slide.notes_text_frame.text = sentence(writer.invent, kind, shown)
    marks.append(Label(kind, "note", value))
    ((kind, shown, value),) = writer.pick(1)
    dark = show.slides.add_slide(show.slide_layouts[1])
    dark.placeholders[1].text = sentence(writer.invent, kind, shown)
    dark._element.set("show", "0")
    marks.append(Label(kind, "hidden_sheet", value))
    show.save(target)
    return marks


def make_pdf(writer: Writer, target: Any) -> list[Label]:
    page = canvas.Canvas(target)
    plan, at = writer.pick(5, marks=True), 800
    for line in writer.sentences(plan):
        page.setFont("STSong-Light", 11)
        page.drawString(50, at, line)
        at -= 22
    marks = labels(plan, "text")
    for layer in ("property", "annotation", "form_field"):
        kind = writer.invent.random.choice(("mobile", "resident_id"))
        value = writer.invent.mobile() if kind == "mobile" else writer.invent.resident_id()
        if layer == "property":
            page.setKeywords(f"phone {value}")
        elif layer == "annotation":
            page.textAnnotation(f"call {value}", (100, 100, 200, 200))
        else:
            page.acroForm.textfield(name="field", value=value, x=50, y=60, width=300, height=20)
        marks.append(Label(kind, layer, value))
    page.save()
    return marks


def make_xls(writer: Writer, target: Any) -> list[Label]:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("名单")
    table, found = writer.rows(writer.pick(4), 4)
    for number, row in enumerate(table):
        for column, text in enumerate(row):
            page.write(number, column, text)
    marks = [Label(kind, "cell", value) for kind, value in found]
    value = writer.invent.resident_id()
    page.write(2, len(table[0]) + 1, value)
    page.col(len(table[0]) + 1).hidden = True
    marks.append(Label("resident_id", "hidden_column", value))
    dark = book.add_sheet("底稿")
    value = writer.invent.mobile()
    dark.write(0, 0, int(value))
    dark.visibility = 1
    marks.append(Label("mobile", "hidden_sheet", value))
    book.save(target)
    return marks


def make_html(writer: Writer, target: Any) -> list[Label]:
    plan, marks = writer.pick(4, marks=True), []
    lines = "".join(f"<p>{line}</p>" for line in writer.sentences(plan))
    first, second = writer.invent.resident_id(), writer.invent.mobile()
    text = f'<html><body>{lines}<!-- {first} --><div style="display:none">电话{second}</div></body></html>'
    marks = [Label("resident_id", "comment", first), Label("mobile", "hidden_text", second)]
    target.write(text.encode(writer.invent.random.choice(("utf-8", "gb18030"))))
    return [*labels(plan, "text"), *marks]


def make_txt(writer: Writer, target: Any) -> list[Label]:
    plan = writer.pick(5, marks=True)
    encoding = writer.invent.random.choice(("utf-8", "gb18030", "utf-8-sig"))
    target.write("\r\n".join(writer.sentences(plan)).encode(encoding))
    return labels(plan, "text")


def make_csv(writer: Writer, target: Any) -> list[Label]:
    table, found = writer.rows(writer.pick(4), 6)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    target.write(text.getvalue().encode("utf-8-sig"))
    return [Label(kind, "cell", value) for kind, value in found]


def make_zip(writer: Writer, target: Any) -> list[Label]:
    marks = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in (("名单.xlsx", make_xlsx), ("说明.docx", make_docx), ("a.txt", make_txt)):
            inner = io.BytesIO()
            marks += make(writer, inner)
            archive.writestr(name, inner.getvalue())
    return marks


def make_jpg(writer: Writer, target: Any) -> list[Label]:
    value = writer.invent.mobile()
    exif = Image.Exif()
    exif[0x010E] = f"tel {value}"
    Image.new("RGB", (32, 32), (200, 210, 220)).save(target, "JPEG", exif=exif)
    return [Label("mobile", "exif", value)]


def make_embedded(writer: Writer, target: Any) -> list[Label]:
    """A Word file with a workbook inside."""
    inner, outer = io.BytesIO(), io.BytesIO()
    marks = [
        Label(label.kind, "embedded_file" if label.layer == "cell" else label.layer, label.value)
        for label in make_xlsx(writer, inner)
    ]
    docx.Document().save(outer)
    with zipfile.ZipFile(outer, "a") as archive:
        archive.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", inner.getvalue())
    target.write(outer.getvalue())
    return marks


MAKERS: tuple[tuple[str, str, int, Callable[[Writer, Any], list[Label]]], ...] = (
    ("xlsx", "xlsx", 6, make_xlsx), ("docx", "docx", 6, make_docx), ("pdf", "pdf", 6, make_pdf),
    ("pptx", "pptx", 2, make_pptx), ("xls", "xls", 3, make_xls), ("ods", "ods", 3, make_ods),
    ("odt", "odt", 3, make_odt),
    ("ofd", "ofd", 3, make_ofd), ("html", "html", 4, make_html), ("txt", "txt", 4, make_txt),
    ("csv", "csv", 4, make_csv),
    ("zip", "zip", 2, make_zip), ("jpg", "jpg", 2, make_jpg), ("embedded", "docx", 2, make_embedded),
)  # fmt: skip
