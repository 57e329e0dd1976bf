"""Identity numbers that go on from one paragraph, page or row to the next, where no single passage holds them."""

import re
from collections.abc import Iterator, Sequence

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


class Seams:
    """Remembers how the passages before ended: the text of each layer, the columns of each table."""

    def __init__(self, formats: MaskFormats) -> None:
        self._formats = formats
        self._ends: dict[Layer, str] = {}
        self._table = ""
        self._columns: dict[int, list[str]] = {}

    def findings(self, passage: Passage) -> Iterator[Finding]:
        """The identity numbers that end in ``passage`` and began before it."""
        if passage.table:
            yield from self._down(passage)
        elif passage.text:
            yield from self._on(passage)

    def _on(self, passage: Passage) -> Iterator[Finding]:
        before, text = self._ends.get(passage.layer, ""), passage.text
        joined = text[-_REACH:]
        if before and _BEGINS_WITH_DIGIT.match(text):
            start = plain(squeezed(text[:_REACH])[0])
            whole = f"{before}\n{start}"
            for first, last, digits in split_ids(whole):
                if first < len(before) < last:
                    yield self._finding(digits, passage, Certainty.CERTAIN)
            if len(text) <= _REACH // 4:
                joined = whole[-_REACH:]
        end = plain(squeezed(joined)[0])
        self._ends[passage.layer] = end if _ENDS_IN_DIGIT.search(end) else ""

    def _down(self, passage: Passage) -> Iterator[Finding]:
        if passage.table != self._table:
            self._table, self._columns = passage.table, {}
        columns: dict[int, list[str]] = {}
        for number, cell in enumerate(passage.text.split(CELL_GAP)):
            if not cell or len(cell) > ID_LENGTH:
                continue
            piece = plain(cell.strip())
            if _PIECE.fullmatch(piece):
                pieces = [*self._columns.get(number, ()), piece][-ID_LENGTH:]
                digits, shape = _whole(pieces)
                if digits:
                    grade = Certainty.CERTAIN if shape in _SHAPES else Certainty.LIKELY
                    yield self._finding(digits, passage, grade)
                    pieces = []
                columns[number] = pieces
        self._columns = columns

    def _finding(self, digits: str, passage: Passage, grade: Certainty) -> Finding:
        shown = self._formats.mask(Kind.RESIDENT_ID, digits)
        why = Said("跨段、跨行或跨页书写的公民身份号码,校验位相符")
        found = Finding(Kind.RESIDENT_ID, grade, 0, 0, shown, why, RULES[Kind.RESIDENT_ID])
        return found.at(passage.layer, passage.place)


def _whole(pieces: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """The identity number that the last pieces of a column make, and their lengths; empty where they make none."""
    length, shape = 0, []
    for piece in reversed(pieces):
        length += len(piece)
        shape.append(len(piece))
        if length >= ID_LENGTH:
            break
    if length != ID_LENGTH or len(shape) < 2:
        return "", ()
    digits = "".join(pieces[-len(shape) :])
    holds = digits[:17].isdecimal() and int(digits[6:10]) in _YEARS and id_number_holds(digits)
    return (digits, tuple(reversed(shape))) if holds else ("", ())
