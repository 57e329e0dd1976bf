"""OFD (GB/T 33190): pages of positioned text, annotations, document data."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.office import other_blocks, parse_lenient
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import Passage, Source, fault
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse

_PAGE = re.compile(r"/Pages/Page_?(\d+)/[^/]+\.xml$", re.IGNORECASE)
_TEMPLATE = re.compile(r"/(Tpls?|Templates?|Temps?)/", re.IGNORECASE)
_ANNOTATION = re.compile(r"annot", re.IGNORECASE)
_MACHINERY = re.compile(r"(PublicRes|DocumentRes|_Res|/Signs?/|Signatures|Document)[^/]*\.xml$", re.IGNORECASE)
_SCANNED = "本页是扫描图像,没有文字层,系统不能检查也不能检索"


def ofd(source: Source) -> Iterator[Passage]:
    """Every layer of an OFD file. Raises :class:`UnreadableFileError`."""
    package = Package(source)
    claimed = set()
    for name, root, found in parts(package):
        claimed.add(name)
        passages = [block.passage() for block in found]
        yield from passages
        if _PAGE.search("/" + name) and not passages and next(root.iter("{*}ImageObject"), None) is not None:
            number = int(_PAGE.search("/" + name).group(1)) + 1  # type: ignore[union-attr] # it was found just above
            place = f"第{number}页"
            yield Passage(Layer.TEXT, place, "", number, place, fault=_SCANNED, picture=True)
    for name in package.names():
        if name.lower().endswith(".xml") and name not in claimed and not _MACHINERY.search(name):
            other = parse_lenient(package, name)
            if other is None:
                yield fault(name, "文件中有一部分结构损坏,不能检查:请用原软件重新保存后再上传")
                continue
            yield from (block.passage() for block in other_blocks(other, name))


def parts(package: Package) -> Iterator[tuple[str, Element, list[Block]]]:
    """Part name, tree and blocks: the document's data, its pages in order, templates, annotations."""
    if "OFD.xml" in package.by_name:
        root = parse(package.read("OFD.xml"))
        yield "OFD.xml", root, list(_properties(root))
    pages = sorted((name for name in package.names() if _PAGE.search("/" + name)), key=_number)
    for number, name in enumerate(pages, start=1):
        root = parse(package.read(name))
        yield name, root, _page(root, f"第{number}页", Layer.TEXT, number)
    for name in package.names():
        low = "/" + name
        if not low.lower().endswith(".xml") or _PAGE.search(low):
            continue
        if _TEMPLATE.search(low):
            root = parse(package.read(name))
            yield name, root, _page(root, "页面模板", Layer.HEADER_FOOTER, 0)
        elif _ANNOTATION.search(low.rpartition("/")[2]) or "/annots/" in low.lower():
            root = parse(package.read(name))
            yield name, root, [*_page(root, "注释", Layer.ANNOTATION, 0), *_remarks(root)]


def _number(name: str) -> int:
    match = _PAGE.search("/" + name)
    return int(match.group(1)) if match else 0


def _properties(root: Element) -> Iterator[Block]:
    for element in root.iter():
        if local(element) not in {"", "DocRoot", "OFD", "DocBody"} and element.text and element.text.strip():
            words = element.get("Name") or local(element)
            yield Block(Layer.PROPERTY, f"文件属性 {words}", [[Slot(element)]])


def _remarks(root: Element) -> Iterator[Block]:
    for element in root.iter("{*}Remark", "{*}Parameter"):
        if element.text and element.text.strip():
            yield Block(Layer.ANNOTATION, "注释", [[Slot(element)]])
    for element in root.iter("{*}Annot"):
        if element.get("Creator"):
            yield Block(Layer.ANNOTATION, "注释作者", [[Slot(element, "Creator")]])


def _page(root: Element, place: str, layer: Layer, page: int) -> list[Block]:
    """The texts of a page in reading order as one block: top to bottom, left to right."""
    placed = []
    for order, code in enumerate(root.iter("{*}TextCode")):
        left, top, width, height = _box(code)
        placed.append((top, left, width, height, order, code))
    if not placed:
        return []
    slots: list[Slot] = []
    line_top = right = None
    for top, left, width, height, _, code in sorted(placed, key=lambda item: (round(item[0]), item[1], item[4])):
        if line_top is None or abs(top - line_top) > max(height * 0.5, 0.5):
            gap, line_top = "\n", top
        else:
            gap = "" if right is not None and left - right < max(height * 0.5, 0.5) else " "
        if slots and gap:
            slots.append(Slot(code, f"gap:{gap}"))
        slots.append(Slot(code))
        right = left + width
    return [Block(layer, place, [slots], page=page, label=place)]


def _box(code: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of a text: the object's boundary and the code's own offset."""
    holder = code.getparent()
    numbers = _floats(holder.get("Boundary") if holder is not None else None)
    left, top, width, height = numbers if len(numbers) == 4 else [0.0, 0.0, 0.0, 0.0]
    x, y = _floats(code.get("X")) or [0.0], _floats(code.get("Y")) or [0.0]
    return left + x[0], top + y[0], width - x[0], height


def _floats(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []
