"""Every text and value of every part of ODF and OFD files is looked through, and masked by the same walk."""

import io
import zipfile
from pathlib import Path

import pytest
from bench.corpus_open import _odf, make_odt, make_ofd
from bench.identities import Invent, Writer
from lxml import etree

from gongkai.core.privacy import Kind
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.reader import Reader

INVENTED = "350524199001011238"  # 测试用虚构号码
SURE = (Kind.RESIDENT_ID.value, "certain")


def found(path: Path) -> list[tuple[str, str]]:
    with Reader() as reader:
        answers = list(reader.ask("read", path, name=path.name, facts={"parts": ["findings"]}))
    told = [answer["finding"] for answer in answers if "finding" in answer]
    return [(one["kind"], one["certainty"]) for one in told]


def built(path: Path, changes: dict[str, tuple[str, str]], more: dict[str, bytes]) -> Path:
    """A file of the corpus with a replacement in some parts and with members of its own."""
    stream = io.BytesIO()
    (make_ofd if path.suffix == ".ofd" else make_odt)(Writer(Invent(11), Path()), stream)
    with zipfile.ZipFile(stream) as whole, zipfile.ZipFile(path, "w") as fresh:
        for name in whole.namelist():
            text = whole.read(name).decode()
            old, new = changes.get(name, ("", ""))
            assert old in text
            fresh.writestr(name, text.replace(old, new, 1))
        for name, data in more.items():
            fresh.writestr(name, data)
    return path


TEXT = "<office:text>"
ODT = {
    "link": f'{TEXT}<text:p xml:id="x" office:name="a?sfz={INVENTED}">x</text:p>',
    "form": f'{TEXT}<office:forms><office:form office:value="{INVENTED}"/></office:forms>',
    "field": f'{TEXT}<text:user-field-decl office:string-value="{INVENTED}" text:name="x"/>',
    "comment": f"{TEXT}<!-- {INVENTED} -->",
    "bookmark": f'{TEXT}<text:p><text:bookmark text:name="B{INVENTED}"/>x</text:p>',
    "declaration": f"{TEXT}<office:decl>{INVENTED}</office:decl>",
}


@pytest.mark.parametrize("case", ODT)
def test_a_text_of_open_document_holds_nothing_unseen(tmp_path: Path, case: str) -> None:
    path = built(tmp_path / "a.odt", {"content.xml": (TEXT, ODT[case])}, {})
    out = tmp_path / "b.odt"
    assert SURE in found(path)
    with Reader() as reader:
        list(reader.ask("mask", path, name="a.odt", facts={"out": str(out)}))
    with zipfile.ZipFile(out) as whole:
        assert INVENTED not in whole.read("content.xml").decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("settings.xml", f"<a><b>{INVENTED}</b></a>".encode()),
        ("manifest.rdf", f'<a b="{INVENTED}"/>'.encode()),
        ("ObjectReplacements/Object 1", INVENTED.encode()),
        ("any/folder/data.bin", b"\x81\x8d" + INVENTED.encode()),
    ],
)
def test_a_member_in_any_place_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    assert SURE in found(built(tmp_path / "a.odt", {}, {name: data}))


SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
PAGES = '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
HALVES = "".join(
    f'<ofd:TextObject Boundary="{10 + 40 * at} 20 40 6" Size="4"><ofd:TextCode X="0" Y="4">{half}</ofd:TextCode>'
    "</ofd:TextObject>"
    for at, half in enumerate((INVENTED[:9], INVENTED[9:]))
)
OFD: dict[str, tuple[dict[str, tuple[str, str]], dict[str, bytes]]] = {
    "outline": ({"Doc_0/Document.xml": (PAGES, f'<ofd:Outline Title="{INVENTED}"/>{PAGES}')}, {}),
    "address": ({"Doc_0/Document.xml": (PAGES, f'<ofd:URI URI="http://a/?b={INVENTED}"/>{PAGES}')}, {}),
    "page in a folder": ({"Doc_0/Document.xml": (PAGES, f'{PAGES}<ofd:Page ID="2" BaseLoc="S/one.xml"/>')},
                         {"Doc_0/S/one.xml": f"<ofd:Page {SPACE}>{HALVES}</ofd:Page>".encode()}),
    "unit of the resources": ({}, {"Doc_0/PublicRes.xml": f"<ofd:Res {SPACE}>{HALVES}</ofd:Res>".encode()}),
    "attachment": ({}, {"Doc_0/Files/a.txt": f"证件{INVENTED}".encode()}),
}  # fmt: skip


@pytest.mark.parametrize("case", OFD)
def test_a_fixed_layout_holds_nothing_unseen(tmp_path: Path, case: str) -> None:
    path, out = built(tmp_path / "a.ofd", *OFD[case]), tmp_path / "b.ofd"
    assert SURE in found(path)
    with Reader() as reader:
        try:
            list(reader.ask("mask", path, name="a.ofd", facts={"out": str(out)}))
        except UnreadableFileError:
            assert not out.exists()
        else:
            assert SURE not in found(out)


def test_numbers_that_only_draw_are_passed_by(tmp_path: Path) -> None:
    spaced = " ".join(INVENTED)
    drawing = (
        f'<ofd:PathObject Boundary="{spaced}"><ofd:AbbreviatedData>{spaced}</ofd:AbbreviatedData></ofd:PathObject>'
    )
    path = built(tmp_path / "a.ofd", {}, {"Doc_0/Res.xml": f"<ofd:Res {SPACE}>{drawing}</ofd:Res>".encode()})
    plain = built(tmp_path / "b.ofd", {}, {})
    assert found(path).count(SURE) == found(plain).count(SURE)


def test_only_the_masked_cells_of_a_row_become_text(tmp_path: Path) -> None:
    more = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    cells = "".join(
        f'<table:table-cell {more} office:value-type="float" office:value="{value}" calcext:value-type="float">'
        f"<text:p>{value}</text:p></table:table-cell>"
        for value in ("13812345678", "45.5")
    )
    path, out = tmp_path / "a.ods", tmp_path / "b.ods"
    with path.open("wb") as target:
        _odf(
            target,
            "spreadsheet",
            f'<table:table table:name="a"><table:table-row>{cells}</table:table-row></table:table>',
        )
    with Reader() as reader:
        list(reader.ask("mask", path, name="a.ods", facts={"out": str(out)}))
    with zipfile.ZipFile(out) as whole:
        root = etree.fromstring(whole.read("content.xml"))
    told = [
        {
            str(key).rpartition("}")[2] + str(key).count("calcext") * "+": value
            for key, value in cell.attrib.items()
        }
        for cell in root.iter("{*}table-cell")
    ]
    assert told == [
        {"value-type": "string", "value-type+": "string"},
        {"value-type": "float", "value": "45.5", "value-type+": "float"},
    ]
    assert [one.text for one in root.iter("{*}p")] == ["138****5678", "45.5"]
