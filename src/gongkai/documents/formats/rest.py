"""What no reader of a format presents itself: every other text and every attribute value of an XML part.

The readers claim what they show with a place of its own; this walk takes whatever they left, so that nothing a
file carries escapes the check because nobody thought of it. The maskers take the same walk.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from lxml import etree

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.xmltext import Block, Element, Slot, local

# The texts below one of these are one text, however many runs they are cut into.
_PARAGRAPHS = frozenset({"p", "si", "is", "rPh", "comment", "text"})
# What stands in a paragraph of OpenDocument without being its text, and a body that is called like a text.
_HANGING = frozenset({"annotation", "note", "note-citation", "change-info", "event-listeners"})
_BODY = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text"
_TEXTS = etree.XPath("descendant-or-self::*/text()[normalize-space()]")
_COUNT = etree.XPath("count(descendant-or-self::*/text()[normalize-space()])")
_ASIDES = etree.XPath("descendant-or-self::node()[self::comment() or self::processing-instruction()]")
_VALUES = etree.XPath("descendant-or-self::*/@*[string-length() > 4]", smart_strings=False)
_OUTSIDE = etree.XPath("descendant-or-self::*[@TargetMode='External']/@Target", smart_strings=False)
# A value without a Chinese character, an address sign or five digits close together tells of nobody.
TELLS = re.compile(r"[^\x00-\x7f]|@|\d(?:[^\dA-Za-z]{0,3}\d){4}")
_CELLS = 256  # texts that stand beside each other are looked at together, this many at a time


def left_over(root: Element, place: str, blocks: Iterable[Block] = ()) -> Iterator[Passage]:
    """The passages of a part that ``blocks`` leave out."""
    claimed, known = claims(blocks)
    for block in loose_blocks(root, place, claimed):
        yield block.passage()
    for value in values(root):
        if value not in known:
            yield Passage(Layer.OTHER, place, value)


def claims(blocks: Iterable[Block]) -> tuple[set[Element | Slot], set[str]]:
    """The elements whose own text is in a block, the slots of what follows one, and the values that are."""
    nodes: set[Element | Slot] = set()
    known = set()
    for block in blocks:
        for cell in block.cells:
            for slot in cell:
                if slot.where == "text":
                    nodes.add(slot.node)
                elif slot.where == "tail":
                    nodes.add(slot)
                elif not slot.where.startswith("gap:"):
                    known.add(slot.get())
    return nodes, known


def loose_blocks(root: Element, place: str, claimed: Collection[Element | Slot] = ()) -> Iterator[Block]:
    """The texts nobody claimed: those of one paragraph joined, those of neighbours as the cells of a row."""
    held: Element | None = None
    cells: list[list[Slot]] = []
    for slot, holder, goes_on in _texts(root, claimed):
        if holder is not held or len(cells) >= _CELLS:
            if cells:
                yield Block(Layer.OTHER, place, cells)
            held, cells = holder, []
        if goes_on and cells:
            cells[-1].append(slot)
        else:
            cells.append([slot])
    if cells:
        yield Block(Layer.OTHER, place, cells)
    for aside in [*root.itersiblings(preceding=True), *_ASIDES(root), *root.itersiblings()]:
        if aside.text and aside.text.strip():
            yield Block(Layer.OTHER, place, [[Slot(aside)]])


def _texts(root: Element, claimed: Collection[Element | Slot]) -> Iterator[tuple[Slot, Element, bool]]:
    """Each text in order: its slot, the element it belongs to, and whether it follows the last without a gap."""
    told = (one.get() if isinstance(one, Slot) else one.text for one in claimed)
    if _COUNT(root) == sum(1 for text in told if text and text.strip(" \t\r\n")):
        return  # counting is much faster than looking, and most parts are told whole
    mixed: dict[Element, bool] = {}

    def is_mixed(element: Element) -> bool:
        if element not in mixed:
            mixed[element] = _is_mixed(element)
        return mixed[element]

    for text in _TEXTS(root):
        node = text.getparent()
        slot = Slot(node, "tail" if text.is_tail else "text")
        if (slot if text.is_tail else node) in claimed:
            continue
        holder = node.getparent() if text.is_tail else node
        above = holder.getparent()
        paragraph = _paragraph(holder)
        if paragraph is not None:
            yield slot, paragraph, True
        elif is_mixed(holder) or above is None:
            yield slot, holder, True
        else:
            yield slot, above, is_mixed(above)


def _paragraph(element: Element) -> Element | None:
    """The paragraph a text belongs to; none for what hangs on one (who commented, when) and for a whole body."""
    for up in (element, *element.iterancestors()):
        if local(up) in _HANGING or up.tag == _BODY:
            return None
        if local(up) in _PARAGRAPHS:
            return up
    return None


def _is_mixed(element: Element) -> bool:
    """Whether an element holds text and elements side by side."""
    tails = [child.tail for child in element]
    return bool(tails) and any(text and text.strip() for text in (element.text, *tails))


def values(root: Element) -> list[str]:
    """Every attribute value below ``root`` that may tell of somebody, each once.

    Of a part of relationships only the targets outside the file count: the others are its members' names.
    """
    kind = local(root)
    if kind == "Types":
        return []
    found = dict.fromkeys(_OUTSIDE(root) if kind == "Relationships" else _VALUES(root))
    names = {sheet.get("name") for sheet in root.iter("{*}sheet")} if kind == "workbook" else set()
    return [value for value in found if TELLS.search(value) and value not in names]


def mask_values(root: Element, mask: Callable[[Passage], str]) -> bool:
    """Put in the place of every attribute value what ``mask`` makes of it; whether anything changed."""
    changed = {}
    for value in values(root):
        put = mask(Passage(Layer.OTHER, "", value))
        if put != value:
            changed[value] = put
    if changed:
        for element in root.iter(etree.Element):
            for key, value in element.attrib.items():
                if value in changed:
                    # Where a number is wanted no other character may stand.
                    element.set(key, "0" if local(element) == "n" and key == "v" else changed[str(value)])
    return bool(changed)
