"""HTML: what is shown, what is hidden, comments, attributes, scripts."""

import base64
import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.flat import flat
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
# A value without a Chinese character, an address sign or five digits close together tells of nobody.
_TELLS = re.compile(r"[^\x00-\x7f]|@|\d(?:[^\dA-Za-z]{0,3}\d){4}")
_DATA = re.compile(r"data:[^,\"']{0,200};base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
DEEPEST = 200  # below this the tree's own parser gives up; such a page is read flat
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
        return lxml_html.document_fromstring(cleaned or "<p></p>", parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(Said("网页结构已损坏,打不开:请重新保存后再上传")) from error


def html(source: Source) -> Iterator[Passage]:
    """Every layer of an HTML file."""
    data = read_all(source)
    root, encoding = parsed(data)
    if depth(root) > DEEPEST:
        yield from flat(data.decode(encoding, "replace"), Said("网页"))
        return
    yield from (block.passage() for block in blocks(root, Said("网页")))
    behind = _TAG.sub(" ", data.decode(encoding, "replace").partition("</html>")[2])
    if behind.strip():  # the tree's parser leaves it out
        yield Passage(Layer.OTHER, Said("网页结尾之后"), behind.strip())


def depth(root: Element) -> int:
    """How many elements lie in one another."""
    deepest = level = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def holds_file(value: str) -> bool:
    """Whether the value of an attribute is a file written as a ``data:`` address."""
    return _DATA.search(value) is not None


def files_inside(root: Element) -> Iterator[tuple[Element, str, bytes]]:
    """The files written into a page as ``data:`` addresses: element, attribute, bytes."""
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            for match in _DATA.finditer(str(value)):
                try:
                    yield element, str(key), base64.b64decode(re.sub(r"\s", "", match.group(1)), validate=False)
                except ValueError:
                    continue


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files inside a page."""
    if b"base64," not in data:
        return
    root, _ = parsed(data)
    yield from ((f"data:{key}", data) for _, key, data in files_inside(root))


def html_passages(text: str, *, place: str) -> Iterator[Passage]:
    """The passages of a fragment of HTML, or of plain text, that is part of a page."""
    if "<" not in text:
        yield Passage(Layer.TEXT, place, text, 1, place)
        return
    root = tree(text)
    if depth(root) > DEEPEST:
        yield from flat(text, place)
        return
    yield from (block.passage() for block in blocks(root, place))


def blocks(root: Element, place: str) -> Iterator[Block]:
    """Rows of tables, blocks of running text, and what does not meet the eye."""
    claimed: set[tuple[Element, str]] = set()
    for block in _presented(root, place):
        claimed.update((slot.node, slot.where) for cell in block.cells for slot in cell)
        yield block
    for element in root.iter():
        for where in ("text", "tail"):
            slot = Slot(element, where)
            if (element, where) not in claimed and slot.get().strip():
                yield Block(Layer.OTHER, place, [[slot]])


def _presented(root: Element, place: str) -> Iterator[Block]:
    count = 0
    for element in root.iter():
        name = local(element).lower()
        if not name:
            yield Block(Layer.COMMENT, Said("%(place)s注释", place=place), [[Slot(element)]])
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
        if _TELLS.search(value) and not (value.startswith("data:") and ";base64," in value[:200]):
            yield Block(
                Layer.OTHER, Said("%(place)s属性 %(key)s", place=place, key=key), [[Slot(element, str(key))]]
            )


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
        where = Said("%(place)s表格第%(count)s段", place=place, count=count)
        yield Block(layer, where, cells, page=page, label=_label(place, page), table=f"{place}{table_key(table)}")


def _block(slots: list[Slot], element: Element, place: str, count: int) -> Block:
    page = count // PARTS_PER_PAGE + 1
    if _hidden(element) or any(_hidden(slot.node) for slot in slots):
        return Block(Layer.HIDDEN_TEXT, Said("%(place)s第%(count)s段", place=place, count=count), [slots])
    return Block(
        Layer.TEXT,
        Said("%(place)s第%(count)s段", place=place, count=count),
        [slots],
        page=page,
        label=_label(place, page),
    )


def _label(place: str, page: int) -> str:
    return place if page == 1 else Said("%(place)s第%(page)s部分", place=place, page=page)


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
