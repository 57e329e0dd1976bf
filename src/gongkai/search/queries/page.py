"""One page of results, newest or best first, by position and not by offset."""

import logging
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.core import bigrams
from gongkai.core.bigrams import Query, compact, highlight, parse
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.ending import ended_by
from gongkai.disclosures.queries import taken_back
from gongkai.search import store
from gongkai.search.queries.extracts import Extract, Patience, extracts
from gongkai.search.queries.terms import SearchFilters, chosen, explained, expression
from gongkai.search.store.records import COLUMNS, Kept

CAP = 10_000
"""Totals are exact up to here; beyond, "10000+" is said."""
RELEVANCE_LIMIT = 5_000
"""With more hits than this the newest come first: ranking them all would keep the reader waiting."""
LIMIT = 100
# body, title, elements, attachments, number, meta
_RANK = "bm25(words, 1.0, 8.0, 2.0, 0.5, 4.0, 0.0)"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class SearchHit:
    """One disclosure found. ``*_html`` and the second halves of ``snippets`` are escaped, with ``<mark>``."""

    disclosure_id: int
    public_id: str
    title: str
    title_html: str
    snippets: list[Extract]
    index_number: str
    doc_no: str
    agency_code: str
    agency_name: str
    discloser: str
    domain_code: str
    item_code: str
    item_name: str
    township_code: str
    published_at: datetime
    status: str
    is_same_number: bool = False


@dataclass(frozen=True)
class SearchPage:
    """What was found. ``next`` is handed back as ``after`` for the following page; ``order`` is the one used.

    ``is_complete`` is false while the index is still taking in what was published; ``explained`` says so too.
    ``position`` is the last event the index had taken in when it answered.
    """

    total: int
    total_is_exact: bool
    hits: list[SearchHit]
    next: str | None
    explained: str
    order: str = "newest"
    is_available: bool = True
    is_complete: bool = True
    position: int = 0
    query: Query = field(default_factory=lambda: parse(""))

    @property
    def total_shown(self) -> str:
        """The total as printed: ``10000+`` where counting stopped."""
        return str(self.total) if self.total_is_exact else f"{self.total}+"


def search(
    text: str,
    *,
    filters: SearchFilters | None = None,
    order: str = "newest",
    after: str | None = None,
    limit: int = 20,
) -> SearchPage:
    """Find what is public and holds every word of ``text``; an empty text lists what the filters keep.

    Exact: a disclosure is found if and only if its title, text, elements, attachments or number contains each
    word (``core.bigrams``). One whose 索引号 or 文号 is the text stands first. ``order`` is ``newest`` or
    ``relevance``; the latter falls back to the former above 5 000 hits. Never raises for anything typed.
    """
    query, filters = parse(text), filters or SearchFilters()
    sentence = explained(query, filters)
    if text.strip() and not query.words and not query.without:
        return SearchPage(0, True, [], None, _("没有可以检索的字词。请输入汉字、字母或数字。"), query=query)
    try:
        with store.reading(Path(settings.SEARCH_INDEX)) as connection:
            limit = max(1, min(limit, LIMIT))
            same = _same_number(connection, text, filters)[:limit]
            asked = _Asked(connection, query, filters, same=same)
            return asked.page(order=order, after=after, limit=limit, sentence=sentence)
    except (store.IndexMissingError, sqlite3.DatabaseError) as error:
        if isinstance(error, store.IndexMissingError):
            _LOG.warning("the search index is not there yet")
        else:
            _LOG.exception("the search index cannot be read")
        return SearchPage(0, True, [], None, _("检索库正在建立,请稍后再试。"), is_available=False, query=query)


def _same_number(connection: sqlite3.Connection, text: str, filters: SearchFilters) -> list[int]:
    """Keys of the documents whose 索引号 or 文号 is ``text``, brackets and hyphens aside; newest first."""
    number = compact(text[: bigrams.QUERY_LENGTH])
    if not number:
        return []
    wanted = chosen(filters)
    narrowed = "".join(f" AND {name} = ?" for name in wanted)  # names of our own columns
    rows = connection.execute(
        f"SELECT key FROM documents WHERE (index_key = ? OR doc_key = ? AND doc_key <> ''){narrowed}"  # noqa: S608
        f" ORDER BY key DESC LIMIT {LIMIT}",
        (number, number, *wanted.values()),
    )
    return [key for (key,) in rows]


def counted(connection: sqlite3.Connection, asked: str, *, but: Sequence[int] = ()) -> int:
    """How many documents match the expression ``asked``, leaving out some; at most ``CAP`` + 1."""
    return int(
        connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ?{_but(but)} LIMIT {CAP + 1})",  # noqa: S608
            (asked, *but),
        ).fetchone()[0]
    )


def _but(keys: Sequence[int]) -> str:
    return f" AND rowid NOT IN ({', '.join('?' * len(keys))})" if keys else ""


class _Asked:
    """One question to one moment of the index."""

    def __init__(
        self, connection: sqlite3.Connection, query: Query, filters: SearchFilters, *, same: list[int]
    ) -> None:
        self.connection, self.query, self.same = connection, query, same
        self.expression = expression(query.words, query.without, filters)

    def page(self, *, order: str, after: str | None, limit: int, sentence: str) -> SearchPage:
        total = len(self.same) + counted(self.connection, self.expression, but=self.same)
        best = order == "relevance" and bool(self.query.words) and total <= RELEVANCE_LIMIT
        front = [] if after else self.same
        room = limit - len(front)
        is_complete = not store.is_behind(self.connection)
        keys, following = (self._best if best else self._newest)(after, room)
        return SearchPage(
            total=min(total, CAP),
            total_is_exact=total <= CAP,
            hits=self._hits([*front, *keys]),
            next=following,
            explained=sentence if is_complete else sentence + _("(检索库正在更新,刚公开的可能还没有收录)"),
            is_complete=is_complete,
            position=store.position(self.connection),
            order="relevance" if best else "newest",
            query=self.query,
        )

    def _newest(self, after: str | None, room: int) -> tuple[list[int], str | None]:
        below = _number(after)
        rows = self.connection.execute(
            f"SELECT rowid FROM words WHERE words MATCH ? AND rowid < ?{_but(self.same)}"  # noqa: S608
            " ORDER BY rowid DESC LIMIT ?",
            (self.expression, below, *self.same, room + 1),
        )
        keys = [key for (key,) in rows]
        if len(keys) <= room:
            return keys, None
        return keys[:room], str(keys[room] + 1)

    def _best(self, after: str | None, room: int) -> tuple[list[int], str | None]:
        rows = self.connection.execute(
            f"SELECT {_RANK}, -rowid FROM words WHERE words MATCH ?{_but(self.same)}",  # noqa: S608
            (self.expression, *self.same),
        ).fetchall()
        begin = _place(after)
        ranked = sorted(row for row in rows if begin is None or row >= begin)
        keys = [-negative for _score, negative in ranked[:room]]
        if len(ranked) <= room:
            return keys, None
        score, negative = ranked[room]
        return keys, f"{score!r}:{negative}"

    def _hits(self, keys: Sequence[int]) -> list[SearchHit]:
        marks = ", ".join("?" * len(keys))
        rows = self.connection.execute(
            f"SELECT {COLUMNS} FROM documents WHERE key IN ({marks})",  # noqa: S608 - our own names
            list(keys),
        )
        found = {row[0]: Kept(*row) for row in rows.fetchall()}
        # What left public reading since the index took its last events in is not shown from its copy.
        gone = set(taken_back(after=store.position(self.connection))) if found else set()
        # Nor is a 公示 past its last day whose copy still holds the text, however late the round is.
        held = [kept.id for kept in found.values() if kept.status == DisclosureStatus.PUBLISHED]
        gone |= ended_by(timezone.localdate(), held) if held else set()
        patience = Patience()
        return [self._hit(found[key], patience) for key in keys if found[key].id not in gone]

    def _hit(self, kept: Kept, patience: Patience) -> SearchHit:
        words = self.query.folded
        return SearchHit(
            disclosure_id=kept.id,
            public_id=kept.public_id,
            title=kept.title,
            title_html=highlight(kept.title, words),
            snippets=extracts(self.connection, kept, words, patience),
            index_number=kept.index_number,
            doc_no=kept.doc_no,
            agency_code=kept.agency,
            agency_name=kept.agency_name,
            discloser=kept.discloser,
            domain_code=kept.domain,
            item_code=kept.item,
            item_name=kept.item_name,
            township_code=kept.township,
            published_at=timezone.localtime(datetime.fromisoformat(kept.published_at)),
            status=kept.status,
            is_same_number=kept.key in self.same,
        )


def _number(after: str | None) -> int:
    """Where a newest-first page begins; the very top for nothing or nonsense."""
    try:
        key = int(after or "")
    except ValueError:
        return 2**63 - 1
    return key if abs(key) < 2**63 else 2**63 - 1


def _place(after: str | None) -> tuple[float, int] | None:
    """Where a best-first page begins; None for nothing or nonsense."""
    score, _colon, negative = (after or "").partition(":")
    try:
        place = float(score), int(negative)
    except ValueError:
        return None
    return place if math.isfinite(place[0]) else None
