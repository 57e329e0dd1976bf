"""Stored content held against the leaves that vouch for it. The log knows no disclosure: content comes to it."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.hazmat.primitives import hashes

from gongkai.core.notes import NoteError
from gongkai.core.proofs import record_facts
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger.models import Leaf
from gongkai.ledger.queries.leaves import raw
from gongkai.ledger.queries.scrutiny import Mismatch, Progress

_TOGETHER = 200

StoredContent = tuple[int, str, bytes | Iterable[bytes] | None]
"""A leaf's position, a name for the message, and the bytes kept for it: at once, piece by piece, or lost."""


def scrutinise_contents(contents: Iterable[StoredContent], progress: Progress) -> Iterator[Mismatch]:
    """Hash every stored content and find it, by SHA-256 and SM3, in the record of the leaf it is kept for.

    Then look the other way: each digest in a publication or correction must have been met, or the content is
    lost. ``progress`` is told (contents done, 0). Memory: one digest for each content.
    """
    met: set[tuple[int, str]] = set()
    window: dict[int, bytes] = {}
    done = 0
    for done, (position, name, data) in enumerate(contents, start=1):
        if position not in window:
            window = _window(position)
        yield from _one(position, name, data, record=window.get(position), met=met)
        if done % _TOGETHER == 0:
            progress(done, 0)
    progress(done, 0)
    yield from _never_met(met)


def _window(position: int) -> dict[int, bytes]:
    """The records around a position; sources come in order, so that one query serves many contents."""
    start = position - position % _TOGETHER
    found = Leaf.objects.filter(position__gte=start, position__lt=start + _TOGETHER)
    return {at: raw(record) for at, record in found.values_list("position", "record")}


def _never_met(met: set[tuple[int, str]]) -> Iterator[Mismatch]:
    kinds = [LeafKind.PUBLISH.value, LeafKind.CORRECT.value]
    rows = Leaf.objects.filter(kind__in=kinds).order_by("position").values_list("position", "record")
    for position, record in rows.iterator(chunk_size=_TOGETHER):
        for digests in _digests(raw(record)):
            if (position, digests["sha256"]) not in met:
                yield Mismatch(
                    f"content:{position}",
                    f"第 {position} 条记录所指的内容(SHA-256 {digests['sha256'][:16]}…)已找不到或被改动。",
                )


def _one(
    position: int,
    name: str,
    data: bytes | Iterable[bytes] | None,
    *,
    record: bytes | None,
    met: set[tuple[int, str]],
) -> Iterator[Mismatch]:
    if record is None:
        yield Mismatch(name, f"{name} 说自己记在第 {position} 条,而公开日志没有这一条。")
    elif data is None:
        yield Mismatch(name, f"{name} 的内容缺失(公开日志第 {position} 条)。")
    else:
        first, second = _hashed(data)
        expected = next((d for d in _digests(record) if d["sha256"] == first), None)
        if expected is None or expected.get("sm3", second) != second:
            yield Mismatch(name, f"{name} 的内容与公开日志第 {position} 条记录不符:内容被改动。")
        else:
            met.add((position, first))


def _hashed(data: bytes | Iterable[bytes]) -> tuple[str, str]:
    first, second = hashlib.sha256(), hashes.Hash(hashes.SM3())
    for piece in (data,) if isinstance(data, bytes | bytearray | memoryview) else data:
        first.update(piece)
        second.update(piece)
    return first.hexdigest(), second.finalize().hex()


def _digests(record: bytes) -> list[dict[str, Any]]:
    """Every object in a record that carries a SHA-256: the record itself, its files."""
    try:
        facts = record_facts(record)
    except NoteError:
        return []  # the scrutiny of the rows has reported it
    files = facts.get("files")
    found = [facts, *(files if isinstance(files, list) else [])]
    return [d for d in found if isinstance(d, dict) and isinstance(d.get("sha256"), str)]
