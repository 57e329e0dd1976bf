"""A loop that writes while another process writes too: it waits its turn and is not refused as locked."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from gongkai.core.vocabulary import EventKind
from gongkai.documents.actions import checking
from gongkai.documents.actions.checking import KeptInspection
from gongkai.documents.models import StoredFile
from gongkai.events.actions import announce
from gongkai.events.bulk import one_by_one
from gongkai.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MANY = 401  # more than one piece: a read that is not finished is what has to be met


@pytest.fixture
def files() -> None:
    StoredFile.objects.bulk_create(
        StoredFile(sha256=f"{n:064x}", sm3="0" * 64, size=1, media_type="text/plain", stored_at=NOW)
        for n in range(MANY)
    )


def _another_writes(held: threading.Event, let_go: threading.Event) -> None:
    """As the server does: a writing transaction of another connection, held until it is let go."""
    with transaction.atomic():
        announce(EventKind.PROFILE_LOADED, subject="profile:1", at=NOW)
        held.set()
        let_go.wait(60)
    connection.close()


@pytest.mark.usefixtures("files")
def test_a_rescan_waits_for_whoever_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[int] = []

    def read(*_args: object, **_facts: object) -> KeptInspection:
        asked.append(1)
        if len(asked) == 1:
            held, let_go = threading.Event(), threading.Event()
            threading.Thread(target=_another_writes, args=(held, let_go)).start()
            assert held.wait(60)
            threading.Timer(0.2, let_go.set).start()
        return KeptInspection(NOW)

    class Copy:
        def __init__(self, *_args: Any) -> None: ...

        def __enter__(self) -> Path:
            return tmp_path

        def __exit__(self, *_args: object) -> None: ...

    monkeypatch.setattr(checking, "inspect_with", read)
    monkeypatch.setattr(checking, "local_copy", Copy)
    call_command("rescan")
    assert len(asked) == MANY
    assert Event.objects.filter(kind=EventKind.PROFILE_LOADED).count() == 1
    assert not StoredFile.objects.filter(scanned_at=None).exists()


@pytest.mark.usefixtures("files")
def test_rows_come_in_their_order_and_what_no_longer_fits_is_left_out() -> None:
    rows = StoredFile.objects.filter(is_scan=False).order_by("-pk")
    keys = list(rows.values_list("pk", flat=True))
    seen = []
    for row in one_by_one(rows):
        if not seen:
            StoredFile.objects.filter(pk=keys[-1]).update(is_scan=True)
        seen.append(row.pk)
    assert seen == keys[:-1]


def test_no_action_writes_beside_a_read_left_open() -> None:
    source = Path(checking.__file__).parents[2]
    actions = [*source.glob("*/actions.py"), *source.glob("*/actions/*.py")]
    assert len(actions) > 10
    assert [path.name for path in actions if ".iterator(" in path.read_text(encoding="utf-8")] == []
