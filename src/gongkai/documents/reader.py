"""Asking the reader's process, with a clock in hand."""

import json
import os
import select
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from gongkai.core.said import Said
from gongkai.documents import bounds, processes
from gongkai.documents.formats.passages import UnreadableFileError

SLOW = Said("文件读取超过 %(seconds)s 秒,已停止:请拆分或重新导出后再上传", seconds=bounds.WAIT_SECONDS)
DIED = Said(
    "文件读取中断(内容异常,或所需时间超过 %(seconds)s 秒、内存超过 %(megabytes)s MB):"
    "请用原软件重新保存或拆分后再上传",
    seconds=bounds.READ_SECONDS,
    megabytes=bounds.READ_MEMORY // bounds.MIB,
)


class Reader:
    """One reader process that answers any number of requests; a new one is started after a failure.

    Use as a context manager. :meth:`ask` yields answers as they come and raises
    :class:`UnreadableFileError` when the file cannot be read within the bounds.
    """

    def __init__(self, *, seconds: float = bounds.WAIT_SECONDS) -> None:
        self._seconds = seconds
        self._process: processes.Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            processes.end(self._process)
            self._process = None

    def _started(self) -> processes.Process:
        if self._process is not None and select.select([self._process.answers], [], [], 0)[0]:
            self.close()  # nothing was asked, so what is to be read is its end
        if self._process is None:
            self._process = processes.start()
        return self._process

    def ask(self, action: str, path: Path, *, name: str, facts: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The answers to one request about the file at ``path``, as dictionaries."""
        process = self._started()
        request = {"action": action, "path": str(path), "name": name, **(facts or {})}
        ended = False
        try:
            for answer in self._exchange(process, json.dumps(request, ensure_ascii=False).encode() + b"\n"):
                if "done" in answer or "error" in answer:
                    ended = True
                if "error" in answer:
                    raise UnreadableFileError(answer["error"])
                if not ended:
                    yield answer
        finally:
            if not ended:
                self.close()

    def _exchange(self, process: processes.Process, request: bytes) -> Iterator[Any]:
        try:
            _write(process.requests, request)
        except BrokenPipeError as error:
            raise UnreadableFileError(DIED) from error
        for line in _lines(process.answers.fileno(), time.monotonic() + self._seconds):
            answer = json.loads(line)
            yield answer
            if "done" in answer or "error" in answer:
                return


def _write(target: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[target.write(left) :]


def _lines(output: int, deadline: float) -> Iterator[bytes]:
    """Whole lines as they come. Raises :class:`UnreadableFileError` at the deadline or the process's end."""
    rest = b""
    while True:
        if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise UnreadableFileError(SLOW)
        chunk = os.read(output, 1 << 20)
        if not chunk:
            raise UnreadableFileError(DIED)
        rest += chunk
        if b"\n" in chunk:
            *lines, rest = rest.split(b"\n")
            yield from lines
