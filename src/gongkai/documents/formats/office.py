"""What DOCX, XLSX and PPTX share: relationships, properties, drawings, and every part nobody thought of."""

import posixpath
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse

REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PROPERTY_PARTS = ("docProps/core.xml", "docProps/custom.xml", "docProps/app.xml")
_TELLING_ATTRIBUTES = frozenset(
    {"v", "descr", "title", "name", "Target", "val", "author", "initials", "tooltip", "display", "displayName"}
    | {"userId", "string", "alt", "prompt", "error", "text"}
)


def relationships(package: Package, part: str) -> dict[str, str]:
    """Relationship id → the path of the part it points to (external targets as they are)."""
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".lstrip("/")
    if path not in package.by_name:
        return {}
    found = {}
    for relation in parse(package.read(path)):
        target = str(relation.get("Target") or "")
        if relation.get("TargetMode") != "External":
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        found[str(relation.get("Id"))] = target.lstrip("/")
    return found


def property_blocks(root: Element) -> Iterator[Block]:
    """Author, company, keywords, custom properties: one block each."""
    for element in root.iter():
        if local(element) and element.text and element.text.strip():
            holder = element.getparent()
            named = holder.get("name") if holder is not None else None
            yield Block(
                Layer.PROPERTY, Said("文件属性 %(property)s", property=named or local(element)), [[Slot(element)]]
            )


def drawing_blocks(root: Element, place: str, *, layer: Layer, page: int = 0, label: str = "") -> Iterator[Block]:
    """Paragraphs of DrawingML (slides, text boxes of sheets, charts): ``a:p`` with its ``a:t`` runs."""
    for paragraph in root.iter("{*}p"):
        slots = drawn_slots(paragraph)
        if slots:
            yield Block(layer, place, [slots], page=page, label=label)


def drawn_slots(holder: Element) -> list[Slot]:
    """The text nodes below a paragraph or cell of DrawingML; a new paragraph is a line break."""
    slots: list[Slot] = []
    for node in holder.iter("{*}t", "{*}br", "{*}p"):
        if local(node) == "t":
            slots.append(Slot(node))
        elif slots:
            slots.append(Slot(node, "gap:\n"))
    return slots


def other_blocks(root: Element, name: str) -> Iterator[Block]:
    """Every text and telling attribute of a part no reader claims."""
    for element in root.iter():
        if not local(element):
            yield Block(Layer.OTHER, name, [[Slot(element)]])
            continue
        if element.text and element.text.strip():
            yield Block(Layer.OTHER, name, [[Slot(element)]])
        for key in element.attrib:
            if str(key).rpartition("}")[2] in _TELLING_ATTRIBUTES:
                yield Block(Layer.OTHER, name, [[Slot(element, str(key))]])


def unclaimed(package: Package, claimed: set[str]) -> Iterator[str]:
    """XML parts that no reader has read yet."""
    return (name for name in package.names() if is_xml(name) and name not in claimed)


def is_xml(name: str) -> bool:
    """Whether a member is XML by its name."""
    return name.lower().endswith((".xml", ".rels", ".vml", ".svg"))


def content_types(package: Package) -> dict[str, str]:
    """The type each named part declares: a part may have any name, its type says what it is."""
    if "[Content_Types].xml" not in package.by_name:
        return {}
    root = parse(package.read("[Content_Types].xml"))
    return {
        str(one.get("PartName") or "").lstrip("/"): str(one.get("ContentType") or "")
        for one in root.iter("{*}Override")
    }


def part_of(package: Package, kind: str, usual: str) -> str:
    """The part whose type ends in ``kind`` (``sharedStrings``), or its usual name."""
    found = (name for name, type_ in content_types(package).items() if type_.endswith(f"{kind}+xml"))
    return next((name for name in found if name in package.by_name), usual)


def parse_lenient(package: Package, name: str) -> Element | None:
    """A part that may be broken or large without harm to the document; ``None`` when it cannot be read."""
    try:
        return parse(package.read(name))
    except UnreadableFileError:
        return None
