"""Altering one stored byte is found, wherever it is, and the report names the place."""

import pytest
from django.db import connection

from gongkai.core import canonical
from gongkai.core.merkle import leaf_hash
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import follower, queries
from gongkai.ledger.models import Leaf, LogHead
from tests.ledger.log import AT, append, append_many, content_of, flip, log_dir, overrule
from tests.ledger.test_follower import key_file, rolled_back_to

pytestmark = pytest.mark.django_db


def faults() -> list[str]:
    """The places reported, and nothing raised."""
    return [found.place for found in queries.scrutinise(lambda done, total: None)]


@pytest.fixture
def log() -> None:
    append_many(300)
    follower.publish()
    append_many(3, start=300)


def test_an_empty_log_is_in_order() -> None:
    assert faults() == []


@pytest.mark.usefixtures("log")
def test_a_log_in_order_gives_nothing_to_report_and_its_progress() -> None:
    told: list[tuple[int, int]] = []
    assert list(queries.scrutinise(lambda done, total: told.append((done, total)))) == []
    assert told == [(303, 303)]
    follower.publish()
    assert faults() == []


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("position", [0, 255, 256, 299, 301])
def test_one_byte_of_a_record_in_the_database(position: int) -> None:
    altered = bytearray(Leaf.objects.get(pk=position).record)
    altered[altered.index(b"CZJ")] ^= 1
    overrule("UPDATE ledger_leaf SET record = %s WHERE position = %s", bytes(altered), position)
    assert set(faults()) == {f"leaf:{position}"}


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("position", [0, 299])
def test_one_byte_of_a_stored_hash_in_the_database(position: int) -> None:
    altered = bytearray(Leaf.objects.get(pk=position).leaf_hash)
    altered[31] ^= 1
    overrule("UPDATE ledger_leaf SET leaf_hash = %s WHERE position = %s", bytes(altered), position)
    assert faults() == [f"leaf:{position}"]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("column", ["kind", "subject", "at"])
def test_a_column_that_no_longer_says_what_the_record_says(column: str) -> None:
    value = "2001-01-01 00:00:00" if column == "at" else "expire"
    overrule(f"UPDATE ledger_leaf SET {column} = %s WHERE position = 7", value)  # noqa: S608 - a name from this file
    assert faults() == ["leaf:7"]


@pytest.mark.usefixtures("log")
def test_a_record_and_its_hash_forged_together_in_the_database() -> None:
    row = Leaf.objects.get(pk=42)
    forged = canonical.encode({**queries.facts_of(row), "agency": "OTHER"})
    overrule(
        "UPDATE ledger_leaf SET record = %s, leaf_hash = %s WHERE position = 42",
        forged,
        leaf_hash(forged),
    )
    assert faults() == ["leaf:42"], "the files and the signed root stand against the row"


@pytest.mark.usefixtures("log")
def test_a_record_replaced_by_something_that_is_no_record() -> None:
    nonsense = b"\xff\xfe nonsense"
    overrule(
        "UPDATE ledger_leaf SET record = %s, leaf_hash = %s WHERE position = 42", nonsense, leaf_hash(nonsense)
    )
    assert faults() == ["leaf:42", "leaf:42"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its columns to their types")
@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("column", ["record", "leaf_hash"])
def test_bytes_rewritten_as_text_are_named_and_end_nothing(column: str) -> None:
    overrule(f"UPDATE ledger_leaf SET {column} = replace(record, 'CZJ', 'czj') WHERE position = 42")  # noqa: S608 - a name from this file
    assert set(faults()) == {"leaf:42"}
    assert content_faults([(42, "revision:42", content_of(42))]) != []


@pytest.mark.usefixtures("log")
def test_leaves_lost_in_every_place_at_once() -> None:
    rolled_back_to(256)
    (log_dir() / "tile/0/001.p/44").unlink()
    (log_dir() / "tile/entries/001.p/44").unlink()
    found = faults()
    assert {"tile/0/001.p/44", "tile/entries/001.p/44", "leaf:256", "leaf:299", "checkpoint"} <= set(found)


@pytest.mark.usefixtures("log")
def test_a_row_taken_out_of_the_middle() -> None:
    overrule("DELETE FROM ledger_leaf WHERE position = 10")
    assert faults() == ["leaf:10"]


@pytest.mark.usefixtures("log")
def test_rows_taken_off_the_end() -> None:
    overrule("DELETE FROM ledger_leaf WHERE position >= 298")
    assert {"head", "leaf:298", "leaf:299", "checkpoint", "log.signed"} == set(faults())


@pytest.mark.usefixtures("log")
def test_a_database_from_an_older_backup() -> None:
    rolled_back_to(100)
    found = set(faults())
    assert {"checkpoint", "log.signed", "leaf:100", "leaf:299"} <= found
    assert "leaf:99" not in found


@pytest.mark.usefixtures("log")
def test_a_head_row_that_counts_otherwise() -> None:
    LogHead.objects.update(size=7)
    assert faults() == ["head"]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44"])
@pytest.mark.parametrize("at", [40, 900])
def test_one_byte_of_a_file_of_the_log(path: str, at: int) -> None:
    flip(log_dir() / path, at)
    assert set(faults()) == {path.partition(".p/")[0]} or set(faults()) == {path}


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("path", ["tile/1/000.p/1", "checkpoint", "log.vkey"])
def test_one_byte_of_an_upper_tile_the_head_or_the_key(path: str) -> None:
    flip(log_dir() / path, 20)
    assert faults() == [path]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44", "tile/1/000.p/1"]
)
def test_a_file_of_the_log_cut_short_or_gone(path: str) -> None:
    target = log_dir() / path
    target.write_bytes(target.read_bytes()[:-40])
    assert set(faults()) == {path}
    target.unlink()
    assert set(faults()) == {path}


@pytest.mark.usefixtures("log")
def test_a_head_gone_or_a_head_signed_for_another_log() -> None:
    (log_dir() / "checkpoint").rename(log_dir() / "elsewhere")
    assert faults() == ["checkpoint"]
    (log_dir() / "elsewhere").rename(log_dir() / "checkpoint")
    key_file(".vkey").unlink()
    assert faults() == ["log.vkey"]
    key_file(".vkey").write_bytes(b"\xff\xfe")
    assert faults() == ["log.vkey"]


@pytest.mark.usefixtures("log")
def test_a_public_key_gone_from_the_folder() -> None:
    (log_dir() / "log.vkey").write_bytes(b"\xff")
    assert faults() == ["log.vkey"]
    (log_dir() / "log.vkey").unlink()
    assert faults() == ["log.vkey"]


@pytest.mark.usefixtures("log")
def test_a_history_rewritten_everywhere_but_under_the_signature() -> None:
    """Rows, bundle and tile forged alike: only the signed heads stand against them."""
    row = Leaf.objects.get(pk=42)
    forged = bytes(row.record).replace(b'"CZJ"', b'"XXX"')
    overrule("UPDATE ledger_leaf SET record = %s, leaf_hash = %s WHERE position = 42", forged, leaf_hash(forged))
    bundle, tile = log_dir() / "tile/entries/000", log_dir() / "tile/0/000"
    bundle.write_bytes(bundle.read_bytes().replace(bytes(row.record), forged))
    tile.write_bytes(tile.read_bytes().replace(bytes(row.leaf_hash), leaf_hash(forged)))
    assert set(faults()) == {"checkpoint", "log.signed", "tile/1/000.p/1"}


@pytest.mark.slow
def test_an_upper_tile_that_is_full_is_compared_too() -> None:
    told = b'{"at":"2026-11-23T11:06:00.000000Z","kind":"publish","n":%d,"subject":"test:0"}'
    entries = [told % n for n in range(65_536 + 3)]
    rows = (
        Leaf(position=n, kind="publish", subject="test:0", at=AT, record=entry, leaf_hash=leaf_hash(entry))
        for n, entry in enumerate(entries)
    )
    Leaf.objects.bulk_create(rows, batch_size=5000)
    LogHead.objects.create(pk=1, size=len(entries))
    follower.publish()
    flip(log_dir() / "tile/1/000", 77)
    assert faults() == ["tile/1/000"]


# --- stored content -----------------------------------------------------------------------------------------


def contents() -> list[queries.StoredContent]:
    return [(n, f"revision:{n}", content_of(n)) for n in range(5)]


def content_faults(given: list[queries.StoredContent]) -> list[str]:
    return [found.place for found in queries.scrutinise_contents(given, lambda done, total: None)]


@pytest.fixture
def five() -> None:
    append_many(5)


@pytest.mark.usefixtures("five")
def test_content_that_is_as_the_log_has_it_gives_nothing_to_report() -> None:
    assert content_faults(contents()) == []
    pieces = [(n, name, iter([data[:3], data[3:]])) for n, name, data in contents()]  # type: ignore[index]  # bytes here
    assert content_faults(pieces) == []


@pytest.mark.usefixtures("five")
def test_one_byte_of_a_stored_content() -> None:
    given = contents()
    given[2] = (2, "revision:2", content_of(2).replace("测试".encode(), "测验".encode()))
    assert content_faults(given) == ["revision:2", "content:2"]


@pytest.mark.usefixtures("five")
def test_a_content_lost_or_never_offered() -> None:
    given = contents()
    given[2] = (2, "revision:2", None)
    assert content_faults(given) == ["revision:2", "content:2"]
    assert content_faults(contents()[:4]) == ["content:4"]


@pytest.mark.usefixtures("five")
def test_a_content_that_names_a_leaf_that_is_not_there_or_another_ones() -> None:
    assert content_faults([*contents(), (77, "revision:77", b"x")]) == ["revision:77"]
    assert content_faults([*contents(), (3, "revision:9", content_of(4))]) == ["revision:9"]


def test_files_of_a_record_are_looked_for_as_its_content_is() -> None:
    one, two = "附件一".encode(), "附件二".encode()
    files = [{"sha256": canonical.sha256(data), "sm3": canonical.sm3(data)} for data in (one, two)]
    append(0, files=files)
    whole: list[queries.StoredContent] = [(0, "revision:0", content_of(0)), (0, "a:1", one), (0, "a:2", two)]
    assert content_faults(whole) == []
    assert content_faults(whole[:2]) == ["content:0"]
    assert content_faults([*whole[:2], (0, "a:2", two + b" ")]) == ["a:2", "content:0"]


def test_a_content_that_fits_by_one_digest_only_is_not_accepted() -> None:
    append(0, sm3="0" * 64)
    assert content_faults([(0, "revision:0", content_of(0))]) == ["revision:0", "content:0"]


@pytest.mark.usefixtures("five")
def test_what_left_the_page_lawfully_is_not_asked_for_by_its_withdrawal() -> None:
    append(9, kind=LeafKind.WITHDRAW, subject="test:2", replaces=2)
    assert content_faults(contents()) == []


@pytest.mark.usefixtures("five")
def test_a_damaged_record_vouches_for_nothing() -> None:
    overrule("UPDATE ledger_leaf SET record = leaf_hash WHERE position = 1")
    assert content_faults(contents()) == ["revision:1"]


@pytest.mark.usefixtures("five")
def test_progress_on_many_contents_is_told_as_it_goes() -> None:
    told: list[int] = []
    many = contents() * 90
    assert list(queries.scrutinise_contents(many, lambda done, total: told.append(done))) == []
    assert told == [200, 400, 450]
