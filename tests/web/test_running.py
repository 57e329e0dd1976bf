"""From an empty folder to a running county, twice, and down again: as ``make run`` and ``make stop`` do it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.profiles.folders import YUNLING
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


def number(var: Path, name: str) -> int:
    return int((var / f"{name}.pid").read_text().split()[0])


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

    assert f"运行日志:{var}/logs/" in first
    assert "县政务公开办" in first
    roles = manage(
        var,
        "shell",
        "-c",
        "from gongkai.agencies.models import Appointment as A;print(*A.objects.filter(officer__username='admin')"
        ".values_list('role', flat=True))",
    )
    assert roles.split()[-1] == "administrator"
    assert "office" not in roles.split()

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


def test_the_first_disclosure_is_called_neither_punctual_nor_late(var: Path) -> None:
    told = manage(
        var,
        "shell",
        "-c",
        "from gongkai.obligations.models import Obligation as O;"
        "print(*O.objects.filter(disclosures__index_number__isnull=False)"
        ".values_list('state', 'due_on', 'waiver_ground'))",
    )
    assert "waived" in told
    assert "2018, 8, 10" in told
    assert "补公开" in told


def test_the_first_disclosure_is_found_by_two_characters(var: Path) -> None:
    found = json.loads(manage(var, "search", "配置", "--json"))
    assert found["total"] == 1
    port = (var / "web.port").read_text()
    assert found["hits"][0]["url"].startswith(f"http://127.0.0.1:{port}/")  # the address of the running site


def test_a_follower_is_thrown_away_and_rebuilt(var: Path) -> None:
    root = (var / "log" / "checkpoint").read_text().splitlines()[:3]
    for name in ("search", "tiles"):
        assert "处理" in manage(var, "work", "--rebuild", name)
    assert json.loads(manage(var, "search", "配置", "--json"))["total"] == 1
    assert (var / "log" / "checkpoint").read_text().splitlines()[:3] == root
    told = manage(var, "work", "--rebuild", "nobody", check=False)
    assert "可选:tiles、search" in told


def test_a_killed_worker_starts_again_where_it_was(var: Path) -> None:
    pid = number(var, "work")
    os.killpg(pid, signal.SIGKILL)
    time.sleep(0.5)
    port = int((var / "web.port").read_text())
    manage(var, "up", "--port", str(port))
    assert number(var, "work") != pid
    assert len(listed(port)) == 1


def test_asked_for_on_another_port_the_running_site_moves_there_and_otherwise_it_stays(var: Path) -> None:
    old, new = int((var / "web.port").read_text()), free_port()
    web, work = number(var, "web"), number(var, "work")
    assert f":{old}/" in manage(var, "up")
    assert (number(var, "web"), number(var, "work")) == (web, work)
    assert f"网站已从端口 {old} 移到 {new}" in manage(var, "up", "--port", str(new))
    assert len(listed(new)) == 1
    assert number(var, "web") != web
    assert number(var, "work") == work
    with pytest.raises(OSError, match="refused"):
        page(old, "/robots.txt")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = manage(var, "up", "--port", str(taken.getsockname()[1]), check=False)
    assert "已被其他程序占用" in told
    assert len(listed(new)) == 1  # nothing was stopped


def test_a_move_that_fails_goes_back_to_where_the_site_was(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = int((var / "web.port").read_text())
    odd = var / "gunicorn.conf.py"  # a server that serves the old port only
    odd.write_text(f"def on_starting(server):\n    assert ':{old}' in str(server.cfg.bind)\n")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", f"--config {odd}")
    told = manage(var, "up", "--port", str(free_port()), check=False)
    assert "没有启动成功" in told
    assert len(listed(old)) == 1


def test_a_killed_server_starts_again_on_its_port_and_older_code_is_replaced(var: Path) -> None:
    port, before = int((var / "web.port").read_text()), number(var, "web")
    os.kill(before, signal.SIGKILL)  # the master alone: its workers still hold the port
    manage(var, "up", "--port", str(port))
    assert len(listed(port)) == 1
    web, work = number(var, "web"), number(var, "work")
    assert web != before
    record = (var / "web.pid").read_text().split()
    (var / "web.pid").write_text(" ".join([*record[:2], "0123456789abcdef"]))
    told = manage(var, "up")
    assert "程序文件有变动" in told
    assert number(var, "web") != web
    assert number(var, "work") == work
    assert len(listed(port)) == 1


def test_a_number_that_became_another_programs_is_not_ours_to_stop(tmp_path: Path) -> None:
    other = subprocess.Popen(  # a stranger whose command line looks like ours
        [sys.executable, "-c", "import time; time.sleep(600)", "manage.py", "gongkai"], start_new_session=True
    )
    try:
        for record in (f"{other.pid}", f"{other.pid} other-boot:1 0", "x", "", "-1 a b"):
            (tmp_path / "web.pid").write_text(record)
            (tmp_path / "work.pid").write_text(record)
            assert manage(tmp_path, "down").count("没有在运行") == 2
            assert other.poll() is None
            assert not (tmp_path / "web.pid").exists()
    finally:
        other.kill()
        other.wait()


def test_two_starts_at_one_moment_leave_one_site(tmp_path: Path) -> None:
    port = free_port()
    try:
        with ThreadPoolExecutor(2) as hands:
            told = list(hands.map(lambda _: manage(tmp_path, "up", "--port", str(port)), range(2)))
        assert sum("一次性密码" in one for one in told) == 1
        assert sum("等它结束" in one for one in told) == 1
        assert len(listed(port)) == 1
    finally:
        manage(tmp_path, "down")
    with pytest.raises(OSError, match="refused"):
        page(port, "/robots.txt")


def test_a_taken_port_is_said_in_words(var: Path) -> None:
    manage(var, "down")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = manage(var, "up", "--port", str(taken.getsockname()[1]), check=False)
    assert "已被其他程序占用" in told
    assert "Traceback" not in told


def test_a_password_nobody_used_stays_valid_and_is_issued_anew_when_asked_for(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = manage(tmp_path, "up", "--port", str(taken.getsockname()[1]), check=False)
    assert "已被其他程序占用" in refused
    assert not (tmp_path / "gongkai.sqlite3").exists()  # nothing was made, no password was lost
    first = re.search(r"admin   一次性密码\s+(\S+)", manage(tmp_path, "up", "--no-start"))
    assert first
    again = manage(tmp_path, "up", "--no-start")
    assert "仍然有效" in again
    assert "reissue_password admin" in again
    officer = "from gongkai.agencies.models import Officer as O;o=O.objects.get(username='admin')"
    assert "[True]" in manage(tmp_path, "shell", "-c", f"{officer};print([o.check_password('{first[1]}')])")
    reissued = re.search(r"一次性密码\s+(\S+)", manage(tmp_path, "reissue_password", "admin"))
    assert reissued
    check = f"{officer};print([o.check_password(p) for p in {[first[1], reissued[1]]}])"
    assert "[False, True]" in manage(tmp_path, "shell", "-c", check)
    used = (
        f"{officer};from django.utils import timezone;from gongkai.agencies.actions.officers import set_password;"
        f"set_password(o, present='{reissued[1]}', new='Ceshi-Mima-2026!', at=timezone.now())"
    )
    manage(tmp_path, "shell", "-c", used)
    assert "一次性密码" not in manage(tmp_path, "up", "--no-start")
    assert "没有登录名" in manage(tmp_path, "reissue_password", "nobody", check=False)


@pytest.mark.parametrize(
    "command",
    [
        "due R-DEFAULT-20WD 2026-03-02", "sweep", "verify_log", "reindex", "work --once", "demo", "search 配置",
        "rescan", "reissue_password admin",
    ],
)  # fmt: skip
def test_on_an_empty_folder_a_command_says_what_to_run_first(tmp_path: Path, command: str) -> None:
    told = manage(tmp_path, *command.split(), check=False)
    assert "Traceback" not in told
    assert "请先运行 make run" in told


def test_a_site_whose_workers_do_not_boot_is_not_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--worker-class nonsense.Worker")
    told = manage(tmp_path, "up", "--port", str(free_port()), check=False)
    assert "网站没有启动成功" in told
    assert str(tmp_path / "logs" / "web.log") in told
    assert "工作台  http" not in told
    assert "没有在运行" in manage(tmp_path, "down")


def test_another_county_with_three_reviews_runs_and_says_it_has_no_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_PROFILE", str(YUNLING))
    port = free_port()
    try:
        assert "已公开第一条信息" in manage(tmp_path, "up", "--port", str(port))
        assert [row["title"] for row in listed(port)] == ["云岭县公共资源配置公开办法(虚构)"]
        log = "from gongkai.disclosures.models import ConfidentialityReview as R;print(*R.objects.order_by('step')"
        told = manage(tmp_path, "shell", "-c", f"{log}.values_list('reviewer__display_name', flat=True))")
        assert "系统初始化(初审) 系统初始化(复审) 系统初始化(终审)" in told
        told = manage(tmp_path, "demo", check=False)
        assert "云岭县没有演示数据" in told
        assert "Traceback" not in told
    finally:
        manage(tmp_path, "down")


def test_stopping_twice_is_harmless(var: Path) -> None:
    manage(var, "down")
    assert "没有在运行" in manage(var, "down")
