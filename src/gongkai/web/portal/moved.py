"""Since when public pages are as they are: what pages, counts and files kept for readers depend on."""

from django.core.cache import cache
from django.db import connection

from gongkai.core.vocabulary import EventKind as K
from gongkai.events.models import Event, EventHead

# What happens inside the offices and changes no public page. A kind not named here renews every page kept.
INSIDE = frozenset(
    [
        K.OFFICER_CREATED, K.OFFICER_CHANGED, K.OFFICER_APPOINTED, K.OFFICER_DISMISSED, K.OFFICER_SIGNED_IN,
        K.OFFICER_SIGN_IN_REFUSED, K.OFFICER_LOCKED_OUT, K.OFFICER_SIGNED_OUT, K.OFFICER_PASSWORD_CHANGED,
        K.OFFICER_SECOND_FACTOR_SET, K.ITEM_PROPOSED, K.DISCLOSURE_DRAFTED, K.DISCLOSURE_REVISED,
        K.DISCLOSURE_SUBMITTED, K.DISCLOSURE_REVIEWED, K.DISCLOSURE_DISCARDED, K.DISCLOSURES_IMPORTED,
        K.DOCUMENT_STORED, K.DOCUMENT_SCANNED, K.DOCUMENT_MASKED, K.DOCUMENT_ORIGINAL_OPENED, K.RESCAN_COMPLETED,
    ]
)  # fmt: skip
_MEMO = "public-position"
_EVENTS, _HEAD = Event._meta.db_table, EventHead._meta.db_table
# The names of our own tables; one statement, so that head and event are of one moment.
_ASKED = (
    f"SELECT h.position, (SELECT max(e.position) FROM {_EVENTS} e WHERE e.position > %s"  # noqa: S608
    f" AND e.kind NOT IN ({', '.join(['%s'] * len(INSIDE))})) FROM {_HEAD} h WHERE h.id = 1"
)


def last_public_event() -> int:
    """The position of the last event that can have changed a public page; 0 before the first.

    One plain query, which looks only at what happened since it was asked last.
    """
    seen, position = cache.get(_MEMO) or (0, 0)
    head, newer = _newer(seen)
    if seen > head:  # another database than before
        position = 0
        head, newer = _newer(0)
    position = newer or position
    if seen != head:
        cache.set(_MEMO, (head, position), None)
    return int(position)


def _newer(seen: int) -> tuple[int, int]:
    """The head of the events, and the last public one after ``seen`` (0: none)."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [seen, *sorted(INSIDE)])
        row = cursor.fetchone() or (0, 0)
    return int(row[0]), int(row[1] or 0)
