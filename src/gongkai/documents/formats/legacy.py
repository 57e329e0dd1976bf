"""XLS (Excel 97-2003): cells, hidden rows, columns and sheets, notes, summary properties."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlrd
import xlrd.compdoc
import xlrd.xldate

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.biff import record_passages
from gongkai.documents.formats.passages import CELL_GAP, Passage, Source, UnreadableFileError, column_name, foreign
from gongkai.documents.formats.plain import read_all
from gongkai.documents.formats.sheet_frame import across

_LOCKED = Said("文件设有打开密码,系统不能检查:请去掉密码后重新上传")
_BROKEN = Said("XLS 文件已损坏,打不开:请另存为 xlsx 后重新上传")
_BOOKS = ("Workbook", "Book")
_STREAMS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_PRINTED = re.compile(r"[ -~一-龥㐀-䶿。,、()“”:;]{2,}")


def xls(source: Source) -> Iterator[Passage]:
    """Every layer of an old workbook. Raises :class:`UnreadableFileError`."""
    data = read_all(source)
    book = opened(data)
    page = 1
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        layer = Layer.HIDDEN_SHEET if sheet.visibility else Layer.FILE
        yield Passage(layer, Said("第%(number)s个工作表的名称", number=number + 1), sheet.name)
        yield from _sheet(book, sheet, page)
        page += max(1, -(-sheet.nrows // bounds.ROWS_PER_PAGE))
    if book.user_name:
        yield Passage(Layer.PROPERTY, Said("文件属性 作者"), str(book.user_name))
    yield from _properties(data, _texts_of(book))


def opened(data: bytes) -> Any:
    """The workbook. Raises :class:`UnreadableFileError` for one that is broken or has a password."""
    with foreign(_BROKEN):
        try:
            return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silent())
        except xlrd.XLRDError as error:
            raise UnreadableFileError(_LOCKED if "encrypted" in str(error).lower() else _BROKEN) from error


class _Silent:
    """xlrd writes remarks to a log; there is nobody to read them."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return


def is_hidden_row(sheet: Any, row: int) -> bool:
    """Whether a row is hidden, by mark or by height."""
    info = sheet.rowinfo_map.get(row)
    return bool(info is not None and (info.hidden or info.height == 0))


def is_hidden_column(sheet: Any, column: int) -> bool:
    """Whether a column is hidden, by mark or by width."""
    info = sheet.colinfo_map.get(column)
    return bool(info is not None and (info.hidden or info.width == 0))


def _sheet(book: Any, sheet: Any, first_page: int) -> Iterator[Passage]:
    hidden = {column for column in range(sheet.ncols) if is_hidden_column(sheet, column)}
    label = Said("工作表“%(name)s”", name=sheet.name)
    for row in range(sheet.nrows):
        part, rest = divmod(row, bounds.ROWS_PER_PAGE)
        if rest == 0 and part:
            label = Said("工作表“%(name)s”第%(row)s行起", name=sheet.name, row=row + 1)
        texts = [cell_text(book, sheet, row, column) for column in range(sheet.ncols)]
        layer = (
            Layer.HIDDEN_SHEET
            if sheet.visibility
            else Layer.HIDDEN_ROW
            if is_hidden_row(sheet, row)
            else Layer.CELL
        )
        place = Said("工作表“%(name)s”第%(row)s行", name=sheet.name, row=row + 1)
        dark = hidden if layer is Layer.CELL else set()
        shown = ["" if column in dark else text for column, text in enumerate(texts)]
        under = [text if column in dark else "" for column, text in enumerate(texts)]
        if any(shown):
            page = 0 if sheet.visibility else first_page + part
            yield Passage(layer, place, CELL_GAP.join(shown), page, label, table=sheet.name)
        if any(under):
            yield Passage(Layer.HIDDEN_COLUMN, place, CELL_GAP.join(under), table=sheet.name)
        if any(shown) and any(under):
            yield across(shown, under, place)
    for (row, column), note in sorted(sheet.cell_note_map.items()):
        where = Said(
            "工作表“%(name)s”批注 %(column)s%(row)s",
            name=sheet.name,
            column=column_name(column + 1),
            row=row + 1,
        )
        yield Passage(Layer.COMMENT, where, f"{note.author or ''} {note.text or ''}")


def cell_text(book: Any, sheet: Any, row: int, column: int) -> str:
    """A cell as a reader sees it."""
    cell = sheet.cell(row, column)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return (
            str(int(cell.value)) if cell.value == int(cell.value) and abs(cell.value) < 1e18 else repr(cell.value)
        )
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = _moment(cell.value, book.datemode)
        return moment.strftime("%Y-%m-%d" if cell.value == int(cell.value) else "%Y-%m-%d %H:%M") if moment else ""
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR}:
        return ""
    return str(cell.value).replace(CELL_GAP, " ")


def _moment(value: float, mode: int) -> datetime | None:
    try:
        return xlrd.xldate.xldate_as_datetime(value, mode)  # type: ignore[no-any-return] # xlrd has no types
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return None


def _texts_of(book: Any) -> set[str]:
    """The texts of all cells."""
    rows = (sheet.row_values(row) for sheet in book.sheets() for row in range(sheet.nrows))
    return {value for row in rows for value in row if isinstance(value, str)}


def _properties(data: bytes, shown: set[str]) -> Iterator[Passage]:
    """Texts of records and of the summary streams, the latter in whichever of two encodings they were written."""
    with foreign(_BROKEN):
        holder = xlrd.compdoc.CompDoc(data, logfile=_Silent())
        streams = [holder.get_named_stream(name) for name in (*_BOOKS, *_STREAMS)]
    yield from record_passages(bytes(next(filter(None, streams[: len(_BOOKS)]), b"")), shown)
    for stream in streams[len(_BOOKS) :]:
        raw = bytes(stream or b"")
        for text in (raw.decode("gb18030", errors="ignore"), raw.decode("utf-16-le", errors="ignore")):
            for match in _PRINTED.finditer(text):
                yield Passage(Layer.PROPERTY, Said("文件属性"), match.group())
