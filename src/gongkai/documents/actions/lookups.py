"""Asking for one's own place, within limits: four digits are few, so guessing is made slow for everybody.

Every question counts, whether it is answered or not. Counts are kept under keyed digests and forgotten after a
day; they live in the database because a server has several processes.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.documents.actions.applicants import find_applicant, keyed, normed
from gongkai.documents.models import ApplicantDigest, LookupCount

SHORT, LONG = timedelta(minutes=10), timedelta(days=1)
FROM_ONE_ADDRESS = 20  # in ten minutes: a family, or a counter that asks for its visitors
ABOUT_ONE_LIST = 600  # in ten minutes, over all addresses: one a second
ABOUT_ONE_RECEIPT = 10  # in a day: 11 000 endings would take three years


class TooManyLookupsError(Exception):
    """Asked too often; the message says when to come again. It tells nothing about the list."""


def look_up_place(
    code: str, *, receipt: str, last_four: str, address: str, at: datetime
) -> ApplicantDigest | None:
    """The asker's row in the list ``code``, or ``None`` for every reason alike.

    ``address`` is where the question came from. The same work is done for a receipt that exists and for one that
    does not. Raises :class:`TooManyLookupsError`; then nothing was looked at.
    """
    limits = (
        (f"address\n{address}", SHORT, FROM_ONE_ADDRESS),
        (f"list\n{code}", SHORT, ABOUT_ONE_LIST),
        (f"receipt\n{code}\n{normed(receipt)}", LONG, ABOUT_ONE_RECEIPT),
    )
    counted = [(_count(keyed(words), at=at, window=window), most, window) for words, window, most in limits]
    for count, most, window in counted:
        if count > most:
            raise TooManyLookupsError(
                _("查询次数过多,为防止他人试探,请24小时后再查;急需的请到窗口查询。")
                if window == LONG
                else _("查询过于频繁,为防止他人试探,请10分钟后再查。")
            )
    return find_applicant(code, receipt=receipt, last_four=last_four, on=timezone.localdate(at))


@transaction.atomic
def _count(key: str, *, at: datetime, window: timedelta) -> int:
    """One more in the present window; how many that makes. Safe when several ask at the same instant."""
    seconds = int(window.total_seconds())
    since = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
    LookupCount.objects.bulk_create([LookupCount(key=key, since=since)], ignore_conflicts=True)
    row = LookupCount.objects.filter(key=key, since=since)
    row.update(count=F("count") + 1)
    return row.values_list("count", flat=True).get()


def forget_lookups(*, at: datetime) -> int:
    """Erase the counts whose window is over; how many were erased. Once a day is enough."""
    return LookupCount.objects.filter(since__lt=at - LONG).delete()[0]
