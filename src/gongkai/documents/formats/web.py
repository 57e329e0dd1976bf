"""HTML: what is shown, what is hidden, comments, attributes, scripts."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError
from gongkai.documents.formats.plain import decoded, read_all
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, table_key

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "th",
        "tr",
        "table",
        "ul",
        "ol",
        "section",
        "article",
    }
    | {
        "header",
        "footer",
        "body",
        "blockquote",
        "pre",
        "dd",
        "dt",
        "dl",
        "caption",
        "form",
        "main",
        "aside",
        "nav",
    }
    | {
        "tbody",
        "thead",
        "tfoot",
        "figure",
        "figcaption",
        "address",
        "title",
        "head",
        "html",
        "option",
        "label",
    }
)
_SILENT = frozenset({"script", "style", "template", "noscript"})
_TELLING = ("alt", "title", "value", "placeholder", "content", "href", "summary", "aria-label", "srcdoc")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
PARTS_PER_PAGE = 200


def parsed(data: bytes) -> tuple[Element, str]:
    """The tree of an HTML file and its encoding. Raises :class:`UnreadableFileError`."""
    named = _CHARSET.search(data[:4096])
    encoding = named.group(1).decode("ascii").lower() if named else ""
    encoding = "gb18030" if encoding in {"gbk", "gb2312", "gb18030"} else encoding
    try:
        text = data.decode(encoding) if encoding else decoded(data)[0]
    except (LookupError, UnicodeDecodeError):
        text, encoding = decoded(data)
    return tree(text), encoding or decoded(data)[1]


def tree(text: str) -> Element:
    """The tree of a page or of a fragment. Raises :class:`UnreadableFileError` when there is none."""
    cleaned = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    try:
        return lxml_html.document_fromstring(cleaned or "<p></p>", parser=lxml_html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError("网页结构已损坏,打不开:请重新保存后再上传") from error


def html(source: Source) -> Iterator[Passage]:
    """Every layer of an HTML file."""
    root, _ = parsed(read_all(source))
    yield from (block.passage() for block in blocks(root, "网页"))


def html_passages(text: str, *, place: str) -> Iterator[Passage]:
    """The passages of a fragment of HTML, or of plain text, that is part of a page."""
    if "<" not in text:
        yield Passage(Layer.TEXT, place, text, 1, place)
        return
    yield from (block.passage() for block in blocks(tree(text), place))


def blocks(root: Element, place: str) -> Iterator[Block]:
    """Rows of tables, blocks of running text, and what does not meet the eye."""
    count = 0
    for element in root.iter():
        name = local(element).lower()
        if not name:
            yield Block(Layer.COMMENT, f"{place}注释", [[Slot(element)]])
            continue
        yield from _attributes(element, place)
        if name in _SILENT:
            yield Block(Layer.OTHER, f"{place} {name}", [[Slot(element)]])
        elif name == "tr":
            count += 1
            yield from _row(element, place, count)
        elif name in _BLOCKS and not _inside_row(element):
            for slots in _runs(element):
                count += 1
                yield _block(slots, element, place, count)


def _attributes(element: Element, place: str) -> Iterator[Block]:
    for key, value in element.attrib.items():
        if value and (key in _TELLING or str(key).startswith("data-")):
            yield Block(Layer.OTHER, f"{place}属性 {key}", [[Slot(element, str(key))]])


def _inside_row(element: Element) -> bool:
    return any(local(ancestor) == "tr" for ancestor in element.iterancestors())


def _row(row: Element, place: str, count: int) -> Iterator[Block]:
    cells = []
    for cell in row.iterchildren("td", "th"):
        slots: list[Slot] = []
        _gather(cell, slots, rows=False)
        cells.append(slots)
    if any(cells):
        table = next(row.iterancestors("table"), row)
        layer = Layer.HIDDEN_ROW if _hidden(row) else Layer.CELL
        page = count // PARTS_PER_PAGE + 1
        where = f"{place}表格第{count}段"
        yield Block(layer, where, cells, page=page, label=_label(place, page), table=f"{place}{table_key(table)}")


def _block(slots: list[Slot], element: Element, place: str, count: int) -> Block:
    page = count // PARTS_PER_PAGE + 1
    if _hidden(element) or any(_hidden(slot.node) for slot in slots):
        return Block(Layer.HIDDEN_TEXT, f"{place}第{count}段", [slots])
    return Block(Layer.TEXT, f"{place}第{count}段", [slots], page=page, label=_label(place, page))


def _label(place: str, page: int) -> str:
    return place if page == 1 else f"{place}第{page}部分"


def _hidden(element: Element) -> bool:
    for one in (element, *element.iterancestors()):
        if one.get("hidden") is not None or _NOT_SHOWN.search(one.get("style") or ""):
            return True
    return False


def _runs(element: Element) -> Iterator[list[Slot]]:
    """The stretches of text that belong to this block itself, parted where another block lies between."""
    slots: list[Slot] = [Slot(element)] if element.text else []
    for child in element:
        name = local(child).lower()
        if name in _BLOCKS:
            if slots:
                yield slots
            slots = []
        elif name == "br":
            slots.append(Slot(child, "gap:\n"))
        elif name and name not in _SILENT:
            _gather(child, slots, rows=True)
        if child.tail:
            slots.append(Slot(child, "tail"))
    if any(slot.get().strip() for slot in slots):
        yield slots


def _gather(element: Element, slots: list[Slot], *, rows: bool) -> None:
    """Every text below an inline element or a cell, in order; nested tables are rows of their own."""
    if element.text:
        slots.append(Slot(element))
    for child in element:
        name = local(child).lower()
        if name == "br" or (not rows and name in _BLOCKS and slots):
            slots.append(Slot(child, "gap:\n"))
        if name and name not in _SILENT and name != "table" and not (rows and name in _BLOCKS):
            _gather(child, slots, rows=rows)
        if child.tail:
            slots.append(Slot(child, "tail"))
