"""The work process: no row and no part stops another; readers need no worker to be safe."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError
from django.test import Client
from django.utils import timezone

from gongkai.core.faults import placed
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures import actions
from gongkai.disclosures.actions import public_life
from gongkai.disclosures.models import Disclosure
from gongkai.events.follower import catch_up
from gongkai.events.rounds import LOOK, SWEEP, last_round, note_round
from gongkai.search.follower import SearchFollower
from gongkai.search.queries import search
from gongkai.web import followers
from gongkai.web.followers import RoundError, daily_round
from gongkai.web.management.commands.work import Command
from tests.make import make_disclosure, make_item
from tests.overrule import triggers_off

WORD = "张三丰测试"
pytestmark = pytest.mark.django_db


def notice(**facts: object) -> Disclosure:
    """A 公示 whose last day was yesterday and which nobody ended."""
    today = timezone.localdate()
    first = Disclosure.objects.first()
    made = make_disclosure(
        first.item if first else make_item(lists_persons=True, stays_public=False),
        at=timezone.now() - timedelta(days=9),
        formed_on=today - timedelta(days=9),
        body=f"<p>{WORD}</p>",
        summary=f"{WORD}的名单",
        ends_on=today + timedelta(days=1),
    )
    with triggers_off():
        Disclosure.objects.filter(pk=made.pk).update(ends_on=today - timedelta(days=1), status="published")
    return made


def doors(disclosure: Disclosure) -> Iterator[str]:
    base = f"/d/{disclosure.public_id}/"
    yield from (base, f"{base[:-1]}.json", f"{base}print/", f"{base}content.1.json", f"{base}versions/")
    yield from ("/disclosures.atom", "/disclosures.csv", "/disclosures.feed.json", "/data/disclosures.csv")
    yield f"/api/v1/disclosures/{disclosure.public_id}"


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    said = raw.decode()
    return json.dumps(json.loads(said), ensure_ascii=False) if "/api/" in address else said


def test_a_notice_past_its_last_day_is_read_nowhere_without_a_worker(client: Client, settings: Any) -> None:
    settings.PAGES_KEPT_SECONDS = 0
    made = notice()
    for address in doors(made):
        assert WORD not in body(client, address), address
    assert client.get(f"/api/v1/disclosures/{made.public_id}").json()["status"] == "expired"
    with triggers_off():
        Disclosure.objects.filter(pk=made.pk).update(ends_on=timezone.localdate())
    for address in [f"/d/{made.public_id}/", "/disclosures.atom", f"/api/v1/disclosures/{made.public_id}"]:
        assert WORD in body(client, address), address


def test_search_shows_nothing_of_it_from_an_index_made_before(tmp_path: Path, settings: Any) -> None:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    made = notice()
    with triggers_off():
        Disclosure.objects.filter(pk=made.pk).update(ends_on=timezone.localdate())
    catch_up(SearchFollower())
    assert [hit.disclosure_id for hit in search(WORD).hits] == [made.pk]
    with triggers_off():
        Disclosure.objects.filter(pk=made.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert search(WORD).hits == []
    follower = SearchFollower()
    follower.reset()
    catch_up(follower)
    assert search(WORD).hits == []  # a rebuilt index takes no text of it in


@pytest.mark.parametrize("fault", [LifecycleError("他人刚处理"), DataError(f"row ({WORD}) violates")])
def test_one_notice_that_cannot_be_ended_stops_no_other(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = notice(), notice()
    real = public_life._move

    def moved(disclosure: Disclosure, *args: object, **facts: object) -> Disclosure:
        if disclosure.pk == bad.pk:
            raise fault
        return real(disclosure, *args, **facts)  # type: ignore[arg-type]

    with mock.patch.object(public_life, "_move", moved), caplog.at_level(logging.ERROR):
        assert actions.expire_due(as_of=timezone.localdate(), at=timezone.now()) == 1
    good.refresh_from_db()
    assert good.status == DisclosureStatus.EXPIRED
    assert WORD not in caplog.text
    assert (f"disclosure {bad.pk} could not be ended" in caplog.text) == isinstance(fault, DataError)
    assert actions.expire_due(as_of=timezone.localdate(), at=timezone.now()) == 1  # the next round ends it


def test_a_part_of_the_round_that_fails_stops_no_other_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with (
        mock.patch.object(followers, "expire_due", side_effect=KeyError(WORD)),
        mock.patch.object(followers, "sweep") as swept,
        pytest.raises(RoundError, match="公示期满") as refusal,
    ):
        daily_round(timezone.now())
    assert swept.called
    assert WORD not in caplog.text + str(refusal.value)


def worker() -> Command:
    command = Command(stdout=StringIO())
    command.stopping, command.last_round, command.rested, command.waits = False, None, {}, {}
    command.noted = -1e9
    return command


def test_nothing_that_fails_ends_the_worker_and_it_says_so_by_its_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    command = worker()
    module = "gongkai.web.management.commands.work"
    with (
        mock.patch(f"{module}.daily_round", side_effect=LifecycleError("他人刚处理")),
        mock.patch(f"{module}.every_look", side_effect=KeyError(WORD)),
        mock.patch(f"{module}.catch_up", side_effect=OSError("磁盘已满")),
    ):
        command._pass(followers.followers())
        command._pass(followers.followers())  # all of them rest
    assert set(command.waits) == {"round", "look", "tiles", "search"}
    assert WORD not in caplog.text
    assert "磁盘已满" in caplog.text
    assert last_round(LOOK) is None
    command.rested.clear()
    with mock.patch(f"{module}.daily_round"), mock.patch(f"{module}.catch_up"):
        command._pass(followers.followers())
        command._pass(followers.followers())
    assert command.waits == {}
    assert last_round(LOOK) is not None


def test_a_note_that_failed_once_is_written_after_its_rest() -> None:
    command = worker()
    module = "gongkai.web.management.commands.work"
    with mock.patch(f"{module}.daily_round"), mock.patch(f"{module}.catch_up"):
        with mock.patch(f"{module}.note_round", side_effect=OperationalError("database is locked")):
            command._pass(followers.followers())
        assert last_round(LOOK) is None
        command._pass(followers.followers())  # it rests
        assert last_round(LOOK) is None
        command.rested.clear()
        command._pass(followers.followers())
    assert last_round(LOOK) is not None
    assert command.waits == {}


def test_once_does_everything_and_then_says_what_failed() -> None:
    module = "gongkai.web.management.commands.work"
    out = StringIO()
    with (
        mock.patch(f"{module}.daily_round", side_effect=RoundError("清查没有做完")),
        pytest.raises(CommandError, match="清查没有做完"),
    ):
        call_command("work", once=True, stdout=out)
    assert "search:处理" in out.getvalue()


def test_a_round_never_goes_back() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    for day in (today, today - timedelta(days=3)):
        note_round(SWEEP, on=day, at=now)
    found = last_round(SWEEP)
    assert found
    assert found.on == today
    assert str(found) == f"sweep {today}"


def test_a_fault_is_logged_by_its_place_without_its_words() -> None:
    with pytest.raises(KeyError) as fault:
        {}[WORD]
    said = placed(fault.value)
    assert said.startswith("KeyError test_work.py:")
    assert WORD not in said
    assert placed(KeyError(WORD)) == "KeyError"
