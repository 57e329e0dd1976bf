"""Starting and stopping the two processes of one machine: the web server and the followers."""

import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

PROCESSES = ("web", "work")
PATIENCE = 60.0  # seconds a process may take to start or to end
ORPHANS = 10.0  # seconds the workers of a killed server may take to notice


class StartError(Exception):
    """A process did not come up; the message says where its log is and what to do."""


def pid_file(name: str) -> Path:
    """Where the number of a running process is kept."""
    return Path(settings.VAR_DIR) / f"{name}.pid"


def log_file(name: str) -> Path:
    """What a background process prints."""
    return log_folder() / f"{name}.log"


def log_folder() -> Path:
    """Where the logs of the background processes are."""
    folder = Path(settings.VAR_DIR) / "logs"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(*, told: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Only one start or stop at a time for one folder of data; ``told`` is called when another must be awaited."""
    with (Path(settings.VAR_DIR) / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def alive(name: str) -> int | None:
    """The process number when what was started as ``name`` still runs, else None.

    The file holds the number with the boot and the tick the process began at: after a kill or a reboot the number
    may be another program's, which is nobody's to stop.
    """
    try:
        number, began = pid_file(name).read_text(encoding="ascii").split()[:2]
        return int(number) if _began(int(number)) == began else None
    except (OSError, ValueError):
        return None


def is_older(name: str) -> bool:
    """Whether ``name`` runs code that was changed since it began."""
    if alive(name) is None:
        return False
    return pid_file(name).read_text(encoding="ascii").split()[2:] != [code_mark()]


def code_mark() -> str:
    """Changes with every program file and template of this installation."""
    files = [
        path
        for folder, kind in (("src", "*.py"), ("templates", "*.html"))
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob(kind))
    ]
    stamps = [f"{path} {(stat := path.stat()).st_size} {stat.st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(stamps).encode()).hexdigest()[:16]


def _began(pid: int) -> str:
    """The boot and the tick a running process began at. Raises ``OSError``; ``ValueError`` for one that ended."""
    # The name in brackets may hold anything; the state is the first field behind it, the tick the twentieth.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        raise ValueError(pid)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}:{fields[19]}"


def start(
    name: str, command: Sequence[str], *, environment: dict[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start ``command`` in a session of its own, its output in the log file."""
    with log_file(name).open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own fixed command lines
            list(command),
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    # A process that ended at once leaves no record: there is nothing to stop, and the log says why.
    with suppress(OSError, ValueError):
        record = f"{process.pid} {_began(process.pid)} {code_mark()}"
        pid_file(name).write_text(record, encoding="ascii")
    return process


def require_free(*, host: str, port: int) -> None:
    """Raise ``StartError`` when another program listens there. Asked before anything is prepared."""
    # The workers of a server that was killed hold its port until they notice.
    end = time.monotonic() + (ORPHANS if pid_file("web").exists() and alive("web") is None else 0)
    while not _binds(host, port):
        if time.monotonic() >= end:
            another = port + 1 if 0 < port < 65535 else 8000
            raise StartError(f"端口 {port} 已被其他程序占用,或不能使用。请换一个端口,例如:make run PORT={another}")
        time.sleep(0.1)


def _binds(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def start_web(*, host: str, port: int) -> int:
    """The web server on ``host:port``. Raises ``StartError`` when the port is taken or no page is answered."""
    require_free(host=host, port=port)
    command = [
        sys.executable, "-m", "gunicorn", "gongkai.config.wsgi", "--bind", f"{host}:{port}", "--workers", "2",
        "--threads", "4", "--timeout", "120", "--no-control-socket",
        "--max-requests", "5000", "--max-requests-jitter", "500",
    ]  # fmt: skip
    (Path(settings.VAR_DIR) / "web.port").write_text(str(port), encoding="ascii")
    # The address officers and feeds are given follows the port unless the county set one.
    process = start("web", command, environment={"GONGKAI_SITE_URL": site_url(port)})
    _await_answer(process, host, port)
    return process.pid


def move_web(*, host: str, port: int) -> None:
    """Take the running web server to another port; where it does not come up there, back to the one it had.

    Raises ``StartError`` when the port is taken (nothing was stopped) or the site had to go back.
    """
    before = running_port()
    require_free(host=host, port=port)
    stop("web")
    try:
        start_web(host=host, port=port)
    except StartError:
        if before is not None:
            start_web(host=host, port=before)
        raise


def start_work() -> int:
    """The followers, one process."""
    return start("work", [sys.executable, "manage.py", "work"]).pid


def site_url(port: int) -> str:
    """The configured address, or the local one on ``port``."""
    return os.environ.get("GONGKAI_SITE_URL", "") or f"http://127.0.0.1:{port}"


def running_port() -> int | None:
    """The port of the running web server."""
    try:
        return int((Path(settings.VAR_DIR) / "web.port").read_text(encoding="ascii")) if alive("web") else None
    except (OSError, ValueError):
        return None


def stop(name: str) -> bool:
    """Ask ``name`` to end, wait, insist; whether it was running."""
    pid = alive(name)
    if pid is not None:
        os.killpg(pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while alive(name) and time.monotonic() < end:
            time.sleep(0.1)
        if alive(name):
            os.killpg(pid, signal.SIGKILL)
    pid_file(name).unlink(missing_ok=True)
    return pid is not None


def _await_answer(process: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    """Until the site answers a request; a port that is merely open has perhaps nobody behind it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if _answers("127.0.0.1" if host in {"0.0.0.0", ""} else host, port):  # noqa: S104 - compared, not bound
            return
        time.sleep(0.1)
    stop("web")
    raise StartError(f"网站没有启动成功。原因在日志 {log_file('web')} 的末尾;改正后再执行 make run。")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/robots.txt")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
