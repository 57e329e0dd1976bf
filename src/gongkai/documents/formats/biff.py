"""What an old workbook (XLS) holds besides its cells: its records' strings, whatever the records are for."""

import struct
from collections.abc import Iterator
from typing import Any

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.printed import printed
from gongkai.documents.formats.sheet_frame import uncoded

_HEADERS = frozenset({0x14, 0x15})  # HEADER, FOOTER
_STREAMS = ("Workbook", "Book")
# Told as cells, rows and names already: SST with what continues it, LABEL, LABELSST, RSTRING, BOUNDSHEET, NOTE.
_TOLD = frozenset({0xFC, 0x3C, 0x204, 0xFD, 0xD6, 0x85, 0x1C, 0x203, 0x27E, 0xBD, 0x201, 0xBE, 0x208, 0xE0})
_LEAST = 7  # a record with fewer bytes spells out nothing
_RUNS_ON = b"\x17"  # in a formula: the text behind it, whose length and width two bytes give
_JOINS = b"\x08"  # in a formula: the two texts before it are put together


def record_passages(holder: Any) -> Iterator[Passage]:
    """Headers, formulas, links, number formats, rules: every string of a record that is no cell's text."""
    stream = next(filter(None, map(holder.get_named_stream, _STREAMS)), b"")
    data, at = bytes(stream), 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + length]
        at += 4 + length
        if length < _LEAST or kind in _TOLD:
            continue
        for text in printed(body):
            yield from _told(text, kind)
        if kind == 0x06 and _JOINS in body:
            yield Passage(Layer.OTHER, Said("公式、链接、格式等"), _texts_of(body))


def _told(text: str, kind: int) -> Iterator[Passage]:
    if kind in _HEADERS:
        for section, _ in uncoded(text):
            yield Passage(Layer.HEADER_FOOTER, Said("页眉页脚"), section)
    else:
        yield Passage(Layer.OTHER, Said("公式、链接、格式等"), text)


def _texts_of(body: bytes) -> str:
    """The texts of a formula one behind the other, as it puts them together."""
    found, at = [], body.find(_RUNS_ON)
    while 0 <= at < len(body) - 2:
        length, wide = body[at + 1], body[at + 2] & 1
        raw = body[at + 3 : at + 3 + length * (2 if wide else 1)]
        found.append(raw.decode("utf-16-le" if wide else "latin-1", errors="ignore"))
        at = body.find(_RUNS_ON, at + 3 + len(raw))
    return "".join(found)
