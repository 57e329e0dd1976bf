"""The columns of an item's sheet: what every disclosure has, then the item's own elements."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import override

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.said import Said, marked
from gongkai.disclosures.disclosers import asks_discloser
from gongkai.obligations.actions import question
from gongkai.obligations.queries import tables_of, text_questions

TITLE, DOC_NO, FORMED_ON, ENDS_ON = "title", "doc_no", "formed_on", "ends_on"
DISCLOSER, DISCLOSER_USCC = "discloser", "discloser_uscc"
SUMMARY, BODY, TOWNSHIP, TASK = "summary", "body", "township", "task"
FACT_ON, FACT_TIME, DECIDED, GROUND = "fact_on", "fact_time", "decided", "decision_ground"
APART = "另行计时"  # in the column of tasks: none of those that run
YES, NO = "是", "否"
REQUIRED, OPTIONAL = "●", "○"
PROBLEMS = "问题"  # the column a returned sheet gains; ignored when it comes back
NUMBERS = "序号"  # a column many offices keep; ignored
LINE = "原行号"  # in a returned sheet: where the line stood in what came; ignored
SAMPLE = "【示例】"
SHEET, NOTES = "填报", "填写说明"

_MARKS = re.compile(r"^[●○*\s]+|\s+")
_HINTS = {
    "money": marked("写数字加单位,例如 1280000元 或 128万元;只写数字的按元计。"),
    "date": marked("写成 2026-11-23。"),
    "number": marked("写数值,例如 120 或 35.5。"),
    "party": marked("写单位或个人的全称;个人须按规定脱敏。"),
    "text": marked("写文字。"),
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


_TASK_HINT = marked("照抄“时限任务”中的名称,公开后该任务随之办结;都不是的写“另行计时”,没有的留空。")
_LAST_DAY = marked("留空由系统按法定期限计算。")
_FACT_HINT = marked("公开时限按“%(triggers)s”计算,写那一天,例如 2026-11-20。填了“时限任务”的可以留空,其余必填。")
_TIME_HINT = marked("“%(triggers)s”的时刻,例如 09:30:本事项的时限以小时计,与“事实日期”一起填写。")
_DECISION_HINT = marked("%(what)s:写“是”或“否”。导入时记录判定;填了“时限任务”的可以留空,其余必填。")
_GROUND_HINT = Said("判定的理由。判定为“否”的必填,不少于4个字;判定为“是”的,理由随时限公开。")
_UNIT_HINT = marked("实际公开的是哪一个单位,写登记的全称;本单位公开的写本单位全称;不写自然人的姓名。")
_CODE_HINT = marked("发布单位的代码,18位;没有的留空。")
_GENERAL = (
    Column(TITLE, marked("标题"), required=True, hint=marked("公众看到的标题,最多200字。")),
    Column(DOC_NO, marked("文号"), hint=marked("例如 安政办〔2026〕12号;没有文号的留空。")),
    Column(DISCLOSER, marked("发布单位"), required=True),
    Column(DISCLOSER_USCC, marked("发布单位统一社会信用代码")),
    Column(
        FORMED_ON,
        marked("形成日期"),
        type="date",
        required=True,
        hint=marked("信息形成的日期,公开时限从这一天起算。"),
    ),
    Column(FACT_ON, marked("事实日期"), type="date"),
    Column(FACT_TIME, marked("事实时刻")),
    Column(ENDS_ON, marked("公示截止日"), type="date"),
    Column(SUMMARY, marked("内容概述"), hint=marked("一两句话,最多300字。")),
    Column(TOWNSHIP, marked("所在乡镇"), hint=marked("写乡镇名称,例如 湖头镇;涉及全县的留空。")),
    Column(
        TASK,
        marked("时限任务"),
        hint=_TASK_HINT,
    ),
    Column(DECIDED, marked("先行判定")),
    Column(GROUND, marked("判定理由")),
    Column(BODY, marked("正文"), hint=marked("纯文字,单元格内换行即分段;只填要素的可留空。")),
)


def columns_of(item: Item, agency: Agency) -> list[Column]:
    """The columns of the sheet of ``item`` for ``agency``, in template order.

    公示截止日 only where the item is a 公示; 发布单位 only where it is owed by a class; the day of another fact
    and the decision only where a rule of the item asks for them, today or on an earlier day.
    """
    general = list(_asked(item, names=asks_discloser(item, agency)))
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


def _asked(item: Item, *, names: bool) -> Iterator[Column]:
    """The columns every disclosure of ``item`` has, with what its own rules ask for said in the hints."""
    asks = text_questions(item, today=timezone.localdate(), tables=tables_of(item))
    triggers = "”或“".join(asks.triggers)
    with override("zh-hans"):  # sheets speak Chinese whoever asks for them
        what = [question(rule) for rule in asks.decides]
    hints: dict[str, str | None] = {
        DISCLOSER: _UNIT_HINT if names else None,
        DISCLOSER_USCC: _CODE_HINT if names else None,
        ENDS_ON: _LAST_DAY if item.has_notice_period else None,
        FACT_ON: Said(_FACT_HINT, triggers=triggers) if triggers else None,
        FACT_TIME: Said(_TIME_HINT, triggers=triggers) if asks.timed else None,
        DECIDED: Said(_DECISION_HINT, what=what) if asks.decides else None,
        GROUND: _GROUND_HINT if asks.decides else None,
    }
    for column in _GENERAL:
        hint = hints.get(column.key, column.hint)
        if hint is not None:
            yield replace(column, hint=hint)


def name_in(heading: str) -> str:
    """A header cell without its mark and spaces, full-width and half-width forms made one."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading))


def by_name(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns under their names as :func:`name_in` reads them."""
    return {name_in(column.name): column for column in columns}
