"""Streams of a PDF that unpack out of all proportion, or that nobody can unpack. Invented identities."""

import io
import resource
import struct
import zlib
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from gongkai.documents import bounds
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.masking.files import mask
from gongkai.documents.reader import Reader
from tests.documents.test_pdf_streams import INVENTED, changed

FLATE = NameObject("/FlateDecode")


def packed(size: int = 40 * bounds.MIB) -> bytes:
    return zlib.compress(b"<x>" + bytes(size) + b"</x>", 9)


def stream(data: bytes, *filters: str, **facts: object) -> StreamObject:
    made = StreamObject()
    made._data = data
    made[NameObject("/Filter")] = ArrayObject(NameObject(f"/{one}") for one in filters)
    made.update({NameObject(f"/{key}"): value for key, value in facts.items()})
    return made


def metadata(data: bytes, *filters: str, **facts: object) -> bytes:
    facts = {"Type": NameObject("/Metadata"), "Subtype": NameObject("/XML"), **facts}

    def put(writer: pypdf.PdfWriter) -> None:
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream(data, *filters, **facts))

    return changed(put)


def attached(made: StreamObject, *, more: bool = False) -> bytes:
    def put(writer: pypdf.PdfWriter) -> None:
        for inside in [made, *([stream(zlib.compress(INVENTED.encode()), "FlateDecode")] if more else [])]:
            files = DictionaryObject({NameObject("/F"): writer._add_object(inside)})
            writer._add_object(
                DictionaryObject({NameObject("/F"): TextStringObject("a.txt"), NameObject("/EF"): files})
            )

    return changed(put)


def faults(data: bytes) -> list[str]:
    return [one.fault for one in passages(io.BytesIO(data), name="a.pdf") if one.fault]


PREDICTED = DictionaryObject({NameObject("/Predictor"): NumberObject(1)})
BOMBS = {
    "deflated": lambda: metadata(packed(), "FlateDecode"),
    "deflated with parameters": lambda: metadata(packed(), "FlateDecode", DecodeParms=PREDICTED),
    "deflated twice": lambda: metadata(zlib.compress(packed(), 9), "FlateDecode", "FlateDecode"),
}


@pytest.mark.parametrize("case", BOMBS)
def test_metadata_that_unpack_to_too_much_are_told_at_once_with_what_to_do(case: str) -> None:
    data = BOMBS[case]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    (said,) = faults(data)
    assert "元数据" in said
    assert "压缩炸弹" in said
    assert "打印为 PDF" in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


@pytest.mark.parametrize("name", ["RunLengthDecode", "LZWDecode"])
def test_other_ways_of_packing_too_much_are_not_passed_over(name: str) -> None:
    runs = bytes([129, 48]) * 100_000 + b"\x80"
    data = runs if name == "RunLengthDecode" else b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"
    said = faults(metadata(data, name))
    assert (said != []) == (name == "RunLengthDecode")
    assert all("8 MB" in one for one in said)


def test_what_is_packed_in_an_unknown_way_is_not_passed_over() -> None:
    (said,) = faults(metadata(INVENTED.encode(), "BrotliDecode"))
    assert "不认识的压缩方式" in said


def test_metadata_of_ordinary_size_are_read() -> None:
    data = metadata(zlib.compress(f"<x>{INVENTED}</x>".encode()), "FlateDecode")
    read = list(passages(io.BytesIO(data), name="a.pdf"))
    assert any(INVENTED in one.text for one in read)
    assert faults(data) == []


def test_an_attachment_nobody_can_unpack_is_said_to_be_one() -> None:
    said = faults(attached(stream(INVENTED.encode(), "BrotliDecode"), more=True))
    assert any("附件解不开" in one for one in said)


def test_a_reader_that_dies_says_which_bounds_there_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    with Reader() as reader, pytest.raises(Exception, match=r"120 秒、内存超过 1536 MB"):
        list(reader.ask("no such action", path, name="a.txt"))


@pytest.mark.parametrize("error", [OverflowError, struct.error, RecursionError, pypdf.errors.DependencyError])
def test_whatever_the_library_raises_a_mask_is_refused(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(changed(lambda writer: None))

    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr("gongkai.documents.masking.pdf._strip", breaks)
    with pytest.raises(UnreadableFileError, match="不能自动遮盖"):
        list(mask({"path": tmp_path / "a.pdf", "out": tmp_path / "out.pdf", "name": "a.pdf"}))
    assert not (tmp_path / "out.pdf").exists()
