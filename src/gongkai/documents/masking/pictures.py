"""Taking out of a picture what is written beside its points."""

import io

from PIL import Image, ImageSequence, TiffImagePlugin

from gongkai.core.said import Said
from gongkai.documents.formats.passages import foreign

_BROKEN = Said("图片不能清除附带信息:请在看图软件中另存为 JPG 或 PNG 后重新上传")
_ORIENTATION = 0x0112
_JPEG_TEXT = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED)})  # EXIF/XMP, IPTC, comment, makers' own
_PNG_TEXT = frozenset({b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME"})
_WEBP_TEXT = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x0C  # in the head: that one of these follows
_GIF_ENDS, _GIF_EXTENDS, _GIF_DRAWS = 0x3B, 0x21, 0x2C
_GIF_CONTROL, _GIF_PROGRAM = 0xF9, 0xFF
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOSSLESS = frozenset({"group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "packbits"})


def stripped(data: bytes) -> bytes:
    """A picture without metadata, every page of it; a JPEG keeps which side is up. Points are not touched.

    Raises :class:`UnreadableFileError` for one that is broken.
    """
    with foreign(_BROKEN):
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG"):
            return _png(data)
        if data.startswith(b"GIF8"):
            return _gif(data)
        return _webp(data) if data[8:12] == b"WEBP" else _anew(data)


def _jpeg(data: bytes) -> bytes:
    kept, at = [b"\xff\xd8", _upright(data)], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] not in _JPEG_TEXT:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    end = data.rfind(b"\xff\xd9")  # what is appended behind the picture goes too
    kept.append(data[at : end + 2] if end > at else data[at:])
    return b"".join(kept)


def _upright(data: bytes) -> bytes:
    """A minimal EXIF segment that keeps the orientation, or nothing."""
    with Image.open(io.BytesIO(data)) as image:
        turn = image.getexif().get(_ORIENTATION)
    if not turn or turn == 1:
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turn
    body = exif.tobytes()
    body = body if body.startswith(b"Exif\0\0") else b"Exif\0\0" + body
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in _PNG_TEXT:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if data[at - 8 - length : at - 4 - length] == b"IEND" or kept[-1][4:8] == b"IEND":
            break
    return b"".join(kept)


def _webp(data: bytes) -> bytes:
    kept, at = [], 12
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + length + length % 2]
        if chunk[:4] == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if chunk[:4] not in _WEBP_TEXT:
            kept.append(chunk)
        at += len(chunk)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while at < len(data) and data[at] != _GIF_ENDS:
        start = at
        if data[at] == _GIF_DRAWS:
            at = _after_blocks(data, at + 10 + _colours(data[at + 9]) + 1)
            stays = True
        elif data[at] == _GIF_EXTENDS:
            stays = data[at + 1] == _GIF_CONTROL
            stays |= data[at + 1] == _GIF_PROGRAM and data[at + 3 : at + 14] in _GIF_LOOPS
            at = _after_blocks(data, at + 2)
        else:
            raise ValueError(data[at])
        if stays:
            kept.append(data[start:at])
    return b"".join([*kept, bytes([_GIF_ENDS])])


def _colours(flags: int) -> int:
    """The bytes of the table of colours that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _anew(data: bytes) -> bytes:
    """A TIFF written anew page by page, packed as it was where that loses nothing."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image, TiffImagePlugin.AppendingTiffWriter(target) as pages:
        for frame in ImageSequence.Iterator(image):
            dpi, packed = frame.info.get("dpi"), str(frame.info.get("compression"))
            page = frame.copy()
            page.info.clear()
            facts = {"compression": packed if packed in _LOSSLESS else "tiff_adobe_deflate"}
            page.save(pages, format="TIFF", **facts, **({"dpi": dpi} if dpi else {}))
            pages.newFrame()
    return target.getvalue()
