"""From bytes to lines of cells: what the file is, where its header stands, whether its shape holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from re import compile as pattern

from gongkai.core.said import Said
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.cells import EMPTY, Cell
from gongkai.disclosures.importing.delimited import csv_lines, pasted_lines
from gongkai.disclosures.importing.faults import SheetShapeError
from gongkai.disclosures.importing.layout import LINE, NUMBERS, PROBLEMS, TITLE, Column, by_name, name_in
from gongkai.disclosures.importing.workbook import OLD_EXCEL, ZIP, Hidden, open_workbook
from gongkai.disclosures.models import ImportRun

RawLine = tuple[int, Sequence[Cell]]
Place = Column | bool  # a column, ``True`` for one that is ignored, ``False`` for one without a name
_ITEM = pattern(r"事项编号\s*[::]\s*([0-9A-Za-z][0-9A-Za-z_-]*)")
_IGNORED = frozenset({name_in(PROBLEMS), name_in(NUMBERS), name_in(LINE)})
S = ImportRun.Source


@dataclass(frozen=True, slots=True)
class Line:
    """One line of data: its number as the spreadsheet counts, and its cells by column key."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose shape holds. ``lines`` can be read once."""

    columns: list[Column]
    lines: Iterator[Line]


def source_of(file_name: str) -> ImportRun.Source:
    """What the name of an upload says it is. Raises :class:`SheetShapeError` for another extension."""
    lower = file_name.lower()
    if lower.endswith(".xlsx"):
        return S.XLSX
    if lower.endswith(".csv"):
        return S.CSV
    raise SheetShapeError(
        Said("只能导入 .xlsx 或 .csv 文件。其他格式(包括 .xls)请用表格软件另存为 .xlsx 后再上传。")
    )


def open_sheet(content: bytes, *, source: str, columns: Sequence[Column], item_code: str) -> Sheet:
    """The sheet in ``content``. Reading its lines may raise too, when something is found further down.

    Raises :class:`SheetShapeError` with everything wrong with the shape: another kind of file than its name
    says, no header, missing, renamed, repeated or unknown columns, merged cells, hidden lines, another item's
    template, too many lines.
    """
    _require_kind(content, source)
    if source == S.XLSX:
        raw, hidden = open_workbook(content, wanted=columns)
    else:
        raw, hidden = (csv_lines if source == S.CSV else pasted_lines)(content), Hidden()
    header, placed = _header(raw, columns, item_code)
    if trouble := hidden.after(header):
        raise SheetShapeError(*trouble)
    return Sheet(list(columns), _lines(raw, placed))


def _require_kind(content: bytes, source: str) -> None:
    if not content.strip():
        raise SheetShapeError(Said("没有内容。请选择填好的表,或把表格内容连同表头一起粘贴进来。"))
    if len(content) > bounds.FILE_BYTES:
        limit = bounds.FILE_BYTES // (1024 * 1024)
        raise SheetShapeError(
            Said("文件超过 %(limit)s MB。请删去图片和无关的工作表,或分成几份导入。", limit=limit)
        )
    packed, old = content.startswith(ZIP), content.startswith(OLD_EXCEL)
    if source == S.XLSX and old:
        raise SheetShapeError(Said("这是旧版 Excel(.xls)或设了打开密码的文件。请去掉密码,另存为 .xlsx 后再上传。"))
    if source == S.XLSX and not packed:
        raise SheetShapeError(Said("文件名是 .xlsx,内容却不是 Excel 表。请用表格软件打开,另存为 .xlsx 后再上传。"))
    if source != S.XLSX and (packed or old):
        raise SheetShapeError(
            Said("内容是 Excel 文件而不是文字。请把扩展名改回 .xlsx,或另存为 CSV(UTF-8)后再上传。")
        )


def _header(raw: Iterator[RawLine], columns: Sequence[Column], item_code: str) -> tuple[int, list[Place]]:
    """The line of the header and what stands at each position."""
    known = by_name(columns)
    title = next(column for column in columns if column.key == TITLE)
    for number, cells in raw:
        if number > bounds.HEADER_WITHIN:
            break
        names = [name_in(cell.text) for cell in cells]
        if name_in(title.name) in names and sum(name in known for name in names) > 1:
            return number, _placed(names, cells, known)
        for cell in cells:
            if (told := _ITEM.search(cell.text)) and told[1] != item_code:
                raise SheetShapeError(
                    Said(
                        "这是事项 %(given)s 的模板,您正在导入的是 %(item_code)s。请换对应的模板。",
                        given=told[1],
                        item_code=item_code,
                    )
                )
    raise SheetShapeError(
        Said(
            "前 %(most)s 行里没有找到表头(至少要有“%(name)s”和其他列名)。"
            "请下载本事项的模板填写;粘贴时请连同表头一起复制。",
            most=bounds.HEADER_WITHIN,
            name=title.name,
        )
    )


def _placed(names: list[str], cells: Sequence[Cell], known: dict[str, Column]) -> list[Place]:
    faults = []
    for name in dict.fromkeys(name for name in names if name):
        if name in known or name in _IGNORED:
            if names.count(name) > 1:
                faults.append(
                    Said("“%(name)s”这一列出现了 %(count)s 次。请只保留一列。", name=name, count=names.count(name))
                )
            continue
        close = get_close_matches(name, known, n=1)
        advice = (
            Said("是不是“%(name)s”?请改回模板中的列名。", name=known[close[0]].name)
            if close
            else Said("请删去这一列,或改成模板中的列名。")
        )
        faults.append(Said("“%(name)s”不是本事项模板中的列。%(advice)s", name=name[:40], advice=advice))
    missing = [column.name for name, column in known.items() if column.required and name not in names]
    if missing:
        faults.append(Said("缺少必选的列:%(missing)s。请对照模板补上,列名不要改动。", missing=missing))
    if len(cells) > bounds.COLUMNS:
        faults.append(
            Said("有 %(count)s 列,最多 %(most)s 列。请删去无关的列。", count=len(cells), most=bounds.COLUMNS)
        )
    if faults:
        raise SheetShapeError(*faults)
    return [known.get(name) or name in _IGNORED for name in names]


def _lines(raw: Iterator[RawLine], placed: list[Place]) -> Iterator[Line]:
    count = 0
    for number, cells in raw:
        filled: dict[str, Cell] = {}
        for position, cell in enumerate(cells):
            place = placed[position] if position < len(placed) else False
            if cell == EMPTY or place is True:
                continue
            if place is False:
                raise SheetShapeError(
                    Said(
                        "第 %(number)s 行第 %(column)s 列有内容,但这一列没有列名。请补上列名,或删去这些内容。",
                        number=number,
                        column=position + 1,
                    )
                )
            filled[place.key] = cell
        if not filled:
            continue
        count += 1
        if count > bounds.ROWS:
            raise SheetShapeError(
                Said("数据超过 %(rows)s 行。请分成几份,每份不超过 %(rows)s 行。", rows=bounds.ROWS)
            )
        if number > bounds.LAST_LINE:
            raise SheetShapeError(
                Said("第 %(number)s 行还有内容,它上面有大片空行。请删去空行和表尾的零散内容。", number=number)
            )
        yield Line(number, filled)
