"""Which file is the index now, who may write it, and how readers change over while they read.

The path of the settings is a symbolic link to one *generation*, ``search.sqlite3.g7``. A rebuilt index is a new
generation and takes over by renaming the link, so that each generation keeps its own write-ahead log: a log left
behind under the same name would be replayed into a file it does not belong to. Readers look at the link before
every search and change over; what they have open stays readable.
"""

import contextlib
import fcntl
import os
import re
import sqlite3
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from pathlib import Path

from gongkai.search.store.records import FORM, create

IDLE_READERS = 16
# No such table (another schema), torn, not a database at all. A lock that lasts too long is none of these.
_UNUSABLE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_TRIES = 5  # a reader that opens a generation in the moment it is replaced tries the next one

Identity = tuple[str, int]


class IndexMissingError(Exception):
    """There is no index to read, or it was made by another version and must be made anew."""


class AlreadyRebuildingError(Exception):
    """Another process is rebuilding the index."""


def identity(path: Path) -> Identity | None:
    """What tells this generation from the next (its name and inode), or None when there is no index."""
    try:
        return path.readlink().name if path.is_symlink() else "", path.stat().st_ino
    except OSError:
        return None


@contextlib.contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold ``path`` as a lock between processes and threads; released by the system when the holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _connect(path: Path) -> sqlite3.Connection:
    # Connections wander between threads, one thread at a time; autocommit, so that BEGIN is ours.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None, check_same_thread=False
    )


def _has_form(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT value FROM state WHERE name = 'form'").fetchone() == (FORM,))


def _require_form(connection: sqlite3.Connection) -> None:
    if not _has_form(connection):
        raise IndexMissingError("检索库由其他版本建立,请运行 manage.py reindex 重建。")


# --- reading -------------------------------------------------------------------------------------------------

_idle: dict[Path, deque[tuple[Identity, sqlite3.Connection]]] = defaultdict(deque)
_owner = os.getpid()


def _forget_parents_connections() -> None:
    """A SQLite connection must not cross a fork; the child leaves its parent's alone and opens its own."""
    global _owner  # noqa: PLW0603 - one pool a process
    if _owner != os.getpid():
        _inherited.append(dict(_idle))
        _idle.clear()
        _owner = os.getpid()


_inherited: list[dict[Path, deque[tuple[Identity, sqlite3.Connection]]]] = []  # kept, so that nothing closes them


def _open_reader(path: Path) -> tuple[Identity, sqlite3.Connection]:
    for _ in range(_TRIES):
        now = identity(path)
        if now is None:
            break
        try:
            connection = _connect(path)
        except sqlite3.OperationalError:
            continue
        try:
            _require_form(connection)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -16000")
        except sqlite3.OperationalError:
            connection.close()
            continue
        except BaseException:
            connection.close()
            raise
        return now, connection
    raise IndexMissingError("检索库还没有建立,请运行 manage.py reindex,或启动 manage.py work。")


def _take(path: Path) -> tuple[Identity, sqlite3.Connection]:
    _forget_parents_connections()
    now = identity(path)
    waiting = _idle[path]
    while waiting:
        try:
            known, connection = waiting.pop()
        except IndexError:  # another thread took the last one
            break
        if known == now:
            return known, connection
        connection.close()
    return _open_reader(path)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection that sees one moment of the index. Raises ``IndexMissingError``."""
    known, connection = _take(path)
    try:
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    if len(_idle[path]) < IDLE_READERS:
        _idle[path].append((known, connection))
    else:
        connection.close()


# --- writing -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def writing(path: Path, *, generation: Identity | None = None) -> Iterator[sqlite3.Connection | None]:
    """One transaction on the index, alone: all of it is kept or nothing is. Made empty when there is none.

    With ``generation``: None is given instead when the index is no longer that generation.
    """
    with _locked(_beside(path, "lock")):
        if not _usable(path):
            _install(path, _empty(path))
        if generation is not None and identity(path) != generation:
            yield None
            return
        connection = _connect(path)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()  # an open transaction is rolled back


def _usable(path: Path) -> bool:
    if identity(path) is None:
        return False
    connection = _connect(path)
    try:
        return _has_form(connection)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in _UNUSABLE:
            return False
        raise
    finally:
        connection.close()


def renew(path: Path) -> None:
    """Put an empty index at position 0 in place of whatever is there."""
    with _locked(_beside(path, "lock")):
        _install(path, _empty(path))


TakingOver = Callable[[], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def building(path: Path) -> Iterator[tuple[sqlite3.Connection, TakingOver]]:
    """A connection to a new, empty index beside the one in use, and the way to put it in its place.

    The second value is a context: inside it nobody else writes; leaving it without an error installs the new
    index. A build that is given up leaves the index in use as it was. Raises ``AlreadyRebuildingError``.
    """
    partial = _beside(path, "building")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_locked(_beside(path, "rebuild.lock"), wait=False))
        except BlockingIOError:
            raise AlreadyRebuildingError("另一个进程正在重建检索库,请等它完成后再试。") from None
        _delete(partial)
        create(partial)
        connection = _connect(partial)
        stack.callback(_delete, partial)
        stack.callback(connection.close)

        @contextlib.contextmanager
        def taking_over() -> Iterator[None]:
            with _locked(_beside(path, "lock")):
                yield
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                _install(path, partial)

        yield connection, taking_over


def _empty(path: Path) -> Path:
    fresh = _beside(path, "empty")
    _delete(fresh)
    create(fresh)
    return fresh


def _generations(path: Path) -> dict[int, Path]:
    named = re.compile(re.escape(path.name) + r"\.g(\d+)")
    return {int(m[1]): p for p in path.parent.iterdir() if (m := named.fullmatch(p.name))}


def _install(path: Path, built: Path) -> None:
    """Make the closed file ``built`` the next generation and the index; delete the ones before."""
    before = _generations(path)
    taken = built.rename(_beside(path, f"g{max(before, default=0) + 1}"))
    if path.exists() and not path.is_symlink():
        _delete(path)  # a plain file would leave its log behind under the name of the link
    link = _beside(path, "link")
    link.unlink(missing_ok=True)
    link.symlink_to(taken.name)
    link.replace(path)
    for old in before.values():
        _delete(old)


def _delete(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
