"""Identity numbers half of which stands in a hidden row or column. All are invented."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlrd
import xlwt
from bench.corpus_open import _odf_row

from gongkai.core.privacy import Kind, Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.files import mask
from tests.documents.test_parted_numbers import ID, MASKED, THREE, of_xml, open_file, saved


def of_open_kind(rows: Sequence[Sequence[str]], row: int, column: int) -> bytes:
    dark = ' table:visibility="collapse"'
    marks = (dark if number == column else "" for number in range(1, len(rows[0]) + 1))
    columns = "".join(f"<table:table-column{mark}/>" for mark in marks)
    body = "".join(_odf_row(list(cells), hidden=number == row) for number, cells in enumerate(rows, start=1))
    return open_file("spreadsheet", f'<table:table table:name="a">{columns}{body}</table:table>')


def of_old_kind(rows: Sequence[Sequence[str]], row: int, column: int) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("a")
    for number, cells in enumerate(rows):
        for at, text in enumerate(cells):
            sheet.write(number, at, text)
    sheet.row(row - 1 if row else 99).hidden = True
    sheet.col(column - 1 if column else 99).hidden = True
    return saved(book)


def of_new_kind(rows: Sequence[Sequence[str]], row: int, column: int) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(list(cells))
    book.active.row_dimensions[row or 99].hidden = True
    book.active.column_dimensions[openpyxl.utils.get_column_letter(column or 99)].hidden = True
    return saved(book)


KINDS = {"xlsx": of_new_kind, "xls": of_old_kind, "ods": of_open_kind}


def shown_in(data: bytes, kind: str) -> str:
    if kind == "ods":
        return of_xml(data, "content.xml")
    if kind == "xls":
        sheet = xlrd.open_workbook(file_contents=data).sheet_by_index(0)
        return "".join(str(one) for number in range(sheet.nrows) for one in sheet.row_values(number))
    rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return "".join(str(one or "") for cells in rows for one in cells)


def certain_or_likely(data: bytes, name: str) -> list[Kind]:
    check = Check(Rules())
    return [one.kind for passage in passages(io.BytesIO(data), name=name) for one in check.findings(passage)]


Rows = list[tuple[str, ...]]
HALVES: list[tuple[Rows, int, int, str]] = [
    ([("甲", ID[:14], ID[14:])], 0, 3, f"35{'*' * 12}"),
    ([("甲", *THREE)], 0, 3, "35*****238"),
    ([(one, "x") for one in THREE], 3, 0, f"35{'*' * 12}"),
    ([(one, "x") for one in THREE], 2, 0, "35*****238"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", HALVES)
def test_the_half_that_is_shown_is_masked_when_the_hidden_one_is_taken_out(
    kind: str, case: tuple[Rows, int, int, str], tmp_path: Path
) -> None:
    rows, row, column, left = case
    path, out = tmp_path / f"a.{kind}", tmp_path / f"out.{kind}"
    path.write_bytes(KINDS[kind](rows, row, column))
    assert Kind.RESIDENT_ID in certain_or_likely(path.read_bytes(), path.name)
    list(mask({"path": path, "out": out, "name": path.name}))
    assert re.sub(r"[^\d*]", "", shown_in(out.read_bytes(), kind)) == left


def test_what_a_hidden_row_stood_between_is_masked_although_nobody_told_it(tmp_path: Path) -> None:
    path, out = tmp_path / "a.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(of_new_kind([(THREE[0],), ("无",), (THREE[1],), (THREE[2],)], 2, 0))
    list(mask({"path": path, "out": out, "name": path.name}))
    assert re.sub(r"[^\d*]", "", shown_in(out.read_bytes(), "xlsx")) == MASKED
