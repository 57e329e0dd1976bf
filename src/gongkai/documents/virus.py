"""Virus scan through ClamAV's ``clamd`` (INSTREAM), where one is configured."""

import socket
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from gongkai.core.said import Said

_CHUNK = 256 * 1024
_SECONDS = 60
NOT_CONFIGURED = Said("未配置病毒扫描")
CLEAN = Said("病毒扫描未发现问题")
TOO_LARGE = Said("文件超过病毒扫描服务的大小上限,本文件未经病毒扫描")
UNREACHABLE = Said("病毒扫描服务连接不上,本文件未经病毒扫描")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``found`` names the virus, or is empty; ``note`` is what the page says about the scan."""

    note: str
    found: str = ""


def scan(path: Path) -> Verdict:
    """Ask ``clamd`` at the setting ``CLAMD`` (``host:port`` or the path of a socket) about a file."""
    address = str(getattr(settings, "CLAMD", "") or "")
    if not address:
        return Verdict(NOT_CONFIGURED)
    try:
        with closing(_connected(address)) as link, path.open("rb") as source:
            # A daemon that has enough answers and closes while bytes are still on their way.
            with suppress(ConnectionError):
                _send(link, source)
            reply = _reply(link)
    except OSError:
        return Verdict(UNREACHABLE)
    if "size limit exceeded" in reply:
        return Verdict(TOO_LARGE)
    if reply.endswith("FOUND"):
        return Verdict("", reply.removesuffix("FOUND").partition(":")[2].strip() or "unknown")
    return Verdict(CLEAN if reply.endswith("OK") else UNREACHABLE)


def _connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if port.isdigit() and host:
        return socket.create_connection((host, int(port)), timeout=_SECONDS)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(_SECONDS)
    link.connect(address)
    return link


def _send(link: socket.socket, source: IO[bytes]) -> None:
    link.sendall(b"zINSTREAM\0")
    while chunk := source.read(_CHUNK):
        link.sendall(len(chunk).to_bytes(4, "big") + chunk)
    link.sendall(b"\0\0\0\0")


def _reply(link: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\0") and len(data) < 4096:
        chunk = link.recv(1024)
        if not chunk:
            break
        data += chunk
    return data.rstrip(b"\0\n").decode("utf-8", errors="replace")
