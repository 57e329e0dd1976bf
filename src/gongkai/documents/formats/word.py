"""DOCX: body, tables, headers, notes, comments, tracked changes, hidden text, text boxes."""

import re
from collections.abc import Callable, Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse, table_key

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Runs = tuple[list[Slot], list[Slot], list[Slot], list[Slot]]
Reader = Callable[[Package], Iterator[tuple[str, Element, list[Block]]]]
# Word does not store page numbers: text is shown in parts of this many paragraphs, broken at page breaks.
PARAGRAPHS_PER_PAGE = 60

_PARTS = (
    (re.compile(r"word/(header|footer)\d*\.xml$"), Layer.HEADER_FOOTER, "页眉页脚"),
    (re.compile(r"word/(footnotes|endnotes)\.xml$"), Layer.NOTE, "脚注尾注"),
    (re.compile(r"word/comments\w*\.xml$"), Layer.COMMENT, "批注"),
    (re.compile(r"word/glossary/document\.xml$"), Layer.OTHER, "自动图文集"),
)
_GAPS = {"br": "\n", "cr": "\n", "tab": " "}
_GONE = frozenset({"del", "moveFrom"})


def parts(package: Package) -> Iterator[tuple[str, Layer, str]]:
    """The parts that hold paragraphs: name, layer, words for the place."""
    if "word/document.xml" in package.by_name:
        yield "word/document.xml", Layer.TEXT, "正文"
    for name in package.names():
        for pattern, layer, words in _PARTS:
            if pattern.match(name):
                yield name, layer, words


def blocks(package: Package) -> Iterator[tuple[str, Element, list[Block]]]:
    """Part name, its tree, and its blocks."""
    for name, layer, words in parts(package):
        root = parse(package.read(name))
        yield name, root, list(part_blocks(root, layer, words))


def part_blocks(root: Element, layer: Layer, words: str) -> Iterator[Block]:
    """The blocks of one part, lazily: a block is read from the tree as it is when its turn comes."""
    count, page = 0, 1
    for element in root.iter("{*}p", "{*}tr"):
        kind = local(element)
        in_row = next(element.iterancestors("{*}tr"), None) is not None
        if kind == "p" and in_row and not _in_text_box(element):
            continue
        count += 1
        if (
            layer is Layer.TEXT
            and kind == "p"
            and (count > PARAGRAPHS_PER_PAGE or _breaks_page(element))
            and count > 1
        ):
            page, count = page + 1, 1
        label = f"第{page}部分" if layer is Layer.TEXT else words
        place = f"{words}第{page}部分第{count}段" if layer is Layer.TEXT else f"{words}第{count}段"
        shown = page if layer is Layer.TEXT else (0 if layer is not Layer.NOTE else 1)
        if kind == "tr":
            yield from _row(element, layer, place, shown, label)
        else:
            yield from _paragraph(element, layer, place, shown, label)


def _in_text_box(paragraph: Element) -> bool:
    """Whether a text box lies between this paragraph and the nearest row (it is then no part of the row)."""
    for ancestor in paragraph.iterancestors():
        if local(ancestor) == "tr":
            return False
        if local(ancestor) == "txbxContent":
            return True
    return False


def _breaks_page(paragraph: Element) -> bool:
    if paragraph.find(f"{W}pPr/{W}pageBreakBefore") is not None:
        return True
    return any(br.get(f"{W}type") == "page" for br in paragraph.iter(f"{W}br")) or (
        next(paragraph.iter(f"{W}lastRenderedPageBreak"), None) is not None
    )


def _row(row: Element, layer: Layer, place: str, page: int, label: str) -> Iterator[Block]:
    """A table row: one block of its cells, and further blocks for what is hidden or struck out in it."""
    seen: list[list[Slot]] = []
    for cell in row.iterchildren("{*}tc", "{*}sdt"):
        slots: list[Slot] = []
        for paragraph in cell.iter("{*}p"):
            if next(paragraph.iterancestors("{*}tr"), None) is not row or _in_text_box(paragraph):
                continue
            runs = _runs(paragraph)
            slots += runs[0]
            yield from _unseen(runs, place)
        seen.append(slots)
    if any(seen):
        table = row.getparent()
        yield Block(
            layer, place, seen, page=page, label=label, table=table_key(table if table is not None else row)
        )


def _paragraph(paragraph: Element, layer: Layer, place: str, page: int, label: str) -> Iterator[Block]:
    runs = _runs(paragraph)
    if runs[0]:
        yield Block(layer, place, [runs[0]], page=page, label=label)
    yield from _unseen(runs, place)


def _unseen(runs: Runs, place: str) -> Iterator[Block]:
    """What the reader of the page does not see, in layers of its own."""
    for slots, layer in zip(runs[1:], (Layer.HIDDEN_TEXT, Layer.TRACKED_CHANGE, Layer.OTHER), strict=True):
        if slots:
            yield Block(layer, place, [slots])


def _runs(paragraph: Element) -> Runs:
    """The paragraph's own text nodes: shown, hidden by format, deleted by a tracked change, field codes."""
    shown: list[Slot] = []
    hidden: list[Slot] = []
    gone: list[Slot] = []
    codes: list[Slot] = []
    for node in paragraph.iter(
        "{*}t", "{*}delText", "{*}instrText", "{*}delInstrText", "{*}br", "{*}cr", "{*}tab"
    ):
        run = node.getparent()
        if run is None or local(run) != "r" or next(node.iterancestors("{*}p"), None) is not paragraph:
            continue
        if local(node) in _GAPS:
            shown.append(Slot(node, f"gap:{_GAPS[local(node)]}"))
        elif local(node) in {"delText", "delInstrText"} or any(local(a) in _GONE for a in node.iterancestors()):
            gone.append(Slot(node))
        elif local(node) == "instrText":
            codes.append(Slot(node))
        elif _vanishes(run):
            hidden.append(Slot(node))
        else:
            shown.append(Slot(node))
    return shown, hidden, gone, codes


def _vanishes(run: Element) -> bool:
    for mark in ("vanish", "webHidden"):
        found = run.find(f"{{*}}rPr/{{*}}{mark}")
        if found is not None and found.get(f"{W}val") not in {"0", "false", "off"}:
            return True
    return False
