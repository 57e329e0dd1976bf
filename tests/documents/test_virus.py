"""The virus scan: not configured, clean, found, unreachable."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from gongkai.documents import virus
from gongkai.documents.actions import DocumentRefusedError, store
from gongkai.documents.models import StoredFile

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@contextmanager
def clamd(reply: bytes, *, path: Path | None = None) -> Iterator[str]:
    """A daemon of the test that takes one INSTREAM and answers ``reply``."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(str(path) if path else ("127.0.0.1", 0))
    server.listen(1)

    def answer() -> None:
        link, _ = server.accept()
        with link:
            data = b""
            while not data.endswith(b"\0\0\0\0"):
                data += link.recv(65536)
            assert data.startswith(b"zINSTREAM\0")
            link.sendall(reply)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield str(path) if path else f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        thread.join(5)
        server.close()


def scan(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> virus.Verdict:
    monkeypatch.setattr(settings, "CLAMD", address)
    (tmp_path / "a").write_bytes(b"x" * 300_000)
    return virus.scan(tmp_path / "a")


def test_a_clean_file_over_either_kind_of_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd(b"stream: OK\0") as address:
        assert scan(tmp_path, address, monkeypatch) == virus.Verdict(virus.CLEAN)
    with clamd(b"stream: OK\0", path=tmp_path / "s") as address:
        assert scan(tmp_path, address, monkeypatch) == virus.Verdict(virus.CLEAN)


def test_a_virus_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd(b"stream: Eicar-Test-Signature FOUND\0") as address:
        assert scan(tmp_path, address, monkeypatch).found == "Eicar-Test-Signature"


def test_a_daemon_that_fails_is_said_to_have_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd(b"INSTREAM: Can't allocate memory ERROR\0") as address:
        assert scan(tmp_path, address, monkeypatch).note == virus.UNREACHABLE
    with clamd(b"") as address:
        assert scan(tmp_path, address, monkeypatch).note == virus.UNREACHABLE
    assert scan(tmp_path, str(tmp_path / "nobody"), monkeypatch).note == virus.UNREACHABLE
    assert scan(tmp_path, "", monkeypatch).note == virus.NOT_CONFIGURED


@pytest.mark.django_db
def test_an_infected_file_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd(b"stream: Eicar FOUND\0") as address:
        monkeypatch.setattr(settings, "CLAMD", address)
        with pytest.raises(DocumentRefusedError, match="Eicar"):
            store(io.BytesIO(b"abc"), name="a.txt", by=None, at=NOW)
    assert not StoredFile.objects.exists()
