"""The desk of an officer: texts in hand and running clocks as one list, which the database orders and cuts."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from gongkai.core import authority
from gongkai.core.authority import Actor, Permission
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.models import Revision
from gongkai.obligations.queries import URGENCIES, running_clocks

IN_HAND = {
    RevisionStage.DRAFT: Permission.DISCLOSURE_DRAFT,
    RevisionStage.RETURNED: Permission.DISCLOSURE_DRAFT,
    RevisionStage.SUBMITTED: Permission.DISCLOSURE_REVIEW,
    RevisionStage.APPROVED: Permission.DISCLOSURE_PUBLISH,
}
_TEXT, _CLOCK = 0, 1
_NO_CLOCK = len(URGENCIES)
_COLUMNS = ("rank", "due", "kind", "since", "ident", "clock")
_PRESSING = 2  # overdue and soon, the first of the urgencies


class Place(NamedTuple):
    """One place on the desk: a text (``revision_id``) with its first clock, or a clock no text answers yet."""

    urgency: str
    revision_id: int | None
    obligation_id: int | None


class Desk:
    """What waits for ``actor`` in ``agencies`` (None: the whole county), the most urgent first, the oldest first

    where the clock is the same. Only keys are read here: one query for a slice, one for all the counts.
    """

    def __init__(self, actor: Actor, agencies: Collection[int] | None, *, now: datetime) -> None:
        # A text has its own clocks wherever they run; narrowed by agency, SQLite would look them up by that.
        self._all_clocks = self._clocks = running_clocks(None, now)
        texts = Revision.objects.filter(_waits_for(actor), stage__in=list(IN_HAND))
        if agencies is not None:
            texts = texts.filter(disclosure__agency__in=agencies)
            self._clocks = self._all_clocks.filter(agency__in=agencies)
        self._texts = texts

    def __len__(self) -> int:
        return sum(self._counts.values())

    @property
    def urgent(self) -> int:
        """How many of all are overdue or soon to end."""
        return sum(n for rank, n in self._counts.items() if rank < _PRESSING)

    def __getitem__(self, cut: slice) -> list[Place]:
        """The places of a slice, read with its limits."""
        rows = self._ranked_texts.union(self._ranked_clocks, all=True)
        rows = rows.order_by(*_COLUMNS[:-1])[cut]
        return [
            Place(URGENCIES[rank] if rank < _NO_CLOCK else "", ident if kind == _TEXT else None, clock)
            for rank, _due, kind, _since, ident, clock in rows
        ]

    @cached_property
    def _counts(self) -> dict[int, int]:
        texts = self._ranked(self._texts).values("rank").annotate(n=Count("pk"))
        clocks = self._unanswered.values("rank").annotate(n=Count("pk"))
        counts: dict[int, int] = {}
        for rank, n in texts.values_list("rank", "n").union(clocks.values_list("rank", "n"), all=True):
            counts[rank] = counts.get(rank, 0) + n
        return counts

    def _first_clock(self, column: str) -> Subquery:
        answered = self._all_clocks.filter(discharges__disclosure=OuterRef("disclosure"))
        return Subquery(answered.order_by("rank", "due_at", "pk").values(column)[:1])

    def _ranked(self, texts: QuerySet[Revision]) -> QuerySet[Any]:
        return texts.order_by().annotate(rank=Coalesce(self._first_clock("rank"), Value(_NO_CLOCK)))

    @property
    def _unanswered(self) -> QuerySet[Any]:
        begun = Revision.objects.filter(stage__in=list(IN_HAND), disclosure__discharges__obligation=OuterRef("pk"))
        return self._clocks.filter(~Exists(begun))

    # Both halves name their columns in one order: the union matches them by place.
    @property
    def _ranked_texts(self) -> QuerySet[Any]:
        rows = self._ranked(self._texts).annotate(due=self._first_clock("due_at"), kind=Value(_TEXT))
        since = Coalesce("submitted_at", "saved_at")
        rows = rows.annotate(since=since, ident=F("pk"), clock=self._first_clock("pk"))
        columns: QuerySet[Any] = rows.values_list(*_COLUMNS)
        return columns

    @property
    def _ranked_clocks(self) -> QuerySet[Any]:
        rows = self._unanswered.annotate(due=F("due_at"), kind=Value(_CLOCK))
        rows = rows.annotate(since=F("opened_at"), ident=F("pk"), clock=F("pk"))
        columns: QuerySet[Any] = rows.values_list(*_COLUMNS)
        return columns


def _waits_for(actor: Actor) -> Q:
    """The texts whose next step ``actor`` may take, nobody's own review among them (四眼原则)."""
    found = Q(pk__in=[])
    for stage, permission in IN_HAND.items():
        held = authority.agencies_where(actor, permission)
        step = Q(stage=stage) if held is None else Q(stage=stage, disclosure__agency__in=held)
        if permission in authority.FOUR_EYES:
            step &= ~Q(created_by=actor.officer_id) & ~Q(submitted_by=actor.officer_id)
        found |= step
    return found
