"""检索 follows publication: published, corrected, withdrawn or expired, it is found so from the next batch on."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from gongkai.core.vocabulary import EventKind
from gongkai.disclosures.queries import searchable
from gongkai.events.models import Event
from gongkai.events.queries import newest_position
from gongkai.search import store

KINDS = {
    EventKind.DISCLOSURE_PUBLISHED,
    EventKind.DISCLOSURE_CORRECTED,
    EventKind.DISCLOSURE_WITHDRAWN,
    EventKind.DISCLOSURE_EXPIRED,
    EventKind.DISCLOSURE_VERSION_WITHHELD,
}
TOGETHER = 50
"""How many disclosures are read at once: their attachments are in memory together."""


class SearchFollower:
    """Keeps the index as the public site is. Its position stands in the index itself."""

    name = "search"

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._generation: store.Identity | None = None

    @property
    def path(self) -> Path:
        """The index: of the settings, unless another was named."""
        return self._path or Path(settings.SEARCH_INDEX)

    def position(self) -> int:
        """The last event the index has taken in; 0 where there is none, or one of another version."""
        self._generation = store.identity(self.path)
        try:
            with store.reading(self.path) as connection:
                return store.position(connection)
        except (store.IndexMissingError, sqlite3.DatabaseError):
            with store.writing(self.path) as fresh:  # made empty when it is none of ours
                self._generation = store.identity(self.path)
                return store.position(fresh) if fresh else 0

    def apply(self, events: Sequence[Event]) -> None:
        """Take in the next events, all or none.

        Does nothing when a rebuilt index has come in since :meth:`position`: its position is another, and the
        caller asks for that next.
        """
        with store.writing(self.path, generation=self._generation) as connection:
            if connection is not None:
                take_in(connection, events)

    def reset(self) -> None:
        """An empty index, to be filled from the first event on."""
        store.renew(self.path)


def take_in(connection: sqlite3.Connection, events: Sequence[Event]) -> None:
    """Bring the disclosures of ``events`` up to what is public now, and the position to the last event."""
    touched = dict.fromkeys(int(e.subject.partition(":")[2]) for e in events if e.kind in KINDS)
    index(connection, touched)
    reached = max(store.position(connection), events[-1].position)
    store.move_to(connection, reached, is_behind=newest_position() > reached)


def index(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Put in what is public among ``ids``, take out what is not."""
    wanted, today = list(ids), timezone.localdate()
    for start in range(0, len(wanted), TOGETHER):
        chunk = wanted[start : start + TOGETHER]
        there = set()
        # In the order of publication: their keys ascend, and so do the rows of the index.
        for found in sorted(searchable(chunk, on=today), key=lambda found: (found.published_at, found.id)):
            store.put(connection, found)
            there.add(found.id)
        for gone in set(chunk) - there:
            store.remove(connection, gone)
