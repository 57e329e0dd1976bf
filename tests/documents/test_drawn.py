"""Words in pictures of drawing commands, drawn whole or letter by letter. Invented identities."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import Kind
from gongkai.documents.formats.drawn import words
from tests.documents.test_corners import ID, empty, found, masked, members

MOBILE = "13800138000"


def emf(*records: bytes) -> bytes:
    head = struct.pack("<II", 1, 108) + bytes(32) + b" EMF" + bytes(64)
    return head + b"".join(records) + struct.pack("<5I", 14, 20, 0, 16, 20)


def command(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 8) + body


def text_out(x: int, y: int, text: str) -> bytes:
    return command(
        84, bytes(28) + struct.pack("<iiII", x, y, len(text), 76) + bytes(24) + text.encode("utf-16-le")
    )


def narrow_out(x: int, y: int, text: str) -> bytes:
    return command(83, bytes(28) + struct.pack("<iiII", x, y, len(text), 76) + bytes(24) + text.encode())


def small_out(x: int, y: int, text: str) -> bytes:
    return command(108, struct.pack("<iiII", x, y, len(text), 0x300) + bytes(12) + text.encode())


def boxed_out(x: int, y: int, text: str) -> bytes:
    return command(108, struct.pack("<iiII", x, y, len(text), 0) + bytes(28) + text.encode("utf-16-le"))


def poly_out(x: int, y: int, text: str) -> bytes:
    one = struct.pack("<iiII", x, y, len(text), 80) + bytes(24)
    return command(97, bytes(28) + struct.pack("<I", 1) + one + text.encode("utf-16-le"))


def plus_out(x: int, y: int, text: str) -> bytes:
    raw = text.encode("utf-16-le")
    record = struct.pack("<HHII", 0x401C, 0, 40 + len(raw), 28 + len(raw)) + bytes(8)
    record += struct.pack("<Iffff", len(text), x, y, 9, 9) + raw
    return command(70, struct.pack("<I", len(record) + 4) + b"EMF+" + record)


def driver_out(x: int, y: int, text: str) -> bytes:
    raw = text.encode("utf-16-le") + struct.pack("<ff", x, y)
    record = (
        struct.pack("<HHII", 0x4036, 0, 28 + len(raw), 16 + len(raw)) + bytes(12) + struct.pack("<I", len(text))
    )
    return command(70, struct.pack("<I", len(record + raw) + 4) + b"EMF+" + record + raw)


def wmf(*records: bytes) -> bytes:
    return b"\1\0\x09\0" + bytes(14) + b"".join(records) + struct.pack("<IH", 3, 0)


def meta(kind: int, body: bytes) -> bytes:
    return struct.pack("<IH", 3 + len(body) // 2, kind) + body


def wmf_out(x: int, y: int, text: str) -> bytes:
    return meta(
        0x0521, struct.pack("<H", len(text)) + text.encode() + bytes(len(text) % 2) + struct.pack("<hh", y, x)
    )


def wmf_extended(x: int, y: int, text: str) -> bytes:
    return meta(0x0A32, struct.pack("<hhHH", y, x, len(text), 4) + bytes(8) + text.encode() + bytes(len(text) % 2))


Draws = Callable[[int, int, str], bytes]
WAYS: list[tuple[Callable[..., bytes], Draws]] = [
    *((emf, way) for way in (text_out, narrow_out, small_out, boxed_out, poly_out, plus_out, driver_out)),
    (wmf, wmf_out),
    (wmf, wmf_extended),
]


@pytest.mark.parametrize(("picture", "draw"), WAYS)
def test_letters_at_one_height_are_a_line(picture: Callable[..., bytes], draw: Draws) -> None:
    letters = [draw(100 + 8 * n, 50, one) for n, one in enumerate(ID)]
    other = [draw(100 + 8 * n, 90, one) for n, one in enumerate(MOBILE)]
    assert list(words(picture(*letters, *other))) == [ID, MOBILE]
    assert list(words(picture(draw(10, 5, "ID"), draw(90, 5, ID)))) == [f"ID {ID}"]


def test_a_wide_gap_parts_numbers_that_are_drawn_letter_by_letter() -> None:
    first = [text_out(100 + 8 * n, 50, one) for n, one in enumerate(ID)]
    second = [text_out(400 + 8 * n, 50, one) for n, one in enumerate(MOBILE)]
    assert list(words(emf(*second, *first))) == [f"{ID} {MOBILE}"]


@pytest.mark.parametrize("name", ["image1.emf", "image1.emz", "image1.wmf"])
def test_a_number_drawn_letter_by_letter_is_found_and_gone_after_the_mask(name: str, tmp_path: Path) -> None:
    draw, whole = (wmf_out, wmf) if name.endswith("wmf") else (text_out, emf)
    picture = whole(*(draw(100 + 8 * n, 50, one) for n, one in enumerate(ID)))
    data = members(
        empty("docx"), {f"word/media/{name}": gzip.compress(picture) if name.endswith("z") else picture}
    )
    assert found(data, "a.docx") == [Kind.RESIDENT_ID]
    assert found(masked(data, "a.docx", tmp_path), "a.docx") == []


def test_a_number_drawn_whole_is_told_once() -> None:
    data = members(empty("docx"), {"word/media/image1.emf": emf(text_out(1, 1, ID))})
    assert found(data, "a.docx") == [Kind.RESIDENT_ID]


@given(st.data())
def test_a_damaged_picture_is_read_to_where_it_is_whole(data: st.DataObject) -> None:
    picture, draw = data.draw(st.sampled_from(WAYS))
    whole = bytearray(picture(*(draw(8 * n, 50, one) for n, one in enumerate(ID))))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert all(isinstance(one, str) for one in words(bytes(whole[: data.draw(st.integers(0, len(whole)))])))
