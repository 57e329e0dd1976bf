"""The process that stands ready to read, and the readers it forks."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gongkai.documents import bounds, keeper, processes
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.reader import Reader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "a.txt"
    found.write_text("安溪", encoding="utf-8")
    return found


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    processes.stop()
    yield
    processes.stop()


def read(reader: Reader, path: Path) -> str:
    return "".join(one["page"]["text"] for one in reader.ask("read", path, name=path.name) if "page" in one)


def pid_of(reader: Reader) -> int:
    assert reader._process is not None
    return reader._process.pid


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text(encoding="ascii")


def until(happened: Callable[[], bool]) -> bool:
    for _ in range(600):
        if happened():
            return True
        time.sleep(0.05)
    return False


def test_every_reader_is_a_process_of_its_own_with_its_bounds_and_no_secrets(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_SECRET_KEY", "not for readers")
    seen = set()
    for _ in range(3):
        with Reader() as reader:
            assert read(reader, path) == "安溪"
            about = Path(f"/proc/{pid_of(reader)}")
            limits = (about / "limits").read_text(encoding="ascii").splitlines()
            most = next(line.split()[3:5] for line in limits if line.startswith("Max address space"))
            assert most == [str(bounds.READ_MEMORY)] * 2
            assert b"not for readers" not in (about / "environ").read_bytes()
            open_files = [str(one.readlink()) for one in (about / "fd").iterdir()]
            assert not [one for one in open_files if one.startswith("socket:")]  # nobody to give orders to
            last = pid_of(reader)
            seen.add(last)
        assert not alive(last)
    assert len(seen) == 3


def test_one_keeper_serves_all_at_once(path: Path) -> None:
    def once(_: int) -> str:
        with Reader() as reader:
            return read(reader, path)

    with Reader() as reader:
        read(reader, path)
        first = processes.keeper()
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(once, range(12))) == {"安溪"}
        assert processes.keeper() == first
        assert read(reader, path) == "安溪"  # the others' ends are not ours


def test_a_keeper_that_has_gone_is_replaced(path: Path) -> None:
    with Reader() as reader:
        read(reader, path)
        gone = processes.keeper()
        assert gone is not None
        os.kill(gone, 9)
    with Reader() as reader:
        assert read(reader, path) == "安溪"
        assert processes.keeper() != gone


def test_a_machine_that_starts_no_process_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    with Reader() as reader, pytest.raises(UnreadableFileError, match="没有启动"):
        read(reader, path)


def test_a_reader_that_died_between_two_files_is_replaced(path: Path) -> None:
    with Reader() as reader:
        read(reader, path)
        died = pid_of(reader)
        os.kill(died, 9)
        assert until(lambda: not alive(died))
        assert read(reader, path) == "安溪"
        assert pid_of(reader) != died


ENDS = """
import os, sys
from pathlib import Path
from gongkai.documents import processes
from gongkai.documents.reader import Reader
reader = Reader()
list(reader.ask("read", Path(sys.argv[1]), name="a.txt"))
first = processes.keeper()
if os.fork() == 0:  # a server's worker
    assert processes.keeper() is None
    with Reader() as other:
        list(other.ask("read", Path(sys.argv[1]), name="a.txt"))
        assert processes.keeper() != first
    processes.stop()
    os._exit(0)
assert os.wait()[1] == 0
list(reader.ask("read", Path(sys.argv[1]), name="a.txt"))
print(first, reader._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_keeper_and_readers_end_with_who_started_them_and_a_fork_has_its_own(path: Path) -> None:
    source = str(Path(keeper.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", ENDS, str(path)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": source})  # fmt: skip
    assert done.returncode == -9, done.stderr
    for pid in done.stdout.split():
        assert until(lambda pid=int(pid): not alive(pid))


READY = """
import sys
from gongkai.core.privacy.passage import Late
from gongkai.documents import keeper
loaded = set(sys.modules)
for step in keeper.preparing():
    step()
assert {"pypdfium2", "pypdf", "openpyxl"} & loaded == set()
assert {"pypdfium2", "pypdf"} <= set(sys.modules), "not ready for a PDF"
assert "django" not in sys.modules
assert len(Late.every()) > 50
assert all("search" in vars(one) for one in Late.every())
"""


def test_what_a_file_needs_is_loaded_before_it_comes(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", READY], check=True, env={"PYTHONPATH": str(Path(keeper.__file__).parents[2])}
    )
    with Reader() as reader:
        read(reader, path)
    mapped = Path(f"/proc/{processes.keeper()}/maps")
    assert until(lambda: "pdfium" in mapped.read_text(encoding="utf-8"))
