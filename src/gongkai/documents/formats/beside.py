"""Reading one part of a large file in a second process while the first reads the rest."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage, fault

_STOPPED = Said("文件有一部分读取中断(内容异常或过大):请用原软件重新保存或拆分后再上传")


@contextmanager
def beside(read: Callable[[], Iterator[Passage]]) -> Iterator[Iterator[Passage]]:
    """Start ``read`` in a forked process now; its passages come when what ``as`` names is iterated.

    The child has the bounds of its parent: the same address space, the processor time the parent has left. A child
    that dies at one of them leaves a passage with a fault. Call it in a process without threads.
    """
    output, input_ = os.pipe()
    left = signal.getitimer(signal.ITIMER_PROF)[0]
    child = os.fork()
    if child == 0:
        os.close(output)
        signal.setitimer(signal.ITIMER_PROF, left)  # a timer is not inherited
        _tell(read, input_)
    os.close(input_)
    try:
        with os.fdopen(output, encoding="utf-8") as pipe:
            yield _told(pipe)
    finally:
        os.kill(child, signal.SIGKILL)  # where nobody wants to hear the rest; else it has ended
        os.waitpid(child, 0)


def _tell(read: Callable[[], Iterator[Passage]], input_: int) -> None:
    """The child: every passage as a line, an empty line at the end, and out without the parent's endings."""
    try:
        with os.fdopen(input_, "w", encoding="utf-8", errors="surrogatepass") as pipe:
            for one in read():
                facts = (one.layer, one.place, one.text, one.page, one.label, one.table, one.fault, one.picture)
                pipe.write(json.dumps(facts, ensure_ascii=True) + "\n")
            pipe.write("\n")
    finally:
        os._exit(0)


def _told(pipe: IO[str]) -> Iterator[Passage]:
    ended = False
    for line in pipe:
        ended = line == "\n"
        if not ended:
            layer, *facts = json.loads(line)
            yield Passage(Layer(layer), *facts)
    if not ended:
        yield fault("", _STOPPED)
