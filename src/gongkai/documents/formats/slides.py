"""PPTX: slides in their order, hidden slides, speaker notes, comments."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.office import REL, drawing_blocks, drawn_slots, relationships
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse, table_key

_COMMENTS = re.compile(r"ppt/(comments/|commentAuthors|authors)")


def blocks(package: Package) -> Iterator[tuple[str, Element, list[Block]]]:
    """Part name, its tree, and its blocks."""
    order = relationships(package, "ppt/presentation.xml")
    presentation = parse(package.read("ppt/presentation.xml"))
    listed = [order.get(str(slide.get(f"{REL}id")), "") for slide in presentation.iter("{*}sldId")]
    for number, name in enumerate([name for name in listed if name in package.by_name], start=1):
        root = parse(package.read(name))
        hidden = root.get("show") in {"0", "false"}
        layer, page = (Layer.HIDDEN_SHEET, 0) if hidden else (Layer.TEXT, number)
        place = f"第{number}页幻灯片"
        yield name, root, [*_rows(root, place, layer, page), *_loose(root, place, layer, page)]
        for target in relationships(package, name).values():
            if target.startswith("ppt/notesSlides/") and target in package.by_name:
                notes = parse(package.read(target))
                where = Layer.HIDDEN_SHEET if hidden else Layer.NOTE
                yield (
                    target,
                    notes,
                    list(drawing_blocks(notes, f"{place}备注", layer=where, page=page, label=place)),
                )
    for name in package.names():
        if _COMMENTS.match(name) and name.endswith(".xml"):
            root = parse(package.read(name))
            yield name, root, list(_comments(root))


def _rows(root: Element, place: str, layer: Layer, page: int) -> Iterator[Block]:
    """Rows of tables on the slide."""
    for row in root.iter("{*}tr"):
        cells = [drawn_slots(cell) for cell in row.iter("{*}tc")]
        if any(cells):
            yield Block(
                layer,
                place,
                cells,
                page=page,
                label=place,
                table=f"{place}{table_key(next(row.iterancestors('{*}tbl'), row))}",
            )


def _loose(root: Element, place: str, layer: Layer, page: int) -> Iterator[Block]:
    """Paragraphs outside tables, and the alternative texts of pictures."""
    for block in drawing_blocks(root, place, layer=layer, page=page, label=place):
        if next(block.cells[0][0].node.iterancestors("{*}tc"), None) is None:
            yield block
    for element in root.iter("{*}cNvPr"):
        for key in ("descr", "title"):
            if element.get(key):
                yield Block(Layer.OTHER, f"{place}替代文字", [[Slot(element, key)]])


def _comments(root: Element) -> Iterator[Block]:
    for element in root.iter():
        if element.text and element.text.strip() and local(element) in {"text", "t"}:
            yield Block(Layer.COMMENT, "批注", [[Slot(element)]])
        for key in ("name", "initials", "userId"):
            if element.get(key):
                yield Block(Layer.COMMENT, "批注作者", [[Slot(element, key)]])
