"""Many happenings at once: one event each, in order, in commit order with all others."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import Happening, announce, announce_many
from gongkai.events.models import Event
from tests.make import NOW


@pytest.mark.django_db
def test_each_happening_is_an_event_at_the_next_positions_in_order() -> None:
    announce(EventKind.PROFILE_LOADED, subject="profile:1", at=NOW)
    many = [Happening(f"obligation:{n}", None, {"n": n}) for n in range(700)]
    announce_many(EventKind.OBLIGATION_OVERDUE, many, at=NOW)
    announce(EventKind.PROFILE_LOADED, subject="profile:2", at=NOW)
    events = list(Event.objects.order_by("position"))
    assert [e.position for e in events] == list(range(1, 703))
    assert [e.subject for e in events[1:-1]] == [h.subject for h in many]
    assert events[700].facts == {"n": 699}
    assert events[1].kind == EventKind.OBLIGATION_OVERDUE


@pytest.mark.django_db
def test_no_happenings_take_no_position() -> None:
    announce_many(EventKind.OBLIGATION_OVERDUE, [], at=NOW)
    assert announce(EventKind.PROFILE_LOADED, subject="profile:1", at=NOW).position == 1


@pytest.mark.django_db
def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"nothing\.happened"):
        announce_many("nothing.happened", [Happening("x:1")], at=NOW)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_events_belong_to_the_transaction_of_their_action() -> None:
    with pytest.raises(TransactionManagementError):
        announce_many(EventKind.OBLIGATION_OVERDUE, [Happening("x:1")], at=NOW)
    with pytest.raises(TransactionManagementError):
        announce(EventKind.OBLIGATION_OVERDUE, subject="x:1", at=NOW)
    assert not Event.objects.exists()
    with transaction.atomic():
        announce_many(EventKind.OBLIGATION_OVERDUE, [Happening("x:1")], at=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
