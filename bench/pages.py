"""Pages per second: home, list, detail and search as readers ask for them, beside nginx with the same bytes.

``ours`` is a page kept in memory (the usual case: nothing happened since the last reader), ``compressed`` the same
for a browser that takes gzip, ``unchanged`` the 304 to one that has it, ``made anew`` a page nobody has asked for
since the last happening (``GET`` with an address of its own each time). nginx serves the kept page's bytes from a
file; on the same machine, with the same 8 connections of ``wrk``, which takes a share of the same cores.
"""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 4
PATIENCE = 60
NGINX = """worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; types {{ text/html html; }}
server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}"""
# Another address for every request, so that nothing kept can answer.
ANEW = 'local n = 0\nrequest = function() n = n + 1; return wrk.format("GET", wrk.path .. "{mark}n=" .. n) end\n'


def run() -> list[dict[str, Any]]:
    """Fill a county with the invented year, serve it as ``make run`` does, and load it."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return [{"page": "all", "note": "left out: wrk is not installed (apt-get install wrk nginx-light)"}]
    import django

    django.setup()
    from django.core.management import call_command

    call_command("up", no_start=True, verbosity=0)
    call_command("demo", verbosity=0)
    from gongkai.disclosures.models import Disclosure

    shown = Disclosure.objects.filter(status="published").order_by("pk")[10]
    pages = {"home": "/", "list": "/disclosures/", "detail": f"/d/{shown.public_id}/", "search": "/search/?q=公告"}
    port = _free_port()
    with _serving([*_GUNICORN, "--bind", f"127.0.0.1:{port}"], port):
        return [_compared(wrk, name, port, urllib.parse.quote(path, safe="/?=&")) for name, path in pages.items()]


_GUNICORN = [
    sys.executable, "-m", "gunicorn", "gongkai.config.wsgi", "--workers", "2", "--threads", "4",
    "--no-control-socket",
]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    """The server while it runs; waits until it answers and ends it afterwards."""
    server = subprocess.Popen(command)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > end or server.poll() is not None:
                    raise RuntimeError(f"{command[0]} did not come up") from None
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def _compared(wrk: str, name: str, port: int, path: str) -> dict[str, Any]:
    """One page: kept, compressed, unchanged, made anew, and the same bytes from nginx."""
    address = f"http://127.0.0.1:{port}{path}"
    with urllib.request.urlopen(address) as answer:
        body, tag = answer.read(), answer.headers["ETag"]
    theirs = _nginx(wrk, body)
    ours, slowest = _load(wrk, address)
    packed, _ = _load(wrk, address, "-H", "Accept-Encoding: gzip")
    _require_unchanged(address, tag)
    had, _ = _load(wrk, address, "-H", f"If-None-Match: {tag}")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(ANEW.format(mark="&" if "?" in path else "?"))
        script.flush()
        anew, longest = _load(wrk, address, "-s", script.name)
    return {
        "page": name,
        "bytes": len(body),
        "ours": f"{ours:.0f}/s (99 % in {slowest})",
        "compressed": f"{packed:.0f}/s",
        "unchanged, 304": f"{had:.0f}/s",
        "made anew": f"{anew:.0f}/s (99 % in {longest})",
        "peer": f"{theirs:.0f}/s" if theirs else "absent: nginx is not installed",
        "peer is": "nginx, the same bytes from a file",
        "ratio": f"{ours / theirs:.3f}×" if theirs else "",
    }


def _nginx(wrk: str, body: bytes) -> float | None:
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # its workers are nobody
        (Path(folder) / "www").mkdir()
        (Path(folder) / "www" / "index.html").write_bytes(body)
        port = _free_port()
        conf = Path(folder) / "nginx.conf"
        conf.write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
        with _serving([nginx, "-c", str(conf), "-g", "daemon off;"], port):
            return _load(wrk, f"http://127.0.0.1:{port}/index.html")[0]


def _require_unchanged(address: str, tag: str) -> None:
    """That who has the page is told so: otherwise the figure would be another's."""
    try:
        urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": tag}))
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return
        raise
    raise AssertionError(f"{address} was sent again to who has it")


def _load(wrk: str, address: str, *options: str) -> tuple[float, str]:
    """Requests a second and the 99th percentile under 8 connections; fails when any answer is an error."""
    told = subprocess.run(
        [wrk, "-t1", "-c8", f"-d{SECONDS}s", "--timeout", "20s", "--latency", *options, address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    slowest = re.search(r"^\s+99%\s+(\S+)\s*$", told, re.MULTILINE)
    if "Non-2xx" in told or "Socket errors" in told or rate is None or slowest is None:
        raise RuntimeError(f"the load did not run cleanly:\n{told}")
    return float(rate[1]), slowest[1]
