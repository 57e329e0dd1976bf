"""What an old workbook holds besides its cells is found, and a mask leaves none of it. Invented identities."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlrd
import xlwt

from gongkai.core.privacy import Kind
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


def test_an_ordinary_old_workbook_raises_nothing() -> None:
    assert found(old(lambda book, sheet: None), "a.xls") == []
