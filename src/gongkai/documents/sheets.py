"""Tables the way offices use them: pasted from Excel, taken from a sheet, given back as XLSX or CSV.

Written sheets keep the header in view, identity numbers as text (Excel would make 1.23E+17 of them), 万元 with
four decimals, and CSV begins with the mark without which Excel shows garbage.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gongkai.core.said import Said
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.reader import Reader

MOST_ROWS = 200_000
MOST_PASTED = 5_000_000
_WAN = Decimal(10_000)
_HEADER = PatternFill("solid", fgColor="E8EEF7")
_WRONG = PatternFill("solid", fgColor="FFD9D9")
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Form(StrEnum):
    """How a column's values are written."""

    TEXT = "text"  # identity numbers, telephone numbers and codes too
    INTEGER = "integer"
    NUMBER = "number"
    WAN = "wan"  # 万元, four decimals
    DATE = "date"


_NUMBER_FORMATS = {
    Form.TEXT: "@",
    Form.INTEGER: "0",
    Form.NUMBER: "0.00",
    Form.WAN: "#,##0.0000",
    Form.DATE: "yyyy-mm-dd",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how its values are written, its width in characters."""

    name: str
    form: Form = Form.TEXT
    width: int = 16


Value = str | int | float | Decimal | date | None


def pasted_rows(text: str) -> list[list[str]]:
    """The cells of a block copied from Excel or WPS: tabs between cells, quoted cells may hold line breaks.

    Empty rows and columns at the end are left out. Raises :class:`UnreadableFileError` for more than five million
    characters or a quote that does not end.
    """
    if len(text) > MOST_PASTED:
        raise UnreadableFileError(Said("粘贴的内容过多:请改用上传 Excel 文件"))
    csv.field_size_limit(MOST_PASTED)
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""),
                                  delimiter="\t", strict=True)
        ]  # fmt: skip
    except csv.Error as error:
        raise UnreadableFileError(Said("粘贴的内容中引号不配对:请重新复制后粘贴")) from error
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell), default=0)
    return [[*row, *[""] * (width - len(row))][:width] for row in rows]


def sheet_rows(path: Path, *, name: str) -> Iterator[list[str]]:
    """The rows of the first visible sheet of an uploaded XLSX, XLS, ODS or CSV file, as text, streamed.

    Rows are read in the reader's own process. Raises :class:`UnreadableFileError`, also beyond 200 000 rows.
    """
    count = 0
    with Reader() as reader:
        for answer in reader.ask("rows", path, name=name):
            count += len(answer["rows"])
            if count > MOST_ROWS:
                raise UnreadableFileError(Said("表格超过 %(most)s 行:请分批导入", most=MOST_ROWS))
            yield from answer["rows"]


def in_wan(yuan: Decimal | int) -> Decimal:
    """元 → 万元 with four decimals (exact to the yuan)."""
    return (Decimal(yuan) / _WAN).quantize(Decimal("0.0001"))


def write_xlsx(
    target: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, sheet: str = "数据"
) -> int:
    """Write a sheet row by row with a frozen, filtered header; the number of rows. No formula is ever written."""
    book = Workbook(write_only=True)
    page = _page(book, columns, sheet)
    count = 0
    for row in rows:
        page.append([_cell(page, value, column.form) for value, column in zip(row, columns, strict=True)])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    book.save(target)
    return count


def write_marked(
    target: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    errors: Mapping[tuple[int, int], str],
    sheet: str = "请修改",
) -> None:
    """Give a sheet back with every wrong cell red, its reason as a comment and again in a last column.

    ``errors`` maps (row from 0, column from 0) to the reason; column -1 speaks of the row as a whole.
    """
    book = Workbook(write_only=True)
    page = _page(book, [*columns, Column("错误说明", width=60)], sheet)
    by_row: dict[int, dict[int, str]] = {}
    for (at, column), why in errors.items():
        by_row.setdefault(at, {})[column] = why
    for at, row in enumerate(rows):
        wrong = by_row.get(at, {})
        cells = [_cell(page, value, column.form) for value, column in zip(row, columns, strict=True)]
        for number, cell in enumerate(cells):
            if number in wrong:
                cell.fill = _WRONG
                cell.comment = Comment(wrong[number], "gongkai")
        named = (f"{columns[n].name}:{why}" if n >= 0 else why for n, why in sorted(wrong.items()))
        page.append([*cells, _cell(page, ";".join(named), Form.TEXT)])
    book.save(target)


def _page(book: Workbook, columns: Sequence[Column], sheet: str) -> Any:
    page = book.create_sheet(sheet[:31])
    page.freeze_panes = "A2"
    heads = []
    for number, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        head = WriteOnlyCell(page, column.name)
        head.font, head.fill = Font(bold=True), _HEADER
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        heads.append(head)
    page.append(heads)
    return page


def _cell(page: Any, value: Value, form: Form) -> Any:
    if form is Form.TEXT and value is not None:
        value = str(value)
    put: Any = value.translate(_ILLEGAL)[:32_767] if isinstance(value, str) else value
    cell = WriteOnlyCell(page, put)
    if isinstance(value, str):
        cell.data_type = "s"  # "=…" stays what was typed
    cell.number_format = _NUMBER_FORMATS[form]
    return cell


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A CSV file line by line, with the mark Excel needs. Text Excel would run as a formula gets an apostrophe."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    writer.writerow([column.name for column in columns])
    for row in rows:
        yield _taken(line)
        writer.writerow([_field(value) for value in row])
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    data = line.getvalue().encode()
    line.seek(0)
    line.truncate()
    return data


def _field(value: Value) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
