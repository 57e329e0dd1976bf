"""Due dates per second, beside ``chinesecalendar`` day by day and ``numpy.busday_offset``; and a night's sweep."""

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
STARTS = 20_000
VECTOR = 1_000_000
DAYS = 20
CLOCKS = 50_000


def run() -> list[dict[str, Any]]:
    """Everything counts twenty working days from the same random days of 2018–2026; the answers are compared."""
    return [*_counting(), *_sweeping()]


def _counting() -> list[dict[str, Any]]:
    import chinese_calendar
    import numpy

    from gongkai.core.deadlines import RuleTerms, compute
    from gongkai.core.vocabulary import RuleKind, Unit
    from gongkai.core.workdays import Calendar
    from gongkai.obligations.calendar_source import read_calendar_dir

    china = Calendar(read_calendar_dir(ROOT / "profiles" / "anxi" / "calendars"))
    chance = random.Random(20180713)  # noqa: S311 - a fixed seed, so that every run asks the same
    span = (date(2026, 11, 1) - date(2018, 1, 1)).days
    starts = [date(2018, 1, 1) + timedelta(days=chance.randrange(span)) for _ in range(STARTS)]
    terms = RuleTerms(RuleKind.DEADLINE_AFTER, DAYS, Unit.WORKING_DAY)

    def day_by_day(day: date) -> date:
        left = DAYS
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        return day

    # numpy knows no made-up weekends: every rest day of the span is given as a holiday of a seven-day week.
    every = [date(2017, 1, 1) + timedelta(days=n) for n in range(3652)]
    week = numpy.busdaycalendar(weekmask="1111111", holidays=[d for d in every if not china.is_workday(d)])

    def by_numpy(day: date) -> Any:
        return numpy.busday_offset(day, DAYS, roll="backward", busdaycal=week)

    def full(day: date) -> Any:
        return compute(terms, start=day, calendar=china).due_on

    ours, expected = _rate(lambda day: china.add_workdays(day, DAYS), starts)
    whole, same = _rate(full, starts)
    slow, walked = _rate(day_by_day, starts[: STARTS // 20])
    single, jumped = _rate(by_numpy, starts)
    if not (expected == same == [d.item() for d in jumped]) or walked != expected[: STARTS // 20]:
        raise AssertionError("the peers give other dates")
    return [
        _row("one due date", ours, slow, "chinesecalendar, day by day"),
        _row("one due date", ours, single, "numpy.busday_offset, one call"),
        _row("one rule with its working", whole, single, "numpy.busday_offset, one call"),
        _vector(china, starts, week),
    ]


def _rate(work: Callable[[date], Any], starts: list[date]) -> tuple[float, list[Any]]:
    """Calls per second of processor time, the best of five rounds, and the answers."""
    best = float("inf")
    answers: list[Any] = []
    for _ in range(5):
        began = time.process_time()
        answers = [work(day) for day in starts]
        best = min(best, time.process_time() - began)
    return len(starts) / best, answers


def _vector(china: Any, starts: list[date], week: Any) -> dict[str, Any]:
    import numpy

    many = (starts * (VECTOR // STARTS + 1))[:VECTOR]
    array = numpy.array(many, dtype="datetime64[D]")
    began = time.process_time()
    ours = [china.add_workdays(day, DAYS) for day in many]
    our_seconds = time.process_time() - began
    began = time.process_time()
    theirs = numpy.busday_offset(array, DAYS, roll="backward", busdaycal=week)
    their_seconds = time.process_time() - began
    if ours[:1000] != theirs[:1000].tolist():
        raise AssertionError("the peers give other dates")
    return _row(
        f"{VECTOR:,} due dates at once",
        VECTOR / our_seconds,
        VECTOR / their_seconds,
        "numpy.busday_offset, one array",
    )


def _row(work: str, ours: float, peer: float, name: str) -> dict[str, Any]:
    return {
        "work": work,
        "ours": f"{ours:,.0f}/s",
        "peer": f"{peer:,.0f}/s",
        "peer is": name,
        "ratio": f"{ours / peer:,.2f}×",
    }


def _sweeping() -> list[dict[str, Any]]:
    """A night in which 50 000 clocks ran out, and a calendar that moves them all, against bare statements."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from tests.make import NOW

    from gongkai.obligations import actions
    from gongkai.obligations.models import Obligation

    call_command("migrate", verbosity=0, interactive=False)
    _fill()
    began = time.perf_counter()
    report = actions.sweep(as_of=date(2026, 11, 24), at=NOW + timedelta(days=1))
    swept = time.perf_counter() - began
    if report.overdue != CLOCKS:
        raise AssertionError(f"{report.overdue} of {CLOCKS} found")
    began = time.perf_counter()
    closed = actions.set_closure(
        from_on=date(2026, 11, 2), to_on=date(2026, 11, 3), reason="停工(测试)", source="测试", enabled=True,
        by=None, at=NOW + timedelta(days=1),
    )  # fmt: skip
    moved = time.perf_counter() - began
    if Obligation.objects.filter(due_on=date(2026, 11, 25)).count() != CLOCKS or not closed.enabled:
        raise AssertionError("not all dates moved")
    bare = _bare(connection, NOW + timedelta(days=1))
    return [
        {
            "work": work,
            "ours": f"{seconds:.1f} s",
            "peer": f"{bare:.1f} s",
            "peer is": "one UPDATE of the rows and as many event rows, by sqlite3",
            "ratio": f"{bare / seconds:.2f}×",
        }
        for work, seconds in (
            (f"a sweep that finds {CLOCKS:,} clocks overdue", swept),
            (f"a closure that moves {CLOCKS:,} dates, each logged", moved),
        )
    ]


def _fill() -> None:
    from django.db import connection
    from tests.make import NOW, make_item, make_rule

    from gongkai.obligations.actions import load_calendar_years, open_obligation
    from gongkai.obligations.calendar_source import read_calendar_dir
    from gongkai.obligations.models import Obligation

    load_calendar_years(read_calendar_dir(ROOT / "profiles" / "anxi" / "calendars"), at=NOW)
    item = make_item(rules=[make_rule().rule])
    first = open_obligation(
        item, agency=item.agencies.get(), fact_on=date(2026, 10, 26), label="测试项目", by=None, at=NOW
    )
    columns = ", ".join(f.column for f in Obligation._meta.concrete_fields if f.name != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"  # noqa: S608 - our own names
            f" INSERT INTO obligations_obligation ({columns})"
            f" SELECT {columns} FROM obligations_obligation, n WHERE obligations_obligation.id = %s",
            [CLOCKS - 1, first.pk],
        )


def _bare(connection: Any, at: datetime) -> float:
    """The least a night can do: one UPDATE and as many plain event rows, in one transaction without any check."""
    from django.db import transaction

    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    rows = [
        (
            10_000_000 + n,
            "obligation.overdue",
            f"obligation:{n}",
            moment,
            '{"item": "GP-01", "due_on": "2026-11-23"}',
        )
        for n in range(CLOCKS)
    ]
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE obligations_obligation SET state = 'overdue', overdue_at = %s", [moment])
        cursor.executemany(
            "INSERT INTO events_event (position, kind, subject, at, facts) VALUES (%s, %s, %s, %s, %s)", rows
        )
    return time.perf_counter() - began
