"""Appending: in the caller's transaction, dense, in commit order, and never undone."""

import json
import threading
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.db.transaction import TransactionManagementError

from gongkai.core import canonical, merkle
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import actions
from gongkai.ledger.models import Leaf, LogHead
from tests.ledger.log import AT, append, append_many, record


@pytest.mark.django_db
def test_the_first_leaf_is_number_nought_and_makes_the_head() -> None:
    assert not LogHead.objects.exists()
    assert [append(n).position for n in range(3)] == [0, 1, 2]
    assert LogHead.objects.get().size == 3


@pytest.mark.django_db
def test_a_leaf_keeps_the_canonical_bytes_and_their_hash() -> None:
    leaf = Leaf.objects.get(pk=append(5, replaces=None).pk)
    facts = json.loads(bytes(leaf.record))
    assert facts == {**record(5), "kind": "publish", "subject": "test:5", "at": "2026-11-23T11:06:00.000000Z"}
    assert bytes(leaf.record) == canonical.encode(facts)
    assert bytes(leaf.leaf_hash) == merkle.leaf_hash(bytes(leaf.record))
    assert (leaf.kind, leaf.subject, leaf.at) == ("publish", "test:5", AT)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_appended() -> None:
    with pytest.raises(TransactionManagementError):
        actions.append(kind=LeafKind.PUBLISH, subject="test:1", record={}, at=AT)
    with pytest.raises(TransactionManagementError):
        actions.hold()
    assert not Leaf.objects.exists()


@pytest.mark.django_db
def test_a_log_held_beforehand_numbers_as_one_that_was_not() -> None:
    actions.hold()
    assert append(0).position == 0
    actions.hold()
    assert append(1).position == 1
    assert LogHead.objects.get().size == 2


def append_and_fail() -> None:
    with transaction.atomic():
        for number in range(5):
            append(number)
        raise LookupError


@pytest.mark.django_db
def test_rows_written_together_by_the_tests_are_those_of_appending() -> None:
    one = append(4)
    append_many(1, start=4)
    two = Leaf.objects.get(pk=1)
    assert (bytes(two.record), bytes(two.leaf_hash), two.at) == (bytes(one.record), bytes(one.leaf_hash), one.at)
    assert append(5).position == 2


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rolled_back_leaves_no_gap() -> None:
    append(0)
    with pytest.raises(LookupError):
        append_and_fail()
    assert append(9).position == 1
    assert list(Leaf.objects.values_list("position", flat=True)) == [0, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "no-such-kind"}, "no-such-kind"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 81}, "subject"),
        ({"record": {"at": "1999"}}, "the log itself writes at"),
        ({"record": {"kind": "x", "subject": "y"}}, "kind, subject"),
        ({"record": {"n": 2**60}}, "不能写成规范形式"),
        ({"at": datetime(2026, 11, 23)}, "time zone"),
    ],
)
def test_what_may_not_stand_in_the_log_is_refused_and_takes_no_position(change: Any, message: str) -> None:
    facts = {"kind": LeafKind.PUBLISH, "subject": "test:1", "record": {}, "at": AT} | change
    with pytest.raises(ValueError, match=message):
        actions.append(**facts)
    assert not Leaf.objects.exists()
    assert not LogHead.objects.exists()


@pytest.mark.django_db
def test_a_record_may_have_exactly_the_bytes_an_entry_can() -> None:
    bare = canonical.encode({"n": "", "kind": "rules", "subject": "test:1", "at": canonical.moment(AT)})
    room = 65_535 - len(bare)
    leaf = actions.append(kind=LeafKind.RULES, subject="test:1", record={"n": "x" * room}, at=AT)
    assert len(bytes(leaf.record)) == 65_535
    with pytest.raises(actions.RecordTooLargeError, match="减少一次公开的附件"):
        actions.append(kind=LeafKind.RULES, subject="test:1", record={"n": "x" * (room + 1)}, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE ledger_leaf SET kind = 'expire'", "DELETE FROM ledger_leaf"])
def test_the_database_itself_refuses_to_rewrite_a_leaf(statement: str) -> None:
    append(0)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_get_dense_positions_in_commit_order() -> None:
    writers, each = 8, 12
    faults: list[BaseException] = []
    seen: list[list[int]] = [[] for _ in range(writers)]
    together = threading.Barrier(writers)

    def write_one(writer: int, number: int) -> None:
        with transaction.atomic():
            leaf = actions.append(kind=LeafKind.PUBLISH, subject=f"test:{writer}", record=record(number), at=AT)
            # Whoever holds the head sees everything before it: commit order is position order.
            assert Leaf.objects.count() == leaf.position + 1
            if number % 4 == 3:
                raise LookupError
        seen[writer].append(leaf.position)

    def write(writer: int) -> None:
        try:
            together.wait()
            for number in range(each):
                with suppress(LookupError):
                    write_one(writer, number)
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    kept = writers * each * 3 // 4
    assert sorted(position for own in seen for position in own) == list(range(kept))
    assert all(own == sorted(own) for own in seen)
    assert LogHead.objects.get().size == kept == Leaf.objects.count()
