"""What to try when nothing was found: which part of the question has answers."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gongkai.core.bigrams import Word, fold, parse
from gongkai.search import store
from gongkai.search.queries.page import CAP, counted
from gongkai.search.queries.terms import SearchFilters, chosen, expression

LONGEST = 60
"""Longer words are not taken apart."""


@dataclass(frozen=True)
class Suggestion:
    """A question that has answers: its text, how many, and whether the filters were given up for it."""

    text: str
    total: int
    total_is_exact: bool
    drops_filters: bool = False


def suggest(text: str, *, filters: SearchFilters | None = None) -> list[Suggestion]:
    """Questions near ``text`` that do have answers, best first; empty when no part of it has any.

    In this order: the same without filters, the same without what was excluded, the same with the words that
    are nowhere taken apart where the index has their parts (凤城镇桥梁加固 → 凤城镇 桥梁加固), each word alone.
    """
    query, filters = parse(text), filters or SearchFilters()
    try:
        with store.reading(Path(settings.SEARCH_INDEX)) as connection:
            return _Near(connection, filters).all(query.words, query.without)
    except (store.IndexMissingError, sqlite3.DatabaseError):
        return []


class _Near:
    def __init__(self, connection: sqlite3.Connection, filters: SearchFilters) -> None:
        self.connection, self.filters = connection, filters
        self.found: dict[tuple[str, bool], Suggestion] = {}

    def all(self, words: Sequence[Word], without: Sequence[Word]) -> list[Suggestion]:
        if chosen(self.filters):
            self._try(words, without, drops_filters=True)
        if without:
            self._try(words, ())
        nowhere = {word for word in words if not self._count([word], ())}
        if nowhere:
            self._try([part for word in words for part in (self._parts(word) if word in nowhere else [word])], ())
        if len(words) > 1:
            for word in words:
                self._try([word], ())
        return list(self.found.values())

    def _count(self, words: Sequence[Word], without: Sequence[Word], *, drops_filters: bool = False) -> int:
        filters = SearchFilters() if drops_filters else self.filters
        return counted(self.connection, expression(words, without, filters))

    def _try(self, words: Sequence[Word], without: Sequence[Word], *, drops_filters: bool = False) -> None:
        if not words:
            return
        total = self._count(words, without, drops_filters=drops_filters)
        text = " ".join([*map(_typed, words), *(f"-{_typed(word)}" for word in without)])
        if total:
            self.found.setdefault(
                (text, drops_filters), Suggestion(text, min(total, CAP), total <= CAP, drops_filters)
            )

    def _parts(self, word: Word) -> list[Word]:
        """The longest pieces of a word that the index has, from the left; single characters are dropped."""
        pieces: list[Word] = []
        for run in word.folded[:LONGEST].split():
            start = 0
            while start < len(run):
                length = _longest(run[start:], lambda part: self._count([Word(part, part)], ()) > 0)
                if length > 1:
                    part = run[start : start + length]
                    pieces.append(Word(part, part))
                start += max(length, 1)
        return pieces


def _longest(text: str, is_known: Callable[[str], bool]) -> int:
    """The length of the longest beginning of ``text`` that is known; what contains an unknown part is unknown."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if is_known(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _typed(word: Word) -> str:
    """The word as a reader would have to type it."""
    shown = word.shown if fold(word.shown) == word.folded else word.folded
    return f'"{shown}"' if " " in shown or "\u3000" in shown else shown
