"""From entries to static files and a signed head, in an order that a kill at any point cannot spoil.

Full and partial tiles first; flushed to disk; partial files that a full one replaces are taken away; the new
head is remembered beside the key; only then is ``checkpoint`` replaced. Until that last rename every reader
sees the old head with all its files. A run that died is simply done again from the old head: the same entries
give the same bytes.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from gongkai.core.merkle import EMPTY_ROOT, HASH_BYTES
from gongkai.core.notes import Checkpoint, NoteError, VerifierKey
from gongkai.core.proofs import open_checkpoint
from gongkai.core.tiles import HEIGHT, WIDTH, LogGrowth, Place, entries_of, hashes_of
from gongkai.ledger.follower import storage
from gongkai.ledger.follower.signing import Signer

Hashed = tuple[Sequence[bytes], Sequence[bytes]]
"""Entries and their leaf hashes, which the reader of the rows has computed to check them."""


class LogDamagedError(Exception):
    """What is stored does not agree with itself; nothing is signed. The message says what and what to do."""


class LogRolledBackError(LogDamagedError):
    """The database holds less, or other, than was already signed: signing would fork the log."""


def published(root: Path, vkey: VerifierKey) -> Checkpoint | None:
    """The head in the log's folder, ``None`` before the first. Raises ``LogDamagedError``."""
    data = storage.read(root / "checkpoint")
    if data is None:
        return None
    try:
        return open_checkpoint(data, vkey)[0]
    except NoteError:
        raise LogDamagedError(
            f"公开日志的检查点 {root / 'checkpoint'} 不是本密钥签署的完整文件。"
            "请运行 manage.py verify_log 查明,确认后用 manage.py rebuild_log 由数据库重建。"
        ) from None


def resume(root: Path, head: Checkpoint | None) -> LogGrowth:
    """The right edge of the log at ``head``, read from its files. Raises ``LogDamagedError``."""
    if head is None:
        return LogGrowth()
    edge: list[list[bytes]] = []
    try:
        while head.size >> HEIGHT * len(edge):
            level = len(edge)
            data = _partial(root, level, head.size >> HEIGHT * level)
            edge.append(hashes_of(data)[: (head.size >> HEIGHT * level) % WIDTH] if data else [])
        bundle = _partial(root, None, head.size)
        growth = LogGrowth(head.size, edge, entries_of(bundle)[: head.size % WIDTH] if bundle else [])
    except ValueError:
        growth = None
    if growth is None or growth.root() != head.root:
        raise LogDamagedError(
            "公开日志的文件与它自己的检查点不符,可能有文件丢失或被改动。"
            "请运行 manage.py verify_log 查明,确认后用 manage.py rebuild_log 由数据库重建。"
        )
    return growth


def _partial(root: Path, level: int | None, count: int) -> bytes | None:
    """The right-most file of a level; the full one once it has taken the partial one's place."""
    index, width = divmod(count, WIDTH)
    if not width:
        return None
    place = Place(level, index, width)
    return storage.read(root / place.path) or storage.read(root / place.whole.path)


def last_leaf(root: Path, size: int) -> bytes | None:
    """The hash of the last of ``size`` leaves as the files have it, ``None`` when its tile is missing."""
    index, offset = divmod(size - 1, WIDTH)
    whole = Place(0, index)
    data = storage.read(root / Place(0, index, offset + 1).path) or storage.read(root / whole.path) or b""
    return data[offset * HASH_BYTES : (offset + 1) * HASH_BYTES] or None


def advance(
    *, root: Path, signer: Signer, batches: Iterable[Hashed], growth: LogGrowth, last: Checkpoint
) -> Checkpoint:
    """Write the entries that follow ``growth`` and publish the head over all of them.

    ``batches`` yields entries and their leaf hashes in order, beginning with number ``growth.size``. The head is
    signed only when it continues ``last``, the largest head ever signed. Raises ``LogRolledBackError``.
    """
    files = storage.Batch(root)
    replaced: list[Path] = []
    for batch in batches:
        for part in _split(batch, last.size - growth.size):
            for place, data in growth.extend(*part):
                files.put(place.path, data)
                replaced.append(root / f"{place.path}.p")
            _require_same(growth, last)
    if growth.size < last.size:
        raise LogRolledBackError(
            f"签名记录表明公开日志已经公布过 {last.size} 条,而数据库里只有 {growth.size} 条,"
            "很可能是从较早的备份恢复的。为避免日志分叉,不再签名。请恢复较新的数据库备份。"
        )
    for place, data in growth.edge():
        files.put(place.path, data)
    files.settle()
    for path in replaced:
        storage.remove(path)
    head = Checkpoint(signer.vkey.name, growth.size, growth.root())
    vkey = f"{signer.vkey}\n".encode()
    if storage.read(root / "log.vkey") != vkey:
        storage.keep(root / "log.vkey", vkey)
    storage.keep(root / "checkpoint", signer.sign(head))
    return head


def shown_or_damaged(root: Path, vkey: VerifierKey) -> Checkpoint | None:
    """The head in the folder, ``None`` also when it is damaged: for a rebuild, which replaces it."""
    try:
        return published(root, vkey)
    except LogDamagedError:
        return None


def largest(signer: Signer, shown: Checkpoint | None) -> Checkpoint:
    """The largest head known to have been signed: the key's memory, or the one on show where that is older."""
    nothing = Checkpoint(signer.vkey.name, 0, EMPTY_ROOT)
    return max(signer.last_signed() or nothing, shown or nothing, key=lambda head: head.size)


def _split(batch: Hashed, before: int) -> Iterable[Hashed]:
    """The batch cut so that one part ends exactly at the last signed size."""
    entries, hashes = batch
    if not 0 < before < len(entries):
        return (batch,)
    return (entries[:before], hashes[:before]), (entries[before:], hashes[before:])


def _require_same(growth: LogGrowth, last: Checkpoint) -> None:
    if growth.size == last.size and growth.root() != last.root:
        raise LogRolledBackError(
            f"数据库中前 {last.size} 条记录与已经签名公布的内容不同。为避免日志分叉,不再签名。"
            "请运行 manage.py verify_log 查明哪一条被改动,或恢复正确的数据库备份。"
        )
