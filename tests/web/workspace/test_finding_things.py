"""Lists narrowed, tasks in words, an officer's own page: finding one's way about the desk."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gongkai.catalogue.models import Item
from gongkai.disclosures import actions
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.web.workspace.worklist import Entry, in_words
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

TODAY = date(2026, 11, 23)
LINE = Entry(
    title="测试",
    item="测试",
    agency="测试",
    urgency="open",
    due_on=TODAY,
    due_at=None,
    left=0,
    provisional=False,
    stage="",
    action="起草",
    url="/",
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (replace(LINE, due_on=None), "没有确定的期限"),
        (replace(LINE, urgency="overdue", due_on=TODAY - timedelta(days=3)), "逾期 3 天"),
        (replace(LINE, urgency="overdue"), "逾期 1 天"),
        (LINE, "今天到期"),
        (replace(LINE, due_on=TODAY + timedelta(days=9), left=7), "还有 7 个工作日"),
        (replace(LINE, due_on=TODAY + timedelta(days=9), left=None), "还有 9 天"),
    ],
)
def test_a_clock_is_said_in_words(line: Entry, words: str) -> None:
    assert in_words(line, today=TODAY) == words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "甲"}, {"甲公告"}),
        ({"q": "测财〔2026〕9号"}, {"已公开公告"}),
        ({"status": "published"}, {"已公开公告"}),
        ({"stage": "draft"}, {"甲公告", "乙公告"}),
        ({"agency": "finance"}, {"甲公告", "乙公告", "已公开公告"}),
        ({"agency": "natural_resources"}, set()),
        ({"status": "nonsense", "page": "nonsense"}, {"甲公告", "乙公告", "已公开公告"}),
    ],
)
def test_disclosures_are_found_by_what_is_known_of_them(
    cast: Cast, item: Item, enter: Enter, *, asked: dict[str, str], found: set[str]
) -> None:
    for title in ("甲公告", "乙公告"):
        actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title=title)
    make.make_disclosure(
        item, hands=(cast.lin, cast.chen, cast.wang), title="已公开公告", doc_no="测财〔2026〕9号"
    )
    page = enter(cast.lin).get(reverse("workspace:disclosures"), asked).content.decode()
    assert {t for t in ("甲公告", "乙公告", "已公开公告") if t in page} == found


def test_others_see_only_what_is_public_anyway(cast: Cast, item: Item, enter: Enter) -> None:
    actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="未公开草稿")
    make.make_disclosure(item, hands=(cast.lin, cast.chen, cast.wang), title="已公开公告")
    for who in (cast.zheng, cast.huang):
        client = enter(who)
        page = client.get(reverse("workspace:disclosures")).content.decode()
        assert "已公开公告" in page
        assert "未公开草稿" not in page
        rows = client.get(reverse("workspace:disclosures"), {"as": "csv"})
        assert "未公开草稿" not in b"".join(rows.streaming_content).decode()


def test_clocks_are_found_and_a_passed_one_is_shown_as_late_before_the_night(
    cast: Cast, item: Item, enter: Enter
) -> None:
    lin, where = enter(cast.lin), reverse("workspace:obligations")
    late = timezone.localdate() - timedelta(days=90)
    for label, day in (("早就该办", late), ("刚刚开始", timezone.localdate())):
        clocks.open_obligation(item, agency=cast.finance, fact_on=day, label=label, by=cast.lin, at=timezone.now())
    page = lin.get(where).content.decode()
    assert page.index("早就该办") < page.index("刚刚开始")
    assert "逾期未公开</span>" in page
    assert "早就该办" not in lin.get(where, {"words": "刚刚"}).content.decode()
    assert "没有符合条件" in lin.get(where, {"state": "met"}).content.decode()
    assert "没有符合条件" in lin.get(where, {"agency": "natural_resources"}).content.decode()
    assert "没有符合条件" in lin.get(where, {"provisional": "1"}).content.decode()
    assert "县财政局" not in enter(cast.zheng).get(where).content.decode()
    assert "早就该办" in enter(cast.huang).get(where).content.decode()  # the evaluator reads the county
    assert Obligation.objects.count() == 2


def test_tasks_are_sorted_by_clock_and_the_office_sees_exceptions_first(
    cast: Cast, item: Item, enter: Enter
) -> None:
    for label, days in (("第三件", 1), ("第一件", 90), ("第二件", 22)):
        day = timezone.localdate() - timedelta(days=days)
        clocks.open_obligation(item, agency=cast.finance, fact_on=day, label=label, by=cast.lin, at=timezone.now())
    page = enter(cast.lin).get(reverse("workspace:tasks")).content.decode()
    assert page.index("第一件") < page.index("第二件") < page.index("第三件")
    assert "全县需要处理的情况" not in page
    office = enter(cast.su).get(reverse("workspace:tasks")).content.decode()
    assert office.index("逾期最多的单位") < office.index("全县在办")
    watcher = enter(cast.huang).get(reverse("workspace:tasks")).content.decode()
    assert "全县需要处理的情况" in watcher
    assert "起草</button>" not in watcher
    assert "您的岗位没有需要办理的任务" in enter(cast.ye).get(reverse("workspace:tasks")).content.decode()


def test_the_account_page_shows_the_last_sign_ins(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    client.post(reverse("workspace:sign_in"), {"username": "lin", "password": "x"})
    page = client.get(reverse("workspace:account")).content.decode()
    assert "县财政局(信息员)" in page
    assert "30 分钟不操作" in page
    assert "Tab" in client.get(reverse("workspace:help")).content.decode()


def test_an_item_is_found_by_its_name_when_drafting(cast: Cast, item: Item, enter: Enter) -> None:
    lin, where = enter(cast.lin), reverse("workspace:draft_new")
    assert item.name in lin.get(where, {"words": "GP-01"}).content.decode()
    assert "没有找到事项" in lin.get(where, {"words": "没有这个"}).content.decode()


def test_a_retired_item_is_refused_in_words(cast: Cast, item: Item, enter: Enter) -> None:
    Item.objects.update(retired_on=date(2026, 1, 1))
    said = {"item": item.code, "agency": "finance"}
    page = enter(cast.lin).post(reverse("workspace:draft_start"), said, follow=True).content.decode()
    assert "停用,不能再起草" in page
