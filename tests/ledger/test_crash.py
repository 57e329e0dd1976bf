"""Killed at any point: the head on show always has all its files, and the next run finishes the work."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.core.merkle import leaf_hash
from gongkai.core.notes import VerifierKey
from gongkai.core.tiles import LogGrowth
from gongkai.ledger.follower import storage
from gongkai.ledger.follower.signing import Signer, signer
from gongkai.ledger.follower.writing import advance, largest, published, resume
from gongkai.verify import logs
from gongkai.verify.files import FolderLog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill, unlike a power cut, does not ask whether the disk was flushed; do not wait for it here."""
    monkeypatch.setattr(storage.os, "fsync", lambda descriptor: None)


def entries(start: int, stop: int) -> list[bytes]:
    return [
        b'{"at":"2026-11-23T11:06:00.000000Z","kind":"publish","n":%d,"subject":"test:%d"}' % (n, n)
        for n in range(start, stop)
    ]


def run(folder: Path, upto: int) -> None:
    """What the follower does, without a database."""
    key = own_key(folder)
    head = published(folder / "log", key.vkey)
    growth = resume(folder / "log", head)
    more = entries(growth.size, upto)
    batches = [(more, [leaf_hash(entry) for entry in more])] if more else []
    advance(root=folder / "log", signer=key, batches=batches, growth=growth, last=largest(key, head))


def own_key(folder: Path) -> Signer:
    return signer(folder / "log.key", origin=lambda: "log.example/ceshi", may_create=True)


def size_of(folder: Path) -> int:
    """The head on show, after the whole log under it was checked; 0 before the first."""
    if not (folder / "log" / "checkpoint").exists():
        return 0
    key = VerifierKey.parse((folder / "log.vkey").read_text())
    source = FolderLog(folder / "log")
    report = logs.open_log(source, pinned=key)
    logs.check_log(source, report, logs.Wanted(), lambda done, total: None)
    assert report.faults == []
    return report.head.size


def dying_at(step: int) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Stand-ins for everything that changes the disk; the ``step``-th call is the process's last."""
    left = [step]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return real(*args, **kwargs)

        return call

    for owner, name in (
        (storage.os, "open"),
        (storage.os, "fsync"),  # already nothing but a step here: a killed process loses no written page
        (storage.os, "fchmod"),
        (storage.os, "rmdir"),
        (storage.os, "unlink"),
        (Path, "replace"),
        (Path, "mkdir"),
    ):
        yield owner, name, dying(getattr(owner, name))


def killed_at(step: int, folder: Path, upto: int) -> bool:
    """Run in a child process that dies at its ``step``-th change to the disk; whether it died."""
    child = os.fork()
    if child == 0:
        for owner, name, stand_in in dying_at(step):
            setattr(owner, name, stand_in)
        try:
            run(folder, upto)
        except BaseException:  # noqa: BLE001 - the child must never return into the test
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 9)
    return os.waitstatus_to_exitcode(status) == 9


@pytest.mark.parametrize(("before", "after"), [(0, 3), (255, 256), (250, 520)])
def test_a_kill_at_every_single_step_leaves_a_whole_log_that_the_next_run_continues(
    tmp_path: Path, before: int, after: int
) -> None:
    step = 0
    while True:
        folder = tmp_path / str(step)
        if before:
            run(folder, before)
        died = killed_at(step, folder, after)
        assert size_of(folder) in ((before, after) if died else (after,))
        if died:
            run(folder, after)
            assert size_of(folder) == after
        expected = LogGrowth()
        list(expected.extend(entries(0, after)))
        assert own_key(folder).last_signed() == published(folder / "log", own_key(folder).vkey)
        assert published(folder / "log", own_key(folder).vkey).root == expected.root()  # type: ignore[union-attr]  # published above
        if not died:
            break
        step += 1
    assert step > 15, "the stand-ins were never reached"


def test_dying_again_and_again_on_the_way_changes_nothing_in_the_end(tmp_path: Path) -> None:
    seen = [0]
    for step in (30, 12, 7, 41, 3, 19, 60, 25, 50, 9, 70):
        killed_at(step, tmp_path, seen[-1] + 150)
        seen.append(size_of(tmp_path))
        assert seen[-1] >= seen[-2], "a head never goes back"
    run(tmp_path, 900)
    assert size_of(tmp_path) == 900


PROGRAM = """
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from gongkai.core.vocabulary import EventKind, LeafKind
from gongkai.events.actions import announce
from gongkai.events.follower import catch_up
from gongkai.ledger import actions
from gongkai.ledger.follower import TilesFollower
call_command("migrate", "ledger", verbosity=0)
call_command("migrate", "events", verbosity=0)
print("ready", flush=True)
number = 0
while True:
    with transaction.atomic():
        for _ in range(number % 7 + 1):
            leaf = actions.append(kind=LeafKind.RULES, subject="test:1", record={"n": number}, at=timezone.now())
        announce(EventKind.RULE_CHANGED, subject="test:1", at=timezone.now())
    number += 1
    catch_up(TilesFollower())
    print(leaf.position, flush=True)
"""


@pytest.mark.slow
def test_a_process_killed_at_any_moment_loses_no_leaf_and_forks_no_log(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "gongkai.config.settings",
        "GONGKAI_VAR_DIR": str(tmp_path),
        "GONGKAI_DATABASE_URL": "",
        "GONGKAI_LEDGER_KEY": "",
        "GONGKAI_LOG_ORIGIN": "log.example/ceshi",
    }
    program = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    sizes = [0]
    for turn in range(4):
        worker = subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        worker.stdout.readline()
        time.sleep(0.05 + 0.17 * turn)
        worker.kill()
        acknowledged = [int(line) for line in worker.stdout.read().split("\n")[:-1]]
        worker.wait()
        worker.stdout.close()
        sizes.append(size_of(tmp_path))
        assert sizes[-1] > sizes[-2]
        assert sizes[-1] > max(acknowledged, default=-1), "what was acknowledged is in the log"
    checked = [sys.executable, ROOT / "manage.py", "verify_log", "--no-content"]
    subprocess.run(checked, env=environment, check=True, capture_output=True)


def test_a_lock_is_held_by_one_at_a_time_and_let_go_by_any_death(tmp_path: Path) -> None:
    lock = tmp_path / "log.lock"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with storage.alone(lock):
            os.write(writing, b"held")
            time.sleep(60)
        os._exit(0)
    assert os.read(reading, 4) == b"held"
    waiting = os.fork()
    if waiting == 0:
        with storage.alone(lock):
            os.write(writing, b"mine")
        os._exit(0)
    time.sleep(0.2)
    assert os.waitpid(waiting, os.WNOHANG) == (0, 0), "the second waits"
    os.kill(child, 9)
    assert os.read(reading, 4) == b"mine"
    os.waitpid(child, 0)
    os.waitpid(waiting, 0)
