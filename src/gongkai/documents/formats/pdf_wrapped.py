"""Identity numbers that a column's or a cell's line breaks, with what stands beside them drawn in between."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple, Protocol

from gongkai.core.privacy.broken import ID_LENGTH, born_plausibly, id_number_holds, may_begin

# What a line ends with may stand behind a label; what the next begins with, before a full stop or words.
_FIRST = re.compile(r"[1-8](?<![0-9A-Za-z.,/\-].)[0-9]{0,16}(?!\S)")
_NEXT = re.compile(r"[0-9Xx](?<!\S.)(?:(?<![Xx])[0-9]{0,16}[Xx]?)(?![0-9A-Za-z]|[.,/\-][0-9])")
_LINES = 4  # that the text of the next column may put between a line and the one below it
_FULL_LINES = 2  # of a number between its first piece and its last
_NARROW = 5  # digits of a line that is full
_BELOW = 8  # digits' widths from a line to the next
_HANDMADE = frozenset({(6, 8, 4), (6, 12), (14, 4), (6, 4, 8)})
_RECEIPTS_SINCE = "2012"  # numbers written below each other so, with a later day in them, are receipts'


class Page(Protocol):
    """Where the characters of a page's text stand."""

    plain: str

    def point(self, at: int) -> tuple[float, float]: ...

    def tilt(self, at: int) -> float: ...


class _Piece(NamedTuple):
    """Digits that may be a part of a number: their line of the text, and from where to where they stand in it."""

    line: int
    start: int
    end: int


def wrapped(page: Page) -> Iterator[list[int]]:
    """The places of the characters of each number whose pieces stand below each other."""
    text = page.plain
    firsts = [match.span() for match in _FIRST.finditer(text)]
    lengths = set(map(len, _NEXT.findall(text))) if firsts else frozenset()
    shapes = {length: _shapes(length, lengths) for length in {end - start for start, end in firsts}}
    starts = [(start, end) for start, end in firsts if shapes[end - start] and may_begin(text[start:end])]
    if not starts:
        return
    lines, found = _Lines(text), []
    for start, end in starts:
        first = [_Piece(lines.number(start), start, end)]
        for pieces in _chains(text, lines, first, shapes[end - start]):
            away = _away(page, pieces)
            if away is not None:
                found.append((away, pieces))
    taken: set[_Piece] = set()
    for _, pieces in sorted(found):  # of two that share a piece the one whose lines are better in place
        if not taken.intersection(pieces):
            taken.update(pieces)
            yield [at for piece in pieces for at in range(piece.start, piece.end)]


def _shapes(first: int, lengths: Set[int]) -> list[tuple[int, ...]]:
    """How long the pieces below a first one of ``first`` digits are, of such ``lengths`` as there are.

    Lines are full but for the first and the last; or a person broke the number where its parts end.
    """
    found = {(ID_LENGTH - first,), *(shape[1:] for shape in _HANDMADE if shape[0] == first)}
    for full in lengths:
        for count in range(1, _FULL_LINES + 1):
            rest = ID_LENGTH - first - full * count
            if full >= max(first, _NARROW) and 0 < rest <= full:
                found.add((*(full,) * count, rest))
    return sorted(shape for shape in found if lengths >= set(shape))


class _Lines:
    """The pieces of a text that a number may go on with, by line and length; found when a line is first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._found: dict[int, dict[int, list[_Piece]]] = {}

    def number(self, at: int) -> int:
        """The line a character is in."""
        return bisect_right(self._starts, at) - 1

    def below(self, line: int, length: int) -> Iterator[_Piece]:
        """Those of the next lines that are so long."""
        for number in range(line + 1, min(line + 1 + _LINES, len(self._starts))):
            if number not in self._found:
                end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
                by_length = self._found[number] = {}
                for match in _NEXT.finditer(self._text, self._starts[number], end):
                    by_length.setdefault(match.end() - match.start(), []).append(_Piece(number, *match.span()))
            yield from self._found[number].get(length, ())


def _chains(
    text: str, lines: _Lines, pieces: list[_Piece], shapes: Sequence[tuple[int, ...]]
) -> Iterator[list[_Piece]]:
    """The pieces that make a whole number together with those below them."""
    digits = "".join(text[piece.start : piece.end] for piece in pieces).upper()
    for length in {shape[0] for shape in shapes if shape}:
        rest = [shape[1:] for shape in shapes if shape and shape[0] == length]
        for piece in lines.below(pieces[-1].line, length):
            whole = digits + text[piece.start : piece.end].upper()
            if len(whole) < ID_LENGTH and may_begin(whole):
                yield from _chains(text, lines, [*pieces, piece], rest)
            elif born_plausibly(whole) and id_number_holds(whole) and not _is_receipt([*pieces, piece], whole):
                yield [*pieces, piece]


def _is_receipt(pieces: Sequence[_Piece], digits: str) -> bool:
    """Whether a place, a day and a serial stand below each other, of which the day is too late for a birthday."""
    lengths = tuple(piece.end - piece.start for piece in pieces)
    return lengths in _HANDMADE and digits[6:10] >= _RECEIPTS_SINCE


def _away(page: Page, pieces: Sequence[_Piece]) -> float | None:
    """How far pieces stand from where they should, each in the line below the one before; ``None``: too far."""
    tilt = page.tilt(pieces[0].start)
    sine, cosine = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))
    spots = []
    for piece in pieces:
        (x, y), (end, top) = page.point(piece.start), page.point(piece.end - 1)
        spots.append((x * cosine + y * sine, end * cosine + top * sine, y * cosine - x * sine))
    width = max((last - left) / max(1, piece.end - piece.start - 1)
                for piece, (left, last, _) in zip(pieces, spots, strict=True))  # fmt: skip
    ways = [_below(above, below, width) for above, below in pairwise(spots)] if width > 0 else [None]
    return None if None in ways else sum(way for way in ways if way is not None)


Spot = tuple[float, float, float]  # where a piece begins and ends along its line, and the height of that


def _below(above: Spot, below: Spot, width: float) -> float | None:
    """How far a piece stands from an edge or the middle of the one above; a new line may begin further left."""
    (left, last, height), (begins, ends, under) = above, below
    away = min(abs(begins - left), abs(ends - last), abs(begins + ends - left - last) / 2)
    if not 0 < height - under <= _BELOW * width or (away > width and begins > left):
        return None
    return away + height - under
