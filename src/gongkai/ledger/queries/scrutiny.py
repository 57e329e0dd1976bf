"""The log held against itself: rows, tiles, head and stored content; what differs, and which of them is wrong.

Every leaf hash exists four times: from the record's bytes, as stored in the row, from the entry bundle and in
the hash tile. One altered byte makes one of the four disagree with the other three, and that one is named.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from gongkai.core.canonical import moment
from gongkai.core.merkle import leaf_hash
from gongkai.core.notes import Checkpoint, NoteError, VerifierKey
from gongkai.core.proofs import open_checkpoint, record_facts
from gongkai.core.tiles import WIDTH, Growth, Place, entries_of, hashes_of, place_of
from gongkai.ledger.models import Leaf, LogHead
from gongkai.ledger.queries.leaves import raw

_ROWS = 8 * WIDTH
Progress = Callable[[int, int], None]


class Row(NamedTuple):
    """A leaf's row; ``at`` as its record has to write it, bytes empty where the column holds none."""

    kind: str
    subject: str
    at: str
    record: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One disagreement: ``place`` names what is wrong (``leaf:12``, ``tile/0/000``, ``checkpoint``, a content)."""

    place: str
    message: str


def scrutinise(progress: Progress) -> Iterator[Mismatch]:
    """Recompute the whole log from the rows and compare it with its files and signed heads.

    Yields every mismatch found; nothing when all is well. ``progress`` is told (leaves done, leaves in all).
    Memory stays that of a few thousand leaves.
    """
    root = Path(settings.LEDGER_DIR)
    heads: list[tuple[str, Checkpoint]] = []
    yield from _signed_heads(root, heads)
    recorded = LogHead.objects.values_list("size", flat=True).first() or 0
    last = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    rows = 0 if last is None else last + 1
    if rows != recorded:
        yield Mismatch("head", f"数据库记录的条数是 {recorded},而实际最后一条之后是 {rows}。")
    yield from _Scrutiny(root, heads).run(rows, progress)
    for name, head in heads:
        if head.size > rows:
            yield Mismatch(name, f"已签名公布过 {head.size} 条,而数据库里只有 {rows} 条:有记录丢失。")


class _Scrutiny:
    """One pass over the log: ``shown`` leaves have files, the tree grows by what most places say."""

    def __init__(self, root: Path, heads: list[tuple[str, Checkpoint]]) -> None:
        self.root = root
        self.heads = heads
        self.shown = next((head.size for name, head in heads if name == "checkpoint"), 0)
        self.growth = Growth()

    def run(self, rows: int, progress: Progress) -> Iterator[Mismatch]:
        total = max(rows, self.shown)
        for start in range(0, total, _ROWS):
            stop = min(start + _ROWS, total)
            stored = _rows(start)
            for index in range(start // WIDTH, -(-stop // WIDTH)):
                yield from self._bundle(index, stored)
            progress(stop, total)

    def _bundle(self, index: int, stored: dict[int, Row]) -> Iterator[Mismatch]:
        """Compare the leaves of one bundle in all four places, then grow the tree by what most of them say."""
        entries: list[bytes] = []
        tile: list[bytes] = []
        if self.shown > index * WIDTH:
            entries = yield from self._parts(place_of(None, index, self.shown), entries_of)
            tile = yield from self._parts(place_of(0, index, self.shown), hashes_of)
        agreed: list[bytes] = []
        for position in range(index * WIDTH, (index + 1) * WIDTH):
            row = stored.get(position)
            if row is None and position >= self.shown:
                break
            offset = position % WIDTH
            yield from _columns(position, row)
            if (found := _unanimous(row, entries, tile, offset)) is None:
                places = _places(position, row, entries[offset : offset + 1], tile[offset : offset + 1])
                found = yield from _outvote(position, places)
            agreed += [found] if found else []
        yield from self._grow(agreed)

    def _grow(self, agreed: list[bytes]) -> Iterator[Mismatch]:
        """Add leaf hashes, stopping at every signed size to compare its root."""
        base = self.growth.size
        marks = sorted({head.size - base for _, head in self.heads if 0 < head.size - base <= len(agreed)})
        for start, stop in pairwise([0, *marks, len(agreed)]):
            for place, data in self.growth.add(agreed[start:stop]):
                if place.level and (place.index + 1) * WIDTH ** (place.level + 1) <= self.shown:
                    yield from self._same(place, data)
            if stop in marks:
                yield from self._at_signed_size()

    def _at_signed_size(self) -> Iterator[Mismatch]:
        size, reached = self.growth.size, self.growth.root()
        for name, head in self.heads:
            if head.size == size and head.root != reached:
                yield Mismatch(name, f"由全部记录重算的根与第 {size} 条时签名公布的根不同。")
        if size == self.shown:
            for place, data in self.growth.edge():
                if place.level:
                    yield from self._same(place, data)

    def _read(self, place: Place) -> bytes:
        for path in (place.path, place.whole.path):
            if (self.root / path).is_file():
                return (self.root / path).read_bytes()
        return b""

    def _same(self, place: Place, data: bytes) -> Iterator[Mismatch]:
        found = self._read(place)
        if not found:
            yield _missing(place)
        elif found[: len(data)] != data:
            yield Mismatch(place.path, f"公开日志文件 {place.path} 被改动。")

    def _parts(
        self, place: Place, taken_apart: Callable[[bytes], list[bytes]]
    ) -> Generator[Mismatch, None, list[bytes]]:
        """What a bundle or leaf tile holds, as far as the head reaches; nothing when it cannot be read."""
        try:
            found = taken_apart(self._read(place))[: place.width]
        except ValueError:
            found = []
        if len(found) < place.width:
            yield _missing(place)
        return found


def _signed_heads(root: Path, heads: list[tuple[str, Checkpoint]]) -> Iterator[Mismatch]:
    """Open the head on show and the one remembered beside the key."""
    key_path = Path(settings.LEDGER_KEY)
    sources = {"checkpoint": root / "checkpoint", "log.signed": key_path.with_suffix(".signed")}
    present = {name: path for name, path in sources.items() if path.exists()}
    if not present:
        return
    try:
        key = VerifierKey.parse(key_path.with_suffix(".vkey").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NoteError):
        yield Mismatch("log.vkey", f"密钥旁的公钥文件 {key_path.with_suffix('.vkey')} 缺失或损坏,签名无法核对。")
        return
    for name, path in present.items():
        try:
            heads.append((name, open_checkpoint(path.read_bytes(), key)[0]))
        except NoteError:
            yield Mismatch(name, f"{path} 的签名不成立或文件已被改动。")
    if "checkpoint" not in present:
        yield Mismatch("checkpoint", "签名记录还在,而公布的检查点不见了。")
    if _text(root / "log.vkey") != str(key):
        yield Mismatch("log.vkey", "公开目录里的公钥 log.vkey 与签名密钥不是一对。")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _missing(place: Place) -> Mismatch:
    return Mismatch(place.path, f"公开日志文件 {place.path} 缺失或残缺。")


def _rows(start: int) -> dict[int, Row]:
    found = Leaf.objects.filter(position__gte=start, position__lt=start + _ROWS)
    return {
        position: Row(kind, subject, moment(at), raw(record), raw(stored))
        for position, kind, subject, at, record, stored in found.values_list(
            "position", "kind", "subject", "at", "record", "leaf_hash"
        )
    }


def _columns(position: int, row: Row | None) -> Iterator[Mismatch]:
    """The row's own columns against the record they were taken from."""
    name = f"leaf:{position}"
    if row is None:
        yield Mismatch(name, f"数据库中第 {position} 条记录缺失。")
        return
    try:
        facts = record_facts(row.record)
    except NoteError:
        yield Mismatch(name, f"数据库中第 {position} 条记录的内容已损坏,不再是一条记录。")
        return
    if (facts["kind"], facts["subject"], facts["at"]) != row[:3]:
        yield Mismatch(name, f"数据库中第 {position} 条的种类、主题或时间与记录本身不符。")


def _unanimous(row: Row | None, entries: list[bytes], tile: list[bytes], offset: int) -> bytes | None:
    """The hash all four places agree on, as nearly always; ``None`` when it has to be looked at closely."""
    if row is None or offset >= len(entries) or offset >= len(tile) or entries[offset] != row.record:
        return None
    found = leaf_hash(row.record)
    return found if found == row.leaf_hash == tile[offset] else None


def _places(position: int, row: Row | None, entry: list[bytes], tile: list[bytes]) -> list[tuple[str, bytes]]:
    """Where a leaf's hash stands, and what it is there. The first two are the database's."""
    index = position // WIDTH
    places: list[tuple[str, bytes]] = []
    if row is not None:
        places += [(f"leaf:{position}", leaf_hash(row.record)), (f"leaf:{position}", row.leaf_hash)]
    places += [(Place(None, index).path, leaf_hash(found)) for found in entry]
    places += [(Place(0, index).path, found) for found in tile]
    return places


def _outvote(position: int, places: list[tuple[str, bytes]]) -> Generator[Mismatch, None, bytes]:
    """The hash most places agree on, the files' where they stand even; each place that differs is a mismatch."""
    winner = Counter(found for _, found in reversed(places)).most_common(1)[0][0] if places else b""
    for place in dict.fromkeys(place for place, found in places if found != winner):
        where = "数据库中" if place.startswith("leaf:") else f"公开日志文件 {place} 中"
        yield Mismatch(place, f"{where}第 {position} 条记录被改动。")
    return winner
