"""Announcing: the only writer of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from gongkai.core.vocabulary import EventKind
from gongkai.events.bulk import insert_rows
from gongkai.events.counting import take
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
        position=take(EventHead, "position", key=1),
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
    first = take(EventHead, "position", key=1, count=len(happenings)) - len(happenings) + 1
    kind_name, by_id = kind.value, by.pk if by else None
    insert_rows(
        Event,
        ("position", "kind", "subject", "at", "by", "agency", "facts"),
        (
            (position, kind_name, happening.subject, at, by_id, happening.agency_id, dict(happening.facts))
            for position, happening in enumerate(happenings, start=first)
        ),
    )
