"""The sheet an officer fills in: title, frozen header with ● and ○, text cells, drop-down lists, notes."""

import io
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import townships
from gongkai.catalogue.models import Item
from gongkai.core.said import Said
from gongkai.disclosures.disclosers import earlier_names, offered_agencies
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.clocks import open_tasks
from gongkai.disclosures.importing.layout import (
    APART,
    DECIDED,
    DISCLOSER,
    FACT_ON,
    FACT_TIME,
    FORMED_ON,
    GROUND,
    NO,
    NOTES,
    SAMPLE,
    SHEET,
    TASK,
    TITLE,
    TOWNSHIP,
    YES,
    Column,
    columns_of,
)

HEADER_LINE, FIRST_LINE = 2, 3
_WIDE = frozenset({TITLE, "body", "summary"})
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_SAMPLE = PatternFill("solid", fgColor="EEEEEE")
_SAMPLES = {"date": "2026-11-20", "money": "128.5万元", "number": "35.5", "party": "示例单位", "text": "示例文字"}
_ASKED_SAMPLES = {
    FORMED_ON: "2026-11-20",
    FACT_ON: "2026-11-20",
    FACT_TIME: "09:30",
    DECIDED: YES,
    GROUND: "示例理由",
    DISCLOSER: "示例单位",
}
_TASKS_LISTED = 200
_RULES = (
    Said("一行是一条公开信息,导入后成为一条草稿;可以逐条修改、添加附件,也可以一起提交审查。"),
    Said("列名不要改动;●为必填,○为可以不填。列的先后可以调换,不用的○列可以删去。"),
    Said("示例行(以%(sample)s开头)请删去。不要合并单元格,不要隐藏或筛选掉要导入的行。", sample=SAMPLE),
    Said(
        "一份最多 %(rows)d 行。有任何一格不对,整份都不导入;系统会退回一份标红的表,改好后再传。", rows=bounds.ROWS
    ),
    Said("金额写数字加单位(1280000元 或 128万元),只写数字的按元计;日期写成 2026-11-23。"),
    Said("证件号码等长数字须以文本填写;个人信息请先按规定脱敏。"),
)
Say = Callable[[Said], str]


def title_of(item: Item) -> str:
    """The first line of every sheet of this item; an upload is held against the number in it."""
    return f"{item.name} 导入表(事项编号:{item.code})"


def template(item: Item, *, agency: Agency, say: Say = str) -> bytes:
    """The XLSX template of ``item`` for ``agency``, with one sample line that has to be deleted.

    ``say`` puts the explanations into the officer's language. The sheet's own names stay: the import knows them.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one worksheet
    sheet.title = SHEET
    columns = columns_of(item, agency)
    sheet.append([title_of(item)])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([column.heading for column in columns])
    sheet.append([_sample(column, say) for column in columns])
    for number, column in enumerate(columns, start=1):
        _dress(sheet, number, column, say)
    sheet.freeze_panes = f"B{FIRST_LINE}"
    notes = book.create_sheet(NOTES)
    towns = [town.short_name or town.name for town in townships()]
    tasks = list(dict.fromkeys(task.label for task in open_tasks(item, agency)[:_TASKS_LISTED]))
    explain(notes, item=item, agency=agency, columns=columns, say=say)
    offered = {
        TOWNSHIP: ("E", say(Said("乡镇")), towns),
        TASK: ("F", say(Said("未办结的时限任务")), [*tasks, APART] if tasks else []),
        DECIDED: ("G", say(Said("先行判定")), [YES, NO]),
        DISCLOSER: ("H", say(Said("县内单位和以前用过的发布单位")), _units(item, agency, columns)),
    }
    _offer(sheet, notes, columns, offered)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _units(item: Item, agency: Agency, columns: Sequence[Column]) -> list[str]:
    if not any(column.key == DISCLOSER for column in columns):
        return []
    known = [one.name for one in offered_agencies(item, agency)] + [name for name, _ in earlier_names(agency)]
    return list(dict.fromkeys(known))


def _sample(column: Column, say: Say) -> str | None:
    if column.key == TITLE:
        return SAMPLE + say(Said("填好后请删去这一行"))
    if column.key in _ASKED_SAMPLES:
        return _ASKED_SAMPLES[column.key]
    if column.element:
        return _SAMPLES[column.type]
    return None


def _dress(sheet: Worksheet, number: int, column: Column, say: Say) -> None:
    letter = get_column_letter(number)
    # Text by default: identity numbers and long codes survive, dates are not turned into serials.
    sheet.column_dimensions[letter].number_format = "@"
    sheet.column_dimensions[letter].width = 40 if column.key in _WIDE else 20
    head = sheet[f"{letter}{HEADER_LINE}"]
    head.font, head.fill = Font(bold=True), _HEAD
    head.alignment = Alignment(wrap_text=True, vertical="center")
    need = Said("必填。") if column.required else Said("可以不填。")
    head.comment = Comment(f"{say(need)} {_meaning(column, say)}".strip(), "gongkai")
    sample = sheet[f"{letter}{FIRST_LINE}"]
    sample.number_format, sample.fill = "@", _SAMPLE
    sample.font = Font(italic=True, color="666666")


def _meaning(column: Column, say: Say) -> str:
    """What belongs into the column; in another language its name first, which the heading does not say."""
    called = say(Said(column.name))
    hint = say(column.hint if isinstance(column.hint, Said) else Said(column.hint))
    return hint if called == column.name else f"{called}. {hint}"


def explain(notes: Worksheet, *, item: Item, agency: Agency, columns: Sequence[Column], say: Say = str) -> None:
    """The sheet of notes: the rules of filling in, then every column with its hint."""
    need = {True: say(Said("●必填")), False: say(Said("○可以不填"))}
    for line in (
        (f"{item.code} {item.name}",),
        (say(Said("填报单位:%(name)s", name=Said(agency.name))),),
        *((say(rule),) for rule in _RULES),
        (),
        tuple(say(head) for head in (Said("列名"), Said("是否必填"), Said("怎么填"))),
        *((column.name, need[column.required], _meaning(column, say)) for column in columns),
    ):
        notes.append(line)
    notes["A1"].font = Font(bold=True, size=14)
    for letter, width in (("A", 28), ("B", 12), ("C", 60), ("E", 16), ("F", 40), ("H", 40)):
        notes.column_dimensions[letter].width = width


def _offer(
    sheet: Worksheet,
    notes: Worksheet,
    columns: Sequence[Column],
    lists: dict[str, tuple[str, str, list[str]]],
) -> None:
    """Drop-down lists for the columns that take only known names. They advise; the import decides."""
    for number, column in enumerate(columns, start=1):
        if column.key not in lists:
            continue
        at, heading, choices = lists[column.key]
        if not choices:
            continue
        notes[f"{at}10"] = heading
        for row, choice in enumerate(choices, start=11):
            notes[f"{at}{row}"] = choice
            notes[f"{at}{row}"].data_type = "s"
        letter = get_column_letter(number)
        rule = DataValidation(
            type="list",
            formula1=f"={NOTES}!${at}$11:${at}${10 + len(choices)}",
            allow_blank=True,
            showErrorMessage=False,
        )
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{FIRST_LINE}:{letter}{FIRST_LINE + bounds.ROWS}")
