"""我的任务 with much in hand: the database cuts the list, and what is not shown is not read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.web.workspace.pages import PAGE
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

TASKS = reverse("workspace:tasks")
MANY = 300


def drafts(cast: Cast, item: Item, count: int, *, stage: str = RevisionStage.DRAFT) -> None:
    """So many texts of 县财政局 by lin, without a clock."""
    now = timezone.now()
    begun = Disclosure.objects.bulk_create(
        Disclosure(item=item, agency=cast.finance, title=f"导入{n}号", created_at=now, created_by=cast.lin)
        for n in range(count)
    )
    Revision.objects.bulk_create(
        Revision(
            disclosure=d,
            number=1,
            stage=stage,
            title=d.title,
            created_at=now,
            created_by=cast.lin,
            saved_at=now,
            submitted_at=None if stage == RevisionStage.DRAFT else now,
            submitted_by=None if stage == RevisionStage.DRAFT else cast.lin,
        )
        for d in begun
    )


def clock(cast: Cast, item: Item, label: str, *, days: int) -> Obligation:
    """A clock of 县财政局 that a fact of so many days ago started."""
    day = timezone.localdate() - timedelta(days=days)
    return clocks.open_obligation(
        item, agency=cast.finance, fact_on=day, label=label, by=cast.lin, at=timezone.now()
    )


@contextmanager
def instances() -> Iterator[Counter[str]]:
    """How many objects of each model were made."""
    made: Counter[str] = Counter()

    def count(sender: type, **_facts: Any) -> None:
        made[sender.__name__] += 1

    post_init.connect(count, weak=False)
    try:
        yield made
    finally:
        post_init.disconnect(count)


@pytest.mark.parametrize("name", ["lin", "su"])
def test_only_what_is_shown_is_read(cast: Cast, item: Item, enter: Enter, name: str) -> None:
    drafts(cast, item, MANY)
    for n in range(3):
        clock(cast, item, f"时限{n}", days=n)
    client = enter(cast.officers[name])
    with CaptureQueriesContext(connection) as captured, instances() as made:
        page = client.get(TASKS).content.decode()
    assert made["Revision"] == made["Disclosure"] == PAGE - 3
    assert made["Obligation"] == 3
    assert max(made.values()) <= 2 * PAGE, made
    assert any(f"LIMIT {PAGE}" in q["sql"] for q in captured)
    assert f"共 7 页,{MANY + 3} 条" in page


def test_the_pages_show_every_text_and_clock_once(cast: Cast, item: Item, enter: Enter) -> None:
    drafts(cast, item, PAGE + 10)
    for n in range(PAGE - 5):
        clock(cast, item, f"时限{n}件", days=0)
    lin = enter(cast.lin)
    pages = [lin.get(TASKS, {"page": n}).content.decode() for n in (1, 2, 3)]
    titles = [f"导入{n}号" for n in range(PAGE + 10)] + [f"时限{n}件" for n in range(PAGE - 5)]
    for title in titles:
        assert sum(page.count(f'<th scope="row">{title}<br>') for page in pages) == 1, title
    assert "时限0件" in pages[0]  # what has a clock comes before what has none
    assert "时限" not in pages[2].partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_file_has_every_line(cast: Cast, item: Item, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.web.workspace.worklist._CHUNK", 7)
    drafts(cast, item, PAGE + 10)
    clock(cast, item, "时限件", days=0)
    answer = enter(cast.lin).get(TASKS, {"as": "csv"})
    table = b"".join(answer.streaming_content).decode()
    assert table.count("导入") == PAGE + 10
    assert table.index("时限件") < table.index("导入0号")


def test_a_text_stands_where_its_first_clock_does_and_the_clock_is_not_listed_again(
    cast: Cast, item: Item, enter: Enter
) -> None:
    late, open_ = clock(cast, item, "早已到期", days=90), clock(cast, item, "还早", days=0)
    clock(cast, item, "刚过期", days=60)
    cast_at = timezone.now()
    both: dict[str, Any] = {"agency": cast.finance, "by": cast.lin, "at": cast_at}
    actions.start_draft(item, title="有时限的稿", obligations=[open_, late], **both)
    actions.start_draft(item, title="没有时限的稿", **both)
    page = enter(cast.lin).get(TASKS).content.decode()
    places = [page.index(title) for title in ("有时限的稿", "刚过期", "没有时限的稿")]
    assert places == sorted(places)
    assert "早已到期" not in page
    assert "还早" not in page
    assert "2 件紧急" in page


def test_nobody_is_asked_to_review_a_text_of_their_own(cast: Cast, item: Item, enter: Enter) -> None:
    drafts(cast, item, 2, stage=RevisionStage.SUBMITTED)
    Revision.objects.filter(title="导入1号").update(created_by=cast.wang)

    def seen(who: Officer) -> set[str]:
        page = enter(who).get(TASKS).content.decode()
        return {title for title in ("导入0号", "导入1号") if title in page}

    assert seen(cast.chen) == {"导入0号", "导入1号"}
    assert seen(cast.wang) == {"导入0号"}
    assert seen(cast.lin) == set()  # who drafts does not review
    assert seen(cast.zheng) == set()


def test_soon_in_the_list_is_what_each_agency_asked_to_be_warned_of(cast: Cast, item: Item, enter: Enter) -> None:
    made = clock(cast, item, "快到期", days=0)
    cast.finance.warn_days = 1
    cast.finance.save()
    assert "件紧急" not in enter(cast.lin).get(TASKS).content.decode()
    cast.finance.warn_days = 60
    cast.finance.save()
    assert "1 件紧急" in enter(cast.lin).get(TASKS).content.decode()
    clocks.waive(made, ground="测试", by=cast.su, at=timezone.now())
    assert "现在没有待办的任务" in enter(cast.lin).get(TASKS).content.decode()
