"""A page kept for all readers: the same answer without a view, compressed where asked, and 304 to who has it."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongkai.events.follower import catch_up
from gongkai.events.models import Event, EventHead
from gongkai.search.follower import SearchFollower
from gongkai.web.portal.kept import KEPT_BYTES, MARK, KeptPages
from tests.web.portal.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keeping(settings: Any) -> Iterator[None]:
    settings.PAGES_KEPT_SECONDS = 30
    cache.clear()
    yield
    cache.clear()


def test_a_page_kept_is_the_page_made_headers_and_all_for_one_query(told: Story) -> None:
    first = Client().get("/about/")
    with CaptureQueriesContext(connection) as asked:
        again = Client().get("/about/")
    assert len(asked) == 1
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    assert {"Content-Security-Policy", "Content-Language", "Cache-Control", "ETag"} <= set(again.headers)
    assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in again.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate, br", True),
        ("*", True),
        ("gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("br", False),
        ("", False),
    ],
)
def test_a_page_is_compressed_for_who_takes_it(told: Story, accepted: str, packed: bool) -> None:
    plain = Client().get("/about/").content
    for _ in range(2):
        answer = Client().get("/about/", headers={"accept-encoding": accepted})
        assert (answer.headers.get("Content-Encoding") == "gzip") is packed
        assert (gzip.decompress(answer.content) if packed else answer.content) == plain
        assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_who_has_the_page_is_told_so_until_it_changes(told: Story) -> None:
    tag = Client().get("/about/").headers["ETag"]
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = Client().get("/about/", headers={"if-none-match": asked})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "Cookie" in answer.headers["Vary"]
    assert Client().get("/about/", headers={"if-none-match": '"other"'}).status_code == 200
    assert Client().get("/about/", headers={"if-none-match": "nonsense"}).status_code == 200


def test_pages_of_two_languages_and_two_sizes_are_not_mixed_up(told: Story) -> None:
    elder = Client()
    elder.cookies["elder"] = "1"
    pages = [Client().get("/about/"), Client().get("/en/about/"), elder.get("/about/")]
    assert len({page.headers["ETag"] for page in pages}) == 3
    assert Client().get("/en/about/").headers["Content-Language"] == "en"


def test_the_head_of_a_page_has_no_body_and_costs_the_page_nothing(told: Story) -> None:
    assert Client().head("/about/").content == b""
    assert Client().get("/about/").content != b""


def made(answer: HttpResponse, *, marked: bool = True) -> int:
    """How often a view that gives ``answer`` is asked when the same address is asked for twice."""
    EventHead.objects.get_or_create(pk=1)
    calls = []

    def view(request: Any) -> HttpResponse:
        calls.append(request)
        setattr(answer, MARK, marked)
        return answer

    for _ in range(2):
        KeptPages(view)(RequestFactory().get("/x/"))
    return len(calls)


def cookie() -> HttpResponse:
    answer = HttpResponse("x")
    answer.set_cookie("a", "b")
    return answer


def test_only_what_is_one_for_all_is_kept() -> None:
    assert made(HttpResponse("x")) == 1
    cache.clear()
    assert made(HttpResponse("x"), marked=False) == 2
    assert made(cookie()) == 2
    assert made(HttpResponse("x", status=404)) == 2
    assert made(HttpResponse(b"x" * (KEPT_BYTES + 1))) == 2
    assert made(HttpResponse("x", headers={"Content-Encoding": "br"})) == 2


def test_before_anything_happened_pages_are_kept_too() -> None:
    EventHead.objects.all().delete()
    answer = HttpResponse("x")
    setattr(answer, MARK, True)
    assert KeptPages(lambda _: answer)(RequestFactory().get("/x/")).status_code == 200


def test_an_answer_from_before_the_index_caught_up_is_kept_by_nobody(
    told: Story, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    catch_up(SearchFollower())
    assert Client().get("/search/?q=不服找谁").headers["Cache-Control"] == "no-cache"
    EventHead.objects.update(position=F("position") + 1)
    with transaction.atomic():
        Event.objects.create(
            position=EventHead.objects.get().position,
            kind="agency.changed",
            subject="agency:1",
            at=timezone.now(),
            facts={},
        )
    behind = Client().get("/search/?q=不服找谁")
    assert "no-store" in behind.headers["Cache-Control"]
    catch_up(SearchFollower())
    again = Client().get("/search/?q=不服找谁")
    assert "no-store" not in again.headers["Cache-Control"]
