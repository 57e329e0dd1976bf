"""Dating a recorded fact anew: what a clock runs from was typed wrongly, and the text that started it says so."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Rule
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind, ObligationState
from gongkai.events.actions import announce
from gongkai.obligations.actions.clocks import RUNNING, governing, require_possible
from gongkai.obligations.actions.computing import fact_columns
from gongkai.obligations.actions.errors import require_likely
from gongkai.obligations.models import DueChange, Obligation
from gongkai.obligations.queries import rule_book
from gongkai.obligations.queries.rules import rule_ids


@transaction.atomic
def restate_fact(
    obligation: Obligation, *, rule: Rule, fact_on: date, fact_at: datetime | None, by: Officer, at: datetime
) -> Obligation:
    """Let a running clock run from another day (or moment); the date it had stays on record.

    A clock that is closed, or that runs from that day already, is left alone. An overdue one whose new date lies
    ahead runs again. Raises ``NotAllowedError``, ``NoRuleInForceError``, ``FactDateError``,
    ``RuleTermsError``.
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.FACT_RECORD, agency_id=obligation.agency_id
    )
    now = Obligation.objects.select_for_update(of=("self",)).select_related("item").get(pk=obligation.pk)
    if now.state not in RUNNING or (now.fact_on, now.fact_at) == (fact_on, fact_at):
        return now
    require_likely(fact_at or fact_on)
    book = rule_book(only=[*rule_ids(now.item), rule.pk])
    version = governing(now.item, rule, fact_on, book)
    require_possible(version, fact_on=fact_on, fact_at=fact_at, at=at)
    columns = fact_columns(version, book=book, fact_on=fact_on, fact_at=fact_at)
    change = DueChange.objects.create(
        obligation=now,
        at=at,
        old_due_on=now.due_on,
        new_due_on=columns["due_on"],
        old_calendar=now.calendar_version,
        new_calendar=columns["calendar_version"],
        reason=Said("起算日由 %(old)s 改为 %(new)s", old=now.fact_on, new=fact_on),
    )
    columns |= {"fact_on": fact_on, "fact_at": fact_at}
    if columns["due_at"] is None or columns["due_at"] > at:
        columns |= {"state": ObligationState.OPEN, "overdue_at": None}
    Obligation.objects.filter(pk=now.pk).update(**columns)
    announce(
        EventKind.OBLIGATION_RECOMPUTED,
        subject=f"obligation:{now.pk}",
        at=at,
        by=by,
        agency=now.agency,
        facts={
            "item": now.item.code,
            "old_due_on": change.old_due_on.isoformat() if change.old_due_on else None,
            "new_due_on": change.new_due_on.isoformat() if change.new_due_on else None,
            "calendar": change.new_calendar,
        },
    )
    now.refresh_from_db()
    return now
