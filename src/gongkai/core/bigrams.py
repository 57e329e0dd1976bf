"""Search without a dictionary: every place of a text is a token, so nothing can be missed.

A text is *folded* character by character (width, case, accents, look-alikes, invisible marks) into runs of
letters and digits with one space between runs. At every place of a run stands one *gram*: two characters where
the run reads Chinese, up to four where it reads digits or Latin letters, shorter only at the end of the run. A
folded word is then a phrase of consecutive grams whose last one may be a prefix, and the phrase matches exactly
where the word stands in the folded text: one, two or fifty characters, inside a word or over a bracket.
``docs/algorithms/search.md`` proves it; the tests hold it against a substring scan.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from gongkai.core.radicals import RADICALS

VERSION = f"2.{unicodedata.unidata_version}"
"""Names the folding and the grams; an index made under another name cannot be searched with this one."""

QUERY_LENGTH = 1000
QUERY_WORDS = 20
PIECE = "¶"
"""Stands between pieces that no phrase may bridge (two pages of a file); folding never yields it."""

# Radicals that PDF files carry in place of the character; circles typed for 〇.
_LOOKALIKES = {**RADICALS, "○": "〇", "◯": "〇"}
_MARKS = {"Mn", "Me", "Cf"}  # accents, variation selectors, zero-width marks: absent from the folded text
_WORD = ("L", "N", "Mc", "Co")  # Co: rare names are still kept in private-use code points on older machines
_IDEOGRAPHS = range(0x20000, 0x40000)  # planes 2 and 3 hold ideographs only, also those newer than our tables

_GRAM = re.compile(r"(?=([^\x00-\x7f][^ ]?|[0-9a-z]{4}|[0-9a-z]{1,3}[^\x00-\x7f]?))")
_OPEN, _CLOSE = '"＂“「『', '"＂”」』'
_TERM = re.compile(
    rf"(?:(?<!\S)(?P<minus>[-－−]))?"
    rf"(?:[{_OPEN}](?P<quoted>[^{_OPEN}{_CLOSE}]*)[{_CLOSE}]|(?P<word>[^\s{_OPEN}{_CLOSE}]+))"
)
_WRAP = re.compile(r"(?m)^([^\t\n]{8,})\r?\n(?=[^\s])")
_CHINESE = re.compile("[〇㐀-鿿豈-\ufaff\U00020000-\U0003ffff]")


class _Folding(dict[int, str]):
    """Code point → what it becomes: nothing, a space (a separator) or word characters. Filled as needed."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code), code)
        return found


def _folded(char: str, code: int) -> str:
    if unicodedata.category(char) == "Cn" and code in _IDEOGRAPHS:
        return char
    text = _LOOKALIKES.get(char, char)
    for _ in range(2):  # the second time for the few whose lower case decomposes again
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in _MARKS)
        text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if unicodedata.category(c).startswith(_WORD) else " " for c in text)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The runs of ``text``, one space between two. Folding twice changes nothing more.

    Characters fold one by one, so a part of a text folds to a part of its folded text.
    """
    return " ".join(text.translate(_FOLDING).split())


def compact(text: str) -> str:
    """``text`` folded without its separators: 安政办〔2018〕117号 whatever its brackets."""
    return fold(text).replace(" ", "")


def grams(text: str) -> str:
    """The tokens of ``text`` in order, separated by spaces, as the index keeps them."""
    return " ".join(_GRAM.findall(fold(text)))


def pieces(texts: Iterable[str]) -> str:
    """The tokens of several texts that no phrase may bridge."""
    return f" {PIECE} ".join(grams(text) for text in texts if text)


def unwrapped(text: str) -> str:
    """``text`` of a laid-out page with the breaks of its wrapped lines removed.

    A break is taken for wrapping when the line before it has at least eight characters and no tab, and either
    side of the break is Chinese; table rows, short lines and paragraphs stay apart.
    """

    def joined(match: re.Match[str]) -> str:
        line, following = match[1].rstrip(), text[match.end()]
        return line if _CHINESE.match(line[-1:]) or _CHINESE.match(following) else match[0]

    return _WRAP.sub(joined, text)


def phrase(word: str) -> str:
    """The FTS5 phrase that matches exactly the texts whose folded form contains the folded ``word``.

    ``word`` is folded. All characters of the phrase are letters, digits and spaces. Raises ``ValueError`` for an
    empty word.
    """
    found, start = list(_GRAM.finditer(word)), word.rfind(" ") + 1
    # From here on what follows in the text is unknown; the last gram of a word is always such a one.
    open_at = min(n for n, gram in enumerate(found) if gram.start() >= start and not _complete(gram[1]))
    known = [gram[1] for gram in found[:open_at]]
    covered = max((gram.end(1) for gram in found[:open_at]), default=0)
    if covered == len(word):  # nothing is left to ask for
        return f'"{" ".join(known)}"'
    return f'"{" ".join([*known, found[open_at][1]])}" *'


def _complete(token: str) -> bool:
    """Whether a longer run could not have given a longer gram at this place."""
    if token[0].isascii():
        return len(token) == 4 or not token[-1].isascii()
    return len(token) == 2


@dataclass(frozen=True)
class Word:
    """One thing asked for: as typed, and folded."""

    shown: str
    folded: str


@dataclass(frozen=True)
class Query:
    """What a reader asked: every one of ``words``, none of ``without``. ``is_cut``: the text was too long."""

    words: tuple[Word, ...]
    without: tuple[Word, ...]
    is_cut: bool

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The folded words, longest first, for marking."""
        return tuple(sorted((w.folded for w in self.words), key=len, reverse=True))


def parse(text: str) -> Query:
    """Read a query: words between spaces, ``"…"`` around a text with spaces, ``-词`` for what must be absent.

    Nothing is an error; what has no letter or digit in it is passed over. Only the first 1 000 characters and
    20 words are read, and ``is_cut`` says so.
    """
    wanted: dict[str, Word] = {}
    unwanted: dict[str, Word] = {}
    is_cut = len(text) > QUERY_LENGTH
    for match in _TERM.finditer(text[:QUERY_LENGTH]):
        shown = match["word"] if match["quoted"] is None else match["quoted"]
        word = Word(shown=shown.strip(), folded=fold(shown))
        into = unwanted if match["minus"] else wanted
        if not word.folded or word.folded in into:
            continue
        if len(wanted) + len(unwanted) == QUERY_WORDS:
            is_cut = True
            break
        into[word.folded] = word
    return Query(words=tuple(wanted.values()), without=tuple(unwanted.values()), is_cut=is_cut)


# --- showing where -------------------------------------------------------------------------------------------


def contains(text: str, word: str) -> bool:
    """Whether the folded ``word`` stands in ``text``; quick where the text has it letter by letter."""
    return word in text or word in fold(text)


def _mapped(text: str) -> tuple[str, list[int]]:
    """``text`` folded, and for each folded character the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for c in _FOLDING[ord(char)]:
            if c != " " or (folded and folded[-1] != " "):
                folded.append(c)
                places.append(place)
    return "".join(folded), places


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the folded ``words`` stand in ``text``: (start, end) pairs in order, apart from each other."""
    folded, places = _mapped(text)
    found: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            found.append((places[at], places[at + len(word) - 1] + 1))
            at = folded.find(word, at + 1)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def highlight(text: str, words: Iterable[str]) -> str:
    """``text`` as HTML, escaped, each of the folded ``words`` inside ``<mark>``."""
    parts: list[str] = []
    done = 0
    for start, end in spans(text, words):
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return "".join([*parts, escape(text[done:])])


def place(text: str, word: str) -> tuple[int, int] | None:
    """Where the folded ``word`` first stands in ``text``: (start, end), or None."""
    at = text.find(word)
    if at >= 0:
        return at, at + len(word)
    if word not in fold(text):
        return None
    folded, places = _mapped(text)
    at = folded.find(word)
    return places[at], places[at + len(word) - 1] + 1


def snippets(text: str, words: Sequence[str], *, width: int = 90, most: int = 2) -> list[str]:
    """Up to ``most`` extracts of ``text`` as escaped HTML, about ``width`` characters each, the words marked.

    Each extract shows a word that the ones before it did not; an ellipsis stands where text was left out. A
    text without any of the folded ``words`` gives no extract.
    """
    windows: list[tuple[int, int]] = []
    for word in words:
        found = place(text, word)
        if found is None or any(start <= found[0] and found[1] <= end for start, end in windows):
            continue
        windows.append(_window(text, found, width))
        if len(windows) == most:
            break
    return [_extract(text, start, end, words) for start, end in sorted(windows)]


def _window(text: str, found: tuple[int, int], width: int) -> tuple[int, int]:
    lead = max(0, (width - (found[1] - found[0])) // 3)
    start = max(0, found[0] - lead)
    # Begin after a stop or a line break when one is near: half a sentence reads worse than a shorter lead.
    for at in range(found[0] - 1, start - 1, -1):
        if text[at] in "。;;!?!?\n":
            start = at + 1
            break
    return start, min(len(text), max(start + width, found[1]))


def _extract(text: str, start: int, end: int, words: Iterable[str]) -> str:
    html = highlight(" ".join(text[start:end].split()), words)
    return f"{'…' if text[:start].strip() else ''}{html}{'…' if text[end:].strip() else ''}"
