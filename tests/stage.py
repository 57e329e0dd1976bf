"""A real installation for tests that must see one from outside: processes, ports, a folder of data of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(var: Path, *words: str, check: bool = True) -> str:
    environment = {**os.environ, "GONGKAI_VAR_DIR": str(var), "GONGKAI_OWN_PYTHON": "1", "PYTHONUTF8": "1"}
    environment.pop("GONGKAI_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
