"""Tables as offices use them."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from gongkai.documents import sheets
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.sheets import (
    Column,
    Form,
    csv_lines,
    in_wan,
    pasted_rows,
    sheet_rows,
    write_marked,
    write_xlsx,
)

COLUMNS = [Column("姓名"), Column("身份证号", width=22), Column("金额(万元)", Form.WAN), Column("日期", Form.DATE)]
ROW = ("甲某", "350524199001011238", in_wan(123_456), date(2026, 3, 2))


def test_a_block_pasted_from_excel_is_rows_of_cells() -> None:
    assert pasted_rows('姓名\t电话\t\r\n"甲\n某"\t138\t\r\n\t\t\r\n') == [["姓名", "电话"], ["甲\n某", "138"]]
    assert pasted_rows("") == []
    with pytest.raises(UnreadableFileError, match="引号"):
        pasted_rows('"没有结尾\t1')


def test_a_block_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_PASTED", 10)
    with pytest.raises(UnreadableFileError, match="过多"):
        pasted_rows("一二三四五六七八九十十一")


@given(st.lists(st.lists(st.text("甲乙1a", max_size=5), min_size=2, max_size=2), max_size=5))
def test_pasting_keeps_every_filled_cell(rows: list[list[str]]) -> None:
    back = pasted_rows("\n".join("\t".join(row) for row in rows))
    assert [c for row in back for c in row if c] == [c for row in rows for c in row if c]


def test_a_written_sheet_keeps_its_habits() -> None:
    target = io.BytesIO()
    assert write_xlsx(target, COLUMNS, [ROW, ("=1+1", None, None, None)]) == 2
    page = openpyxl.load_workbook(target).active
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D3"
    assert (page["B2"].value, page["B2"].number_format, page["B2"].data_type) == (ROW[1], "@", "s")
    assert page["C2"].value == pytest.approx(12.3456)
    assert page["C2"].number_format == "#,##0.0000"
    assert (page["A3"].value, page["A3"].data_type) == ("=1+1", "s")


def test_csv_begins_with_the_mark_and_runs_no_formula() -> None:
    data = b"".join(csv_lines(COLUMNS, [ROW, ("=cmd", "-5", None, None), ("-x", "+8613800000000", None, None)]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "姓名,身份证号,金额(万元),日期",
        "甲某,350524199001011238,12.3456,2026-03-02",
        "'=cmd,-5,,",
        "'-x,+8613800000000,,",
    ]


def test_yuan_become_ten_thousands_exactly() -> None:
    assert in_wan(1) == Decimal("0.0001")
    assert in_wan(Decimal(123_456_789)) == Decimal("12345.6789")


def test_a_returned_sheet_marks_every_wrong_cell() -> None:
    target = io.BytesIO()
    write_marked(target, COLUMNS, [ROW, ROW], errors={(1, 1): "校验位不符", (1, -1): "与上一行重复"})
    page = openpyxl.load_workbook(target).active
    assert page["B3"].fill.fgColor.rgb == "00FFD9D9"
    assert page["B3"].comment.text == "校验位不符"
    assert page["E3"].value == "与上一行重复;身份证号:校验位不符"
    assert page["B2"].comment is None
    assert not page["E2"].value


def test_rows_of_an_uploaded_table_come_from_its_first_visible_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["草稿"])
    book.active.sheet_state = "hidden"
    page = book.create_sheet("数据")
    page.append(["姓名", "日期"])
    page.append([" 甲某 ", date(2026, 3, 2)])
    book.create_sheet("别的").append(["无关"])
    book.save(tmp_path / "a.xlsx")
    assert list(sheet_rows(tmp_path / "a.xlsx", name="a.xlsx")) == [["姓名", "日期"], ["甲某", "2026-03-02"]]
    old = xlwt.Workbook()
    old.add_sheet("一").write(0, 0, "甲")
    old.save(str(tmp_path / "a.xls"))
    assert list(sheet_rows(tmp_path / "a.xls", name="a.xls")) == [["甲"]]
    (tmp_path / "a.csv").write_text("甲,乙\n" * 1200, encoding="gb18030")
    assert len(list(sheet_rows(tmp_path / "a.csv", name="a.csv"))) == 1200


def test_what_is_no_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="表格"):
        list(sheet_rows(tmp_path / "a.txt", name="a.txt"))
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    (tmp_path / "a.csv").write_text("甲,乙\n丙,丁\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="1 行"):
        list(sheet_rows(tmp_path / "a.csv", name="a.csv"))
