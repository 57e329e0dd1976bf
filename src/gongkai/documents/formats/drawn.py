"""The words in pictures made of drawing commands (EMF, WMF), which may be drawn letter by letter."""

import struct
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

_EMF_MARK, _WMF_PLACED, _WMF_HEADS = b" EMF", b"\xd7\xcd\xc6\x9a", (b"\1\0\x09\0", b"\2\0\x09\0")
# [MS-EMF] 2.3.5: what draws text, and whether in two bytes a character.
_TEXT_OUT = {83: False, 84: True}
_POLY_TEXT_OUT = {96: False, 97: True}
_SMALL_TEXT_OUT, _COMMENT = 108, 70
_NO_RECTANGLE, _NARROW = 0x100, 0x200
_PLUS, _PLUS_STRING, _PLUS_DRIVER_STRING = b"EMF+", 0x401C, 0x4036
# [MS-WMF] 2.3.3.
_WMF_TEXT, _WMF_EXTENDED = 0x0521, 0x0A32
_CLIPPED = 0x6
_RECORDS = 400_000
_FAR = 1e9


_WIDE_GAP = 1.9  # times the usual step from letter to letter: what follows is another word


class _Lines:
    """What was drawn, by the height it stands at."""

    def __init__(self) -> None:
        self._found: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)

    def add(self, left: float, height: float, text: str) -> None:
        """Note a piece of text and where it stands."""
        if text := text.replace("\0", ""):
            self._found[round(height) if abs(height) < _FAR else 0].append((left, text))  # may be no number at all

    def __iter__(self) -> Iterator[str]:
        return (_joined(sorted(pieces, key=lambda piece: piece[0])) for pieces in self._found.values())


def _joined(pieces: list[tuple[float, str]]) -> str:
    """Pieces of a line: single letters together, but for wide gaps; longer pieces apart."""
    steps = sorted(b[0] - a[0] for a, b in pairwise(pieces) if len(a[1]) == len(b[1]) == 1)
    usual = steps[len(steps) // 2] if steps else 0
    line = pieces[0][1]
    for (left, before), (at, text) in pairwise(pieces):
        letters = len(before) == len(text) == 1 and at - left <= max(usual, 0) * _WIDE_GAP
        line += text if letters else f" {text}"
    return line


def words(data: bytes) -> Iterator[str]:
    """The lines of a drawn picture, letters that stand at one height together; none for anything else."""
    lines = _Lines()
    try:
        if data[40:44] == _EMF_MARK:
            _emf(data, lines)
        elif data.startswith(_WMF_PLACED):
            _wmf(data, 22 + 18, lines)
        elif data.startswith(_WMF_HEADS):
            _wmf(data, 18, lines)
    except struct.error:
        pass  # cut off: what was read so far is told
    yield from (line for line in lines if line.strip())


def _emf(data: bytes, lines: _Lines) -> None:
    at = 0
    for _ in range(_RECORDS):
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8:
            return
        record = data[at : at + size]
        if kind in _TEXT_OUT:
            _text(record, 36, lines, wide=_TEXT_OUT[kind])
        elif kind in _POLY_TEXT_OUT:
            for number in range(min(struct.unpack_from("<I", record, 36)[0], size // 40)):
                _text(record, 40 + 40 * number, lines, wide=_POLY_TEXT_OUT[kind])
        elif kind == _SMALL_TEXT_OUT:
            _small_text(record, lines)
        elif kind == _COMMENT and record[12:16] == _PLUS:
            _plus(record[16:], lines)
        at += size


def _text(record: bytes, at: int, lines: _Lines, *, wide: bool) -> None:
    """An EmrText: where it stands, how many characters, where in the record they are."""
    left, height, count, offset = struct.unpack_from("<iiII", record, at)
    lines.add(left, height, _decoded(record, offset, count, wide=wide))


def _small_text(record: bytes, lines: _Lines) -> None:
    left, height, count, options = struct.unpack_from("<iiII", record, 8)
    start = 36 if options & _NO_RECTANGLE else 52
    lines.add(left, height, _decoded(record, start, count, wide=not options & _NARROW))


def _plus(data: bytes, lines: _Lines) -> None:
    """The records of EMF+ in a comment; a comment may hold several."""
    at = 0
    while at + 12 <= len(data):
        kind, _, size, _ = struct.unpack_from("<HHII", data, at)
        if kind == _PLUS_STRING:
            count, left, height = struct.unpack_from("<Iff", data, at + 20)
            lines.add(left, height, _decoded(data, at + 40, count, wide=True))
        elif kind == _PLUS_DRIVER_STRING:
            count = struct.unpack_from("<I", data, at + 24)[0]
            left, height = struct.unpack_from("<ff", data, at + 28 + 2 * count)
            lines.add(left, height, _decoded(data, at + 28, count, wide=True))
        at += max(size, 12)


def _wmf(data: bytes, at: int, lines: _Lines) -> None:
    for _ in range(_RECORDS):
        size, kind = struct.unpack_from("<IH", data, at)
        if size < 3:
            return
        if kind == _WMF_EXTENDED:
            height, left, count, options = struct.unpack_from("<hhHH", data, at + 6)
            lines.add(left, height, _decoded(data, at + (22 if options & _CLIPPED else 14), count, wide=False))
        elif kind == _WMF_TEXT:
            count = struct.unpack_from("<H", data, at + 6)[0]
            height, left = struct.unpack_from("<hh", data, at + 8 + count + count % 2)
            lines.add(left, height, _decoded(data, at + 8, count, wide=False))
        at += size * 2


def _decoded(data: bytes, start: int, count: int, *, wide: bool) -> str:
    raw = data[start : start + count * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "gb18030", errors="replace")
