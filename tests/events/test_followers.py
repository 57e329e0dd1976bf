"""A follower whose output is rows of the main database: its cursor and its effect stay together."""

import pytest

from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import announce
from gongkai.events.follower import DatabaseFollower, catch_up
from gongkai.events.models import Event
from tests.make import NOW

pytestmark = pytest.mark.django_db


class Told(DatabaseFollower):
    """Writes down what it was told; cannot take what is called ``bad``."""

    name = "told"

    def __init__(self) -> None:
        self.told: list[str] = []

    def handle(self, event: Event) -> None:
        if event.subject == "profile:bad":
            raise LookupError(event.subject)
        self.told.append(event.subject)


def test_a_follower_that_does_not_say_what_an_event_means_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="handle"):
        DatabaseFollower()  # type: ignore[abstract] # that is what is tried


def test_the_cursor_moves_with_the_effect_or_not_at_all() -> None:
    follower = Told()
    announce(EventKind.PROFILE_LOADED, subject="profile:1", at=NOW)
    assert catch_up(follower) == 1
    announce(EventKind.PROFILE_LOADED, subject="profile:bad", at=NOW)
    with pytest.raises(LookupError):
        catch_up(follower)
    assert (follower.position(), follower.told) == (1, ["profile:1"])
    follower.reset()
    assert follower.position() == 0
