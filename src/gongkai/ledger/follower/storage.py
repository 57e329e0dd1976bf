"""Files that survive a power cut: written beside their place, flushed, renamed; nobody ever sees half of one."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

_TOGETHER = 8
_SETTLE_AT = 4096  # files written before the disk is asked to keep them; bounds memory in a rebuild


def read(path: Path) -> bytes | None:
    """The file's bytes, or ``None`` when there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _place(path: Path, data: bytes, *, mode: int, durable: bool) -> None:
    partial = path.with_name(f".{path.name}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    partial.replace(path)


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put ``data`` at ``path`` in one step; when this returns, both the old and the new state are past."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _place(path, data, mode=mode, durable=True)
    _settle(path.parent)


def note_down(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step, without waiting for the disk: for what may be lost and redone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _place(path, data, mode=0o644, durable=False)


class Batch:
    """Many files below ``root``, none of them pointed at yet: placed at once, flushed together by ``settle``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: list[Path] = []
        self._folders: set[Path] = set()

    def put(self, path: str, data: bytes) -> None:
        """Place one file; it is certain to stay only after ``settle``."""
        target = self._root / path
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            outside = self._root.parent
            self._folders.update(p for p in target.parents if p == outside or outside in p.parents)
        if read(target) != data:  # a rebuild finds most files as they should be
            _place(target, data, mode=0o644, durable=False)
        self._files.append(target)
        if len(self._files) >= _SETTLE_AT:
            self.settle()

    def settle(self) -> None:
        """Return when everything placed so far would survive a power cut."""
        if len(self._files) > _TOGETHER:
            with ThreadPoolExecutor(_TOGETHER) as pool:  # waiting for a disk is shared, not queued for
                list(pool.map(_settle, self._files))
        else:
            for path in self._files:
                _settle(path)
        for path in sorted(self._folders, reverse=True):
            _settle(path)
        self._files, self._folders = [], set()


def remove(path: Path) -> None:
    """Take a file or a folder away; nothing happens when it is not there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``: one writer at a time, whatever process it is in; released by any death."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
