"""Where on the page each glyph of a content stream is drawn, to tell a number whose digits come in any order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import dist
from statistics import median
from typing import Any

from gongkai.documents.masking.glyphs import Drawing, Glyph, strings_of
from gongkai.documents.masking.pdf_shown import Character
from gongkai.documents.masking.pdf_values import Place, Value, found_in, put_at

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Located = tuple[str, Place, Point]  # what a glyph draws, which it is, and where on the page it begins
_NEAR = 0.4  # points between where the page shows a character and where its glyph is drawn
_TWICE = 0.45  # of the way to the next character: a glyph drawn again beside itself looks bold
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def joined(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does ``first`` and then ``then``."""
    a, b, c, d, e, f = first
    p, q, r, s, x, y = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + x, e * q + f * s + y)


def matrix_of(numbers: Any) -> Matrix:
    """Six operands as a matrix; anything else stays upright."""
    if numbers is None or len(numbers) != len(UPRIGHT):
        return UPRIGHT
    a, b, c, d, e, f = map(float, numbers)
    return (a, b, c, d, e, f)


@dataclass(slots=True)
class _Pen:
    """What the graphics state says about where text goes."""

    page: Matrix
    at: Matrix = UPRIGHT
    line: Matrix = UPRIGHT
    size: float = 1.0
    between: float = 0.0
    words: float = 0.0
    wide: float = 1.0
    lead: float = 0.0
    rise: float = 0.0

    def place(self) -> Point:
        """Where the next glyph begins, on the page."""
        *_, x, y = joined((1.0, 0.0, 0.0, 1.0, 0.0, self.rise), joined(self.at, self.page))
        return x, y

    def forth(self, width: float) -> None:
        """Move along the line by a width in the text's own measure."""
        self.at = joined((1.0, 0.0, 0.0, 1.0, width * self.wide, 0.0), self.at)

    def new_line(self, across: float, up: float) -> None:
        """Begin a line beside the line that was begun last."""
        self.line = self.at = joined((1.0, 0.0, 0.0, 1.0, across, up), self.line)


def _begin(pen: _Pen, _: Any) -> None:
    pen.at = pen.line = UPRIGHT


def _next(pen: _Pen, _: Any) -> None:
    pen.new_line(0.0, -pen.lead)


def _lead(pen: _Pen, numbers: Any) -> None:
    pen.lead = -float(numbers[1])
    pen.new_line(float(numbers[0]), float(numbers[1]))


def _put(pen: _Pen, numbers: Any) -> None:
    pen.line = pen.at = matrix_of(numbers)


def _spaced(pen: _Pen, operands: Any) -> None:
    pen.words, pen.between = float(operands[0]), float(operands[1])
    _next(pen, operands)


def _turned(pen: _Pen, numbers: Any) -> None:
    pen.page = joined(matrix_of(numbers), pen.page)


def _sets(name: str, share: float = 1.0, at: int = 0) -> Callable[[_Pen, Any], None]:
    return lambda pen, numbers: setattr(pen, name, float(numbers[at]) * share)


_MOVES: dict[bytes, Callable[[_Pen, Any], None]] = {
    b"BT": _begin,
    b"T*": _next,
    b"'": _next,
    b'"': _spaced,
    b"TD": _lead,
    b"Td": lambda pen, numbers: pen.new_line(float(numbers[0]), float(numbers[1])),
    b"Tm": _put,
    b"cm": _turned,
    b"Tf": _sets("size", at=1),
    b"Tc": _sets("between"),
    b"Tw": _sets("words"),
    b"Tz": _sets("wide", 0.01),
    b"TL": _sets("lead"),
    b"Ts": _sets("rise"),
}


def places(drawing: Drawing, page: Matrix) -> tuple[list[Point], dict[int, Matrix]]:
    """Where each glyph of a stream begins on the page, and how the page lies where it places a drawing.

    ``page`` is how it lies where the stream begins. Fonts that run downwards are taken to run along the line.
    """
    drawn = {op: list(glyphs) for op, glyphs in groupby(drawing.glyphs, key=lambda glyph: glyph.op)}
    pen, stack = _Pen(page), []
    points: list[Point] = []
    placed: dict[int, Matrix] = {}
    for index, (operands, operator) in enumerate(drawing.operations):
        if operator == b"q":
            stack.append(replace(pen))
        elif operator == b"Q" and stack:
            pen = stack.pop()
        elif operator == b"Do":
            placed[index] = pen.page
        elif operator in _MOVES:
            _MOVES[operator](pen, operands)
        if index in drawing.states and operator != b"Do":
            points += _written(pen, strings_of(operands, operator), drawn.get(index, []))
    return points, placed


def _written(pen: _Pen, strings: list[bytes | float], glyphs: list[Glyph]) -> list[Point]:
    """Where the glyphs of one operation begin; the pen goes on."""
    points: list[Point] = []
    pieces = {piece: list(those) for piece, those in groupby(glyphs, key=lambda glyph: glyph.piece)}
    for piece, string in enumerate(strings):
        if not isinstance(string, bytes):
            pen.forth(-string / 1000 * pen.size)
            continue
        for glyph in pieces.get(piece, []):
            points.append(pen.place())
            blank = string[glyph.start : glyph.end] == b" "
            pen.forth(glyph.width / 1000 * pen.size + pen.between + (pen.words if blank else 0.0))
    return points


def by_place(
    glyphs: Iterable[Located], characters: Sequence[Character], value: Value
) -> Iterator[tuple[Place, str]]:
    """The glyphs that change, and into what, where the page shows a value that is drawn in any order.

    A value is changed whole or not at all: with a part of it gone, nothing would know what is left for a number.
    """
    drawn = _by_character(glyphs)
    for at in found_in("".join(character for character, _, _ in characters), value):
        yield from _held(drawn, characters[at : at + len(value.text)], value)


def at_points(glyphs: Iterable[Located], value: Value) -> list[tuple[Place, str]]:
    """The same for a value that says where its characters begin; none where one of them is not drawn there."""
    shown = [(character, *point) for character, point in zip(value.text, value.points, strict=True)]
    return list(_held(_by_character(glyphs), shown, value))


def _by_character(glyphs: Iterable[Located]) -> dict[str, list[tuple[Place, Point]]]:
    drawn: dict[str, list[tuple[Place, Point]]] = {}
    for character, place, point in glyphs:
        drawn.setdefault(character, []).append((place, point))
    return drawn


def _held(
    drawn: dict[str, list[tuple[Place, Point]]], shown: Sequence[Character], value: Value
) -> Iterator[tuple[Place, str]]:
    ways = [dist(a[1:], b[1:]) for a, b in pairwise(shown)]
    reach = max(_NEAR, _TWICE * median(ways or [0.0]))
    puts = [(one, put_at(value, offset)) for offset, one in enumerate(shown)]
    held = [(_near(drawn.get(one[0], ()), one[1:], reach), put) for one, put in puts if put is not None]
    if all(those for those, _ in held):
        yield from ((place, put) for those, put in held for place in those)


def _near(glyphs: Iterable[tuple[Place, Point]], point: Point, reach: float) -> list[Place]:
    """The glyphs within ``reach`` of a point; none where not one of them is at it."""
    far = [(dist(point, other), place) for place, other in glyphs]
    return [place for away, place in far if away <= reach] if any(away <= _NEAR for away, _ in far) else []
