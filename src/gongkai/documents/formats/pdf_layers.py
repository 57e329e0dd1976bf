"""The layers of a PDF that its reader does not see: metadata, annotations, forms, outlines, attachments."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage, UnreadableFileError, fault, foreign
from gongkai.documents.formats.pdf_streams import readable, words_of
from gongkai.documents.formats.printed import printed

_UNREAD = Said("PDF 的注释、表单和元数据不能读取:请重新导出后再上传")
_ATTACHED = Said("PDF 的附件解不开(已损坏、过大或压缩方式不认识),没有检查:请删去附件,或解开后单独上传")
_OBJECTS = 200_000


# Stands for every place where a file lies inside; who reads on opens them all (:func:`attachments`).
FILE_INSIDE = Passage(Layer.EMBEDDED_FILE, Said("PDF 附件"), "")


def hidden(data: bytes) -> Iterator[Passage]:
    """Everything a PDF says beside its pages. What cannot be read is a passage with a fault."""
    try:
        with foreign(_UNREAD):
            reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
            yield from _metadata(reader)
            yield from _strings(reader, data)
    except (UnreadableFileError, RecursionError):
        yield fault(Said("PDF 内部结构"), _UNREAD)


def _metadata(reader: pypdf.PdfReader) -> Iterator[Passage]:
    for key, value in (reader.metadata or {}).items():
        yield Passage(Layer.PROPERTY, Said("PDF 元数据 %(key)s", key=str(key).lstrip("/")), str(value))
    packet = reader.root_object.get("/Metadata")
    if packet is not None and isinstance(packet.get_object(), StreamObject):
        yield from words_of(packet.get_object(), "/Metadata", Layer.PROPERTY, Said("PDF 元数据 XMP"))


def _layer_of(holder: DictionaryObject) -> tuple[Layer, str]:
    """What a dictionary is, to name the layer of the strings in it."""
    field = "/FT" in holder or holder.get("/Subtype") == "/Widget"
    if field or ("/T" in holder and ("/Kids" in holder or "/V" in holder)):
        return Layer.FORM_FIELD, Said("PDF 表单域")
    if holder.get("/Subtype") is not None and "/Rect" in holder:
        return Layer.ANNOTATION, Said("PDF 注释")
    if holder.get("/Type") == "/Filespec" or "/EF" in holder:
        return Layer.EMBEDDED_FILE, Said("PDF 附件名")
    return Layer.OTHER, Said("PDF 内部文字")


_QUIET = frozenset(
    {"/ID", "/Lang", "/DA", "/M", "/CreationDate", "/ModDate", "/CharSet", "/Registry", "/Ordering"}
    | {"/Producer", "/Creator", "/FontFamily", "/Panose", "/O", "/U", "/OE", "/UE", "/Perms"}
)


def _strings(reader: pypdf.PdfReader, data: bytes) -> Iterator[Passage]:
    """Every string that hangs on the document, except page contents and what the document says of itself.

    Then those of the objects nothing leads to: a program that edits a file leaves what it removed.
    """
    seen: set[int] = set()
    told = (reader.trailer.raw_get("/Info") if "/Info" in reader.trailer else None,
            reader.root_object.raw_get("/Metadata") if "/Metadata" in reader.root_object else None)  # fmt: skip
    seen.update(one.idnum for one in told if isinstance(one, IndirectObject))
    start = (reader.trailer.raw_get("/Root"), Layer.OTHER, Said("PDF 内部文字"), "")
    yield from _walked(reader, data, [start], seen)
    lost = [IndirectObject(number, generation, reader) for generation, table in reader.xref.items()
            for number in table if number not in seen and generation < _FREE]  # fmt: skip
    lost += [IndirectObject(number, 0, reader) for number in reader.xref_objStm if number not in seen]
    ends: list[Waiting] = [(one, Layer.OTHER, Said("PDF 中没有用到的部分"), "") for one in lost]
    try:
        with foreign(_UNREAD):
            yield from _walked(reader, data, ends, seen)
    except (
        UnreadableFileError,
        RecursionError,
    ):  # what nothing leads to may be broken without harm; its letters are still looked at
        yield from (Passage(Layer.OTHER, Said("PDF 中没有用到的部分"), text) for text in printed(data))


Waiting = tuple[Any, Layer, str, str]  # an object, the layer and place of its strings, the key it hangs on
_FREE = 65535
_KEPT = frozenset({"/AP", "/CharProcs"})
_LONG_NAME = re.compile(r"\d{11}")


def _walked(reader: pypdf.PdfReader, data: bytes, waiting: list[Waiting], seen: set[int]) -> Iterator[Passage]:
    while waiting:
        if len(seen) >= _OBJECTS:
            yield FILE_INSIDE  # perhaps
            return
        item, layer, place, key = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            leads = _leads(reader, data, item)
            if leads is not None:
                waiting += [(one, layer, place, key if key in _KEPT else name or key) for one, name in leads]
                continue
            item = item.get_object()
        waiting += _below(item, layer, place, key)
        if isinstance(item, DictionaryObject) and "/EF" in item:
            yield FILE_INSIDE
        if isinstance(item, StreamObject):
            yield from words_of(item, key, layer, place)
        yield from (Passage(layer, place, text) for text in _said(item, key) if text.strip())


def _said(item: Any, key: str) -> Iterator[str]:
    """The strings an object is or names; of names and marks of annotations only long numbers."""
    if isinstance(item, TextStringObject):
        if key != "/NM" or _LONG_NAME.search(item):
            yield str(item)
    elif isinstance(item, bytes):  # a string in no encoding of the format
        yield from readable(bytes(item))
    elif isinstance(item, NameObject):
        yield from [str(item)[1:]] if _LONG_NAME.search(item) else []
    elif isinstance(item, DictionaryObject):
        yield from (str(one)[1:] for one in dict.keys(item) if _LONG_NAME.search(one))


def _below(item: Any, layer: Layer, place: str, key: str) -> list[Waiting]:
    """What a dictionary or array holds, with the layer and place that its strings are in."""
    if isinstance(item, DictionaryObject):
        here = _layer_of(item)
        layer, place = here if here[0] is not Layer.OTHER else (layer, place)
        # The states of an appearance and the glyphs of a font lie one dictionary below.
        inner = key if key in _KEPT and not isinstance(item, StreamObject) else ""
        items = [(name, value) for name, value in _raw_items(item) if name not in _QUIET or _holds(name, value)]
        return [(value, layer, place, inner or name) for name, value in items]
    return [(value, layer, place, key) for value in list.__iter__(item)] if isinstance(item, ArrayObject) else []


def _holds(name: str, value: Any) -> bool:
    """Whether what hangs on a quiet key is a holder of others: ``/O`` is also what opens a page."""
    return name != "/ID" and isinstance(value, DictionaryObject | ArrayObject)


# What makes an object worth the library's full parsing: a string, what names its layer, a stream, a masked name.
_TELLING = re.compile(rb"[(#]|<(?!<)(?<!<<)|/FT|/Subtype|/EF|/Filespec|stream|/[^\s/<>\[\]()]*\d{11}")
_OPENING = re.compile(rb"\s*(\d+)\s+(\d+)\s+obj\b")
_LEAD = re.compile(rb"(\d+)\s+(\d+)\s+R\b")
_KEYED = re.compile(rb"/([^\s/<>\[\]()]+)\s*\[?((?:\s*\d+\s+\d+\s+R\b)+)")
_SHORT_OBJECT = 20_000
Lead = tuple[IndirectObject, str]


def _leads(reader: pypdf.PdfReader, data: bytes, item: IndirectObject) -> list[Lead] | None:
    """Where an object without any text leads, and by which key, read off its bytes; ``None`` for one to parse.

    A tagged report has tens of thousands of these: parsing them takes longer than all its pages.
    """
    start = reader.xref.get(item.generation, {}).get(item.idnum)
    opening = _OPENING.match(data, start) if start else None
    if opening is None or (int(opening[1]), int(opening[2])) != (item.idnum, item.generation):
        return None
    end = data.find(b"endobj", opening.end(), opening.end() + _SHORT_OBJECT)
    body = data[opening.end() : end] if end > 0 else b"#"
    if _TELLING.search(body):
        return None
    keys = {
        found: f"/{name.decode('latin-1')}"
        for name, list_ in _KEYED.findall(body)
        for found in _LEAD.findall(list_)
    }
    return [
        (IndirectObject(int(found[0]), int(found[1]), reader), keys.get(found, ""))
        for found in _LEAD.findall(body)
    ]


def _raw_items(holder: DictionaryObject) -> list[tuple[str, Any]]:
    return [(str(key), dict.__getitem__(holder, key)) for key in dict.keys(holder)]


def _specifications(item: Any) -> Iterator[DictionaryObject]:
    """The file specifications in an object itself, references not followed."""
    if isinstance(item, DictionaryObject):
        if "/EF" in item:
            yield item
        for _, value in _raw_items(item):
            yield from _specifications(value)
    elif isinstance(item, ArrayObject):
        for value in list.__iter__(item):
            yield from _specifications(value)


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files inside a PDF. Raises :class:`UnreadableFileError` where one does not unpack."""
    try:
        with foreign(_UNREAD):
            reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
            numbers = {*reader.xref_objStm, *(one for table in reader.xref.values() for one in table)}
    except UnreadableFileError:
        return  # said with the other layers
    for number in sorted(numbers):
        for name, content in _files(reader, number):
            with foreign(_ATTACHED):
                unpacked = content.get_data()
            yield name, unpacked


def _files(reader: pypdf.PdfReader, number: int) -> list[tuple[str, StreamObject]]:
    """Names and streams of the files that an object specifies; none where the object is broken."""
    found = []
    with suppress(UnreadableFileError), foreign(_ATTACHED):
        for spec in _specifications(reader.get_object(number)):
            files: Any = spec["/EF"].get_object()
            for stream in list(files.values())[:1]:
                content = stream.get_object()
                if isinstance(content, StreamObject):
                    found.append((str(spec.get("/UF") or spec.get("/F") or Said("PDF 附件")), content))
    return found
