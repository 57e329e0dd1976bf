"""One cell of a workbook as the text its reader sees, and what makes a value untrustworthy."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from gongkai.core.said import Said

# A spreadsheet keeps 15 digits of a number; what follows is lost without a word.
_EXACT = 10**15
_SCALED = re.compile("[万亿]")
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$|^(\d{4})(\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` as read; ``trouble`` says why it cannot be taken and what to do."""

    text: str = ""
    trouble: str = ""

    @property
    def is_unread(self) -> bool:
        """Something stands here, but what it says is not in the file."""
        return bool(self.trouble) and not self.text


EMPTY = Cell()
NO_RESULT = Cell(
    trouble=Said(
        "这一格是公式,文件里没有存它的计算结果。请在表格软件中复制这一格,用“选择性粘贴→数值”贴回原处,再上传。"
    )
)


def read_value(value: Any, number_format: str = "General") -> Cell:
    """A workbook's value as text: dates as 2026-11-23, whole numbers without a point, percentages with their sign.

    A number of more than 15 digits, a number that only its format calls 万元, and an error of a formula are
    trouble: what the officer saw is not what the file holds.
    """
    if value is None:
        return EMPTY
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return Cell("是" if value else "否")
    if isinstance(value, datetime):
        return Cell(_moment(value))
    if isinstance(value, date | time | timedelta):
        return Cell(str(value))
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    return Cell(str(value))


def _text(value: str) -> Cell:
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if text in _ERRORS:
        return Cell(text, Said("这一格是公式错误 %(text)s。请改成文字或数值。", text=text))
    return Cell(text)


def _moment(value: datetime) -> str:
    whole = (value.hour, value.minute, value.second) == (0, 0, 0)
    return f"{value:%Y-%m-%d}" if whole else f"{value:%Y-%m-%d %H:%M}"


def _number(value: float | Decimal, number_format: str) -> Cell:
    shown = _plain(value)
    if not Decimal(shown).is_finite():
        return Cell(shown, Said("这一格不是有效的数值。请重新填写。"))
    if abs(Decimal(shown)) >= _EXACT:
        return Cell(
            shown, Said("这一格是数值,超过15位的尾数已被表格软件丢掉。请把单元格设为文本,重新填写完整号码。")
        )
    if _SCALED.search(number_format):
        return Cell(
            shown,
            Said(
                "这一格存的是 %(shown)s,“万”或“亿”只是显示格式。请直接写成文字,例如 128万元 或 1280000元。",
                shown=shown,
            ),
        )
    if "%" in number_format:
        return Cell(f"{_plain(Decimal(shown) * 100)}%")
    return Cell(shown)


def _plain(value: float | Decimal) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(exact)
    return format(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize(), "f")


def day_in(text: str) -> date:
    """The day of ``2026-11-23``, ``2026/11/23``, ``2026年11月23日`` or ``20261123``; raises ``ValueError``."""
    match = _DAY.match(text.strip())
    if not match:
        raise ValueError(text)
    year, month, day = (part for part in match.groups() if part is not None)
    return date(int(year), int(month), int(day))
