"""The process that stands ready to read: it has the readers' modules loaded and forks a reader when one is asked.

It opens no file itself and keeps nothing of any reading, so a hostile file meets a fresh copy each time. It loads
the modules while nobody waits: the first reader is forked before that. ``python -m gongkai.documents.keeper`` runs
it with a socket as standard input; it ends, with its readers, when the other end is closed. Never imports Django.
"""

import gc
import os
import select
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module

from gongkai.core.privacy.passage import Late, plain
from gongkai.documents import worker

MESSAGE = struct.Struct(">cI")  # START with two descriptors, END with a number; the answer is the number
START, END = b"s", b"e"
# What most files need, dearest first.
MODULES = (
    "gongkai.documents.inspection",
    "gongkai.documents.formats.pdf",
    "gongkai.documents.formats.pdf_layers",
    "gongkai.documents.formats.ooxml",
    "gongkai.documents.formats.sheet",
    "gongkai.documents.formats.members",
)


def preparing() -> Iterator[Callable[[], object]]:
    """The steps by which everything is made ready, each short enough for somebody to wait for it."""
    for name in MODULES:
        yield partial(import_module, name)
    yield from (pattern.ready for pattern in Late.every())
    yield partial(plain, "中")
    yield gc.freeze  # what is loaded stays where it is, shared with every reader


def keep(control: socket.socket) -> None:
    """Answer until the other end closes; make ready once a first reader has ended and while none is at work."""
    steps: Iterator[Callable[[], object]] = iter(())
    readers: set[int] = set()
    first = True
    try:
        while _idle(control, steps if not readers else iter(())):
            message, descriptors, *_ = socket.recv_fds(control, MESSAGE.size, 2)
            if len(message) < MESSAGE.size:
                return
            order, number = MESSAGE.unpack(message)
            if order == START:
                number = _fork(control, *descriptors)
                readers.add(number)
            else:
                _end(number)
                readers.discard(number)
                steps, first = (preparing() if first else steps), False
            control.sendall(MESSAGE.pack(order, number))
    finally:
        for number in readers:
            _end(number)


def _idle(control: socket.socket, steps: Iterator[Callable[[], object]]) -> bool:
    """Take one step after another until somebody asks."""
    for step in steps:
        step()
        if select.select([control], [], [], 0)[0]:
            break
    return True


def _fork(control: socket.socket, requests: int, answers: int) -> int:
    """A reader on these two descriptors; its number."""
    number = os.fork()
    if number == 0:
        try:
            control.close()
            os.dup2(requests, 0)
            os.dup2(answers, 1)
            os.close(requests)
            os.close(answers)
            worker.serve()
        finally:
            os._exit(0)
    os.close(requests)
    os.close(answers)
    return number


def _end(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(number, 0)


if __name__ == "__main__":
    keep(socket.socket(fileno=os.dup(0)))
