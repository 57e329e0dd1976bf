"""Publications per second through the whole action, against a bare transaction that inserts the same rows."""

import time
from typing import Any

COUNT = 300
ROW = "x" * 900  # about the mean size of the rows a publication writes


def run() -> list[dict[str, Any]]:
    """Time both on SQLite with ``synchronous=FULL``: the whole action, and only as many inserts and updates."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from tests.make import NOW, make_approved, make_county, make_hands, make_item

    from gongkai.disclosures import actions
    from gongkai.disclosures.models import Revision

    call_command("migrate", verbosity=0, interactive=False)
    make_county()
    item = make_item()
    hands = make_hands(item.agencies.get())
    with transaction.atomic():
        waiting = [make_approved(item, hands=hands)[0].pk for _ in range(COUNT + 1)]
    first = Revision.objects.get(pk=waiting.pop())
    with CaptureQueriesContext(connection) as captured:
        actions.publish(first, by=hands[0], at=NOW)
    writes = sum(q["sql"].split(maxsplit=1)[0] in {"INSERT", "UPDATE"} for q in captured.captured_queries)
    started = time.perf_counter()
    for pk in waiting:
        actions.publish(Revision.objects.get(pk=pk), by=hands[0], at=NOW)
    whole = COUNT / (time.perf_counter() - started)
    bare = COUNT / _bare(connection.connection, writes)
    return [
        {
            "work": "publish, the whole action",
            "ours": f"{whole:.0f}/s",
            "peer": f"{bare:.0f}/s",
            "peer is": f"a bare transaction writing as many rows ({writes})",
            "ratio": f"{whole / bare:.2f}×",
        }
    ]


def _bare(raw: Any, writes: int) -> float:
    """Seconds for the same number of transactions of ``writes`` plain inserts: same file, same durability."""
    raw.execute("CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, at TEXT, body TEXT)")
    started = time.perf_counter()
    for _ in range(COUNT):
        raw.execute("BEGIN IMMEDIATE")
        for _ in range(writes):
            raw.execute("INSERT INTO bench_rows (at, body) VALUES ('2026-11-23', ?)", (ROW,))
        raw.execute("COMMIT")
    return time.perf_counter() - started
