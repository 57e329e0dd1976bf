"""What a line says about its clock: the task it answers, the day its rule starts from, what was decided first.

Whatever the rules would ask at submission is asked here, of every line, by the same functions; so that drafts that
came in by a sheet can be handed to review together.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from gongkai.agencies.models import Agency, Officer
from gongkai.catalogue.models import Item
from gongkai.core.drafting import Problem
from gongkai.core.said import Said
from gongkai.core.vocabulary import ObligationState, Openness
from gongkai.disclosures.actions.starting import Starting, day_problems, label_of, remembering_problems
from gongkai.disclosures.importing.layout import (
    APART,
    DECIDED,
    FACT_ON,
    FACT_TIME,
    FORMED_ON,
    GROUND,
    NO,
    TASK,
    YES,
)
from gongkai.disclosures.models import Discharge, Disclosure
from gongkai.disclosures.starting import Start, start_given
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import TextClock, tables_of, unanswered

_TIME = re.compile(r"^([01]?\d|2[0-3])[::]([0-5]\d)(?:[::]00)?$")


@dataclass(frozen=True, slots=True)
class LineClock:
    """``starting`` is kept with the draft; ``decision`` and ``clock`` are there where something was decided."""

    starting: Starting
    decision: clocks.Decision | None = None
    clock: TextClock | None = None


class ClockReader:
    """Reads what lines of one item and agency say about their clocks, at one moment; the tables are read once."""

    def __init__(self, item: Item, *, agency: Agency, at: datetime) -> None:
        prefetch_related_objects([item], "item_rules")
        self._item, self._agency, self._at = item, agency, at
        self._today = timezone.localdate(at)
        self._tables = tables_of(item)
        self._openness = openness_of(item)
        self._tasks: dict[str, list[Obligation]] = {}
        for task in open_tasks(item, agency):
            self._tasks.setdefault(task.label, []).append(task)
        self._runs = list(unanswered(item, agency, by_disclosure=0)[:1])

    def read(
        self, values: Mapping[str, str], *, formed_on: date | None, fact_on: date | None, problems: list[Problem]
    ) -> LineClock:
        """The clock of a line whose days were read already; what is wrong is added to ``problems``."""
        label = values.get(TASK, "")
        apart = label == APART
        task = None if apart else self._task(label, problems)
        if task or (label and not apart):
            return LineClock(Starting(offered=True, obligation=task))
        fact_at = _moment(fact_on, values.get(FACT_TIME, ""), problems)
        said = Starting(offered=apart, apart=apart, fact_on=fact_on, fact_at=fact_at)
        if wrong := remembering_problems(said):
            problems += wrong
            return LineClock(Starting())
        decided = values.get(DECIDED, "")
        start = self._start(said, formed_on, settled=apart or bool(decided))
        clock = start.clock
        if start.free or clock is None or clock.version is None:  # which one it answers is chosen in the draft
            return LineClock(said)
        if not clock.asks:
            said = Starting(offered=apart, apart=apart)
        found = _unless_unread(day_problems(clock, start.disclosure), problems)
        problems += found or self._impossible(clock, said, formed_on)
        if not start.decides:
            return LineClock(said)
        decision = self._decision(clock, decided, values.get(GROUND, ""), problems)
        return LineClock(said, decision, clock)

    def _start(self, said: Starting, formed_on: date | None, *, settled: bool) -> Start:
        imagined = Disclosure(
            item=self._item,
            agency=self._agency,
            openness=self._openness,
            fact_on=said.fact_on,
            fact_at=said.fact_at,
        )
        free = [] if settled else self._runs
        return start_given(imagined, [], free, formed_on=formed_on, today=self._today, tables=self._tables)

    def _impossible(self, clock: TextClock, said: Starting, formed_on: date | None) -> list[Problem]:
        day = said.fact_on if clock.asks else formed_on
        if day is None or clock.version is None:
            return []
        try:
            clocks.require_possible(clock.version, fact_on=day, fact_at=said.fact_at, at=self._at)
        except clocks.FactDateError as error:
            return [Problem(FACT_ON if clock.asks else FORMED_ON, error.args[0])]
        return []

    def _decision(
        self, clock: TextClock, decided: str, ground: str, problems: list[Problem]
    ) -> clocks.Decision | None:
        rule = clock.version.rule if clock.version else None
        if decided not in {YES, NO}:
            say = Said(
                "按“%(rule)s”须先判定%(what)s。请写“是”或“否”;已经登记的,在“时限任务”中照抄任务名称。",
                rule=rule.name if rule else "",
                what=clocks.question(rule) if rule else "",
            )
            problems.append(Problem(DECIDED, say))
            return None
        decision = clocks.Decision(decided == YES, ground)
        try:
            clocks.checked_ground(decision, at=self._at)
        except clocks.DecisionError as error:
            problems.append(Problem(GROUND, error.args[0]))
        return decision

    def _task(self, label: str, problems: list[Problem]) -> Obligation | None:
        if not label:
            return None
        tasks = self._tasks.get(label, [])
        if len(tasks) == 1:
            return tasks[0]
        problems.append(
            Problem(
                TASK,
                Said("有几件同名的时限任务,系统不能判断是哪一件。请留空,导入后从该任务进入起草。")
                if tasks
                else Said("没有这件未办结的时限任务。请照抄任务名称,或留空。"),
            )
        )
        return None


def openness_of(item: Item) -> Openness:
    """How a draft of ``item`` begins."""
    return Openness.PROACTIVE if item.method == "proactive" else Openness.ON_REQUEST


def open_tasks(item: Item, agency: Agency) -> QuerySet[Obligation]:
    """The running clocks a line may name, earliest first."""
    return (
        Obligation.objects.filter(
            item=item, agency=agency, state__in=[ObligationState.OPEN, ObligationState.OVERDUE]
        )
        .order_by("due_at", "pk")
        .only("pk", "label", "item_id", "agency_id", "state")
    )


def record_decision(
    disclosure: Disclosure, title: str, read: LineClock, *, formed_on: date | None, by: Officer, at: datetime
) -> None:
    """Put what a line decided on record: a clock the draft answers, or that nothing is owed.

    Inside the import's transaction. Raises ``ObligationError``, ``NotAllowedError``.
    """
    clock, said = read.clock, read.starting
    day = said.fact_on or formed_on
    if read.decision is None or clock is None or clock.version is None or day is None:
        return
    item, rule = disclosure.item, clock.version.rule
    if not read.decision.holds:
        clocks.record_not_owed(
            item,
            agency=disclosure.agency,
            rule=rule,
            fact_on=day,
            ground=read.decision.ground,
            by=by,
            at=at,
        )
        Disclosure.objects.filter(pk=disclosure.pk).update(clock_apart=True)
        return
    opened = clocks.open_obligation(
        item,
        agency=disclosure.agency,
        rule=rule,
        fact_on=day,
        fact_at=said.fact_at,
        label=label_of(title, item, at=at),
        decision=read.decision,
        is_demo=by.is_demo,
        by=by,
        at=at,
    )
    Discharge.objects.create(disclosure=disclosure, obligation=opened)


def _unless_unread(found: list[Problem], problems: list[Problem]) -> list[Problem]:
    """``found`` without cells told of already: a day that cannot be read is not also missing."""
    said = {problem.field for problem in problems}
    return [problem for problem in found if problem.field not in said]


def _moment(day: date | None, entered: str, problems: list[Problem]) -> datetime | None:
    if not entered:
        return None
    match = _TIME.match(unicodedata.normalize("NFKC", entered))
    if match is None:
        problems.append(Problem(FACT_TIME, Said("时刻写法不对。请写成 09:30 的样子。")))
        return None
    return timezone.make_aware(datetime.combine(day, time(int(match[1]), int(match[2])))) if day else None
