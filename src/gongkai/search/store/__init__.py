"""The index: one SQLite file of its own beside any main database, made anew at will.

``files`` knows which file is the index now, opens and locks it; ``records`` knows what stands in it.
"""

from gongkai.search.store.files import (
    AlreadyRebuildingError,
    Identity,
    IndexMissingError,
    building,
    identity,
    reading,
    renew,
    writing,
)
from gongkai.search.store.records import (
    Kept,
    count,
    finish_bulk,
    is_behind,
    kept_text,
    move_to,
    pages_of,
    position,
    put,
    remove,
    start_bulk,
)

__all__ = [
    "AlreadyRebuildingError",
    "Identity",
    "IndexMissingError",
    "Kept",
    "building",
    "count",
    "finish_bulk",
    "identity",
    "is_behind",
    "kept_text",
    "move_to",
    "pages_of",
    "position",
    "put",
    "reading",
    "remove",
    "renew",
    "start_bulk",
    "writing",
]
