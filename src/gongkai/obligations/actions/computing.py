"""From a computed clock to the columns of an obligation, and back to the question it answered."""

from datetime import date, datetime
from typing import Any

from gongkai.catalogue.models import RuleVersion
from gongkai.core.deadlines import Due, compute
from gongkai.core.rule_terms import TermsError
from gongkai.core.workdays import Calendar, CalendarDataError
from gongkai.obligations.actions.errors import RuleTermsError
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import RuleBook, calendar, day_begins, day_ends

_REASON_LENGTH = 200


def clock_columns(
    version: RuleVersion,
    *,
    book: RuleBook,
    known: Calendar,
    fact_on: date,
    fact_at: datetime | None = None,
    price: int | None = None,
) -> dict[str, Any]:
    """Every column a computation fills, for a clock that ``version`` sets running on a fact.

    ``due_on`` and ``due_at`` are the last day and moment to publish. A rule that only says how long a 公示
    stays sets the day of the fact itself: what was announced for that day is public on that day.
    """
    due = compute(book.terms(version, on=fact_on), start=fact_at or fact_on, calendar=known, price=price)
    undated = due.publish_by is None
    return {
        "rule_version_id": version.pk,
        "earliest_at": _earliest(due, fact_at),
        "due_on": due.publish_by,
        "due_at": due.due_at or (None if due.publish_by is None else day_ends(due.publish_by)),
        "provisional": due.provisional,
        "provisional_reason": due.reason[:_REASON_LENGTH] if due.provisional or undated else "",
        "calendar_version": known.version,
        "working": working(due, price=price),
    }


def fact_columns(
    version: RuleVersion, *, book: RuleBook, fact_on: date, fact_at: datetime | None, price: int | None = None
) -> dict[str, Any]:
    """As :func:`clock_columns` over the county's calendar, for a typed fact. Raises ``RuleTermsError``."""
    try:
        return clock_columns(version, book=book, known=calendar(), fact_on=fact_on, fact_at=fact_at, price=price)
    except (TermsError, CalendarDataError) as error:
        raise RuleTermsError(*error.args) from error


def _earliest(due: Due, fact_at: datetime | None) -> datetime | None:
    if due.earliest_on is None:
        return None
    return fact_at or day_begins(due.earliest_on)


def working(due: Due, *, price: int | None) -> dict[str, Any]:
    """How the date was computed, as kept with the obligation and shown to the public."""
    return {
        "kind": due.terms.kind.value,
        "start": due.start.isoformat(),
        "days": [day.isoformat() for day in due.days],
        "steps": due.steps,
        "reason": due.reason,
        "keep_until": due.keep_until.isoformat() if due.keep_until else None,
        "ends_on": due.ends_on.isoformat() if due.ends_on else None,
        "price": price,
    }


def columns_again(
    obligation: Obligation, version: RuleVersion, *, book: RuleBook, known: Calendar
) -> dict[str, Any]:
    """The columns ``obligation`` would have if it were opened today, by ``version`` and ``known``."""
    return clock_columns(
        version,
        book=book,
        known=known,
        fact_on=obligation.fact_on,
        fact_at=obligation.fact_at,
        price=obligation.working.get("price"),
    )
