"""PPTX: slides in their order, hidden slides, speaker notes, comments."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.office import (
    REL,
    content_types,
    drawing_blocks,
    drawn_slots,
    part_of,
    relationships,
)
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse, table_key

_COMMENTS = re.compile(r"ppt/(comments/|commentAuthors|authors)")


def blocks(package: Package) -> Iterator[tuple[str, Element, list[Block]]]:
    """Part name, its tree, and its blocks."""
    main = part_of(package, "main", "ppt/presentation.xml")
    order, types = relationships(package, main), content_types(package)
    presentation = parse(package.read(main))
    listed = [order.get(str(slide.get(f"{REL}id")), "") for slide in presentation.iter("{*}sldId")]
    for number, name in enumerate([name for name in listed if name in package.by_name], start=1):
        root = parse(package.read(name))
        hidden = root.get("show") in {"0", "false"}
        layer, page = (Layer.HIDDEN_SHEET, 0) if hidden else (Layer.TEXT, number)
        place = Said("第%(number)s页幻灯片", number=number)
        yield name, root, [*_rows(root, place, layer, page), *_loose(root, place, layer, page)]
        for target in relationships(package, name).values():
            if target in package.by_name and _is_notes(target, types):
                notes = parse(package.read(target))
                where = Layer.HIDDEN_SHEET if hidden else Layer.NOTE
                yield (
                    target,
                    notes,
                    list(
                        drawing_blocks(
                            notes, Said("%(place)s备注", place=place), layer=where, page=page, label=place
                        )
                    ),
                )
    for name in package.names():
        if _COMMENTS.match(name) and name.endswith(".xml"):
            root = parse(package.read(name))
            yield name, root, list(_comments(root))


def _is_notes(name: str, types: dict[str, str]) -> bool:
    return name.startswith("ppt/notesSlides/") or types.get(name, "").endswith("notesSlide+xml")


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
    for element in root.iter("{*}cSld"):
        if element.get("name"):
            yield Block(Layer.OTHER, Said("%(place)s名称", place=place), [[Slot(element, "name")]])
    for element in root.iter("{*}cNvPr"):
        for key in ("descr", "title", "name"):
            if element.get(key):
                yield Block(Layer.OTHER, Said("%(place)s替代文字", place=place), [[Slot(element, key)]])


def _comments(root: Element) -> Iterator[Block]:
    for element in root.iter():
        if element.text and element.text.strip() and local(element) in {"text", "t"}:
            yield Block(Layer.COMMENT, Said("批注"), [[Slot(element)]])
        for key in ("name", "initials", "userId"):
            if element.get(key):
                yield Block(Layer.COMMENT, Said("批注作者"), [[Slot(element, key)]])
