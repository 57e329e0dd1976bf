"""What the rows of a workbook hold besides cells is found, and gone after the mask. Invented identities."""

import io
from pathlib import Path

import openpyxl
import pytest

from gongkai.core.privacy import Kind, Layer, Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from tests.documents.test_corners import ID, SHEET, edited, empty, found, holds, masked

ODD_CELLS = {
    "attribute of a row": f'<row r="9" note="{ID}"><c r="A9"><v>1</v></c></row>',
    "attribute of a name space of its own": f'<row r="9" xmlns:q="q" q:a="{ID}"><c r="A9"><v>1</v></c></row>',
    "attribute of a cell": f'<row r="9"><c r="A9" tip="证{ID}"><v>1</v></c></row>',
    "attribute of a value": f'<row r="9"><c r="A9"><v was="{ID}">1</v></c></row>',
    "long reference": f'<row r="9"><c r="A9 {ID}"><v>1</v></c></row>',
    "spans": f'<row r="9" spans="{ID}"><c r="A9"><v>1</v></c></row>',
    "element of a row": f'<row r="9"><c r="A9"><v>1</v></c><x>{ID}</x></row>',
    "element of a cell": f'<row r="9"><c r="A9"><v>1</v><x><y>{ID[:9]}</y><y>{ID[9:]}</y></x></c></row>',
    "element of a value": f'<row r="9"><c r="A9"><v>1<x>{ID}</x></v></c></row>',
    "remark in a row": f'<row r="9"><!--{ID}--><c r="A9"><v>1</v></c></row>',
    "remark in a value": f'<row r="9"><c r="A9"><v>1<!--{ID}--></v></c></row>',
    "remark in an inline text": f'<row r="9"><c r="A9" t="inlineStr"><is><t>甲<!--{ID}-->乙</t></is></c></row>',
    "text between cells": f'<row r="9"><c r="A9"><v>1</v></c>{ID}</row>',
    "text in a cell": f'<row r="9"><c r="A9">{ID}<v>1</v></c></row>',
    "value of an inline text": f'<row r="9"><c r="A9" t="inlineStr"><is><t>甲</t></is><v>{ID}</v></c></row>',
    "value alone of an inline text": f'<row r="9"><c r="A9" t="inlineStr"><v>{ID}</v></c></row>',
    "inline text of a number": f'<row r="9"><c r="A9"><v>1</v><is><t>{ID}</t></is></c></row>',
    "index that is none": f'<row r="9"><c r="A9" t="s"><v>{ID}</v></c></row>',
    "index that is none and a formula": f'<row r="9"><c r="A9" t="s"><f>A1</f><v>{ID}</v></c></row>',
}


@pytest.mark.parametrize("case", ODD_CELLS)
def test_what_no_cell_shows_is_found_and_masked(case: str, tmp_path: Path) -> None:
    data = edited(empty("xlsx"), SHEET, "</sheetData>", ODD_CELLS[case])
    assert Kind.RESIDENT_ID in found(data, "a.xlsx")
    result = masked(data, "a.xlsx", tmp_path)
    assert not holds(result)
    openpyxl.load_workbook(io.BytesIO(result))
    assert found(result, "a.xlsx") == []


def test_ordinary_rows_are_not_odd() -> None:
    shared = '<c r="B9"><f t="shared" ref="B9:B10009" si="0">A1</f><v>1</v></c>'
    cells = f'<c r="XFD1048576" s="12" t="b"><v>1</v></c>{shared}'
    row = f'<row r="9" spans="1:16384" ht="15.600000000000001" x:dyDescent="0.25" xmlns:x="x">{cells}</row>'
    check = Check(Rules())
    read = list(passages(io.BytesIO(edited(empty("xlsx"), SHEET, "</sheetData>", row)), name="a.xlsx"))
    assert [one.text for one in read if one.layer is Layer.OTHER and "工作表" in one.place] == []
    assert [finding for passage in read for finding in check.findings(passage)] == []
