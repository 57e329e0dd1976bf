"""The words in a picture's fields, in the encodings that cameras and programs write them in."""

import html
import re
from collections.abc import Iterator

_UNICODE, _ASCII = b"UNICODE\0", b"ASCII\0\0\0"
_PACKET = re.compile(r"<(?:\?xpacket|x:xmpmeta|rdf:RDF)")
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_RAW = re.compile(r"^\s*[A-Za-z0-9 ]{1,20}\n\s*\d+\n([0-9a-fA-F\s]+)$")
_RECORD = re.compile(rb"\x1c[\x02\x03].([\0-\x7f].)", re.DOTALL)
_READABLE = re.compile(r"[\x20-\x7e一-龥]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_SHORTEST = 4  # characters of a caption; points of a picture look like shorter ones
_MOST_ODD = 0.1  # of a field's characters; binary notes of a camera have more


def texts(value: object, *, big_endian: bool = False) -> Iterator[str]:
    """The texts of a field: one, or of an XMP packet its words and then its attributes.

    Numbers and binary notes of a maker are none. ``big_endian`` is the order of the file's numbers, which in most
    programs that of a remark in two bytes follows.
    """
    if isinstance(value, bytes):
        text = _bytes(value, big_endian=big_endian)
    elif isinstance(value, str):
        text = _recoded(value)
    else:
        return
    text = text.strip("\0 \n")
    raw = _RAW.match(text)
    if raw is not None:  # a block that a PNG keeps in hexadecimal figures
        figures = "".join(raw.group(1).split())
        data = bytes.fromhex(figures[: len(figures) & ~1])
        yield from captions(data)
        yield from texts(data)
    elif _PACKET.search(text):
        yield html.unescape(re.sub(r"\n\s*", "\n", _TAG.sub("\n", text))).strip()
        yield from (html.unescape(one or other) for one, other in _ATTRIBUTE.findall(text))
    elif text:
        yield text


def wide(value: object) -> Iterator[str]:
    """The text of a field of Windows (标题, 备注, 标记): UTF-16 in bytes."""
    text = value.decode("utf-16-le", errors="replace").strip("\0 ") if isinstance(value, bytes) else ""
    if text:
        yield text


def captions(data: bytes) -> Iterator[str]:
    """The records of IPTC (标题, 作者, 说明) in bytes that hold some: marker, number, length, text."""
    for match in _RECORD.finditer(data):
        length = int.from_bytes(match.group(1), "big")
        text = _plain_bytes(data[match.end() : match.end() + length])
        if len(text) >= _SHORTEST:
            yield text


def _bytes(value: bytes, *, big_endian: bool) -> str:
    if not value.startswith(_UNICODE):
        return _plain_bytes(value.removeprefix(_ASCII))
    body = value[len(_UNICODE) :]
    orders = ("utf-16-be", "utf-16-le") if big_endian else ("utf-16-le", "utf-16-be")
    return max(
        (body.decode(one, errors="replace") for one in orders), key=lambda text: len(_READABLE.findall(text))
    )


def _plain_bytes(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = value.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = len(_CONTROL.findall(text))
        return _CONTROL.sub("", text) if odd <= len(text) * _MOST_ODD else ""
    return ""


def _recoded(value: str) -> str:
    """A field that is ASCII by its standard and was read as Latin letters: Chinese programs write others there."""
    if value.isascii():
        return value
    try:
        return _plain_bytes(value.encode("latin-1")) or value
    except UnicodeEncodeError:
        return value
