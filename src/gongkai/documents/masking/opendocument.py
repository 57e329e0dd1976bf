"""Masking ODT, ODS and ODP."""

from pathlib import Path

from gongkai.core.privacy import Layer
from gongkai.documents.formats.loose import is_font, is_xml
from gongkai.documents.formats.opendocument import OFFICE, TABLE, names_of, readings
from gongkai.documents.formats.package import Package, is_embedded
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import Block, Element, local, parse, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.naming import follow_open, new_names
from gongkai.documents.masking.office import Inner, masked_member, remove_element

_META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/>'
    b"</office:document-meta>"
)
_GONE = frozenset({"annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end"})
_UNSEEN = frozenset({Layer.HIDDEN_TEXT, Layer.HIDDEN_ROW, Layer.HIDDEN_COLUMN, Layer.HIDDEN_SHEET})
# Pictures of the first page, the program's own cache of its layout, signatures over the bytes that were.
_DROPPED = ("Thumbnails/", "layout-cache", "META-INF/documentsignatures.xml", "META-INF/macrosignatures.xml")
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
        for block in sorted(blocks, key=lambda block: not block.seams):  # first while both halves are there
            _mask(block, masker)
        masker.left_over(root, blocks)
        rewrite.changed[name] = written(root)
    _others(rewrite, masker, inner, claimed, names)
    rewrite.save(out)


def _mask(block: Block, masker: Masker) -> None:
    """Mask a block, or empty one that is not shown; only what changed becomes text."""
    slots = [slot for cell in block.cells for slot in cell]
    before = [slot.get() for slot in slots]
    if block.layer in _UNSEEN and not block.seams:
        masker.unseen(block.passage())
        masker.removed[block.layer.value] += emptied(block)
    else:
        masker.block(block)
    for slot, text in zip(slots, before, strict=True):
        if slot.get() != text:
            _as_text(slot.node)


def _as_text(node: Element) -> None:
    """A cell whose text was changed no longer holds the number or date it was typed as."""
    for cell in (node, *node.iterancestors()):
        if local(cell) in {"table-cell", "covered-table-cell"}:
            for key in _VALUES:
                cell.attrib.pop(f"{OFFICE}{key}", None)
            cell.attrib.pop(f"{TABLE}formula", None)
            for key in [one for one in cell.attrib if str(one).endswith("}value-type")]:
                cell.set(key, "string")  # LibreOffice repeats the type in a name space of its own
            cell.set(f"{OFFICE}value-type", "string")
            return


def _others(rewrite: Rewrite, masker: Masker, inner: Inner, claimed: set[str], names: dict[str, str]) -> None:
    package = rewrite.package
    rewrite.dropped |= {name for name in package.names() if name.startswith(_DROPPED)}
    for name in [one for one in package.names() if one not in rewrite.dropped and one != "mimetype"]:
        if name == "meta.xml":
            rewrite.changed[name] = _META
            masker.removed["property"] += 1
        elif name in claimed:
            continue
        elif is_xml(package, name) and not is_embedded(name):
            _other(rewrite, name, masker, names)
        elif is_embedded(name) or not is_font(package, name):
            data = masked_member(package.read(name), name, masker, inner)
            if data is not None:
                rewrite.changed[name] = data
    rewrite.drop_open_parts(rewrite.dropped)


def _other(rewrite: Rewrite, name: str, masker: Masker, names: dict[str, str]) -> None:
    """A part nobody reads by itself, masked; a broken one goes."""
    try:
        root = parse(rewrite.package.read(name))
    except UnreadableFileError:
        rewrite.dropped.add(name)
        masker.removed["embedded_file"] += 1
        return
    followed = bool(names) and follow_open(root, names)
    if masker.left_over(root) or followed:
        rewrite.changed[name] = written(root)
