"""Cells pasted into an element on a page without script reach the elements of their names."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.catalogue.models import Element, Item
from gongkai.disclosures import actions
from gongkai.disclosures.models import Revision
from tests.cast import Cast
from tests.web.workspace.conftest import Enter


@pytest.fixture
def revision(cast: Cast, item: Item) -> Revision:
    Element.objects.create(item=item, name="签订日期", type="date", required=False, order=9)
    return actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="测试公告")


def save(client: Client, revision: Revision, **said: str) -> Any:
    typed = {
        "title": "测试公告", "formed_on": str(timezone.localdate()), "doc_no": "", "summary": "", "body": "",
        "element-0": "", "element-1": "", "element-2": "", "element-3": "", "openness": "proactive",
        "edits": "0", "sitting": "", "press": "save", **said,
    }  # fmt: skip
    return client.post(reverse("workspace:draft", args=[revision.disclosure.public_id]), typed, follow=True)


@pytest.mark.parametrize(
    "pasted",
    [
        '项目名称\t测试项目\r\n成交金额\t128万元\r\n备注\t"第一行\r\n第二行"\r\n签订日期\t2026/11/20',
        '项目名称\t成交金额\t备注\t签订日期\r\n测试项目\t128万元\t"第一行\r\n第二行"\t2026年11月20日',
    ],
)
def test_pasted_cells_are_kept_by_name(cast: Cast, revision: Revision, enter: Enter, pasted: str) -> None:
    page = save(enter(cast.lin), revision, **{"element-2": pasted})
    assert "已按粘贴的表格填入:项目名称、成交金额、备注、签订日期" in page.content.decode()
    revision.refresh_from_db()
    assert revision.elements == {
        "项目名称": "测试项目",
        "成交金额": "128万元",
        "备注": "第一行\n第二行",
        "签订日期": "2026-11-20",
    }


def test_text_with_a_tab_stays_text(cast: Cast, revision: Revision, enter: Enter) -> None:
    save(enter(cast.lin), revision, **{"element-2": "一\t二"})
    revision.refresh_from_db()
    assert revision.elements == {"备注": "一\t二"}


def test_a_wrong_count_and_a_field_filled_already_are_told_and_nothing_is_lost(
    cast: Cast, revision: Revision, enter: Enter
) -> None:
    lin = enter(cast.lin)
    wide = save(lin, revision, **{"element-2": "项目名称\t甲\t乙\n成交金额\t1元"})
    assert wide.status_code == 422
    assert "第 1 行有 3 格" in wide.content.decode()
    assert "项目名称\t甲\t乙" in wide.content.decode()
    taken = save(lin, revision, **{"element-0": "丙", "element-2": "项目名称\t甲\n成交金额\t1元"})
    assert taken.status_code == 422
    assert "没有用粘贴的内容覆盖" in taken.content.decode()
    revision.refresh_from_db()
    assert revision.elements == {}
