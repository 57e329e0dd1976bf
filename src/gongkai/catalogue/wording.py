"""The checklist in words: clauses, deadlines, marks. Pure; the sentences of the national form are zh-Hans.

Deadlines are worded for a column of a table; the working of one due date is ``core.deadline_words``.
"""

import re
from collections.abc import Mapping
from typing import Any

from gongkai.core.said import Said, marked
from gongkai.core.vocabulary import RuleKind, Unit

UNKNOWN_BASIS = Said("依据待核实")
_YEAR_MARK = re.compile(r"\([^()]*\)$")
_COUNTS = {
    Unit.WORKING_DAY: marked("%(count)d个工作日"),
    Unit.CALENDAR_DAY: marked("%(count)d日"),
    Unit.HOUR: marked("%(count)d小时"),
    Unit.MONTH: marked("%(count)d个月"),
}
_PERIODS = {"month": Said("每月"), "quarter": Said("每季度"), "year": Said("每年"), "": Said("每期")}
# How the parts of a reference to a law are read; kept clauses are recognised by these in other languages.
_REFERENCES = (
    marked("《%(title)s》%(article)s(%(number)s)"),
    marked("《%(title)s》%(article)s"),
    marked("第%(article)s条"),
    marked("第%(article)s条第%(paragraph)s款"),
    marked("第%(article)s条(%(remark)s)"),
    marked("国务院令第%(order)s号"),
    marked("主席令第%(order)s号"),
    marked("省政府令第%(order)s号"),
    marked("%(ministry)s令第%(order)s号"),
    marked("%(office)s〔%(year)s〕%(serial)s号"),
)


def clause_of(version: Mapping[str, Any], instruments: Mapping[str, Mapping[str, Any]]) -> str:
    """The basis in words, as the public reads it: ``《政府信息公开条例》第26条(国务院令第711号)``; at most 300."""
    parts = []
    for basis in version["basis"]:
        instrument = instruments[basis["instrument"]]
        number = f"({instrument['doc_no']})" if instrument["doc_no"] else ""
        parts.append(f"《{_YEAR_MARK.sub('', instrument['title'])}》{basis['article']}{number}")
    return (";".join(parts) or UNKNOWN_BASIS)[:300]


def deadline_of(version: Any) -> Said:
    """What a rule version asks, in one line: ``20个工作日内``, ``不少于10个工作日``, ``及时公开``.

    ``version`` is a ``RuleVersion`` or anything with its fields.
    """
    kind = RuleKind(version.kind)
    if kind in _FIXED_WORDS:
        return _FIXED_WORDS[kind]
    if kind is RuleKind.ANNUAL_DATE:
        return _yearly(version.month_day)
    if version.value is None:
        return _OPEN_WORDS.get(kind, Said("天数待地方确定"))
    number = _counted(version.value, version.unit)
    if version.tiers:
        number = Said(
            "%(numbers)s(按金额分档)",
            numbers=_either([_counted(tier["value"], version.unit) for tier in version.tiers]),
        )
    if kind is RuleKind.PERIODIC:
        return Said("%(period)s结束后%(number)s内", period=_PERIODS[version.period], number=number)
    if kind is RuleKind.MIN_MAX_DURATION:
        return Said("公示%(number)s至%(most)s", number=number, most=_counted(version.max_value, version.unit))
    return Said(_WORDS[kind], number=number)


def _yearly(month_day: str) -> Said:
    if not month_day:
        return Said("每年一次,日期待地方确定")
    return Said("每年%(month)d月%(day)d日前", month=int(month_day[:2]), day=int(month_day[3:]))


def _counted(count: int, unit: str) -> Said:
    return Said(_COUNTS[Unit(unit)], count=count) if unit in _COUNTS else Said("%(count)d", count=count)


def _either(numbers: list[Said]) -> Said:
    said = numbers[0]
    for number in numbers[1:]:
        said = Said("%(one)s或%(other)s", one=said, other=number)
    return said


def trigger_of(version: Any) -> Said | str:
    """From what the time runs, as a remark behind the deadline; empty where the deadline says it itself."""
    kind = RuleKind(version.kind)
    if kind in {RuleKind.PERIODIC, RuleKind.ANNUAL_DATE}:
        return ""
    return Said(_TRIGGERS.get(kind, _COUNTED_FROM), trigger=Said(version.trigger))


_COUNTED_FROM = marked("(%(trigger)s起算)")
_TRIGGERS = {
    RuleKind.PROMPTLY: marked("(%(trigger)s)"),
    RuleKind.CONTINUOUS: marked("(%(trigger)s)"),
    RuleKind.MIN_BEFORE: marked("(%(trigger)s前)"),
    RuleKind.SIMULTANEOUS: marked("(%(trigger)s的同时)"),
}
_FIXED_WORDS = {
    RuleKind.PROMPTLY: Said("及时公开"),
    RuleKind.CONTINUOUS: Said("长期公开、动态更新"),
    RuleKind.SIMULTANEOUS: Said("同时公开"),
}
_OPEN_WORDS = {
    RuleKind.MIN_BEFORE: Said("须提前公开,天数未定"),
    RuleKind.MIN_DURATION: Said("须公示一段时间,天数待地方确定"),
}
_WORDS = {
    RuleKind.DEADLINE_AFTER: marked("%(number)s内"),
    RuleKind.MIN_BEFORE: marked("提前不少于%(number)s"),
    RuleKind.MIN_DURATION: marked("不少于%(number)s"),
    RuleKind.FIXED_DURATION: marked("公告期%(number)s"),
    RuleKind.WITHDRAW_WITHIN: marked("%(number)s内撤下"),
    RuleKind.RESPOND_WITHIN: marked("%(number)s内答复"),
    RuleKind.MAX_DURATION: marked("最长公示%(number)s"),
}
