"""Reading files that may be anything: regular files only, sizes first, archives never unpacked by their names."""

import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from enum import Enum, auto
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes

from gongkai.core.merkle import HASH_BYTES
from gongkai.core.notes import MAX_NOTE_BYTES, Checkpoint, Note, NoteError
from gongkai.core.proofs import EXTENSION, HEADER
from gongkai.core.tiles import MAX_BUNDLE_BYTES, WIDTH, Place

CHUNK = 1024 * 1024
MAX_ARCHIVE_BYTES = 16 * 1024**3  # unpacked; fifty million leaves of the usual length
MAX_MEMBERS = 2_000_000

_INSIDE = re.compile(r"(?:\./)?((?:[^/]+/)*?)(checkpoint|log\.vkey|tile/[a-z0-9./]+)")


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
    ARCHIVE = auto()
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
        return Kind.ARCHIVE if _holds_checkpoint(path) else Kind.OTHER
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


def _limit(name: str) -> int:
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
            return bounded(self._root / name, _limit(name))
        except UnreadableError:
            return None


Member = tuple[str, int, Callable[[int], bytes]]  # name, size as claimed, a reader of at most n bytes


def _members(path: Path) -> Iterator[Member]:
    """Every plain file of an archive, in its order; each must be read before the next is asked for.

    Raises ``UnreadableError``, also when all of them together are larger than any log this program takes.
    """
    total = 0
    try:
        for count, member in enumerate(_zipped(path) if zipfile.is_zipfile(path) else _tarred(path)):
            total += member[1]
            if total > MAX_ARCHIVE_BYTES or count >= MAX_MEMBERS:
                raise UnreadableError("archive_too_large")
            yield member
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, tarfile.TarError, zipfile.BadZipFile):
        raise UnreadableError("bad_archive") from None


def _zipped(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if not item.is_dir():
                yield item.filename, item.file_size, partial(_read_zipped, archive, item)


def _read_zipped(archive: zipfile.ZipFile, item: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(item) as file:
        return file.read(limit)


def _tarred(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isreg():
                yield member.name, member.size, partial(_read_tarred, archive, member)
            archive.members = []  # type: ignore[attr-defined]  # not in the stubs; forgets what has gone by


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    file = archive.extractfile(member)
    return file.read(limit) if file else b""


def _inside(name: str) -> tuple[str, str] | None:
    """The folder a member stands in and its name within the log, ``None`` for a name no log has."""
    found = _INSIDE.fullmatch(name)
    if not found or (found[2].startswith("tile/") and Place.of_path(found[2]) is None):
        return None
    return found[1], found[2]


def _holds_checkpoint(path: Path) -> bool:
    try:
        return any((_inside(name) or ("", ""))[1] == "checkpoint" for name, _, _ in _members(path))
    except UnreadableError:
        return path.name.endswith((".tar", ".tar.gz", ".tgz"))  # a log cut short is still meant as one


def unpack(path: Path, into: Path) -> None:
    """Copy the log out of an archive into the empty folder ``into``.

    Only plain members whose name is a log's own are taken, under the name this program would give them; each
    is bounded by what such a file can be. Raises ``UnreadableError``: ``bad_archive``, ``archive_too_large``,
    ``archive_twice`` when a name comes twice or two logs are mixed.
    """
    folder: str | None = None
    for name, size, read in _members(path):
        inside = _inside(name)
        if inside is None:
            continue
        target = into / inside[1]
        if folder not in (None, inside[0]) or target.exists():
            raise UnreadableError("archive_twice")
        if size > _limit(inside[1]):
            raise UnreadableError("archive_too_large")
        folder = inside[0]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(read(_limit(inside[1])))
