"""The checklist as files: rows in, bytes out. ``rows`` are the national columns (``ChecklistRow.as_columns``)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from gongkai.core.said import Said

Row = Mapping[str, str | int]

# Column → (title of the national form, width in characters).
COLUMNS: Mapping[str, tuple[str, int]] = {
    "number": (Said("序号"), 6),
    "code": (Said("编号"), 9),
    "level_one": (Said("公开事项(一级)"), 16),
    "level_two": (Said("公开事项(二级)"), 22),
    "elements": (Said("公开内容(要素)"), 34),
    "basis": (Said("公开依据"), 40),
    "deadline": (Said("公开时限"), 34),
    "agencies": (Said("公开主体"), 24),
    "channels": (Said("公开渠道和载体"), 30),
    "audience": (Said("公开对象"), 10),
    "method": (Said("公开方式"), 10),
    "levels": (Said("公开层级"), 10),
    "supervision": (Said("监督渠道"), 18),
}
LEGEND = Said("●必选要素 ○可选要素 ■必选渠道 □可选渠道")
# A cell that begins with one of these is run as a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GRID = Side(style="thin", color="FFC9CFD6")


def to_csv(rows: Sequence[Row]) -> bytes:
    """CSV with a byte order mark, so that office programs read the Chinese; formulas are disarmed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for title, _ in COLUMNS.values()])
    writer.writerows([[_harmless(row.get(column, "")) for column in COLUMNS] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def to_json(rows: Sequence[Row], *, title: str, number: int | None = None) -> bytes:
    """UTF-8 JSON: the title, the version number (``null`` for the list in force), column titles, rows."""
    document = {
        "title": title,
        "number": number,
        "legend": LEGEND,
        "columns": {column: name for column, (name, _) in COLUMNS.items()},
        "rows": [dict(row) for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def to_xlsx(rows: Sequence[Row], *, title: str) -> bytes:
    """A workbook of one sheet: merged title, legend, a header that stays in sight, wrapped text, A4 landscape."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "公开清单"
    last = get_column_letter(len(COLUMNS))
    for line, (text, size) in enumerate(((title, 16), (LEGEND, 10)), start=1):
        sheet.merge_cells(f"A{line}:{last}{line}")
        cell = sheet.cell(line, 1, text)
        cell.font = Font(size=size, bold=line == 1)
        cell.alignment = Alignment(horizontal="center", vertical="center")
    border = Border(left=_GRID, right=_GRID, top=_GRID, bottom=_GRID)
    for n, (name, width) in enumerate(COLUMNS.values(), start=1):
        cell = sheet.cell(3, n, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFEAF1F8")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = border
        sheet.column_dimensions[get_column_letter(n)].width = width
    for line, row in enumerate(rows, start=4):
        for n, column in enumerate(COLUMNS, start=1):
            value = row.get(column, "")
            cell = sheet.cell(line, n, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text that looks like a formula stays a text
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = border
    sheet.freeze_panes = "E4"
    sheet.auto_filter.ref = f"A3:{last}{max(3, len(rows) + 3)}"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
