"""The index file: nothing lost, nothing left behind, whoever dies in between."""

import os
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.core.bigrams import fold
from gongkai.search import store
from gongkai.search.queries import search
from gongkai.search.store import files, records
from tests.search.conftest import entry

pytestmark = pytest.mark.django_db  # a search asks which notices ended
texts = st.text(alphabet="湖头镇安溪12ab 〔,", max_size=10)
documents = st.builds(
    lambda number, title, body, page, status: entry(
        number, title=title, body=body, attachments=[("件", [("第1页", page)])], status=status
    ),
    st.integers(1, 6),
    texts,
    texts,
    texts,
    st.sampled_from(["published", "published", "withdrawn", "expired"]),
)


def readable(found) -> list[str]:
    """The texts of a document that may be found."""
    parts = [found.title]
    if found.status == "published":
        parts += [found.body, "件", *(text for _, pages in found.attachments for _, text in pages)]
    return parts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.one_of(documents, st.integers(1, 6)), max_size=15), asked=st.lists(texts, max_size=5))
def test_after_any_history_the_index_finds_what_a_scan_of_what_is_public_finds(steps, asked) -> None:
    there = {}
    with tempfile.TemporaryDirectory() as folder, override_settings(SEARCH_INDEX=Path(folder) / "s.sqlite3"):
        for step in steps:
            with store.writing(Path(folder) / "s.sqlite3") as connection:
                if isinstance(step, int):
                    assert store.remove(connection, step) == (there.pop(step, None) is not None)
                else:
                    store.put(connection, step)
                    there[step.id] = step
        with store.writing(Path(folder) / "s.sqlite3") as connection:
            assert store.count(connection) == len(there)
        for text in asked:
            words = [fold(word) for word in text.split() if fold(word)]
            if words:
                wanted = {
                    n for n, d in there.items() if all(any(w in fold(part) for part in readable(d)) for w in words)
                }
                assert {h.disclosure_id for h in search(text, limit=100).hits} == wanted


def vocabulary(path: Path) -> list[str]:
    """Every token left in the index once deletions are merged away."""
    with store.writing(path) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS left USING fts5vocab (words, row)")
        return [term for (term,) in connection.execute("SELECT term FROM left")]


def test_deletion_leaves_no_ghost(fill, index: Path) -> None:
    whole = {
        "title": "湖头镇公告",
        "summary": "概述",
        "body": "<p>正文𬭎</p>",
        "elements": "金额:12万元",
        "doc_no": "测政〔2026〕1号",
        "attachments": [("甲.pdf", [("第1页", "本页第一行的最后是湖\n头镇")]), ("乙.pdf", [])],
        "township_code": "hutou",
    }
    fill([entry(1, **whole), entry(2, **whole)])
    assert "湖头" in vocabulary(index)
    with store.writing(index) as connection:
        assert store.remove(connection, 1)
        assert not store.remove(connection, 1)
        assert store.remove(connection, 2)
    assert vocabulary(index) == []
    assert search("湖头").total == 0


def test_a_correction_replaces_every_word(fill, index: Path) -> None:
    fill([entry(1, title="湖头镇公告", body="旧正文", attachments=[("旧.pdf", [("第1页", "旧页")])])])
    fill([entry(1, title="感德镇公告", body="新正文", attachments=[("新.pdf", [("第1页", "新页")])])])
    for old in ("湖头", "旧正文", "旧页", "旧"):
        assert search(old).total == 0
    for new in ("感德", "新正文", "新页", "新"):
        assert search(new).total == 1
    assert not [term for term in vocabulary(index) if "旧" in term or "湖" in term]


def test_putting_the_same_in_again_changes_nothing(fill, index: Path) -> None:
    fill([entry(1, title="湖头", attachments=[("甲.pdf", [("第1页", "页")])])])
    with store.writing(index) as connection:
        before = connection.total_changes
        assert not store.put(connection, entry(1, title="湖头", attachments=[("甲.pdf", [("第1页", "页")])]))
        assert connection.total_changes == before
        assert store.put(connection, entry(1, title="湖头", attachments=[("甲.pdf", [("第1页", "页二")])]))


@pytest.mark.parametrize("status", ["withdrawn", "expired"])
def test_what_is_no_longer_in_force_keeps_its_title_and_numbers_only(fill, index: Path, status) -> None:
    facts = {"title": "湖头镇名单", "body": "张测试", "attachments": [("名单.xlsx", [("表", "张测试")])]}
    fill([entry(1, **facts)])
    assert search("张测试").total == 1
    fill([entry(1, status=status, **facts)])
    assert search("张测试").total == 0
    assert search("xlsx").total == 0
    assert [h.status for h in search("湖头").hits] == [status]
    assert search("CS09001-3004-2026-00001").total == 1
    assert not [term for term in vocabulary(index) if "张" in term]
    with store.reading(index) as connection:
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (0,)


def test_a_day_holds_more_than_one_and_keeps_the_order_of_arrival(fill) -> None:
    fill([entry(n, title="湖头") for n in (3, 1, 2)])
    assert [h.disclosure_id for h in search("湖头").hits] == [2, 1, 3]
    fill([entry(3, title="湖头镇", day=1)])
    assert [h.disclosure_id for h in search("湖头").hits] == [3, 2, 1]


def test_a_day_that_is_full_runs_on_and_the_order_stays(fill, monkeypatch) -> None:
    monkeypatch.setattr(records, "_BLOCK", 3)
    fill([entry(n, title="湖头") for n in range(1, 9)])
    fill([entry(n, title="湖头", day=1) for n in range(9, 12)])
    fill([entry(2, title="湖头镇"), entry(12, title="湖头", day=9)])
    assert [h.disclosure_id for h in search("湖头").hits] == list(range(12, 0, -1))


# --- generations, locks, readers -----------------------------------------------------------------------------


def test_a_failed_transaction_leaves_nothing(fill, index: Path) -> None:
    fill([entry(1, title="湖头")])

    def fail() -> None:
        with store.writing(index) as connection:
            store.put(connection, entry(2, title="湖头"))
            store.move_to(connection, 9)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert search("湖头").total == 1
    with store.reading(index) as connection:
        assert store.position(connection) == 0


def test_a_reader_keeps_its_moment_while_the_index_is_replaced(fill, index: Path) -> None:
    fill([entry(1, title="湖头")])
    with store.reading(index) as connection:
        assert store.count(connection) == 1
        store.renew(index)
        assert store.count(connection) == 1
    assert search("湖头").total == 0


def test_each_change_is_a_new_generation_and_old_files_go(fill, index: Path) -> None:
    fill([entry(1)])
    first = store.identity(index)
    assert index.is_symlink()
    store.renew(index)
    assert store.identity(index) != first
    assert sorted(p.name for p in index.parent.iterdir() if ".g" in p.name) == ["search.sqlite3.g2"]
    with store.writing(index, generation=first) as connection:
        assert connection is None


def test_a_plain_file_in_the_place_of_the_index_is_replaced_with_its_log(index: Path) -> None:
    plain = sqlite3.connect(index)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("CREATE TABLE t (x)")
    Path(f"{index}-wal").touch()
    plain.close()
    Path(f"{index}-wal").touch()
    with store.writing(index) as connection:
        assert store.count(connection) == 0
    assert index.is_symlink()
    assert not Path(f"{index}-wal").exists()


def test_a_file_that_is_no_database_is_replaced(index: Path) -> None:
    index.write_bytes(b"torn" * 1000)
    with store.writing(index) as connection:
        assert store.position(connection) == 0
    index.unlink()
    index.write_bytes(b"torn" * 1000)
    store.renew(index)
    assert search("湖头").total == 0
    assert search("湖头").is_available


def test_a_link_to_nothing_is_no_index(index: Path) -> None:
    index.symlink_to("search.sqlite3.g5")
    assert store.identity(index) is None
    with pytest.raises(store.IndexMissingError), store.reading(index):
        pass
    with store.writing(index) as connection:
        assert store.position(connection) == 0


def test_two_builders_do_not_meet(index: Path) -> None:
    with (
        store.building(index),
        pytest.raises(store.AlreadyRebuildingError, match="正在重建"),
        store.building(index),
    ):
        pass
    assert not Path(f"{index}.building").exists()


def test_a_build_that_is_given_up_changes_nothing(fill, index: Path) -> None:
    fill([entry(1, title="湖头")])
    before = store.identity(index)
    with store.building(index) as (connection, _taking_over):
        store.start_bulk(connection)
        store.put(connection, entry(2, title="湖头"))
    assert store.identity(index) == before
    assert search("湖头").total == 1


def change(index: Path, size: int) -> None:
    """One transaction after which the index holds ``size`` documents."""
    with store.writing(index) as connection:
        for n in range(1, 50):
            if n <= size:
                store.put(connection, entry(n, title="湖头"))
            else:
                store.remove(connection, n)


def rebuild(index: Path, size: int) -> None:
    """A new generation of ``size`` documents."""
    with store.building(index) as (connection, taking_over):
        store.start_bulk(connection)
        for n in range(1, size + 1):
            store.put(connection, entry(n, title="湖头"))
        store.finish_bulk(connection)
        with taking_over():
            pass


def test_readers_in_many_threads_see_whole_states_only(fill, index: Path) -> None:
    fill([entry(n, title="湖头") for n in range(1, 11)])
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                found = search("湖头", limit=100)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
                wrong.append(error)
                continue
            if not found.is_available or found.total != len(found.hits) or found.total % 10:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        change(index, 10 * (turn % 4 + 1))
        rebuild(index, 10 * (turn % 3 + 1))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong[:3] == []


def test_readers_beyond_the_pool_close_their_connection(fill, index: Path, monkeypatch) -> None:
    monkeypatch.setattr(files, "IDLE_READERS", 1)
    fill([entry(1)])
    with store.reading(index) as one, store.reading(index) as two:
        assert one is not two
    with pytest.raises(sqlite3.ProgrammingError):
        one.execute("SELECT 1")
    two.execute("SELECT 1")


def test_a_child_process_opens_its_own_connections(fill, index: Path) -> None:
    fill([entry(1, title="湖头")])
    assert search("湖头").total == 1
    child = os.fork()
    if child == 0:
        with store.reading(index) as connection:
            fresh = all(
                connection is not old for pools in files._inherited for p in pools.values() for _, old in p
            )
            os._exit(0 if fresh and store.count(connection) == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert search("湖头").total == 1


def test_a_reader_that_meets_the_moment_of_change_tries_again(fill, index: Path, monkeypatch) -> None:
    fill([entry(1, title="湖头")])
    connect, calls = files._connect, []

    def late(path: Path) -> sqlite3.Connection:
        calls.append(path)
        if len(calls) == 1:
            raise sqlite3.OperationalError("unable to open database file")
        if len(calls) == 2:
            return sqlite3.connect(":memory:", check_same_thread=False)
        return connect(path)

    monkeypatch.setattr(files, "_connect", late)
    assert search("湖头").total == 1
    assert len(calls) == 3


# --- killed anywhere -----------------------------------------------------------------------------------------


def killed_at(step: int, work) -> bool:
    """Run ``work`` in a child process that dies at its ``step``-th statement or file operation."""
    child = os.fork()
    if child == 0:
        left = [step]

        def tick(*_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)

        connect = files._connect

        def watched(path: Path) -> sqlite3.Connection:
            connection = connect(path)
            connection.set_trace_callback(tick)
            return connection

        files._connect = watched
        for name in ("rename", "replace", "unlink", "symlink_to"):
            done = getattr(Path, name)
            setattr(Path, name, lambda *a, _done=done, **k: (tick(), _done(*a, **k))[1])
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of pytest may run in the child
            os._exit(7)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 9}
    return code == 9


def state(path: Path) -> tuple[int, set[int], bool]:
    """The position, the ids, and whether the old text is there; after a check of the index itself."""
    with store.writing(path) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        ids = {n for (n,) in connection.execute("SELECT id FROM documents")}
        place = store.position(connection)
    return place, ids, search("旧正文").total == 1


def test_killed_at_any_step_a_transaction_happened_or_did_not(fill, index: Path) -> None:
    fill([entry(1, body="旧正文", attachments=[("甲.pdf", [("第1页", "页")])])])

    def work() -> None:
        with store.writing(index) as connection:
            store.put(connection, entry(1, body="新正文"))
            store.put(connection, entry(2, title="湖头"))
            store.move_to(connection, 7)

    before, after, step = state(index), (7, {1, 2}, False), 1
    while killed_at(step, work):
        now = state(index)
        assert now in (before, after)
        if now == after:
            break
        step += 1
    assert step > 10
    work()
    work()
    assert state(index) == after


def test_killed_at_any_step_a_rebuild_happened_or_did_not(fill, index: Path) -> None:
    fill([entry(1, body="旧正文")])

    def work() -> None:
        with store.building(index) as (connection, taking_over):
            store.start_bulk(connection)
            connection.execute("BEGIN")
            store.put(connection, entry(1, body="新正文"))
            store.put(connection, entry(2, title="湖头"))
            store.move_to(connection, 7)
            connection.execute("COMMIT")
            store.finish_bulk(connection)
            with taking_over():
                pass

    before, after, step = state(index), (7, {1, 2}, False), 1
    while killed_at(step, work):
        assert state(index) in (before, after)
        step += 1
        if step > 20:
            step += 2
    assert step > 20
    assert state(index) == after
    work()
    assert (
        len([p for p in index.parent.iterdir() if ".g" in p.name and not p.name.endswith(("-wal", "-shm"))]) == 1
    )


def test_an_index_that_cannot_be_looked_at_now_is_not_thrown_away(fill, index: Path, monkeypatch) -> None:
    fill([entry(1)])

    def locked(connection: sqlite3.Connection) -> bool:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(files, "_has_form", locked)
        with pytest.raises(sqlite3.OperationalError, match="locked"), store.writing(index):
            pass
    with store.writing(index) as connection:
        assert store.count(connection) == 1


def test_a_reader_that_fails_gives_its_connection_back_closed(fill, index: Path) -> None:
    fill([entry(1)])
    with pytest.raises(sqlite3.OperationalError), store.reading(index) as connection:
        connection.execute("SELECT nothing FROM nowhere")
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
    with pytest.raises(sqlite3.OperationalError, match="readonly"), store.reading(index) as connection:
        connection.execute("DELETE FROM documents")
