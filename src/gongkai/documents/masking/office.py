"""Masking DOCX and PPTX, and what all OOXML files share: properties, comments, embedded files, loose parts."""

import re
from collections.abc import Callable
from pathlib import Path

from gongkai.core.privacy import Layer
from gongkai.documents.formats import slides, word
from gongkai.documents.formats.members import tree
from gongkai.documents.formats.office import PROPERTY_PARTS, is_xml, unclaimed
from gongkai.documents.formats.ooxml import rest_blocks
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.reading import member_passages
from gongkai.documents.formats.xmltext import Element, local, parse, written
from gongkai.documents.inspection import Check
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.hollow import hollow
from gongkai.documents.masking.masker import Masker, emptied

Inner = Callable[[bytes, str], bytes | None]
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_DROPPED = re.compile(
    r"^(docProps/custom\.xml|docProps/thumbnail\.\w+|word/comments\w*\.xml|word/people\.xml|ppt/comments/.*|"
    r"ppt/commentAuthors\.xml|ppt/authors\.xml|xl/calcChain\.xml|xl/comments[^/]*\.xml|xl/comments/.*|"
    r"xl/threadedComments/.*|xl/persons/.*|xl/model/.*|.*/printerSettings/.*|_xmlsignatures/.*)$"
)
_CHANGES = frozenset({"rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange", "trPrChange",
                      "tblGridChange", "tblPrExChange", "numberingChange", "cellDel", "cellIns", "cellMerge",
                      "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
                      "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"})  # fmt: skip


def docx(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked Word file: changes accepted, comments and hidden text gone, values masked."""
    rewrite = Rewrite(package)
    claimed = set()
    for name, layer, words in word.parts(package):
        claimed.add(name)
        if layer is Layer.COMMENT:
            continue
        root = parse(package.read(name))
        blocks = list(word.part_blocks(root, layer, words))
        masker.left_over(root, blocks)
        masker.blocks(block for block in blocks if block.seams)  # while both halves are there
        if _accept_changes(root, masker):
            blocks = list(word.part_blocks(root, layer, words))
        for block in blocks:
            if block.seams:
                continue
            if block.layer is Layer.HIDDEN_TEXT:
                masker.removed["hidden_text"] += emptied(block)
            else:
                masker.block(block)
        rewrite.changed[name] = written(root)
    finish(rewrite, masker, inner, claimed)
    rewrite.save(out)


def pptx(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked presentation: comments gone, hidden slides emptied, values masked."""
    rewrite = Rewrite(package)
    claimed = set()
    for name, root, blocks in slides.blocks(package):
        claimed.add(name)
        masker.left_over(root, blocks)
        for block in blocks:
            if block.layer is Layer.HIDDEN_SHEET:
                masker.removed["hidden_sheet"] += emptied(block)
            else:
                masker.block(block)
        rewrite.changed[name] = written(root)
    finish(rewrite, masker, inner, claimed)
    rewrite.save(out)


def finish(
    rewrite: Rewrite,
    masker: Masker,
    inner: Inner,
    claimed: set[str],
    *,
    first: Callable[[Element], bool] | None = None,
) -> None:
    """Properties, comments and thumbnails out; embedded files and loose parts masked.

    ``first`` is done to each loose part before, and says whether it changed it.
    """
    package = rewrite.package
    dropped = {name for name in package.names() if _DROPPED.match(name)}
    for name in unclaimed(package, claimed | dropped | set(PROPERTY_PARTS)):
        try:
            root = parse(package.read(name))
        except UnreadableFileError:
            dropped.add(name)
            continue
        before = first is not None and first(root)
        blocks = list(rest_blocks(name, root))
        found = masker.blocks(blocks)
        if masker.left_over(root, blocks) or found or before:
            rewrite.changed[name] = written(root)
    _mask_members(rewrite, masker, inner, dropped)
    if "docProps/core.xml" in package.by_name:
        rewrite.changed["docProps/core.xml"] = _CORE
        masker.removed["property"] += 1
    if "docProps/app.xml" in package.by_name:
        rewrite.changed["docProps/app.xml"] = _APP
    masker.removed["comment"] += sum("omment" in name for name in dropped)
    rewrite.drop_office_parts(dropped)


def _mask_members(rewrite: Rewrite, masker: Masker, inner: Inner, dropped: set[str]) -> None:
    """Mask the documents, pictures and other files inside; what cannot be masked and is not clean is emptied."""
    for name in rewrite.package.names():
        if is_xml(name) or name in dropped:
            continue
        data = rewrite.package.read(name)
        root = tree(data)
        if root is not None and local(root) != "html":
            masker.left_over(root)
            rewrite.changed[name] = written(root)
            continue
        put = masked_member(data, name, masker, inner)
        if put is not None:
            rewrite.changed[name] = put or hollow(data)


def masked_member(data: bytes, name: str, masker: Masker, inner: Inner) -> bytes | None:
    """What becomes of a file inside: masked; no bytes where that fails and it is not clean; else ``None``."""
    put = inner(data, name)
    if put is None and _tells(data, name, Check(masker.rules)):
        put = b""
        masker.removed["embedded_file"] += 1
    return put


def _tells(data: bytes, name: str, check: Check) -> bool:
    """Whether anything is found in a member, or it cannot be read."""
    return any(True for passage in member_passages(data, name) for _ in check.findings(passage))


def _accept_changes(root: Element, masker: Masker) -> bool:
    """As if the author had accepted every change and deleted every comment; whether there was one."""
    changed = False
    for element in list(root.iter()):
        name, parent = local(element), element.getparent()
        if parent is None:
            continue
        if name in {"del", "moveFrom"}:
            changed = True
            masker.removed["tracked_change"] += 1
            row = parent.getparent() if local(parent) == "trPr" else None
            if row is not None and row.getparent() is not None:
                row.getparent().remove(row)  # type: ignore[union-attr] # just asked
            else:
                remove_element(element)
        elif name in {"ins", "moveTo"}:
            changed = True
            _unwrap(element)
        elif name in _CHANGES:
            remove_element(element)
    return changed


def remove_element(element: Element) -> None:
    """Take an element out and leave what follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _unwrap(element: Element) -> None:
    """Put an element's children in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    remove_element(element)
