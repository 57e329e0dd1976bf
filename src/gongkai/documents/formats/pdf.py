"""PDF: text page by page, and the layers a reader does not see."""

import ctypes
import re
from collections.abc import Iterator
from contextlib import closing, nullcontext
from importlib import import_module
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from gongkai.core.privacy.kinds import Layer
from gongkai.core.radicals import read_as_characters
from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.beside import beside
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError, fault
from gongkai.documents.formats.pdf_bombs import refuse_bomb
from gongkai.documents.formats.pdf_scattered import Scattered, scattered

SCANNED = Said("本页是扫描图像,没有文字层,系统不能检查也不能检索")
DRAWN = Said("本页的文字是曲线图形,没有文字层,系统不能检查也不能检索")
CODELESS = Said("本页有文字的字体没有字符编码,系统不能检查也不能检索:请重新导出后再上传")
_LEAST_TEXT = 8
_FEW = 200  # characters below which a page is looked at for what else it shows
_COVERS = 0.6  # of the page's area
_MANY_PATHS, _MANY_POINTS = 100, 1_200
_CODELESS = 0.2  # of a page's characters
_END = b"%%EOF"
_REVISIONS = 8
_LARGE = 1_000_000  # bytes from which a second process pays for itself


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
    source.seek(0)
    data = source.read()
    refuse_bomb(data)
    with beside(lambda: _hidden(data)) if len(data) >= _LARGE else nullcontext(_hidden(data)) as hidden:
        shown: set[str] = set()
        for one in _pages(data):
            shown.add(one.text)
            yield one
        yield from hidden
    ends = _ends(data)
    yield from _earlier(data, ends[:-1], shown)
    yield from _behind(data, ends[-1] if ends else len(data))


def _ends(data: bytes) -> list[int]:
    """Where each revision of the file ends."""
    ends, at = [], data.find(_END)
    while at >= 0:
        ends.append(at + len(_END))
        at = data.find(_END, at + len(_END))
    return ends


def _earlier(data: bytes, ends: list[int], shown: set[str]) -> Iterator[Passage]:
    """The pages of earlier revisions that an incremental save keeps in the file, where their text differs."""
    if b"/Linearized" in data[:1024]:
        ends = ends[1:]  # the first end of a file made for the web is no revision
    for end in ends[-_REVISIONS:]:
        try:
            pages = [one for one in _pages(data[:end]) if one.text.strip() and one.text not in shown]
        except UnreadableFileError:
            continue  # no whole file of its own; its loose objects are read with the others
        for one in pages:
            shown.add(one.text)
            yield Passage(Layer.TRACKED_CHANGE, Said("PDF 较早的版本 %(place)s", place=one.place), one.text)


def _behind(data: bytes, end: int) -> Iterator[Passage]:
    """What was put behind the end of the file."""
    rest = data[end:].strip(b"\0\r\n\t ")
    if rest:
        found = import_module("gongkai.documents.formats.pdf_streams").readable(rest)
        yield from (Passage(Layer.OTHER, Said("PDF 结尾之后"), text) for text in found)
        if rest[:2] in {b"PK", b"\xd0\xcf"}:
            yield fault(Said("PDF 结尾之后"), Said("文件结尾之后另附有文件,没有检查:请重新导出后再上传"))


def _pages(data: bytes) -> Iterator[Passage]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFileError(Said("PDF 设有打开密码,系统不能检查:请去掉密码后重新上传")) from error
        raise UnreadableFileError(Said("PDF 已损坏,打不开:请重新导出后再上传")) from error
    try:
        for index in range(min(len(document), bounds.PAGES)):
            yield from _page(document, index)
        if len(document) > bounds.PAGES:
            yield fault(
                Said("第%(pages)s页起", pages=bounds.PAGES + 1),
                Said("PDF 超过 %(pages)s 页,其后没有读取:请拆分后重新上传", pages=bounds.PAGES),
            )
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int) -> Iterator[Passage]:
    """One page, loaded once: what it says, or why that cannot be read; then the numbers only its look tells."""
    place = Said("第%(number)s页", number=index + 1)
    try:
        opened = document[index]
    except pypdfium2.PdfiumError:
        yield fault(place, Said("本页已损坏,不能读取"), page=index + 1)
        return
    with closing(opened) as page:
        text, unseen, numbers = _read(page.raw)
        if not unseen and len("".join(text.split())) < _FEW:
            unseen = _unseen(page, text)
    yield Passage(Layer.TEXT, place, text, index + 1, place, picture=bool(unseen), fault=unseen)
    yield from (scattered_passage(one, place) for one in numbers)


def scattered_passage(number: Scattered, place: str) -> Passage:
    """A number that no text of a page holds in order, as a passage of its own."""
    return Passage(Layer.TEXT, place, number.text, seams=tuple(range(1, len(number.text))))


def _read(page: Any) -> tuple[str, str, list[Scattered]]:
    """The text of a page, why its characters cannot be read if they cannot, and the numbers it does not hold."""
    text_page = pdfium_c.FPDFText_LoadPage(page)
    try:
        told = _characters(text_page)
        text = _clean(told)
        unread = _codeless(text_page) if len(text) < _FEW or _odd(text) else ""
        return text, unread, list(scattered(text_page, told))
    finally:
        pdfium_c.FPDFText_ClosePage(text_page)


# What a font without codes leaves: characters that none of those is that people write.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff]")


def _odd(text: str) -> bool:
    """Whether many characters of a text are none that people write."""
    sample = text[: _FEW * 5]
    return len(_STRANGE.findall(sample)) > len(sample) * _CODELESS


def _codeless(text_page: Any) -> str:
    """Why a page's characters cannot be read, where its fonts do not say which they are."""
    count = min(pdfium_c.FPDFText_CountChars(text_page), _FEW)
    wrong = sum(pdfium_c.FPDFText_HasUnicodeMapError(text_page, at) == 1 for at in range(count))
    return CODELESS if count and wrong > count * _CODELESS else ""


def _unseen(page: pypdfium2.PdfPage, text: str) -> str:
    """Why a page with little text cannot be checked: a picture covers it, or its words are drawn as curves."""
    pictures = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4))
    few = len(text.strip()) < _LEAST_TEXT
    if pictures and (few or _covered(page, pictures) >= _COVERS):
        return SCANNED
    paths = [one.raw for one in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4)]
    points = sum(max(0, pdfium_c.FPDFPath_CountSegments(one)) for one in paths)
    return DRAWN if few and (len(paths) >= _MANY_PATHS or points >= _MANY_POINTS) else ""


def _covered(page: pypdfium2.PdfPage, pictures: list[Any]) -> float:
    """The share of the page that its largest picture covers, or all strips of a scan together."""
    width, height = page.get_size()
    total = 0.0
    for one in pictures:
        left, bottom, right, top = one.get_bounds()
        total += max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(top, height) - max(bottom, 0))
    return float(total / max(1.0, width * height))


def page_text(page: Any) -> tuple[str, list[Scattered]]:
    """All characters of a page (the engine's own handle) in the order they are told, and the numbers beside."""
    text, _, numbers = _read(page)
    return text, numbers


def _characters(text_page: Any) -> str:
    """All of them in one call to the engine, as it tells them."""
    count = min(pdfium_c.FPDFText_CountChars(text_page), bounds.PAGE_CHARACTERS)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = pdfium_c.FPDFText_GetText(text_page, 0, count, pointer)
    return buffer.raw[: max(0, written - 1) * 2].decode("utf-16-le", errors="replace")


def _clean(text: str) -> str:
    # U+0002 marks a hyphen at a line's end, U+FFFE a character without a code: neither is text.
    return read_as_characters(text.replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", ""))


def _hidden(data: bytes) -> Iterator[Passage]:
    # Loaded where it is needed: a large file's second process waits for the library, the first does not.
    yield from import_module("gongkai.documents.formats.pdf_layers").hidden(data)
