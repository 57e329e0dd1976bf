"""Members of office files that are no XML, and what lies around a package. Invented identities."""

import gzip
import io
import random
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image
from xlrd.compdoc import CompDoc

from gongkai.core.privacy import Certainty, Kind, Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.hollow import hollow
from tests.documents.test_corners import ID, RUNS, empty, found, holds, masked, members, run, word

EMF = b"\1\0\0\0" + bytes(100) + ID.encode("utf-16-le") + bytes(20)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
CHUNK = '<w:altChunk r:id="rIdA" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
MEMBERS = {
    "imported page": members(word(CHUNK), {"word/afchunk1.htm": f"<html><body><p>{ID}</p></body></html>"}),
    "object with a packed letter": members(
        empty("docx"), {"word/embeddings/oleObject1.bin": OLE + word(f"<w:p>{run(ID)}</w:p>")}
    ),
    "drawn picture": members(empty("docx"), {"word/media/image1.emf": EMF}),
    "packed drawn picture": members(empty("docx"), {"word/media/image1.emz": gzip.compress(EMF)}),
    "strange text": members(empty("docx"), {"word/notes.txt": ID}),
    "XML of another name": members(empty("docx"), {"word/data.dat": f"<?xml version='1.0'?><d>{RUNS}</d>"}),
    "printer": members(empty("docx"), {"word/printerSettings/printerSettings1.bin": ID.encode("utf-16-le")}),
    "behind the end": empty("docx") + ID.encode(),
}


@pytest.mark.parametrize("case", MEMBERS)
def test_members_that_are_no_text_are_looked_through_too(case: str, tmp_path: Path) -> None:
    assert Kind.RESIDENT_ID in found(MEMBERS[case], "a.docx")
    result = masked(MEMBERS[case], "a.docx", tmp_path)
    assert not holds(result)
    assert ID.encode() not in result
    docx.Document(io.BytesIO(result))
    assert found(result, "a.docx") == []


@pytest.mark.parametrize("name", ["xl/model/item.data", "xl/media/media1.mp4", "xl/embeddings/oleObject1.bin"])
def test_what_nobody_can_look_into_is_said_and_goes_with_the_mask(name: str, tmp_path: Path) -> None:
    closed = random.Random(1).randbytes(2000)  # noqa: S311 - no secret
    data = members(empty("xlsx"), {name: closed})
    assert found(data, "a.xlsx") == [Kind.UNREADABLE]
    result = masked(data, "a.xlsx", tmp_path)
    assert closed not in unpacked(result)
    openpyxl.load_workbook(io.BytesIO(result))


def unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_a_letter_that_is_only_a_picture_asks_for_a_look() -> None:
    picture, letter, target = io.BytesIO(), docx.Document(), io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    letter.add_picture(io.BytesIO(picture.getvalue()))
    letter.save(target)
    check = Check(Rules())
    told = [f for p in passages(io.BytesIO(target.getvalue()), name="a.docx") for f in check.findings(p)]
    assert [(f.kind, f.certainty) for f in told] == [(Kind.UNREADABLE, Certainty.POSSIBLE)]


def test_two_members_of_one_name_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", ID)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "x")
    assert found(target.getvalue(), "a.zip") == [Kind.UNREADABLE]


def test_an_emptied_object_is_a_file_that_opens() -> None:
    assert inside_names(hollow(OLE)) == []
    with Image.open(io.BytesIO(hollow(EMF))) as picture:
        assert picture.format == "WMF"  # what the library calls both kinds
    assert hollow(b"x") == b""


def inside_names(data: bytes) -> list[str]:
    return [entry.name for entry in CompDoc(data, logfile=io.StringIO()).dirlist if entry.etype == 2]
