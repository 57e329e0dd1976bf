"""What left public reading: 公示 past their last day, ended or not yet, and what was taken back."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q

from gongkai.core.vocabulary import DisclosureStatus, EventKind
from gongkai.disclosures.models import Disclosure
from gongkai.events.models import Event

TAKEN_BACK = (
    EventKind.DISCLOSURE_WITHDRAWN,
    EventKind.DISCLOSURE_EXPIRED,
    EventKind.DISCLOSURE_VERSION_WITHHELD,
)


def over(day: date) -> Q:
    """公示 whose last day is before ``day`` and whose text does not stay, whether or not they were ended yet."""
    return Q(status=DisclosureStatus.PUBLISHED, ends_on__lt=day, item__stays_public=False)


def as_of(disclosure: Disclosure, day: date) -> Disclosure:
    """The row as the public reads it on ``day``: a 公示 past its last day has ended, however late the round is.

    The status changes in memory alone; the row is never saved. ``item`` must have been read with it.
    """
    if (
        disclosure.status == DisclosureStatus.PUBLISHED
        and disclosure.ends_on is not None
        and disclosure.ends_on < day
        and not disclosure.item.stays_public
    ):
        disclosure.status = DisclosureStatus.EXPIRED
    return disclosure


def ended_by(day: date, ids: Iterable[int]) -> set[int]:
    """Those among ``ids`` whose 公示 is over on ``day`` although nobody ended them yet."""
    return set(Disclosure.objects.filter(over(day), pk__in=list(ids)).values_list("pk", flat=True))


def taken_back(*, after: int = 0) -> dict[int, int]:
    """Disclosures of which something left public reading after an event: id → position of the newest such event.

    For whoever keeps copies: a copy made before that position may still show what is gone.
    """
    rows = Event.objects.filter(kind__in=TAKEN_BACK, position__gt=after).order_by("position")
    return {
        int(subject.partition(":")[2]): position for subject, position in rows.values_list("subject", "position")
    }


def last_taken_back() -> int:
    """The position of the last event by which something left public reading; 0 when nothing ever did."""
    return Event.objects.filter(kind__in=TAKEN_BACK).aggregate(m=Max("position"))["m"] or 0
