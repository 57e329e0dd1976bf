"""Pictures: what the camera wrote beside the picture."""

import io
from collections.abc import Iterator

from PIL import ExifTags, Image, TiffImagePlugin

from gongkai.core.privacy.kinds import Layer
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError

GPS_FOUND = "GPS 拍摄位置"
NO_WORDS = "图片没有文字层,系统不能检查图上的文字"
GPS_TAG = 0x8825
_EXIF_BLOCK = 0x8769
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
    try:
        with Image.open(io.BytesIO(source.read())) as image:
            if image.width * image.height > _PIXELS:
                raise UnreadableFileError("图片尺寸过大:请缩小后重新上传")
            exif, loose = image.getexif(), dict(image.info)
            inner = exif.get_ifd(_EXIF_BLOCK)
            gps = exif.get_ifd(GPS_TAG)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableFileError("图片已损坏,打不开:请重新导出后再上传") from error
    yield Passage(Layer.TEXT, "图片", "", 1, "图片", picture=True, fault=NO_WORDS)
    named: list[tuple[object, object]] = [
        (ExifTags.TAGS.get(tag, tag), value) for tags in (exif, inner) for tag, value in tags.items()
    ]
    named += [(key, value) for key, value in loose.items() if str(key).lower() not in _QUIET]
    for key, value in named:
        if text := _text(value):
            yield Passage(Layer.EXIF, f"图片信息 {key}", text)
    if gps and (2 in gps or 4 in gps):
        yield Passage(Layer.EXIF, "图片信息 GPS", GPS_FOUND)


def _text(value: object) -> str:
    """A field as text; numbers and binary maker notes are none."""
    if isinstance(value, TiffImagePlugin.IFDRational | int | float):
        return ""
    if isinstance(value, bytes):
        body = value[8:] if value[:8] in {b"UNICODE\0", b"ASCII\0\0\0"} else value
        for encoding in ("utf-16-le", "utf-8") if value[:7] == b"UNICODE" else ("utf-8", "gb18030"):
            try:
                text = body.decode(encoding).strip("\0 ")
            except UnicodeDecodeError:
                continue
            return text if text.isprintable() else ""
        return ""
    return str(value).strip("\0 ") if isinstance(value, str) else ""
