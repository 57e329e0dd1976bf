"""Corners of office files that no page shows: what lies there is found, and gone after the mask."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest

from gongkai.core.privacy import Certainty, Kind, Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.files import mask

ID = "350524199001011238"  # invented
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
RUNS = f'<a:p xmlns:a="{A}"><a:r><a:t>{ID[:8]}</a:t></a:r><a:r><a:t>{ID[8:]}</a:t></a:r></a:p>'
SHEET = "xl/worksheets/sheet1.xml"
OPEN: dict[str, Callable[[Any], Any]] = {
    "docx": docx.Document,
    "xlsx": openpyxl.load_workbook,
    "pptx": pptx.Presentation,
}


def empty(kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "docx":
        letter = docx.Document()
        letter.add_paragraph("公示(虚构)" * 20)
        letter.save(target)
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["姓名", "乡镇"])
        book.save(target)
    else:
        show = pptx.Presentation()
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "虚构"
        show.save(target)
    return target.getvalue()


def edited(data: bytes, part: str, mark: str, put: str) -> bytes:
    """``put`` before ``mark`` in ``part``, which must be there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(part).decode()
    assert mark in text
    return members(data, {part: text.replace(mark, put + mark, 1)})


def members(data: bytes, put: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in dict.fromkeys([*old.namelist(), *put]):
            content = put[name] if name in put else old.read(name)
            fresh.writestr(name, content)
    return target.getvalue()


def word(xml: str) -> bytes:
    return edited(empty("docx"), "word/document.xml", "<w:sectPr", xml)


def sheet(xml: str, mark: str = "<pageMargins") -> bytes:
    return edited(empty("xlsx"), SHEET, mark, xml)


def run(text: str, put: str = "t") -> str:
    return f"<w:r><w:{put}>{text}</w:{put}></w:r>"


def book(change: Callable[[Any], None]) -> bytes:
    made, target = openpyxl.load_workbook(io.BytesIO(empty("xlsx"))), io.BytesIO()
    change(made)
    made.save(target)
    return target.getvalue()


def moved(data: bytes, old: str, new: str) -> bytes:
    """The same package with one part at another place that relationships and types allow."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as fresh:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".rels", "[Content_Types].xml")):
                content = content.replace(old.encode(), new.encode())
            fresh.writestr(name.replace(old, new), content)
    return target.getvalue()


def each_in_a_cell(made: Any) -> None:
    made.active.append(list(ID))


def last_four_hidden(made: Any) -> None:
    made.active.append(["甲", ID[:14], ID[14:]])
    made.active.column_dimensions["C"].hidden = True


def another_hidden(made: Any) -> None:
    made.active.append([ID, "乙"])
    made.active.column_dimensions["B"].hidden = True


def name_comment(made: Any) -> None:
    defined = openpyxl.workbook.defined_name.DefinedName("N", attr_text=f'"{ID}"', comment=ID)
    made.defined_names["N"] = defined


def formula(text: str) -> Callable[[Any], None]:
    return lambda made: made.active.append(["甲", text])


def number_format(made: Any) -> None:
    made.active["A1"].number_format = f'"{ID}"'


def strings(item: str) -> bytes:
    """A workbook with ``item`` in its table of shared strings; its first cell shows the string before it."""
    data = edited(empty("xlsx"), SHEET, "</sheetData>", '<row r="9"><c r="A9" t="s"><v>0</v></c></row>')
    first = "<si><t>乙</t></si>" if "rPh" not in item else ""
    data = members(data, {"xl/sharedStrings.xml": f'<sst xmlns="{S}">{first}{item}</sst>'})
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/>'
    return edited(data, "[Content_Types].xml", "</Types>", part)


V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
DOCX = {
    "alternative text": f'<w:p><w:r><w:drawing><x:docPr xmlns:x="x" descr="甲 {ID}"/></w:drawing></w:r></w:p>',
    "control title": f'<w:sdt><w:sdtPr><w:alias w:val="{ID}"/></w:sdtPr><w:sdtContent/></w:sdt>',
    "drop-down item": f'<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="{ID}"/>'
    "</w:dropDownList></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>",
    "form default": '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput>'
    f'<w:default w:val="{ID}"/></w:textInput></w:ffData></w:fldChar></w:r></w:p>',
    "simple field": f'<w:p><w:fldSimple w:instr=" HYPERLINK a?s={ID} ">{run("x")}</w:fldSimple></w:p>',
    "watermark": f'<w:p><w:r><w:pict><v:shape {V}><v:textpath string="{ID}"/></v:shape></w:pict></w:r></w:p>',
    "bookmark": f'<w:p><w:bookmarkStart w:id="5" w:name="证{ID}"/><w:bookmarkEnd w:id="5"/></w:p>',
    "smart tag": f'<w:p><w:smartTag><w:smartTagPr><w:attr w:val="{ID}"/></w:smartTagPr></w:smartTag></w:p>',
    "author of a change": f'<w:p><w:ins w:id="1" w:author="甲{ID}">{run("x")}</w:ins></w:p>',
    "half struck out": f'<w:p>{run(ID[:9])}<w:del w:id="1" w:author="a">{run(ID[9:], "delText")}</w:del></w:p>',
    "half hidden": f"<w:p>{run(ID[:9])}<w:r><w:rPr><w:vanish/></w:rPr><w:t>{ID[9:]}</w:t></w:r></w:p>",
    "wrapped cell": f"<w:tbl><w:tr><w:customXml><w:tc><w:p>{run(ID)}</w:p></w:tc></w:customXml></w:tr></w:tbl>",
    "comment in the XML": f"<w:p/><!-- {ID} -->",
    "unknown element": f'<w:p><x:y xmlns:x="x"><x:z>{ID[:8]}</x:z><x:z>{ID[8:]}</x:z></x:y></w:p>',
}
XLSX = {
    "filter": '<autoFilter ref="A1:B1"><filterColumn colId="0"><filters>'
    f'<filter val="{ID}"/></filters></filterColumn></autoFilter>',
    "scenario": "<scenarios>"
    f'<scenario name="s" comment="{ID}"><inputCells r="A1" val="1"/></scenario></scenarios>',
    "conditional format": '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1">'
    f'<formula>A1="{ID}"</formula></cfRule></conditionalFormatting>',
    "validation title": '<dataValidations count="1"><dataValidation type="whole" sqref="A5" '
    f'promptTitle="{ID}"><formula1>1</formula1></dataValidation></dataValidations>',
}
CASES = {
    **{f"docx {name}": word(xml) for name, xml in DOCX.items()},
    **{f"xlsx {name}": sheet(xml) for name, xml in XLSX.items()},
    "docx list number": edited(empty("docx"), "word/numbering.xml", "<w:abstractNum ", f'<w:x w:lvlText="{ID}"/>'),
    "docx author of a comment": members(
        empty("docx"),
        {"word/comments.xml": f'<w:comments xmlns:w="{W}"><w:comment w:author="甲{ID}"/></w:comments>'},
    ),
    "docx diagram": members(empty("docx"), {"word/diagrams/data1.xml": f"<d>{RUNS}</d>"}),
    "docx chart title": members(empty("docx"), {"word/charts/chart1.xml": f"<c>{RUNS}</c>"}),
    "docx other place": moved(word(f"<w:p>{run(ID[:9])}{run(ID[9:])}</w:p>"), "document.xml", "document2.xml"),
    "xlsx extension": sheet(f'<extLst><ext uri="u"><n xmlns="n">{ID}</n></ext></extLst>', "</worksheet>"),
    "xlsx footer codes": sheet(
        f"<headerFooter><oddFooter>&amp;L&amp;B{ID[:6]}&amp;I{ID[6:14]}&amp;\"Arial\"{ID[14:]}&amp;C页</oddFooter></headerFooter>",
        "</worksheet>",
    ),
    "xlsx defined name": book(name_comment),
    "xlsx number format": book(number_format),
    "xlsx last digits hidden": book(last_four_hidden),
    "xlsx number in a formula": book(formula(f"=B99*{ID}")),
    "xlsx formula of pieces": book(formula(f'="{ID[:10]}"&"{ID[10:]}"')),
    "xlsx sheet elsewhere": moved(book(each_in_a_cell), "worksheets/sheet1.xml", "other/data1.xml"),
    "xlsx string of no cell": strings(f"<si><t>{ID}</t></si>"),
    "xlsx remark in a string": strings(f'<si><t>甲<!--{ID}-->乙</t><rPh sb="0" eb="1"><t>甲</t></rPh></si>'),
    "xlsx phonetic guide": strings(f'<si><t>甲</t><rPh sb="0" eb="1"><t>{ID}</t></rPh></si>'),
    "xlsx sheet nobody lists": members(
        empty("xlsx"),
        {
            "xl/worksheets/sheet9.xml": f'<worksheet xmlns="{S}"><sheetData><row r="1">'
            f'<c r="A1" t="str"><v>{ID}</v></c></row></sheetData></worksheet>'
        },
    ),
    "xlsx connection": members(
        empty("xlsx"),
        {"xl/connections.xml": f'<connections xmlns="{S}"><dbPr command="x=\'{ID}\'"/></connections>'},
    ),
    "xlsx custom attribute": members(empty("xlsx"), {"customXml/item1.xml": f'<r sfz="{ID}"/>'}),
    "xlsx drawing": members(
        empty("xlsx"),
        {"xl/media/image1.svg": f'<svg xmlns="x"><text>{ID[:6]}<tspan>{ID[6:14]}</tspan>{ID[14:]}</text></svg>'},
    ),
    "pptx shape name": edited(empty("pptx"), "ppt/slides/slide1.xml", "</p:sld>", f'<p:x name="{ID}"/>'),
    "pptx link tip": edited(
        empty("pptx"), "ppt/slides/slide1.xml", "</p:sld>", f'<a:hlinkClick xmlns:a="{A}" tooltip="{ID}"/>'
    ),
    "pptx layout": edited(empty("pptx"), "ppt/slideLayouts/slideLayout1.xml", "</p:sldLayout>", RUNS),
    "pptx slide nobody shows": members(empty("pptx"), {"ppt/slides/slide9.xml": f"<p>{RUNS}</p>"}),
}  # fmt: skip


def found(data: bytes, name: str) -> list[Kind]:
    check = Check(Rules())
    return [
        finding.kind
        for passage in passages(io.BytesIO(data), name=name)
        for finding in check.findings(passage)
        if finding.certainty is Certainty.CERTAIN
    ]


def masked(data: bytes, name: str, folder: Path) -> bytes:
    (folder / name).write_bytes(data)
    list(mask({"path": folder / name, "out": folder / f"out-{name}", "name": name}))
    return (folder / f"out-{name}").read_bytes()


def holds(data: bytes) -> bool:
    """Whether any member holds the number, also cut into pieces by marks."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content.startswith(b"PK"):
                if holds(content):
                    return True
                continue
            for encoding in ("utf-8", "utf-16-le"):
                text = unicodedata.normalize("NFKC", content.decode(encoding, errors="ignore"))
                if ID in text or ID in re.sub(r"<[^>]*>|\s|&\w+;", "", text):
                    return True
    return False


@pytest.mark.parametrize("kind", OPEN)
def test_an_ordinary_file_raises_nothing(kind: str) -> None:
    check = Check(Rules())
    read = list(passages(io.BytesIO(empty(kind)), name=f"a.{kind}"))
    assert [finding for passage in read for finding in check.findings(passage)] == []


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("case", CASES)
def test_what_lies_there_is_found_and_masked(case: str, tmp_path: Path) -> None:
    kind, data = case.partition(" ")[0], CASES[case]
    name = f"a.{kind}"
    assert Kind.RESIDENT_ID in found(data, name)
    result = masked(data, name, tmp_path)
    assert not holds(result)
    OPEN[kind](io.BytesIO(result))
    assert found(result, name) == []


def test_a_number_shown_whole_is_told_once_although_other_text_beside_it_is_hidden() -> None:
    data = word(f"<w:p>{run(ID)}<w:r><w:rPr><w:vanish/></w:rPr><w:t>甲</w:t></w:r></w:p>")
    assert found(data, "a.docx") == [Kind.RESIDENT_ID]
    assert found(book(another_hidden), "a.xlsx") == [Kind.RESIDENT_ID]
