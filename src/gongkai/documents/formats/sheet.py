"""XLSX, read row by row: a sheet of 200 000 rows takes the memory of one row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gongkai.core.privacy.kinds import Layer
from gongkai.documents import bounds
from gongkai.documents.formats.office import REL, relationships
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import CELL_GAP, Passage, fault
from gongkai.documents.formats.xmltext import Element, local, parse, stream

_DATE_FORMATS = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
_DATE_LETTERS = re.compile(r"[ymd年月日]", re.IGNORECASE)
_SHEET_PARTS = ("{*}row", "{*}cols", "{*}headerFooter", "{*}dataValidations", "{*}hyperlinks")
_QUOTED = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_LETTERS = re.compile(r"[A-Z]+")


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

    def text(self, cell: Element) -> str:
        """A cell as a reader sees it (dates as ``1990-01-31``, whole numbers without a point)."""
        kind = cell.get("t")
        if kind == "inlineStr":
            return shared_text(cell)
        raw = child_text(cell, "v")
        if kind == "s":
            return self.strings[int(raw)] if raw.isdigit() and int(raw) < len(self.strings) else ""
        if kind in {"str", "b", "e", "d"}:
            return raw
        return self._number(raw, cell.get("s"))

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
    for child in cell:
        if local(child) == name:
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
            parts.append(shared_text(child))
    return "".join(parts)


def column_of(reference: str) -> int:
    """``AB12`` → 28."""
    letters = _LETTERS.match(reference)
    number = 0
    for letter in letters.group() if letters else "":
        number = number * 26 + ord(letter) - 64
    return number


def column_name(number: int) -> str:
    """28 → ``AB``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def open_workbook(package: Package) -> Workbook:
    """The workbook's frame. Raises :class:`UnreadableFileError`."""
    root = parse(package.read("xl/workbook.xml"))
    targets = relationships(package, "xl/workbook.xml")
    sheets = []
    for number, element in enumerate(root.iter("{*}sheet"), start=1):
        part = targets.get(str(element.get(f"{REL}id") or next((v for k, v in element.attrib.items()
                                                                if str(k).endswith("}id")), "")), "")  # fmt: skip
        hidden = element.get("state") in {"hidden", "veryHidden"}
        sheets.append(Sheet(str(element.get("name") or number), part, hidden, number))
    strings: list[str] = []
    if "xl/sharedStrings.xml" in package.by_name:
        with package.open("xl/sharedStrings.xml") as source:
            strings = [shared_text(item) for item in stream(source, ["{*}si"])]
    properties = root.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a wall date
    return Workbook(sheets, strings, _date_styles(package), epoch)


def _date_styles(package: Package) -> set[int]:
    if "xl/styles.xml" not in package.by_name:
        return set()
    root = parse(package.read("xl/styles.xml"))
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


def passages(package: Package) -> Iterator[Passage]:
    """Every cell of every sheet, hidden ones in layers of their own, then what hangs on the sheet."""
    book = open_workbook(package)
    page = 1
    for sheet in book.sheets:
        if not sheet.part.startswith("xl/worksheets/") or sheet.part not in package.by_name:
            continue
        last = page
        for passage in _sheet(package, book, sheet, page):
            last = max(last, passage.page)
            yield passage
        page = last + 1


def _sheet(package: Package, book: Workbook, sheet: Sheet, first_page: int) -> Iterator[Passage]:
    place = f"工作表“{sheet.name}”"
    row_number = count = 0
    with package.open(sheet.part) as source:
        for element in stream(source, _SHEET_PARTS):
            kind = local(element)
            if kind == "row":
                row_number = int(element.get("r") or row_number + 1)
                count += 1
                if count > bounds.ROWS_PER_SHEET:
                    yield fault(place, "工作表行数超过上限,其后的行没有读取")
                    return
                yield from _row(book, sheet, element, row_number, _shown_on(sheet, first_page, count, row_number))
            elif kind == "cols":
                sheet.hidden_columns = hidden_columns(element)
            else:
                yield from _loose(element, place)


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
        sheet.page_label = f"工作表“{sheet.name}”" + (f"第{number}行起" if part else "")
    return first_page + part, sheet.page_label


def _row(book: Workbook, sheet: Sheet, row: Element, number: int, page: tuple[int, str]) -> Iterator[Passage]:
    place = f"工作表“{sheet.name}”第{number}行"
    shown: list[str] = []
    covered: list[str] = []
    formulas: list[tuple[int, str]] = []
    row_layer = Layer.HIDDEN_SHEET if sheet.hidden else Layer.HIDDEN_ROW if is_hidden(row, "ht") else Layer.CELL
    for column, cell in cells_of(row):
        text = book.text(cell).replace(CELL_GAP, " ")
        formula = child_text(cell, "f")
        if formula and any(mark in formula for mark in '"&'):
            formulas.append((column, formula))
        hidden = column in sheet.hidden_columns and row_layer is Layer.CELL
        if text:
            _put(covered if hidden else shown, column, text)
    on = 0 if sheet.hidden else page[0]
    if shown:
        yield Passage(row_layer, place, CELL_GAP.join(shown), on, page[1], table=sheet.name)
    if covered:
        yield Passage(Layer.HIDDEN_COLUMN, place, CELL_GAP.join(covered), table=sheet.name)
    for column, formula in formulas:
        yield Passage(Layer.OTHER, f"{place}{column_name(column)}列公式", formula)


def cells_of(row: Element) -> Iterator[tuple[int, Element]]:
    """The cells of a row with their column numbers."""
    column = 0
    for cell in row:
        if local(cell) == "c":
            column = column_of(str(cell.get("r") or "")) or column + 1
            if column > bounds.COLUMNS:
                return
            yield column, cell


def _put(cells: list[str], column: int, text: str) -> None:
    """Place ``text`` in its column, empty cells before it."""
    cells.extend([""] * (column - 1 - len(cells)))
    cells.append(text)


def _loose(element: Element, place: str) -> Iterator[Passage]:
    """Header, footer, input hints and links of a sheet."""
    header = local(element) == "headerFooter"
    layer, words = (Layer.HEADER_FOOTER, "页眉页脚") if header else (Layer.OTHER, "提示与链接")
    for node in element.iter():
        for text in (node.text, *(node.get(key) for key in ("tooltip", "display", "prompt", "error"))):
            if text and text.strip():
                yield Passage(layer, place + words, without_codes(text) if header else text)


_CODES = re.compile(r"&(?:\"[^\"]*\"|\d{1,3}(?!\d)|[A-Za-z&])")


def without_codes(text: str) -> str:
    """A header or footer with blanks for its codes (``&C``, ``&"宋体"``, ``&12``): as long as before."""
    return _CODES.sub(lambda code: " " * len(code.group()), text)
