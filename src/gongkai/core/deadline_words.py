"""The working of a due date in sentences, for officers and the public."""

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.core.counting import Span
from gongkai.core.periods import period_of
from gongkai.core.rule_terms import RuleTerms
from gongkai.core.said import Said, marked
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import Calendar, CalendarGapError

if TYPE_CHECKING:
    from gongkai.core.deadlines import Due

_COUNTS = {
    Unit.WORKING_DAY: marked("%(count)d 个工作日"),
    Unit.CALENDAR_DAY: marked("%(count)d 日(日历日)"),
    Unit.MONTH: marked("%(count)d 个月"),
}
_WEEKDAYS = (
    marked("%(day)s(周一)"),
    marked("%(day)s(周二)"),
    marked("%(day)s(周三)"),
    marked("%(day)s(周四)"),
    marked("%(day)s(周五)"),
    marked("%(day)s(周六)"),
    marked("%(day)s(周日)"),
)


def named(day: date) -> Said:
    """``2026-03-02(周一)``."""
    return Said(_WEEKDAYS[day.weekday()], day=day)


def counted(count: int, unit: Unit | None) -> Said:
    """``20 个工作日``; the bare number where the unit is none that counts days."""
    return Said(_COUNTS[unit], count=count) if unit in _COUNTS else Said("%(count)d", count=count)


def both(first: str, second: str) -> str:
    """Two sentences, one behind the other; either may be empty."""
    return Said("%(first)s%(second)s", first=first, second=second) if first and second else first or second


def before_calendar(calendar: Calendar, day: date) -> str:
    """Why a fact before the first calendar has no date."""
    return Said("日历自 %(known_from)s 起,%(day)s 的期限无法计算。", known_from=calendar.known_from, day=day)


def estimated(calendar: Calendar) -> str:
    """Why a date is an estimate."""
    return Said(
        "暂定:%(year)d 年放假安排尚未公布,按法定节日估算,公布后自动重算。", year=calendar.known_until.year + 1
    )


def beyond_calendar(calendar: Calendar) -> str:
    """Why a period past every calendar has no date."""
    return Said(
        "暂定:期限越过已公布的日历(%(day)s),其后的放假安排未知,不作估计;公布后自动计算。",
        day=calendar.known_until,
    )


def rolled(day: date) -> str:
    """The last day was a rest day."""
    return Said("%(day)s 是休息日,顺延至其后第一个工作日。", day=named(day))


def received_later(day: date, received: date) -> str:
    """A request that came in on a rest day."""
    return Said("%(day)s 是休息日,视为 %(received)s 收到。", day=named(day), received=named(received))


def extended(terms: RuleTerms) -> str:
    """The clock was lengthened."""
    return Said("经批准延长 %(period)s。", period=counted(terms.extension_value or 0, terms.unit))


def paused(spans: tuple[Span, ...]) -> str:
    """Time left out."""
    gaps = [
        Said("%(after)s 之后至 %(until)s", after=earlier[1], until=later[0]) for earlier, later in pairwise(spans)
    ]
    return Said("征求意见等时间不计入:%(gaps)s。", gaps=gaps)


def publish_day_counts() -> str:
    """The land-notice override."""
    return Said("发布当日自零时起算,计入天数;事项当日为最后一日。稳妥起见可再提前一日发布。")


def rest_day_before(day: date, calendar: Calendar) -> tuple[str, ...]:
    """Advice where a date that does not move falls on a rest day; silent where the calendar does not know."""
    try:
        if calendar.is_workday(day):
            return ()
        earlier = named(calendar.roll_back(day))
        return (Said("%(day)s 是休息日,此限不顺延;宜不晚于 %(earlier)s 办理。", day=named(day), earlier=earlier),)
    except CalendarGapError:
        return ()


def outer_limit(terms: RuleTerms) -> str:
    """Where the number comes from when the law gives none."""
    if terms.kind is RuleKind.CONTINUOUS:
        return Said("法条要求长期公开、动态更新:内容变更后的更新以一般时限为外限,应尽早办理;公开后不撤下。")
    return Said("法条要求及时公开,没有数字:以一般时限为外限,应尽早办理。")


_DAYS = {
    RuleKind.MIN_BEFORE: marked("事项当日,须在此前公开"),
    RuleKind.SIMULTANEOUS: marked("事项当日,须当日公开"),
    RuleKind.PERIODIC: marked("一期的最后一日,次日起算"),
    RuleKind.ANNUAL_DATE: marked("上一期的最后一日"),
    RuleKind.MIN_DURATION: marked("公示起始日"),
    RuleKind.FIXED_DURATION: marked("公示起始日"),
    RuleKind.MAX_DURATION: marked("公示起始日"),
    RuleKind.MIN_MAX_DURATION: marked("公示起始日"),
    RuleKind.RESPOND_WITHIN: marked("收到申请之日"),
}


def fact_day(kind: RuleKind, *, unit: Unit | None, day_count_override: str) -> str:
    """What the day of the fact is to a clock of ``kind``: most are counted from it, some towards it."""
    if unit is Unit.HOUR:
        return Said("起算时刻所在的一日,按小时连续计算")
    if kind in _DAYS:
        return Said(_DAYS[kind])
    return Said("起算日,当日计入") if day_count_override else Said("起算日,当日不计")


def explain(due: "Due") -> list[str]:
    """The working, first to last: the start, the count, what moved it, the result."""
    said = [*_start(due), *_count(due), *due.notes]
    if due.reason:
        said.append(due.reason)
    said.append(_result(due))
    return said


def _start(due: "Due") -> list[str]:
    terms, day = due.terms, named(due.start)
    if terms.kind is RuleKind.PERIODIC:
        closes = period_of(terms.period, due.start).last_on
        return [Said("周期于 %(day)s 结束,当日不计入。", day=named(closes))]
    trigger = Said("(%(trigger)s)", trigger=terms.trigger) if terms.trigger else ""
    if terms.kind is RuleKind.MIN_BEFORE:
        return [Said("事项当日%(trigger)s:%(day)s。", trigger=trigger, day=day)]
    if terms.day_count_override:
        return [Said("起算日%(trigger)s:%(day)s,当日计入。", trigger=trigger, day=day)]
    return [Said("起算日%(trigger)s:%(day)s,当日不计入。", trigger=trigger, day=day)]


def _count(due: "Due") -> list[str]:
    days = due.days
    if not days:
        return []
    period, first, last = counted(len(days), due.unit), named(days[0]), named(days[-1])
    if due.terms.kind is RuleKind.MIN_BEFORE:
        return [Said("公开之后至事项当日须满 %(period)s,自 %(first)s 起数。", period=period, first=first)]
    return [Said("自 %(first)s 起数,第 %(period)s为 %(last)s。", first=first, period=period, last=last)]


_DISCLOSE_BY = marked("最迟于 %(day)s 24时公开。")
_RESULTS = {
    RuleKind.MIN_DURATION: marked("公示至少持续到 %(day)s 24时。"),
    RuleKind.FIXED_DURATION: marked("公告期限至 %(day)s 24时届满。"),
    RuleKind.MAX_DURATION: marked("最迟于 %(day)s 24时停止公示。"),
    RuleKind.RESPOND_WITHIN: marked("最迟于 %(day)s 24时答复。"),
    RuleKind.WITHDRAW_WITHIN: marked("最迟于 %(day)s 24时撤回并说明理由。"),
}


def _result(due: "Due") -> str:
    if due.due_on is None:
        return Said("结论:没有可以采用的日期。")
    if due.due_at is not None:
        return Said(
            "结论:最迟于 %(moment)s 公开(小时连续计算,不扣除休息日)。", moment=f"{due.due_at:%Y-%m-%d %H:%M}"
        )
    if due.terms.kind is RuleKind.MIN_MAX_DURATION:
        return Said(
            "结论:至少公示到 %(least)s,最迟于 %(most)s 24时自动停止公示。", least=due.keep_until, most=due.ends_on
        )
    result = Said(_RESULTS.get(due.terms.kind, _DISCLOSE_BY), day=named(due.due_on))
    if due.provisional:
        return Said("暂定:%(result)s", result=result)
    return Said("结论:%(result)s", result=result)
