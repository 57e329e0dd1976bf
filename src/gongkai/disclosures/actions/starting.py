"""A text and its clock: answering a running one, or starting one by being submitted (decision 0008)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.core.days import unlikely
from gongkai.core.drafting import Problem
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import ObligationState
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.starting import Start, start_of
from gongkai.obligations import actions as clocks
from gongkai.obligations.actions.words import checked_label
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import TextClock


@dataclass(frozen=True)
class Starting:
    """What an officer said about the clock of a text. Links are only touched where the form offered a choice."""

    offered: bool = False
    obligation: Obligation | None = None
    apart: bool = False
    fact_on: date | None = None
    fact_at: datetime | None = None


def link_obligations(disclosure: Disclosure, obligations: Iterable[Obligation]) -> None:
    """Name the clocks this disclosure will stop. Raises ``LifecycleError`` for a closed or foreign one."""
    for obligation in obligations:
        if (obligation.item_id, obligation.agency_id) != (disclosure.item_id, disclosure.agency_id):
            raise LifecycleError(Said("所选时限任务属于其他事项或单位。请回到“我的任务”,从该任务进入起草。"))
        if obligation.state not in {ObligationState.OPEN, ObligationState.OVERDUE}:
            raise LifecycleError(Said("时限任务“%(label)s”已经办结。请刷新“我的任务”。", label=obligation.label))
        disclosure.discharges.get_or_create(obligation=obligation)


def remember(disclosure: Disclosure, said: Starting) -> None:
    """Keep what was said. Raises ``LifecycleError`` for a clock that is closed or foreign."""
    if said.offered:
        disclosure.discharges.filter(from_text=None).exclude(obligation=said.obligation).delete()
        link_obligations(disclosure, [said.obligation] if said.obligation else [])
    Disclosure.objects.filter(pk=disclosure.pk).update(
        fact_on=said.fact_on, fact_at=said.fact_at, clock_apart=said.apart or None
    )


def remembering_problems(said: Starting | None) -> list[Problem]:
    """Faults that stop what was said about the clock from being kept at all: a day of another age."""
    day = said and (said.fact_at or said.fact_on)
    wrong = unlikely(day) if day else ""
    return [Problem("fact_on", wrong)] if wrong else []


def starting_problems(start: Start) -> list[Problem]:
    """What stops a submission because the clock is not settled: a choice to make, a day to give."""
    if start.linked and not start.own:
        return []
    disclosure = start.disclosure
    if start.free and not disclosure.clock_apart:
        choose = Said("本单位这一事项有正在计时的任务。请选择这条信息办理的是哪一件,都不是的请选“另行计时”。")
        return [Problem("clock", choose)]
    clock = start.clock
    if clock is None or clock.version is None:
        return []
    if start.decides:
        decide = Said(
            "按“%(rule)s”须先判定是否要求公开。请先到“登记事实”登记并判定,再回来选择那件任务;"
            "已判定为“否”的,选“已判定不要求公开”。",
            rule=clock.version.rule.name,
        )
        return [] if disclosure.clock_apart else [Problem("clock", decide)]
    return day_problems(clock, disclosure)


def day_problems(clock: TextClock, disclosure: Disclosure) -> list[Problem]:
    """What is missing of the day (or moment) from which ``clock`` runs."""
    if clock.version is None or not clock.asks:
        return []
    trigger = clock.version.trigger
    if disclosure.fact_on is None:
        return [Problem("fact_on", Said("本事项的公开时限从“%(trigger)s”算起。请填写这一天。", trigger=trigger))]
    if clock.timed and disclosure.fact_at is None:
        return [Problem("fact_time", Said("本事项的时限以小时计。请填写“%(trigger)s”的时刻。", trigger=trigger))]
    return []


def start_clock(revision: Revision, start: Start, *, by: Officer, at: datetime) -> list[Problem]:
    """Open the clock a submitted text starts, or date anew the one it started before; what stops it, if anything.

    Inside the submission's transaction, after :func:`starting_problems`. Texts that answer a clock, or for which
    no rule gives a date, start none. Raises ``NotAllowedError``.
    """
    disclosure, clock = revision.disclosure, start.clock
    if clock is None or clock.version is None or start.decides or (start.linked and not start.own):
        return []
    fact_on = disclosure.fact_on if clock.asks else revision.formed_on
    if fact_on is None:
        return []
    fact_at = disclosure.fact_at if clock.timed else None
    rule = clock.version.rule
    try:
        if start.own:
            clocks.restate_fact(start.own.obligation, rule=rule, fact_on=fact_on, fact_at=fact_at, by=by, at=at)
            return []
        opened = clocks.open_obligation(
            disclosure.item,
            agency=disclosure.agency,
            rule=rule,
            fact_on=fact_on,
            fact_at=fact_at,
            label=label_of(revision.title, disclosure.item, at=at),
            by=by,
            at=at,
            is_demo=by.is_demo,
        )
    except clocks.ObligationError as error:
        return [Problem("fact_on" if clock.asks else "formed_on", str(error))]
    disclosure.discharges.get_or_create(obligation=opened, defaults={"from_text": True})
    return []


def clock_start(revision: Revision, *, at: datetime) -> Start:
    """How the clock of ``revision`` stands now, read afresh with its disclosure."""
    revision.disclosure = Disclosure.objects.select_related("item", "agency").get(pk=revision.disclosure_id)
    return start_of(revision.disclosure, formed_on=revision.formed_on, today=timezone.localdate(at))


def label_of(title: str, item: Item, *, at: datetime) -> str:
    """The title, with plain spaces; the item's name where the title certainly holds what a task may not show."""
    title = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    try:
        return checked_label(title, at=at)
    except clocks.LabelError:
        return item.name
