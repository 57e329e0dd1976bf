"""Proofs made from the static files alone: a leaf's position is all that is asked of the database, if that."""

import io
import os
import tarfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.core.merkle import HASH_BYTES, inclusion_proof
from gongkai.core.notes import Checkpoint, Note, NoteError
from gongkai.core.proofs import LeafProof
from gongkai.core.tiles import (
    WIDTH,
    Place,
    TileError,
    TileNodes,
    bundle_of,
    entries_of,
    entry_at,
    place_of,
    places,
    within,
)
from gongkai.ledger.models import Leaf
from gongkai.ledger.queries.leaves import NotLoggedError, no_such_leaf

_Read = TypeVar("_Read")
_KEPT_TILES = 4096  # 16 KiB each when full: a log of a million leaves, 64 MiB, and only what is asked for


class NotYetPublishedError(LookupError):
    """The leaf is recorded but the signed head does not cover it yet; it will within a minute."""


class ProofUnavailableError(Exception):
    """A file the proof needs is missing or damaged; ``manage.py verify_log`` says which."""


def checkpoint() -> str | None:
    """The signed head of the log as its readers see it, ``None`` before the first."""
    try:
        return (Path(settings.LEDGER_DIR) / "checkpoint").read_bytes().decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def proof_for(subject_or_position: str | int) -> str:
    """A self-contained tlog-proof of one leaf: of a position, or of the newest leaf about a subject.

    The text is what ``python -m gongkai.verify`` reads. Raises ``NotLoggedError``, ``NotYetPublishedError``,
    ``ProofUnavailableError``.
    """
    root = Path(settings.LEDGER_DIR)
    position = subject_or_position if isinstance(subject_or_position, int) else _newest(subject_or_position)
    if position < 0:
        raise no_such_leaf(position)
    try:
        head, note, vkey = _head(root)
        if position < head.size:
            return str(_proof(root, head, position=position, note=note, vkey=vkey))
    except FileNotFoundError:
        pass  # nothing was published yet
    except (NoteError, TileError, OSError, UnicodeDecodeError) as error:
        raise ProofUnavailableError(
            _("公开日志的文件暂时不完整,无法出具证明。请稍后再试;仍不行的,请告知县政务公开办。")
        ) from error
    if not Leaf.objects.filter(pk=position).exists():
        raise no_such_leaf(position)
    raise NotYetPublishedError(_("这条记录刚刚产生,证明正在生成,请一分钟后再取。"))


def _head(root: Path) -> tuple[Checkpoint, str, str]:
    """The head on show, as read and as written, and the key; read anew when the file is another one."""
    found = (root / "checkpoint").stat()
    return _head_of(root, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=8)
def _head_of(root: Path, changed_at: int, inode: int) -> tuple[Checkpoint, str, str]:
    note = (root / "checkpoint").read_bytes()
    vkey = (root / "log.vkey").read_text(encoding="ascii").strip()
    return Checkpoint.parse(Note.parse(note).text), note.decode(), vkey


def _newest(subject: str) -> int:
    position = Leaf.objects.filter(subject=subject).order_by("-position").values_list("pk", flat=True).first()
    if position is None:
        raise NotLoggedError(_("公开日志里没有关于 %(subject)s 的记录。") % {"subject": subject})
    return position


def _proof(root: Path, head: Checkpoint, *, position: int, note: str, vkey: str) -> LeafProof:
    bundle = _file(root, place_of(None, position // WIDTH, head.size), bytes_of)
    nodes = TileNodes(head.size, lambda place: _file(root, place, subtrees_of))
    try:
        record = entry_at(bundle, position % WIDTH)
        path = tuple(inclusion_proof(position, head.size, nodes.node))
    except ValueError:
        raise TileError("tile") from None
    return LeafProof(position, path, record, vkey, note)


def _file(root: Path, place: Place, reader: Callable[[str], _Read]) -> _Read:
    """A file of the log; where the partial one is gone, the full one that took its place."""
    try:
        return reader(f"{root}/{place.path}")
    except FileNotFoundError:
        return reader(f"{root}/{place.whole.path}")


def bytes_of(path: str) -> bytes:
    """The file's bytes."""
    with open(path, "rb") as file:  # noqa: PTH123 - thousands of times a second; a Path costs more than the read
        return file.read()


def subtrees_of(path: str) -> tuple[bytes, ...]:
    """The subtrees inside a tile, kept for the next proof as long as the file is the same."""
    found = os.stat(path)  # noqa: PTH116 - as above
    return _subtrees(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=_KEPT_TILES)
def _subtrees(path: str, changed_at: int, inode: int) -> tuple[bytes, ...]:
    try:
        return within(bytes_of(path))
    except ValueError:
        raise TileError(path) from None


def write_archive(file: BinaryIO) -> Checkpoint | None:
    """Write the whole log at its present head to ``file`` as a tar archive, for download; ``None`` when empty.

    The same log gives the same bytes. Memory stays that of one file. Raises ``ProofUnavailableError``.
    """
    root = Path(settings.LEDGER_DIR)
    if checkpoint() is None:
        return None
    try:
        note = (root / "checkpoint").read_bytes()
        head = Checkpoint.parse(Note.parse(note).text)
        with tarfile.open(fileobj=file, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
            _add(archive, "checkpoint", note)
            _add(archive, "log.vkey", (root / "log.vkey").read_bytes())
            for place in places(head.size):
                _add(archive, place.path, _cut(_file(root, place, bytes_of), place))
    except (NoteError, OSError, ValueError) as error:
        raise ProofUnavailableError(_("公开日志的文件暂时不完整,无法打包下载。请稍后再试。")) from error
    return head


def _cut(data: bytes, place: Place) -> bytes:
    """The head's part of a file that has grown full since the head was signed."""
    if place.level is not None:
        return data[: place.width * HASH_BYTES]
    return bundle_of(entries_of(data)[: place.width])


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))
