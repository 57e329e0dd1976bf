"""PDF: text page by page, and the layers a reader does not see."""

import ctypes
import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject, TextStringObject

from gongkai.core.privacy.kinds import Layer
from gongkai.documents import bounds
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError, fault

SCANNED = "本页是扫描图像,没有文字层,系统不能检查也不能检索"
_BROKEN = (
    pypdf.errors.PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OSError,
)
_LEAST_TEXT = 8
_OBJECTS = 200_000
_XML_TAG = re.compile(r"<[^>]*>")


def _without_system_fonts() -> None:
    """Start the engine without the machine's fonts.

    Text needs none; for a file that embeds none the engine would search and load large ones page by page
    (measured: eight times slower).
    """
    pdfium_c.FPDF_DestroyLibrary()
    nowhere = (ctypes.POINTER(ctypes.c_char) * 1)()
    kind = dict(pdfium_c.FPDF_LIBRARY_CONFIG._fields_)["m_pUserFontPaths"]
    settings = pdfium_c.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=ctypes.cast(nowhere, kind))
    pdfium_c.FPDF_InitLibraryWithConfig(settings)


_without_system_fonts()


def pdf(source: Source) -> Iterator[Passage]:
    """Text of every page, then annotations, form fields, metadata, attachments' names and stray strings.

    Raises :class:`UnreadableFileError` for an encrypted or broken file.
    """
    yield from _pages(source)
    yield from _hidden(source)


def _pages(source: Source) -> Iterator[Passage]:
    source.seek(0)
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFileError("PDF 设有打开密码,系统不能检查:请去掉密码后重新上传") from error
        raise UnreadableFileError("PDF 已损坏,打不开:请重新导出后再上传") from error
    try:
        for index in range(min(len(document), bounds.PAGES)):
            yield _page(document, index)
        if len(document) > bounds.PAGES:
            yield fault(f"第{bounds.PAGES + 1}页起", f"PDF 超过 {bounds.PAGES} 页,其后没有读取:请拆分后重新上传")
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int) -> Passage:
    place = f"第{index + 1}页"
    try:
        page = document[index]
        text = page_text(page)
        # U+0002 marks a hyphen at a line's end, U+FFFE a character without a code: neither is text.
        text = text.replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", "")
        picture = len(text.strip()) < _LEAST_TEXT and _shows_picture(page)
        page.close()
    except pypdfium2.PdfiumError:
        return fault(place, "本页已损坏,不能读取", page=index + 1)
    return Passage(Layer.TEXT, place, text, index + 1, place, picture=picture, fault=SCANNED if picture else "")


def page_text(page: pypdfium2.PdfPage) -> str:
    """All characters of a page in reading order, in one call to the engine."""
    text_page = pdfium_c.FPDFText_LoadPage(page.raw)
    try:
        count = pdfium_c.FPDFText_CountChars(text_page)
        if count <= 0:
            return ""
        count = min(count, bounds.PAGE_CHARACTERS)
        buffer = ctypes.create_string_buffer((count + 1) * 2)
        pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        written = pdfium_c.FPDFText_GetText(text_page, 0, count, pointer)
        return buffer.raw[: max(0, written - 1) * 2].decode("utf-16-le", errors="replace")
    finally:
        pdfium_c.FPDFText_ClosePage(text_page)


def _shows_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _hidden(source: Source) -> Iterator[Passage]:
    source.seek(0)
    try:
        reader = pypdf.PdfReader(io.BytesIO(source.read()), strict=False)
        yield from _metadata(reader)
        yield from _strings(reader)
    except _BROKEN:
        yield fault("PDF 内部结构", "PDF 的注释、表单和元数据不能读取:请重新导出后再上传")


def _metadata(reader: pypdf.PdfReader) -> Iterator[Passage]:
    for key, value in (reader.metadata or {}).items():
        yield Passage(Layer.PROPERTY, f"PDF 元数据 {str(key).lstrip('/')}", str(value))
    packet = reader.root_object.get("/Metadata")
    if packet is not None and isinstance(packet.get_object(), StreamObject):
        text = packet.get_object().get_data().decode("utf-8", errors="replace")
        yield Passage(Layer.PROPERTY, "PDF 元数据 XMP", _XML_TAG.sub(" ", text))


def _layer_of(holder: DictionaryObject) -> tuple[Layer, str]:
    """What a dictionary is, to name the layer of the strings in it."""
    field = "/FT" in holder or holder.get("/Subtype") == "/Widget"
    if field or ("/T" in holder and ("/Kids" in holder or "/V" in holder)):
        return Layer.FORM_FIELD, "PDF 表单域"
    if holder.get("/Subtype") is not None and "/Rect" in holder:
        return Layer.ANNOTATION, "PDF 注释"
    if holder.get("/Type") == "/Filespec" or "/EF" in holder:
        return Layer.EMBEDDED_FILE, "PDF 附件名"
    return Layer.OTHER, "PDF 内部文字"


_QUIET = frozenset(
    {"/ID", "/Lang", "/DA", "/M", "/CreationDate", "/ModDate", "/NM", "/CharSet", "/Registry", "/Ordering"}
    | {"/Producer", "/Creator", "/FontFamily", "/Panose", "/O", "/U", "/OE", "/UE", "/Perms"}
)


def _strings(reader: pypdf.PdfReader) -> Iterator[Passage]:
    """Every string that hangs on the document, except page contents and what the document says of itself."""
    seen: set[int] = set()
    info = reader.trailer.get("/Info")
    if isinstance(info, IndirectObject):
        seen.add(info.idnum)
    waiting: list[tuple[Any, Layer, str]] = [(reader.trailer.raw_get("/Root"), Layer.OTHER, "PDF 内部文字")]
    while waiting and len(seen) < _OBJECTS:
        item, layer, place = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            here = _layer_of(item)
            layer, place = here if here[0] is not Layer.OTHER else (layer, place)
            waiting += [(value, layer, place) for key, value in _raw_items(item) if key not in _QUIET]
        elif isinstance(item, ArrayObject):
            waiting += [(value, layer, place) for value in list.__iter__(item)]
        elif isinstance(item, TextStringObject) and item.strip():
            yield Passage(layer, place, str(item))


def _raw_items(holder: DictionaryObject) -> list[tuple[str, Any]]:
    return [(str(key), dict.__getitem__(holder, key)) for key in dict.keys(holder)]


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files inside a PDF; what cannot be read is left out (its name was reported)."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        for attachment in reader.attachment_list:
            yield attachment.name, attachment.content
    except _BROKEN:
        return
