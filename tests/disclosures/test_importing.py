"""Excel import: every cell is checked, all lines become drafts or none, and a kill changes nothing of that."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Element, Item
from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, RevisionStage
from gongkai.disclosures import actions as disclosures
from gongkai.disclosures.importing import actions, background, bounds, cells, layout, queries, reading, steps
from gongkai.disclosures.importing.faults import ImportStateError, SheetShapeError
from gongkai.disclosures.importing.template import template
from gongkai.disclosures.models import Discharge, Disclosure, ImportRun, Revision
from gongkai.events.models import Event
from gongkai.obligations.models import Obligation
from tests import make
from tests.cast import Cast, agency, assemble
from tests.make import NOW

State = ImportRun.State
HEAD = ["标题", "文号", "形成日期", "项目名称", "成交金额", "备注"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cast(db: None) -> Cast:
    make.make_county()
    agency("hutou", "测试湖头镇人民政府", kind=Agency.Kind.TOWNSHIP, short_name="湖头镇")
    return assemble()


@pytest.fixture
def item(cast: Cast) -> Item:
    return make.make_item(agencies=[cast.finance])


def row(number: int, **other: str) -> list[str]:
    said = {
        "标题": f"测试采购项目{number}成交公告",
        "文号": f"测财〔2026〕{number}号",
        "形成日期": "2026-11-20",
        "项目名称": f"测试采购项目{number}",
        "成交金额": "128.5万元",
        "备注": "",
        **other,
    }
    return [said[name] for name in HEAD]


def as_csv(rows: Sequence[Sequence[str]], *, head: Sequence[str] = HEAD, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(
    rows: Sequence[Sequence[Any]], *, head: Sequence[Any] = HEAD, sheet: str = "填报", **change: Any
) -> bytes:
    book = Workbook()
    book.active.title = sheet
    for line in [head, *rows]:
        book.active.append(list(line))
    for edit in change.values():
        edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def receive(
    content: bytes, item: Item, cast: Cast, *, source: str = "csv", at: datetime = NOW, **other: Any
) -> ImportRun:
    asked = {"agency": cast.finance, "by": cast.lin, "file_name": f"表.{source}", **other}
    return actions.receive(content, source=source, item=item, at=at, **asked)


def faults(content: bytes, item: Item, *, source: str = "xlsx") -> list[str]:
    columns = layout.columns_of(item, item.agencies.get())
    with pytest.raises(SheetShapeError) as caught:
        list(reading.open_sheet(content, source=source, columns=columns, item_code=item.code).lines)
    return caught.value.faults


def returned(run: ImportRun) -> Any:
    return load_workbook(io.BytesIO(run.returned))["填报"]


def work(at: datetime = NOW) -> int:
    return background.run_waiting(clock=lambda: at)


def problems_of(run: ImportRun) -> str:
    sheet = returned(run)
    return "\n".join(str(line[sheet.max_column - 1].value or "") for line in sheet.iter_rows(min_row=3))


# --- the template ---------------------------------------------------------------------------------------------


def test_a_template_has_the_elements_with_their_marks_under_a_frozen_header(cast: Cast, item: Item) -> None:
    book = load_workbook(io.BytesIO(template(item, agency=cast.finance)))
    sheet = book["填报"]
    assert [c.value for c in sheet[2]][-3:] == ["●项目名称", "●成交金额", "○备注"]
    assert sheet["A2"].value == "●标题"
    assert sheet.freeze_panes == "B3"
    assert sheet.column_dimensions["B"].number_format == "@"
    assert "必填" in sheet["A2"].comment.text
    assert "5000" in str([c.value for line in book["填写说明"].iter_rows() for c in line])


def test_a_filled_template_is_imported_and_its_sample_line_is_refused_when_left(cast: Cast, item: Item) -> None:
    book = load_workbook(io.BytesIO(template(item, agency=cast.finance)))
    sheet = book["填报"]
    sheet.append(
        ["测试成交公告", None, date(2026, 11, 20), None, "湖头镇", None, "第一段\n<第二段>", "甲", 1280000, None]
    )
    out = io.BytesIO()
    book.save(out)
    run = receive(out.getvalue(), item, cast, source="xlsx")
    assert run.state == State.REFUSED
    assert "示例行" in problems_of(run)
    sheet.delete_rows(3)
    out = io.BytesIO()
    book.save(out)
    run = receive(out.getvalue(), item, cast, source="xlsx")
    assert run.state == State.READY
    actions.confirm(run, by=cast.lin, at=NOW)
    made = Revision.objects.get()
    assert made.body == "<p>第一段</p><p>&lt;第二段&gt;</p>"
    assert made.elements == {"项目名称": "甲", "成交金额": "1280000"}
    assert made.formed_on == date(2026, 11, 20)
    assert made.disclosure.township == Agency.objects.get(code="hutou")


def test_the_template_offers_towns_and_running_tasks(cast: Cast) -> None:
    item = make.make_item(agencies=[cast.finance], rules=[make.make_rule().rule])
    task(item, cast, "测试任务甲")
    book = load_workbook(io.BytesIO(template(item, agency=cast.finance)))
    offered = {rule.formula1 for rule in book["填报"].data_validations.dataValidation}
    assert offered == {"=填写说明!$E$11:$E$11", "=填写说明!$F$11:$F$12"}
    notes = book["填写说明"]
    assert [notes[at].value for at in ("E11", "F11", "F12")] == ["湖头镇", "测试任务甲", "另行计时"]


def test_an_element_named_like_a_general_column_keeps_both_apart(cast: Cast) -> None:
    item = make.make_item(agencies=[cast.finance])
    Element.objects.create(item=item, name="正文", order=9)
    names = [column.name for column in layout.columns_of(item, cast.finance)]
    assert names.count("正文") == 1
    assert "正文(要素)" in names


# --- the shape of a sheet -------------------------------------------------------------------------------------


def _merge(book: Workbook) -> None:
    book.active.merge_cells("B2:B3")


def _merge_title(book: Workbook) -> None:
    book.active.insert_rows(1)
    book.active["A1"] = "表题"
    book.active.merge_cells("A1:F1")


def _hide(book: Workbook) -> None:
    book.active.row_dimensions[3].hidden = True


@pytest.mark.parametrize(
    ("content", "source", "said"),
    [
        (b"", "xlsx", "没有内容"),
        (b"PK\x03\x04 not a zip", "xlsx", "损坏"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "xlsx", ".xls"),
        ("标题,文号".encode(), "xlsx", "内容却不是 Excel"),
        (as_xlsx([row(1)]), "csv", "扩展名改回"),
        (b"\xff\xfe\xff\xff\xff" * 3, "csv", "编码"),
        (as_csv([row(1)], head=["随便", "什么", "都", "不", "认", "得"]), "csv", "没有找到表头"),
        (as_csv([["x"]] * 20, head=["x"]), "csv", "没有找到表头"),
        (
            as_csv([row(1)], head=["标题", "文号", "形成日期", "项目名称", "成交金额合计", "备注"]),
            "csv",
            "是不是“成交金额”",
        ),
        (
            as_csv([row(1)], head=["标题", "文号", "形成日期", "项目名称", "鹅", "备注"]),
            "csv",
            "“鹅”不是本事项模板中的列",
        ),
        (
            as_csv([row(1)], head=["标题", "标题", "形成日期", "项目名称", "成交金额", "备注"]),
            "csv",
            "出现了 2 次",
        ),
        (
            as_csv([["甲", "2026-11-20", "乙"]], head=["标题", "形成日期", "项目名称"]),
            "csv",
            "缺少必选的列:成交金额",
        ),
        (as_csv([[*row(1), "多出来"]]), "csv", "没有列名"),
        (as_csv([row(1)], head=["事项编号:LT-06", *HEAD[1:]]), "csv", "LT-06 的模板"),
        (as_csv([row(n) for n in range(5001)]), "csv", "超过 5000 行"),
        (as_csv([["x" * 140_000, *row(1)[1:]]]), "csv", "读不下去"),
        (as_csv([row(1)], head=[*HEAD, *[f"列{n}" for n in range(120)]]), "csv", "最多 120 列"),
        (as_xlsx([row(1), row(2)], edit=_merge), "xlsx", "B2:B3"),
        (as_xlsx([row(1), row(2)], edit=_hide), "xlsx", "第 3 行是隐藏的"),
        (as_xlsx([row(1)], sheet="一", edit=lambda book: book.create_sheet("二")), "xlsx", "没有一张叫“填报”"),
        (as_xlsx([row(1)], sheet="填写说明"), "xlsx", "没有可以导入的工作表"),
    ],
)
def test_a_sheet_of_the_wrong_shape_is_told_what_is_wrong_with_it(
    item: Item, content: bytes, source: str, said: str
) -> None:
    assert said in " ".join(faults(content, item, source=source))


def test_a_file_too_large_is_refused_before_it_is_opened(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FILE_BYTES", 100)
    assert "超过 0 MB" in faults(b"PK\x03\x04" + b"0" * 200, item)[0]
    monkeypatch.setattr(bounds, "FILE_BYTES", 10**7)
    monkeypatch.setattr(bounds, "UNPACKED_BYTES", 10)
    assert "解压后过大" in faults(as_xlsx([row(1)]), item)[0]


def test_a_sheet_whose_bytes_are_damaged_in_the_middle_is_broken(item: Item) -> None:
    content = as_xlsx([row(n) for n in range(300)])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        at = packed.getinfo("xl/worksheets/sheet1.xml").header_offset + 4000
    assert "损坏" in faults(content[:at] + b"\xff" * 60 + content[at + 60 :], item)[0]


def test_a_sheet_larger_than_it_says_is_stopped(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai.documents import bounds as document_bounds

    content = as_xlsx([row(n) for n in range(300)])
    monkeypatch.setattr(document_bounds, "ARCHIVE_UNPACKED", 20_000)
    assert "过大" in faults(content, item)[0]


def test_data_far_below_a_gap_are_stray_cells(item: Item) -> None:
    far = as_xlsx([row(1)], edit=lambda book: book.active.__setitem__("A100500", "零散"))
    assert "大片空行" in faults(far, item)[0]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a", "表.pdf", "a.xlsx.exe"])
def test_other_kinds_of_file_are_named_by_their_extension(name: str) -> None:
    with pytest.raises(SheetShapeError, match="另存为"):
        reading.source_of(name)


def test_names_tell_the_kind(db: None) -> None:
    assert (reading.source_of("A.XLSX"), reading.source_of("b.csv")) == ("xlsx", "csv")


def test_merged_titles_above_the_header_and_other_sheets_do_no_harm(cast: Cast, item: Item) -> None:
    content = as_xlsx([row(1)], edit=_merge_title, more=lambda book: book.create_sheet("说明"))
    assert receive(content, item, cast, source="xlsx").state == State.READY
    alone = as_xlsx([row(2)], sheet="台账2026")
    assert receive(alone, item, cast, source="xlsx").state == State.READY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_chinese_spreadsheets_write(cast: Cast, item: Item, encoding: str) -> None:
    run = receive(as_csv([row(1)], encoding=encoding), item, cast)
    assert (run.state, run.row_count) == (State.READY, 1)


def test_cells_pasted_from_a_spreadsheet_are_a_sheet_too(cast: Cast, item: Item) -> None:
    pasted = "\r\n".join("\t".join(line) for line in [HEAD, row(1), row(2, 备注='"一\n二"')])
    run = receive(pasted.encode(), item, cast, source="paste")
    assert (run.state, run.row_count) == (State.READY, 2)
    assert list(queries.runs()) == [run]
    shown = queries.preview(run, count=1)
    assert [column.name for column in shown.columns] == HEAD[:-1]
    assert shown.lines == [(2, row(1)[:-1])]


def test_marks_spaces_and_the_columns_of_a_returned_sheet_do_not_disturb_the_header(
    cast: Cast, item: Item
) -> None:
    head = ["序号", "●标题", "○ 文号", "形成日期 ", "*项目名称", "成交 金额", "原行号", "问题"]
    run = receive(as_csv([["1", *row(1)[:5], "3", "旧的问题"]], head=head), item, cast)
    assert run.state == State.READY


# --- cells ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        ("  甲\r\n乙 ", "@", "甲\n乙"),
        (datetime(2026, 11, 20), "yyyy-mm-dd", "2026-11-20"),
        (datetime(2026, 11, 20, 9, 30), "General", "2026-11-20 09:30"),
        (date(2026, 11, 20), "General", "2026-11-20"),
        (timedelta(hours=1), "General", "1:00:00"),
        (128.5, "General", "128.5"),
        (128.0, "General", "128"),
        (0.1 + 0.2, "General", "0.30000000000000004"),
        (1e-7, "General", "0.0000001"),
        (0.155, "0.0%", "15.5%"),
        (True, "General", "是"),
        (False, "General", "否"),
        (1280000, "#,##0", "1280000"),
        (b"x", "General", "b'x'"),
    ],
)
def test_a_value_is_read_as_its_reader_sees_it(value: Any, number_format: str, text: str) -> None:
    assert cells.read_value(value, number_format) == cells.Cell(text)


@pytest.mark.parametrize(
    ("value", "number_format", "said"),
    [
        (350524199001011234, "General", "15位"),
        (3.5e17, "0", "15位"),
        (128.5, '0.00"万元"', "显示格式"),
        (float("inf"), "General", "不是有效的数值"),
        ("#REF!", "General", "公式错误"),
    ],
)
def test_a_value_that_is_not_what_was_seen_is_trouble(value: Any, number_format: str, said: str) -> None:
    assert said in cells.read_value(value, number_format).trouble


@pytest.mark.parametrize(
    "text", ["2026-11-03", "2026/11/3", "2026.11.3", "2026年11月3日", "20261103", " 2026 年 11 月 3 日"]
)
def test_a_day_is_read_in_the_ways_people_write_it(text: str) -> None:
    assert cells.day_in(text) == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "去年", "", "26-1-1", "2026-13-01", "0000-01-01", "2026-11-03 09:30"]
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        cells.day_in(text)


# --- what is wrong with lines ---------------------------------------------------------------------------------


def test_every_wrong_cell_is_red_has_a_comment_and_is_told_in_the_last_column(cast: Cast, item: Item) -> None:
    rows = [
        row(1),
        row(2, 形成日期="2026-02-30", 成交金额="很多"),
        row(3, 标题="", 项目名称=""),
        row(4, 形成日期="2027-01-01", 备注="坏\x07字"),
    ]
    run = receive(as_csv(rows), item, cast)
    assert (run.state, run.row_count, run.problem_count) == (State.REFUSED, 4, 6)
    assert not Disclosure.objects.exists()
    assert run.content is None
    sheet = returned(run)
    head = [c.value for c in sheet[2]]
    assert head[-2:] == ["原行号", "问题"]
    at = {name: head.index(name) for name in ("●标题", "●形成日期", "●项目名称", "●成交金额", "○备注")}
    red = {
        (line[-2].value, name)
        for line in sheet.iter_rows(min_row=3)
        for name, n in at.items()
        if line[n].fill.fgColor.rgb == "00F8CBCB" and line[n].comment is not None
    }
    assert red == {
        (3, "●形成日期"), (3, "●成交金额"), (4, "●标题"), (4, "●项目名称"), (5, "●形成日期"), (5, "○备注"),
    }  # fmt: skip
    assert "没有这一天" in problems_of(run)
    assert "【成交金额】" in problems_of(run)
    assert run.trouble.splitlines()[0] == "3 行有 6 处需要改,一行也没有导入。"
    assert run.trouble.splitlines()[1].startswith("第 3 行【形成日期】")
    many = receive(as_csv([row(n, 成交金额="很多") for n in range(15)]), item, cast)
    assert many.trouble.splitlines()[-1] == "还有 5 处,见标红的表。"
    assert sheet["A3"].value == row(1)[0]


def test_a_returned_sheet_can_be_mended_and_uploaded_as_it_is(cast: Cast, item: Item) -> None:
    run = receive(as_csv([row(1), row(2, 成交金额="很多")]), item, cast)
    book = load_workbook(io.BytesIO(run.returned))
    sheet = book["填报"]
    sheet.cell(4, [c.value for c in sheet[2]].index("●成交金额") + 1).value = "12万元"
    out = io.BytesIO()
    book.save(out)
    assert receive(out.getvalue(), item, cast, source="xlsx").state == State.READY


def test_comments_are_bounded_the_last_column_is_not(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "COMMENTS", 1)
    run = receive(as_csv([row(1, 成交金额="很多"), row(2, 成交金额="不少")]), item, cast)
    commented = [c for line in returned(run).iter_rows(min_row=3) for c in line if c.comment]
    assert len(commented) == 1
    assert problems_of(run).count("【成交金额】") == 2


def test_unknown_towns_tasks_and_troubled_cells_are_problems(cast: Cast, item: Item) -> None:
    content = as_xlsx(
        [["甲", "2026-11-20", "火星镇", "没有的任务", "乙", 350524199001011234, ""]],
        head=["标题", "形成日期", "所在乡镇", "时限任务", "项目名称", "成交金额", "备注"],
    )
    said = problems_of(receive(content, item, cast, source="xlsx"))
    assert "没有这个乡镇" in said
    assert "没有这件未办结的时限任务" in said
    assert "15位" in said


def _unread_formulas(book: Workbook) -> None:
    for line in (2, 3):
        book.active.cell(line, 1).value = '="测试"&B2'
        book.active.cell(line, 2).value = None


def test_a_formula_without_its_result_is_told_as_one_and_not_as_an_empty_or_repeated_cell(
    cast: Cast, item: Item
) -> None:
    run = receive(as_xlsx([row(1), row(1), row(3)], edit=_unread_formulas), item, cast, source="xlsx")
    assert (run.state, run.problem_count) == (State.REFUSED, 2)
    said = problems_of(run)
    assert said.count("【标题】这一格是公式") == 2
    assert "选择性粘贴→数值" in said
    assert "请填写" not in said
    assert "完全相同" not in said
    assert "这一格是公式" in returned(run)["A3"].comment.text
    assert "这一格是公式" in run.trouble


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="A2"><f>B2</f><v/></c>', "这一格是公式"),
        ('<c r="A2"><f t="shared" si="0"/></c>', "这一格是公式"),
        ('<c r="A2" t="str"><f>B2</f><v>测试采购项目成交公告</v></c>', ""),
        ('<c r="A2" t="str"><f>IF(B2="","",B2)</f><v></v></c>', "请填写标题"),
        ('<c r="A2"><f>' + "B2&amp;" * 9000 + "B2</f></c>", "这一格是公式"),
    ],
)
def test_only_a_formula_without_a_stored_result_is_unread(cast: Cast, item: Item, cell: str, said: str) -> None:
    plain, out = as_xlsx([row(1, 标题="占位")]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            part = given.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                part, count = re.subn(r'<c r="A2".*?</c>', lambda _: cell, part)
                assert count == 1
            made.writestr(name, part)
    run = receive(out.getvalue(), item, cast, source="xlsx")
    assert run.state == (State.REFUSED if said else State.READY)
    assert said in run.trouble


def test_a_troubled_day_is_told_once(cast: Cast, item: Item) -> None:
    said = problems_of(receive(as_csv([row(1, 形成日期="#REF!")]), item, cast))
    assert said.count("【形成日期】") == 1


def test_a_date_element_is_kept_in_one_form_and_a_bad_one_is_told(cast: Cast) -> None:
    item = make.make_item(agencies=[cast.finance])
    Element.objects.create(item=item, name="签订日期", type="date", order=9)
    head = [*HEAD, "签订日期"]
    run = receive(as_csv([[*row(1), "2026年1月5日"]], head=head), item, cast)
    actions.confirm(run, by=cast.lin, at=NOW)
    assert Revision.objects.get().elements["签订日期"] == "2026-01-05"
    assert "签订日期" in problems_of(receive(as_csv([[*row(2), "下周"]], head=head), item, cast))


def test_a_notice_has_a_last_day_and_another_item_has_none(cast: Cast) -> None:
    notice = make.make_item("HA-02", agencies=[cast.finance], has_notice_period=True)
    head = [*HEAD, "公示截止日"]
    run = receive(as_csv([[*row(1), "2026-12-01"]], head=head), notice, cast)
    actions.confirm(run, by=cast.lin, at=NOW)
    assert Revision.objects.get().ends_on == date(2026, 12, 1)
    assert "没有这一天" in problems_of(receive(as_csv([[*row(2), "不久"]], head=head), notice, cast))
    plain = make.make_item("GP-09", agencies=[cast.finance])
    assert "公示截止日" in faults(as_csv([[*row(1), "2026-12-01"]], head=head), plain, source="csv")[0]


def test_a_line_twice_in_one_sheet_or_kept_already_is_a_problem(cast: Cast, item: Item) -> None:
    assert "与第 2 行完全相同" in problems_of(receive(as_csv([row(1), row(1)]), item, cast))
    actions.confirm(receive(as_csv([row(1)]), item, cast), by=cast.lin, at=NOW)
    run = receive(as_csv([row(1), row(2)]), item, cast)
    assert (run.problem_count, run.state) == (1, State.REFUSED)
    assert "已有完全相同的一条(2026-11-23 建立)" in problems_of(run)
    assert receive(as_csv([row(1, 备注="另有说明")]), item, cast).state == State.READY


def test_an_empty_sheet_and_a_retired_item_are_told(cast: Cast, item: Item) -> None:
    with pytest.raises(SheetShapeError, match="没有数据"):
        receive(as_csv([]), item, cast)
    Item.objects.filter(pk=item.pk).update(retired_on=NOW.date())
    item.refresh_from_db()
    with pytest.raises(LifecycleError, match="停用"):
        receive(as_csv([row(1)]), item, cast)


# --- who may --------------------------------------------------------------------------------------------------


def test_only_who_may_import_for_the_agency_imports(cast: Cast, item: Item) -> None:
    for who in (cast.chen, cast.zheng, cast.huang, cast.stranger):
        with pytest.raises(NotAllowedError):
            receive(as_csv([row(1)]), item, cast, by=who)
    with pytest.raises(LifecycleError, match="不是事项"):
        receive(as_csv([row(1)]), item, cast, agency=cast.land, by=cast.zheng)
    run = receive(as_csv([row(1)]), item, cast)
    with pytest.raises(NotAllowedError):
        actions.confirm(run, by=cast.zheng, at=NOW)
    with pytest.raises(NotAllowedError):
        actions.abandon(run, by=cast.chen, at=NOW)


def test_a_township_imports_what_all_townships_owe_and_their_collective_name_does_not(cast: Cast) -> None:
    group = agency("towns", "测试各乡镇", is_group=True)
    town = agency("hutou", "")
    Agency.objects.filter(pk=town.pk).update(parent=group)
    item = make.make_item("HA-03", agencies=[group])
    assert receive(as_csv([row(1)]), item, cast, agency=town, by=cast.su).state == State.READY
    with pytest.raises(LifecycleError):
        receive(as_csv([row(2)]), item, cast, agency=group, by=cast.su)


# --- all or nothing -------------------------------------------------------------------------------------------


def task(item: Item, cast: Cast, label: str) -> Obligation:
    return Obligation.objects.create(
        item=item,
        agency=cast.finance,
        ground="fact",
        label=label,
        fact_on=NOW.date(),
        rule_version=item.rules.get().versions.get(),
        calendar_version="测试",
        opened_at=NOW,
    )


def test_an_import_makes_every_draft_and_one_event(cast: Cast) -> None:
    item = make.make_item(agencies=[cast.finance], rules=[make.make_rule().rule])
    meant = task(item, cast, "测试任务甲")
    content = as_csv([[*row(1), "测试任务甲"], [*row(2), ""]], head=[*HEAD, "时限任务"])
    before = Event.objects.count()
    run = actions.confirm(receive(content, item, cast), by=cast.lin, at=NOW)
    assert (run.state, run.content, run.finished_at) == (State.DONE, None, NOW)
    assert list(queries.drafts_of(run).values_list("title", "stage", "created_by")) == [
        (row(1)[0], "draft", cast.lin.pk),
        (row(2)[0], "draft", cast.lin.pk),
    ]
    assert list(Discharge.objects.values_list("obligation", "disclosure__title")) == [(meant.pk, row(1)[0])]
    event = Event.objects.latest("position")
    assert Event.objects.count() == before + 1
    assert (event.kind, event.facts["rows"]) == (EventKind.DISCLOSURES_IMPORTED, 2)
    assert not Disclosure.objects.exclude(status="unpublished").exists()


def test_two_tasks_of_one_name_are_not_guessed_between(cast: Cast) -> None:
    item = make.make_item(agencies=[cast.finance], rules=[make.make_rule().rule])
    task(item, cast, "同名")
    task(item, cast, "同名")
    run = receive(as_csv([[*row(1), "同名"]], head=[*HEAD, "时限任务"]), item, cast)
    assert "几件同名" in problems_of(run)


def test_the_same_sheet_again_is_recognised_until_its_drafts_are_given_up(cast: Cast, item: Item) -> None:
    content = as_csv([row(1), row(2)])
    run = receive(content, item, cast)
    with pytest.raises(actions.AlreadyImportedError, match="等待确认"):
        receive(content, item, cast)
    actions.confirm(run, by=cast.lin, at=NOW)
    with pytest.raises(actions.AlreadyImportedError, match="已导入过") as caught:
        receive(content, item, cast)
    assert caught.value.run == run
    assert Disclosure.objects.count() == 2
    for draft in queries.drafts_of(run):
        disclosures.discard(draft, by=cast.lin, at=NOW)
    again = receive(content, item, cast)
    assert again.state == State.READY
    run.refresh_from_db()
    assert run.state == State.ABANDONED


def test_the_same_sheet_twice_at_one_moment_is_one_import(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = as_csv([row(1)])
    known = actions._refuse_known
    asked: list[str] = []

    def first_time_blind(fingerprint: str) -> None:
        asked.append(fingerprint)
        if len(asked) == 1:
            receive(content, item, cast)
        elif len(asked) > 2:
            known(fingerprint)

    monkeypatch.setattr(actions, "_refuse_known", first_time_blind)
    with pytest.raises(actions.AlreadyImportedError):
        receive(content, item, cast)
    assert ImportRun.objects.count() == 1


def test_a_sheet_that_vanished_meanwhile_is_not_called_imported(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    def refuse(*_: object, **__: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(ImportRun, "save", refuse)
    with pytest.raises(IntegrityError):
        receive(as_csv([row(1)]), item, cast)


def test_a_second_confirmation_finds_it_done_and_an_abandoned_run_is_not_confirmed(cast: Cast, item: Item) -> None:
    run = receive(as_csv([row(1)]), item, cast)
    actions.confirm(run, by=cast.lin, at=NOW)
    actions.confirm(run, by=cast.lin, at=NOW)
    assert Disclosure.objects.count() == 1
    with pytest.raises(ImportStateError, match="已导入"):
        actions.abandon(run, by=cast.lin, at=NOW)
    other = receive(as_csv([row(2)]), item, cast)
    actions.abandon(other, by=cast.lin, at=NOW)
    with pytest.raises(ImportStateError, match="已作废"):
        actions.confirm(other, by=cast.lin, at=NOW)
    assert ImportRun.objects.get(pk=other.pk).content is None


def test_a_line_that_came_by_another_way_meanwhile_refuses_the_whole_run(cast: Cast, item: Item) -> None:
    slow = receive(as_csv([row(1), row(2)]), item, cast)
    actions.confirm(receive(as_csv([row(2), row(3)]), item, cast), by=cast.lin, at=NOW)
    actions.confirm(slow, by=cast.lin, at=NOW)
    assert slow.state == State.REFUSED
    assert "完全相同" in problems_of(slow)
    assert Disclosure.objects.count() == 2


def test_a_line_that_came_at_the_last_moment_refuses_the_whole_run(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = receive(as_csv([row(1), row(2)]), item, cast)
    actions.confirm(receive(as_csv([row(2), row(3)]), item, cast), by=cast.lin, at=NOW)
    compare = steps.Checker.compare_with_kept
    seen: list[object] = []

    def blind_once(self: Any, lines: Any) -> None:
        seen.append(lines)
        if len(seen) > 1:
            compare(self, lines)

    monkeypatch.setattr(steps.Checker, "compare_with_kept", blind_once)
    actions.confirm(slow, by=cast.lin, at=NOW)
    assert (slow.state, Disclosure.objects.count()) == (State.REFUSED, 2)


# --- long sheets ----------------------------------------------------------------------------------------------


LONG = [row(n) for n in range(bounds.INLINE_ROWS + 60)]


def test_a_long_sheet_is_checked_and_imported_by_the_work_process(cast: Cast, item: Item) -> None:
    run = receive(as_csv(LONG), item, cast)
    assert run.state == State.QUEUED
    assert work() == 1
    run.refresh_from_db()
    assert (run.state, run.checked_count) == (State.READY, len(LONG))
    assert not Disclosure.objects.exists()
    run = actions.confirm(run, by=cast.lin, at=NOW)
    assert run.state == State.IMPORTING
    assert work() == 1
    run.refresh_from_db()
    assert (run.state, Disclosure.objects.count()) == (State.DONE, len(LONG))
    assert work() == 0
    assert Event.objects.filter(kind=EventKind.DISCLOSURES_IMPORTED).count() == 1


def test_progress_is_told_while_it_is_checked(cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(as_csv(LONG), item, cast)
    told: list[int] = []
    original = steps._progress

    def listening(of: ImportRun) -> Callable[[int], None]:
        tell = original(of)

        def told_and_seen(count: int) -> None:
            tell(count)
            told.append(ImportRun.objects.get(pk=of.pk).checked_count)

        return told_and_seen

    monkeypatch.setattr(steps, "_progress", listening)
    work()
    assert told == [250]


def test_a_long_sheet_with_a_late_fault_is_refused_whole(cast: Cast, item: Item) -> None:
    wrong = receive(as_csv([*LONG, row(9999, 成交金额="很多")]), item, cast)
    stray = receive(as_csv([*LONG, [*row(1), "多"]]), item, cast)
    assert work() == 2
    wrong.refresh_from_db()
    stray.refresh_from_db()
    assert (wrong.state, wrong.problem_count) == (State.REFUSED, 1)
    assert (stray.state, stray.returned) == (State.REFUSED, None)
    assert "没有列名" in stray.trouble
    assert not Disclosure.objects.exists()


def test_a_sheet_whose_item_changed_between_check_and_import_is_refused(cast: Cast, item: Item) -> None:
    run = receive(as_csv([row(1)]), item, cast)
    Element.objects.filter(item=item, name="备注").update(name="说明")
    actions.confirm(run, by=cast.lin, at=NOW)
    assert run.state == State.REFUSED
    assert "“备注”不是本事项模板中的列" in run.trouble


def test_an_officer_who_lost_the_role_meanwhile_imports_nothing(cast: Cast, item: Item) -> None:
    run = receive(as_csv(LONG), item, cast)
    work()
    actions.confirm(run, by=cast.lin, at=NOW)
    cast.lin.appointments.update(to_on=NOW.date() - timedelta(days=1))
    work()
    run.refresh_from_db()
    assert run.state == State.REFUSED
    assert "没有办理这一事项的权限" in run.trouble
    assert not Disclosure.objects.exists()


def test_a_sheet_that_breaks_the_process_is_given_up_and_does_not_stop_others(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = receive(as_csv(LONG), item, cast), receive(as_csv([*LONG, row(7777)]), item, cast)
    check = background.check

    def breaks(run: ImportRun, *, at: datetime) -> None:
        if run.pk == bad.pk:
            raise RuntimeError
        check(run, at=at)

    monkeypatch.setattr(background, "check", breaks)
    for _ in range(bounds.ATTEMPTS + 1):
        work()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (State.REFUSED, State.READY)
    assert "系统处理这份表时出错" in bad.trouble


def test_a_run_settled_by_another_process_is_left_alone(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = receive(as_csv(LONG), item, cast)
    stale = ImportRun.objects.get(pk=run.pk)
    work()
    steps.check(stale, at=NOW)
    actions.confirm(ImportRun.objects.get(pk=run.pk), by=cast.lin, at=NOW)
    stale, staler = ImportRun.objects.get(pk=run.pk), ImportRun.objects.get(pk=run.pk)
    work()
    steps.bring_in(stale, at=NOW)  # its lines are there already: nothing twice, and the run stays done
    monkeypatch.setattr(steps.Checker, "compare_with_kept", lambda *_: None)
    steps.bring_in(staler, at=NOW)
    run.refresh_from_db()
    assert (run.state, Disclosure.objects.count()) == (State.DONE, len(LONG))


def test_a_run_that_was_settled_since_the_list_was_read_is_passed_over(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(as_csv(LONG), item, cast)
    second = receive(as_csv([*LONG, row(7777)]), item, cast)
    check = background.check

    def abandon_the_other(run: ImportRun, *, at: datetime) -> None:
        actions.abandon(second, by=cast.lin, at=at)
        check(run, at=at)

    monkeypatch.setattr(background, "check", abandon_the_other)
    assert work() == 1


def test_nothing_is_brought_in_that_nobody_confirmed(cast: Cast, item: Item) -> None:
    run = receive(as_csv([row(1)]), item, cast)
    with pytest.raises(ImportStateError, match="没有人确认"):
        steps.bring_in(run, at=NOW)


def test_old_sheets_are_erased(cast: Cast, item: Item) -> None:
    refused = receive(as_csv([row(1, 成交金额="很多")]), item, cast)
    waiting = receive(as_csv([row(2)]), item, cast)
    assert actions.tidy(at=NOW + timedelta(days=bounds.KEPT_DAYS - 1)) == 0
    assert actions.tidy(at=NOW + timedelta(days=bounds.KEPT_DAYS + 1)) == 2
    refused.refresh_from_db()
    waiting.refresh_from_db()
    assert (refused.returned, waiting.state, waiting.content) == (None, State.ABANDONED, None)


# --- submitting together --------------------------------------------------------------------------------------


def test_drafts_are_submitted_together_and_each_refusal_is_reported(cast: Cast, item: Item) -> None:
    run = actions.confirm(receive(as_csv([row(n) for n in range(4)]), item, cast), by=cast.lin, at=NOW)
    first, second, third, fourth = queries.drafts_of(run)
    disclosures.submit(second, by=cast.lin, at=NOW)
    Revision.objects.filter(pk=third.pk).update(elements={})
    report = actions.submit_together([first, second, third, fourth], by=cast.lin, at=NOW)
    assert [bool(line.problems) for line in report] == [False, True, True, False]
    assert "待审查" in report[1].problems[0]
    assert "项目名称" in report[2].problems[0]
    assert set(queries.submittable(run)) == {third}
    assert set(queries.submittable(run, ids=[first.pk])) == set()
    assert [line.problems for line in actions.submit_together([third], by=cast.zheng, at=NOW)] != [[]]
    assert set(queries.drafts_of(run).filter(stage=RevisionStage.SUBMITTED)) == {first, second, fourth}


def test_one_press_submits_a_bounded_number(cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "SUBMIT_TOGETHER", 2)
    run = actions.confirm(receive(as_csv([row(n) for n in range(3)]), item, cast), by=cast.lin, at=NOW)
    assert len(actions.submit_together(queries.submittable(run), by=cast.lin, at=NOW)) == 2
    assert queries.submittable(run).count() == 1


def test_who_imported_may_not_review(cast: Cast, item: Item) -> None:
    run = actions.confirm(receive(as_csv([row(1)]), item, cast, by=cast.wang), by=cast.wang, at=NOW)
    (draft,) = queries.drafts_of(run)
    disclosures.submit(draft, by=cast.lin, at=NOW)
    with pytest.raises(NotAllowedError, match="自己起草"):
        disclosures.record_review(draft, verdict="approve", grounds="测试", by=cast.wang, at=NOW)


# --- whatever is typed ----------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.sampled_from(
        [*HEAD, "●标题", "2026-11-20", "128万元", "=1+1", "#N/A", "【示例】", "湖头镇", "问题", "事项编号:LT-01"]
    ),
)
GRID = st.lists(st.lists(VALUES, max_size=9), max_size=8)


def _settled_or_told(content: bytes, item: Item, cast: Cast, source: str) -> None:
    before = Disclosure.objects.count()
    run: ImportRun | None = None
    try:
        run = receive(content, item, cast, source=source)
    except SheetShapeError as error:
        told = error.faults
    except actions.AlreadyImportedError:
        return
    else:
        told = []
    if run is None:
        assert told
        assert all("。" in fault for fault in told)
        return
    if run.state == State.READY:
        run = actions.confirm(run, by=cast.lin, at=NOW)
    assert run.state in {State.DONE, State.REFUSED}
    added = Disclosure.objects.count() - before
    assert added == (run.row_count if run.state == State.DONE else 0)
    if run.state == State.REFUSED:
        assert run.trouble
        assert returned(run).max_row == run.row_count + 2


@hypothesis_settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    grid=GRID,
    headed=st.booleans(),
    names=st.lists(st.sampled_from(["填报", "一", "填写说明"]), min_size=1, max_size=3, unique=True),
)
def test_any_workbook_gets_a_clear_answer_and_never_half_an_import(
    cast: Cast, item: Item, grid: list[list[Any]], headed: bool, names: list[str]
) -> None:
    book = Workbook()
    book.remove(book.active)
    for name in names:
        sheet = book.create_sheet(name)
        for line in [*([HEAD] if headed else []), *grid]:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    with transaction.atomic():
        _settled_or_told(out.getvalue(), item, cast, "xlsx")
        transaction.set_rollback(True)


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
    )
)
@pytest.mark.parametrize("source", ["csv", "paste"])
def test_any_text_gets_a_clear_answer(cast: Cast, item: Item, text: bytes, source: str) -> None:
    with transaction.atomic():
        _settled_or_told(as_csv([row(1)], encoding="utf-8") + text, item, cast, source)
        _settled_or_told(text, item, cast, source)
        transaction.set_rollback(True)


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(at=st.floats(0, 1), damage=st.binary(min_size=1, max_size=40), cut=st.booleans())
def test_any_damage_to_a_workbook_gets_a_clear_answer(
    cast: Cast, item: Item, at: float, damage: bytes, cut: bool
) -> None:
    whole = as_xlsx([row(1), row(2)])
    where = int(at * len(whole))
    broken = whole[:where] + (b"" if cut else damage + whole[where + len(damage) :])
    with transaction.atomic():
        _settled_or_told(broken, item, cast, "xlsx")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData><row r='x'><c/></row>"),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<!DOCTYPE x><sheetData>"),
        ("xl/worksheets/sheet1.xml", b'r="A2"', b'r="A999999999"'),
        ("xl/worksheets/sheet1.xml", b'r="A2"', b'r="ZZZZ2"'),
        ("xl/workbook.xml", b"<sheets>", b"<sheets><sheet/>"),
        ("xl/workbook.xml", b'r:id="rId1"', b'r:id="rId77"'),
        ("xl/styles.xml", b"<cellXfs", b"<cellXfz"),
        ("xl/sharedStrings.xml", b"<si>", b"<sj>"),
        ("[Content_Types].xml", b"worksheet+xml", b"nothing+xml"),
    ],
)
def test_a_workbook_with_a_strange_part_gets_a_clear_answer(
    cast: Cast, item: Item, part: str, old: bytes, new: bytes
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([row(1)]))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    _settled_or_told(out.getvalue(), item, cast, "xlsx")


# --- kills ----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for a process that ends between two statements."""


def _dies_at(statement: int) -> Callable[..., Any]:
    done = [0]

    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        done[0] += 1
        if done[0] == statement:
            raise Killed
        return execute(*args)

    return wrapper


def test_a_stop_between_any_two_statements_leaves_nothing_or_everything(
    cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "INLINE_ROWS", 1)
    monkeypatch.setattr(bounds, "ATTEMPTS", 10_000)
    run = receive(as_csv([row(n) for n in range(4)]), item, cast)
    for statement in range(1, 1000):
        try:
            with connection.execute_wrapper(_dies_at(statement)):
                work()
        except Killed:
            run.refresh_from_db()
            assert Disclosure.objects.count() == (4 if run.state == State.DONE else 0)
            assert Event.objects.count() == (1 if run.state == State.DONE else 0)
            continue
        run.refresh_from_db()
        if run.state == State.READY:
            actions.confirm(run, by=cast.lin, at=NOW)
            continue
        if run.state == State.DONE:
            break
    assert run.state == State.DONE
    assert Disclosure.objects.count() == 4
    assert Event.objects.filter(kind=EventKind.DISCLOSURES_IMPORTED).count() == 1


KILLER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
from gongkai.disclosures.importing.background import run_waiting
left = [int(sys.argv[1])]
def wrapper(execute, *args):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*args)
with connection.execute_wrapper(wrapper):
    run_waiting(clock=timezone.now)
"""


def _database_url() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    word = f":{facts['PASSWORD']}" if facts["PASSWORD"] else ""
    return f"postgresql://{facts['USER']}{word}@{facts['HOST']}:{facts['PORT'] or 5432}/{facts['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_a_killed_work_process_leaves_nothing_or_everything_and_is_taken_up_again(tmp_path: Path) -> None:
    make.make_county()
    cast = assemble()
    item = make.make_item(agencies=[cast.finance])
    run = receive(as_csv(LONG), item, cast)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gongkai.config.settings",
        "GONGKAI_DATABASE_URL": _database_url(),
        "GONGKAI_VAR_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT / "src"),
    }

    def killed_after(statements: int) -> bool:
        ended = subprocess.run(
            [sys.executable, "-c", KILLER, str(statements)], env=environment, cwd=settings.BASE_DIR, check=False
        )
        assert ended.returncode in {0, -signal.SIGKILL}
        return ended.returncode != 0

    assert killed_after(8)
    run.refresh_from_db()
    assert run.state == State.CHECKING
    assert not killed_after(10**6)
    run.refresh_from_db()
    assert run.state == State.READY
    actions.confirm(run, by=cast.lin, at=NOW)
    # Somewhere in the reading, in the middle of the writing, and just before the end.
    for statements in (6, 14, 18):
        assert killed_after(statements)
        run.refresh_from_db()
        assert (run.state, Disclosure.objects.count(), Event.objects.count()) == (State.IMPORTING, 0, 0)
    assert not killed_after(10**6)
    run.refresh_from_db()
    assert (run.state, Disclosure.objects.count(), Event.objects.count()) == (State.DONE, len(LONG), 1)
