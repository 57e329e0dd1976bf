"""XLSX, read row by row: a sheet of 200 000 rows takes the memory of one row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.office import REL, content_types, is_xml, part_of, relationships
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import CELL_GAP, Passage, column_name, fault
from gongkai.documents.formats.rest import left_over
from gongkai.documents.formats.sheet_frame import SPELLS, across, frame_passages, one_text, spelled
from gongkai.documents.formats.sheet_odd import is_index, odd_passages, unshown
from gongkai.documents.formats.xmltext import Element, local, parse, stream

_DATE_FORMATS = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
_DATE_LETTERS = re.compile(r"[ymd年月日]", re.IGNORECASE)
_SHEET_PARTS = ("{*}row", "{*}cols")
_QUOTED = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_PLAIN_TEXT = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"


@dataclass(slots=True)
class Sheet:
    """One sheet of the workbook."""

    name: str
    part: str
    hidden: bool
    number: int
    hidden_columns: set[int] = field(default_factory=set)
    page_label: str = ""


@dataclass(slots=True)
class Workbook:
    """What every cell of the file needs: sheets, shared strings, which styles are dates."""

    sheets: list[Sheet]
    strings: list[str]
    date_styles: set[int]
    epoch: datetime
    part: str = ""  # of the table of shared strings
    beside: list[str] = field(default_factory=list)  # what strings hold besides the text a cell shows
    used: set[int] = field(default_factory=set)  # the shared strings that a cell showed

    def text(self, cell: Element) -> str:
        """A cell as a reader sees it (dates as ``1990-01-31``, whole numbers without a point)."""
        kind = cell.get("t")
        if len(cell) > 1:
            self.beside += ["".join(one.itertext()) for one in unshown(cell, len(self.strings))]
        if kind == "inlineStr":
            return self.string(cell[0] if len(cell) == 1 else next(cell.iterchildren("{*}is"), cell))
        raw = child_text(cell, "v")
        if kind == "s":
            if not is_index(raw, len(self.strings)):
                self.beside += [raw] if len(cell) == 1 else []
                return ""
            self.used.add(int(raw))
            return self.strings[int(raw)]
        if kind in {"str", "b", "e", "d"}:
            return raw
        return self._number(raw, cell.get("s"))

    def string(self, item: Element) -> str:
        """The text a string shows; its phonetic guide and whatever else it holds goes to ``beside``."""
        if len(item) == 1 and item[0].tag == _PLAIN_TEXT and not len(item[0]):
            return item[0].text or ""
        if len(item):
            shown = [node for node in item.iter("{*}t") if next(node.iterancestors("{*}rPh"), None) is None]
            self.beside += [passage.text for passage in left_over(item, "", [one_text(shown)])]
        return shared_text(item) if len(item) else item.text or ""

    def _number(self, raw: str, style: str | None) -> str:
        try:
            value = float(raw)
        except ValueError:
            return raw
        if style and style.isdigit() and int(style) in self.date_styles and 0 < value < 2_958_466:
            moment = self.epoch + timedelta(days=value)
            return moment.strftime("%Y-%m-%d" if value == int(value) else "%Y-%m-%d %H:%M")
        if ("E" in raw or "e" in raw or "." in raw) and value == int(value) and abs(value) < 1e18:
            return str(int(value))
        return raw


def child_text(cell: Element, name: str) -> str:
    """The text of a cell's child: its value or its formula."""
    for child in cell.iterchildren(f"{{*}}{name}"):
        return child.text or ""
    return ""


def shared_text(item: Element) -> str:
    """The text of a shared or inline string, without the phonetic guide."""
    parts = []
    for child in item:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in {"is", "r"}:
            parts.append(
                child[0].text or "" if len(child) == 1 and child[0].tag == _PLAIN_TEXT else shared_text(child)
            )
    return "".join(parts)


def column_of(reference: str) -> int:
    """``AB12`` → 28."""
    number = 0
    for letter in reference:
        place = ord(letter) - 64
        if not 1 <= place <= 26:
            break
        number = number * 26 + place
    return number


def open_workbook(package: Package) -> Workbook:
    """The workbook's frame. Raises :class:`UnreadableFileError`."""
    main = part_of(package, "main", "xl/workbook.xml")
    root = parse(package.read(main))
    targets = relationships(package, main)
    sheets = []
    for number, element in enumerate(root.iter("{*}sheet"), start=1):
        part = targets.get(str(element.get(f"{REL}id") or next((v for k, v in element.attrib.items()
                                                                if str(k).endswith("}id")), "")), "")  # fmt: skip
        hidden = element.get("state") in {"hidden", "veryHidden"}
        sheets.append(Sheet(str(element.get("name") or number), part, hidden, number))
    properties = root.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a wall date
    book = Workbook(sheets, [], _date_styles(package), epoch)
    book.part = part_of(package, "sharedStrings", "xl/sharedStrings.xml")
    if book.part in package.by_name:
        with package.open(book.part) as source:
            book.strings += [book.string(item) for item in stream(source, ["{*}si"])]
    return book


def orphans(package: Package, book: Workbook) -> list[Sheet]:
    """Sheets that lie in the file although the workbook does not name them."""
    listed = {sheet.part for sheet in book.sheets}
    types = content_types(package)
    return [
        Sheet(name, name, True, 10_000 + number)
        for number, name in enumerate(package.names())
        if name not in listed and is_xml(name) and _is_sheet(name, types)
    ]


def _is_sheet(name: str, types: dict[str, str]) -> bool:
    folder = name.rpartition("/")[0]
    return folder == "xl/worksheets" or types.get(name, "").endswith("worksheet+xml")


def _date_styles(package: Package) -> set[int]:
    part = part_of(package, "spreadsheetml.styles", "xl/styles.xml")
    if part not in package.by_name:
        return set()
    root = parse(package.read(part))
    custom = {
        int(f.get("numFmtId") or 0)
        for f in root.iter("{*}numFmt")
        if _DATE_LETTERS.search(_QUOTED.sub("", str(f.get("formatCode") or "")))
        and not re.search(r"[#?]", str(f.get("formatCode") or ""))
    }
    formats = root.find("{*}cellXfs")
    return {
        index
        for index, style in enumerate(formats if formats is not None else [])
        if int(style.get("numFmtId") or 0) in _DATE_FORMATS | custom
    }


def passages(package: Package, claimed: set[str]) -> Iterator[Passage]:
    """Every cell of every sheet, hidden ones in layers of their own, then what hangs on the sheet.

    ``claimed`` receives the parts that are read here.
    """
    book = open_workbook(package)
    page = 1
    for sheet in book.sheets:
        layer = Layer.HIDDEN_SHEET if sheet.hidden else Layer.FILE
        yield Passage(layer, Said("第%(number)s个工作表的名称", number=sheet.number), sheet.name)
    for sheet in [*book.sheets, *orphans(package, book)]:
        if sheet.part not in package.by_name or sheet.part in claimed:
            continue
        claimed.add(sheet.part)
        last = page
        for passage in _sheet(package, book, sheet, page):
            last = max(last, passage.page)
            yield passage
        page = last + 1
    if book.part in package.by_name:
        claimed.add(book.part)
    unused = (text for index, text in enumerate(book.strings) if index not in book.used)
    for text in filter(None, chain(unused, book.beside)):
        yield Passage(Layer.OTHER, Said("没有单元格显示的文字"), text)


def _sheet(package: Package, book: Workbook, sheet: Sheet, first_page: int) -> Iterator[Passage]:
    place = Said("工作表“%(name)s”", name=sheet.name)
    row_number = count = 0
    frame: list[Element] = []
    with package.open(sheet.part) as source:
        for element in stream(source, _SHEET_PARTS, frame):
            kind = local(element)
            if kind == "row":
                row_number = int(element.get("r") or row_number + 1)
                count += 1
                if count > bounds.ROWS_PER_SHEET:
                    yield fault(place, Said("工作表行数超过上限,其后的行没有读取"))
                    return
                yield from _row(book, sheet, element, row_number, _shown_on(sheet, first_page, count, row_number))
            else:
                sheet.hidden_columns = hidden_columns(element)
    for root in frame:
        yield from frame_passages(root, place)


def hidden_columns(cols: Element) -> set[int]:
    """Numbers of the columns that are hidden or have no width."""
    hidden: set[int] = set()
    for col in cols:
        if is_hidden(col, "width"):
            least, most = int(col.get("min") or 1), int(col.get("max") or 1)
            hidden.update(range(least, min(most, bounds.COLUMNS) + 1))
    return hidden


def is_hidden(element: Element, size: str) -> bool:
    """Whether a row or column is hidden, by mark or by a size of nothing."""
    if element.get("hidden") in {"1", "true"}:
        return True
    try:
        return float(element.get(size) or "1") == 0
    except ValueError:
        return False


def _shown_on(sheet: Sheet, first_page: int, count: int, number: int) -> tuple[int, str]:
    """The page a row belongs to and its label: a long sheet is several pages."""
    part, rest = divmod(count - 1, bounds.ROWS_PER_PAGE)
    if rest == 0:
        sheet.page_label = Said("工作表“%(name)s”", name=sheet.name) + (
            Said("第%(number)s行起", number=number) if part else ""
        )
    return first_page + part, sheet.page_label


def _row(book: Workbook, sheet: Sheet, row: Element, number: int, page: tuple[int, str]) -> Iterator[Passage]:
    place = Said("工作表“%(name)s”第%(number)s行", name=sheet.name, number=number)
    shown: list[str] = []
    covered: list[str] = []
    formulas: list[tuple[int, str]] = []
    row_layer = Layer.HIDDEN_SHEET if sheet.hidden else Layer.HIDDEN_ROW if is_hidden(row, "ht") else Layer.CELL
    for column, cell in cells_of(row):
        text = book.text(cell).replace(CELL_GAP, " ")
        formula = child_text(cell, "f")
        if formula and SPELLS.search(formula):
            formulas.append((column, formula))
        hidden = column in sheet.hidden_columns and row_layer is Layer.CELL
        if text:
            _put(covered if hidden else shown, column, text)
    on = 0 if sheet.hidden else page[0]
    if shown:
        yield Passage(row_layer, place, CELL_GAP.join(shown), on, page[1], table=sheet.name)
    if covered:
        yield Passage(Layer.HIDDEN_COLUMN, place, CELL_GAP.join(covered), table=sheet.name)
    if shown and covered:
        yield across(shown, covered, place)
    for column, formula in formulas:
        where = Said("%(place)s%(column)s列公式", place=place, column=column_name(column))
        yield Passage(Layer.OTHER, where, spelled(formula))
    yield from odd_passages(row, place)


def cells_of(row: Element) -> Iterator[tuple[int, Element]]:
    """The cells of a row with their column numbers."""
    column = 0
    for cell in row.iterchildren("{*}c"):
        column = column_of(cell.get("r") or "") or column + 1
        if column > bounds.COLUMNS:
            return
        yield column, cell


def _put(cells: list[str], column: int, text: str) -> None:
    """Place ``text`` in its column, empty cells before it."""
    cells.extend([""] * (column - 1 - len(cells)))
    cells.append(text)
