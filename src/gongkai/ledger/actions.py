"""Appending: the only writer of the publication log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gongkai.core import canonical, merkle, tiles
from gongkai.core.vocabulary import LeafKind
from gongkai.events.counting import take
from gongkai.ledger.models import Leaf, LogHead

MAX_SUBJECT = 80
_OURS = frozenset({"kind", "subject", "at"})


class RecordTooLargeError(ValueError):
    """A record's canonical form exceeds the 65 535 bytes an entry of the log may have."""


def hold() -> None:
    """Lock the log until the caller commits, before a leaf that tells of rows which are locked after the log.

    The order of locks is the log, then clocks, then events. Raises ``TransactionManagementError`` outside a
    transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a lock belongs to the transaction of its action")
    take(LogHead, "size", key=1, count=0)


def append(*, kind: LeafKind, subject: str, record: Mapping[str, Any], at: datetime) -> Leaf:
    """Add one record to the publication log inside the caller's transaction and return its leaf.

    ``record`` is completed by ``kind``, ``subject`` (``noun:id``) and ``at``, and stored as JCS; its shape is
    told in ``docs/algorithms/publication-log.md``. ``leaf.position`` counts from 0. The one-row head stays
    locked until the caller commits, so positions are dense and in commit order, and a transaction rolled back
    leaves no gap. Lock order: append first, then announce the event.

    A leaf is public and stays for ever: codes, numbers and digests only, never a name, a title, a file name or
    a reason. Raises ``TransactionManagementError`` outside a transaction, ``RecordTooLargeError``,
    ``NotCanonicalError``, and ``ValueError`` for an unknown kind, a subject that is empty or too long, a record
    that brings one of the three names itself, or a moment without a time zone.
    """
    kind = LeafKind(kind)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a leaf belongs to the transaction of its action")
    if not 0 < len(subject) <= MAX_SUBJECT:
        raise ValueError(f"a subject has 1 to {MAX_SUBJECT} characters: {subject!r}")
    if clash := _OURS & record.keys():
        raise ValueError(f"the log itself writes {', '.join(sorted(clash))}")
    entry = canonical.encode(
        {**record, "kind": kind.value, "subject": subject, "at": canonical.moment(at)},
    )
    if len(entry) > tiles.MAX_ENTRY_BYTES:
        raise RecordTooLargeError(
            _(
                "这条记录有 %(size)d 字节,超过公开日志一条记录的上限 %(most)d 字节。"
                "请减少一次公开的附件数量,分几条公开。"
            )
            % {"size": len(entry), "most": tiles.MAX_ENTRY_BYTES}
        )
    return Leaf.objects.create(
        position=take(LogHead, "size", key=1) - 1,
        kind=kind.value,
        subject=subject,
        at=at,
        record=entry,
        leaf_hash=merkle.leaf_hash(entry),
    )
