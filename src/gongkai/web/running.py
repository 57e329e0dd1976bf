"""Starting and stopping the two processes of one machine: the web server and the followers."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

PROCESSES = ("web", "work")
PATIENCE = 60.0  # seconds a process may take to start or to end


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


def alive(name: str) -> int | None:
    """The process number when ``name`` runs and is ours, else None (a stale file is ignored)."""
    try:
        pid = int(pid_file(name).read_text(encoding="ascii"))
        os.kill(pid, 0)
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except (OSError, ValueError):
        return None
    return pid if b"gongkai" in command or b"manage.py" in command else None


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
    pid_file(name).write_text(str(process.pid), encoding="ascii")
    return process


def require_free(*, host: str, port: int) -> None:
    """Raise ``StartError`` when another program listens there. Asked before anything is prepared."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            another = port + 1 if 0 < port < 65535 else 8000
            raise StartError(
                f"端口 {port} 已被其他程序占用,或不能使用。请换一个端口,例如:make run PORT={another}"
            ) from None


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
