"""Proof files: they come back as they went out, and no altered byte goes unnoticed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.core import canonical, merkle, notes, proofs
from gongkai.core.notes import Checkpoint, Fault, NoteError, VerifierKey
from gongkai.core.proofs import LeafProof

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
VKEY = VerifierKey.of("log.example/ceshi", KEY)
RECORDS = [
    canonical.encode(
        {"kind": "publish", "subject": f"disclosure:{n}", "at": "2026-11-23T11:06:00.000000Z", "n": n}
    )
    for n in range(300)
]
TREE = merkle.Tree(merkle.leaf_hash(record) for record in RECORDS)
NOTE = notes.sign(Checkpoint(VKEY.name, 300, TREE.root()).text, name=VKEY.name, key=KEY)


def proof(index: int = 7) -> LeafProof:
    return LeafProof(index, tuple(TREE.inclusion_proof(index)), RECORDS[index], str(VKEY), NOTE)


TEXT = str(proof())


def fault_of(text: str | bytes) -> Fault:
    with pytest.raises(NoteError) as caught:
        LeafProof.parse(text.encode() if isinstance(text, str) else text).verify(VKEY)
    return caught.value.fault


def with_extra(extra: bytes) -> str:
    lines = TEXT.split("\n")
    lines[1] = "extra " + base64.b64encode(extra).decode()
    return "\n".join(lines)


@pytest.mark.parametrize("index", [0, 7, 255, 256, 299])
def test_a_proof_comes_back_as_it_went_out_and_holds(index: int) -> None:
    given_proof = proof(index)
    assert LeafProof.parse(str(given_proof).encode()) == given_proof
    checkpoint, others = given_proof.verify(VKEY)
    assert (checkpoint.size, checkpoint.root, others) == (300, TREE.root(), 0)


def test_the_file_has_the_lines_of_the_format() -> None:
    lines = TEXT.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 7"
    assert lines[3 : 3 + len(proof().path)] == [notes.to_base64(part) for part in proof().path]
    assert lines[3 + len(proof().path)] == ""
    assert TEXT.endswith("\n\n" + NOTE)


def test_the_extra_line_is_readable_by_anybody() -> None:
    extra = json.loads(base64.b64decode(TEXT.split("\n")[1].removeprefix("extra ")))
    assert merkle.leaf_hash(extra["record"].encode()) == merkle.leaf_hash(RECORDS[7])
    assert extra["vkey"] == str(VKEY)


@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(1, 255))
@settings(max_examples=400)
def test_no_altered_byte_of_a_proof_goes_unnoticed(at: int, change: int) -> None:
    data = bytearray(TEXT.encode())
    data[at] ^= change
    with pytest.raises(NoteError):
        check_with_its_own_key(bytes(data))


def check_with_its_own_key(data: bytes) -> None:
    """As a reader does who has no other copy of the key."""
    found = LeafProof.parse(data)
    found.verify(VerifierKey.parse(found.vkey))


@given(st.integers(0, len(TEXT.encode()) - 1))
def test_no_proof_cut_short_holds(length: int) -> None:
    with pytest.raises(NoteError):
        LeafProof.parse(TEXT.encode()[:length]).verify(VKEY)


def test_a_record_of_another_leaf_or_another_place_is_refused() -> None:
    assert fault_of(str(LeafProof(7, proof().path, RECORDS[8], str(VKEY), NOTE))) is Fault.BAD_PROOF
    assert fault_of(str(LeafProof(8, proof().path, RECORDS[7], str(VKEY), NOTE))) is Fault.BAD_PROOF
    assert fault_of(str(LeafProof(10**18, proof().path, RECORDS[7], str(VKEY), NOTE))) is Fault.BAD_PROOF


def test_a_head_by_another_log_under_the_same_key_is_refused() -> None:
    foreign = notes.sign(Checkpoint("log.example/other", 300, TREE.root()).text, name=VKEY.name, key=KEY)
    assert fault_of(str(LeafProof(7, proof().path, RECORDS[7], str(VKEY), foreign))) is Fault.OTHER_KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        proofs.HEADER,
        proofs.HEADER + "\n\n" + NOTE,
        TEXT.replace("tlog-proof@v1", "tlog-proof@v2"),
        TEXT.replace("index 7", "index 07"),
        TEXT.replace("index 7", "index -7"),
        TEXT.replace("index 7", "index ７"),
        TEXT.replace("index 7", "index "),
        TEXT.replace("index 7", "index " + "7" * 40),
        TEXT.replace("index 7", "Index 7"),
        TEXT.replace("extra ", "extras "),
        TEXT.replace("index 7\n", "index 7\n" + "AAAA\n"),
        TEXT.replace("index 7\n", "index 7\n" + (base64.b64encode(b"x" * 32).decode() + "\n") * 65),
        "\n".join(line for line in TEXT.split("\n") if not line.startswith("extra")),
    ],
)
def test_what_is_not_precisely_a_proof_is_refused(text: str) -> None:
    assert fault_of(text) is Fault.BAD_PROOF


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (b"not json", Fault.BAD_RECORD),
        (b"\xff\xfe", Fault.BAD_RECORD),
        (b"[1]", Fault.BAD_RECORD),
        (b"[" * 100_000, Fault.BAD_RECORD),
        (b'{"record":"a","record":"b","vkey":"c"}', Fault.BAD_RECORD),
        (b'{"record":1,"vkey":"c"}', Fault.BAD_PROOF),
        (b'{"record":"a","vkey":1}', Fault.BAD_PROOF),
        (b'{"record":"a"}', Fault.BAD_PROOF),
        (b'{"record": "a","vkey":"c"}', Fault.BAD_PROOF),
        (b'{"more":1,"record":"a","vkey":"c"}', Fault.BAD_PROOF),
        (b'{"record":"\\ud800","vkey":"c"}', Fault.BAD_PROOF),
        (json.dumps({"record": "x" * 65_536, "vkey": "c"}, separators=(",", ":")).encode(), Fault.TOO_LARGE),
    ],
)
def test_an_extra_line_of_any_other_shape_is_refused(extra: bytes, fault: Fault) -> None:
    assert fault_of(with_extra(extra)) is fault


def test_a_file_larger_than_any_proof_is_not_looked_into() -> None:
    assert fault_of(b"x" * (proofs.MAX_PROOF_BYTES + 1)) is Fault.TOO_LARGE


def test_a_record_is_an_object_that_says_what_it_is_about() -> None:
    assert proofs.record_facts(RECORDS[7])["subject"] == "disclosure:7"
    for broken in (b"{}", b'{"kind":1,"subject":"a","at":"b"}', b"null", b'{"at":"1","at":"2"}', b"\xff"):
        with pytest.raises(NoteError) as caught:
            proofs.record_facts(broken)
        assert caught.value.fault is Fault.BAD_RECORD
