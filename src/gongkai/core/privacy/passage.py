"""The text as the detectors see it: character for character, in plain digits, with its labels at hand."""

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=1)
def _plain() -> dict[str, str]:
    """Decimal digits of all scripts, full-width forms, letters that pass for X, the many dashes and blanks.

    One character always becomes one character, so that positions in the plain text are positions in the original.
    """
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for code in range(128, sys.maxunicode + 1):
        value = unicodedata.decimal(chr(code), None)
        if value is not None:
            table[code] = str(int(value))
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-"))
    table.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), " "))
    table.update(dict.fromkeys(map(ord, "ⅩⅹХхΧχ✕✖"), "X"))
    table.update(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), "\u200b"))
    table.update({ord("﹫"): "@", ord("﹕"): ":", ord("︰"): ":"})
    return {chr(code): put for code, put in table.items()}


def plain(text: str) -> str:
    """``text`` with every digit 0-9, every dash a hyphen, every blank a space; as long as ``text``."""
    if text.isascii():
        return text
    table = _plain()
    for odd in table.keys() & set(text):
        text = text.replace(odd, table[odd])
    return text


_EDGE = " ::\"'“”()()[]【】<>《》、,,.。;;*#№-=　"
_INLINE_LABEL = re.compile(r"[::是为]")
_REACH = 32


class Passage:
    """One text under examination. Cells are separated by tabs, lines by line feeds.

    ``headings`` name the columns of a table row; :meth:`says` asks whether a label stands before a value: in the
    same cell or line, else in the column's heading, else in the cell to the left.
    """

    def __init__(self, text: str, headings: Sequence[str] = ()) -> None:
        self.raw = text
        self.text = plain(text)
        self.headings = headings

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

    def heading(self, start: int) -> str:
        """The heading of the column ``start`` is in; without headings, the short wordy cell to its left."""
        if self.headings:
            column = self.text.count("\t", 0, start)
            return self.headings[column] if column < len(self.headings) else ""
        edge = self.text.rfind("\t", 0, start)
        if edge < 0 or self.text.rfind("\n", edge, start) >= 0:
            return ""
        left = self.text[max(self.text.rfind("\t", 0, edge), self.text.rfind("\n", 0, edge)) + 1 : edge]
        return left if len(left) <= _REACH // 2 and not any(c.isdigit() for c in left) else ""

    def says(self, start: int, label: re.Pattern[str]) -> bool:
        """Whether ``label`` names the value at ``start``. A label beside the value outweighs the heading."""
        before = self.before(start)
        if label.search(before):
            return True
        if _INLINE_LABEL.search(before):
            return False
        return _names(label, self.heading(start))

    def mentions(self, words: re.Pattern[str]) -> bool:
        """Whether the text or a heading holds one of ``words``: cheap to ask before a closer look."""
        return words.search(self.text) is not None or any(_names(words, heading) for heading in self.headings)


@lru_cache(maxsize=8192)
def _names(label: re.Pattern[str], heading: str) -> bool:
    """Whether a heading holds the label; the few headings of a table are asked again for every row."""
    return label.search(heading) is not None


def labelled(words: str) -> re.Pattern[str]:
    """A pattern for "one of these words stands right before": punctuation and a few characters may lie between."""
    return re.compile(rf"(?:{words})[^,,。;;!?!?\d\t\n]{{0,8}}[{re.escape(_EDGE)}]*$", re.IGNORECASE)
