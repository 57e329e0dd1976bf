"""S3-compatible storage whose faults are ``OSError`` like those of a disk: one way to fail for every storage."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class ObjectStorage(S3Storage):  # type: ignore[misc] # the package has no types
    """django-storages' S3 storage. A name is a fingerprint, so writing it again writes the same bytes.

    Every verb raises ``FileNotFoundError`` when the object is gone and ``OSError`` when the service cannot be
    reached or refuses.
    """

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _faults():
            opened = super()._open(name, mode)
            opened.file  # noqa: B018 - fetches now: an object that breaks off later would break off a reader's page
            return opened

    def _save(self, name: str, content: Any) -> str:
        with _faults():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        """Whether the object is there."""
        with _faults():
            return bool(super().exists(name))


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"object storage: {type(error).__name__}") from error
