"""The log as static files: C2SP tlog-tiles, height 8. Standard library only.

A hash tile ``tile/<level>/<n>`` holds up to 256 hashes; at level 0 they are leaf hashes, above it the roots of
full tiles below. An entry bundle ``tile/entries/<n>`` holds the entries themselves, each after its length in
two bytes. The right-most file of a level is partial, ``….p/<width>``. Nothing here reads or writes: files come
in and go out as ``(path, bytes)``.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from gongkai.core.merkle import HASH_BYTES, fold, leaf_hash, parents, peaks_of

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ENTRY_BYTES = 0xFFFF
MAX_BUNDLE_BYTES = WIDTH * (2 + MAX_ENTRY_BYTES)
MAX_LOG_SIZE = 1 << 40  # a hundred leaves a second for three centuries; bounds what a hostile file can ask for

_length = struct.Struct(">H").unpack_from
_PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/){0,4}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TileError(ValueError):
    """A tile or bundle is missing, cut short or not of the width its place demands; ``path`` says which."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of the log stands. ``level`` is ``None`` for an entry bundle; ``width`` is 1 … 256."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The file's path below the log's address."""
        parts = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{'/'.join(parts)}{partial}"

    @property
    def whole(self) -> "Place":
        """The full file that takes this one's place once it exists."""
        return Place(self.level, self.index)

    @classmethod
    def of_path(cls, path: str) -> "Place | None":
        """The place a path names, or ``None`` when it is not the one spelling of a tile's path."""
        found = _PATH.fullmatch(path)
        if not found:
            return None
        level, index, width = found.groups()
        place = cls(
            None if level == "entries" else int(level),
            int(index.replace("x", "").replace("/", "")),
            int(width) if width else WIDTH,
        )
        return place if place.path == path and place.width <= WIDTH else None


def place_of(level: int | None, index: int, size: int) -> Place:
    """The file that holds tile ``index`` of ``level`` in a log of ``size`` leaves, partial at the right edge.

    Raises ``ValueError`` when a log of that size has no such tile.
    """
    count = size >> (HEIGHT * (level or 0))
    width = min(count - index * WIDTH, WIDTH)
    if width <= 0 or index < 0:
        raise ValueError(f"no tile {index} at level {level} in a log of {size}")
    return Place(level, index, width)


def places(size: int) -> Iterator[Place]:
    """Every file a log of ``size`` leaves needs: entry bundles first, then the hash tiles level by level."""
    for index in range(-(-size // WIDTH)):
        yield place_of(None, index, size)
    level, count = 0, size
    while count:
        for index in range(-(-count // WIDTH)):
            yield place_of(level, index, size)
        level, count = level + 1, count >> HEIGHT


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle. Raises ``OverflowError`` for an entry above 65 535 bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ``ValueError`` when it is cut short or holds more than 256."""
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if at > end or start > end or len(entries) == WIDTH:
            raise ValueError("not an entry bundle")
        entries.append(bundle[start:at])
    return entries


def entry_at(bundle: bytes, offset: int) -> bytes:
    """The entry number ``offset`` of a bundle. Raises ``ValueError`` when the bundle ends before it."""
    at = 0
    try:
        for _ in range(offset):
            at += 2 + _length(bundle, at)[0]
        start = at + 2
        end = start + _length(bundle, at)[0]
    except struct.error:
        raise ValueError("not an entry bundle") from None
    if end > len(bundle):
        raise ValueError("not an entry bundle")
    return bundle[start:end]


def hashes_of(tile: bytes) -> list[bytes]:
    """The hashes of a tile. Raises ``ValueError`` unless it is 1 … 256 whole hashes."""
    if not tile or len(tile) % HASH_BYTES or len(tile) > WIDTH * HASH_BYTES:
        raise ValueError("not a hash tile")
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def within(tile: bytes) -> tuple[bytes, ...]:
    """All full subtrees inside a tile: item *r* is the joined roots of its subtrees of 2^r hashes."""
    level = hashes_of(tile)
    found = [tile]
    while len(level) > 1:
        level = parents(level)
        found.append(b"".join(level))
    return tuple(found)


class TileNodes:
    """Answers for the nodes of a log of ``size`` leaves out of its tiles.

    ``subtrees`` takes a :class:`Place` and returns :func:`within` of that file; it is asked once for each.
    """

    def __init__(self, size: int, subtrees: Callable[[Place], tuple[bytes, ...]]) -> None:
        self._size = size
        self._subtrees = subtrees
        self._read: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of a full subtree (see :mod:`gongkai.core.merkle`)."""
        tile_level, inside = divmod(level, HEIGHT)
        tile_index, offset = divmod(index << inside, WIDTH)
        found = self._read.get((tile_level, tile_index))
        if found is None:
            found = self._subtrees(place_of(tile_level, tile_index, self._size))
            self._read[tile_level, tile_index] = found
        roots = found[inside]
        at = (offset >> inside) * HASH_BYTES
        return roots[at : at + HASH_BYTES]


class Growth:
    """A tree being extended, holding only its right edge: at most 255 hashes a level."""

    def __init__(self, size: int = 0, edge: Sequence[Sequence[bytes]] = ()) -> None:
        """Continue a tree of ``size`` leaves from the hashes of its partial tiles, level 0 first.

        Raises ``ValueError`` when their widths do not fit the size.
        """
        self.size = size
        self._edge = [list(hashes) for hashes in edge] or [[]]
        fits = all(len(hashes) == (size >> HEIGHT * level) % WIDTH for level, hashes in enumerate(self._edge))
        if not fits or size >> HEIGHT * len(self._edge):
            raise ValueError(f"these tiles are not the right edge of a log of {size}")

    def add(self, hashes: Sequence[bytes]) -> Iterator[tuple[Place, bytes]]:
        """Add leaf hashes in order and yield each hash tile that became full."""
        at = 0
        while at < len(hashes):
            part = hashes[at : at + WIDTH - len(self._edge[0])]
            self._edge[0] += part
            self.size += len(part)
            at += len(part)
            yield from self._carry()

    def _carry(self) -> Iterator[tuple[Place, bytes]]:
        level = 0
        while len(self._edge[level]) == WIDTH:
            hashes = self._edge[level]
            yield Place(level, (self.size >> HEIGHT * (level + 1)) - 1), b"".join(hashes)
            self._edge[level] = []
            if len(self._edge) == level + 1:
                self._edge.append([])
            self._edge[level + 1] += peaks_of(hashes)
            level += 1

    def edge(self) -> Iterator[tuple[Place, bytes]]:
        """The partial hash tiles of the tree as it now stands."""
        for level, hashes in enumerate(self._edge):
            if hashes:
                yield Place(level, self.size >> HEIGHT * (level + 1), len(hashes)), b"".join(hashes)

    def root(self) -> bytes:
        """The root over everything added so far."""
        return fold(peak for hashes in reversed(self._edge) for peak in peaks_of(hashes))


class LogGrowth(Growth):
    """A log being extended: the tree's right edge and one partial bundle of entries."""

    def __init__(self, size: int = 0, edge: Sequence[Sequence[bytes]] = (), entries: Iterable[bytes] = ()) -> None:
        """As :class:`Growth`, with the entries of the partial bundle. Raises ``ValueError``."""
        super().__init__(size, edge)
        self._entries = list(entries)
        if [leaf_hash(entry) for entry in self._entries] != self._edge[0]:
            raise ValueError(f"this bundle is not the right edge of a log of {size}")

    def extend(
        self, entries: Sequence[bytes], hashes: Sequence[bytes] | None = None
    ) -> Iterator[tuple[Place, bytes]]:
        """Add entries in order and yield each file, bundle or tile, that became full.

        ``hashes`` are their leaf hashes where the caller has just computed them.
        """
        hashes = [leaf_hash(entry) for entry in entries] if hashes is None else hashes
        at = 0
        while at < len(entries):
            part = entries[at : at + WIDTH - len(self._entries)]
            self._entries += part
            if len(self._entries) == WIDTH:
                yield Place(None, self.size // WIDTH), bundle_of(self._entries)
                self._entries = []
            yield from self.add(hashes[at : at + len(part)])
            at += len(part)

    def edge(self) -> Iterator[tuple[Place, bytes]]:
        """The partial files of the log as it now stands."""
        if self._entries:
            yield Place(None, self.size // WIDTH, len(self._entries)), bundle_of(self._entries)
        yield from super().edge()
