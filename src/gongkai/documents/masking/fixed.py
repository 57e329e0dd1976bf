"""Masking OFD: the text codes themselves, the glyphs chosen for them, the document's data, old signatures."""

import re
from pathlib import Path

from gongkai.core.privacy import Layer
from gongkai.documents.formats.fixed import drawn, parts
from gongkai.documents.formats.loose import is_font, is_xml
from gongkai.documents.formats.package import Package, is_embedded
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import Block, local, parse, written
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.office import Inner, masked_member, remove_element

_SIGNED = re.compile(r"/Signs?/|Signatures\.xml$", re.IGNORECASE)


def ofd(package: Package, out: Path, masker: Masker, inner: Inner) -> None:
    """Write a masked OFD file. A signature over the old bytes would no longer hold, so it goes too."""
    rewrite = Rewrite(package)
    claimed = set()
    for name, root, blocks in parts(package):
        claimed.add(name)
        for block in blocks:
            if block.layer is Layer.PROPERTY:
                masker.removed["property"] += emptied(block)
            else:
                _mask(block, masker)
        masker.left_over(root, blocks)
        for element in list(root.iter("{*}Signatures")):
            remove_element(element)
        rewrite.changed[name] = written(root)
    _others(rewrite, masker, inner, claimed)
    rewrite.save(out)


def _others(rewrite: Rewrite, masker: Masker, inner: Inner, claimed: set[str]) -> None:
    """Signatures out, files inside masked, whatever else holds text masked."""
    package = rewrite.package
    rewrite.dropped |= {name for name in package.names() if _SIGNED.search("/" + name)}
    for name in package.names():
        if name in claimed | rewrite.dropped:
            continue
        if is_xml(package, name) and not is_embedded(name):
            _other(rewrite, name, masker)
        elif is_embedded(name) or not is_font(package, name):
            data = masked_member(package.read(name), name, masker, inner)
            if data is not None:
                rewrite.changed[name] = data


def _mask(block: Block, masker: Masker) -> None:
    before = {id(slot.node): slot.get() for cell in block.cells for slot in cell if slot.where == "text"}
    if not masker.block(block):
        return
    for cell in block.cells:
        for slot in cell:
            old = before.get(id(slot.node))
            if slot.where != "text" or old is None or old == slot.get():
                continue
            if len(old) != len(slot.get()):
                slot.node.attrib.pop("DeltaX", None)
                slot.node.attrib.pop("DeltaY", None)
            holder = slot.node.getparent()
            for glyphs in list(holder) if holder is not None else []:
                if local(glyphs) == "CGTransform":  # would still draw the old characters
                    holder.remove(glyphs)  # type: ignore[union-attr] # it has children


def _other(rewrite: Rewrite, name: str, masker: Masker) -> None:
    try:
        root = parse(rewrite.package.read(name))
    except UnreadableFileError:
        rewrite.dropped.add(name)
        return
    blocks = drawn(root, name)
    for block in blocks:
        _mask(block, masker)
    if masker.left_over(root, blocks) or blocks:
        rewrite.changed[name] = written(root)
