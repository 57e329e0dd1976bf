"""The checklist in words: clauses, deadlines, marks. Pure; the sentences of the national form are zh-Hans.

Deadlines are worded for a column of a table; the working of one due date is ``core.deadline_words``.
"""

import re
from collections.abc import Mapping
from typing import Any

from gongkai.core.vocabulary import RuleKind, Unit

UNKNOWN_BASIS = "依据待核实"
_YEAR_MARK = re.compile(r"\([^()]*\)$")
_UNITS = {
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "日",
    Unit.HOUR: "小时",
    Unit.MONTH: "个月",
    "": "",
}
_PERIODS = {"month": "每月", "quarter": "每季度", "year": "每年", "": "每期"}


def clause_of(version: Mapping[str, Any], instruments: Mapping[str, Mapping[str, Any]]) -> str:
    """The basis in words, as the public reads it: ``《政府信息公开条例》第26条(国务院令第711号)``; at most 300."""
    parts = []
    for basis in version["basis"]:
        instrument = instruments[basis["instrument"]]
        number = f"({instrument['doc_no']})" if instrument["doc_no"] else ""
        parts.append(f"《{_YEAR_MARK.sub('', instrument['title'])}》{basis['article']}{number}")
    return (";".join(parts) or UNKNOWN_BASIS)[:300]


def deadline_of(version: Any) -> str:
    """What a rule version asks, in one line: ``20个工作日内``, ``不少于10个工作日``, ``及时公开``.

    ``version`` is a ``RuleVersion`` or anything with its fields.
    """
    kind = RuleKind(version.kind)
    if kind in _FIXED_WORDS:
        return _FIXED_WORDS[kind]
    if kind is RuleKind.ANNUAL_DATE:
        month_day = version.month_day
        return f"每年{int(month_day[:2])}月{int(month_day[3:])}日前" if month_day else "每年一次,日期待地方确定"
    if version.value is None:
        return _OPEN_WORDS.get(kind, "天数待地方确定")
    number = f"{version.value}{_UNITS[version.unit]}"
    if version.tiers:
        number = "或".join(f"{tier['value']}{_UNITS[version.unit]}" for tier in version.tiers) + "(按金额分档)"
    return _WORDS[kind].format(
        number=number,
        most=f"{version.max_value}{_UNITS[version.unit]}",
        period=_PERIODS[version.period],
    )


def trigger_of(version: Any) -> str:
    """From what the time runs, as a remark behind the deadline; empty where the deadline says it itself."""
    kind = RuleKind(version.kind)
    if kind in {RuleKind.PERIODIC, RuleKind.ANNUAL_DATE}:
        return ""
    if kind in {RuleKind.PROMPTLY, RuleKind.CONTINUOUS}:
        return f"({version.trigger})"
    return f"({version.trigger}{_AFTER_TRIGGER.get(kind, '起算')})"


_AFTER_TRIGGER = {RuleKind.MIN_BEFORE: "前", RuleKind.SIMULTANEOUS: "的同时"}
_FIXED_WORDS = {
    RuleKind.PROMPTLY: "及时公开",
    RuleKind.CONTINUOUS: "长期公开、动态更新",
    RuleKind.SIMULTANEOUS: "同时公开",
}
_OPEN_WORDS = {RuleKind.MIN_BEFORE: "须提前公开,天数未定", RuleKind.MIN_DURATION: "须公示一段时间,天数待地方确定"}
_WORDS = {
    RuleKind.DEADLINE_AFTER: "{number}内",
    RuleKind.MIN_BEFORE: "提前不少于{number}",
    RuleKind.MIN_DURATION: "不少于{number}",
    RuleKind.FIXED_DURATION: "公告期{number}",
    RuleKind.PERIODIC: "{period}结束后{number}内",
    RuleKind.WITHDRAW_WITHIN: "{number}内撤下",
    RuleKind.RESPOND_WITHIN: "{number}内答复",
    RuleKind.MAX_DURATION: "最长公示{number}",
    RuleKind.MIN_MAX_DURATION: "公示{number}至{most}",
}
