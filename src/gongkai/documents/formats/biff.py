"""What an old workbook (XLS) holds besides its cells: its records' strings, whatever the records are for."""

import struct
from collections.abc import Collection, Iterator, Sequence

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.printed import printed
from gongkai.documents.formats.sheet_frame import uncoded

_HEADERS = frozenset({0x14, 0x15})  # HEADER, FOOTER
# Told as cells, rows and names already: SST with what continues it, LABEL, LABELSST, RSTRING, BOUNDSHEET, NOTE.
_TOLD = frozenset({0xFC, 0x3C, 0x204, 0xFD, 0xD6, 0x85, 0x1C, 0x203, 0x27E, 0xBD, 0x201, 0xBE, 0x208, 0xE0})
_LEAST = 7  # a record with fewer bytes spells out nothing
_RUNS_ON = b"\x17"  # in a formula: the text behind it, whose length and width two bytes give
_JOINS = b"\x08"  # in a formula: the two texts before it are put together


def record_passages(data: bytes, shown: Collection[str]) -> Iterator[Passage]:
    """Headers, formulas, links, number formats, rules: every string of the workbook's stream that no cell shows.

    ``shown`` are the texts of the cells, which were told with them.
    """
    for text, attached in shared_texts(data):
        if text and text not in shown:
            yield Passage(Layer.OTHER, Said("没有单元格显示的文字"), text)
        yield from (Passage(Layer.OTHER, Said("没有单元格显示的文字"), one) for one in printed(attached))
    for kind, body in _records(data):
        if len(body) < _LEAST or kind in _TOLD:
            continue
        for text in printed(body):
            yield from _told(text, kind)
        if kind == 0x06 and _JOINS in body:
            yield Passage(Layer.OTHER, Said("公式、链接、格式等"), _texts_of(body))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def shared_texts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each text of the table of shared strings, and what is attached to it (its phonetic guide).

    The table goes on over record after record; it ends where a text is cut off.
    """
    pieces: list[bytes] = []
    for kind, body in _records(data):
        if kind == _TABLE or (pieces and kind == _GOES_ON):
            pieces.append(body)
        elif pieces:
            break
    table = _Table(pieces)
    table.take(8)  # how many texts the cells and the table have
    while len(head := table.take(3)) == 3:
        length, flags = struct.unpack("<HB", head)
        runs = 4 * int.from_bytes(table.take(2), "little") if flags & _RICH else 0
        guide = int.from_bytes(table.take(4), "little") if flags & _GUIDED else 0
        text = table.characters(length, wide=bool(flags & _WIDE))
        table.take(runs)
        yield text, table.take(guide)


_TABLE, _GOES_ON = 0xFC, 0x3C  # SST, CONTINUE
_WIDE, _GUIDED, _RICH = 1, 4, 8


class _Table:
    """The records of the table of shared strings, read on across their borders."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces, self._at = list(pieces), 0

    def take(self, count: int) -> bytes:
        """The next bytes; fewer at the end."""
        found = b""
        while self._pieces and len(found) < count:
            part = self._pieces[0][self._at : self._at + count - len(found)]
            found += part
            self._at += len(part)
            if self._at >= len(self._pieces[0]):
                del self._pieces[0]
                self._at = 0
        return found

    def characters(self, count: int, *, wide: bool) -> str:
        """The next characters. Where a text goes on in the next record, that begins with the width of the rest."""
        text = ""
        while count > 0 and self._pieces:
            size = 2 if wide else 1
            raw = self.take(min(len(self._pieces[0]) - self._at, count * size))
            text += raw.decode("utf-16-le" if wide else "latin-1", errors="replace")
            count -= len(raw) // size
            if count > 0 and (width := self.take(1)):
                wide = bool(width[0] & _WIDE)
        return text


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
