"""What is published is found, what is withdrawn is not, and the index can be thrown away at any time."""

import itertools
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.documents.models import PageText, StoredFile
from gongkai.documents.rules import check_version
from gongkai.events.follower import catch_up
from gongkai.events.models import Event
from gongkai.search import actions as index_actions
from gongkai.search import store
from gongkai.search.actions import IndexCountError, reindex
from gongkai.search.follower import SearchFollower
from gongkai.search.queries import search
from tests.make import NOW, make_approved, make_county, make_disclosure, make_hands, make_item, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(index):
    make_county()
    return make_item()


@pytest.fixture
def hands(item):
    return make_hands(item.agencies.get())


def correct(disclosure: Disclosure, hands, *, at, **facts) -> Disclosure:
    drafter, reviewer, _ = hands
    revision = actions.start_correction(disclosure, reason="更正(测试)", by=drafter, at=at)
    saved = actions.save_revision(revision, text=text(**facts), edits=revision.edits, by=drafter, at=at)
    actions.submit(saved, by=drafter, at=at)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=reviewer, at=at)
    saved.refresh_from_db()
    return actions.publish(saved, by=drafter, at=at)


def total(asked: str) -> int:
    return search(asked).total


def test_a_publication_is_found_by_its_title_text_elements_and_number(item) -> None:
    assert catch_up(SearchFollower()) == 0
    made = make_disclosure(
        item, title="湖头镇道路成交结果公告", body="<p>本项目位于<b>湖</b>一村。</p>", summary="概述词"
    )
    assert catch_up(SearchFollower()) > 0
    for asked in ("湖头", "湖一村", "128万元", "概述词", made.index_number):
        (hit,) = search(asked).hits
        assert hit.disclosure_id == made.pk
        assert hit.public_id == str(made.public_id)
        assert hit.published_at == made.published_at
    assert total("湖二村") == 0


def test_a_draft_is_not_found(item) -> None:
    make_approved(item, title="湖头镇未公开草稿")
    catch_up(SearchFollower())
    assert total("湖头") == 0


def test_a_correction_replaces_and_a_withdrawal_leaves_a_stub(item, hands) -> None:
    made = make_disclosure(item, hands=hands, title="湖头镇公告", body="<p>旧正文</p>")
    catch_up(SearchFollower())
    correct(made, hands, at=NOW + timedelta(hours=1), title="感德镇公告", body="<p>新正文</p>")
    catch_up(SearchFollower())
    assert [total(asked) for asked in ("湖头", "旧正文", "感德", "新正文")] == [0, 0, 1, 1]
    made.refresh_from_db()
    actions.withdraw(made, reason="内容有误(测试)", by=hands[2], at=NOW + timedelta(hours=2))
    catch_up(SearchFollower())
    assert [total(asked) for asked in ("新正文", "感德", made.index_number)] == [0, 1, 1]
    assert search("感德").hits[0].status == "withdrawn"


def test_a_public_notice_that_ran_out_is_a_stub(item) -> None:
    ending = make_item("GP-02", lists_persons=True, stays_public=False)
    hands = make_hands(ending.agencies.get())
    make_disclosure(ending, hands=hands, title="湖头镇公示", body="<p>张测试</p>", ends_on=NOW.date())
    with mock.patch.object(timezone, "now", return_value=NOW):  # on its last day it is whole
        catch_up(SearchFollower())
        assert total("张测试") == 1
    actions.expire_due(as_of=NOW.date() + timedelta(days=1), at=NOW + timedelta(days=1))
    catch_up(SearchFollower())
    assert total("张测试") == 0
    assert total("湖头") == 1


def test_a_word_inside_an_attachment_is_found_with_its_page(item, hands) -> None:
    drafter, reviewer, _ = hands
    revision = actions.start_draft(item, agency=item.agencies.get(), by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=drafter, at=NOW)
    stored = StoredFile.objects.create(
        sha256="0" * 64,
        sm3="0" * 64,
        size=1,
        media_type="application/pdf",
        stored_at=NOW,
        scanned_at=NOW,
        detector_version=check_version(),
        page_count=2,
    )
    PageText.objects.create(file=stored, number=1, label="第1页", text="无关")
    PageText.objects.create(file=stored, number=2, label="第2页", text="本页写到白濑乡")
    actions.attach(saved, stored=stored, name="名单.pdf", by=drafter, at=NOW)
    saved.refresh_from_db()
    actions.submit(saved, by=drafter, at=NOW)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=reviewer, at=NOW)
    saved.refresh_from_db()
    actions.publish(saved, by=drafter, at=NOW)
    catch_up(SearchFollower())
    (hit,) = search("白濑").hits
    assert hit.snippets == [("附件“名单.pdf” 第2页", "本页写到<mark>白濑</mark>乡")]


def test_applying_the_same_events_again_changes_nothing(item) -> None:
    make_disclosure(item, title="湖头镇公告")
    follower = SearchFollower()
    events = list(Event.objects.order_by("position"))
    follower.position()
    follower.apply(events)
    before = contents(follower.path)
    follower.apply(events)
    follower.apply(events[:1])
    assert contents(follower.path) == before
    assert follower.position() == events[-1].position


def test_an_event_about_what_is_no_longer_public_takes_it_out(item) -> None:
    made = make_disclosure(item, title="湖头镇公告")
    follower = SearchFollower()
    catch_up(follower)
    with store.writing(follower.path) as connection:
        connection.execute("UPDATE documents SET id = 99999 WHERE id = ?", (made.pk,))
    follower.apply([Event(position=10_000, kind="disclosure.corrected", subject="disclosure:99999", at=NOW)])
    assert total("湖头") == 0


def test_an_index_that_lags_behind_says_so_until_it_has_caught_up(item) -> None:
    make_disclosure(item, title="湖头镇公告")
    first, *rest = Event.objects.order_by("position")
    follower = SearchFollower()
    follower.apply([first])
    found = search("湖头")
    assert not found.is_complete
    assert "可能还没有收录" in found.explained
    follower.apply(rest)
    found = search("湖头")
    assert found.is_complete
    assert "可能还没有收录" not in found.explained


def test_a_batch_costs_a_constant_number_of_queries(item, hands) -> None:
    counts = []
    for n in range(2):
        for k in range(1 + 4 * n):
            make_disclosure(item, hands=hands, title=f"湖头镇公告{n}{k}")
        with CaptureQueriesContext(
            database,
        ) as queries:
            catch_up(SearchFollower())
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert total("湖头") == 6


def contents(path: Path) -> tuple[list, list, list]:
    """Everything that is in the index, tokens and their places included."""
    with store.writing(path) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab (main, words, instance)")
        documents = connection.execute("SELECT * FROM documents ORDER BY key").fetchall()
        pages = connection.execute("SELECT * FROM pages ORDER BY key, n").fetchall()
        places = connection.execute("SELECT * FROM temp.places ORDER BY 1, 2, 3, 4").fetchall()
    return documents, pages, places


def a_history(item, hands) -> list[Disclosure]:
    made = [
        make_disclosure(item, hands=hands, title=f"湖头镇公告{n}", at=NOW + timedelta(days=n // 2, minutes=n))
        for n in range(6)
    ]
    correct(made[1], hands, at=NOW + timedelta(days=4), title="更正后的感德镇公告")
    actions.withdraw(made[2], reason="有误(测试)", by=hands[2], at=NOW + timedelta(days=5))
    return made


def test_a_rebuilt_index_equals_the_one_that_followed(item, hands) -> None:
    follower = SearchFollower()
    a_history(item, hands)
    for position in Event.objects.order_by("position").values_list("position", flat=True):
        follower.apply([Event.objects.get(position=position)])
    followed = contents(follower.path)
    made = reindex()
    assert contents(follower.path) == followed
    assert made.count == 6
    assert made.position == follower.position() == Event.objects.last().position
    follower.reset()
    assert follower.position() == 0
    assert total("公告") == 0
    catch_up(follower)
    assert contents(follower.path) == followed


def test_what_is_published_during_a_rebuild_is_in_the_new_index(item, hands) -> None:
    make_disclosure(item, hands=hands, title="湖头镇公告")
    follower = SearchFollower()
    position = follower.position()
    old = list(Event.objects.filter(position__gt=position))
    seen = []

    def meanwhile(done: int, total_: int) -> None:
        seen.append((done, total_))
        if len(seen) == 1:
            make_disclosure(item, hands=hands, title="感德镇公告")

    reindex(progress=meanwhile)
    assert seen == [(0, 1), (1, 1)]
    assert total("感德") == 1
    with store.writing(follower.path) as connection:
        store.move_to(connection, 0)
    follower.apply(old)  # read for the generation before: not this one's
    assert follower.position() == 0
    catch_up(follower)
    assert total("公告") == 2


def test_a_rebuild_that_lacks_one_is_refused_and_the_old_index_stays(item, hands, monkeypatch) -> None:
    for n in range(3):
        make_disclosure(item, hands=hands, title=f"湖头镇公告{n}")
    catch_up(SearchFollower())
    real = index_actions.index
    monkeypatch.setattr(index_actions, "index", lambda connection, ids: real(connection, ids[1:]))
    with pytest.raises(IndexCountError, match="有 2 条,数据库有 3 条"):
        reindex()
    with pytest.raises(CommandError, match="原检索库未改动"):
        call_command("reindex", stderr=StringIO())
    assert total("湖头") == 3


def test_a_count_is_not_compared_while_events_come_in(item, hands, monkeypatch) -> None:
    make_disclosure(item, hands=hands)
    real, ahead = index_actions.newest_position, iter([0, 1, 1, 0])  # the second and third look find newer events
    monkeypatch.setattr(index_actions, "newest_position", lambda: real() + next(ahead))
    assert reindex().count == 1
    assert list(ahead) == []
    growing = itertools.count()
    monkeypatch.setattr(index_actions, "newest_position", lambda: real() + next(growing))
    with pytest.raises(IndexCountError, match="不断有新的公开信息"):
        reindex()


def test_an_empty_county_has_an_empty_index(index: Path) -> None:
    assert reindex().count == 0
    assert search("湖头").is_available


def test_the_follower_of_an_older_version_starts_again(item) -> None:
    make_disclosure(item, title="湖头镇公告")
    follower = SearchFollower()
    catch_up(follower)
    with store.writing(follower.path) as connection:
        connection.execute("UPDATE state SET value = 'older' WHERE name = 'form'")
    store.files._idle.clear()  # another version is another process
    assert follower.position() == 0
    catch_up(follower)
    assert total("湖头") == 1
    with store.writing(follower.path) as connection:
        connection.execute("DROP TABLE state")
    assert follower.position() == 0
