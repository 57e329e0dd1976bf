"""DOCX, XLSX and PPTX as passages: the main reader of each, then properties, comments and every other part."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats import sheet, slides, word
from gongkai.documents.formats.office import (
    PROPERTY_PARTS,
    drawing_blocks,
    other_blocks,
    parse_lenient,
    property_blocks,
    unclaimed,
)
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import Passage, Source, fault
from gongkai.documents.formats.xmltext import Block, Element, Slot, local

_STREAMED = re.compile(r"xl/(worksheets/sheet[^/]*|sharedStrings|workbook)\.xml$")
_SHEET_COMMENTS = re.compile(r"xl/(comments\d*|threadedComments/[^/]+|persons/[^/]+|comments/[^/]+)\.xml$")
_SHEET_DRAWINGS = re.compile(r"xl/drawings/[^/]+\.xml$")


def docx(source: Source) -> Iterator[Passage]:
    """Every layer of a Word document. Raises :class:`UnreadableFileError`."""
    yield from _with_rest(Package(source), word.blocks)


def pptx(source: Source) -> Iterator[Passage]:
    """Every layer of a presentation. Raises :class:`UnreadableFileError`."""
    yield from _with_rest(Package(source), slides.blocks)


def xlsx(source: Source) -> Iterator[Passage]:
    """Every layer of a workbook. Raises :class:`UnreadableFileError`."""
    package = Package(source)
    yield from sheet.passages(package)
    claimed = {name for name in package.names() if _STREAMED.match(name)}
    yield from _rest(package, claimed)


def _with_rest(package: Package, reader: "word.Reader") -> Iterator[Passage]:
    claimed = set()
    for name, _, blocks in reader(package):
        claimed.add(name)
        yield from (block.passage() for block in blocks)
    yield from _rest(package, claimed)


def _rest(package: Package, claimed: set[str]) -> Iterator[Passage]:
    for name in unclaimed(package, claimed):
        root = parse_lenient(package, name)
        if root is None:
            yield fault(name, "文件中有一部分结构损坏,不能检查:请用原软件重新保存后再上传")
            continue
        yield from (block.passage() for block in rest_blocks(name, root))


def rest_blocks(name: str, root: Element) -> Iterator[Block]:
    """The blocks of a part that is not a body: properties, comments of sheets, drawings, caches."""
    if name in PROPERTY_PARTS:
        yield from property_blocks(root)
    elif _SHEET_COMMENTS.match(name):
        yield from sheet_comments(root)
    elif _SHEET_DRAWINGS.match(name):
        yield from drawing_blocks(root, "图形文字", layer=Layer.TEXT)
        yield from other_blocks(root, "图形")
    else:
        yield from other_blocks(root, name)


def sheet_comments(root: Element) -> Iterator[Block]:
    """Comments of a sheet, old and threaded, with their authors."""
    for element in root.iter():
        kind = local(element)
        if kind == "comment":
            slots = [Slot(node) for node in element.iter("{*}t")]
            yield Block(Layer.COMMENT, f"批注 {element.get('ref') or ''}", [slots])
        elif kind == "threadedComment":
            slots = [Slot(node) for node in element.iter("{*}text")]
            yield Block(Layer.COMMENT, f"批注 {element.get('ref') or ''}", [slots])
        elif kind == "author":
            yield Block(Layer.COMMENT, "批注作者", [[Slot(element)]])
        elif kind == "person":
            yield Block(Layer.COMMENT, "批注作者", [[Slot(element, key)] for key in ("displayName", "userId")])
