"""Which numbers a dated rule of each kind needs. One check for the profile and for the office's own revisions."""

from dataclasses import dataclass

from gongkai.core.said import Said
from gongkai.core.vocabulary import RuleKind, Unit

_COUNTED = {Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.HOUR, Unit.MONTH}
# Kinds whose number the law may leave open: before an event at all, or a notice period set locally.
_OPEN_ENDED = {RuleKind.MIN_BEFORE, RuleKind.MIN_DURATION}
_WORDLESS = {RuleKind.PROMPTLY, RuleKind.CONTINUOUS}
_LENGTH = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class RuleNumbers:
    """The numbers of one version of a rule; ``None`` or empty where there is none."""

    kind: RuleKind
    value: int | None = None
    max_value: int | None = None
    month_day: str = ""
    unit: str = ""
    period: str = ""


def shape_problems(numbers: RuleNumbers, *, needs_local_value: bool = False) -> list[str]:
    """What does not fit the kind, in Chinese; empty when the rule can be computed or waits for a local value."""
    kind = RuleKind(numbers.kind)
    if kind in _WORDLESS:
        return _wordless(numbers)
    if kind is RuleKind.SIMULTANEOUS:
        return [] if not numbers.value else [Said("“同时”的规则没有天数,value 请写 0 或不写。")]
    if kind is RuleKind.ANNUAL_DATE:
        return _annual(numbers, needs_local_value=needs_local_value)
    return _counted(numbers, kind, needs_local_value=needs_local_value)


def _wordless(numbers: RuleNumbers) -> list[str]:
    if numbers.value is None and not numbers.unit and not numbers.max_value and not numbers.month_day:
        return []
    return [Said("“及时”“持续”的规则没有数字和单位,请删去,或换一个 kind。")]


def _annual(numbers: RuleNumbers, *, needs_local_value: bool) -> list[str]:
    if numbers.unit != Unit.MONTH_DAY or numbers.value is not None:
        return [Said("每年某日前的规则用 month_day(例如 '01-31')和 unit: month_day,不用 value。")]
    if not numbers.month_day:
        return [] if needs_local_value else [Said("缺少 month_day(例如 '01-31')。")]
    month, day = (int(part) for part in numbers.month_day.split("-"))
    if day <= _LENGTH[month]:
        return []
    return [Said("每年都要有的日期里没有 %(month_day)s。请改正。", month_day=numbers.month_day)]


def _counted(numbers: RuleNumbers, kind: RuleKind, *, needs_local_value: bool) -> list[str]:
    found: list[str] = []
    if numbers.month_day:
        found.append(Said("month_day 只用于每年某日前(annual_date)的规则。"))
    if (kind is RuleKind.PERIODIC) != bool(numbers.period):
        found.append(Said("周期 period(month、quarter、year)只用于并且必须用于每期之后(periodic)的规则。"))
    if (kind is RuleKind.MIN_MAX_DURATION) != (numbers.max_value is not None):
        found.append(Said("上限 max_value 只用于并且必须用于最短最长(min_max_duration)的规则。"))
    if numbers.value is not None:
        return found + _number(numbers, numbers.value)
    if kind not in _OPEN_ENDED and not needs_local_value:
        found.append(Said("缺少数字 value;须由县里确定的,请写 needs_local_value: true。"))
    return found


def _number(numbers: RuleNumbers, value: int) -> list[str]:
    found: list[str] = []
    if value == 0:
        found.append(Said("数字 value 应大于 0。"))
    if numbers.unit not in _COUNTED:
        found.append(Said("单位 unit 应为 working_day、calendar_day、hour 或 month。"))
    if numbers.max_value is not None and numbers.max_value < value:
        found.append(Said("上限 max_value 小于下限 value。"))
    return found
