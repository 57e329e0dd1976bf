"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). Standard library and ``cryptography`` only.

A checkpoint is the log's head: origin, size and root on three lines, a blank line, then signature lines. A line
by an unknown key is ignored, so the same note can later carry witnesses' cosignatures (type ``04``) and a
domestic SM2 signature (type ``ff``) without any reader of today breaking.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gongkai.core.merkle import HASH_BYTES
from gongkai.core.tiles import MAX_LOG_SIZE

ED25519 = 0x01
MAX_NOTE_BYTES = 128 * 1024  # sixteen signatures of the largest kind in use are 80 KiB
MAX_SIGNATURES = 100

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Fault(StrEnum):
    """Why a note, key or proof cannot be accepted; the faces put it into words."""

    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    BAD_NOTE = "bad_note"
    BAD_CHECKPOINT = "bad_checkpoint"
    BAD_KEY = "bad_key"
    BAD_PROOF = "bad_proof"
    BAD_RECORD = "bad_record"
    OTHER_KEY = "other_key"
    BAD_SIGNATURE = "bad_signature"


class NoteError(ValueError):
    """A note, key or proof is malformed or does not verify; ``fault`` says how."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def to_base64(data: bytes) -> str:
    """RFC 4648 §4, as every line of a note and a proof uses."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, fault: Fault) -> bytes:
    """The bytes of canonical base64, so that no second spelling of the same bytes passes. Raises ``NoteError``."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(fault) from None
    if to_base64(data) != text:
        raise NoteError(fault)
    return data


def text_of(data: bytes, *, limit: int) -> str:
    """UTF-8 text of at most ``limit`` bytes without control characters but newline. Raises ``NoteError``."""
    if len(data) > limit:
        raise NoteError(Fault.TOO_LARGE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError(Fault.NOT_TEXT) from None
    if _CONTROL.search(text):
        raise NoteError(Fault.NOT_TEXT)
    return text


def is_key_name(name: str) -> bool:
    """Whether ``name`` may name a key or a log: not empty, no space, no plus, no control character."""
    return bool(_NAME.fullmatch(name))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 public key, written ``name+keyid+base64(type ‖ key)``."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([ED25519]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the written form. Raises ``NoteError`` for another type, a wrong id or a malformed key."""
        name, _, rest = text.strip().partition("+")
        key_id, _, material = rest.partition("+")
        data = from_base64(material, Fault.BAD_KEY)
        if not is_key_name(name) or len(data) != 1 + HASH_BYTES or data[0] != ED25519:
            raise NoteError(Fault.BAD_KEY)
        key = cls(name, data[1:])
        if key_id != key.key_id.hex():
            raise NoteError(Fault.BAD_KEY)
        return key

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey) -> "VerifierKey":
        """The public half of ``private`` under ``name``."""
        if not is_key_name(name):
            raise NoteError(Fault.BAD_KEY)
        return cls(name, private.public_key().public_bytes_raw())

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` is this key's over ``message`` (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, its base64 already taken apart."""

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text: ``text`` ends in a newline and is what the signatures cover."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Read a note; says nothing about whether a signature holds. Raises ``NoteError``."""
        whole = text_of(data, limit=MAX_NOTE_BYTES)
        body, blank, tail = whole.rpartition("\n\n")
        lines = tail.split("\n")
        if not blank or lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
            raise NoteError(Fault.BAD_NOTE)
        return cls(body + "\n", tuple(_signature(line) for line in lines))

    def require_signature(self, key: VerifierKey) -> int:
        """Check that ``key`` signed this note; the number of other signature lines, which were not checked.

        Raises ``NoteError``: ``OTHER_KEY`` when no line names the key, ``BAD_SIGNATURE`` when one does and fails.
        """
        own = [s for s in self.signatures if s.name == key.name and s.key_id == key.key_id]
        if not own:
            raise NoteError(Fault.OTHER_KEY)
        if not all(key.verifies(s.data, self.text.encode()) for s in own):
            raise NoteError(Fault.BAD_SIGNATURE)
        return len(self.signatures) - len(own)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    data = from_base64(encoded, Fault.BAD_NOTE)
    if dash != "\N{EM DASH}" or not is_key_name(name) or len(data) <= 4:
        raise NoteError(Fault.BAD_NOTE)
    return Signature(name, data[:4], data[4:])


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """``text`` (ending in a newline) as a note signed by ``key`` under ``name``."""
    key_id = VerifierKey.of(name, key).key_id
    return f"{text}\n\N{EM DASH} {name} {to_base64(key_id + key.sign(text.encode()))}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: who it is, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: three lines, no extension lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text; extension lines are passed over. Raises ``NoteError``."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines) or not _SIZE.fullmatch(lines[1]):
            raise NoteError(Fault.BAD_CHECKPOINT)
        root = from_base64(lines[2], Fault.BAD_CHECKPOINT)
        size = int(lines[1])
        if len(root) != HASH_BYTES or size > MAX_LOG_SIZE:
            raise NoteError(Fault.BAD_CHECKPOINT)
        return cls(lines[0], size, root)
