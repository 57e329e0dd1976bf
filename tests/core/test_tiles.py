"""The log as files: names, cutting, growing, and proofs made from tiles alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.core import merkle, tiles
from gongkai.core.tiles import Growth, LogGrowth, Place, TileNodes


def entries(count: int, start: int = 0) -> list[bytes]:
    return [b"entry %d " % n * (n % 7) for n in range(start, start + count)]


def grown(size: int) -> dict[str, bytes]:
    growth = LogGrowth()
    files = {place.path: data for place, data in growth.extend(entries(size))}
    return files | {place.path: data for place, data in growth.edge()}


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0), "tile/0/000"),
        (Place(3, 1234067), "tile/3/x001/x234/067"),
        (Place(None, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
        (Place(1, 999, 255), "tile/1/999.p/255"),
        (Place(0, 1000), "tile/0/x001/000"),
    ],
)
def test_a_place_has_the_path_the_format_gives_it_and_is_found_by_it(place: Place, path: str) -> None:
    assert place.path == path
    assert Place.of_path(path) == place
    assert place.whole.path == path.partition(".p/")[0]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64x/000",
        "tile/100/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/0/x000/001",
        "tile/0/../000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/０００",
        "tile/entries/x001/x234/x067",
    ],
)
def test_a_path_in_any_other_spelling_names_nothing(path: str) -> None:
    assert Place.of_path(path) is None


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
def test_every_place_is_found_again_by_its_path(level: int | None, index: int, width: int) -> None:
    place = Place(level, index, width)
    assert Place.of_path(place.path) == place


def test_a_log_of_seventy_thousand_has_the_tiles_the_specification_counts() -> None:
    found = [place for place in tiles.places(70_000) if place.level is not None]
    full = [sum(p.level == level and p.width == 256 for p in found) for level in range(3)]
    partial = [[p.width for p in found if p.level == level and p.width < 256] for level in range(3)]
    assert (full, partial) == ([273, 1, 0], [[112], [17], [1]])


def test_a_log_of_exactly_one_tile_has_one_full_tile_and_a_partial_one_above() -> None:
    assert [p.path for p in tiles.places(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.places(0)) == []


@pytest.mark.parametrize(("level", "index", "size"), [(0, 1, 256), (1, 0, 255), (None, 3, 700), (0, -1, 10)])
def test_a_tile_beyond_the_log_is_not_there(level: int | None, index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no tile"):
        tiles.place_of(level, index, size)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_back_its_entries(given_entries: list[bytes]) -> None:
    bundle = tiles.bundle_of(given_entries)
    assert tiles.entries_of(bundle) == given_entries
    for offset, entry in enumerate(given_entries):
        assert tiles.entry_at(bundle, offset) == entry


def test_an_entry_is_found_at_its_place_in_a_bundle() -> None:
    bundle = tiles.bundle_of([b"one", b"", b"three"])
    assert [tiles.entry_at(bundle, offset) for offset in range(3)] == [b"one", b"", b"three"]


def test_a_bundle_cut_short_or_overfull_is_refused() -> None:
    bundle = tiles.bundle_of([b"one", b"two"])
    for broken in (bundle[:-1], bundle[:6], bundle + b"\x00", bundle + b"\x00\x05ab"):
        with pytest.raises(ValueError, match="not an entry bundle"):
            tiles.entries_of(broken)
    with pytest.raises(ValueError, match="not an entry bundle"):
        tiles.entries_of(tiles.bundle_of([b""] * 257))
    for offset in (2, 9):
        with pytest.raises(ValueError, match="not an entry bundle"):
            tiles.entry_at(bundle, offset)
    with pytest.raises(ValueError, match="not an entry bundle"):
        tiles.entry_at(bundle[:-1], 1)


def test_the_longest_entry_fits_and_one_byte_more_does_not() -> None:
    assert tiles.entries_of(tiles.bundle_of([b"x" * tiles.MAX_ENTRY_BYTES]))[0] == b"x" * 65_535
    with pytest.raises(OverflowError):
        tiles.bundle_of([b"x" * (tiles.MAX_ENTRY_BYTES + 1)])


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33, b"x" * 257 * 32])
def test_what_is_not_whole_hashes_is_not_a_tile(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a hash tile"):
        tiles.hashes_of(data)


@given(st.lists(st.integers(0, 700), max_size=5))
@settings(max_examples=30)
def test_growing_in_steps_gives_the_files_of_growing_at_once(steps: list[int]) -> None:
    growth, files, size = LogGrowth(), {}, 0
    for step in steps:
        files |= {place.path: data for place, data in growth.extend(entries(step, size))}
        size += step
        now = files | {place.path: data for place, data in growth.edge()}
        hashes = [merkle.leaf_hash(entry) for entry in entries(size)]
        assert growth.root() == merkle.root_of(hashes)
        assert growth.size == size
        assert all(place.path in now for place in tiles.places(size))
    assert files | {place.path: data for place, data in growth.edge()} == grown(size)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_a_log_continues_from_its_own_right_edge(size: int) -> None:
    files = grown(size)
    edge: list[list[bytes]] = []
    while size >> 8 * len(edge):
        level = len(edge)
        index, width = divmod(size >> 8 * level, 256)
        edge.append(tiles.hashes_of(files[Place(level, index, width).path]) if width else [])
    index, width = divmod(size, 256)
    bundle = tiles.entries_of(files[Place(None, index, width).path]) if width else []
    resumed, whole = LogGrowth(size, edge, bundle), LogGrowth()
    list(whole.extend(entries(size)))
    assert resumed.root() == whole.root()
    more = entries(300, size)
    assert list(resumed.extend(more)) == list(whole.extend(more))
    assert list(resumed.edge()) == list(whole.edge())


@pytest.mark.parametrize(
    ("size", "edge", "bundle"),
    [
        (1, [], [b"x"]),
        (1, [[b"h" * 32] * 2], [b"x"]),
        (1, [[b"h" * 32]], []),
        (1, [[b"h" * 32]], [b"x"]),
        (256, [[]], []),
        (256, [[], []], []),
        (0, [[b"h" * 32]], []),
    ],
)
def test_an_edge_that_does_not_fit_the_size_is_refused(
    size: int, edge: list[list[bytes]], bundle: list[bytes]
) -> None:
    with pytest.raises(ValueError, match="right edge"):
        LogGrowth(size, edge, bundle)


def test_proofs_from_tiles_are_the_proofs_of_the_tree() -> None:
    size = 70_000
    files = grown(size)
    tree = merkle.Tree(merkle.leaf_hash(entry) for entry in entries(size))
    nodes = TileNodes(size, lambda place: tiles.within(files[place.path]))
    assert merkle.tree_root(size, nodes.node) == tree.root()
    for index in [0, 255, 256, 65_535, 65_536, size - 1, *range(1, size, 1399)]:
        assert merkle.inclusion_proof(index, size, nodes.node) == tree.inclusion_proof(index)
        assert merkle.consistency_proof(index + 1, size, nodes.node) == tree.consistency_proof(index + 1)


def test_hash_tiles_alone_grow_like_the_whole_log() -> None:
    hashes = [merkle.leaf_hash(entry) for entry in entries(66_000)]
    growth = Growth()
    files = {place.path: data for place, data in growth.add(hashes)}
    files |= {place.path: data for place, data in growth.edge()}
    assert files == {path: data for path, data in grown(66_000).items() if "entries" not in path}


def test_a_tile_error_names_the_tile() -> None:
    assert tiles.TileError("tile/0/000").path == "tile/0/000"
