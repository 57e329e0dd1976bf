"""The working of a due date in sentences, for officers and the public."""

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from gongkai.core.counting import Span
from gongkai.core.periods import period_of
from gongkai.core.rule_terms import RuleTerms
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.core.workdays import Calendar, CalendarGapError

if TYPE_CHECKING:
    from gongkai.core.deadlines import Due

UNIT_WORDS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日(日历日)", Unit.MONTH: "个月"}
_WEEKDAYS = "一二三四五六日"


def named(day: date) -> str:
    """``2026-03-02(周一)``."""
    return f"{day}(周{_WEEKDAYS[day.weekday()]})"


def before_calendar(calendar: Calendar, day: date) -> str:
    """Why a fact before the first calendar has no date."""
    return f"日历自 {calendar.known_from} 起,{day} 的期限无法计算。"


def estimated(calendar: Calendar) -> str:
    """Why a date is an estimate."""
    return f"暂定:{calendar.known_until.year + 1} 年放假安排尚未公布,按法定节日估算,公布后自动重算。"


def beyond_calendar(calendar: Calendar) -> str:
    """Why a period past every calendar has no date."""
    return f"暂定:期限越过已公布的日历({calendar.known_until}),其后的放假安排未知,不作估计;公布后自动计算。"


def rolled(day: date) -> str:
    """The last day was a rest day."""
    return f"{named(day)} 是休息日,顺延至其后第一个工作日。"


def received_later(day: date, received: date) -> str:
    """A request that came in on a rest day."""
    return f"{named(day)} 是休息日,视为 {named(received)} 收到。"


def extended(terms: RuleTerms) -> str:
    """The clock was lengthened."""
    unit = UNIT_WORDS[terms.unit] if terms.unit else ""
    return f"经批准延长 {terms.extension_value} {unit}。"


def paused(spans: tuple[Span, ...]) -> str:
    """Time left out."""
    gaps = "、".join(f"{earlier[1]} 之后至 {later[0]}" for earlier, later in pairwise(spans))
    return f"征求意见等时间不计入:{gaps}。"


def publish_day_counts() -> str:
    """The land-notice override."""
    return "发布当日自零时起算,计入天数;事项当日为最后一日。稳妥起见可再提前一日发布。"


def rest_day_before(day: date, calendar: Calendar) -> tuple[str, ...]:
    """Advice where a date that does not move falls on a rest day; silent where the calendar does not know."""
    try:
        if calendar.is_workday(day):
            return ()
        return (f"{named(day)} 是休息日,此限不顺延;宜不晚于 {named(calendar.roll_back(day))} 办理。",)
    except CalendarGapError:
        return ()


def outer_limit(terms: RuleTerms) -> str:
    """Where the number comes from when the law gives none."""
    if terms.kind is RuleKind.CONTINUOUS:
        return "法条要求长期公开、动态更新:内容变更后的更新以一般时限为外限,应尽早办理;公开后不撤下。"
    return "法条要求及时公开,没有数字:以一般时限为外限,应尽早办理。"


def explain(due: "Due") -> list[str]:
    """The working, first to last: the start, the count, what moved it, the result."""
    said = [*_start(due), *_count(due), *due.notes]
    if due.reason:
        said.append(due.reason)
    said.append(_result(due))
    return said


def _start(due: "Due") -> list[str]:
    trigger = f"({due.terms.trigger})" if due.terms.trigger else ""
    if due.terms.kind is RuleKind.MIN_BEFORE:
        return [f"事项当日{trigger}:{named(due.start)}。"]
    if due.terms.kind is RuleKind.PERIODIC:
        closes = period_of(due.terms.period, due.start).last_on
        return [f"周期于 {named(closes)} 结束,当日不计入。"]
    counted = "计入" if due.terms.day_count_override else "不计入"
    return [f"起算日{trigger}:{named(due.start)},当日{counted}。"]


def _count(due: "Due") -> list[str]:
    days = due.days
    if not days:
        return []
    if due.terms.kind is RuleKind.MIN_BEFORE:
        return [f"公开之后至事项当日须满 {len(days)} {_unit(due)},自 {named(days[0])} 起数。"]
    return [f"自 {named(days[0])} 起数,第 {len(days)} {_unit(due)}为 {named(days[-1])}。"]


def _unit(due: "Due") -> str:
    return UNIT_WORDS[due.unit] if due.unit else ""


_RESULTS = {
    RuleKind.MIN_DURATION: "公示至少持续到 {day} 24时。",
    RuleKind.FIXED_DURATION: "公告期限至 {day} 24时届满。",
    RuleKind.MAX_DURATION: "最迟于 {day} 24时停止公示。",
    RuleKind.RESPOND_WITHIN: "最迟于 {day} 24时答复。",
    RuleKind.WITHDRAW_WITHIN: "最迟于 {day} 24时撤回并说明理由。",
}


def _result(due: "Due") -> str:
    if due.due_on is None:
        return "结论:没有可以采用的日期。"
    if due.due_at is not None:
        return f"结论:最迟于 {due.due_at:%Y-%m-%d %H:%M} 公开(小时连续计算,不扣除休息日)。"
    if due.terms.kind is RuleKind.MIN_MAX_DURATION:
        return f"结论:至少公示到 {due.keep_until},最迟于 {due.ends_on} 24时自动停止公示。"
    mark = "暂定" if due.provisional else "结论"
    return f"{mark}:" + _RESULTS.get(due.terms.kind, "最迟于 {day} 24时公开。").format(day=named(due.due_on))
