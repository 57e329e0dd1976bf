"""The list as files that offices can open, read back as an office program would."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from gongkai.catalogue import exports, queries
from tests.profiles.folders import NOW, YUNLING, load

ROWS: list[dict[str, str | int]] = [
    {"number": 1, "code": "GP-01", "level_one": "政府采购", "level_two": "=1+1", "elements": "●项目名称\n○备注"},
    {"number": 2, "code": "GP-02", "level_one": "政府采购", "level_two": "㐂𠮷采购"},
]


def test_csv_has_a_byte_order_mark_and_disarms_formulas() -> None:
    made = exports.to_csv(ROWS)
    assert made.startswith(b"\xef\xbb\xbf")
    header, first, second = csv.reader(io.StringIO(made.decode("utf-8-sig")))
    assert header[:4] == ["序号", "编号", "公开事项(一级)", "公开事项(二级)"]
    assert first[3] == "'=1+1"
    assert first[4] == "●项目名称\n○备注"
    assert second[3] == "㐂𠮷采购"
    assert len(header) == len(first) == len(exports.COLUMNS)


def test_json_says_what_the_columns_are() -> None:
    made = json.loads(exports.to_json(ROWS, title="测试清单", number=3))
    assert (made["title"], made["number"], made["rows"]) == ("测试清单", 3, ROWS)
    assert made["columns"]["deadline"] == "公开时限"
    assert json.loads(exports.to_json([], title="空"))["number"] is None


def test_xlsx_has_a_merged_title_a_frozen_header_and_texts_that_stay_texts() -> None:
    sheet = load_workbook(io.BytesIO(exports.to_xlsx(ROWS, title="测试清单"))).active
    assert sheet is not None
    assert sheet["A1"].value == "测试清单"
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:M1", "A2:M2"}
    assert sheet.freeze_panes == "E4"
    assert sheet["D4"].value == "=1+1"
    assert sheet["D4"].data_type == "s"
    assert sheet["A4"].value == 1
    assert sheet["D5"].value == "㐂𠮷采购"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$3"


def test_an_empty_list_is_still_a_file() -> None:
    sheet = load_workbook(io.BytesIO(exports.to_xlsx([], title="空"))).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert exports.to_csv([]).count(b"\n") == 1


@pytest.mark.django_db
def test_the_list_in_force_exports_whole() -> None:
    load(YUNLING)
    rows = [row.as_columns() for row in queries.checklist_rows(on=NOW.date())]
    assert set(rows[0]) == set(exports.COLUMNS)
    sheet = load_workbook(io.BytesIO(exports.to_xlsx(rows, title="云岭"))).active
    assert sheet is not None
    assert [sheet.cell(line, 2).value for line in range(4, 8)] == ["GP-01", "EU-01", "EU-02", "EU-03"]
