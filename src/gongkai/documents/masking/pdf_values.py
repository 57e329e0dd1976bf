"""What must go from a page of a PDF, where that stands in a text, and what becomes of each of its characters."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_BLANKS = re.compile(r"\s+")
_AROUND = 16  # characters on either side by which a part of a number is told from the same digits elsewhere
_LEAST_AROUND = 4

Place = tuple[int, int]  # a drawing of the canvas, a glyph of it
NOWHERE: Place = (-1, -1)


class Value(NamedTuple):
    """What must go from a page and what is drawn instead, without blanks.

    ``around`` is empty for a value that goes wherever it stands, else what stands before and behind its one place.
    ``points`` are where on the page its characters begin, for a value that no text holds in order.
    """

    text: str
    put: str
    around: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()


def value_at(text: str, edit: tuple[int, int, str], *, only_there: bool = False) -> Value:
    """The value an edit of a page's text speaks of; with ``only_there`` the same digits elsewhere stay."""
    start, end, put = edit
    around: tuple[str, ...] = ()
    if only_there:
        before, behind = text[max(0, start - 4 * _AROUND) : start], text[end : end + 4 * _AROUND]
        around = (_BLANKS.sub("", before)[-_AROUND:], _BLANKS.sub("", behind)[:_AROUND])
    return Value(_BLANKS.sub("", text[start:end]), _BLANKS.sub("", put), around)


def missed(text: str, values: list[Value]) -> list[Value]:
    """The values that the page shows more often than a text has them."""
    return [
        value
        for value, count in Counter(values).items()
        if not value.points and len(found_in(text, value)) < count
    ]


def changed_in(text: str, places: list[Place], values: list[Value]) -> Iterator[tuple[Place, str]]:
    """The glyphs that change and what becomes of them: a star, or nothing."""
    for value in values:
        for at in () if value.points else found_in(text, value):
            for offset in range(len(value.text)):
                put = put_at(value, offset)
                if put is not None and places[at + offset][0] >= 0:
                    yield places[at + offset], put


def put_at(value: Value, offset: int) -> str | None:
    """What stands for a character of a value: a star, nothing (empty), or itself (``None``)."""
    text, put = value.text, value.put
    if len(put) == len(text):
        if put[offset] == text[offset]:
            return None
    elif offset < len(put) and put.startswith(text[: offset + 1]):
        return None
    return "*" if put[offset : offset + 1] == "*" else ""


def found_in(text: str, value: Value) -> list[int]:
    """Where a value stands in a text: everywhere, or where what stands around it agrees best."""
    found, at = [], text.find(value.text) if value.text else -1
    while at >= 0:
        found.append(at)
        at = text.find(value.text, at + len(value.text))
    if not value.around or not found:
        return found
    before, behind = value.around
    scores = {
        at: _alike(text[:at][::-1], before[::-1]) + _alike(text[at + len(value.text) :], behind) for at in found
    }
    best = max(scores.values())
    return [at for at in found if scores[at] == best] if best >= min(_LEAST_AROUND, len(before + behind)) else []


def _alike(text: str, other: str) -> int:
    """How many characters two texts begin alike with."""
    count = 0
    while count < min(len(text), len(other)) and text[count] == other[count]:
        count += 1
    return count
