"""ClamAV's daemon and tesseract themselves, where the machine has them; ``.ci/run`` installs and requires them."""

import hashlib
import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from gongkai.documents import virus
from gongkai.documents.actions import DocumentRefusedError, store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVENTED = "350524199001011238"
# The test file of the anti-virus makers (EICAR), put together here so that no scanner takes this file for it.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + "!$H+H*"


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing; in CI it is required")
    if found is None:
        pytest.skip(f"left out: {name} is not installed")
    return found


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """clamd with one signature of ours, that of the test file; takes no more than 1 MB a file."""
    place = tmp_path_factory.mktemp("clamd", numbered=True)
    infected = EICAR.encode()
    signature = f"{hashlib.md5(infected, usedforsecurity=False).hexdigest()}:{len(infected)}:Test.Eicar\n"
    (place / "signatures").mkdir()
    (place / "signatures" / "test.hdb").write_text(signature)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "DatabaseDirectory": place / "signatures", "TemporaryDirectory": place, "Foreground": "yes",
        "TCPAddr": "127.0.0.1", "TCPSocket": port, "StreamMaxLength": "1M",
    }  # fmt: skip
    if os.getuid() == 0:
        settings["User"] = "root"
    (place / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with subprocess.Popen(
        [program("clamd"), "-c", str(place / "clamd.conf")], stdout=subprocess.DEVNULL
    ) as running:
        _wait_for(port, running)
        yield f"127.0.0.1:{port}"
        running.terminate()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("clamd did not start")


@pytest.mark.django_db
def test_the_daemon_finds_its_virus_in_an_upload_and_passes_a_clean_one(settings: Any, daemon: str) -> None:
    settings.CLAMD = daemon
    with pytest.raises(DocumentRefusedError, match=r"发现病毒 Test\.Eicar"):
        store(io.BytesIO(EICAR.encode()), name="a.txt", by=None, at=NOW)
    assert store(io.BytesIO(b"clean"), name="a.txt", by=None, at=NOW).virus_note == virus.CLEAN


def test_a_file_above_the_daemons_own_bound_is_said_to_be_unscanned(
    settings: Any, daemon: str, tmp_path: Path
) -> None:
    settings.CLAMD = daemon
    large = tmp_path / "large"
    large.write_bytes(bytes(20_000_000))
    assert virus.scan(large) == virus.Verdict(virus.TOO_LARGE)


@pytest.mark.django_db
def test_a_scan_is_read_by_tesseract_and_its_number_found(settings: Any) -> None:
    program("tesseract")
    settings.OCR = True
    picture = Image.new("L", (1654, 1169), 255)
    letters = ImageFont.load_default(size=44)
    ImageDraw.Draw(picture).text((150, 300), f"ID  {INVENTED}", fill=0, font=letters)
    stream = io.BytesIO()
    picture.save(stream, "PDF", resolution=200)
    stored = store(stream, name="scan.pdf", by=None, at=NOW)
    assert stored.is_scan
    assert INVENTED in stored.pages.get(number=1).text
    assert {found.kind for found in stored.findings.all()} == {"unreadable", "resident_id"}
