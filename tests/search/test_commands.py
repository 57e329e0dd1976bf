"""What an operator types."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gongkai.search import store
from tests.make import make_county, make_disclosure, make_item
from tests.search.conftest import entry

pytestmark = pytest.mark.django_db  # a search asks which notices ended


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_URL = "https://ceshi.example"


def said(*words: str) -> str:
    """What ``manage.py`` prints for these words."""
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_search_answers_with_one_json_object(fill) -> None:
    fill(
        [
            entry(1, title="湖头镇<公告>", doc_no="测政〔2026〕5号", body="<p>位于湖头</p>"),
            entry(2, title="感德"),
            entry(3, title="湖头", day=1, attachments=[("甲.pdf", [("第2页", "湖头")])]),
        ]
    )
    answer = json.loads(said("search", "湖头", "--json"))
    assert (answer["total"], answer["total_is_exact"], answer["next"]) == (2, True, None)
    newest, oldest = answer["hits"]
    assert newest["where"] == ["附件“甲.pdf” 第2页"]
    assert oldest["title"] == "湖头镇<公告>"
    assert oldest["index_number"] == "CS09001-3004-2026-00001"
    assert oldest["doc_no"] == "测政〔2026〕5号"
    assert oldest["agency"] == "测试财政局"
    assert oldest["published_at"] == "2026-03-02T09:30:00+08:00"
    assert oldest["url"] == "https://ceshi.example/d/00000000-0000-4000-8000-000000000001/"
    assert oldest["snippets"] == [{"where": "正文", "text": "位于湖头", "html": "位于<mark>湖头</mark>"}]


@pytest.mark.django_db
def test_search_takes_filters_order_and_place(fill) -> None:
    fill([entry(n, title="湖头", day=n, township_code="hutou" if n % 2 else "gande") for n in range(1, 6)])
    first = json.loads(said("search", "湖头", "--json", "--limit", "2", "--township", "hutou"))
    assert first["total"] == 3
    rest = json.loads(
        said("search", "湖头", "--json", "--limit", "2", "--township", "hutou", "--after", first["next"])
    )
    assert len(rest["hits"]) == 1
    assert json.loads(said("search", "湖头", "--json", "--year", "1999"))["total"] == 0
    assert json.loads(said("search", "湖头", "--json", "--order", "relevance"))["order"] == "relevance"


def test_search_prints_for_people_and_suggests(fill) -> None:
    fill([entry(1, title="湖头镇公告", body="a&b 湖头"), entry(2, title="湖头", day=1)])
    printed = said("search", "湖头", "--limit", "1")
    assert "查找含有“湖头”的信息:2 条" in printed
    assert "--after" in printed
    assert "[正文] a&b 湖头" in said("search", "湖头镇")
    assert "可以试试:湖头,2 条" in said("search", "湖头 感德")
    assert "0 条" in said("search", "感德")


@pytest.mark.usefixtures("index")
def test_search_without_an_index_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(CommandError, match=r"manage\.py reindex"):
        said("search", "湖头")


@pytest.mark.django_db
def test_reindex_says_what_it_made(index: Path) -> None:
    make_county()
    item = make_item()
    for n in range(3):
        make_disclosure(item, title=f"湖头镇公告{n}")
    printed, progress = StringIO(), StringIO()
    call_command("reindex", stdout=printed, stderr=progress)
    assert re.search(r"已重建:3 条,与数据库一致", printed.getvalue())
    assert "3/3" in progress.getvalue()
    assert json.loads(said("search", "湖头", "--json"))["total"] == 3


@pytest.mark.django_db
def test_reindex_draws_a_bar_in_a_terminal(index: Path, monkeypatch) -> None:
    make_county()
    make_disclosure(make_item())
    progress = StringIO()
    monkeypatch.setattr(progress, "isatty", lambda: True)
    call_command("reindex", stdout=StringIO(), stderr=progress)
    assert "\r[" in progress.getvalue()
    assert "█" in progress.getvalue()


@pytest.mark.django_db
def test_two_rebuilds_at_once_are_refused(index: Path) -> None:
    with store.building(index), pytest.raises(CommandError, match="正在重建"):
        said("reindex")
