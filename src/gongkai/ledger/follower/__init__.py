"""The follower that turns leaves into the static, signed log under ``settings.LEDGER_DIR``."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from gongkai.agencies.queries import CountyNotLoadedError, county
from gongkai.core.merkle import leaf_hash
from gongkai.core.notes import Checkpoint
from gongkai.core.tiles import LogGrowth
from gongkai.events.models import Event
from gongkai.ledger.follower import storage
from gongkai.ledger.follower.signing import LogKeyError, Signer, signer
from gongkai.ledger.follower.writing import (
    Hashed,
    LogDamagedError,
    LogRolledBackError,
    advance,
    largest,
    last_leaf,
    published,
    resume,
    shown_or_damaged,
)
from gongkai.ledger.models import Leaf

__all__ = ["LogDamagedError", "LogKeyError", "LogRolledBackError", "TilesFollower", "publish", "rebuild"]

_BATCH = 2048


def publish() -> Checkpoint | None:
    """Write every committed leaf not yet in the static log and sign the new head; ``None`` while there is no leaf.

    One process at a time; doing it again changes nothing. A leaf is covered only once its transaction has
    committed: positions follow commit order, and inside a transaction this refuses to run. Raises
    ``LogKeyError``, ``LogDamagedError``, ``LogRolledBackError``, ``TransactionManagementError``.
    """
    _require_committed()
    with storage.alone(Path(settings.LEDGER_KEY).with_suffix(".lock")):
        return _publish(from_files=True)


def rebuild() -> Checkpoint | None:
    """Write the whole static log again from the database and sign its head; the old head stays up meanwhile.

    Files are replaced one by one by equal ones; one that was damaged is healed. The last signed head must come
    out the same. Raises what ``publish`` raises.
    """
    _require_committed()
    with storage.alone(Path(settings.LEDGER_KEY).with_suffix(".lock")):
        return _publish(from_files=False)


def _publish(*, from_files: bool) -> Checkpoint | None:
    root = Path(settings.LEDGER_DIR)
    started = (root / "checkpoint").exists()
    if not started and not Leaf.objects.exists():
        return None
    key = log_signer(may_create=not started)
    if not from_files:
        last = largest(key, shown_or_damaged(root, key.vkey))
        return advance(root=root, signer=key, batches=_committed(0), growth=LogGrowth(), last=last)
    head = published(root, key.vkey)
    growth = resume(root, head)
    if head is not None:
        _require_continuation(root, head)
    batches = _committed(growth.size)
    first = next(batches, None)
    if first is None and head is not None and not _behind(key, head):
        return head
    whole = _chain(first, batches)
    return advance(root=root, signer=key, batches=whole, growth=growth, last=largest(key, head))


def _require_continuation(root: Path, head: Checkpoint) -> None:
    """The last published leaf must be the database's own at that position, or the two histories have parted."""
    row = Leaf.objects.filter(position=head.size - 1).values_list("record", flat=True).first()
    if row is None or leaf_hash(bytes(row)) != last_leaf(root, head.size):
        raise LogRolledBackError(
            f"数据库中第 {head.size - 1} 条记录与已经公布的公开日志不同,很可能是从较早的备份恢复后又有新的公开。"
            "为避免日志分叉,不再签名。请运行 manage.py verify_log 查明,并恢复较新的数据库备份。"
        )


def _behind(key: Signer, head: Checkpoint) -> bool:
    """Whether more was signed than is shown: the last run died, or the folder comes from an older backup."""
    last = key.last_signed()
    return last is None or last.size > head.size


def _chain(first: Hashed | None, rest: Iterator[Hashed]) -> Iterator[Hashed]:
    if first is not None:
        yield first
    yield from rest


def _committed(start: int) -> Iterator[Hashed]:
    """The entries of committed leaves from position ``start``, each checked against its stored hash."""
    while True:
        rows = list(
            Leaf.objects.filter(position__gte=start)
            .order_by("position")
            .values_list("position", "record", "leaf_hash")[:_BATCH]
        )
        if not rows:
            return
        entries = [bytes(record) for _, record, _ in rows]
        hashes = [leaf_hash(entry) for entry in entries]
        for expected, (position, _, stored), found in zip(count(start), rows, hashes, strict=False):
            if position != expected or found != bytes(stored):
                raise LogDamagedError(
                    f"数据库中公开日志第 {expected} 条缺失或被改动,不再签名。请运行 manage.py verify_log 查明。"
                )
        yield entries, hashes
        start += len(rows)


def _require_committed() -> None:
    # A test's own outer transaction is the one that may be open: what it wrote is all there is.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise transaction.TransactionManagementError("the log is written after the commit, not inside it")


def log_signer(*, may_create: bool) -> Signer:
    """The installation's signing key. Raises ``LogKeyError``, also when the log's name was changed by setting."""
    key = signer(Path(settings.LEDGER_KEY), origin=log_origin, may_create=may_create)
    if settings.LEDGER_ORIGIN and key.vkey.name != settings.LEDGER_ORIGIN:
        raise LogKeyError(
            f"公开日志的名称在第一次签名时已定为 {key.vkey.name},不能改为 {settings.LEDGER_ORIGIN}。"
            "请把 GONGKAI_LOG_ORIGIN 改回原名或删去。"
        )
    return key


def log_origin() -> str:
    """The name a new log gets: the setting, else the profile's; ``gongkai.localhost/log`` without either."""
    if settings.LEDGER_ORIGIN:
        return str(settings.LEDGER_ORIGIN)
    try:
        return county().log_origin
    except CountyNotLoadedError:
        return "gongkai.localhost/log"


class TilesFollower:
    """Reader of events whose output is the static log. Any event is a hint: it writes all there is to write."""

    name = "tiles"

    def position(self) -> int:
        """The last event after which the log was brought up to date; 0 when the folder is new."""
        data = storage.read(self._cursor)
        return int(data) if data and data.isdigit() else 0

    def apply(self, events: Sequence[Event]) -> None:
        """Publish, then note how far: a kill in between costs one look, never a leaf."""
        publish()
        if events:
            storage.note_down(self._cursor, str(max(events[-1].position, self.position())).encode())

    def reset(self) -> None:
        """Empty the folder. The key and its memory of the last head stay, so the same log must come out again."""
        with storage.alone(Path(settings.LEDGER_KEY).with_suffix(".lock")):
            root = Path(settings.LEDGER_DIR)
            for part in ("checkpoint", self._cursor.name, "tile"):
                storage.remove(root / part)

    @property
    def _cursor(self) -> Path:
        return Path(settings.LEDGER_DIR) / ".cursor"
