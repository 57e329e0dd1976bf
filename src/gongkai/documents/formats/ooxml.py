"""DOCX, XLSX and PPTX as passages: the main reader of each, then properties, comments and every other part."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats import sheet, slides, word
from gongkai.documents.formats.office import (
    PROPERTY_PARTS,
    drawing_blocks,
    parse_lenient,
    property_blocks,
    unclaimed,
)
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.packed_values import inside
from gongkai.documents.formats.passages import Passage, Source, fault
from gongkai.documents.formats.rest import left_over
from gongkai.documents.formats.xmltext import Block, Element, Slot, local

_SHEET_COMMENTS = re.compile(r"xl/(comments\d*|threadedComments/[^/]+|persons/[^/]+|comments/[^/]+)\.xml$")
_SHEET_DRAWINGS = re.compile(r"xl/drawings/[^/]+\.xml$")

_LEAST_TEXT = 60  # characters; a document with fewer and a picture shows what it has to say on the picture
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".bmp", ".emf", ".wmf")
_ONLY_PICTURES = Said("文件几乎只有图片,系统不能检查图上的文字:请逐张查看")


def docx(source: Source) -> Iterator[Passage]:
    """Every layer of a Word document. Raises :class:`UnreadableFileError`."""
    yield from _with_rest(Package(source), word.blocks)


def pptx(source: Source) -> Iterator[Passage]:
    """Every layer of a presentation. Raises :class:`UnreadableFileError`."""
    yield from _with_rest(Package(source), slides.blocks)


def xlsx(source: Source) -> Iterator[Passage]:
    """Every layer of a workbook. Raises :class:`UnreadableFileError`."""
    package = Package(source)
    claimed: set[str] = set()
    yield from sheet.passages(package, claimed)
    yield from _rest(package, claimed)


def _with_rest(package: Package, reader: "word.Reader") -> Iterator[Passage]:
    claimed, length = set(), 0
    for name, root, blocks in reader(package):
        claimed.add(name)
        length += sum(len(block.text()) for block in blocks if length < _LEAST_TEXT)
        yield from (block.passage() for block in blocks)
        yield from left_over(root, name, blocks)
        yield from inside(root, name)
    yield from _rest(package, claimed)
    if length < _LEAST_TEXT and any(map(_is_picture, package.names())):
        yield Passage(Layer.FILE, Said("正文"), "", fault=_ONLY_PICTURES, picture=True)


def _is_picture(name: str) -> bool:
    return name.lower().endswith(_PICTURES) and not name.startswith("docProps/")


def _rest(package: Package, claimed: set[str]) -> Iterator[Passage]:
    for name in unclaimed(package, claimed):
        root = parse_lenient(package, name)
        if root is None:
            yield fault(name, Said("文件中有一部分结构损坏,不能检查:请用原软件重新保存后再上传"))
            continue
        blocks = list(rest_blocks(name, root))
        yield from (block.passage() for block in blocks)
        yield from left_over(root, name, blocks)
        yield from inside(root, name)


def rest_blocks(name: str, root: Element) -> Iterator[Block]:
    """The blocks of a part that is not a body: properties, comments of sheets, drawings, caches."""
    if name in PROPERTY_PARTS:
        yield from property_blocks(root)
    elif _SHEET_COMMENTS.match(name):
        yield from sheet_comments(root)
    elif _SHEET_DRAWINGS.match(name):
        yield from drawing_blocks(root, Said("图形文字"), layer=Layer.TEXT)
    elif local(root) == "workbook":
        for defined in root.iter("{*}definedName"):
            for slot in (Slot(defined), *(Slot(defined, str(key)) for key in defined.attrib)):
                if slot.get().strip():
                    yield Block(Layer.OTHER, Said("名称管理器"), [[slot]])


def sheet_comments(root: Element) -> Iterator[Block]:
    """Comments of a sheet, old and threaded, with their authors."""
    for element in root.iter():
        kind = local(element)
        if kind == "comment":
            slots = [Slot(node) for node in element.iter("{*}t")]
            yield Block(Layer.COMMENT, Said("批注 %(ref)s", ref=element.get("ref") or ""), [slots])
        elif kind == "threadedComment":
            slots = [Slot(node) for node in element.iter("{*}text")]
            yield Block(Layer.COMMENT, Said("批注 %(ref)s", ref=element.get("ref") or ""), [slots])
        elif kind == "author":
            yield Block(Layer.COMMENT, Said("批注作者"), [[Slot(element)]])
        elif kind == "person":
            yield Block(
                Layer.COMMENT, Said("批注作者"), [[Slot(element, key)] for key in ("displayName", "userId")]
            )
