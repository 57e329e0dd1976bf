"""What the ledger's tests share: leaves to append, a log to look at, a byte to alter."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from gongkai.core import canonical
from gongkai.core.merkle import leaf_hash
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import actions
from gongkai.ledger.models import Leaf, LogHead

AT = datetime(2026, 11, 23, 11, 6, tzinfo=UTC)


def record(number: int = 0, **facts: Any) -> dict[str, Any]:
    """A record as a publication writes it."""
    content = content_of(number)
    return {
        "agency": "CZJ",
        "index_number": f"QZ05-{number}",
        "sha256": canonical.sha256(content),
        "sm3": canonical.sm3(content),
        "files": [],
        "replaces": None,
        **facts,
    }


def content_of(number: int) -> bytes:
    """The content behind :func:`record`."""
    return canonical.encode({"title": f"测试公告 {number}", "salt": f"{number:032x}"})


def append(number: int = 0, *, kind: LeafKind = LeafKind.PUBLISH, subject: str = "", **facts: Any) -> Leaf:
    """One leaf in a transaction of its own."""
    with transaction.atomic():
        return actions.append(
            kind=kind, subject=subject or f"test:{number}", record=record(number, **facts), at=AT
        )


def append_many(count: int, start: int = 0) -> None:
    """Many leaves in one transaction: the rows that appending one by one gives, written together."""
    with transaction.atomic():
        head, _ = LogHead.objects.get_or_create(pk=1)
        rows = [row(number, position) for position, number in enumerate(range(start, start + count), head.size)]
        Leaf.objects.bulk_create(rows, batch_size=1000)
        LogHead.objects.update(size=head.size + count)


def row(number: int, position: int) -> Leaf:
    """The row :func:`append` writes at ``position``."""
    facts = {**record(number), "kind": "publish", "subject": f"test:{number}", "at": canonical.moment(AT)}
    entry = canonical.encode(facts)
    return Leaf(
        position=position,
        kind="publish",
        subject=f"test:{number}",
        at=AT,
        record=entry,
        leaf_hash=leaf_hash(entry),
    )


def log_dir() -> Path:
    """The folder of this test's log."""
    return Path(settings.LEDGER_DIR)


def files_of(root: Path) -> dict[str, bytes]:
    """Every file a reader of the log can see."""
    found = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def flip(path: Path, at: int) -> None:
    """Alter one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0x01
    path.write_bytes(bytes(data))


def overrule(statement: str, *values: Any) -> None:
    """Do what the database refuses: as somebody with its administrator's word would, its triggers switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(statement, values)
            for _, sql in triggers:
                cursor.execute(sql)
        else:
            cursor.execute("ALTER TABLE ledger_leaf DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            cursor.execute("ALTER TABLE ledger_leaf ENABLE TRIGGER USER")
