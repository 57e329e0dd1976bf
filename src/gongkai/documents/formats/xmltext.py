"""XML and HTML as texts that can be read and rewritten in place.

A text of a document is spread over many nodes (runs, spans). A :class:`Block` keeps the nodes in order, so that
what is found at characters 5–23 of the paragraph can be replaced in the very nodes that hold them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from lxml import etree

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import CELL_GAP, Passage, UnreadableFileError

Element = etree._Element

# Entities are never expanded, nothing is fetched, and libxml2's own limits on depth and size stay on.
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_pis": False}


def parse(data: bytes) -> Element:
    """The root of an XML part. Raises :class:`UnreadableFileError` for broken XML or any document type."""
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))  # type: ignore[call-overload] # keyword table
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(Said("文件内部结构(XML)已损坏:请用原软件重新保存后再上传")) from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(Said("文件内部含实体定义(疑似 XML 炸弹),已拒绝"))
    return root  # type: ignore[no-any-return] # the call above is untyped


def stream(source: IO[bytes], tags: Sequence[str], frame: list[Element] | None = None) -> Iterator[Element]:
    """Each finished element of ``tags`` in turn, emptied afterwards: memory does not grow with the file.

    With ``frame`` only the elements of the first tag are emptied; the root of all the rest goes there in the end.
    """
    try:
        walk = etree.iterparse(
            source, ("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        known, first = False, tags[0].rpartition("}")[2]
        for _, element in walk:
            if not known and element.getroottree().docinfo.internalDTD is not None:
                raise UnreadableFileError(Said("文件内部含实体定义(疑似 XML 炸弹),已拒绝"))
            known = True
            yield element
            if frame is not None and local(element) != first:
                continue
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        if frame is not None and walk.root is not None:
            frame.append(walk.root)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(Said("文件内部结构(XML)已损坏:请用原软件重新保存后再上传")) from error


def written(root: Element) -> bytes:
    """The bytes of a part, as office programs write them."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def table_key(table: Element) -> str:
    """A name for a table that stays the same while its rows are read."""
    return table.getroottree().getpath(table)


def local(element: Element) -> str:
    """The tag without its namespace; empty for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that holds characters: an element's text, its tail, or an attribute."""

    node: Element
    where: str = "text"  # "text", "tail", "gap:" and what stands for a line break or tab, or an attribute's name

    def get(self) -> str:
        """The characters now there."""
        if self.where.startswith("gap:"):
            return self.where[4:]
        if self.where == "text":
            return self.node.text or ""
        if self.where == "tail":
            return self.node.tail or ""
        return str(self.node.get(self.where) or "")

    def put(self, text: str) -> None:
        """Replace the characters; a gap stays what it is."""
        if self.where.startswith("gap:"):
            return
        if self.where == "text":
            self.node.text = text
        elif self.where == "tail":
            self.node.tail = text
        else:
            self.node.set(self.where, text)


@dataclass(slots=True)
class Block:
    """A paragraph (one cell) or a table row (its cells) with the slots that hold its characters."""

    layer: Layer
    place: str
    cells: list[list[Slot]]
    page: int = 0
    label: str = ""
    table: str = ""
    picture: bool = False
    seams: tuple[int, ...] = ()

    def text(self) -> str:
        """The characters, cells joined by a tab."""
        return CELL_GAP.join("".join(slot.get() for slot in cell) for cell in self.cells)

    def passage(self) -> Passage:
        """What the reader hands on."""
        return Passage(
            self.layer, self.place, self.text(), self.page, self.label, self.table, "", self.picture, self.seams
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``text`` where characters ``start`` to ``end`` of a block were."""

    start: int
    end: int
    text: str


def rewrite(block: Block, edits: Iterable[Edit]) -> None:
    """Apply edits that do not overlap. A replacement as long as the original keeps every character's own slot
    (so a number split over cells is masked cell by cell); another goes to the first slot touched."""
    pieces: list[tuple[int, Slot | None, str]] = []
    offset = 0
    for index, cell in enumerate(block.cells):
        if index:
            pieces.append((offset, None, CELL_GAP))
            offset += 1
        for slot in cell:
            text = slot.get()
            pieces.append((offset, slot, text))
            offset += len(text)
    ordered = sorted(edits, key=lambda edit: edit.start, reverse=True)
    for start, held, text in pieces:
        if held is not None and text:
            changed = rewritten(text, start, ordered)
            if changed != text:
                held.put(changed)


def rewritten(text: str, offset: int, edits: Sequence[Edit]) -> str:
    """``text``, which begins at ``offset`` of its block, after the edits that touch it (latest first)."""
    end = offset + len(text)
    for edit in edits:
        if edit.end <= offset or edit.start >= end:
            continue
        left, right = max(edit.start, offset), min(edit.end, end)
        if len(edit.text) == edit.end - edit.start:
            put = edit.text[left - edit.start : right - edit.start]
        else:
            put = edit.text if edit.start >= offset else ""
        text = text[: left - offset] + put + text[right - offset :]
    return text
