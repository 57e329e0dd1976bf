"""Masking XLSX: row by row from stream to stream, then the table of shared strings."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lxml import etree

from gongkai.core.privacy import Layer
from gongkai.documents.formats.office import relationships
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import CELL_GAP, Passage, UnreadableFileError
from gongkai.documents.formats.sheet import (
    Sheet,
    Workbook,
    cells_of,
    hidden_columns,
    is_hidden,
    open_workbook,
    without_codes,
)
from gongkai.documents.formats.xmltext import Block, Edit, Element, Slot, parse, rewrite, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker
from gongkai.documents.masking.office import Inner, finish

_CHUNK = 1 << 20
_TAG = 128  # no opening tag of a row or string is cut by keeping this many bytes back
_MARK = "\ue000"
_LOOSE = ("{*}headerFooter", "{*}dataValidations", "{*}hyperlinks", "{*}sheetPr", "{*}conditionalFormatting")


def xlsx(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked workbook: hidden cells and comments gone, values masked in their cells."""
    book = open_workbook(package)
    rewrite_ = Rewrite(package)
    used: set[int] = set()
    claimed = {"xl/sharedStrings.xml"}
    with tempfile.TemporaryDirectory() as folder:
        for sheet in book.sheets:
            if sheet.part.startswith("xl/worksheets/") and sheet.part in package.by_name:
                claimed.add(sheet.part)
                part = Path(folder) / f"{sheet.number}.xml"
                _SheetMask(package, book, sheet, masker, used).write(part)
                rewrite_.changed[sheet.part] = part
        _drop_drawings_of_comments(package, rewrite_, book)
        if "xl/sharedStrings.xml" in package.by_name:
            strings = Path(folder) / "strings.xml"
            _write_strings(package, strings, used, masker)
            rewrite_.changed["xl/sharedStrings.xml"] = strings
        finish(rewrite_, masker, inner, claimed)
        rewrite_.save(out)


def segments(stream: IO[bytes], tag: bytes) -> Iterator[tuple[bool, bytes]]:
    """The bytes of an XML part cut into elements ``tag`` (true) and what lies between (false), in order.

    Raises :class:`UnreadableFileError` when an element does not end.
    """
    opening = re.compile(rb"<(?:[A-Za-z0-9_]+:)?" + tag + rb"(?=[\s/>])")
    closing = re.compile(rb"</(?:[A-Za-z0-9_]+:)?" + tag + rb"\s*>")
    data, at, ended = b"", 0, False
    while True:
        start = opening.search(data, at)
        end = _end_of(data, start.start(), closing) if start else None
        if start is not None and end is not None:
            if start.start() > at:
                yield False, data[at : start.start()]
            yield True, data[start.start() : end]
            at = end
            continue
        if ended:
            break
        if start is None and len(data) - at > _TAG:
            yield False, data[at:-_TAG]
            at = len(data) - _TAG
        chunk = stream.read(_CHUNK)
        ended = not chunk
        data, at = data[at:] + chunk, 0
    if start is not None:
        raise UnreadableFileError("工作表结构已损坏:请用原软件重新保存后再上传")
    if at < len(data):
        yield False, data[at:]


def _end_of(data: bytes, start: int, closing: re.Pattern[bytes]) -> int | None:
    """Where the element that begins at ``start`` ends, or ``None`` when that is not in ``data`` yet."""
    head = data.find(b">", start)
    if head < 0:
        return None
    if data[head - 1 : head] == b"/":
        return head + 1
    found = closing.search(data, head)
    return found.end() if found else None


@dataclass
class _SheetMask:
    """The masking of one sheet."""

    package: Package
    book: Workbook
    sheet: Sheet
    masker: Masker
    used: set[int]
    _number: int = field(default=0)

    def write(self, out: Path) -> None:
        """Write the masked sheet to ``out``."""
        head, tail, wrapper = self._frame()
        with self.package.open(self.sheet.part) as source, out.open("wb") as target:
            target.write(head)
            for is_row, data in segments(source, b"row"):
                if is_row:
                    target.write(self._row(data, wrapper))
            target.write(tail)

    def _frame(self) -> tuple[bytes, bytes, tuple[bytes, bytes]]:
        """The sheet without its rows, masked and cut where they belong, and a wrapper to parse one row in."""
        with self.package.open(self.sheet.part) as source:
            skeleton = b"".join(data for is_row, data in segments(source, b"row") if not is_row)
        root = parse(skeleton)
        columns = root.find("{*}cols")
        if columns is not None:
            self.sheet.hidden_columns = hidden_columns(columns)
        for holder in root.iter(*_LOOSE):
            for element in holder.iter():
                self._loose(element)
        for drawing in list(root.iter("{*}legacyDrawing")):
            if _comment_relations(self.package, self.sheet.part):
                root.remove(drawing)
        data_ = root.find("{*}sheetData")
        if data_ is None:
            raise UnreadableFileError("工作表结构不完整:请用原软件重新保存后再上传")
        data_.text = _MARK
        head, _, tail = written(root).partition(_MARK.encode())
        shell = etree.Element(root.tag, nsmap=root.nsmap)
        shell.text = _MARK
        opening, _, closing = etree.tostring(shell, encoding="UTF-8").partition(_MARK.encode())
        return head, tail, (opening, closing)

    def _loose(self, element: Element) -> None:
        """Mask the header, footer, hint or link in one element."""
        for slot in [Slot(element), *(Slot(element, key) for key in _WORDY if element.get(key))]:
            text = slot.get()
            for start, end, put in reversed(self.masker.edits(Passage(Layer.OTHER, "", without_codes(text)))):
                text = text[:start] + put + text[end:]
            if text != slot.get():
                slot.put(text)

    def _row(self, data: bytes, wrapper: tuple[bytes, bytes]) -> bytes:
        row = next(iter(parse(wrapper[0] + data + wrapper[1])))
        self._number = int(row.get("r") or self._number + 1)
        if self.sheet.hidden or is_hidden(row, "ht"):
            if len(row):
                self.masker.removed["hidden_sheet" if self.sheet.hidden else "hidden_row"] += 1
            for cell in list(row):
                row.remove(cell)
            return _bytes_of(row)
        changed = self._uncover(row)
        changed |= self._mask(row)
        for _, cell in cells_of(row):
            value = cell.findtext("{*}v") or ""
            if cell.get("t") == "s" and value.isdigit():
                self.used.add(int(value))
        return _bytes_of(row) if changed else data

    def _uncover(self, row: Element) -> bool:
        gone = [cell for column, cell in cells_of(row) if column in self.sheet.hidden_columns]
        for cell in gone:
            row.remove(cell)
        self.masker.removed["hidden_column"] += len(gone)
        return bool(gone)

    def _mask(self, row: Element) -> bool:
        places: list[Element | None] = []
        texts: list[str] = []
        for column, cell in cells_of(row):
            text = self.book.text(cell).replace(CELL_GAP, " ")
            if text:
                texts.extend([""] * (column - 1 - len(texts)))
                places.extend([None] * (column - 1 - len(places)))
                texts.append(text)
                places.append(cell)
        changed = self._formulas(row)
        passage = Passage(Layer.CELL, "", CELL_GAP.join(texts), table=self.sheet.name)
        edits = self.masker.edits(passage) if texts else []
        if not edits:
            return changed
        holders = [etree.Element("t") for _ in texts]
        for holder, text in zip(holders, texts, strict=True):
            holder.text = _clean(text)
        block = Block(Layer.CELL, "", [[Slot(holder)] for holder in holders])
        rewrite(block, [Edit(*edit) for edit in edits])
        for cell_, holder, text in zip(places, holders, texts, strict=True):
            if cell_ is not None and (holder.text or "") != _clean(text):
                _put_text(cell_, holder.text or "")
        return True

    def _formulas(self, row: Element) -> bool:
        """A formula that spells out what must be masked is replaced by its result."""
        changed = False
        for _, cell in cells_of(row):
            formula = cell.find("{*}f")
            if formula is not None and formula.text and self.masker.edits(Passage(Layer.OTHER, "", formula.text)):
                cell.remove(formula)
                changed = True
        return changed


_WORDY = frozenset({"tooltip", "display", "prompt", "error", "promptTitle", "errorTitle", "codeName", "location"})
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _put_text(cell: Element, text: str) -> None:
    """Make a cell hold ``text`` itself, whatever it held before."""
    name = str(cell.tag)
    space = name.rpartition("}")[0] + "}" if "}" in name else ""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
    holder.text = text
    holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


_DECLARED = re.compile(rb"\sxmlns(?::\w+)?=\"[^\"]*\"")


def _bytes_of(row: Element) -> bytes:
    """A row as it stands in a sheet: the name spaces are declared further up."""
    data = etree.tostring(row, encoding="UTF-8", with_tail=False)
    head = data.index(b">") + 1
    return _DECLARED.sub(b"", data[:head]) + data[head:]


def _comment_relations(package: Package, part: str) -> bool:
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels"
    return path in package.by_name and b"/comments" in package.read(path)


def _drop_drawings_of_comments(package: Package, rewrite_: Rewrite, book: Workbook) -> None:
    """The shapes of comments: useless without them, and they may hold their text."""
    gone = set()
    for sheet in book.sheets:
        if sheet.part in package.by_name and _comment_relations(package, sheet.part):
            gone |= {path for path in relationships(package, sheet.part).values() if path.endswith(".vml")}
    rewrite_.drop_office_parts(gone)


def _write_strings(package: Package, out: Path, used: set[int], masker: Masker) -> None:
    """The shared strings with every string that no cell shows any more taken out; positions stay."""
    index = 0
    with package.open("xl/sharedStrings.xml") as source, out.open("wb") as target:
        for is_item, data in segments(source, b"si"):
            if not is_item:
                target.write(data)
                continue
            if index in used:
                target.write(data)
            else:
                prefix = re.match(rb"<([A-Za-z0-9_]+:)?si", data)
                name = (prefix.group(1) or b"") if prefix else b""
                target.write(b"<" + name + b"si><" + name + b"t></" + name + b"t></" + name + b"si>")
                masker.removed["shared_string"] += 1
            index += 1
