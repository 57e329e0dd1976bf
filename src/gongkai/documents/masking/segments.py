"""Cutting a large XML part into its rows or strings without holding it whole."""

import re
from collections.abc import Iterator
from typing import IO

from gongkai.core.said import Said
from gongkai.documents.formats.passages import UnreadableFileError

_CHUNK = 1 << 20
_TAG = 128  # no opening tag of a row or string is cut by keeping this many bytes back


def segments(stream: IO[bytes], tag: bytes) -> Iterator[tuple[bool, bytes]]:
    """The bytes of an XML part cut into elements ``tag`` (true) and what lies between (false), in order.

    Raises :class:`UnreadableFileError` when an element does not end.
    """
    opening = re.compile(rb"<(?:[A-Za-z0-9_]+:)?" + tag + rb"(?=[\s/>])")
    closing = re.compile(rb"</(?:[A-Za-z0-9_]+:)?" + tag + rb"\s*>")
    data, at, ended = b"", 0, False
    while True:
        start = opening.search(data, at)
        end = _end_of(data, start.start(), closing) if start else None
        if start is not None and end is not None:
            if start.start() > at:
                yield False, data[at : start.start()]
            yield True, data[start.start() : end]
            at = end
            continue
        if ended:
            break
        if start is None and len(data) - at > _TAG:
            yield False, data[at:-_TAG]
            at = len(data) - _TAG
        chunk = stream.read(_CHUNK)
        ended = not chunk
        data, at = data[at:] + chunk, 0
    if start is not None:
        raise UnreadableFileError(Said("工作表结构已损坏:请用原软件重新保存后再上传"))
    if at < len(data):
        yield False, data[at:]


def _end_of(data: bytes, start: int, closing: re.Pattern[bytes]) -> int | None:
    """Where the element that begins at ``start`` ends, or ``None`` when that is not in ``data`` yet."""
    head = data.find(b">", start)
    if head < 0:
        return None
    if data[head - 1 : head] == b"/":
        return head + 1
    found = closing.search(data, head)
    return found.end() if found else None
