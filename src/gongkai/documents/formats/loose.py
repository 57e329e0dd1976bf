"""What the readers of ODF and OFD leave out of a part: texts and values, but not the numbers that only draw."""

from collections.abc import Iterator, Sequence

from lxml import etree

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.rest import TELLS, claims, loose_blocks
from gongkai.documents.formats.xmltext import Block, Element, local

# Attributes and elements of coordinates: rows of small numbers, in which chance would see a number of a person.
_DRAWS = frozenset(
    {"Boundary", "CTM", "DeltaX", "DeltaY", "DashPattern", "points", "d", "viewBox", "enhanced-path", "modifiers"}
    | {"path", "transform", "path-stretchpoint-x", "glue-points"}
)
_DRAWN = frozenset({"AbbreviatedData", "Glyphs", "PhysicalBox", "ApplicationBox", "ContentBox", "CropBox"})
_FONTS = (b"\0\1\0\0", b"OTTO", b"ttcf", b"true", b"wOFF", b"wOF2")
_XML_ENDS = (".xml", ".rdf", ".svg", ".rels")


def left_out(
    root: Element, place: str, blocks: Sequence[Block] = (), told: Sequence[str] = ()
) -> Iterator[Passage]:
    """The passages of a part beside those of ``blocks``; ``told`` are values that were said already."""
    claimed, known = claims(blocks)
    known.update(told)
    claimed.update(one for one in root.iter(etree.Element) if local(one) in _DRAWN)
    for block in loose_blocks(root, place, claimed):
        yield block.passage()
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if value in known or not TELLS.search(value) or str(key).rpartition("}")[2] in _DRAWS:
                continue
            known.add(str(value))
            if not _shows(element, str(value)):
                yield Passage(Layer.OTHER, place, str(value))


def _shows(element: Element, value: str) -> bool:
    """Whether a cell's own text is its value."""
    return local(element) in {"table-cell", "covered-table-cell"} and value in "".join(element.itertext())


def is_xml(package: Package, name: str) -> bool:
    """Whether a member is XML, by its name or by how it begins."""
    if name.lower().endswith(_XML_ENDS):
        return True
    with package.open(name) as part:
        return part.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")


def is_font(package: Package, name: str) -> bool:
    """Whether a member is a font, by how it begins."""
    with package.open(name) as part:
        return part.read(4).startswith(_FONTS)
