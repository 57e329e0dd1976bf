"""A whole log: every entry hashed again, every tile compared, the root held against the signed head."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

from gongkai.core.merkle import leaf_hash
from gongkai.core.notes import MAX_NOTE_BYTES, Checkpoint, NoteError, VerifierKey
from gongkai.core.proofs import open_checkpoint, record_facts
from gongkai.core.tiles import WIDTH, Growth, Place, entries_of, hashes_of, place_of
from gongkai.verify.claims import digests_of

MAX_FAULTS = 50
Progress = Callable[[int, int], None]


class LogSource(Protocol):
    """Where a log's files are read from."""

    def read(self, name: str) -> bytes | None: ...


@dataclass(slots=True)
class Wanted:
    """What to look out for on the way: records at positions, digests of files at hand, roots at sizes."""

    positions: set[int] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)


@dataclass(slots=True)
class LogReport:
    """What a walk through a log found. ``faults`` are (code, path or position); ``records`` by position."""

    key: VerifierKey
    head: Checkpoint
    others: int
    faults: list[tuple[str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    replaced_by: dict[int, int] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)

    def fault(self, code: str, where: str) -> None:
        """Remember a fault; the first fifty are enough to act on."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append((code, where))


def open_log(source: LogSource, *, pinned: VerifierKey | None) -> LogReport:
    """Check the head's signature. Without a pinned key the log's own copy is used. Raises ``NoteError``."""
    if pinned is None:
        pinned = VerifierKey.parse((source.read("log.vkey") or b"")[:MAX_NOTE_BYTES].decode("utf-8", "replace"))
    head, others = open_checkpoint(source.read("checkpoint") or b"", pinned)
    return LogReport(pinned, head, others)


def check_log(source: LogSource, report: LogReport, wanted: Wanted, progress: Progress) -> None:
    """Walk through the whole log, filling ``report``. Memory stays that of one bundle."""
    size = report.head.size
    growth = Growth()
    for index in range(-(-size // WIDTH)):
        hashes = _leaf_hashes(source, report, wanted, index)
        if hashes is None:
            return
        base, end = growth.size, growth.size + len(hashes)
        marks = sorted(mark - base for mark in wanted.sizes if base < mark <= end)
        for start, stop in pairwise([0, *marks, len(hashes)]):
            for place, data in growth.add(hashes[start:stop]):
                _compare(source, report, place, data)
            if stop in marks:
                report.roots[growth.size] = growth.root()
        progress(growth.size, size)
    for place, data in growth.edge():
        _compare(source, report, place, data)
    if growth.root() != report.head.root:
        report.fault("log_root", "checkpoint")


def _read(source: LogSource, place: Place) -> bytes:
    return source.read(place.path) or source.read(place.whole.path) or b""


def _parts(source: LogSource, place: Place, taken_apart: Callable[[bytes], list[bytes]]) -> list[bytes]:
    """What a file holds as far as the head reaches; nothing when it is missing or cut short."""
    try:
        found = taken_apart(_read(source, place))[: place.width]
    except ValueError:
        return []
    return found if len(found) == place.width else []


def _leaf_hashes(source: LogSource, report: LogReport, wanted: Wanted, index: int) -> list[bytes] | None:
    """One bundle's leaf hashes, read from the entries and held against the tile; ``None`` when both are gone."""
    size = report.head.size
    bundle, tile = place_of(None, index, size), place_of(0, index, size)
    entries = _parts(source, bundle, entries_of)
    stored = _parts(source, tile, hashes_of)
    if not entries:
        report.fault("log_missing", bundle.path)
    if not stored:
        report.fault("log_missing", tile.path)
    reached = [leaf_hash(entry) for entry in entries]
    for offset, (own, kept) in enumerate(zip(reached, stored, strict=False)):
        if own != kept:
            report.fault("log_entry", str(index * WIDTH + offset))
    for offset, entry in enumerate(entries):
        _learn(report, wanted, index * WIDTH + offset, entry)
    return stored or reached or None


def _learn(report: LogReport, wanted: Wanted, position: int, entry: bytes) -> None:
    """Take from a record what somebody asked for."""
    try:
        facts = record_facts(entry)
    except NoteError:
        report.fault("log_record", str(position))
        return
    report.kinds[facts["kind"]] += 1
    if position in wanted.positions or any(d["sha256"] in wanted.digests for d in digests_of(facts)):
        report.records[position] = facts
    old = facts.get("replaces")
    if type(old) is int and old in report.records and report.records[old]["subject"] == facts["subject"]:
        report.replaced_by[old] = position
        report.records[position] = facts


def _compare(source: LogSource, report: LogReport, place: Place, data: bytes) -> None:
    """An upper tile against what it should hold; leaf tiles were compared entry by entry."""
    if not place.level:
        return
    found = _read(source, place)
    if not found:
        report.fault("log_missing", place.path)
    elif found[: len(data)] != data:
        report.fault("log_tile", place.path)


def successors(report: LogReport, position: int) -> Iterator[int]:
    """The leaves that came to replace a leaf, one after the other."""
    while position in report.replaced_by:
        position = report.replaced_by[position]
        yield position
