"""DOCX: body, tables, headers, notes, comments, tracked changes, hidden text, text boxes."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.office import content_types, is_xml, part_of
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse, table_key

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Reader = Callable[[Package], Iterator[tuple[str, Element, list[Block]]]]
# Word does not store page numbers: text is shown in parts of this many paragraphs, broken at page breaks.
PARAGRAPHS_PER_PAGE = 60

# By the usual name of the part or by its declared type.
_PARTS = (
    (
        re.compile(r"word/(header|footer)\d*\.xml$|.*\.(head|foot)er\+xml$"),
        Layer.HEADER_FOOTER,
        Said("页眉页脚"),
    ),
    (re.compile(r"word/(foot|end)notes\.xml$|.*\.(foot|end)notes\+xml$"), Layer.NOTE, Said("脚注尾注")),
    (re.compile(r"word/comments\w*\.xml$|.*wordprocessingml\.comments\w*\+xml$"), Layer.COMMENT, Said("批注")),
    (re.compile(r"word/glossary/document\.xml$|.*\.glossary\+xml$"), Layer.OTHER, Said("自动图文集")),
)
_GAPS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-", "footnoteReference": " ",
         "endnoteReference": " "}  # fmt: skip
_GONE = ("{*}del", "{*}moveFrom")


class Runs(NamedTuple):
    """A paragraph's text nodes by how they are seen; ``all`` but the codes, and where in them that changes."""

    shown: list[Slot]
    hidden: list[Slot]
    gone: list[Slot]
    codes: list[Slot]
    all: list[Slot]
    seams: list[int]


def parts(package: Package) -> Iterator[tuple[str, Layer, str]]:
    """The parts that hold paragraphs: name, layer, words for the place."""
    types = content_types(package)
    body = part_of(package, "main", "word/document.xml")
    if body in package.by_name:
        yield body, Layer.TEXT, Said("正文")
    for name in package.names():
        for pattern, layer, words in _PARTS if is_xml(name) and name != body else ():
            if pattern.match(name) or pattern.match(types.get(name, "")):
                yield name, layer, words
                break


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
        label = Said("第%(page)s部分", page=page) if layer is Layer.TEXT else words
        place = (
            Said("%(words)s第%(page)s部分第%(count)s段", words=words, page=page, count=count)
            if layer is Layer.TEXT
            else Said("%(words)s第%(count)s段", words=words, count=count)
        )
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
    for cell in _cells(row):
        slots: list[Slot] = []
        for paragraph in cell.iter("{*}p"):
            if next(paragraph.iterancestors("{*}tr"), None) is not row or _in_text_box(paragraph):
                continue
            runs = _runs(paragraph)
            slots += [Slot(paragraph, "gap:\n"), *runs[0]] if slots and runs[0] else runs[0]
            yield from _unseen(runs, place)
        seen.append(slots)
    if any(seen):
        table = row.getparent()
        yield Block(
            layer, place, seen, page=page, label=label, table=table_key(table if table is not None else row)
        )


def _cells(row: Element) -> list[Element]:
    """The cells of a row, also those wrapped in a control or in custom XML."""
    if all(local(child) in {"tc", "trPr", "tblPrEx"} for child in row):
        return list(row.iterchildren("{*}tc"))
    return [cell for cell in row.iter("{*}tc") if next(cell.iterancestors("{*}tr"), None) is row]


def _paragraph(paragraph: Element, layer: Layer, place: str, page: int, label: str) -> Iterator[Block]:
    runs = _runs(paragraph)
    if runs[0]:
        yield Block(layer, place, [runs[0]], page=page, label=label)
    yield from _unseen(runs, place)


def _unseen(runs: Runs, place: str) -> Iterator[Block]:
    """What the reader of the page does not see, in layers of its own, and what it makes with what is seen."""
    for slots, layer in zip(runs[1:4], (Layer.HIDDEN_TEXT, Layer.TRACKED_CHANGE, Layer.OTHER), strict=True):
        if slots:
            yield Block(layer, place, [slots])
    if runs.seams:
        yield Block(
            Layer.TRACKED_CHANGE if runs.gone else Layer.HIDDEN_TEXT, place, [runs.all], seams=tuple(runs.seams)
        )


_TEXT_NODES = ("{*}t", "{*}delText", "{*}instrText", "{*}delInstrText", *(f"{{*}}{gap}" for gap in _GAPS))


def _runs(paragraph: Element) -> Runs:
    """The paragraph's own text nodes: shown, hidden by format, deleted by a tracked change, field codes."""
    runs = Runs([], [], [], [], [], [])
    last, length = runs.shown, 0
    for node in paragraph.iter(*_TEXT_NODES):
        run = node.getparent()
        if run is None or local(run) != "r" or next(node.iterancestors("{*}p"), None) is not paragraph:
            continue
        if local(node) in _GAPS:
            runs.shown.append(Slot(node, f"gap:{_GAPS[local(node)]}"))
            continue
        into = _kind_of(node, run, runs)
        into.append(Slot(node))
        if into is runs.codes:
            continue
        if into is not last and length:
            runs.seams.append(length)
        last, length = into, length + len(node.text or "")
        runs.all.append(into[-1])
    return runs


def _kind_of(node: Element, run: Element, runs: Runs) -> list[Slot]:
    kind = local(node)
    if kind in {"delText", "delInstrText"} or next(run.iterancestors(*_GONE), None) is not None:
        return runs.gone
    if kind == "instrText":
        return runs.codes
    return runs.hidden if _vanishes(run) else runs.shown


def _vanishes(run: Element) -> bool:
    for mark in ("vanish", "webHidden"):
        found = run.find(f"{{*}}rPr/{{*}}{mark}")
        if found is not None and found.get(f"{W}val") not in {"0", "false", "off"}:
            return True
    return False
