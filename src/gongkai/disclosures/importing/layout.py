"""The columns of an item's sheet: what every disclosure has, then the item's own elements."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.catalogue.models import Item

TITLE, DOC_NO, FORMED_ON, ENDS_ON = "title", "doc_no", "formed_on", "ends_on"
SUMMARY, BODY, TOWNSHIP, TASK = "summary", "body", "township", "task"
REQUIRED, OPTIONAL = "●", "○"
PROBLEMS = "问题"  # the column a returned sheet gains; ignored when it comes back
NUMBERS = "序号"  # a column many offices keep; ignored
LINE = "原行号"  # in a returned sheet: where the line stood in what came; ignored
SAMPLE = "【示例】"
SHEET, NOTES = "填报", "填写说明"

_MARKS = re.compile(r"^[●○*\s]+|\s+")
_HINTS = {
    "money": "写数字加单位,例如 1280000元 或 128万元;只写数字的按元计。",
    "date": "写成 2026-11-23。",
    "number": "写数值,例如 120 或 35.5。",
    "party": "写单位或个人的全称;个人须按规定脱敏。",
    "text": "写文字。",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``key`` is the field of ``core.drafting.Problem`` (``elements.名称`` for an element)."""

    key: str
    name: str
    type: str = "text"
    required: bool = False
    hint: str = ""

    @property
    def heading(self) -> str:
        """The header cell: ● required, ○ optional."""
        return f"{REQUIRED if self.required else OPTIONAL}{self.name}"

    @property
    def element(self) -> str:
        """The element's name, or an empty text for a column every disclosure has."""
        return self.key.partition("elements.")[2]


_GENERAL = (
    Column(TITLE, "标题", required=True, hint="公众看到的标题,最多200字。"),
    Column(DOC_NO, "文号", hint="例如 安政办〔2026〕12号;没有文号的留空。"),
    Column(FORMED_ON, "形成日期", type="date", required=True, hint="信息形成的日期,公开时限从这一天起算。"),
    Column(ENDS_ON, "公示截止日", type="date", hint="留空由系统按法定期限计算。"),
    Column(SUMMARY, "内容概述", hint="一两句话,最多300字。"),
    Column(TOWNSHIP, "所在乡镇", hint="写乡镇名称,例如 湖头镇;涉及全县的留空。"),
    Column(TASK, "时限任务", hint="照抄“时限任务”中的名称,公开后该任务随之办结;没有的留空。"),
    Column(BODY, "正文", hint="纯文字,单元格内换行即分段;只填要素的可留空。"),
)


def columns_of(item: Item) -> list[Column]:
    """The columns of ``item``'s sheet, in template order. 公示截止日 only where the item is a 公示."""
    general = [column for column in _GENERAL if column.key != ENDS_ON or item.has_notice_period]
    taken = {column.name for column in _GENERAL} | {PROBLEMS, NUMBERS, LINE}
    elements = [
        Column(
            f"elements.{element.name}",
            f"{element.name}(要素)" if element.name in taken else element.name,
            type=element.type,
            required=element.required,
            hint=_HINTS[element.type],
        )
        for element in item.elements.all()
    ]
    return [*general, *elements]


def name_in(heading: str) -> str:
    """A header cell without its mark and spaces, full-width and half-width forms made one."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading))


def by_name(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns under their names as :func:`name_in` reads them."""
    return {name_in(column.name): column for column in columns}
