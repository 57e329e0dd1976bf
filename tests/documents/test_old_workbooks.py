"""What an old workbook holds besides its cells is found, and a mask leaves none of it. Invented identities."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlrd
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import Kind
from gongkai.documents.formats.biff import shared_texts
from tests.documents.test_corners import ID, found, masked

FORMULA = f'"{ID[:10]}"&"{ID[10:]}"'
CASES: dict[str, Callable[[Any, Any], Any]] = {
    "header": lambda book, sheet: setattr(sheet, "header_str", ID.encode()),
    "footer": lambda book, sheet: setattr(sheet, "footer_str", f"&C&B{ID[:6]}&I{ID[6:]}".encode()),
    "formula": lambda book, sheet: sheet.write(1, 1, xlwt.Formula(f'"{ID}"')),
    "formula of pieces": lambda book, sheet: sheet.write(1, 1, xlwt.Formula(FORMULA)),
    "link": lambda book, sheet: sheet.write(1, 1, xlwt.Formula(f'HYPERLINK("mailto:a@b.example?body={ID}";"x")')),
    "number format": lambda book, sheet: sheet.write(1, 1, 5, xlwt.easyxf(num_format_str=f'"{ID}"')),
    "owner": lambda book, sheet: setattr(book, "owner", ID),
}


def old(change: Callable[[Any, Any], Any]) -> bytes:
    book, target = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("名单")
    sheet.write(0, 0, "公示")
    change(book, sheet)
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("case", CASES)
def test_it_is_found_and_masked(case: str, tmp_path: Path) -> None:
    data = old(CASES[case])
    assert Kind.RESIDENT_ID in found(data, "a.xls")
    result = masked(data, "a.xls", tmp_path)
    assert ID.encode() not in result
    assert ID.encode("utf-16-le") not in result
    assert xlrd.open_workbook(file_contents=result).sheet_by_index(0).cell_value(0, 0) == "公示"


def of_no_cell(book: Any, sheet: Any) -> None:
    """A cell once showed the number: the table of shared strings keeps it."""
    book.add_str(ID)


def behind_many(book: Any, sheet: Any) -> None:
    """So many texts that the table goes on in further records, in the middle of texts."""
    for row in range(2, 900):
        sheet.write(row, 0, f"第{row}行{'字' * (row % 9)}{'a' * (row % 17)}")
    book.add_str(ID)


@pytest.mark.parametrize("fill", [of_no_cell, behind_many])
def test_a_text_that_no_cell_shows_is_found_and_masked(fill: Callable[[Any, Any], Any], tmp_path: Path) -> None:
    data = old(fill)
    assert ID.encode() in data
    assert found(data, "a.xls") == [Kind.RESIDENT_ID]
    assert ID.encode() not in masked(data, "a.xls", tmp_path)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_texts_are_read_over_the_borders_of_records_with_all_that_hangs_on_them() -> None:
    guide = ID.encode("utf-16-le")
    first = bytes(8) + struct.pack("<HBHI", 4, 13, 1, len(guide)) + "林志".encode("utf-16-le")
    rest = b"\0ab" + bytes(4) + guide + struct.pack("<HB", 3, 0) + b"x"
    data = (
        record(0x809, b"")
        + record(0xFC, first)
        + record(0x3C, rest)
        + record(0x3C, b"\1" + "一二".encode("utf-16-le"))
    )
    assert list(shared_texts(data + record(0x0A, b""))) == [("林志ab", guide), ("x一二", b"")]


@given(st.binary(max_size=80), st.lists(st.binary(max_size=9), max_size=4))
def test_a_damaged_table_comes_to_an_end(first: bytes, more: list[bytes]) -> None:
    data = record(0xFC, bytes(8) + first) + b"".join(record(0x3C, piece) for piece in more)
    assert len(list(shared_texts(data))) <= len(data)


def test_an_ordinary_old_workbook_raises_nothing() -> None:
    assert found(old(lambda book, sheet: None), "a.xls") == []
