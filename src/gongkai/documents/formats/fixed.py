"""OFD (GB/T 33190): pages of positioned text, annotations, document data."""

import posixpath
import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.loose import is_xml, left_out
from gongkai.documents.formats.office import parse_lenient
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import Passage, Source, fault
from gongkai.documents.formats.xmltext import Block, Element, Slot, local, parse

_PAGE = re.compile(r"/Pages/Page_?(\d+)/[^/]+\.xml$", re.IGNORECASE)
_TEMPLATE = re.compile(r"/(Tpls?|Templates?|Temps?)/", re.IGNORECASE)
_ANNOTATION = re.compile(r"annot", re.IGNORECASE)
_LEAST_TEXT = 20  # characters below which a page with a picture is one
_SCANNED = Said("本页是扫描图像,没有文字层,系统不能检查也不能检索")


def ofd(source: Source) -> Iterator[Passage]:
    """Every layer of an OFD file. Raises :class:`UnreadableFileError`."""
    package = Package(source)
    claimed = set()
    pages = {name: number for number, name in enumerate(page_names(package), start=1)}
    for name, root, found in parts(package):
        claimed.add(name)
        yield from (block.passage() for block in found)
        yield from left_out(root, name, found)
        words = sum(len(block.text().strip()) for block in found)
        if name in pages and words < _LEAST_TEXT and next(root.iter("{*}ImageObject"), None) is not None:
            place = Said("第%(number)s页", number=pages[name])
            yield Passage(Layer.TEXT, place, "", pages[name], place, fault=_SCANNED, picture=True)
    for name in package.names():
        if name not in claimed and is_xml(package, name):
            other = parse_lenient(package, name)
            if other is None:
                yield fault(name, Said("文件中有一部分结构损坏,不能检查:请用原软件重新保存后再上传"))
                continue
            blocks = drawn(other, name)
            yield from (block.passage() for block in blocks)
            yield from left_out(other, name, blocks)


def drawn(root: Element, place: str) -> list[Block]:
    """What a part draws that is no page: units of the resources that pages put together."""
    return _page(root, place, Layer.TEXT, 0)


def page_names(package: Package) -> list[str]:
    """The parts that are pages, in the order the document gives them; then those that only look like pages."""
    found: dict[str, None] = {}
    for document in (name for name in package.names() if name.lower().endswith("document.xml")):
        root = parse_lenient(package, document)
        folder = document.rpartition("/")[0]
        for page in root.iter("{*}Page") if root is not None else ():
            location = str(page.get("BaseLoc") or "")
            path = location.lstrip("/") if location.startswith("/") else f"{folder}/{location}".lstrip("/")
            if location and posixpath.normpath(path) in package.by_name:
                found[posixpath.normpath(path)] = None
    found.update(
        dict.fromkeys(sorted((name for name in package.names() if _PAGE.search("/" + name)), key=_number))
    )
    return list(found)


def parts(package: Package) -> Iterator[tuple[str, Element, list[Block]]]:
    """Part name, tree and blocks: the document's data, its pages in order, templates, annotations."""
    if "OFD.xml" in package.by_name:
        root = parse(package.read("OFD.xml"))
        yield "OFD.xml", root, list(_properties(root))
    pages = page_names(package)
    for number, name in enumerate(pages, start=1):
        root = parse(package.read(name))
        yield name, root, _page(root, Said("第%(number)s页", number=number), Layer.TEXT, number)
    for name in package.names():
        low = "/" + name
        if not low.lower().endswith(".xml") or name in pages:
            continue
        if _TEMPLATE.search(low):
            root = parse(package.read(name))
            yield name, root, _page(root, Said("页面模板"), Layer.HEADER_FOOTER, 0)
        elif _ANNOTATION.search(low.rpartition("/")[2]) or "/annots/" in low.lower():
            root = parse(package.read(name))
            yield name, root, [*_page(root, Said("注释"), Layer.ANNOTATION, 0), *_remarks(root)]


def _number(name: str) -> int:
    match = _PAGE.search("/" + name)
    return int(match.group(1)) if match else 0


def _properties(root: Element) -> Iterator[Block]:
    for element in root.iter():
        if local(element) not in {"", "DocRoot", "OFD", "DocBody"} and element.text and element.text.strip():
            words = element.get("Name") or local(element)
            yield Block(Layer.PROPERTY, Said("文件属性 %(words)s", words=words), [[Slot(element)]])


def _remarks(root: Element) -> Iterator[Block]:
    for element in root.iter("{*}Remark", "{*}Parameter"):
        if element.text and element.text.strip():
            yield Block(Layer.ANNOTATION, Said("注释"), [[Slot(element)]])
    for element in root.iter("{*}Annot"):
        if element.get("Creator"):
            yield Block(Layer.ANNOTATION, Said("注释作者"), [[Slot(element, "Creator")]])


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
