"""Followers: each reads the events after its own cursor and can be thrown away and rebuilt."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from gongkai.events.models import Cursor, Event

BATCH = 200


class Reader(Protocol):
    """One reader of events.

    ``position`` is where it stands, kept in its own store together with its output, so that a kill between
    two steps can neither skip nor repeat an effect. ``apply`` takes the next events in order and advances the
    position atomically with their effect; applying the same events again must change nothing.
    """

    def position(self) -> int: ...

    def apply(self, events: Sequence[Event]) -> None: ...


class Follower(Reader, Protocol):
    """A reader that stays: it has a name, and ``reset`` empties its store and returns to position 0."""

    name: str

    def reset(self) -> None: ...


class DatabaseFollower(ABC):
    """Base for a follower whose output is rows of the main database: the cursor moves in the same transaction."""

    name = ""

    def position(self) -> int:
        """The last event already applied; 0 before the first."""
        return Cursor.objects.filter(follower=self.name).values_list("position", flat=True).first() or 0

    def apply(self, events: Sequence[Event]) -> None:
        """Apply each event and move the cursor, or do neither."""
        with transaction.atomic():
            for event in events:
                self.handle(event)
            Cursor.objects.update_or_create(
                follower=self.name, defaults={"position": events[-1].position, "moved_at": timezone.now()}
            )

    @abstractmethod
    def handle(self, event: Event) -> None:
        """The effect of one event; idempotent."""

    def reset(self) -> None:
        """Back to the beginning."""
        Cursor.objects.filter(follower=self.name).delete()


def catch_up(follower: Reader) -> int:
    """Give ``follower`` everything it has not read, in batches; the number of events applied."""
    done = 0
    while batch := list(Event.objects.filter(position__gt=follower.position()).order_by("position")[:BATCH]):
        follower.apply(batch)
        done += len(batch)
    return done
