"""Files that stand in XML as Base64: the drawing behind a shape (``gfxdata``), pictures kept in the text."""

import base64
import binascii
import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from lxml import etree

from gongkai.documents import media
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.formats.xmltext import Element

_LONG = etree.XPath(
    "descendant-or-self::*/@*[string-length() > 100] | descendant-or-self::text()[string-length() > 100]"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"\x1f\x8b",
          b"\1\0\0\0", b"\xd7\xcd\xc6\x9a", b"<", b"\xef\xbb\xbf<")  # fmt: skip


def packed_values(root: Element) -> list[tuple[Any, bytes]]:
    """The values and texts below ``root`` that are files: lxml's strings, which know where they stand."""
    found = []
    for value in _LONG(root):
        if _BASE64.fullmatch(value):
            try:
                data = base64.b64decode("".join(value.split()))
            except binascii.Error:
                continue
            if data.startswith(_FILES):
                found.append((value, data))
    return found


def inside(root: Element, name: str) -> Iterator[Passage]:
    """The passages of the files that stand in a part."""
    for _, data in packed_values(root):
        yield from file_passages(data, name)


def file_passages(data: bytes, name: str) -> Iterator[Passage]:
    """The passages of one of them; a package that is no document is read member by member."""
    read = import_module(
        "gongkai.documents.formats.reading"
    ).member_passages  # which reads the part this stands in
    try:
        package = (
            Package(io.BytesIO(data))
            if media.recognise(io.BytesIO(data), name="").media_type == media.ZIP
            else None
        )
    except UnreadableFileError:
        package = None
    if package is None:
        yield from read(data, name)
    else:
        for member in package.names():
            yield from read(package.read(member), f"{name} › {member}")


def drop(value: Any) -> None:
    """Take one of them out of its part."""
    element = value.getparent()
    if value.is_attribute:
        del element.attrib[value.attrname]
    elif value.is_tail:
        element.tail = None
    else:
        element.text = None
