"""Masking XLSX: row by row from stream to stream, then the table of shared strings."""

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from gongkai.core.privacy import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.office import REL, relationships
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import CELL_GAP, Passage, UnreadableFileError
from gongkai.documents.formats.sheet import (
    Sheet,
    Workbook,
    cells_of,
    child_text,
    hidden_columns,
    is_hidden,
    open_workbook,
    orphans,
)
from gongkai.documents.formats.sheet_frame import across, one_text, spelled, uncoded
from gongkai.documents.formats.sheet_odd import made_plain
from gongkai.documents.formats.xmltext import Edit, Element, local, parse, rewritten, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker
from gongkai.documents.masking.naming import follow, follow_all, new_names
from gongkai.documents.masking.office import Inner, finish
from gongkai.documents.masking.segments import segments

Cells = list[tuple[int, Element]]  # with their column numbers
Texts = list[tuple[str, Element | None]]
_MARK = "\ue000"


def xlsx(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked workbook: hidden cells and comments gone, values masked in their cells."""
    book = open_workbook(package)
    rewrite_ = Rewrite(package)
    used: set[int] = set()
    names = new_names([sheet.name for sheet in book.sheets], masker)
    claimed = {book.part}
    with tempfile.TemporaryDirectory() as folder:
        for sheet in book.sheets:
            if sheet.part in package.by_name and sheet.part not in claimed:
                claimed.add(sheet.part)
                part = Path(folder) / f"{sheet.number}.xml"
                _SheetMask(package, book, sheet, masker, used, names).write(part)
                rewrite_.changed[sheet.part] = part
        _drop_drawings_of_comments(package, rewrite_, book)
        if book.part in package.by_name:
            strings = Path(folder) / "strings.xml"
            _write_strings(package, book.part, strings, used, masker)
            rewrite_.changed[book.part] = strings
        lost = {sheet.part for sheet in orphans(package, book)}
        masker.removed["hidden_sheet"] += len(lost)
        rewrite_.drop_office_parts(lost)
        claimed |= lost
        finish(rewrite_, masker, inner, claimed, first=lambda root: bool(names) and follow_all(root, names))
        rewrite_.save(out)


@dataclass
class _SheetMask:
    """The masking of one sheet."""

    package: Package
    book: Workbook
    sheet: Sheet
    masker: Masker
    used: set[int]
    names: dict[str, str]  # sheets that are called otherwise now
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
        self._surroundings(root)
        data_ = root.find("{*}sheetData")
        if data_ is None and local(root) == "worksheet":
            raise UnreadableFileError(Said("工作表结构不完整:请用原软件重新保存后再上传"))
        if data_ is None:  # a sheet that is a chart
            return written(root), b"", (b"", b"")
        data_.text = _MARK
        head, _, tail = written(root).partition(_MARK.encode())
        shell = etree.Element(root.tag, nsmap=root.nsmap)
        shell.text = _MARK
        opening, _, closing = etree.tostring(shell, encoding="UTF-8").partition(_MARK.encode())
        return head, tail, (opening, closing)

    def _surroundings(self, root: Element) -> None:
        """Mask everything of a sheet but its rows, and take out what refers to parts that go."""
        columns = root.find("{*}cols")
        if columns is not None:
            self.sheet.hidden_columns = hidden_columns(columns)
        if self.names:
            follow_all(root, self.names)
        headers = [node for holder in root.iter("{*}headerFooter") for node in holder.iter() if node.text]
        for node in headers:
            node.text = self._header(node.text or "")
        self.masker.left_over(root, [one_text(headers)])
        for setup in root.iter("{*}pageSetup"):
            setup.attrib.pop(f"{REL}id", None)  # what the printer was told is dropped
        for drawing in list(root.iter("{*}legacyDrawing")):
            if _comment_relations(self.package, self.sheet.part):
                root.remove(drawing)

    def _header(self, text: str) -> str:
        """A header or footer with what must be masked between its codes masked."""
        characters = list(text)
        for section, at in uncoded(text):
            for start, end, put in self.masker.edits(Passage(Layer.HEADER_FOOTER, "", section)):
                whole = len(put) == end - start
                for index in range(start, end):
                    characters[at[index]] = put[index - start] if whole else ("" if index > start else put)
        return "".join(characters)

    def _row(self, data: bytes, wrapper: tuple[bytes, bytes]) -> bytes:
        row = next(iter(parse(wrapper[0] + data + wrapper[1])))
        self._number = int(row.get("r") or self._number + 1)
        changed = made_plain(row, len(self.book.strings))
        if self.sheet.hidden or is_hidden(row, "ht"):
            if len(row):
                self.masker.removed["hidden_sheet" if self.sheet.hidden else "hidden_row"] += 1
                self.masker.unseen(self._passage(self._texts(list(cells_of(row)))))
            for cell in list(row):
                row.remove(cell)
            return _bytes_of(row)
        cells = list(cells_of(row))
        changed |= self._halves(cells)
        shown = self._uncovered(row, cells)
        changed |= len(shown) != len(cells)
        changed |= self._formulas(shown)
        changed |= self._mask(shown)
        for _, cell in shown:
            if cell.get("t") == "s":
                value = child_text(cell, "v")
                self.used.update([int(value)] if value.isdigit() else [])
        return _bytes_of(row) if changed else data

    def _uncovered(self, row: Element, cells: Cells) -> Cells:
        """The cells that stay: those of hidden columns are taken out."""
        dark = self.sheet.hidden_columns
        shown = [(column, cell) for column, cell in cells if column not in dark] if dark else cells
        for column, cell in cells if len(shown) < len(cells) else ():
            if column in dark:
                row.remove(cell)
        self.masker.removed["hidden_column"] += len(cells) - len(shown)
        return shown

    def _texts(self, cells: Cells) -> Texts:
        """What each column of a row shows, and the cell that shows it."""
        texts: Texts = []
        for column, cell in cells:
            text = self.book.text(cell).replace(CELL_GAP, " ")
            if text:
                texts.extend([("", None)] * (column - 1 - len(texts)))
                texts.append((text, cell))
        return texts

    def _passage(self, texts: Texts) -> Passage:
        return Passage(Layer.CELL, "", CELL_GAP.join(text for text, _ in texts), table=self.sheet.name)

    def _mask(self, cells: Cells) -> bool:
        texts = self._texts(cells)
        return self._put(texts, self._passage(texts)) if texts else False

    def _halves(self, cells: Cells) -> bool:
        """Mask in the cells that are shown what goes on in hidden ones, while both are there."""
        dark = self.sheet.hidden_columns
        texts = self._texts(cells) if dark and any(column in dark for column, _ in cells) else []
        shown = ["" if number in dark else text for number, (text, _) in enumerate(texts, start=1)]
        covered = [text if number in dark else "" for number, (text, _) in enumerate(texts, start=1)]
        return self._put(texts, across(shown, covered, "")) if any(shown) and any(covered) else False

    def _put(self, texts: Texts, passage: Passage) -> bool:
        """Mask the cells of a passage; whether anything changed."""
        edits = [Edit(*edit) for edit in reversed(self.masker.edits(passage))]
        offset = 0
        for text, cell in texts if edits else ():
            put = rewritten(text, offset, edits)
            offset += len(text) + 1
            if cell is not None and put != text:
                _put_text(cell, _ILLEGAL.sub("\ufffd", put))
        return bool(edits)

    def _formulas(self, cells: Cells) -> bool:
        """A formula that spells out what must be masked is replaced by its result."""
        changed = False
        for _, cell in cells:
            for formula in cell.iterchildren("{*}f"):
                if self.names and formula.text and (put := follow(formula.text, self.names)) != formula.text:
                    formula.text, changed = put, True
                if formula.text and self.masker.edits(Passage(Layer.OTHER, "", spelled(formula.text))):
                    cell.remove(formula)
                    changed = True
                break
        return changed


_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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


_DECLARED = re.compile(rb"\sxmlns(?::([\w.\-]+))?=\"[^\"]*\"")


def _bytes_of(row: Element) -> bytes:
    """A row as it stands in a sheet: the name spaces are declared further up, but for the row's own."""
    data = etree.tostring(row, encoding="UTF-8", with_tail=False)
    head, above = data.index(b">") + 1, row.getparent()
    known = above.nsmap if above is not None else {}

    def own(declared: re.Match[bytes]) -> bytes:
        prefix = declared[1].decode() if declared[1] else None
        return b"" if known.get(prefix) == row.nsmap.get(prefix) else declared[0]

    return _DECLARED.sub(own, data[:head]) + data[head:]


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


def _write_strings(package: Package, part: str, out: Path, used: set[int], masker: Masker) -> None:
    """The shared strings with every string that no cell shows any more taken out; positions stay."""
    index = 0
    with package.open(part) as source, out.open("wb") as target:
        for is_item, data in segments(source, b"si"):
            if not is_item:
                target.write(data)
                continue
            prefix = re.match(rb"<([A-Za-z0-9_]+:)?si", data)
            name = (prefix.group(1) or b"") if prefix else b""
            if index in used:
                target.write(_without_beside(data))
            else:
                target.write(b"<" + name + b"si><" + name + b"t></" + name + b"t></" + name + b"si>")
                masker.removed["shared_string"] += 1
            index += 1


_BESIDE = re.compile(
    rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>|<(?:\w+:)?phoneticPr\b[^>]*/>|<!--.*?-->|<\?.*?\?>", re.DOTALL
)
_PLAIN = re.compile(rb"<[^<>]*><(?:\w+:)?t(?: xml:space=\"preserve\")?>[^<]*</[^<>]*></[^<>]*>$")


def _without_beside(data: bytes) -> bytes:
    """A shared string without its phonetic guide, which repeats what the cell says, and without remarks."""
    return data if _PLAIN.match(data) else _BESIDE.sub(b"", data)
