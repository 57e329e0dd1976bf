"""Numbers that a person reads on a PDF page though its text, in the order it is drawn, does not hold them.

Their digits stand alone and are drawn in any order along a line that may be tilted, or downwards; or a line of a
column, or a narrow cell, ends within the number and what stands beside it is drawn in between.
"""

import ctypes
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from gongkai.core.privacy.broken import ID_LENGTH, born_plausibly, id_number_holds
from gongkai.core.privacy.contact import is_mobile
from gongkai.core.privacy.passage import plain
from gongkai.documents.formats.pdf_wrapped import wrapped

Point = tuple[float, float]

# Few digits together and again few, with nothing but blanks between them.
_STREWN = re.compile(r"[0-9](?<![0-9A-Za-z.,/\-].)[0-9]{0,3}(?:\s+[0-9Xx]{1,4}(?!\S)){3,}")
_FEW = re.compile(r"[0-9Xx]+")
_RARE = re.compile("[\U00010000-\U0010ffff]")  # two places each for the engine
_WIDE = "0123456789"
_LONE = 8  # digits that stand alone, from which a page is looked at
_MOBILE_LENGTH = 11
_SAME_LINE = 2.0  # points between the heights of two digits of one line
_AGAIN = 0.35  # of the way to the next digit: the same digit drawn again
_FAR = 2.6  # times the usual way: what follows is something else
_EVEN = 0.25  # of the usual way, by which the ways of a mobile's digits may differ
_BESIDE = 4  # digits that may stand before or behind a number on its line
_UPRIGHT = 1.0  # degrees


class Scattered(NamedTuple):
    """A number as a person reads it, and where on the page each of its characters begins."""

    text: str
    points: tuple[Point, ...]


class _Digit(NamedTuple):
    """A digit: its place in the text, and along and across a line that is tilted as it is."""

    at: int
    along: float
    across: float


class Placed:
    """Where the characters of a page's text stand. ``text`` is what the engine told, uncorrected."""

    def __init__(self, text_page: Any, text: str) -> None:
        self.text = text
        self.plain = plain(text) if any(digit in text for digit in _WIDE) else text
        self._page = text_page
        last = len(text) - 1
        self._even = pdfium_c.FPDFText_GetCharIndexFromTextIndex(text_page, last) == last

    def _index(self, at: int) -> int:
        if self._even:
            return at
        return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._page, at))

    def point(self, at: int) -> Point:
        """Where a character begins on the page."""
        across, up = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self._page, self._index(at), across, up)
        return across.value, up.value

    def tilt(self, at: int) -> float:
        """By how many degrees a character is turned to the left."""
        return -math.degrees(pdfium_c.FPDFText_GetCharAngle(self._page, self._index(at))) % 360

    def number(self, places: Sequence[int]) -> Scattered:
        """The characters at these places as one number."""
        return Scattered("".join(self.text[at] for at in places), tuple(map(self.point, places)))

    def is_read(self, places: Sequence[int]) -> bool:
        """Whether the text holds these characters in this order with nothing but signs between them."""
        between = self.plain[places[0] : places[-1] + 1]
        return [one for one in between if one.isalnum()] == [self.plain[at] for at in places]


def scattered(text_page: Any, text: str) -> Iterator[Scattered]:
    """The numbers that ``text``, what the engine told of a page, does not hold in order. None twice."""
    if not text:
        return
    page = Placed(
        text_page, _RARE.sub("\ufffd\ufffd", text) if len(text.encode("utf-16-le")) > 2 * len(text) else text
    )
    told: set[int] = set()
    for places in (*_lined_up(page), *wrapped(page)):
        if not told.intersection(places) and not page.is_read(places):
            told.update(places)
            yield page.number(places)


def _lined_up(page: Placed) -> Iterator[list[int]]:
    """The places of the characters of numbers whose digits stand one by one on a line."""
    strewn = [match.span() for match in _STREWN.finditer(page.plain)]
    few = [match.span() for start, end in strewn for match in _FEW.finditer(page.plain, start, end)]
    lone = sum(end - start == 1 for start, end in few)
    if lone < _LONE or sum(end - start for start, end in few) < _MOBILE_LENGTH:
        return
    by_tilt: defaultdict[int, list[tuple[int, Point]]] = defaultdict(list)
    for start, end in few:
        tilt = round(page.tilt(start) / _UPRIGHT)
        by_tilt[tilt] += [(at, page.point(at)) for at in range(start, end)]
    for tilt, digits in by_tilt.items():
        turned = [_turned(at, point, tilt * _UPRIGHT) for at, point in digits]
        for line in _lines(turned):
            yield from _numbers(page, line, mobiles=bool(tilt))
        downwards = [_Digit(one.at, -one.across, one.along) for one in turned]
        for line in _lines(downwards):
            yield from _numbers(page, line, mobiles=False)
        yield from (found for line in _slopes(turned) for found in _numbers(page, line, mobiles=True))


def _turned(at: int, point: Point, degrees: float) -> _Digit:
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return _Digit(at, point[0] * cosine + point[1] * sine, point[1] * cosine - point[0] * sine)


def _lines(digits: list[_Digit]) -> Iterator[list[_Digit]]:
    """The digits that stand at one height, in order."""
    line: list[_Digit] = []
    for one in sorted(digits, key=lambda digit: digit.across):
        if line and one.across - line[-1].across > _SAME_LINE:
            yield sorted(line, key=lambda digit: digit.along)
            line = []
        line.append(one)
    yield sorted(line, key=lambda digit: digit.along)


def _slopes(digits: list[_Digit]) -> Iterator[list[_Digit]]:
    """Upright digits each higher or lower than the one before, by as much: a line that climbs or falls."""
    alone = [line[0] for line in _lines(digits) if len(line) == 1]
    lines: list[list[_Digit]] = []
    for one in sorted(alone, key=lambda digit: digit.along):
        best = next((line for line in lines if _goes_on(line, one)), None)
        if best is None:
            lines.append([one])
        else:
            best.append(one)
    return (line for line in lines if len(line) >= _MOBILE_LENGTH)


def _goes_on(line: list[_Digit], one: _Digit) -> bool:
    """Whether a digit stands where the last two of a line lead to."""
    forth, up = one.along - line[-1].along, one.across - line[-1].across
    if len(line) == 1:
        return forth > 0 and abs(up) < 4 * forth and math.hypot(forth, up) < 60
    before, rose = line[-1].along - line[-2].along, line[-1].across - line[-2].across
    turned = abs(forth * rose - up * before) / (math.hypot(forth, up) * math.hypot(before, rose) or 1)
    return forth > 0 and turned < 0.15 and math.hypot(forth, up) < _FAR * math.hypot(before, rose)


def _numbers(page: Placed, line: list[_Digit], *, mobiles: bool) -> Iterator[list[int]]:
    """The numbers on a line of digits."""
    if len(line) < _MOBILE_LENGTH:
        return
    for part in _parts(_once(page, line)):
        digits = "".join(page.plain[one.at] for one in part)
        heads = (digits[:ID_LENGTH], digits[-ID_LENGTH:])
        found = next((one for one in heads if born_plausibly(one) and id_number_holds(one)), "")
        if found and len(part) <= ID_LENGTH + _BESIDE:
            first = digits.index(found)
            yield [one.at for one in part[first : first + ID_LENGTH]]
        elif mobiles and is_mobile(digits) and _even(part):
            yield [one.at for one in part]


def _once(page: Placed, line: list[_Digit]) -> list[_Digit]:
    """A line without the digits that are drawn a second time a little further."""
    usual = max(median([b.along - a.along for a, b in pairwise(line)]), _SAME_LINE)
    kept = line[:1]
    for one in line[1:]:
        if page.plain[one.at] != page.plain[kept[-1].at] or one.along - kept[-1].along > _AGAIN * usual:
            kept.append(one)
    return kept


def _parts(line: list[_Digit]) -> Iterator[list[_Digit]]:
    """A line cut where a gap is wide."""
    usual = median([b.along - a.along for a, b in pairwise(line)]) if len(line) > 1 else 0
    part = line[:1]
    for before, one in pairwise(line):
        if one.along - before.along > _FAR * usual:
            yield part
            part = []
        part.append(one)
    yield part


def _even(part: list[_Digit]) -> bool:
    """Whether the digits of a line stand at equal distances."""
    ways = [b.along - a.along for a, b in pairwise(part)]
    usual = median(ways)
    return all(abs(way - usual) <= _EVEN * usual for way in ways)
