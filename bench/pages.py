"""Pages per second of detail, list and home, against the same bytes from a static file route and from nginx."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SECONDS = 4
PORT = 8931
NGINX = """worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; types {{ text/html html; }}
server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}"""


def run() -> list[dict[str, Any]]:
    """Fill a county, serve it as ``make run`` does, and load it with ``wrk`` (Debian's package)."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return [{"work": "pages", "note": "left out: wrk is not installed (apt-get install wrk nginx-light)"}]
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("up", no_start=True)
    call_command("demo", verbosity=0)
    from gongkai.disclosures.models import Disclosure

    shown = Disclosure.objects.filter(status="published").order_by("pk")[10]
    pages = {"home": "/", "list": "/disclosures/", "detail": f"/d/{shown.public_id}/", "search": "/search/?q=公告"}
    command = [sys.executable, "-m", "gunicorn", "gongkai.config.wsgi", "--bind", f"127.0.0.1:{PORT}"]
    server = subprocess.Popen([*command, "--workers", "2", "--threads", "4"], env=dict(os.environ))
    try:
        time.sleep(4)
        rows = [_compared(wrk, name, path, Path(settings.VAR_DIR)) for name, path in pages.items()]
    finally:
        server.terminate()
        server.wait()
    return rows


def _compared(wrk: str, name: str, path: str, var: Path) -> dict[str, Any]:
    address = f"http://127.0.0.1:{PORT}"
    import urllib.parse
    import urllib.request

    quoted = urllib.parse.quote(path, safe="/?=&")
    with urllib.request.urlopen(address + quoted) as answer:
        body = answer.read()
    ours, latency = _load(wrk, address + quoted)
    static = var.parent / "same.html"
    static.write_bytes(body)
    row = {"page": name, "bytes": len(body), "ours": f"{ours:.0f}/s", "p99": latency}
    if nginx := shutil.which("nginx") or shutil.which("/usr/sbin/nginx"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "www").mkdir()
            (Path(folder) / "www" / "index.html").write_bytes(body)
            conf = Path(folder) / "nginx.conf"
            conf.write_text(NGINX.format(folder=folder, port=PORT + 1), encoding="utf-8")
            peer = subprocess.Popen([nginx, "-c", str(conf), "-g", "daemon off; user root;"])
            time.sleep(1)
            theirs, _ = _load(wrk, f"http://127.0.0.1:{PORT + 1}/index.html")
            peer.terminate()
            peer.wait()
        row |= {"peer": f"{theirs:.0f}/s", "peer is": "nginx, the same bytes", "ratio": f"{ours / theirs:.4f}×"}
    else:
        row |= {"peer": "absent", "peer is": "nginx is not installed"}
    return row


def _load(wrk: str, address: str) -> tuple[float, str]:
    """Requests a second and the 99th percentile under 8 connections."""
    told = subprocess.run(
        [wrk, "-t1", "-c8", f"-d{SECONDS}s", "--latency", address], capture_output=True, text=True, check=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    slowest = re.search(r"99%\s+(\S+)", told)
    if "Non-2xx" in told or rate is None or slowest is None:
        raise RuntimeError(f"the load did not run cleanly:\n{told}")
    return float(rate[1]), slowest[1]
