"""Signed notes, keys and checkpoints: against the format's own published example, and against forgers."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core import notes
from gongkai.core.merkle import EMPTY_ROOT
from gongkai.core.notes import Checkpoint, Fault, Note, NoteError, VerifierKey

# The example note of the format's first implementation, with its published key pair.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann {GO_LINE}\n"

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
VKEY = VerifierKey.of("log.example/ceshi", KEY)
CHECKPOINT = Checkpoint("log.example/ceshi", 20852163, bytes(range(32)))
SIGNED = notes.sign(CHECKPOINT.text, name=VKEY.name, key=KEY)


def fault_of(text: str | bytes, key: VerifierKey = VKEY) -> Fault:
    with pytest.raises(NoteError) as caught:
        Note.parse(text if isinstance(text, bytes) else text.encode()).require_signature(key)
    return caught.value.fault


def test_the_published_note_is_read_verified_and_signed_again_to_the_letter() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    assert key.key_id.hex() == "c74f20a3"
    note = Note.parse(GO_NOTE.encode())
    assert note.text == GO_TEXT
    assert note.require_signature(key) == 0
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(GO_SEED)[1:])
    assert notes.sign(GO_TEXT, name="PeterNeumann", key=private) == GO_NOTE


def test_other_implementations_keys_are_read() -> None:
    for text in (
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    ):
        assert str(VerifierKey.parse(f" {text}\n")) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        GO_KEY[:-4],
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        GO_KEY.replace("PeterNeumann", ""),
        GO_KEY.replace("+ARpc", "+BBpc"),
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
        GO_KEY + "=",
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x01short").decode(),
    ],
)
def test_a_key_of_another_kind_or_damaged_is_refused(text: str) -> None:
    with pytest.raises(NoteError) as caught:
        VerifierKey.parse(text)
    assert caught.value.fault is Fault.BAD_KEY


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "全 角", "a\u2003b", "a\x7fb"])
def test_a_name_with_spaces_or_plus_names_no_key(name: str) -> None:
    assert not notes.is_key_name(name)
    with pytest.raises(NoteError):
        VerifierKey.of(name, KEY)


def test_a_chinese_name_may_name_a_key() -> None:
    assert VerifierKey.parse(str(VerifierKey.of("安溪县/公开日志", KEY))).name == "安溪县/公开日志"


def test_a_checkpoint_goes_out_and_comes_back() -> None:
    note = Note.parse(SIGNED.encode())
    assert note.require_signature(VKEY) == 0
    assert Checkpoint.parse(note.text) == CHECKPOINT
    assert Checkpoint.parse(Checkpoint("a", 0, EMPTY_ROOT).text).size == 0


def test_extension_lines_are_passed_over() -> None:
    assert Checkpoint.parse(CHECKPOINT.text + "later\n") == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        CHECKPOINT.text[:-1],
        CHECKPOINT.text.replace("20852163", "020852163"),
        CHECKPOINT.text.replace("20852163", "-1"),
        CHECKPOINT.text.replace("20852163", "１"),
        CHECKPOINT.text.replace("20852163", str(2**62)),
        CHECKPOINT.text.replace("20852163", "9" * 30),
        CHECKPOINT.text.replace("AAEC", "AAE"),
        f"a\n1\n{base64.b64encode(b'short').decode()}\n",
        CHECKPOINT.text + "\nlater\n",
        "\n" + CHECKPOINT.text,
    ],
)
def test_what_is_not_precisely_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError) as caught:
        Checkpoint.parse(text)
    assert caught.value.fault is Fault.BAD_CHECKPOINT


def test_unknown_signatures_are_counted_and_ignored() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    line = notes.sign(CHECKPOINT.text, name="witness.example", key=other).rpartition("\n\n")[2]
    sm2 = "— log.example/ceshi " + base64.b64encode(b"\xff\xff\xff\xff" + b"s" * 64).decode() + "\n"
    note = Note.parse((SIGNED + line + sm2).encode())
    assert note.require_signature(VKEY) == 2
    assert note.require_signature(VerifierKey.of("witness.example", other)) == 2


def test_a_signature_by_another_key_or_over_another_text_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    assert fault_of(SIGNED, VerifierKey.of(VKEY.name, other)) is Fault.OTHER_KEY
    assert fault_of(SIGNED, VerifierKey.of("log.example/other", KEY)) is Fault.OTHER_KEY
    assert fault_of(SIGNED.replace("20852163", "20852164")) is Fault.BAD_SIGNATURE


def test_one_good_signature_does_not_cover_a_bad_one_of_the_same_key() -> None:
    body, _, line = SIGNED.rpartition("\n\n")
    bad = f"— {VKEY.name} " + base64.b64encode(VKEY.key_id + b"x" * 64).decode() + "\n"
    assert fault_of(f"{body}\n\n{line}{bad}") is Fault.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.BAD_NOTE),
        (GO_TEXT.encode(), Fault.BAD_NOTE),
        (SIGNED.encode()[:-1], Fault.BAD_NOTE),
        (SIGNED.replace("— ", "- ").encode(), Fault.BAD_NOTE),
        (SIGNED.replace("— log", "—  log").encode(), Fault.BAD_NOTE),
        (f"{CHECKPOINT.text}\n— a {base64.b64encode(b'four').decode()}\n".encode(), Fault.BAD_NOTE),
        (f"{CHECKPOINT.text}\n— a not/base64!\n".encode(), Fault.BAD_NOTE),
        (f"{CHECKPOINT.text}\n".encode(), Fault.BAD_NOTE),
        ((SIGNED + GO_NOTE.rpartition("\n\n")[2] * 100).encode(), Fault.BAD_NOTE),
        (SIGNED.encode("utf-16"), Fault.NOT_TEXT),
        (SIGNED.replace("\n", "\r\n").encode(), Fault.NOT_TEXT),
        (SIGNED.encode() + b"\x00", Fault.NOT_TEXT),
        (b"x" * (notes.MAX_NOTE_BYTES + 1), Fault.TOO_LARGE),
    ],
)
def test_what_is_not_precisely_a_note_is_refused(data: bytes, fault: Fault) -> None:
    with pytest.raises(NoteError) as caught:
        Note.parse(data)
    assert caught.value.fault is fault


def test_base64_in_a_second_spelling_is_refused() -> None:
    # The last character carries two bits nobody decodes; "A" and "B" there would name the same bytes.
    assert base64.b64decode("AAB=") == base64.b64decode("AAA=")
    assert notes.from_base64("AAA=", Fault.BAD_NOTE) == b"\x00\x00"
    with pytest.raises(NoteError):
        notes.from_base64("AAB=", Fault.BAD_NOTE)
    with pytest.raises(NoteError):
        notes.from_base64("AA A=", Fault.BAD_NOTE)
    with pytest.raises(NoteError):
        notes.from_base64("安", Fault.BAD_NOTE)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(NoteError) as caught:
        Note.parse(data + b"\n")
    assert caught.value.fault in {Fault.BAD_NOTE, Fault.NOT_TEXT}


@given(st.integers(0, len(SIGNED.encode()) - 1), st.integers(1, 255))
def test_no_altered_byte_of_a_signed_checkpoint_goes_unnoticed(at: int, change: int) -> None:
    data = bytearray(SIGNED.encode())
    data[at] ^= change
    with pytest.raises(NoteError):
        Note.parse(bytes(data)).require_signature(VKEY)


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing() -> None:
    assert not VerifierKey("a", b"\xff" * 32).verifies(b"x" * 64, b"")
    assert not VKEY.verifies(b"short", b"")
