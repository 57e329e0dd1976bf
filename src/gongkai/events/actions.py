"""Announcing: the only writer of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model

from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event, EventHead


def announce(
    kind: EventKind,
    *,
    subject: str,
    at: datetime,
    by: Model | None = None,
    agency: Model | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event inside the caller's transaction and return it.

    Positions follow commit order: the one-row head is locked until the caller commits, so a follower that has
    read position *n* has read everything before it. An action that also appends to the publication log
    appends first (lock order: ledger head, then event head). ``facts`` must be JSON and free of personal data.
    Raises ``TransactionManagementError`` outside a transaction and ``ValueError`` for an unknown kind.
    """
    kind = EventKind(kind)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to the transaction of its action")
    return Event.objects.create(
        position=_take(1),
        kind=kind.value,
        subject=subject,
        at=at,
        by_id=by.pk if by else None,
        agency_id=agency.pk if agency else None,
        facts=dict(facts or {}),
    )


@dataclass(frozen=True)
class Happening:
    """One of many alike: what happened to ``subject``, and the facts of it."""

    subject: str
    agency_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def announce_many(
    kind: EventKind, happenings: Sequence[Happening], *, at: datetime, by: Model | None = None
) -> None:
    """As :func:`announce` for many at once: one event each, in the order given, in a handful of statements."""
    kind = EventKind(kind)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to the transaction of its action")
    if not happenings:
        return
    first = _take(len(happenings)) - len(happenings) + 1
    Event.objects.bulk_create(
        [
            Event(
                position=position,
                kind=kind.value,
                subject=happening.subject,
                at=at,
                by_id=by.pk if by else None,
                agency_id=happening.agency_id,
                facts=dict(happening.facts),
            )
            for position, happening in enumerate(happenings, start=first)
        ],
        batch_size=500,
    )


def _take(count: int) -> int:
    """Lock the head until the caller commits, move it by ``count``, and return the last position taken."""
    head = EventHead.objects.filter(pk=1)
    if not head.update(position=F("position") + count):
        # The very first event. Two transactions may meet here: the insert of the later one waits and yields.
        EventHead.objects.bulk_create([EventHead(pk=1, position=0)], ignore_conflicts=True)
        head.update(position=F("position") + count)
    return head.values_list("position", flat=True).get()
