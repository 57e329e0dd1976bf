"""Archives a stranger packed: read from front to back, nothing believed, nothing unpacked under its own name.

Python's own readers take whatever an archive's headers ask for into memory. Here a tar is read block by block
and a zip only when its directory is small; every member's bytes are asked for with a limit.
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, cast

from gongkai.core.tiles import Place
from gongkai.verify.files import CHUNK, UnreadableError, limit_of

MAX_ARCHIVE_BYTES = 16 * 1024**3  # unpacked; fifty million leaves of the usual length
MAX_MEMBERS = 2_000_000
MAX_ZIP_DIRECTORY = 16 * 1024 * 1024

_BLOCK = 512
_INSIDE = re.compile(r"(?:\./)?((?:[^/]+/)*?)(checkpoint|log\.vkey|tile/[a-z0-9./]+)")
_FAULTS = (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile)

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
    except _FAULTS:
        raise UnreadableError("bad_archive") from None


def _zipped(path: Path) -> Iterator[Member]:
    with path.open("rb") as file:
        if not _has_small_directory(file):
            raise UnreadableError("archive_too_large")
        with zipfile.ZipFile(file) as archive:
            for item in archive.infolist():
                if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise zipfile.BadZipFile
                if not item.is_dir():
                    yield item.filename, item.file_size, partial(_read_zipped, archive, item)


def _has_small_directory(file: IO[bytes]) -> bool:
    """Whether the directory at a zip's end is one to be read as a whole; the large, 64-bit form never is."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 65_600))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    return at >= 0 and size <= MAX_ZIP_DIRECTORY and b"PK\x06\x07" not in tail[max(0, at - 20) : at]


def _read_zipped(archive: zipfile.ZipFile, item: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(item) as file:
        return file.read(limit)


class _Body:
    """The bytes of one member of a tar, as a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size
        self._padding = -size % _BLOCK

    def read(self, limit: int) -> bytes:
        wanted = min(limit, self._left)
        data = self._stream.read(wanted)
        if len(data) < wanted:
            raise EOFError
        self._left -= wanted
        return data

    def skip(self) -> None:
        self._left, self._padding = self._left + self._padding, 0
        while self._left:
            self.read(CHUNK)


def _tarred(path: Path) -> Iterator[Member]:
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        while any(header := stream.read(_BLOCK)):
            name, size, is_file = _header(header)
            body = _Body(cast(IO[bytes], stream), size)
            if is_file:
                yield name, size, body.read
            body.skip()


def _header(block: bytes) -> tuple[str, int, bool]:
    """Name, size and whether it is a plain file. Raises ``ValueError`` for what is no header of a tar."""
    told = block[148:156]
    if len(block) != _BLOCK or sum(block) - sum(told) + 8 * 0x20 != _octal(told):
        raise ValueError("no tar header")
    name, _, _ = block[:100].partition(b"\0")
    folder, _, _ = block[345:500].partition(b"\0")
    if folder and block[257:263] == b"ustar\0":
        name = folder + b"/" + name
    return name.decode("utf-8", "replace"), _octal(block[124:136]), block[156:157] in (b"0", b"\0")


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0") or b"0"
    if not digits.isdigit():
        raise ValueError("no number")
    return int(digits, 8)


def _inside(name: str) -> tuple[str, str] | None:
    """The folder a member stands in and its name within the log, ``None`` for a name no log has."""
    found = _INSIDE.fullmatch(name)
    if not found or (found[2].startswith("tile/") and Place.of_path(found[2]) is None):
        return None
    return found[1], found[2]


def holds_checkpoint(path: Path) -> bool:
    """Whether this archive is meant as a log rather than as somebody's attachment."""
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
        if size > limit_of(inside[1]):
            raise UnreadableError("archive_too_large")
        folder = inside[0]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_taken(read, limit_of(inside[1])))


def _taken(read: Callable[[int], bytes], limit: int) -> bytes:
    try:
        return read(limit)
    except _FAULTS:
        raise UnreadableError("bad_archive") from None
