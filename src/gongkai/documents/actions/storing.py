"""Storing a file: receive, recognise, refuse or keep, read its pages, check it."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer
from gongkai.core.vocabulary import EventKind
from gongkai.documents import bounds, media, virus
from gongkai.documents.actions.checking import inspect_path, inspect_with, scanned, subject_of
from gongkai.documents.actions.copies import CHUNK, open_file, spool, storage_name
from gongkai.documents.formats.passages import Source, UnreadableFileError
from gongkai.documents.models import StoredFile
from gongkai.documents.reader import Reader
from gongkai.events.actions import announce


class DocumentRefusedError(Exception):
    """The file cannot be taken; the message is for the officer and says what to do.

    ``code`` is stable: empty, too_large, name, type, mismatch, macros, locked, broken, virus, storage (the
    store does not answer: no fault of the file, the same can be tried again).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Received:
    """A file on local disk with its fingerprints."""

    path: Path
    size: int
    sha256: str
    sm3: str


def store(
    source: BinaryIO | File | Path | str,  # type: ignore[type-arg] # Django's File is generic only in the stubs
    *,
    name: str,
    by: Officer | None,
    at: datetime,
    masked_from: StoredFile | None = None,
    reader: Reader | None = None,
) -> StoredFile:
    """Take a file: stream it to disk, decide its type, keep it under its SHA-256, read its pages, check it.

    ``source`` is an open binary file (also Django's uploads) or a path; ``name`` is the name it came under.
    Call outside a transaction: reading a large file takes seconds. Storing the same bytes again returns the row
    that exists, read again when its reading had failed. Text that cannot be read is a note on the row, never a
    lost upload. A ``reader`` may be shared by several calls.
    Raises :class:`DocumentRefusedError`.
    """
    _refuse_name(name)
    with _opened(source) as stream, _received(stream) as received:
        recognised = _recognised(received, name)
        existing = StoredFile.objects.filter(sha256=received.sha256).first()
        if existing is not None and _is_kept(received):
            return _read_again(existing, received, name=name, by=by, at=at)
        virus_note = _virus_free(received)
        _keep(received)
        return _recorded(received, recognised.media_type, name=name, by=by, at=at, virus_note=virus_note,
                         masked_from=masked_from, reader=reader)  # fmt: skip


def _read_again(
    stored: StoredFile, received: Received, *, name: str, by: Officer | None, at: datetime
) -> StoredFile:
    """The row that exists, read once more when its reading failed: that need not have been the file's fault."""
    if stored.scanned_at is not None and not stored.detector_version:
        scanned(stored, inspect_path(received.path, name=name, at=at), by=by, at=at, pages=True)
    return stored


@transaction.atomic
def open_original(stored: StoredFile, *, by: Officer, at: datetime, purpose: str) -> IO[bytes]:
    """Open a closed original and put who, when and why into the access log (an event)."""
    announce(
        EventKind.DOCUMENT_ORIGINAL_OPENED,
        subject=subject_of(stored),
        at=at,
        by=by,
        facts={"purpose": purpose[:200]},
    )
    return open_file(stored)


def _refuse_name(name: str) -> None:
    if not name.strip() or len(name) > bounds.NAME_CHARACTERS or any(ord(c) < 32 or c in "/\\" for c in name):
        raise DocumentRefusedError("name", _("文件名为空、过长(超过200字)或含有非法字符:请改名后重新上传"))


@contextmanager
def _opened(source: BinaryIO | File | Path | str) -> Iterator[IO[bytes]]:  # type: ignore[type-arg]  # Django
    if isinstance(source, Path | str):
        with Path(source).open("rb") as stream:
            yield stream
    else:
        if source.seekable():
            source.seek(0)
        yield cast(IO[bytes], source)


@contextmanager
def _received(stream: IO[bytes]) -> Iterator[Received]:
    """Stream to a temporary file while hashing; never more than one chunk in memory."""
    sha256, sm3, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), 0
    limit = settings.UPLOAD_MAX_BYTES
    with tempfile.NamedTemporaryFile(dir=spool()) as copy:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                message = _("文件超过 %(limit)s MB 的上限:请压缩图片或拆分后重新上传")
                raise DocumentRefusedError("too_large", message % {"limit": limit // bounds.MIB})
            sha256.update(chunk)
            sm3.update(chunk)
            with _storage():
                copy.write(chunk)
        if size == 0:
            raise DocumentRefusedError("empty", _("文件是空的(0 字节):请检查后重新上传"))
        with _storage():
            copy.flush()
        yield Received(Path(copy.name), size, sha256.hexdigest(), sm3.finalize().hex())


def _recognised(received: Received, name: str) -> media.Recognised:
    if media.extension(name) not in media.EXTENSIONS:
        raise DocumentRefusedError(
            "type", _("不支持这种扩展名:请上传 PDF、Word、Excel、PPT、ODF、OFD、网页、文本、图片或 ZIP 文件")
        )
    try:
        with received.path.open("rb") as source:
            recognised = media.recognise(cast(Source, source), name=name)
    except UnreadableFileError as error:
        raise DocumentRefusedError("broken", str(error)) from error
    if recognised.macros:
        raise DocumentRefusedError("macros", _("文件带有宏(程序),不能公开:请另存为不带宏的格式后重新上传"))
    if recognised.media_type == media.LOCKED:
        raise DocumentRefusedError("locked", _("文件设有打开密码:请去掉密码后重新上传"))
    if not media.fits(name, recognised.media_type):
        message = _("文件内容与扩展名不符(内容实为 %(type)s):请用原软件另存为正确的格式")
        raise DocumentRefusedError("mismatch", message % {"type": media.shown(recognised.media_type)})
    return recognised


def _virus_free(received: Received) -> str:
    """What the virus scan said. Raises :class:`DocumentRefusedError` on a virus."""
    verdict = virus.scan(received.path)
    if verdict.found:
        message = _("发现病毒 %(virus)s,文件未保存:请在本机杀毒后重新上传")
        raise DocumentRefusedError("virus", message % {"virus": verdict.found})
    return verdict.note


@contextmanager
def _storage() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = _("文件没有保存:磁盘已满,或附件存储连接不上。请稍后再传;一直不行的,请告知系统管理员")
        raise DocumentRefusedError("storage", message) from error


@_storage()
def _is_kept(received: Received) -> bool:
    return bool(default_storage.exists(storage_name(received.sha256)))


@_storage()
def _keep(received: Received) -> None:
    """Put the bytes into the storage: written beside and renamed in a folder, one atomic put elsewhere."""
    name = storage_name(received.sha256)
    if default_storage.exists(name):
        return
    try:
        final = Path(default_storage.path(name))
    except NotImplementedError:
        with received.path.open("rb") as source:
            default_storage.save(name, File(source))
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=final.parent, prefix=".part-", delete=False) as partial:
        kept = Path(partial.name)
        try:
            with received.path.open("rb") as source:
                while chunk := source.read(CHUNK):
                    partial.write(chunk)
            partial.flush()
            kept.chmod(0o640)
            kept.replace(final)
        except BaseException:
            kept.unlink(missing_ok=True)
            raise


def _recorded(
    received: Received,
    media_type: str,
    *,
    name: str,
    by: Officer | None,
    at: datetime,
    virus_note: str,
    masked_from: StoredFile | None,
    reader: Reader | None,
) -> StoredFile:
    if reader is None:
        inspection = inspect_path(received.path, name=name, at=at)
    else:
        inspection = inspect_with(reader, received.path, name=name, at=at)
    try:
        with transaction.atomic():
            stored = StoredFile.objects.create(
                sha256=received.sha256,
                sm3=received.sm3,
                size=received.size,
                media_type=media_type,
                stored_at=at,
                stored_by=by,
                virus_note=virus_note,
                masked_from=masked_from,
            )
            inspection.write(stored)
            announce(
                EventKind.DOCUMENT_STORED,
                subject=subject_of(stored),
                at=at,
                by=by,
                facts={"size": stored.size, "media_type": media_type, "findings": stored.finding_count},
            )
    except IntegrityError:
        return StoredFile.objects.get(sha256=received.sha256)  # another upload of the same bytes was first
    return stored
