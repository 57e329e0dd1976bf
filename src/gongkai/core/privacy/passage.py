"""The text as the detectors see it: character for character, in plain digits, with its labels at hand."""

import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from gongkai.core.radicals import RADICALS

_OF_PATTERNS = frozenset({"search", "match", "fullmatch", "finditer", "sub"})


class Late:
    """A pattern that is compiled when it is first asked.

    Compiling all of them takes longer than reading most files; a reader's process pays for those it needs.
    """

    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    sub: Callable[..., str]
    _made: ClassVar[list["Late"]] = []

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags
        Late._made.append(self)

    @classmethod
    def every(cls) -> tuple["Late", ...]:
        """All that were made so far, for a process that has time to compile them before anybody asks."""
        return tuple(cls._made)

    def ready(self) -> None:
        """Compile it now."""
        self.search  # noqa: B018 - asking for it is what compiles

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_PATTERNS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.search, self.match = compiled.search, compiled.match
        self.fullmatch, self.finditer, self.sub = compiled.fullmatch, compiled.finditer, compiled.sub
        return getattr(compiled, name)


_FORMS = {
    **RADICALS,
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"),
    **dict.fromkeys("ⅩⅹХхΧχ✕✖", "X"),
    "﹫": "@",
    "﹕": ":",
    "︰": ":",
}


class _Plain(dict[str, str]):
    """Digits of all scripts, full-width forms, letters that pass for X, radicals, the many dashes and blanks.

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


_RARE = 0x10000  # a class of characters is looked up at once as long as it names none beyond this one by one


class _Odd:
    """The characters that may have another plain form, as a pattern made when it is first asked."""

    @cached_property
    def findall(self) -> Callable[[str], list[str]]:
        every = (one for one in map(chr, range(0x80, _RARE)) if one.isdecimal() or one.isspace())
        odd = "".join(one for one in (*every, *_FORMS) if _PLAIN[one] != one)
        return re.compile(f"[{odd}{chr(_RARE)}-{chr(sys.maxunicode)}]").findall


_ODD = _Odd()


def plain(text: str) -> str:
    """``text`` with every digit 0-9, every dash a hyphen, every blank a space, every radical its character."""
    if text.isascii():
        return text
    for odd in set(_ODD.findall(text)):
        text = text.replace(odd, _PLAIN[odd])
    return text


# Signs that take no room: soft hyphens, marks of direction, joiners, combining strokes, variants, fillers.
_UNSEEN_SIGNS = (
    "\u00ad\u0300-\u036f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84"
    "\x86-\x9f\U000e0000-\U000e01ef"
)
_UNSEEN_ONE, _UNSEEN = Late(f"[{_UNSEEN_SIGNS}]"), Late(f"[{_UNSEEN_SIGNS}]+")  # one is found faster than a run


def squeezed(text: str) -> tuple[str, list[int] | None]:
    """``text`` without what takes no room, and where each of its characters stood; ``None`` where nothing went."""
    if _UNSEEN_ONE.search(text) is None:
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
_SOLID = re.compile(r"[0-9XxOoIl][0-9XxOoIl]{14,}")
_STRETCH = re.compile(r"[0-9(+][0-9 \-.·/+\t()转]{6,}")
_BEYOND = 8
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

    @cached_property
    def solid(self) -> list[tuple[int, int]]:
        """Where 15 digits or more stand together, or what passes for digits."""
        return [match.span() for match in _SOLID.finditer(self.text)]

    @cached_property
    def stretches(self) -> list[tuple[int, int]]:
        """Where seven digits or more may stand with what is written between the digits of a telephone or card."""
        return [match.span() for match in _STRETCH.finditer(self.text)]

    @cached_property
    def _low(self) -> str:
        return self.text.lower()

    def among(self, places: list[tuple[int, int]], pattern: Late, least: int) -> Iterator[re.Match[str]]:
        """The matches of ``pattern`` that lie in places of ``least`` characters or more.

        The same as in the whole text, for a pattern whose every match lies in such a place and which looks no
        further than eight characters behind it: most of a text is in none.
        """
        for start, end in places:
            if end - start >= least:
                for match in pattern.finditer(self.text, start, end + _BEYOND):
                    if match.start() < end:
                        yield match

    def near(self, words: tuple[str, ...], before: int, after: int) -> list[tuple[int, int]]:
        """Where one of ``words`` stands, with so many characters before and after where it begins; in order."""
        found: list[tuple[int, int]] = []
        for start in sorted(self.all_of(words)):
            left = max(0, start - before)
            if found and left <= found[-1][1]:
                left = found.pop()[0]
            found.append((left, start + after))
        return found

    def all_of(self, words: tuple[str, ...]) -> Iterator[int]:
        """Where each of ``words`` begins, wherever it stands."""
        for word in words:
            at = self.text.find(word)
            while at >= 0:
                yield at
                at = self.text.find(word, at + 1)

    def about(self, pattern: Late, words: tuple[str, ...], *, before: int, after: int) -> Iterator[re.Match[str]]:
        """The matches of ``pattern`` about ``words``.

        The same as in the whole text, for a pattern whose every match holds one of them, begins at most ``before``
        characters before it and looks no further than ``after``.
        """
        for start, end in self.near(words, before, after):
            yield from pattern.finditer(self.text, start, end)

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

    def mentions(self, words: tuple[str, ...]) -> bool:
        """Whether the text or a heading holds one of ``words`` (Latin ones in small letters): cheap to ask."""
        for word in words:
            if word in (self._low if word.isascii() else self.text):
                return True
        return bool(self.headings) and _named(words, self.headings)


@lru_cache(maxsize=1024)
def _named(words: tuple[str, ...], headings: tuple[str, ...]) -> bool:
    return any(word in heading.lower() for heading in headings for word in words)


@lru_cache(maxsize=8192)
def _names(label: Late, heading: str) -> bool:
    """Whether a heading or what stands before a value holds the label: the same few are asked again and again."""
    return label.search(heading) is not None


def labelled(words: str) -> Late:
    """A pattern for "one of these words stands right before": punctuation and a few characters may lie between."""
    return Late(rf"(?:{words})[^,,。;;!?!?\d\t\n]{{0,8}}{BESIDE}", re.IGNORECASE)
