"""Any table as CSV, XLSX or JSON, streamed, the same rows under the same names."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SPOOL = 1024 * 1024


@dataclass(frozen=True)
class Column:
    """One column: its stable key in JSON, its title in tables, what it means, its width in a sheet."""

    key: str
    title: str
    meaning: str = ""
    width: int = 16


@dataclass(frozen=True)
class Table:
    """Rows under columns. ``rows`` may be a generator; it is read once and never held whole."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def plain(value: Any) -> Any:
    """A cell as it leaves the house: moments in the county's time as text, numbers as numbers, the rest text."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if timezone.is_aware(value) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    return value if isinstance(value, int | float) else str(value)


def _safe(value: Any) -> Any:
    """Text a spreadsheet would run as a formula is set behind an apostrophe (CSV only)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class _Echo(io.TextIOBase):
    """A file that hands back what is written, so that csv can stream."""

    def write(self, text: str) -> str:  # type: ignore[override] # csv returns what write returned
        return text


def csv_lines(table: Table) -> Iterator[str]:
    """The table as CSV lines, the first with a byte-order mark so that Excel reads it as UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow([c.title for c in table.columns]))
    for row in table.rows:
        yield str(writer.writerow([_safe(plain(value)) for value in row]))


def json_parts(table: Table) -> Iterator[str]:
    """The table as one JSON object in pieces: title, fields, rows as objects."""
    fields = [{"key": c.key, "title": c.title, "meaning": c.meaning} for c in table.columns]
    keys = [c.key for c in table.columns]
    head = json.dumps({"title": table.title, "fields": fields}, ensure_ascii=False)
    yield head[:-1] + ', "rows": ['
    comma = ""
    for row in table.rows:
        cells = (value if isinstance(value, list | dict | bool) else plain(value) for value in row)
        yield comma + "\n" + json.dumps(dict(zip(keys, cells, strict=True)), ensure_ascii=False)
        comma = ","
    yield "\n]}\n"


def write_xlsx(table: Table, out: IO[bytes]) -> None:
    """The table as a workbook: bold frozen header, text cells as text (identity numbers survive), filter on."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31].translate(str.maketrans("[]:*?/\\", "()-----")) or "sheet")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns):
        sheet.column_dimensions[_letters(number)].width = column.width
    head = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, value=column.title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F4F5F7")
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
        head.append(cell)
    sheet.append(head)
    for row in table.rows:
        sheet.append([_xlsx_cell(sheet, plain(value)) for value in row])
    book.save(out)


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # Control characters are not allowed in a sheet; long texts end at the format's own limit.
    text = "".join(ch for ch in value if ch >= " " or ch in "\n\t")[:32767]
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def disposition(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition with the Chinese name (RFC 5987) and a plain fallback."""
    fallback = "".join(ch if ch.isascii() and (ch.isalnum() or ch in "._-") else "_" for ch in name) or "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def respond(table: Table, suffix: str) -> StreamingHttpResponse | FileResponse | HttpResponse:
    """The table as a download of the kind its address ended in: ``csv``, ``json`` or ``xlsx``."""
    response: StreamingHttpResponse | FileResponse
    if suffix == "xlsx":
        spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - FileResponse closes it
        write_xlsx(table, spool)
        spool.seek(0)
        response = FileResponse(spool, content_type=MEDIA_TYPES["xlsx"])
    else:
        parts = csv_lines(table) if suffix == "csv" else json_parts(table)
        response = StreamingHttpResponse(parts, content_type=MEDIA_TYPES[suffix])
    response["Content-Disposition"] = disposition(f"{table.name}.{suffix}", inline=suffix == "json")
    response["Access-Control-Allow-Origin"] = "*"  # open data: any page may read it
    return response
