"""Members of an office file that are no XML: what lies in them, or that nobody can read them."""

import gzip
import io
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from gongkai.core.said import Said
from gongkai.documents.formats.drawn import words
from gongkai.documents.formats.office import is_xml
from gongkai.documents.formats.package import BROKEN
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.formats.rest import left_over
from gongkai.documents.formats.xmltext import Element, parse

__all__ = ["OPAQUE", "inside", "is_opaque", "is_other", "loose", "tree", "unpacked", "words"]

OPAQUE = Said("文件内有系统不能检查的数据(如数据模型、声音、影像或压缩、加密的对象):请删去后重新上传")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (b"PK\x03\x04", b"%PDF-")
# Pictures made of drawing commands, and fonts: their texts stand in them as they are.
_PLAIN = (".emf", ".wmf", ".emz", ".wmz", ".odttf", ".fntdata", ".ttf", ".otf")
_SAMPLE, _LEAST, _DENSE = 65_536, 256, 0.9
_FAULTS = (AssertionError, IndexError, KeyError, ValueError, TypeError, AttributeError,
           OverflowError, RuntimeError)  # fmt: skip


def inside(data: bytes) -> Iterator[bytes]:
    """Files that begin somewhere in ``data``: packages and PDFs in the streams of an OLE object."""
    found = False
    for stream in [*_streams(data), data] if data.startswith(_OLE) else [data]:
        for mark in _MARKS if not found else ():
            at = stream.find(mark)
            if at > 0 or (at == 0 and stream is not data):
                found = True
                yield stream[at:]


def _streams(data: bytes) -> list[bytes]:
    """The streams of an OLE file, whole; none where it is broken."""
    compdoc = import_module("xlrd.compdoc")  # few documents hold such an object
    try:
        holder = compdoc.CompDoc(data, logfile=io.StringIO())
        found = (holder.get_named_stream(_path(holder, entry)) for entry in holder.dirlist if entry.etype == 2)
        return [bytes(stream) for stream in found if stream]
    except (compdoc.CompDocError, *_FAULTS):
        return []


def _path(holder: Any, entry: Any) -> str:
    names = [entry.name]
    while entry.parent > 0:
        entry = holder.dirlist[entry.parent]
        names.append(entry.name)
    return "/".join(reversed(names))


def unpacked(data: bytes, limit: int) -> bytes:
    """The bytes of a compressed picture (EMZ, WMZ) up to ``limit``; other bytes as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return stream.read(limit)
    except (*BROKEN, OSError):
        return data


def is_other(name: str) -> bool:
    """Whether a member is no XML by its name."""
    return not is_xml(name)


def loose(data: bytes, name: str) -> Iterator[Passage] | None:
    """The passages of a member that is XML although its name does not say so; ``None`` for anything else."""
    root = tree(data)
    return None if root is None else left_over(root, name)


def tree(data: bytes) -> Element | None:
    """The root of what is XML; ``None`` for anything else."""
    if not data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return None
    try:
        return parse(data)
    except UnreadableFileError:
        return None


def is_opaque(name: str, data: bytes) -> bool:
    """Whether characters may hide in ``data`` unseen: compressed, encrypted, of no known kind."""
    low = name.lower()
    if not data or low.endswith(_PLAIN) or "printersettings" in low:
        return False
    if not low.endswith(".bin"):
        return True
    sample = data[:_SAMPLE]
    return len(sample) > _LEAST and len(zlib.compress(sample)) > _DENSE * len(sample)
