"""Asking for one's own place, within limits: four digits are few, so guessing is made slow; nobody is shut out.

Every question counts, answered or not, right or wrong. A caller is the network an address lies in (IPv4 /24, IPv6
/48): more addresses of one network are no more callers. Limits belong to a caller; what others do can lower them,
never to nothing, so that trying a neighbour's receipt, or many, locks nobody's out.

The arithmetic. An ending is one of 11 000 (three digits, then a digit or X); half of them is an even chance.

* One caller on one receipt: 10 a day, all endings in three years.
* Many callers on one receipt: the first 50 tries of a day are free, then each caller has 2 instead of 10. A
  hundred networks try about 250 a day (six weeks for all endings), a thousand about 2 050 (six days). Without
  shutting the applicant out there is no lower bound: thousands of networks cannot be told from her.
* One caller over many receipts: 300 a day, one right answer about a stranger in 37 days.
* A busy list (over 600 questions in ten minutes) leaves each address 5 of its 20 in ten minutes.

Counts are kept under keyed digests and forgotten after a day; they live in the database because a server has
several processes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.documents.actions.applicants import find_applicant, keyed, normed
from gongkai.documents.models import ApplicantDigest, LookupCount

SHORT, LONG = timedelta(minutes=10), timedelta(days=1)
FROM_ONE_ADDRESS, WHEN_BUSY = 20, 5  # in ten minutes: a family, or a counter that asks for its visitors
BUSY_LIST = 600  # questions in ten minutes, over all addresses: one a second
FROM_ONE_CALLER = 300  # in a day, over all receipts
ABOUT_ONE_RECEIPT, WHEN_TRIED = 10, 2  # in a day, from one caller
TRIED_RECEIPT = 50  # tries in a day, over all callers


class TooManyLookupsError(Exception):
    """Asked too often; the message says when to come again. It tells nothing about the list."""


def look_up_place(
    code: str, *, receipt: str, last_four: str, address: str, at: datetime
) -> ApplicantDigest | None:
    """The asker's row in the list ``code``, or ``None`` for every reason alike.

    ``address`` is where the question came from. The same work is done for a receipt that exists and for one that
    does not. Raises :class:`TooManyLookupsError`; then nothing was looked at.
    """
    caller, about = neighbourhood(address), f"receipt\n{code}\n{normed(receipt)}"
    asked = {
        f"list\n{code}": SHORT,
        f"address\n{address}": SHORT,
        about: LONG,
        f"caller\n{caller}": LONG,
        f"{about}\n{caller}": LONG,
    }
    of_list, of_address, of_receipt, of_caller, of_both = _counted(asked, at=at)
    if of_address > (WHEN_BUSY if of_list > BUSY_LIST else FROM_ONE_ADDRESS):
        raise TooManyLookupsError(_("查询过于频繁,为防止他人试探,请10分钟后再查。"))
    most = WHEN_TRIED if of_receipt > TRIED_RECEIPT else ABOUT_ONE_RECEIPT
    if of_caller > FROM_ONE_CALLER or of_both > most:
        raise TooManyLookupsError(
            _("从这个网络查询的次数过多,为防止他人试探,请24小时后再查,或换用手机网络;急需的请到窗口查询。")
        )
    return find_applicant(code, receipt=receipt, last_four=last_four, on=timezone.localdate(at))


def neighbourhood(address: str) -> str:
    """The network an address lies in, as one caller: IPv4 /24, IPv6 /48; what is no address stays as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


@transaction.atomic
def _counted(asked: Mapping[str, timedelta], *, at: datetime) -> list[int]:
    """One more for each of ``asked`` in its present window; how many that makes, in their order.

    Safe when several ask at the same instant: rows are made and locked in the order of their keys.
    """
    made = []
    for words, window in asked.items():
        seconds = int(window.total_seconds())
        since = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
        made.append(LookupCount(key=keyed(words), since=since))
    LookupCount.objects.bulk_create(sorted(made, key=lambda row: row.key), ignore_conflicts=True)
    wanted = LookupCount.objects.filter(
        key__in=[row.key for row in made], since__in={row.since for row in made}
    ).order_by("key")
    counts = {(row.key, row.since): row.count + 1 for row in wanted.select_for_update()}
    LookupCount.objects.filter(key__in=[row.key for row in made], since__in={row.since for row in made}).update(
        count=F("count") + 1
    )
    return [counts[row.key, row.since] for row in made]


def forget_lookups(*, at: datetime) -> int:
    """Erase the counts whose window is over; how many were erased. Once a day is enough."""
    return LookupCount.objects.filter(since__lt=at - LONG).delete()[0]
