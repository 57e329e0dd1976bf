"""Where the bytes lie, and how to have them at hand."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.storage import default_storage

from gongkai.documents.models import StoredFile

CHUNK = 1024 * 1024


class StorageError(OSError):
    """The file store cannot be read or written now; nothing was lost, the same can be tried again."""


def storage_name(sha256: str) -> str:
    """Where the bytes lie in the storage."""
    return f"{sha256[:2]}/{sha256}"


def open_file(stored: StoredFile) -> IO[bytes]:
    """The stored bytes, opened for reading; the caller closes.

    Raises ``FileNotFoundError`` when they are gone, :class:`StorageError` when the store does not answer.
    """
    try:
        return cast(IO[bytes], default_storage.open(storage_name(stored.sha256), "rb"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(str(error)) from error


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """The stored bytes as a path on this machine: the file itself, or a copy when the storage is elsewhere."""
    try:
        path = Path(default_storage.path(storage_name(stored.sha256)))
    except NotImplementedError:
        with open_file(stored) as source, tempfile.NamedTemporaryFile(dir=spool()) as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path


def spool() -> Path:
    """The folder for files on their way in or out."""
    folder = Path(settings.VAR_DIR) / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
