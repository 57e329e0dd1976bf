"""Several people, one database: one wins, the others are told, nothing is half done."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from gongkai.agencies.actions.county import require_same_county
from gongkai.agencies.models import County, Officer
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import EventKind, LeafKind, RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import StaleEditError
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.standing import standing
from gongkai.events.actions import announce
from gongkai.events.models import Event
from gongkai.ledger import actions as ledger
from gongkai.ledger import queries as log
from gongkai.web.management.commands.load_profile import load
from tests.make import NOW, make_approved, make_county, make_hands, make_item, text

pytestmark = pytest.mark.django_db(transaction=True)
YUNLING = Path(__file__).parents[1] / "profiles" / "yunling"


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, begun together; what each returned, or the exception it raised."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[number] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told() -> None:
    revision, (drafter, _, head) = make_approved()

    def publish_as(by: Any) -> Callable[[], Disclosure]:
        return lambda: actions.publish(Revision.objects.get(pk=revision.pk), by=by, at=NOW)

    results = at_once(publish_as(drafter), publish_as(head))
    assert sorted(type(r).__name__ for r in results) == ["Disclosure", "LifecycleError"]
    assert log.state().size == 1
    assert Event.objects.filter(kind=EventKind.DISCLOSURE_PUBLISHED).count() == 1


def test_of_two_who_save_at_once_one_wins_and_nothing_is_overwritten() -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, _, head = make_hands(of)
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)

    def save_as(by: Any, title: str) -> Callable[[], Revision]:
        return lambda: actions.save_revision(
            Revision.objects.get(pk=revision.pk), text=text(title=title), edits=0, by=by, at=NOW
        )

    results = at_once(save_as(drafter, "甲稿"), save_as(head, "乙稿"))
    losers = [r for r in results if isinstance(r, StaleEditError)]
    winners = [r for r in results if isinstance(r, Revision)]
    assert (len(losers), len(winners)) == (1, 1)
    revision.refresh_from_db()
    assert revision.title == winners[0].title
    assert revision.edits == 1


def handed_in() -> tuple[Revision, tuple[Officer, Officer, Officer]]:
    """A text that waits for its review, with the drafter, reviewer and head of its agency."""
    make_county()
    item = make_item()
    of = item.agencies.get()
    hands = make_hands(of)
    revision = actions.start_draft(item, agency=of, by=hands[0], at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=hands[0], at=NOW)
    actions.submit(saved, by=hands[0], at=NOW)
    return saved, hands


def test_a_review_and_a_recall_at_once_do_not_both_happen() -> None:
    revision, (drafter, reviewer, _) = handed_in()

    def review() -> object:
        mine = Revision.objects.get(pk=revision.pk)
        return actions.record_review(mine, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)

    def recall() -> object:
        return actions.recall(Revision.objects.get(pk=revision.pk), by=drafter, at=NOW) or "recalled"

    results = at_once(review, recall)
    assert sum(isinstance(r, LifecycleError) for r in results) == 1
    revision.refresh_from_db()
    reviewed = revision.reviews.exists()
    assert revision.stage == (RevisionStage.APPROVED if reviewed else RevisionStage.DRAFT)


def test_two_opposite_verdicts_on_what_was_read_at_once_are_one_verdict() -> None:
    revision, (_, reviewer, head) = handed_in()
    read = standing(revision)

    def decide(by: Any, verdict: Verdict) -> Callable[[], object]:
        return lambda: actions.record_review(
            Revision.objects.get(pk=revision.pk), verdict=verdict, grounds="不涉密", by=by, at=NOW, read=read
        )

    results = at_once(decide(reviewer, Verdict.APPROVE), decide(head, Verdict.RETURN))
    assert sum(isinstance(r, LifecycleError) for r in results) == 1
    assert revision.reviews.count() == 1


def test_many_publications_at_once_get_dense_numbers_positions_and_events() -> None:
    make_county()
    item = make_item()
    hands = make_hands(item.agencies.get())
    waiting = [make_approved(item, hands=hands)[0] for _ in range(8)]
    results = at_once(
        *(lambda pk=r.pk: actions.publish(Revision.objects.get(pk=pk), by=hands[0], at=NOW) for r in waiting)
    )
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sorted(r.index_number[-5:] for r in results) == [f"{n:05d}" for n in range(1, 9)]
    assert sorted(r.leaf_position for r in results) == list(range(8))
    positions = list(Event.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


def test_a_correction_and_a_withdrawal_at_once_never_deadlock() -> None:
    make_county()
    item = make_item()
    hands = make_hands(item.agencies.get())
    drafter, reviewer, head = hands
    for _ in range(5):
        revision, _hands = make_approved(item, hands=hands)
        shown = actions.publish(revision, by=drafter, at=NOW)
        second = actions.start_correction(shown, reason="更正金额", by=drafter, at=NOW)
        actions.submit(second, by=drafter, at=NOW)
        actions.record_review(second, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)
        results = at_once(
            lambda pk=second.pk: actions.publish(Revision.objects.get(pk=pk), by=drafter, at=NOW),
            lambda pk=shown.pk: actions.withdraw(Disclosure.objects.get(pk=pk), reason="重复", by=head, at=NOW),
        )
        # The withdrawal always comes to pass; the correction when it was first.
        assert isinstance(results[1], Disclosure), results
        assert isinstance(results[0], Disclosure | LifecycleError), results
        shown.refresh_from_db()
        assert shown.status == "withdrawn"


def test_leaves_and_events_of_one_action_never_deadlock() -> None:
    def act(n: int) -> Callable[[], None]:
        def both() -> None:
            for _ in range(5):
                with transaction.atomic():
                    leaf = ledger.append(kind=LeafKind.RULES, subject=f"test:{n}", record={"n": n}, at=NOW)
                    announce(EventKind.PROFILE_LOADED, subject=f"test:{n}", at=NOW, facts={"leaf": leaf.position})

        return both

    results = at_once(*(act(n) for n in range(6)))
    assert results == [None] * 6
    assert log.state().size == 30
    # Commit order of the two sequences agrees: what has the lower leaf has the lower event.
    leaves = [e.facts["leaf"] for e in Event.objects.order_by("position")]
    assert leaves == sorted(leaves)


def test_an_action_rolled_back_leaves_no_gap_in_either_sequence() -> None:
    def act(*, fail: bool) -> None:
        with transaction.atomic():
            ledger.append(kind=LeafKind.RULES, subject="test:1", record={}, at=NOW)
            announce(EventKind.PROFILE_LOADED, subject="test:1", at=NOW)
            if fail:
                raise RuntimeError("the action failed after both")

    with pytest.raises(RuntimeError):
        act(fail=True)
    act(fail=False)
    assert log.state().size == 1
    assert list(Event.objects.values_list("position", flat=True)) == [1]


def test_of_two_first_loads_of_a_profile_one_waits_and_finds_the_other_done() -> None:
    results = at_once(lambda: load(YUNLING), lambda: load(YUNLING))
    assert [type(r).__name__ for r in results] == ["tuple", "tuple"], results
    assert sorted(report.changed for report, _calendars in results) == [False, True]
    assert County.objects.get().code == "yunling"


def test_of_two_first_loads_of_different_counties_one_is_told() -> None:
    def other() -> None:
        with transaction.atomic():
            require_same_county("elsewhere")
            County.objects.create(
                pk=1, code="elsewhere", name="别县", name_en="", area_code="1", digest="", loaded_at=NOW, facts={}
            )

    kinds = [type(r).__name__ for r in at_once(lambda: load(YUNLING), other)]
    first = County.objects.get().code
    assert kinds == (["tuple", "OtherCountyError"] if first == "yunling" else ["OtherCountyError", "NoneType"])
