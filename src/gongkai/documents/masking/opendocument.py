"""Masking ODT, ODS and ODP."""

from pathlib import Path

from gongkai.core.privacy import Layer
from gongkai.documents.formats.office import is_embedded, other_blocks
from gongkai.documents.formats.opendocument import OFFICE, TABLE, readings
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import Block, Element, local, parse, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.office import Inner, remove_element

_META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/>'
    b"</office:document-meta>"
)
_GONE = frozenset({"annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end"})
_UNSEEN = frozenset({Layer.HIDDEN_TEXT, Layer.HIDDEN_ROW, Layer.HIDDEN_COLUMN, Layer.HIDDEN_SHEET})
_VALUES = ("value", "string-value", "date-value", "currency")


def odf(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked OpenDocument file: comments, changes, what is hidden and metadata gone, values masked."""
    rewrite = Rewrite(package)
    claimed = set()
    for name, root, found in readings(package):
        claimed.add(name)
        for element in [one for one in root.iter() if local(one) in _GONE]:
            masker.removed["comment" if "annotation" in local(element) else "tracked_change"] += 1
            remove_element(element)
        for block in found(root):
            _mask(block, masker)
        rewrite.changed[name] = written(root)
    _others(package, rewrite, masker, inner, claimed)
    rewrite.save(out)


def _mask(block: Block, masker: Masker) -> None:
    if block.layer in _UNSEEN:
        masker.removed[block.layer.value] += emptied(block)
        changed = True
    else:
        changed = masker.block(block)
    if changed:
        for cell in block.cells:
            for slot in cell:
                _as_text(slot.node)


def _as_text(node: Element) -> None:
    """A cell whose text was changed no longer holds the number or date it was typed as."""
    for cell in (node, *node.iterancestors()):
        if local(cell) in {"table-cell", "covered-table-cell"}:
            for key in _VALUES:
                cell.attrib.pop(f"{OFFICE}{key}", None)
            cell.attrib.pop(f"{TABLE}formula", None)
            cell.set(f"{OFFICE}value-type", "string")
            return


def _others(package: Package, rewrite: Rewrite, masker: Masker, inner: Inner, claimed: set[str]) -> None:
    for name in package.names():
        if name == "meta.xml":
            rewrite.changed[name] = _META
            masker.removed["property"] += 1
        elif is_embedded(name):
            data = inner(package.read(name), name)
            if data is not None:
                rewrite.changed[name] = data
        elif name.endswith(".xml") and name not in claimed and "META-INF" not in name:
            try:
                root = parse(package.read(name))
            except UnreadableFileError:
                continue
            if masker.blocks(other_blocks(root, name)):
                rewrite.changed[name] = written(root)
