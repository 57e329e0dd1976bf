"""The sheet that goes back, in the language of whoever takes it: what it says of wrong cells, not the entries."""

from io import BytesIO

from django.utils.translation import get_language
from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.disclosures.importing.layout import PROBLEMS
from gongkai.disclosures.importing.template import HEADER_LINE
from gongkai.web.telling import SOURCE_LANGUAGE, told


def in_language(sheet: bytes) -> bytes:
    """A returned sheet as it was kept, in Chinese, with its comments and its column 问题 in the active language.

    Heads and entries stay: the import knows the sheet by them when it comes back.
    """
    if (get_language() or SOURCE_LANGUAGE).startswith(SOURCE_LANGUAGE):
        return sheet
    book = load_workbook(BytesIO(sheet))
    page = book.active
    assert isinstance(page, Worksheet)  # noqa: S101 - written with one worksheet
    last = next((cell.column for cell in page[HEADER_LINE] if cell.value == PROBLEMS), 0)
    for row in page.iter_rows(min_row=HEADER_LINE + 1):
        for cell in row:
            _say(cell, whole=cell.column == last)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _say(cell: Cell | MergedCell, *, whole: bool) -> None:
    if cell.comment:
        cell.comment = Comment(told(cell.comment.text), cell.comment.author, height=90, width=260)
    if whole and isinstance(cell, Cell) and isinstance(cell.value, str):
        cell.value = "\n".join(_line(line) for line in cell.value.split("\n"))


def _line(line: str) -> str:
    """``【成交金额】应写成…``: the column keeps its name, by which it is found in the sheet."""
    name, mark, problem = line.partition("】")
    return f"{name}{mark} {told(problem)}" if mark else told(line)
