"""Reading files that may be anything: regular files only, sizes looked at before anything is read."""

import stat
from enum import Enum, auto
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes

from gongkai.core.merkle import HASH_BYTES
from gongkai.core.notes import MAX_NOTE_BYTES, Checkpoint, Note, NoteError
from gongkai.core.proofs import EXTENSION, HEADER
from gongkai.core.tiles import MAX_BUNDLE_BYTES, WIDTH

CHUNK = 1024 * 1024


class UnreadableError(Exception):
    """A file cannot be used at all; ``code`` is one of :mod:`gongkai.verify.words`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Kind(Enum):
    """What a file turns out to be."""

    PROOF = auto()
    CHECKPOINT = auto()
    FOLDER = auto()
    PACKED = auto()  # a zip or a tar, whatever is in it
    OTHER = auto()


def kind_of(path: Path) -> Kind:
    """What stands at ``path``, by its content. Raises ``UnreadableError``."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Kind.FOLDER
        if not stat.S_ISREG(mode):
            raise UnreadableError("not_a_file")
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise UnreadableError("not_found") from None
    except (OSError, ValueError):
        raise UnreadableError("unreadable") from None
    if head.startswith(HEADER.encode() + b"\n") or path.name.endswith(EXTENSION):
        return Kind.PROOF
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")) or head[257:262] == b"ustar":
        return Kind.PACKED
    return Kind.CHECKPOINT if _is_checkpoint(path) else Kind.OTHER


def _is_checkpoint(path: Path) -> bool:
    try:
        Checkpoint.parse(Note.parse(bounded(path, MAX_NOTE_BYTES)).text)
    except (NoteError, UnreadableError):
        return False
    return True


def bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes. Raises ``UnreadableError``."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError("not_a_file")
        if found.st_size > limit:
            raise UnreadableError("too_large")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        raise UnreadableError("unreadable") from None
    if len(data) > limit:
        raise UnreadableError("too_large")
    return data


def digests(path: Path) -> tuple[str, str]:
    """SHA-256 and SM3 of a file of any size, in hexadecimal. Raises ``UnreadableError``."""
    first, second = sha256(), hashes.Hash(hashes.SM3())
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                first.update(piece)
                second.update(piece)
    except OSError:
        raise UnreadableError("unreadable") from None
    return first.hexdigest(), second.finalize().hex()


def limit_of(name: str) -> int:
    """The most bytes a file of a log can have."""
    if name in ("checkpoint", "log.vkey"):
        return MAX_NOTE_BYTES
    return MAX_BUNDLE_BYTES if name.startswith("tile/entries/") else WIDTH * HASH_BYTES


class FolderLog:
    """A log as a folder. Only names this program makes up itself are ever opened."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, name: str) -> bytes | None:
        """A file of the log, ``None`` when it is missing, not a plain file, or larger than it can be."""
        try:
            return bounded(self._root / name, limit_of(name))
        except UnreadableError:
            return None
