"""The reader's own process: one request on standard input, answers as JSON lines on standard output.

A hostile file can then exhaust only this process, whose memory and time the operating system bounds.
Started by the keeper (``gongkai.documents.keeper``); never imports Django.
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.passages import UnreadableFileError

# Action → the function that carries it out: (request) → answers. Loaded when asked for.
_ACTIONS = {
    "read": "gongkai.documents.inspection:inspect",
    "mask": "gongkai.documents.masking.files:mask",
    "recognise": "gongkai.documents.ocr:recognise",
    "rows": "gongkai.documents.formats.rows:rows",
}


def answers(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answers to one request, the last one ``{"done": …}`` or ``{"error": …}``."""
    module, _, function = _ACTIONS[request["action"]].partition(":")
    try:
        yield from getattr(import_module(module), function)(request)
        yield {"done": True}
    except UnreadableFileError as error:
        yield {"error": str(error)}
    except MemoryError:
        yield {
            "error": Said(
                "文件读取需要的内存超过 %(megabytes)s MB,已停止:请拆分后重新上传",
                megabytes=bounds.READ_MEMORY // bounds.MIB,
            )
        }
    except RecursionError:
        yield {"error": Said("文件内部嵌套过深,已停止读取:请用原软件重新保存后再上传")}
    except Exception:  # noqa: BLE001 - a hostile file may break any library in any way; this process is sound
        yield {"error": Said("文件内容异常(有损坏或不合格式的部分),读不下去:请用原软件重新保存或导出后再上传")}


def serve() -> None:
    """Bound this process, then answer requests until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds.READ_MEMORY, bounds.READ_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        request = json.loads(line)
        request["path"] = Path(request["path"])
        signal.setitimer(signal.ITIMER_PROF, bounds.READ_SECONDS)  # SIGPROF ends a process that does not catch it
        for answer in answers(request):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()
