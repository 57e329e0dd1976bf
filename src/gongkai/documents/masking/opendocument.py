"""Masking ODT, ODS and ODP."""

from pathlib import Path

from gongkai.core.privacy import Layer
from gongkai.documents.formats.loose import is_xml
from gongkai.documents.formats.opendocument import OFFICE, TABLE, names_of, readings
from gongkai.documents.formats.package import Package, is_embedded
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import Block, Element, local, parse, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.naming import follow_open, new_names
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
    called = [one for _name, root, _found in readings(package) for one in names_of(root)]
    names = new_names(dict.fromkeys(called), masker)
    for name, root, found in readings(package):
        claimed.add(name)
        if names:
            follow_open(root, names)
        for element in [one for one in root.iter() if local(one) in _GONE]:
            masker.removed["comment" if "annotation" in local(element) else "tracked_change"] += 1
            remove_element(element)
        blocks = list(found(root))
        for block in blocks:
            _mask(block, masker)
        masker.left_over(root, blocks)
        rewrite.changed[name] = written(root)
    _others(rewrite, masker, inner, claimed, names)
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


def _others(rewrite: Rewrite, masker: Masker, inner: Inner, claimed: set[str], names: dict[str, str]) -> None:
    package = rewrite.package
    rewrite.dropped |= {name for name in package.names() if name.startswith("Thumbnails/")}
    for name in set(package.names()) - rewrite.dropped:
        if name == "meta.xml":
            rewrite.changed[name] = _META
            masker.removed["property"] += 1
        elif is_embedded(name):
            data = inner(package.read(name), name)
            if data is not None:
                rewrite.changed[name] = data
        elif name not in claimed and is_xml(package, name):
            try:
                root = parse(package.read(name))
            except UnreadableFileError:
                continue
            followed = bool(names) and follow_open(root, names)
            if masker.left_over(root) or followed:
                rewrite.changed[name] = written(root)
