"""Leaves as the database keeps them."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.core.merkle import leaf_hash
from gongkai.core.notes import Checkpoint, Note, NoteError
from gongkai.core.proofs import record_facts
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger.models import Leaf, LogHead


class NotLoggedError(LookupError):
    """The publication log has no such leaf; the message says so to a reader."""


class DamagedLeafError(Exception):
    """The record of the leaf at ``position`` is not what was appended: altered, or no longer bytes."""

    def __init__(self, position: int) -> None:
        super().__init__(f"公开日志第 {position} 条记录被改动,请运行 manage.py verify_log")
        self.position = position


@dataclass(frozen=True, slots=True)
class LogState:
    """Where the log stands. ``published`` counts the leaves under the signed head, ``size`` those recorded.

    ``root`` is the head's root in hexadecimal; it, ``origin`` and ``vkey`` are empty before the first head.
    """

    size: int
    published: int
    root: str
    origin: str
    vkey: str


class Stated(NamedTuple):
    """What one leaf's record says: its place, and the record as an object."""

    position: int
    kind: str
    at: str
    facts: dict[str, Any]


def raw(stored: object) -> bytes:
    """The bytes of a binary column; none where somebody made text or a number of it (SQLite lets one)."""
    return bytes(stored) if isinstance(stored, bytes | bytearray | memoryview) else b""


def stated(subjects: Collection[str]) -> dict[str, list[Stated]]:
    """What the log says about each of ``subjects``, oldest first; one query. Damaged records are left out."""
    found: dict[str, list[Stated]] = {subject: [] for subject in subjects}
    rows = Leaf.objects.filter(subject__in=found).order_by("position").values_list("position", "record")
    for position, record in rows:
        for one in _read(position, record):
            found.get(one.facts["subject"], []).append(one)
    return found


def stated_by(kind: LeafKind) -> Iterator[Stated]:
    """What every leaf of ``kind`` says, oldest first, read piece by piece. Damaged records are left out."""
    rows = Leaf.objects.filter(kind=kind).order_by("position").values_list("position", "record")
    for position, record in rows.iterator(chunk_size=200):
        yield from _read(position, record)


def _read(position: int, record: object) -> Iterator[Stated]:
    try:
        facts = record_facts(raw(record))
    except NoteError:
        return  # the scrutiny of the rows names it
    yield Stated(position, facts["kind"], facts["at"], facts)


def leaf(position: int) -> Leaf:
    """The leaf at ``position``, counted from 0. Raises ``NotLoggedError``."""
    found = Leaf.objects.filter(pk=position).first()
    if found is None:
        raise no_such_leaf(position)
    return found


def no_such_leaf(position: int) -> NotLoggedError:
    """What to raise for a position the log does not have."""
    return NotLoggedError(_("公开日志里没有第 %(position)d 条记录。请检查编号。") % {"position": position})


def leaves_of(subject: str) -> list[Leaf]:
    """Every leaf about ``subject`` (``noun:id``), oldest first."""
    return list(Leaf.objects.filter(subject=subject).order_by("position"))


def facts_of(found: Leaf) -> dict[str, Any]:
    """The record of a leaf as an object. Raises ``DamagedLeafError`` when it is not what its hash was taken of."""
    record = raw(found.record)
    if leaf_hash(record) != raw(found.leaf_hash):
        raise DamagedLeafError(found.position)
    facts: dict[str, Any] = json.loads(record)
    return facts


def records(positions: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The records of the leaves at these positions, as objects; one query. Unknown positions are left out.

    Raises ``DamagedLeafError``.
    """
    return {found.position: facts_of(found) for found in Leaf.objects.filter(pk__in=list(positions))}


def state() -> LogState:
    """Where the log stands now: two small reads. A damaged head counts as none; ``verify_log`` tells why."""
    root = Path(settings.LEDGER_DIR)
    size = LogHead.objects.values_list("size", flat=True).first() or 0
    try:
        head = Checkpoint.parse(Note.parse((root / "checkpoint").read_bytes()).text)
        vkey = (root / "log.vkey").read_text(encoding="utf-8").strip()
    except (OSError, NoteError, UnicodeDecodeError):
        return LogState(size, 0, "", "", "")
    return LogState(size, head.size, head.root.hex(), head.origin, vkey)
