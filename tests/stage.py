"""A real installation for tests that must see one from outside: processes, ports, data of its own.

Where the suite runs on PostgreSQL each installation has a database of its own there, dropped when the tests end.
"""

import atexit
import hashlib
import os
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
_MAKING = threading.Lock()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(var: Path, *words: str, check: bool = True) -> str:
    environment = {**os.environ, "GONGKAI_VAR_DIR": str(var), "GONGKAI_OWN_PYTHON": "1", "PYTHONUTF8": "1"}
    if server := environment.pop("GONGKAI_DATABASE_URL", ""):
        with _MAKING:  # two that start at one moment are to meet in the installation, not here
            environment["GONGKAI_DATABASE_URL"] = database_of(server, var)
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


@cache
def database_of(server: str, var: Path) -> str:
    """The address of the database that belongs to ``var``, made empty on ``server``."""
    name = f"gongkai_{hashlib.sha256(str(var).encode()).hexdigest()[:16]}"
    _tell(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _tell(server, "CREATE DATABASE {}", name)
    atexit.register(_tell, server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _tell(server: str, order: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(sql.SQL(order).format(sql.Identifier(name)))
