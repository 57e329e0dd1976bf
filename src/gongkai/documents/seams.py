"""Identity numbers that go on from one paragraph, page or row to the next, where no single passage holds them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gongkai.core.privacy import RULES, Certainty, Finding, Kind, Layer, MaskFormats
from gongkai.core.privacy.broken import ID_LENGTH, id_number_holds, split_ids
from gongkai.core.privacy.passage import plain, squeezed
from gongkai.core.said import Said
from gongkai.documents.formats.passages import CELL_GAP, Passage

_REACH = 120  # characters at an end of a passage that are kept for the next
_ENDS_IN_DIGIT = re.compile(r"\d[\s\-_·/*,、:;~|()\[\]]*$")
_BEGINS_WITH_DIGIT = re.compile(r"[\s\-_·/*,、:;~|()\[\]]*[\dXx]")
_PIECE = re.compile(r"\d{1,16}[\dXx]?|[Xx]")
_SHAPES = frozenset({(6, 8, 4), (6, 12), (14, 4), (6, 4, 8), (1,) * ID_LENGTH})
_YEARS = range(1900, 2036)
_DIGITS = frozenset("0123456789Xx")

Mark = tuple[int, int]  # the turn of a passage, and a position in its text


@dataclass(frozen=True, slots=True)
class Parted:
    """An identity number in parts: its characters, how sure it is, and where each of the characters stands."""

    digits: str
    certainty: Certainty
    marks: Sequence[Mark]


class _End(NamedTuple):
    """How a passage ended: its last characters in plain digits, and where each of them stands."""

    text: str
    marks: list[Mark]


class _Piece(NamedTuple):
    """A cell that may be part of a number: its characters and where the first of them stands."""

    text: str
    turn: int
    start: int


class Seams:
    """Remembers how the passages before ended: the text of each layer, the columns of each table."""

    def __init__(self, formats: MaskFormats) -> None:
        self._formats = formats
        self._ends: dict[Layer, _End] = {}
        self._table = ""
        self._columns: dict[int, list[_Piece]] = {}

    def findings(self, passage: Passage) -> Iterator[Finding]:
        """The identity numbers that end in ``passage`` and began before it."""
        for number in self.numbers(passage):
            shown = self._formats.mask(Kind.RESIDENT_ID, number.digits)
            why = Said("跨段、跨行或跨页书写的公民身份号码,校验位相符")
            found = Finding(Kind.RESIDENT_ID, number.certainty, 0, 0, shown, why, RULES[Kind.RESIDENT_ID])
            yield found.at(passage.layer, passage.place)

    def numbers(self, passage: Passage, turn: int = 0) -> Iterator[Parted]:
        """The same with the places of their characters; ``turn`` is what the marks call this passage by."""
        if passage.table:
            yield from self._down(passage, turn)
        elif passage.text:
            yield from self._on(passage, turn)

    def _on(self, passage: Passage, turn: int) -> Iterator[Parted]:
        before, text = self._ends.get(passage.layer), passage.text
        end: _End | None = None
        if before is not None and _BEGINS_WITH_DIGIT.match(text):
            start = _seen(text, turn, 0, min(len(text), _REACH))
            whole = f"{before.text}\n{start.text}"
            marks = [*before.marks, (turn, -1), *start.marks]
            for first, last, digits in split_ids(whole):
                if first < len(before.text) < last:
                    held = [marks[at] for at in range(first, last) if whole[at] in _DIGITS]
                    yield Parted(digits, Certainty.CERTAIN, held)
            if len(text) <= _REACH // 4:
                end = _End(whole[-_REACH:], marks[-_REACH:])
        end = end or _seen(text, turn, max(0, len(text) - _REACH), len(text))
        if _ENDS_IN_DIGIT.search(end.text):
            self._ends[passage.layer] = end
        else:
            self._ends.pop(passage.layer, None)

    def _down(self, passage: Passage, turn: int) -> Iterator[Parted]:
        if passage.table != self._table:
            self._table, self._columns = passage.table, {}
        columns: dict[int, list[_Piece]] = {}
        at = 0
        for number, cell in enumerate(passage.text.split(CELL_GAP)):
            at += len(cell) + 1
            if not cell or len(cell) > ID_LENGTH:
                continue
            piece = plain(cell.strip())
            if _PIECE.fullmatch(piece):
                start = at - 1 - len(cell.lstrip())
                pieces = [*self._columns.get(number, ()), _Piece(piece, turn, start)][-ID_LENGTH:]
                found = _whole(pieces)
                if found is not None:
                    yield found
                    pieces = []
                columns[number] = pieces
        self._columns = columns


def _seen(text: str, turn: int, first: int, last: int) -> _End:
    """A stretch of a passage's text as the detectors see it, with where its characters stand."""
    seen, places = squeezed(text[first:last])
    kept = range(len(seen)) if places is None else places
    return _End(plain(seen), [(turn, first + at) for at in kept])


def _whole(pieces: Sequence[_Piece]) -> Parted | None:
    """The identity number that the last pieces of a column make, if they make one."""
    length, shape = 0, []
    for piece in reversed(pieces):
        length += len(piece.text)
        shape.append(len(piece.text))
        if length >= ID_LENGTH:
            break
    if length != ID_LENGTH or len(shape) < 2:
        return None
    held = pieces[-len(shape) :]
    digits = "".join(piece.text for piece in held)
    if not (digits[:17].isdecimal() and int(digits[6:10]) in _YEARS and id_number_holds(digits)):
        return None
    grade = Certainty.CERTAIN if tuple(reversed(shape)) in _SHAPES else Certainty.LIKELY
    marks = [(piece.turn, piece.start + at) for piece in held for at in range(len(piece.text))]
    return Parted(digits, grade, marks)
