"""What a PDF holds in odd places: masked or taken out, and no byte of it left. Invented identities."""

import base64
import io
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from gongkai.documents.masking.files import mask
from tests.documents.test_beside_pictures import with_field
from tests.documents.test_corners import found
from tests.documents.test_pdf_streams import changed, drawn, hung, stream, words

ID = "350524199001011238"
FIRST, LAST = ID[:9], ID[9:]
MASKED = "35*************238"


def photo(*around: str) -> bytes:
    """A page with a photograph whose remark holds the number; ``around`` are filters outside the JPEG's."""
    data = with_field(0x9C9C)
    for name in reversed(around):
        data = zlib.compress(data) if name == "/FlateDecode" else base64.a85encode(data) + b"~>"

    def put(writer: pypdf.PdfWriter) -> None:
        made = StreamObject()
        made._data = data
        facts = {"Type": "/XObject", "Subtype": "/Image", "ColorSpace": "/DeviceRGB"}
        made.update({NameObject(f"/{key}"): NameObject(value) for key, value in facts.items()})
        made.update({NameObject(f"/{key}"): NumberObject(8) for key in ("Width", "Height", "BitsPerComponent")})
        made[NameObject("/Filter")] = ArrayObject(map(NameObject, [*around, "/DCTDecode"]))
        made[NameObject("/DecodeParms")] = ArrayObject(DictionaryObject() for _ in [*around, ""])
        resources = writer.pages[0]["/Resources"]
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/I"): writer._add_object(made)})  # type: ignore[index] # reportlab writes them

    return changed(put)


def half_in_a_form() -> bytes:
    def draw(page: object) -> None:
        words(page)  # type: ignore[arg-type] # a canvas
        page.beginForm("half")  # type: ignore[attr-defined]
        page.drawString(80, 300, f"ID {FIRST}")  # type: ignore[attr-defined]
        page.endForm()  # type: ignore[attr-defined]
        page.doForm("half")  # type: ignore[attr-defined]
        page.drawString(200, 300, LAST)  # type: ignore[attr-defined]

    return drawn(draw)


def in_a_pattern(page: object) -> None:
    words(page)  # type: ignore[arg-type]
    page.beginForm("unused")  # type: ignore[attr-defined]
    page.drawString(80, 300, f"ID {ID}")  # type: ignore[attr-defined]
    page.endForm()  # type: ignore[attr-defined]
    page.drawString(80, 320, f"ID {ID}")  # type: ignore[attr-defined]


def closed_to_changes() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(lambda page: (words(page), page.drawString(80, 90, ID)))))
    writer.encrypt("", "owner", algorithm="AES-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def two_revisions() -> bytes:
    first = drawn(lambda page: (words(page), page.drawString(80, 200, f"ID {ID}")))
    writer, target = pypdf.PdfWriter(io.BytesIO(first), incremental=True), io.BytesIO()
    contents = writer.pages[0]["/Contents"]
    assert contents.indirect_reference is not None
    writer._replace_object(contents.indirect_reference, stream(b"BT /F1 12 Tf 80 700 Td (nothing here) Tj ET"))
    writer.write(target)
    return target.getvalue()


CASES: dict[str, Callable[[], bytes]] = {
    "a photograph in letters": lambda: photo("/ASCII85Decode"),
    "a photograph in a list of one filter": photo,
    "a photograph packed": lambda: photo("/FlateDecode"),
    "a photograph packed in letters": lambda: photo("/ASCII85Decode", "/FlateDecode"),
    "half in a form": half_in_a_form,
    "in a form nobody places": lambda: drawn(in_a_pattern),
    "closed to changes": closed_to_changes,
    "an earlier revision": two_revisions,
    "a name": lambda: hung("/Dests", lambda _: DictionaryObject({NameObject(f"/D{ID}"): ArrayObject()})),
    "a name that is a value": lambda: hung("/Private", lambda _: ArrayObject([NameObject(f"/D{ID}")])),
    "bytes in no encoding": lambda: hung("/Private", lambda _: ByteStringObject(b"\x81\x8d\xff " + ID.encode())),
    "a stream of text": lambda: hung("/Private", lambda w: w._add_object(stream(f"note {ID}".encode()))),
    "a stream of marked text": lambda: hung(
        "/Private", lambda w: w._add_object(stream(f"<a>{FIRST}</a> <a v='{ID}'>{LAST}</a>".encode()))
    ),
    "a stream of bytes": lambda: hung("/Private", lambda w: w._add_object(stream(b"\x81\x01" + ID.encode()))),
    "a stream of a page": lambda: hung("/Private", lambda w: w._add_object(stream(ID.encode())), page=True),
}


def everything(data: bytes) -> Iterator[bytes]:
    """The file, and every stream in it as it lies there and unpacked, whether anything leads to it or not."""
    yield data
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        yield match[1]
        try:
            yield zlib.decompressobj().decompress(match[1])
        except zlib.error:
            continue
    reader = pypdf.PdfReader(io.BytesIO(data))
    for number in range(1, int(reader.trailer["/Size"])):
        made = reader.get_object(number)
        if isinstance(made, StreamObject):
            yield made.get_data()


def spelled(data: bytes) -> bool:
    """Whether the number, or what of it must go, stands anywhere, also cut into pieces by operators."""
    for part in everything(data):
        bare = re.sub(rb"[\s()\[\]<>]|TJ|Tj|-?\d+\.\d+", b"", part)
        for text in (ID, FIRST[2:], LAST[:6]):
            wide = (text.encode("utf-16-le"), text.encode("utf-16-be"))
            if text.encode() in part or text.encode() in bare or any(one in part for one in wide):
                return True
    return False


@pytest.mark.parametrize("case", CASES)
def test_it_is_found_and_gone_to_the_last_byte(case: str, tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(CASES[case]())
    assert found(path.read_bytes(), "a.pdf") != []
    list(mask({"path": path, "out": out, "name": "a.pdf"}))
    result = out.read_bytes()
    assert found(result, "a.pdf") == []
    assert not spelled(result)
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(out), "-"], check=True, capture_output=True).stdout.decode()
        assert "words enough" in text or case == "an earlier revision"
        assert ID not in text
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", str(out)], check=True, capture_output=True)


def encoded(data: bytes) -> bytes:
    """The points of the one JPEG in ``data``, packed as they lie there."""
    return data[data.index(b"\xff\xda") : data.index(b"\xff\xd9", data.index(b"\xff\xda"))]


def test_a_photograph_stays_the_picture_it_was(tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(photo("/ASCII85Decode"))
    (done,) = mask({"path": path, "out": out, "name": "a.pdf"})
    assert done["masked"]["removed"]["exif"] == 1
    (picture,) = [image.image for page in pypdf.PdfReader(out).pages for image in page.images]
    assert isinstance(picture, Image.Image)
    assert picture.size == (8, 8)
    assert encoded(out.read_bytes()) == encoded(with_field(0x9C9C))


def test_names_stay_apart_and_lead_where_they_led(tmp_path: Path) -> None:
    def put(writer: pypdf.PdfWriter) -> None:
        writer.root_object[NameObject("/Dests")] = DictionaryObject(
            {NameObject(f"/D{ID}"): ArrayObject([NumberObject(1)]), NameObject(f"/D{ID}x"): ArrayObject()}
        )
        writer.root_object[NameObject("/Private")] = NameObject(f"/D{ID}")

    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(changed(put))
    list(mask({"path": path, "out": out, "name": "a.pdf"}))
    root = pypdf.PdfReader(out).root_object
    places = root["/Dests"]
    assert isinstance(places, DictionaryObject)
    assert len(places) == 2
    assert places[str(root["/Private"])] == [1]


def test_a_signature_over_the_old_bytes_goes_and_its_field_stays(tmp_path: Path) -> None:
    def put(writer: pypdf.PdfWriter) -> None:
        seal = DictionaryObject(
            {NameObject("/Type"): NameObject("/Sig"), NameObject("/Name"): TextStringObject("章")}
        )
        facts = {"/Subtype": NameObject("/Widget"), "/FT": NameObject("/Sig"), "/T": TextStringObject("签章")}
        field = DictionaryObject({NameObject(key): value for key, value in {**facts, "/V": seal}.items()})
        held = writer._add_object(field)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([held])
        form = DictionaryObject(
            {NameObject("/Fields"): ArrayObject([held]), NameObject("/SigFlags"): NumberObject(3)}
        )
        writer.root_object[NameObject("/AcroForm")] = form

    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(changed(put))
    list(mask({"path": path, "out": out, "name": "a.pdf"}))
    root = pypdf.PdfReader(out).root_object
    form = root["/AcroForm"]
    assert isinstance(form, DictionaryObject)
    assert "/SigFlags" not in form
    assert "/V" not in form["/Fields"][0].get_object()  # type: ignore[index] # an array
