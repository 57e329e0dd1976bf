"""Making the index anew."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gongkai.disclosures.queries import public
from gongkai.events.follower import catch_up
from gongkai.events.models import Event
from gongkai.events.queries import newest_position
from gongkai.search import store
from gongkai.search.follower import TOGETHER, index, take_in

Progress = Callable[[int, int], None]
_TRIES = 50


class IndexCountError(Exception):
    """The rebuilt index does not hold what the database holds; the index in use was left as it was."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild made: documents, the event it stands at, seconds it took."""

    count: int
    position: int
    seconds: float


class _Partial:
    """The new index as a reader of events, so that it catches up with what happened while it was being filled."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def position(self) -> int:
        return store.position(self.connection)

    def apply(self, events: Sequence[Event]) -> None:
        self.connection.execute("BEGIN")
        take_in(self.connection, events)
        self.connection.execute("COMMIT")


def reindex(*, progress: Progress | None = None, path: Path | None = None) -> Rebuilt:
    """Build the index anew beside the one in use, verify its count against the database, then put it in its place.

    Readers read the old one until the moment of change; publications made meanwhile are taken in before it.
    ``progress(done, total)`` is called as it goes. Raises ``AlreadyRebuildingError``, ``IndexCountError``.
    """
    began = time.monotonic()
    with store.building(path or Path(settings.SEARCH_INDEX)) as (connection, taking_over):
        begun_at = (
            newest_position()
        )  # before the rows are read: whatever happens later is taken in again, which changes nothing
        _fill(connection, progress or (lambda done, total: None))
        store.move_to(connection, begun_at)
        partial = _Partial(connection)
        catch_up(partial)
        with taking_over():
            _verify(partial)
            made = Rebuilt(store.count(connection), partial.position(), time.monotonic() - began)
    return made


def _fill(connection: sqlite3.Connection, progress: Progress) -> None:
    # In the order of publication: then keys ascend, and the newest-first page needs no sorting.
    ids = list(public().order_by("published_at", "pk").values_list("pk", flat=True))
    store.start_bulk(connection)
    connection.execute("BEGIN")
    for done in range(0, len(ids), TOGETHER):
        progress(done, len(ids))
        index(connection, ids[done : done + TOGETHER])
    connection.execute("COMMIT")
    progress(len(ids), len(ids))
    store.finish_bulk(connection)


def _verify(partial: _Partial) -> None:
    """Compare the counts at one and the same event: a publication and its event are one transaction."""
    for _ in range(_TRIES):
        catch_up(partial)
        expected, found = public().count(), store.count(partial.connection)
        if newest_position() != partial.position():
            continue  # something happened between the two counts
        if found == expected:
            return
        raise IndexCountError(
            f"重建后的检索库有 {found} 条,数据库有 {expected} 条公开信息,两者不符。原检索库未改动。"
            "请再运行一次 manage.py reindex;仍不符时请检查数据库。"
        )
    raise IndexCountError(
        "核对条数时不断有新的公开信息,无法比对。原检索库未改动。请稍后再运行 manage.py reindex。"
    )
