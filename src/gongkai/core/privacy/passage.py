"""The text as the detectors see it: character for character, in plain digits, with its labels at hand."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any


class Late:
    """A pattern that is compiled when it is first asked.

    Compiling all of them takes longer than reading most files; a reader's process pays for those it needs.
    """

    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    sub: Callable[..., str]

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in Late.__annotations__:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.search, self.match = compiled.search, compiled.match
        self.fullmatch, self.finditer, self.sub = compiled.fullmatch, compiled.finditer, compiled.sub
        return getattr(compiled, name)


_FORMS = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"),
    **dict.fromkeys("ⅩⅹХхΧχ✕✖", "X"),
    "﹫": "@",
    "﹕": ":",
    "︰": ":",
}


class _Plain(dict[str, str]):
    """Decimal digits of all scripts, full-width forms, letters that pass for X, the many dashes and blanks.

    One character always becomes one character, so that positions in the plain text are positions in the original.
    A character is looked up when it is first met: the table never holds more than there are characters.
    """

    def __missing__(self, character: str) -> str:
        digit = None if character.isascii() else unicodedata.decimal(character, None)
        if digit is None and unicodedata.category(character) == "Zs":
            digit_or_blank = " "
        else:
            digit_or_blank = _FORMS.get(character, character) if digit is None else str(digit)
        put = self[character] = digit_or_blank
        return put


_PLAIN = _Plain()


def plain(text: str) -> str:
    """``text`` with every digit 0-9, every dash a hyphen, every blank a space; as long as ``text``."""
    if text.isascii():
        return text
    for odd in set(text):
        put = _PLAIN[odd]
        if put != odd:
            text = text.replace(odd, put)
    return text


# Signs that take no room: soft hyphens, marks of direction, joiners, combining strokes, variants, fillers.
_UNSEEN = Late(
    "[\u00ad\u0300-\u036f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84"
    "\x86-\x9f\U000e0000-\U000e01ef]+"
)


def squeezed(text: str) -> tuple[str, list[int] | None]:
    """``text`` without what takes no room, and where each of its characters stood; ``None`` where nothing went."""
    if _UNSEEN.search(text) is None:
        return text, None
    places: list[int] = []
    kept: list[str] = []
    at = 0
    for match in _UNSEEN.finditer(text):
        kept.append(text[at : match.start()])
        places += range(at, match.start())
        at = match.end()
    kept.append(text[at:])
    return "".join(kept), [*places, *range(at, len(text))]


_EDGE = " ::\"'“”()()[]【】<>《》、,,.。;;*#№-=　"
BESIDE = rf"[{re.escape(_EDGE)}]*$"  # what may stand between a label and its value
_INLINE_LABEL = re.compile(r"[::是为]")
_REACH = 32


class Passage:
    """One text under examination. Cells are separated by tabs, lines by line feeds.

    ``headings`` name the columns of a table row; :meth:`says` asks whether a label stands before a value: in the
    same cell or line, else in the column's heading, else in the cell to the left. ``refuted`` are the columns that
    have shown that they hold no identity numbers (:class:`gongkai.core.privacy.receipts.Columns`).
    """

    def __init__(self, text: str, headings: Sequence[str] = (), refuted: Collection[int] = ()) -> None:
        self.raw = text
        self.text = plain(text)
        self.headings = tuple(headings)
        self.refuted = refuted
        self.rows: list[tuple[int, Passage]] = []  # lines that are rows of a printed list, with their beginnings

    def before(self, start: int) -> str:
        """Up to 32 characters before ``start`` in the same cell and line."""
        edge = max(self.text.rfind("\t", 0, start), self.text.rfind("\n", 0, start)) + 1
        return self.text[max(edge, start - _REACH) : start]

    def after(self, end: int) -> str:
        """Up to 32 characters after ``end`` in the same cell and line."""
        return re.split(r"[\t\n]", self.text[end : end + _REACH], maxsplit=1)[0]

    def cell(self, start: int) -> tuple[int, int]:
        """Where the cell (or line) that holds ``start`` begins and ends."""
        begin = max(self.text.rfind("\t", 0, start), self.text.rfind("\n", 0, start)) + 1
        ends = [at for at in (self.text.find("\t", start), self.text.find("\n", start)) if at >= 0]
        return begin, min(ends, default=len(self.text))

    def column(self, start: int) -> int:
        """The number, from 0, of the column ``start`` is in."""
        return self.text.count("\t", 0, start)

    def heading(self, start: int) -> str:
        """The heading of the column ``start`` is in; without headings, the short wordy cell to its left."""
        if self.headings:
            column = self.column(start)
            return self.headings[column] if column < len(self.headings) else ""
        edge = self.text.rfind("\t", 0, start)
        if edge < 0 or self.text.rfind("\n", edge, start) >= 0:
            return ""
        left = self.text[max(self.text.rfind("\t", 0, edge), self.text.rfind("\n", 0, edge)) + 1 : edge]
        return left if len(left) <= _REACH // 2 and not any(c.isdigit() for c in left) else ""

    def as_row(self, start: int) -> "tuple[Passage, int]":
        """The row of a printed list ``start`` is in and where in it; outside of one, this text itself."""
        for begin, row in self.rows:
            if begin <= start < begin + len(row.text):
                return row, start - begin
        return self, start

    def says(self, start: int, label: Late) -> bool:
        """Whether ``label`` names the value at ``start``. A label beside the value outweighs the heading."""
        before = self.before(start)
        if before:
            if _names(label, before):
                return True
            if _INLINE_LABEL.search(before):
                return False
        return _names(label, self.heading(start))

    def says_beside(self, start: int, label: Late) -> bool:
        """Whether ``label`` stands in the same cell or the one to the left; a column's heading is far away."""
        return _names(label, self.before(start)) or (
            not self.headings and not self.before(start).strip() and _names(label, self.heading(start))
        )

    def mentions(self, words: Late) -> bool:
        """Whether the text or a heading holds one of ``words``: cheap to ask before a closer look."""
        return words.search(self.text) is not None or _named(words, self.headings)


@lru_cache(maxsize=1024)
def _named(words: Late, headings: tuple[str, ...]) -> bool:
    return any(words.search(heading) for heading in headings)


@lru_cache(maxsize=8192)
def _names(label: Late, heading: str) -> bool:
    """Whether a heading or what stands before a value holds the label: the same few are asked again and again."""
    return label.search(heading) is not None


def labelled(words: str) -> Late:
    """A pattern for "one of these words stands right before": punctuation and a few characters may lie between."""
    return Late(rf"(?:{words})[^,,。;;!?!?\d\t\n]{{0,8}}{BESIDE}", re.IGNORECASE)
