"""Elements with a type: amounts, dates, counts and parties that agree with the rest of their story."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gongkai.core.drafting import ElementTerms

_BUDGET = frozenset({"投资金额", "投资", "估算金额", "预算金额", "拟募集资金"})
_FLOOR = frozenset({"转让底价", "底价", "保留价", "挂牌价", "拟出让价格"})
_VALUE = frozenset({"评估价", "评估值"})
_SMALL = frozenset({"成交租金", "收入"})
_BEFORE = frozenset({"基准日"})
_AFTER = frozenset({"执行时间", "恢复时间"})
_COUNTS = {
    "通过审查数量": 5, "通过数量": 4, "意向方数量": 3, "项目数": 27, "户数": 26, "计划户数": 28,
    "开工户数": 28, "竣工户数": 26,
}  # fmt: skip
_PARTIES = {
    "建设单位": "安溪县安居建设项目部(演示)", "中介机构名称": "{c}", "评估机构": "{c}", "标的企业": "{soe}",
    "被检查单位": "{org}", "用地单位": "{org}", "转让人与受让人": "{a}转让给{b}", "转让单位": "{b}",
    "出让方": "泉州市安溪生态环境局",
}  # fmt: skip


def typed_value(item: str, term: ElementTerms, fields: Mapping[str, Any]) -> str:
    """The value of a money, date, number or party element."""
    if term.type == "money":
        return f"{_amount(item, term.name, fields)}万元"
    if term.type == "date":
        return _day(term.name, fields["on"]).isoformat()
    if term.type == "number":
        return str(_count(term.name, fields))
    return _PARTIES.get(term.name, "{a}").format_map(fields)


def _amount(item: str, name: str, fields: Mapping[str, Any]) -> Any:
    if name in _SMALL:
        return round(fields["small"] * 12, 1)
    if item == "SA-08" or name not in _BUDGET | _FLOOR | _VALUE | {"新底价"}:
        return fields["price"]
    if name == "新底价":
        return round(fields["floor"] * 0.9, 1)
    return fields["budget" if name in _BUDGET else "floor" if name in _FLOOR else "value"]


def _day(name: str, on: date) -> date:
    if name in _BEFORE:
        return on - timedelta(days=20)
    return on + timedelta(days=30) if name in _AFTER else on


def _count(name: str, fields: Mapping[str, Any]) -> int:
    if name in _COUNTS:
        return _COUNTS[name]
    units = int(fields["units"])
    if name == "公开数量":
        return units * 3
    return units // 2 if "建成" in name or "竣工" in name else units
