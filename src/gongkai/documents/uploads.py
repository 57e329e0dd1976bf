"""Large files on their way in, piece by piece: what has arrived stays through a reload, a lost line, a restart.

A folder per officer and upload under ``VAR_DIR/uploads`` holds the facts and the bytes so far; the length of the
bytes is the only state, so nothing can disagree with it. Nothing here is published or searched: a finished upload
goes through ``actions.store`` like every other file.
"""

import fcntl
import json
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.documents import bounds, media
from gongkai.documents.actions.storing import DocumentRefusedError

PIECE = 8 * bounds.MIB  # the most one request may bring
AT_ONCE = 10  # unfinished uploads of one officer
KEPT_SECONDS = 7 * 24 * 3600  # since the last byte: over a weekend, and a short holiday
_STEP = 256 * 1024
_NAMED = 3  # files named where there are too many
_FACTS, _BYTES, _DONE = "facts.json", "bytes", "done.json"


class OffsetError(Exception):
    """A piece does not begin where the bytes end; ``arrived`` says where that is."""

    def __init__(self, arrived: int) -> None:
        super().__init__(str(arrived))
        self.arrived = arrived


class Body(Protocol):
    """What a piece is read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way. ``about`` says what it belongs to; ``size`` is what was announced, in bytes."""

    key: uuid.UUID
    owner: int
    name: str
    size: int
    modified: str
    about: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _folder(self.owner) / str(self.key)

    @property
    def path(self) -> Path:
        """The bytes so far."""
        return self.folder / _BYTES

    @property
    def arrived(self) -> int:
        """How many bytes have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0


def begin(owner: int, *, name: str, size: int, modified: str, about: str) -> Upload:
    """A new upload, or the unfinished one of the same file, to go on with. Raises ``DocumentRefusedError``."""
    _refuse(name, size)
    present = unfinished(owner)
    for upload in present:
        if (upload.name, upload.size, upload.modified, upload.about) == (name, size, modified, about):
            return upload
    if len(present) >= AT_ONCE or sum(u.size for u in present) + size > AT_ONCE * settings.UPLOAD_MAX_BYTES // 2:
        message = _("您有 %(n)d 个文件没有传完(%(names)s):请先在各自的起草页传完或取消,再传新的")
        names = "、".join(one.name for one in present[:_NAMED]) + ("……" if len(present) > _NAMED else "")
        raise DocumentRefusedError("too_many", message % {"n": len(present), "names": names})
    upload = Upload(uuid.uuid4(), owner, name, size, modified, about)
    upload.folder.mkdir(parents=True, mode=0o700)
    upload.path.touch(mode=0o600)
    facts = {"name": name, "size": size, "modified": modified, "about": about}
    partial = upload.folder / f"{_FACTS}.part"
    partial.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    partial.replace(upload.folder / _FACTS)
    return upload


def find(owner: int, key: uuid.UUID) -> Upload | None:
    """The upload of this officer, finished ones of the last week included; nobody else's."""
    try:
        facts = json.loads((_folder(owner) / str(key) / _FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Upload(key, owner, **facts)


def unfinished(owner: int, *, about: str | None = None) -> list[Upload]:
    """The uploads of this officer that are not finished, the oldest first."""
    folder = _folder(owner)
    found = [
        upload
        for place in sorted(folder.iterdir() if folder.is_dir() else (), key=lambda p: p.stat().st_mtime)
        if not (place / _DONE).exists() and (upload := find(owner, uuid.UUID(place.name)))
    ]
    return [upload for upload in found if about is None or upload.about == about]


def take(upload: Upload, body: Body, *, offset: int) -> int:
    """Append what ``body`` brings at ``offset``; how many bytes have arrived now.

    What came before a broken connection is kept. Raises :class:`OffsetError` when the piece does not fit on, and
    ``DocumentRefusedError`` when there is more of it than was announced.
    """
    with _held(upload) as target:
        target.seek(0, 2)
        arrived = target.tell()
        if arrived != offset:
            raise OffsetError(arrived)
        room = min(PIECE, upload.size - arrived)
        while piece := body.read(_STEP):
            if len(piece) > room:
                raise DocumentRefusedError("too_large", _("文件与开始上传时不一样大:请取消后重新选择文件"))
            target.write(piece)
            room -= len(piece)
        target.flush()
        return target.tell()


@contextmanager
def finishing(upload: Upload) -> Iterator[Path]:
    """The whole bytes, held against a second finish. Raises :class:`OffsetError` when they are not whole."""
    with _held(upload):
        if (arrived := upload.arrived) != upload.size:
            raise OffsetError(arrived)
        yield upload.path


def outcome(upload: Upload) -> str | None:
    """What became of a finished upload, or ``None``: a repeated finish gets the first one's answer."""
    try:
        return str(json.loads((upload.folder / _DONE).read_text(encoding="utf-8"))["outcome"])
    except FileNotFoundError:
        return None


def settle(upload: Upload, said: str) -> None:
    """Finished: the answer stays for a week, the bytes go at once."""
    partial = upload.folder / f"{_DONE}.part"
    partial.write_text(json.dumps({"outcome": said}, ensure_ascii=False), encoding="utf-8")
    partial.replace(upload.folder / _DONE)
    upload.path.write_bytes(b"")


def abandon(upload: Upload) -> None:
    """Not wanted after all."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def tidy_uploads(*, now: float | None = None) -> int:
    """Erase uploads nothing was added to for a week; how many. ``now`` is in seconds since the epoch."""
    count, moment = 0, time.time() if now is None else now
    root = Path(settings.VAR_DIR) / "uploads"
    for place in root.glob("*/*") if root.is_dir() else ():
        bytes_at = place / _BYTES
        last = (bytes_at if bytes_at.exists() else place).stat().st_mtime
        if moment - last > KEPT_SECONDS:
            shutil.rmtree(place, ignore_errors=True)
            count += 1
    return count


def _folder(owner: int) -> Path:
    return Path(settings.VAR_DIR) / "uploads" / str(owner)


def _refuse(name: str, size: int) -> None:
    limit = settings.UPLOAD_MAX_BYTES
    if not name.strip() or len(name) > bounds.NAME_CHARACTERS or any(ord(c) < 32 or c in "/\\" for c in name):
        raise DocumentRefusedError("name", _("文件名为空、过长(超过200字)或含有非法字符:请改名后重新上传"))
    if media.extension(name) not in media.EXTENSIONS:
        raise DocumentRefusedError(
            "type", _("不支持这种扩展名:请上传 PDF、Word、Excel、PPT、ODF、OFD、网页、文本、图片或 ZIP 文件")
        )
    if size <= 0:
        raise DocumentRefusedError("empty", _("文件是空的(0 字节):请检查后重新上传"))
    if size > limit:
        message = _("文件超过 %(limit)s MB 的上限:请压缩图片或拆分后重新上传")
        raise DocumentRefusedError("too_large", message % {"limit": limit // bounds.MIB})


@contextmanager
def _held(upload: Upload) -> Iterator[IO[bytes]]:
    """The bytes, held by an exclusive lock: two pieces at once are one after the other."""
    with upload.path.open("r+b") as target:
        fcntl.flock(target, fcntl.LOCK_EX)
        yield target
