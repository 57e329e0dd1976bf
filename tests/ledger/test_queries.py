"""Proofs, heads and archives from the static files, and a second implementation that reads the same files."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash as their_leaf_hash
from tlog_scales.tlog import InclusionProof

from gongkai.core.notes import VerifierKey
from gongkai.core.proofs import LeafProof
from gongkai.core.tiles import places
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import follower, queries
from gongkai.ledger.queries import NotLoggedError, NotYetPublishedError, ProofUnavailableError
from tests.ledger.log import append, append_many, files_of, flip, log_dir

pytestmark = pytest.mark.django_db


def verified(text: str) -> LeafProof:
    proof = LeafProof.parse(text.encode())
    key = VerifierKey.parse(Path(settings.LEDGER_KEY).with_suffix(".vkey").read_text())
    assert proof.vkey == str(key)
    proof.verify(key)
    return proof


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_every_leaf_of_a_log_has_a_proof_that_holds(size: int) -> None:
    append_many(size)
    follower.publish()
    for position in {0, 1, size // 2, 254, 255, 256, size - 1} & set(range(size)):
        proof = verified(queries.proof_for(position))
        assert proof.index == position
        assert proof.record == bytes(queries.leaf(position).record)


def test_a_subject_is_proved_by_its_newest_leaf() -> None:
    append(0, subject="disclosure:a")
    append(1, subject="disclosure:b")
    append(2, subject="disclosure:a", kind=LeafKind.CORRECT, replaces=0)
    follower.publish()
    assert verified(queries.proof_for("disclosure:a")).index == 2
    assert verified(queries.proof_for("disclosure:b")).index == 1
    assert [leaf.position for leaf in queries.leaves_of("disclosure:a")] == [0, 2]
    assert queries.facts_of(queries.leaf(2))["replaces"] == 0


def test_a_proof_asks_the_database_for_nothing(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # the fixture's type is private
    append_many(300)
    follower.publish()
    with django_assert_num_queries(0):
        queries.proof_for(7)
    with django_assert_num_queries(1):
        queries.proof_for("test:7")


def test_old_proofs_still_hold_when_the_log_has_grown() -> None:
    append_many(3)
    follower.publish()
    old = queries.proof_for(1)
    append_many(400, start=3)
    follower.publish()
    assert verified(old).index == 1
    assert verified(queries.proof_for(1)).note != LeafProof.parse(old.encode()).note


def test_what_is_not_there_is_said_plainly() -> None:
    assert queries.checkpoint() is None
    for missing in (0, -1, 10**12):
        with pytest.raises(NotLoggedError, match=f"没有第 {missing} 条"):
            queries.proof_for(missing)
    with pytest.raises(NotLoggedError, match="没有关于 test:9 的记录"):
        queries.proof_for("test:9")
    with pytest.raises(NotLoggedError, match="没有第 4 条"):
        queries.leaf(4)
    assert queries.leaves_of("test:9") == []
    append(0)
    with pytest.raises(NotYetPublishedError, match="正在生成"):
        queries.proof_for(0)
    follower.publish()
    append(1)
    with pytest.raises(NotYetPublishedError, match="正在生成"):
        queries.proof_for("test:1")
    with pytest.raises(NotLoggedError):
        queries.proof_for(2)


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"])
def test_a_proof_is_not_given_from_damaged_files(path: str) -> None:
    append_many(300)
    follower.publish()
    target = log_dir() / path
    target.write_bytes(target.read_bytes()[:-7])
    with pytest.raises(ProofUnavailableError, match="县政务公开办"):
        queries.proof_for(299)
    target.write_bytes(b"")
    with pytest.raises(ProofUnavailableError):
        queries.proof_for(299)


def test_a_tile_put_right_again_is_read_again() -> None:
    append_many(300)
    follower.publish()
    good = queries.proof_for(7)
    flip(log_dir() / "tile/0/000", 40 * 32)
    assert queries.proof_for(7) != good
    follower.rebuild()
    assert queries.proof_for(7) == good


def test_the_state_says_how_far_the_head_is_behind() -> None:
    assert queries.state() == queries.LogState(0, 0, "", "", "")
    append_many(3)
    follower.publish()
    append(3)
    state = queries.state()
    assert (state.size, state.published) == (4, 3)
    assert state.origin == "gongkai.localhost/log"
    assert state.vkey == str(VerifierKey.parse(state.vkey))
    assert len(bytes.fromhex(state.root)) == 32
    text = queries.checkpoint()
    assert text is not None
    assert text.startswith("gongkai.localhost/log\n3\n")
    (log_dir() / "checkpoint").write_bytes(b"nonsense")
    assert queries.state() == queries.LogState(4, 0, "", "", "")


# --- the whole log for download -----------------------------------------------------------------------------


def test_the_archive_holds_exactly_the_files_of_the_head() -> None:
    target = io.BytesIO()
    assert queries.write_archive(target) is None
    append_many(20)
    follower.publish()
    append_many(280, start=20)
    follower.publish()
    head = queries.write_archive(target)
    assert head is not None
    assert head.size == 300
    target.seek(0)
    with tarfile.open(fileobj=target) as archive:
        found = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]  # files only
    needed = {place.path for place in places(300)} | {"checkpoint", "log.vkey"}
    assert found == {path: data for path, data in files_of(log_dir()).items() if path in needed}
    again = io.BytesIO()
    queries.write_archive(again)
    assert again.getvalue() == target.getvalue()


def test_an_archive_made_while_the_log_grows_still_fits_its_head() -> None:
    append_many(200)
    follower.publish()
    old_head = (log_dir() / "checkpoint").read_bytes()
    append_many(100, start=200)
    follower.publish()
    (log_dir() / "checkpoint").write_bytes(old_head)  # as a reader saw it just before
    assert not (log_dir() / "tile/0/000.p/200").exists()
    assert verified(queries.proof_for(199)).index == 199
    target = io.BytesIO()
    head = queries.write_archive(target)
    assert head is not None
    assert head.size == 200
    target.seek(0)
    with tarfile.open(fileobj=target) as archive:
        sizes = {member.name: member.size for member in archive}
    assert sizes["tile/0/000.p/200"] == 200 * 32
    assert "tile/entries/000.p/200" in sizes


def test_an_archive_is_not_made_from_damaged_files() -> None:
    append_many(300)
    follower.publish()
    (log_dir() / "tile/0/000").unlink()
    with pytest.raises(ProofUnavailableError, match="打包"):
        queries.write_archive(io.BytesIO())


# --- a second implementation ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 256, 300, 1000])
def test_another_implementation_reads_our_tiles_and_agrees(size: int) -> None:
    append_many(size)
    follower.publish()
    reader = TilesReader(LocalBackend(log_dir()))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string((log_dir() / "log.vkey").read_text().strip()))
    assert (checkpoint.origin, checkpoint.size) == ("gongkai.localhost/log", size)
    assert reader.calculate_root_hash() == checkpoint.root_hash
    for position in {0, size // 3, size - 1}:
        theirs = reader.get_inclusion_proof(position, size)
        entry = reader.get_entry(position)
        theirs.check(their_leaf_hash(entry), checkpoint.root_hash)
        ours = LeafProof.parse(queries.proof_for(position).encode())
        assert list(ours.path) == theirs.node_hashes
        assert ours.record == entry
        assert json.loads(entry)["subject"] == f"test:{position}"
        InclusionProof(position, size, list(ours.path)).check(their_leaf_hash(ours.record), checkpoint.root_hash)


def test_another_implementation_agrees_that_the_log_only_grew() -> None:
    append_many(5)
    follower.publish()
    old = TilesReader(LocalBackend(log_dir())).get_checkpoint()
    append_many(600, start=5)
    follower.publish()
    reader = TilesReader(LocalBackend(log_dir()))
    new = reader.get_checkpoint()
    reader.get_consistency_proof(old.size, new.size).check(old.root_hash, new.root_hash)
