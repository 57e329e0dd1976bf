"""Starting and ending the processes that read files, through one keeper of ours that has everything loaded."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gongkai.core.said import Said
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.keeper import END, MESSAGE, START

_SOURCE = Path(__file__).resolve().parents[2]
_SECONDS = 60  # for the keeper's answer, on a machine that is busy with other things
_GONE = Said("文件读取程序没有启动(机器内存或进程数可能不足):请稍后重试,或联系管理员")


@dataclass(frozen=True, slots=True)
class Process:
    """A reader: write requests to ``requests``, read lines from ``answers``, and :func:`end` it."""

    pid: int
    requests: IO[bytes]
    answers: IO[bytes]
    keeper: "_Keeper"


class _Keeper:
    """Our side of a keeper: its process and the socket it listens on."""

    def __init__(self) -> None:
        self.path = os.environ.get("PATH", "")
        self.control, theirs = socket.socketpair()
        self.control.settimeout(_SECONDS)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gongkai.documents.keeper"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Nothing of the parent's surroundings but what an interpreter needs; no secrets.
                env={
                    "PYTHONPATH": str(_SOURCE),
                    "PYTHONUTF8": "1",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PATH": self.path,
                    # One malloc arena: threads would otherwise reserve address space against the bound.
                    "MALLOC_ARENA_MAX": "1",
                    "OPENBLAS_NUM_THREADS": "1",
                },
            )

    def ask(self, order: bytes, number: int, *descriptors: int) -> int:
        """Send an order; the number it is answered with. Raises ``OSError`` when the keeper is gone."""
        socket.send_fds(self.control, [MESSAGE.pack(order, number)], descriptors)
        answer = self.control.recv(MESSAGE.size, socket.MSG_WAITALL)
        if len(answer) < MESSAGE.size:
            raise ConnectionError("the keeper of the readers has ended")
        return int(MESSAGE.unpack(answer)[1])

    def close(self) -> None:
        """End it; it ends its readers first when it still can."""
        self.control.close()
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class _Ours:
    """The keeper of this process, and whose turn it is to speak to it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keeper: _Keeper | None = None

    def forget(self) -> None:
        """In a forked child: the keeper is the parent's."""
        if self.keeper is not None:
            self.keeper.control.close()
            self.keeper.process.returncode = 0
        self.lock, self.keeper = threading.Lock(), None


_ours = _Ours()
os.register_at_fork(after_in_child=_ours.forget)


def start() -> Process:
    """A new reader. Raises :class:`UnreadableFileError` when the machine can start none."""
    with _ours.lock:
        if _ours.keeper is not None and _ours.keeper.path != os.environ.get("PATH", ""):
            _stop()  # it would look for programs elsewhere
        for _ in range(2):  # a keeper that has gone is started anew, once
            try:
                return _started(_ours.keeper or _Keeper())
            except OSError:
                _stop()
    raise UnreadableFileError(_GONE)


def _started(keeper: _Keeper) -> Process:
    _ours.keeper = keeper
    their_requests, requests = os.pipe()
    answers, their_answers = os.pipe()
    try:
        pid = keeper.ask(START, 0, their_requests, their_answers)
    except OSError:
        os.close(requests)
        os.close(answers)
        raise
    finally:
        os.close(their_requests)
        os.close(their_answers)
    return Process(pid, os.fdopen(requests, "wb", buffering=0), os.fdopen(answers, "rb", buffering=0), keeper)


def end(process: Process) -> None:
    """End a reader, whatever it is doing, and wait until it has."""
    process.requests.close()
    process.answers.close()
    with _ours.lock:
        if process.keeper is _ours.keeper:  # else it went with its keeper
            try:
                process.keeper.ask(END, process.pid)
            except OSError:
                _stop()


def keeper() -> int | None:
    """The number of our keeper's process, if it runs."""
    return _ours.keeper.process.pid if _ours.keeper is not None else None


def stop() -> None:
    """End the keeper and its readers; who asks next starts another."""
    with _ours.lock:
        _stop()


def _stop() -> None:
    if _ours.keeper is not None:
        _ours.keeper.close()
        _ours.keeper = None


atexit.register(stop)
