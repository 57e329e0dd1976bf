"""The sheet that goes back: every line as it came, wrong cells red with what to do, and a last column 问题."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gongkai.catalogue.models import Item
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.checking import CheckedLine
from gongkai.disclosures.importing.layout import LINE, PROBLEMS, SHEET, TITLE, Column
from gongkai.disclosures.importing.template import HEADER_LINE, title_of

_RED = PatternFill("solid", fgColor="F8CBCB")
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_CELL_LIMIT = 32_767


def returned_sheet(item: Item, *, columns: Sequence[Column], lines: Sequence[CheckedLine]) -> bytes:
    """All ``lines`` as XLSX. It can be mended and uploaded again as it is: 问题 and the comments are ignored."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = f"B{HEADER_LINE + 1}"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = 36 if column.key == TITLE else 20
    sheet.column_dimensions[get_column_letter(len(columns) + 2)].width = 60
    sheet.append([_styled(sheet, title_of(item), font=Font(bold=True, size=14))])
    sheet.append([_styled(sheet, name, font=Font(bold=True), fill=_HEAD) for name in _heading(columns)])
    comments = iter(range(bounds.COMMENTS))
    for line in lines:
        sheet.append(_row(sheet, columns, line, comments))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(columns: Sequence[Column]) -> list[str]:
    return [*(column.heading for column in columns), LINE, PROBLEMS]


def _row(sheet: Any, columns: Sequence[Column], line: CheckedLine, comments: Iterator[int]) -> list[Any]:
    keys = {column.key for column in columns}
    wrong: dict[str, list[str]] = {}
    for problem in line.problems:
        wrong.setdefault(problem.field if problem.field in keys else TITLE, []).append(problem.message)
    row = []
    for column in columns:
        entered = line.cells.get(column.key)
        text = entered.text if entered else ""
        if column.key not in wrong:
            row.append(_styled(sheet, text) if text else None)
            continue
        cell = _styled(sheet, text, fill=_RED)
        if next(comments, None) is not None:
            cell.comment = Comment("\n".join(wrong[column.key]), "gongkai", height=90, width=260)
        row.append(cell)
    row.append(line.number)
    names = {column.key: column.name for column in columns}
    said = "\n".join(f"【{names[key]}】{message}" for key, messages in wrong.items() for message in messages)
    row.append(_styled(sheet, said, alignment=Alignment(wrap_text=True, vertical="top")) if said else None)
    return row


def _styled(sheet: Any, text: str, **style: Any) -> Any:
    """A text cell. What a sheet cannot hold (control characters) is shown as a blank square, not dropped."""
    shown = "".join(ch if (ch >= " " and ch not in "\ufffe\uffff\x7f") or ch in "\n\t" else "□" for ch in text)
    cell = WriteOnlyCell(sheet, value=shown[:_CELL_LIMIT])
    cell.data_type, cell.number_format = "s", "@"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell
