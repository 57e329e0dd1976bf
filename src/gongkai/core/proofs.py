"""The proof file of one leaf (C2SP tlog-proof, ``….tlog-proof``). Standard library and ``cryptography`` only.

The file carries leaf index, audit path and signed checkpoint. The format leaves one ``extra`` line to the
application; ours holds the JSON object ``{"record": …, "vkey": …}``: the leaf's exact text, without which the
leaf hash could not be rebuilt, and the log's verifier key for a reader who has no copy of it. The record is
bound by the audit path. The key is *not* bound by anything: it is a convenience, and a reader who wants to be
sure of the log's identity compares it with a copy from elsewhere.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gongkai.core.merkle import HASH_BYTES, is_included, leaf_hash
from gongkai.core.notes import Checkpoint, Fault, Note, NoteError, VerifierKey, from_base64, text_of, to_base64
from gongkai.core.tiles import MAX_ENTRY_BYTES

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 1024 * 1024
MAX_PATH = 64
EXTENSION = ".tlog-proof"


@dataclass(frozen=True, slots=True)
class LeafProof:
    """One leaf's proof as a file holds it. ``vkey`` is the file's own claim, unproven."""

    index: int
    path: tuple[bytes, ...]
    record: bytes
    vkey: str
    note: str

    def __str__(self) -> str:
        """The file."""
        extra = to_base64(_compact({"record": self.record.decode(), "vkey": self.vkey}))
        lines = [HEADER, f"extra {extra}", f"index {self.index}", *map(to_base64, self.path), ""]
        return "\n".join(lines) + "\n" + self.note

    @classmethod
    def parse(cls, data: bytes) -> "LeafProof":
        """Read a proof file; says nothing yet about whether it holds. Raises ``NoteError``."""
        head, blank, note = text_of(data, limit=MAX_PROOF_BYTES).partition("\n\n")
        lines = head.split("\n")
        if not blank or len(lines) < 3 or len(lines) > 3 + MAX_PATH or lines[0] != HEADER:
            raise NoteError(Fault.BAD_PROOF)
        record, vkey = _extra(_after("extra ", lines[1]))
        index = _after("index ", lines[2])
        if not index.isascii() or not index.isdigit() or str(int(index[:20])) != index:
            raise NoteError(Fault.BAD_PROOF)
        path = tuple(from_base64(line, Fault.BAD_PROOF) for line in lines[3:])
        if any(len(part) != HASH_BYTES for part in path):
            raise NoteError(Fault.BAD_PROOF)
        return cls(int(index), path, record, vkey, note)

    def verify(self, key: VerifierKey) -> tuple[Checkpoint, int]:
        """Check signature, origin and audit path against ``key``.

        The checkpoint, and how many signature lines of other keys it has. Raises ``NoteError``.
        """
        checkpoint, others = _opened(self.note, key)
        if not is_included(
            leaf=leaf_hash(self.record),
            index=self.index,
            size=checkpoint.size,
            proof=self.path,
            root=checkpoint.root,
        ):
            raise NoteError(Fault.BAD_PROOF)
        return checkpoint, others


@lru_cache(maxsize=64)
def _opened(note: str, key: VerifierKey) -> tuple[Checkpoint, int]:
    """Many proofs carry the same checkpoint; its signature is checked once."""
    return open_checkpoint(note.encode(), key)


def open_checkpoint(data: bytes, key: VerifierKey) -> tuple[Checkpoint, int]:
    """A checkpoint whose signature by ``key`` holds and whose origin is the key's name.

    Also the number of signature lines by other keys, unchecked. Raises ``NoteError``.
    """
    note = Note.parse(data)
    others = note.require_signature(key)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != key.name:
        raise NoteError(Fault.OTHER_KEY)
    return checkpoint, others


def record_facts(record: bytes) -> dict[str, Any]:
    """A leaf's record as an object. Raises ``NoteError`` when it is not one, or says a thing twice."""
    facts = _object(record)
    if not all(isinstance(facts.get(name), str) for name in ("kind", "subject", "at")):
        raise NoteError(Fault.BAD_RECORD)
    return facts


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NoteError(Fault.BAD_RECORD) from None
    if not isinstance(found, dict):
        raise NoteError(Fault.BAD_RECORD)
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _extra(encoded: str) -> tuple[bytes, str]:
    data = from_base64(encoded, Fault.BAD_PROOF)
    extra = _object(data)
    record, vkey = extra.get("record"), extra.get("vkey")
    if not isinstance(record, str) or not isinstance(vkey, str) or _compact(extra) != data or len(extra) != 2:
        raise NoteError(Fault.BAD_PROOF)
    raw = record.encode()
    if len(raw) > MAX_ENTRY_BYTES:
        raise NoteError(Fault.TOO_LARGE)
    return raw, vkey


def _compact(value: dict[str, str]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # A lone surrogate in a forged file has no UTF-8 form; "?" then differs from what was read, and is refused.
    return text.encode("utf-8", "replace")


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise NoteError(Fault.BAD_PROOF)
    return line.removeprefix(prefix)
