"""ODT, ODS and ODP: paragraphs, rows, slides, and what is hidden in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.loose import is_xml, left_out
from gongkai.documents.formats.office import parse_lenient, property_blocks
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.packed_values import inside
from gongkai.documents.formats.passages import Passage, Source, fault
from gongkai.documents.formats.sheet_frame import across
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse, table_key

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_APART = frozenset({"annotation", "note", "tracked-changes", "p", "h", "table", "text-box", "frame"})
_GAPS = {"s": " ", "tab": " ", "line-break": "\n"}
_MARKED = frozenset({"note", "frame"})  # where one hangs a mark or a picture stands between the words
_REPEATED = 1024
PARAGRAPHS_PER_PAGE = 60


@dataclass(slots=True)
class _Hidden:
    """Names of styles by which something is not shown."""

    text: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    slides: set[str] = field(default_factory=set)


def odf(source: Source) -> Iterator[Passage]:
    """Every layer of an OpenDocument file. Raises :class:`UnreadableFileError`."""
    package = Package(source)
    for part, root, found in readings(package):
        for number, name in enumerate(names_of(root), start=1):
            yield Passage(Layer.FILE, Said("第%(number)s个工作表、页面或区域的名称", number=number), name)
        blocks = list(found(root))
        yield from (block.passage() for block in blocks)
        yield from left_out(root, part, blocks, names_of(root))
        yield from inside(root, part)
    for name in package.names():
        if name not in {"content.xml", "styles.xml", "meta.xml"} and is_xml(package, name):
            other = parse_lenient(package, name)
            if other is None:
                yield fault(name, Said("文件中有一部分结构损坏,不能检查:请用原软件重新保存后再上传"))
            else:
                yield from left_out(other, name)
                yield from inside(other, name)


Blocks = Callable[[Element], Iterator[Block]]


def readings(package: Package) -> Iterator[tuple[str, Element, Blocks]]:
    """Part name, tree and the reader of its blocks, for the three parts that hold what people typed."""
    for name, reader in (("content.xml", _content), ("styles.xml", _margins), ("meta.xml", property_blocks)):
        if name in package.by_name or name == "content.xml":
            yield name, parse(package.read(name)), reader


_NAMED = {f"{TABLE}table": TABLE, f"{TABLE}named-range": TABLE, f"{TABLE}database-range": TABLE,
          f"{TEXT}section": TEXT, f"{DRAW}page": DRAW}  # fmt: skip


def names_of(root: Element) -> list[str]:
    """What sheets, tables, slides, sections and ranges are called, each once."""
    called = [str(one.get(f"{space}name") or "") for one in root.iter(*_NAMED) for space in [_NAMED[str(one.tag)]]]
    return [name for name in dict.fromkeys(called) if name.strip()]


def _margins(root: Element) -> Iterator[Block]:
    for area in root.iter(f"{STYLE}header", f"{STYLE}footer", f"{STYLE}header-left", f"{STYLE}footer-left"):
        for paragraph in area.iter(f"{TEXT}p"):
            yield Block(Layer.HEADER_FOOTER, Said("页眉页脚"), [slots(paragraph)])


def _content(root: Element) -> Iterator[Block]:
    hidden = _hidden_styles(root)
    yield from _sheets(root, hidden)
    yield from _slides(root, hidden)
    yield from _paragraphs(root, hidden)


def _hidden_styles(root: Element) -> _Hidden:
    hidden = _Hidden()
    for style in root.iter(f"{STYLE}style"):
        name = str(style.get(f"{STYLE}name"))
        for properties in style:
            if properties.get(f"{TEXT}display") == "none":
                hidden.text.add(name)
            if properties.get(f"{TABLE}display") == "false":
                hidden.sheets.add(name)
            if properties.get(f"{PRESENTATION}visibility") == "hidden":
                hidden.slides.add(name)
    return hidden


def slots(paragraph: Element) -> list[Slot]:
    """The text of a paragraph without the notes, comments and frames that hang on it."""
    found = [Slot(paragraph)] if paragraph.text else []
    for child in paragraph:
        name = local(child)
        if name in _GAPS:
            found.append(Slot(child, f"gap:{_GAPS[name]}"))
        elif name in _MARKED and _in_line(child):
            found.append(Slot(child, "gap: "))
        elif name and name not in _APART:
            found += slots(child)
        if child.tail:
            found.append(Slot(child, "tail"))
    return found


def _in_line(hanging: Element) -> bool:
    """Whether what hangs on a paragraph takes room in its line: a note's number, a frame set as a character."""
    return local(hanging) == "note" or hanging.get(f"{TEXT}anchor-type") == "as-char"


def _paragraphs(root: Element, hidden: _Hidden) -> Iterator[Block]:
    """Running text, notes, comments and deleted passages; rows and slides are read elsewhere."""
    count, page = 0, 1
    for paragraph in root.iter(f"{TEXT}p", f"{TEXT}h"):
        around = [local(ancestor) for ancestor in paragraph.iterancestors()]
        layer = _layer(around)
        if layer is Layer.TEXT and ("table-row" in around or "page" in around):
            continue
        count += 1
        if layer is Layer.TEXT and count > PARAGRAPHS_PER_PAGE:
            page, count = page + 1, 1
        if layer is Layer.TEXT and _is_hidden_text(paragraph, hidden):
            layer = Layer.HIDDEN_TEXT
        shown = page if layer in {Layer.TEXT, Layer.NOTE} else 0
        yield Block(
            layer,
            Said("正文第%(page)s部分第%(count)s段", page=page, count=count),
            [slots(paragraph)],
            page=shown,
            label=Said("第%(page)s部分", page=page),
        )
        for span in paragraph.iter(f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"):
            yield Block(Layer.HIDDEN_TEXT, Said("隐藏文字"), [[Slot(span, f"{TEXT}string-value"), *slots(span)]])


def _layer(around: list[str]) -> Layer:
    if "annotation" in around:
        return Layer.COMMENT
    if "tracked-changes" in around:
        return Layer.TRACKED_CHANGE
    if "notes" in around or "note" in around:
        return Layer.NOTE
    return Layer.TEXT


def _is_hidden_text(paragraph: Element, hidden: _Hidden) -> bool:
    names = {str(node.get(f"{TEXT}style-name")) for node in paragraph.iter() if node.get(f"{TEXT}style-name")}
    return bool(names & hidden.text)


def _sheets(root: Element, hidden: _Hidden) -> Iterator[Block]:
    """Rows of sheets and of tables in text."""
    page = 0
    for table in root.iter(f"{TABLE}table"):
        in_text = any(local(ancestor) in {"text", "page"} for ancestor in table.iterancestors())
        page = page if in_text else page + 1
        covered = _hidden_columns(table)
        name = str(table.get(f"{TABLE}name") or "")
        dark, number = str(table.get(f"{TABLE}style-name")) in hidden.sheets, 0
        for number, row in enumerate(table.iter(f"{TABLE}table-row"), start=1):
            if next(row.iterancestors(f"{TABLE}table"), None) is table and number <= bounds.ROWS_PER_SHEET:
                part = (number - 1) // bounds.ROWS_PER_PAGE
                place = Said("工作表“%(name)s”第%(number)s行", name=name, number=number)
                label = Said("工作表“%(name)s”", name=name) + (
                    Said("第%(number)s行起", number=number) if part else ""
                )
                yield from _row(row, place, (1 if in_text else page + part, label), covered, dark=dark)
        page += 0 if in_text else max(0, number - 1) // bounds.ROWS_PER_PAGE


def _hidden_columns(table: Element) -> set[int]:
    found: set[int] = set()
    number = 1
    for column in table.iter(f"{TABLE}table-column"):
        repeated = min(int(column.get(f"{TABLE}number-columns-repeated") or 1), bounds.COLUMNS)
        if column.get(f"{TABLE}visibility") in {"collapse", "filter"}:
            found.update(range(number, number + repeated))
        number += repeated
    return found


def _row(row: Element, place: str, page: tuple[int, str], covered: set[int], *, dark: bool) -> Iterator[Block]:
    shown: list[list[Slot]] = []
    under: list[list[Slot]] = []
    invisible = row.get(f"{TABLE}visibility") in {"collapse", "filter"}
    layer = Layer.HIDDEN_SHEET if dark else Layer.HIDDEN_ROW if invisible else Layer.CELL
    column = 1
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        repeated = min(int(cell.get(f"{TABLE}number-columns-repeated") or 1), _REPEATED)
        if found := cell_slots(cell):
            cells = under if column in covered and layer is Layer.CELL else shown
            cells.extend([] for _ in range(column - 1 - len(cells)))
            cells.append(found)
        column += repeated
    key = table_key(next(row.iterancestors(f"{TABLE}table"), row))
    if shown:
        yield Block(layer, place, shown, page=0 if dark else page[0], label=page[1], table=key)
    if under:
        yield Block(Layer.HIDDEN_COLUMN, place, under, table=key)
    if shown and under:
        nothing: list[Slot] = []
        both = [one or other for one, other in zip_longest(shown, under, fillvalue=nothing)]
        seams = across(_texts(shown), _texts(under), place).seams
        yield Block(Layer.HIDDEN_COLUMN, place, both, seams=seams)


def _texts(cells: list[list[Slot]]) -> list[str]:
    return ["".join(slot.get() for slot in cell) for cell in cells]


def cell_slots(cell: Element) -> list[Slot]:
    """A cell's text; of a number that is shown shortened (1.38E+10) the number itself."""
    found: list[Slot] = []
    for paragraph in cell.iter(f"{TEXT}p"):
        owner = next(paragraph.iterancestors(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"), None)
        if owner is cell and not any(local(ancestor) == "annotation" for ancestor in paragraph.iterancestors()):
            found += ([Slot(paragraph, "gap:\n")] if found else []) + slots(paragraph)
    shown = "".join(slot.get() for slot in found)
    for key in (f"{OFFICE}value", f"{OFFICE}string-value", f"{OFFICE}date-value"):
        value = str(cell.get(key) or "")
        if len(value) >= 7 and value not in shown and "E" not in value:
            found += [Slot(cell, "gap:\n"), Slot(cell, key)] if found else [Slot(cell, key)]
    return found


def _slides(root: Element, hidden: _Hidden) -> Iterator[Block]:
    for number, slide in enumerate(root.iter(f"{DRAW}page"), start=1):
        dark = str(slide.get(f"{DRAW}style-name")) in hidden.slides
        place = Said("第%(number)s页幻灯片", number=number)
        for paragraph in slide.iter(f"{TEXT}p", f"{TEXT}h"):
            around = [local(ancestor) for ancestor in paragraph.iterancestors()]
            if _layer(around) is Layer.TEXT and "table-row" not in around:
                layer = Layer.HIDDEN_SHEET if dark else Layer.TEXT
                yield Block(layer, place, [slots(paragraph)], page=0 if dark else number, label=place)
