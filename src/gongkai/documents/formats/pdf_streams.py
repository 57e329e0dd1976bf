"""Streams of a PDF that are no pages: metadata, data of forms, scripts, private data, appearances."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pypdf.errors import DependencyError, LimitReachedError
from pypdf.generic import ContentStream, DictionaryObject, StreamObject

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats import ascii85
from gongkai.documents.formats.passages import Passage, UnreadableFileError, fault, foreign
from gongkai.documents.formats.pdf_bombs import MOST, TOO_LARGE, UNKNOWN
from gongkai.documents.formats.plain import decoded
from gongkai.documents.formats.printed import printed

# The key a stream hangs on, or what its dictionary says, where it holds machinery or is read elsewhere.
_QUIET_KEYS = frozenset({"/Contents", "/ToUnicode", "/FontFile", "/FontFile2", "/FontFile3", "/CIDToGIDMap",
                         "/CIDSet", "/CharProcs", "/DestOutputProfile", "/Encoding", "/SMask"})  # fmt: skip
_QUIET_TYPES = frozenset({"/ObjStm", "/XRef", "/CMap", "/EmbeddedFile", "/Pattern", "/XObject", "/Image", "/Form"}
                         | {"/Type1C", "/CIDFontType0C", "/OpenType"})  # fmt: skip
_QUIET_MARKS = ("/FunctionType", "/ShadingType", "/PatternType", "/Length1", "/N")
_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"=\s*(?:\"([^\"]{4,})\"|'([^']{4,})')")


def words_of(stream: StreamObject, key: str, layer: Layer, place: str) -> Iterator[Passage]:
    """The passages of a stream that hangs on ``key``."""
    kinds = {str(stream.get("/Type")), str(stream.get("/Subtype"))}
    if key == "/AP" and "/Image" not in kinds:
        yield from _appearance(stream)
        return
    if "/Image" in kinds:
        yield from _beside_picture(stream)
        return
    if key in _QUIET_KEYS or kinds & _QUIET_TYPES or any(mark in stream for mark in _QUIET_MARKS):
        return
    try:
        data = unpacked(stream)
    except UnreadableFileError as error:
        yield fault(place, str(error))
        return
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library makes of a broken stream, its letters are looked at
        data = stream._data
    if data.lstrip().startswith(b"/CIDInit"):  # the table of a font
        return
    yield from (Passage(layer, place, text) for text in readable(data))


def unpacked(stream: StreamObject) -> bytes:
    """The bytes of a stream. Raises :class:`UnreadableFileError` where they are too many or packed strangely."""
    filters = stream.get("/Filter")
    if filters in ("/FlateDecode", ["/FlateDecode"]) and "/DecodeParms" not in stream:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(stream._data, MOST)
        if unpacking.unconsumed_tail:
            raise UnreadableFileError(TOO_LARGE)
        return data
    try:
        data = stream.get_data()
    except LimitReachedError as error:
        raise UnreadableFileError(TOO_LARGE) from error
    except (DependencyError, NotImplementedError) as error:
        raise UnreadableFileError(UNKNOWN) from error
    if len(data) > MOST:
        raise UnreadableFileError(TOO_LARGE)
    return data


def readable(data: bytes) -> Iterator[str]:
    """What people may read in bytes: of XML texts and values, of text all, of anything else its letters."""
    try:
        text, _ = decoded(data)
    except UnreadableFileError:
        yield from printed(data)
        return
    if "<" in text and ">" in text:
        values = (one or other for tag in _TAG.findall(text) for one, other in _VALUE.findall(tag))
        text = "\n".join([_TAG.sub(" ", text), *values])
    if text.strip():
        yield text


def _appearance(stream: StreamObject) -> Iterator[Passage]:
    """What an annotation shows: its text may stand nowhere else."""
    from gongkai.documents.masking.glyphs import fonts_of, taken_apart  # noqa: PLC0415 - only where there is one

    try:
        with foreign(Said("PDF 中有一条注释的外观不能读取:请重新导出后再上传")):
            resources = stream.get("/Resources")
            fonts = fonts_of(resources.get_object() if resources is not None else DictionaryObject())
            text, _ = taken_apart(ContentStream(stream, None).operations, fonts).text()
    except UnreadableFileError as error:
        yield fault(Said("PDF 注释"), str(error))
        return
    if text.strip():
        yield Passage(Layer.ANNOTATION, Said("PDF 注释"), text)


_HEADER, _HEAD = 1_000, 65_536
_SCAN = 0xDA
_MARKS = (b"Exif\0\0", b"Photoshop")


def _beside_picture(stream: Any) -> Iterator[Passage]:
    """What a camera wrote into a picture that was placed on a page, whatever lies around the picture."""
    filters, data = stream.get("/Filter"), stream._data
    armoured = filters == ["/ASCII85Decode", "/DCTDecode"]
    if not armoured and isinstance(filters, list) and len(filters) > 1 and filters[-1] == "/DCTDecode":
        with suppress(UnreadableFileError), foreign(UNKNOWN):
            data = stream.get_data()
    try:
        if not _tells(data, armoured=armoured):
            return
        whole = ascii85.decoded(data) if armoured else data
    except ValueError:  # no base-85, and so no picture
        return
    from io import BytesIO  # noqa: PLC0415 - only where there is one

    from gongkai.documents.formats.image import picture  # noqa: PLC0415

    try:
        yield from (one for one in picture(BytesIO(whole)) if not one.picture)
    except UnreadableFileError:
        return


def _tells(data: bytes, *, armoured: bool) -> bool:
    """Whether a picture is a photograph with words beside it; most end their header within its first bytes."""
    if not armoured:
        return data.startswith(b"\xff\xd8") and any(mark in data[:_HEAD] for mark in _MARKS)
    for size in (_HEADER, _HEAD * 5 // 4):
        head = ascii85.beginning(data, size)
        if not head.startswith(b"\xff\xd8"):
            return False
        ended = _header_end(head)
        if ended:
            break
    return any(mark in head[: ended or _HEAD] for mark in _MARKS)


def _header_end(head: bytes) -> int:
    """Where the picture itself begins behind the segments of a JPEG; 0 where ``head`` ends before."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        if head[at + 1] == _SCAN:
            return at
        at += 2 + max(int.from_bytes(head[at + 2 : at + 4], "big"), 2)
    return 0
