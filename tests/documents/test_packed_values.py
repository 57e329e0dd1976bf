"""Files that stand in the values of an office file's XML as Base64. Invented identities."""

import base64
import io
import zipfile
from pathlib import Path

import docx
import pytest
from PIL import Image

from gongkai.core.privacy import Kind
from gongkai.documents.formats.packed_values import packed_values
from gongkai.documents.formats.xmltext import parse
from tests.documents.test_bad_input import zipped
from tests.documents.test_corners import ID, RUNS, edited, empty, found, masked, members, run, word

V = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
DRAWING = zipped({"[Content_Types].xml": TYPES, "drs/shapexml.xml": f"<x>{RUNS}</x>".encode()})
LETTER = word(f"<w:p>{run(ID[:9])}{run(ID[9:])}</w:p>")


def text(data: bytes, *, lines: bool = False) -> str:
    return (base64.encodebytes(data) if lines else base64.b64encode(data)).decode()


def shape(data: bytes) -> str:
    return f'<v:shape {V} id="s" o:gfxdata="{text(data)}"><v:path/></v:shape>'


def open_document(put: str) -> bytes:
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    picture = f"<office:binary-data>{put}</office:binary-data>"
    body = f"<office:document-content {office}>{picture}</office:document-content>"
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": body.encode()})


CASES = {
    "docx shape": word(f"<w:p><w:r><w:pict>{shape(DRAWING)}</w:pict></w:r></w:p>"),
    "docx shape with a letter": word(f"<w:p><w:r><w:pict>{shape(LETTER)}</w:pict></w:r></w:p>"),
    "docx text": word(f"<w:p><x:d xmlns:x='x'>{text(DRAWING, lines=True)}</x:d></w:p>"),
    "docx text behind an element": word(f"<w:p><x:d xmlns:x='x'><x:e/>{text(DRAWING)}</x:d></w:p>"),
    "xlsx shape": members(empty("xlsx"), {"xl/drawings/vmlDrawing1.vml": f"<xml>{shape(DRAWING)}</xml>"}),
    "odt picture": open_document(text(LETTER, lines=True)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_in_a_value_is_found_and_gone_after_the_mask(case: str, tmp_path: Path) -> None:
    name = f"a.{case.partition(' ')[0]}"
    assert Kind.RESIDENT_ID in found(CASES[case], name)
    result = masked(CASES[case], name, tmp_path)
    assert found(result, name) == []
    if name == "a.docx":
        docx.Document(io.BytesIO(result))


def test_a_picture_in_a_value_that_tells_nothing_stays(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.effect_noise((40, 40), 9).save(picture, "PNG")
    data = edited(CASES["xlsx shape"], "xl/drawings/vmlDrawing1.vml", "</xml>", shape(picture.getvalue()))
    result = masked(data, "a.xlsx", tmp_path)
    assert text(picture.getvalue()).encode() in unzipped(result, "xl/drawings/vmlDrawing1.vml")


def unzipped(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


@pytest.mark.parametrize("value", ["字" * 200, "word " * 40, "A" * 201, text(bytes(200)), text(b"x" * 200)])
def test_what_is_no_file_is_none(value: str) -> None:
    assert packed_values(parse(f'<a b="{value}">{value}</a>'.encode())) == []
