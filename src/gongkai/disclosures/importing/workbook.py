"""XLSX, read line by line with openpyxl: the right sheet, merged cells and hidden lines found before any line."""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from openpyxl import load_workbook

from gongkai.core.said import Said
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.cells import NO_RESULT, Cell, read_value
from gongkai.disclosures.importing.faults import SheetShapeError
from gongkai.disclosures.importing.layout import NOTES, SHEET, Column
from gongkai.documents.formats.office import REL, relationships
from gongkai.documents.formats.package import BROKEN, Package
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import parse

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BROKEN = Said("文件已损坏,或不是真正的 .xlsx。请用表格软件打开后另存为 .xlsx 再上传。")
_CHUNK = 1024 * 1024
_OVERLAP = 64 * 1024  # longer than the longest formula, so that none is cut between two chunks
_BATCH = 200
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d{1,7})[\"'][^>]*>")
_NO_RESULT = re.compile(  # possessive: a long run of blanks is walked once
    rb"<(?:\w+:)?c\b([^<>]*)>\s*+<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*+"
    rb"(?:<(?:\w+:)?v\s*+/>|<(?:\w+:)?v\s*+></(?:\w+:)?v>)?\s*+</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_EMPTY_TEXT = re.compile(rb"\bt=[\"']str[\"']")  # a formula whose result is the empty text has a result
_COVERED = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0*)?[\"']")
_SHOWN = 8  # how many places a message names
T = TypeVar("T")


@dataclass(slots=True)
class Hidden:
    """What a sheet hides: merged ranges by their last line, lines out of sight, formulas without a result."""

    merged: list[tuple[int, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    formulas: set[str] = field(default_factory=set)

    def after(self, header: int) -> list[str]:
        """What of it lies in the header or below, in words."""
        faults: list[str] = []
        if merged := list(dict.fromkeys(where for last, where in self.merged if last >= header)):
            faults.append(
                Said(
                    "有合并的单元格:%(places)s。合并后只有一格有内容,请取消合并并逐格填写。", places=_some(merged)
                )
            )
        if lines := sorted({line for line in self.lines if line > header}):
            faults.append(
                Said(
                    "第 %(places)s 行是隐藏的(可能是筛选)。请取消隐藏,核对后保留或删去。",
                    places=_some(map(str, lines)),
                )
            )
        return faults


def _some(places: Iterable[str]) -> Said:
    listed = list(places)
    if len(listed) <= _SHOWN:
        return Said("%(places)s", places=listed)
    return Said("%(places)s 等 %(count)d 处", places=listed[:_SHOWN], count=len(listed))


def open_workbook(content: bytes, *, wanted: Sequence[Column]) -> tuple[Iterator[tuple[int, list[Cell]]], Hidden]:
    """The lines of the sheet to import and what it hides. Raises :class:`SheetShapeError`, also while reading."""
    try:
        package = Package(io.BytesIO(content))
        if sum(info.file_size for info in package.infos) > bounds.UNPACKED_BYTES:
            raise SheetShapeError(Said("文件解压后过大。请删去图片、无关的工作表和大片空白格式后再上传。"))
        parts = _parts(package)
    except UnreadableFileError as error:
        raise SheetShapeError(Said("%(why)s。", why=error.args[0])) from None
    book = _careful(lambda: load_workbook(io.BytesIO(content), read_only=True, data_only=True))
    name = _chosen([sheet for sheet in parts if sheet in book.sheetnames])
    hidden = _scan(package, parts[name])
    return _lines(book, name, hidden.formulas), hidden


def _parts(package: Package) -> dict[str, str]:
    """The worksheets the reader can see: name → part. Chart sheets and hidden sheets are left out."""
    targets = relationships(package, "xl/workbook.xml")
    found = {}
    for sheet in parse(package.read("xl/workbook.xml")).iter("{*}sheet"):
        part = targets.get(str(sheet.get(f"{REL}id")), "")
        if part in package.by_name and "worksheets/" in part and sheet.get("state", "visible") == "visible":
            found[str(sheet.get("name"))] = part
    return found


def _chosen(names: list[str]) -> str:
    if SHEET in names:
        return SHEET
    others = [name for name in names if name != NOTES]
    if len(others) == 1:
        return others[0]
    if not others:
        raise SheetShapeError(
            Said("文件里没有可以导入的工作表。请把内容放在名为“%(sheet)s”的工作表里。", sheet=SHEET)
        )
    raise SheetShapeError(
        Said(
            "文件里有几张工作表(%(others)s),没有一张叫“%(sheet)s”。请把要导入的那张改名为“%(sheet)s”,"
            "或只保留那一张。",
            others=others[:_SHOWN],
            sheet=SHEET,
        )
    )


def _scan(package: Package, part: str) -> Hidden:
    """What the sheet hides, found in its raw stream without building it."""
    hidden = Hidden()
    tail = b""
    try:
        with package.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                window = tail + chunk
                for first, top, last, bottom in _MERGED.findall(window):
                    hidden.merged.append((int(bottom), f"{first.decode()}{int(top)}:{last.decode()}{int(bottom)}"))
                hidden.lines += [int(m[1]) for m in _ROW.finditer(window) if _COVERED.search(m[0])]
                hidden.formulas |= set(_without_result(window))
                tail = window[-_OVERLAP:]
    except UnreadableFileError as error:
        raise SheetShapeError(Said("%(why)s。", why=error.args[0])) from None
    except BROKEN:
        raise SheetShapeError(_BROKEN) from None
    return hidden


def _without_result(window: bytes) -> Iterator[str]:
    for attributes in _NO_RESULT.findall(window):
        if (place := _PLACE.search(attributes)) and not _EMPTY_TEXT.search(attributes):
            yield place[1].decode()


def _lines(book: Any, name: str, formulas: set[str]) -> Iterator[tuple[int, list[Cell]]]:
    sheet = book[name]
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    rows = iter(sheet.iter_rows())
    number = 0
    try:
        while batch := _careful(lambda: [[_cell(cell, formulas) for cell in row] for row in islice(rows, _BATCH)]):
            for cells in batch:
                number += 1
                yield number, cells
    finally:
        book.close()


def _cell(cell: Any, formulas: set[str]) -> Cell:
    value = cell.value
    if value is None and formulas and getattr(cell, "coordinate", "") in formulas:
        return NO_RESULT
    return read_value(value, cell.number_format if isinstance(value, int | float) else "General")


def _careful(step: Callable[[], T]) -> T:
    """One step of the library. Whatever it raises over a malformed part is the same answer to the officer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return step()
    except Exception:  # noqa: BLE001 - the parser meets untrusted parts and raises whatever it stumbled over
        raise SheetShapeError(_BROKEN) from None
