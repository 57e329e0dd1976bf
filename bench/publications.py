"""Publications per second through the whole action, against its own writes replayed by ``sqlite3`` alone.

Ours: ``disclosures.actions.publish`` of an approved notice of about 600 characters that names one running clock,
one transaction each, on a file with a write-ahead log and ``synchronous=FULL``. Every check is made (powers,
lifecycle, privacy gate); the text is read back whole and hashed.

The peer: every INSERT and UPDATE that those very publications executed, with the same parameters, is kept and
executed again by Python's ``sqlite3`` on a copy of the same database made before (so with the same rows, bytes,
indexes, triggers, constraints and pragmas), a transaction each with the same sync. It reads nothing, checks
nothing, builds no statement and makes no object: it is the floor, and no program can be honest and below it.

The two take turns in small rounds, so that what else the machine does meets both; the ratio is the median of the
rounds'. The second table tells where the time of one publication goes, as medians over another set.
"""

import random
import re
import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, EACH, EXPLAINED = 10, 20, 60
_PLACE = re.compile(r"(?<!%)%s")
Statements = list[tuple[str, Any]]


def run() -> list[dict[str, Any]]:
    """Rates of both and their ratio, then the cost of each part of a publication."""
    import django

    django.setup()
    from django.db import connection

    waiting = _waiting(ROUNDS * EACH + EXPLAINED + 1)
    by = waiting[0].created_by
    _publish(waiting.pop(), by)  # the first one fills caches that a running process has filled
    twin = _twin(connection)
    ours, theirs, writes = [], [], 0
    for _ in range(ROUNDS):
        kept: list[Statements] = []
        batch = [waiting.pop() for _ in range(EACH)]
        began = time.perf_counter()
        for revision in batch:
            kept.append([])
            with connection.execute_wrapper(_keeping(kept[-1])):
                _publish(revision, by)
        ours.append(EACH / (time.perf_counter() - began))
        theirs.append(EACH / _replay(twin, kept))
        writes = max(len(statements) for statements in kept)
    ratio = statistics.median(mine / floor for mine, floor in zip(ours, theirs, strict=True))
    first = {
        "work": "publish, the whole action with every check",
        "ours": f"{statistics.median(ours):.0f}/s",
        "peer": f"{statistics.median(theirs):.0f}/s",
        "peer is": f"its {writes} writes replayed by sqlite3: same bytes, indexes, triggers, sync",
        "ratio": f"{ratio:.2f}×",
    }
    return [first, *_explained(waiting, by)]


def _waiting(count: int) -> list[Any]:
    """Approved revisions of realistic notices, each naming a clock that runs."""
    from django.core.management import call_command
    from django.db import transaction
    from tests.make import NOW, make_approved, make_county, make_hands, make_item, make_rule

    from bench.notices import notices
    from gongkai.obligations.actions import load_calendar_years, open_obligation
    from gongkai.obligations.calendar_source import read_calendar_dir

    call_command("migrate", verbosity=0, interactive=False)
    make_county()
    item = make_item(rules=[make_rule().rule])
    of, hands = item.agencies.get(), make_hands(item.agencies.get())
    fact = (NOW - timedelta(days=3)).date()
    made = []
    with transaction.atomic():
        load_calendar_years(read_calendar_dir(ROOT / "profiles" / "anxi" / "calendars"), at=NOW)
        for notice in notices(count):
            clock = open_obligation(item, agency=of, fact_on=fact, label=f"{notice.id}", by=None, at=NOW)
            body = f"<p>{notice.body}</p>"
            made.append(make_approved(item, hands=hands, obligations=[clock], title=notice.title, body=body)[0])
    random.Random(1).shuffle(made)  # noqa: S311 - a fixed seed
    return made


def _publish(revision: Any, by: Any) -> None:
    from tests.make import NOW

    from gongkai.disclosures import actions

    actions.publish(revision, by=by, at=NOW)


def _keeping(statements: Statements) -> Callable[..., Any]:
    """A wrapper that keeps what is written and passes everything on."""

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            rows = list(params) if many else [params]
            statements.extend((_PLACE.sub("?", sql), row) for row in rows)
        return execute(sql, params, many, context)

    return keep


def _twin(connection: Any) -> sqlite3.Connection:
    """A copy of the database in a file of its own, opened as the settings open the first."""
    twin = sqlite3.connect(f"{connection.settings_dict['NAME']}.twin", isolation_level=None)
    connection.connection.backup(twin)
    twin.executescript(connection.settings_dict["OPTIONS"]["init_command"])
    told = twin.execute("PRAGMA journal_mode").fetchone() + twin.execute("PRAGMA synchronous").fetchone()
    if told != ("wal", 2):
        raise AssertionError(f"the peer does not sync as ours does: {told}")
    return twin


def _replay(twin: sqlite3.Connection, kept: list[Statements]) -> float:
    """Seconds for the same writes, a transaction for each publication."""
    began = time.perf_counter()
    for statements in kept:
        twin.execute("BEGIN IMMEDIATE")
        for sql, params in statements:
            twin.execute(sql, params).fetchall()
        twin.execute("COMMIT")
    return time.perf_counter() - began


def _explained(waiting: list[Any], by: Any) -> list[dict[str, Any]]:
    """Medians of what the parts of a publication cost; the parts do not overlap."""
    from django.db import connection

    taken: dict[str, list[float]] = defaultdict(list)
    statements = 0
    for revision in waiting:
        spent: dict[str, float] = defaultdict(float)
        counted = [0]
        with _watched(connection, spent, counted):
            began = time.perf_counter()
            _publish(revision, by)
            whole = time.perf_counter() - began
        statements = counted[0]
        spent["everything else: querysets, objects, powers, lifecycle"] = whole - sum(spent.values())
        spent["one publication"] = whole
        for part, seconds in spent.items():
            taken[part].append(seconds)
    middle = {part: statistics.median(times) * 1000 for part, times in taken.items()}
    whole = middle["one publication"]
    return [
        {
            "part": f"{statements} {part}" if part == "statements executed" else part,
            "ms": f"{ms:.2f}",
            "share": f"{ms / whole:.0%}",
        }
        for part, ms in sorted(middle.items(), key=lambda found: -found[1])
    ]


@contextmanager
def _watched(connection: Any, spent: dict[str, float], counted: list[int]) -> Iterator[None]:
    """Stopwatches on the parts; one that starts inside another's time counts nothing."""
    from django.db.models.sql import compiler

    from gongkai.core import canonical
    from gongkai.disclosures.actions import gate, publishing

    running = [False]

    def watch(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            if running[0]:
                return work(*args, **kwargs)
            running[0], began = True, time.perf_counter()
            try:
                return work(*args, **kwargs)
            finally:
                spent[part] += time.perf_counter() - began
                running[0] = False

        return timed

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        counted[0] += 1
        return watch("statements executed", run)(sql, params, many, context)

    built, bytes_of = "statements built by the ORM", "content, canonical bytes, SHA-256, SM3"
    places = [
        (built, compiler.SQLCompiler, "as_sql"),
        (built, compiler.SQLInsertCompiler, "as_sql"),
        (built, compiler.SQLUpdateCompiler, "as_sql"),
        ("commit with its sync", connection, "_commit"),
        ("is the text the one that was looked through", gate, "body_fingerprint"),
        (bytes_of, publishing, "content_of"),
        (bytes_of, canonical, "encode"),
        (bytes_of, canonical, "sha256"),
        (bytes_of, canonical, "sm3"),
    ]
    with ExitStack() as stack:
        for part, home, name in places:
            stack.enter_context(mock.patch.object(home, name, watch(part, getattr(home, name))))
        stack.enter_context(connection.execute_wrapper(execute))
        yield
