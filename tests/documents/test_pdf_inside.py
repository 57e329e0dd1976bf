"""What lies inside a PDF and how little is done to find it."""

import base64
import io
import random
import struct
import zlib
from collections.abc import Callable

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Layer
from gongkai.documents.formats import ascii85, pdf_layers, pdf_streams, registry
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.reading import passages

MOBILE = "13812345678"  # 测试用虚构号码


@pytest.mark.parametrize("size", [*range(8), 3_999, 4_096, 50_001])
def test_base_85_is_read_as_the_standard_library_reads_it(size: int) -> None:
    data = random.Random(size).randbytes(size) + b"\0" * 9  # noqa: S311 - any bytes
    written = base64.a85encode(data, wrapcol=64, adobe=True)
    assert ascii85.decoded(written) == data
    head = ascii85.beginning(written[2:], 640)
    assert data.startswith(head)
    assert len(head) >= min(size // 4 * 4, 480)


@pytest.mark.parametrize("wrong", [b"ab\xffcd", b"ab{cd", b"uuuuu", b's8W-"'])
def test_what_is_no_base_85_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="base-85"):
        ascii85.decoded(wrong)


def photographed(**facts: object) -> bytes:
    picture, stream = io.BytesIO(), io.BytesIO()
    noise = random.Random(1).randbytes(200 * 200)  # noqa: S311 - a picture
    Image.frombytes("L", (200, 200), noise).save(picture, "JPEG", **facts)  # type: ignore[arg-type]
    page = canvas.Canvas(stream)
    page.drawString(10, 10, "words")
    picture.seek(0)
    page.drawImage(ImageReader(picture), 0, 0, 99, 99)
    page.save()
    return stream.getvalue()


def told(data: bytes) -> list[Passage]:
    return list(passages(io.BytesIO(data), name="a.pdf"))


@pytest.mark.parametrize("lead", [b"", bytes(9_000)])
def test_what_a_camera_wrote_is_read_through_base_85(lead: bytes) -> None:
    exif = Image.Exif()
    exif[0x010E] = f"call {MOBILE}"
    profile = {"icc_profile": lead} if lead else {}
    data = photographed(exif=exif, **profile)
    assert b"/ASCII85Decode" in data
    assert [one.text for one in told(data) if one.layer is Layer.EXIF] == [f"call {MOBILE}"]


def test_of_a_picture_without_words_only_the_header_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    beginning = ascii85.beginning

    def counted(data: bytes, size: int) -> bytes:
        sizes.append(size)
        return beginning(data, size)

    monkeypatch.setattr(ascii85, "beginning", counted)
    monkeypatch.setattr(ascii85, "decoded", lambda _: pytest.fail("the whole picture was decoded"))
    assert [one.layer for one in told(photographed()) if one.layer is Layer.EXIF] == []
    assert sizes == [pdf_streams._HEADER]


def attached(key: str) -> bytes:
    stream, target = io.BytesIO(), io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(10, 10, "words")
    page.save()
    writer = pypdf.PdfWriter(clone_from=stream)
    inside = StreamObject()
    inside.set_data(f"call {MOBILE}".encode())
    where = DictionaryObject({NameObject("/F"): writer._add_object(inside)})
    spec = DictionaryObject({NameObject("/F"): TextStringObject("a.txt"), NameObject("/EF"): where})
    writer.root_object[NameObject(key)] = spec if key == "/O" else writer._add_object(spec)
    writer.write(target)
    return target.getvalue()


def packed() -> bytes:
    """A PDF whose objects lie packed in a stream, so that no byte of it says that a file lies inside."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R]>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        b"<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    starts = [sum(len(one) for one in objects[:at]) for at in range(len(objects))]
    index = b" ".join(b"%d %d" % (at + 1, start) for at, start in enumerate(starts)) + b" "
    body = b"%PDF-1.5\n"
    where = {}
    for number, facts, data in (
        (5, b"/Type/ObjStm/N 4/First %d" % len(index), index + b"".join(objects)),
        (6, b"", f"call {MOBILE}".encode()),
    ):
        where[number] = len(body)
        short = zlib.compress(data)
        body += b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>stream\n" % (number, facts, len(short))
        body += short + b"\nendstream\nendobj\n"
    rows = [(0, 0, 255), *((2, 5, at) for at in range(4)), *((1, at, 0) for at in (where[5], where[6], len(body)))]
    table = zlib.compress(b"".join(struct.pack(">BHB", *row) for row in rows))
    start = len(body)
    body += b"7 0 obj\n<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.mark.parametrize("made", [lambda: attached("/AF"), lambda: attached("/O"), packed])
def test_a_file_inside_is_opened(made: Callable[[], bytes]) -> None:
    found = told(made())
    assert (Layer.EMBEDDED_FILE, f"call {MOBILE}") in {(one.layer, one.text) for one in found}


def test_nobody_looks_for_files_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "attachments", lambda *_: pytest.fail("the whole file was parsed again"))
    assert told(photographed())


def test_a_file_too_full_to_walk_is_asked_for_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_layers, "_OBJECTS", 2)
    assert pdf_layers.FILE_INSIDE in list(pdf_layers.hidden(photographed()))
