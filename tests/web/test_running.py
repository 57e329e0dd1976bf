"""From an empty folder to a running county, twice, and down again: as ``make run`` and ``make stop`` do it."""

import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import free_port, manage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("var")
    yield folder
    manage(folder, "down")


def page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return str(answer.read().decode())


def listed(port: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(page(port, "/api/v1/disclosures"))["results"]
    return rows


def test_an_empty_folder_becomes_a_running_county_and_a_second_run_changes_nothing(var: Path) -> None:
    port = free_port()
    first = manage(var, "up", "--port", str(port))
    password = re.search(r"一次性密码\s+(\S+)", first)
    assert password, first
    assert f":{port}/" in first
    assert "安政办〔2018〕117号" in page(port, "/")
    (row,) = listed(port)

    again = manage(var, "up", "--port", str(port))
    assert "一次性密码" not in again
    assert "没有变化" in again
    assert listed(port) == [row]
    assert "内容未改动" in manage(var, "verify_log") or "一致" in manage(var, "verify_log")


def test_the_first_disclosure_went_the_ordinary_way(var: Path) -> None:
    log = manage(
        var,
        "shell",
        "-c",
        "from gongkai.events.models import Event;print(*Event.objects.values_list('kind', flat=True))",
    )
    for kind in ("drafted", "revised", "submitted", "reviewed", "published"):
        assert f"disclosure.{kind}" in log


def test_the_first_disclosure_is_found_by_two_characters(var: Path) -> None:
    found = json.loads(manage(var, "search", "配置", "--json"))
    assert found["total"] == 1


def test_a_follower_is_thrown_away_and_rebuilt(var: Path) -> None:
    root = (var / "log" / "checkpoint").read_text().splitlines()[:3]
    for name in ("search", "tiles"):
        assert "处理" in manage(var, "work", "--rebuild", name)
    assert json.loads(manage(var, "search", "配置", "--json"))["total"] == 1
    assert (var / "log" / "checkpoint").read_text().splitlines()[:3] == root
    told = manage(var, "work", "--rebuild", "nobody", check=False)
    assert "可选:tiles、search" in told


def test_a_killed_worker_starts_again_where_it_was(var: Path) -> None:
    pid = int((var / "work.pid").read_text())
    os.killpg(pid, signal.SIGKILL)
    time.sleep(0.5)
    port = int((var / "web.port").read_text())
    manage(var, "up", "--port", str(port))
    assert int((var / "work.pid").read_text()) != pid
    assert len(listed(port)) == 1


def test_a_taken_port_is_said_in_words(var: Path) -> None:
    manage(var, "down")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = manage(var, "up", "--port", str(taken.getsockname()[1]), check=False)
    assert "已被其他程序占用" in told
    assert "Traceback" not in told


def test_stopping_twice_is_harmless(var: Path) -> None:
    manage(var, "down")
    assert "没有在运行" in manage(var, "down")
