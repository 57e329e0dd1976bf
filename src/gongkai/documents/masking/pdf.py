"""Masking PDF: the glyphs themselves are taken out of the content streams; nothing is painted over."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from gongkai.core.privacy import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.formats.pdf import page_text
from gongkai.documents.masking.glyphs import MASK_FONT, fonts_of, redrawn, taken_apart
from gongkai.documents.masking.masker import Masker
from gongkai.documents.masking.plain import stripped

_BROKEN = (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
           NotImplementedError)  # fmt: skip
_BLANKS = re.compile(r"\s+")
_KEPT_ANNOTATIONS = frozenset({"/Link", "/Widget"})
_STRIPPED = (
    "/Metadata",
    "/PieceInfo",
    "/OpenAction",
    "/AA",
    "/AF",
    "/Collection",
    "/Perms",
    "/DSS",
    "/LastModified",
)
_OBJECTS = 200_000
Values = list[tuple[str, str]]


def pdf(data: bytes, out: Path, masker: Masker) -> None:
    """Write a masked PDF: values out of the text, annotations, attachments and metadata gone.

    Raises :class:`UnreadableFileError` where the text is only the recognised layer of a scan: the picture would
    still show it.
    """
    values = list(_values(data, masker))
    try:
        writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data), strict=False))
        _strip(writer, masker)
        seen: set[int] = set()
        for page, found in zip(writer.pages, values, strict=False):
            for key in _STRIPPED:
                masker.removed["property"] += page.pop(NameObject(key), None) is not None
            _annotations(page, found, masker, seen)
            if found:
                _page(page, found)
        _strings(writer, masker)
        first = io.BytesIO()
        writer.write(first)
        # Cloned again, only what can still be reached is written: nothing that was removed stays in the file.
        again = pypdf.PdfWriter(clone_from=pypdf.PdfReader(first))
        again.metadata = None
        with out.open("wb") as target:
            again.write(target)
    except _BROKEN as error:
        raise UnreadableFileError(Said("PDF 内部结构特殊,不能自动遮盖:请在原文件中处理后重新导出")) from error


def _values(data: bytes, masker: Masker) -> Iterator[Values]:
    """For each page, what must go: the value and its mask, both without blanks."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(Said("PDF 已损坏或设有密码,打不开:请重新导出后再上传")) from error
    try:
        for index in range(len(document)):
            page = document[index]
            text = page_text(page.raw)
            page.close()
            edits = masker.edits(Passage(Layer.TEXT, "", text))
            yield [(_BLANKS.sub("", text[start:end]), _BLANKS.sub("", put)) for start, end, put in edits]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("PDF 中有一页已损坏,不能自动遮盖:请重新导出后再上传") from error
    finally:
        document.close()


def _strip(writer: pypdf.PdfWriter, masker: Masker) -> None:
    """Metadata, attachments, scripts: out of the catalogue."""
    root = writer.root_object
    writer.metadata = None
    for key in _STRIPPED:
        masker.removed["property"] += root.pop(NameObject(key), None) is not None
    names = root.get("/Names")
    for key in ("/EmbeddedFiles", "/JavaScript"):
        if names is not None and names.get_object().pop(NameObject(key), None) is not None:
            masker.removed["embedded_file"] += 1
    form = root.get("/AcroForm")
    if form is not None:
        form.get_object().pop(NameObject("/XFA"), None)


def _page(page: Any, values: Values) -> None:
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else DictionaryObject()
    contents = page.get_contents()
    if contents is not None:
        changed = _stream(contents.operations, resources, values)
        if changed is not None:
            contents.operations = changed
            page[NameObject("/Contents")] = contents
            page[NameObject("/Resources")] = resources
    _forms(resources, values, set())


def _stream(operations: list[Any], resources: Any, values: Values) -> list[Any] | None:
    """The operations of a stream with ``values`` masked, or ``None`` when it draws none of them."""
    drawing = taken_apart(operations, fonts_of(resources))
    text, owners = drawing.text()
    changes: dict[int, str] = {}
    for value, put in values:
        at = text.find(value)
        while at >= 0:
            for offset in range(len(value)):
                if len(put) == len(value) and put[offset] == value[offset]:
                    continue
                kept = len(put) != len(value) and offset < len(put) and put.startswith(value[: offset + 1])
                if not kept:
                    changes[owners[at + offset]] = "*" if put[offset : offset + 1] == "*" else ""
            at = text.find(value, at + len(value))
    if any(drawing.glyphs[number].invisible for number in changes):
        raise UnreadableFileError(
            Said("页面是带识别文字的扫描图像,遮盖文字后图上仍会显示:请在原图上处理后重新扫描")
        )
    described = _undescribed(operations)
    if not changes and not described:
        return None
    _add_font(resources)
    return redrawn(drawing, changes)


def _undescribed(operations: list[Any]) -> bool:
    """Drop the replacement texts of marked content, which repeat what the page draws; whether there were any."""
    found = False
    for operands, operator in operations:
        if operator in {b"BDC", b"DP"} and len(operands) == 2 and isinstance(operands[1], DictionaryObject):
            for key in ("/ActualText", "/Alt", "/E"):
                found |= operands[1].pop(NameObject(key), None) is not None
    return found


def _add_font(resources: Any) -> None:
    fonts = resources.get("/Font")
    holder = fonts.get_object() if fonts is not None else DictionaryObject()
    font = DictionaryObject()
    for key, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"),
                       ("/Encoding", "/WinAnsiEncoding")):  # fmt: skip
        font[NameObject(key)] = NameObject(value)
    holder[NameObject(MASK_FONT)] = font
    resources[NameObject("/Font")] = holder


def _forms(resources: Any, values: Values, seen: set[int]) -> None:
    """The drawings a page shows as if they were pictures: they hold text too."""
    holder = resources.get("/XObject") if isinstance(resources, DictionaryObject) else None
    for item in (holder.get_object() if holder is not None else {}).values():
        form = item.get_object()
        if id(form) in seen or not isinstance(form, StreamObject):
            continue
        seen.add(id(form))
        if form.get("/Subtype") == "/Form":
            _form(form, values, resources)
            inner = form.get("/Resources")
            if inner is not None:
                _forms(inner.get_object(), values, seen)
        elif form.get("/Filter") == "/DCTDecode" and b"Exif\0\0" in form._data[:65536]:
            form._data = stripped(form._data)


def _form(form: StreamObject, values: Values, outer: Any) -> None:
    inner = form.get("/Resources")
    resources = inner.get_object() if inner is not None else outer
    changed = _stream(ContentStream(form, None).operations, resources, values)
    if changed is not None:
        fresh = ContentStream(None, None)
        fresh.operations = changed
        form.set_data(fresh.get_data())


def _annotations(page: Any, values: Values, masker: Masker, seen: set[int]) -> None:
    """Notes and attachments go; links and form fields stay, with what the fields show masked."""
    holder = page.get("/Annots")
    if holder is None:
        return
    kept = ArrayObject()
    for item in holder.get_object():
        annotation = item.get_object()
        if annotation.get("/Subtype") not in _KEPT_ANNOTATIONS:
            masker.removed["annotation"] += 1
            continue
        kept.append(item)
        for key in ("/RC", "/AA", "/NM"):
            annotation.pop(NameObject(key), None)
        shown = str(annotation.get("/V") or "")
        if shown:
            edits = masker.edits(Passage(Layer.FORM_FIELD, "", shown))
            values = [*values, *((_BLANKS.sub("", shown[a:b]), _BLANKS.sub("", put)) for a, b, put in edits)]
        if values and annotation.get("/AP") is not None:
            _appearances(annotation["/AP"].get_object(), values, seen)
    page[NameObject("/Annots")] = kept


def _appearances(holder: Any, values: Values, seen: set[int]) -> None:
    for item in list(holder.values()):
        appearance = item.get_object()
        if isinstance(appearance, StreamObject) and id(appearance) not in seen:
            seen.add(id(appearance))
            _form(appearance, values, DictionaryObject())
        elif isinstance(appearance, DictionaryObject) and not isinstance(appearance, StreamObject):
            _appearances(appearance, values, seen)


def _strings(writer: pypdf.PdfWriter, masker: Masker) -> None:
    """Every other string of the document: outlines, field values, link targets, descriptions."""
    waiting: list[Any] = [writer.root_object]
    seen: set[int] = set()
    while waiting and len(seen) < _OBJECTS:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        for key, value in _entries(item):
            put = _masked(value, masker)
            if put is not None:
                item[key] = put
            waiting.append(value)


def _entries(item: Any) -> list[tuple[Any, Any]]:
    """What a dictionary or array holds, references not followed."""
    if isinstance(item, DictionaryObject):
        return [(NameObject(key), value) for key, value in dict.items(item)]
    return list(enumerate(list.__iter__(item))) if isinstance(item, ArrayObject) else []


def _masked(value: Any, masker: Masker) -> TextStringObject | None:
    if not isinstance(value, TextStringObject) or not value.strip():
        return None
    text = masker.text(Passage(Layer.OTHER, "", str(value)))
    return TextStringObject(text) if text != value else None
