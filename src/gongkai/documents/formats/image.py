"""Pictures: what the camera wrote beside the picture."""

import io
import zipfile
from collections.abc import Iterator

from PIL import ExifTags, Image

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import GPS_FOUND, Passage, Source, UnreadableFileError, fault, foreign
from gongkai.documents.formats.picture_words import captions, texts, wide
from gongkai.documents.formats.printed import printed

_BROKEN = Said("图片已损坏,打不开:请重新导出后再上传")
_BEHIND = Said("图片后面另附有文件(压缩包),没有检查:请用看图软件打开图片,另存后再上传")
NO_WORDS = Said("图片没有文字层,系统不能检查图上的文字")
GPS_TAG = 0x8825
_EXIF_BLOCK = 0x8769
_PHOTOSHOP = 0xED
_TIFF = frozenset({b"II", b"MM"})
_WINDOWS = frozenset({"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"})
_PIXELS = 120_000_000
_QUIET = frozenset(
    {
        "icc_profile",
        "exif",
        "dpi",
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    | {"adobe", "adobe_transform", "gamma", "transparency", "background", "duration", "loop", "version"}
    | {"extension", "compression", "resolution", "photoshop", "interlace", "srgb", "chromaticity", "aspect", "mp"}
)


def picture(source: Source) -> Iterator[Passage]:
    """EXIF fields, texts and the place a picture was taken. Raises :class:`UnreadableFileError`."""
    source.seek(0)
    with foreign(_BROKEN), Image.open(io.BytesIO(source.read())) as image:
        if image.width * image.height > _PIXELS:
            raise UnreadableFileError(Said("图片尺寸过大:请缩小后重新上传"))
        exif, loose = image.getexif(), dict(image.info)
        inner = exif.get_ifd(_EXIF_BLOCK)
        gps = exif.get_ifd(GPS_TAG)
        named: list[tuple[object, object]] = [
            (ExifTags.TAGS.get(tag, tag), value) for tags in (exif, inner) for tag, value in tags.items()
        ]
        big = exif.endian == ">"
    yield Passage(Layer.TEXT, Said("图片"), "", 1, Said("图片"), picture=True, fault=NO_WORDS)
    named += [(key, value) for key, value in loose.items() if str(key).lower() not in _QUIET]
    for key, value in named:
        for text in wide(value) if key in _WINDOWS else texts(value, big_endian=big):
            yield Passage(Layer.EXIF, Said("图片信息 %(key)s", key=key), text)
    source.seek(0)
    data = source.read()
    beside = _beside(data)
    for text in [*captions(data if data[:2] in _TIFF else beside), *printed(beside)]:
        yield Passage(Layer.EXIF, Said("图片附带文字"), text)
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield fault(Said("图片"), _BEHIND)
    if gps and (2 in gps or 4 in gps):
        yield Passage(Layer.EXIF, Said("图片信息 GPS"), GPS_FOUND)


def _beside(data: bytes) -> bytes:
    """Bytes that hold words of people: the segments of Photoshop (IPTC), and what follows the picture."""
    if data.startswith(b"\x89PNG"):
        end = data.rfind(b"IEND")
        return data[end + 8 :] if end > 0 else b""
    if not data.startswith(b"\xff\xd8"):
        return b""
    found, at = [data[data.rfind(b"\xff\xd9") + 2 :] if b"\xff\xd9" in data else b""], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == _PHOTOSHOP:
            found.append(data[at + 4 : at + 2 + length])
        at += 2 + max(length, 2)
    return b"\n\0\0\n".join(found)
