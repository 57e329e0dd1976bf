"""Import pages: from the template to drafts under review, with and without script."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gongkai.catalogue.models import Item
from gongkai.disclosures.importing import background, bounds
from gongkai.disclosures.models import Disclosure, ImportRun, Revision
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

HEAD = "标题\t形成日期\t项目名称\t成交金额"


def lines(count: int, *, money: str = "128.5万元") -> str:
    return "\n".join([HEAD, *(f"测试公告{n}\t2026-01-05\t测试项目{n}\t{money}" for n in range(count))])


def at(item: Item, cast: Cast, name: str = "import_item") -> str:
    return reverse(f"workspace:{name}", kwargs={"code": item.code, "agency": cast.finance.code})


def paste(client: Client, item: Item, cast: Cast, text: str) -> Any:
    return client.post(at(item, cast), {"pasted": text}, follow=True)


@pytest.fixture
def lin(cast: Cast, enter: Enter) -> Client:
    return enter(cast.lin)


def test_from_the_template_to_drafts_under_review(lin: Client, cast: Cast, item: Item) -> None:
    assert item.name in lin.get(reverse("workspace:imports")).content.decode()
    sheet = b"".join(lin.get(at(item, cast, "import_template")).streaming_content)  # type: ignore[attr-defined]
    book = load_workbook(io.BytesIO(sheet))
    page = book["填报"]
    page.delete_rows(3)
    for n in range(3):
        page.append([f"测试公告{n}", None, "2026-01-05", None, None, None, None, f"测试项目{n}", "12万元", None])
    out = io.BytesIO()
    book.save(out)
    answer = lin.post(at(item, cast), {"file": SimpleUploadedFile("台账.xlsx", out.getvalue())}, follow=True)
    assert "逐格核对没有问题" in answer.content.decode()
    run = ImportRun.objects.get()
    answer = lin.post(reverse("workspace:import_confirm", args=[run.public_id]), follow=True)
    assert "已导入 3 条草稿" in answer.content.decode()
    assert Disclosure.objects.count() == 3
    first = Revision.objects.order_by("pk")[0]
    submit = reverse("workspace:import_submit", args=[run.public_id])
    answer = lin.post(submit, {"draft": [first.pk], "press": "ticked"})
    assert "已提交审查 1 条" in answer.content.decode()
    Revision.objects.filter(title="测试公告2").update(formed_on=None)
    answer = lin.post(submit, {"press": "all"})
    assert "已提交审查 1 条,没有提交 1 条" in answer.content.decode()
    assert "请填写形成日期" in answer.content.decode()
    assert "还没有勾选" in lin.post(submit, follow=True).content.decode()


def test_the_same_sheet_again_leads_to_its_first_import(lin: Client, cast: Cast, item: Item) -> None:
    paste(lin, item, cast, lines(2))
    run = ImportRun.objects.get()
    lin.post(reverse("workspace:import_confirm", args=[run.public_id]))
    answer = paste(lin, item, cast, lines(2))
    assert answer.redirect_chain[-1][0] == reverse("workspace:import_run", args=[run.public_id])
    assert "已导入过" in answer.content.decode()


def test_wrong_cells_come_back_as_a_marked_sheet(lin: Client, cast: Cast, item: Item) -> None:
    answer = paste(lin, item, cast, lines(2, money="很多"))
    assert "2 行有 2 处需要改" in answer.content.decode()
    run = ImportRun.objects.get()
    sheet = lin.get(reverse("workspace:import_returned", args=[run.public_id]))
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")
    marked = load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))  # type: ignore[attr-defined]
    assert "成交金额" in str(marked["填报"].cell(3, marked["填报"].max_column).value)
    answer = lin.post(reverse("workspace:import_confirm", args=[run.public_id]), follow=True)
    assert "不能确认" in answer.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "请选择填好的表"),
        ({"pasted": "甲\t乙\n1\t2"}, "没有找到表头"),
        ({"pasted": HEAD}, "没有数据"),
        ({"pasted": lines(1), "file": SimpleUploadedFile("a.csv", b"x")}, "只能用一种"),
        ({"file": SimpleUploadedFile("a.xls", b"x")}, "另存为 .xlsx"),
        ({"file": SimpleUploadedFile("a.xlsx", b"x")}, "不是 Excel"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * (bounds.FILE_BYTES + 1))}, "超过 10 MB"),
    ],
)
def test_what_is_no_sheet_is_told_on_the_spot(
    lin: Client, cast: Cast, item: Item, sent: dict[str, Any], said: str
) -> None:
    for value in sent.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    answer = lin.post(at(item, cast), sent)
    assert (answer.status_code, ImportRun.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_a_long_sheet_shows_its_progress_with_and_without_script(lin: Client, cast: Cast, item: Item) -> None:
    answer = paste(lin, item, cast, lines(bounds.INLINE_ROWS + 1))
    shown = answer.content.decode()
    run = ImportRun.objects.get()
    progress = reverse("workspace:import_progress", args=[run.public_id])
    assert "<progress" in shown
    assert f'hx-get="{progress}"' in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "排队" in lin.get(progress).content.decode()
    background.run_waiting(clock=timezone.now)
    over = lin.get(progress)
    assert (over.status_code, over["HX-Redirect"]) == (204, reverse("workspace:import_run", args=[run.public_id]))
    lin.post(reverse("workspace:import_confirm", args=[run.public_id]))
    assert "正在导入" in lin.get(progress).content.decode()
    background.run_waiting(clock=timezone.now)
    shown = lin.get(reverse("workspace:import_run", args=[run.public_id])).content.decode()
    assert "提交前 200 条(共 201 条未提交)" in shown


def test_a_checked_sheet_can_be_given_up_once(lin: Client, cast: Cast, item: Item) -> None:
    paste(lin, item, cast, lines(1))
    run = ImportRun.objects.get()
    abandon = reverse("workspace:import_abandon", args=[run.public_id])
    assert "一行也没有导入" in lin.post(abandon, follow=True).content.decode()
    assert "不能作废" in lin.post(abandon, follow=True).content.decode()


def test_an_item_retired_meanwhile_takes_nothing(
    lin: Client, cast: Cast, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste(lin, item, cast, lines(1))
    run = ImportRun.objects.get()
    Item.objects.filter(pk=item.pk).update(retired_on=timezone.localdate())
    answer = lin.post(reverse("workspace:import_confirm", args=[run.public_id]), follow=True)
    assert "停用" in answer.content.decode()
    assert lin.get(at(item, cast)).status_code == 404
    answer = lin.post(reverse("workspace:import_abandon", args=[run.public_id]), follow=True)
    assert "一行也没有导入" in answer.content.decode()


def test_an_item_of_another_agency_takes_nothing(enter: Enter, cast: Cast, item: Item) -> None:
    wrong = reverse("workspace:import_item", kwargs={"code": item.code, "agency": cast.land.code})
    answer = enter(cast.zheng).post(wrong, {"pasted": lines(1)})
    assert answer.status_code == 422
    assert "不是事项" in answer.content.decode()
