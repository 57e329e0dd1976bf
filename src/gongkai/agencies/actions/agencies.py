"""What the office changes about an agency between two loads of the profile."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.privacy import Kind
from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import Happening, announce, announce_many

MOST_WARN_DAYS = 60
CONTACT = ("phone", "address", "hours")


class AgencyError(Exception):
    """The change to an agency cannot be made; the message says why and what to do."""


@transaction.atomic
def change_contact(agency: Agency, *, contact: Mapping[str, str], by: Officer, at: datetime) -> Agency:
    """Set the public telephone, address and hours (keys of ``CONTACT``); other keys of the contact stay.

    The same contact again changes nothing. Raises ``NotAllowedError``, ``AgencyError`` (unknown key,
    personal data).
    """
    _require(by, Permission.AGENCY_MANAGE, agency, at=at)
    if unknown := sorted(set(contact) - set(CONTACT)):
        raise AgencyError(_("联系方式中没有“%(key)s”这一项。") % {"key": unknown[0]})
    for key, words in contact.items():
        # The telephone of an office on duty may be a mobile; nothing else of a person belongs here.
        phones = {Kind.MOBILE, Kind.LANDLINE} if key == "phone" else ()
        if refused := refusal("Agency.contact", words, at=at, allowed=phones):
            raise AgencyError(refused)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    changed = {**agency.contact, **{key: value.strip() for key, value in contact.items()}}
    if changed != agency.contact:
        agency.contact = changed
        agency.save(update_fields=["contact"])
        _tell(agency, by=by, at=at, what="contact")
    return agency


@transaction.atomic
def set_warnings(days: Mapping[str, int], *, by: Officer, at: datetime) -> dict[str, int]:
    """How many working days before a deadline each agency (by code) is warned: 0 to ``MOST_WARN_DAYS``.

    All of them or none, with one event for each that changes. Returns what those had before, which given back to
    this action undoes it. Raises ``NotAllowedError`` (one of them is out of reach), ``AgencyError`` (a number out
    of bounds, a code nobody has).
    """
    if not all(0 <= number <= MOST_WARN_DAYS for number in days.values()):
        raise AgencyError(_("提前提醒的工作日数应在 0 到 %(most)d 之间。请改填。") % {"most": MOST_WARN_DAYS})
    rows = list(Agency.objects.select_for_update().filter(code__in=days).order_by("pk"))
    if len(rows) < len(days):
        raise AgencyError(_("有单位已经不在名单里。请刷新页面后再试。"))
    who = actor_of(by, on=timezone.localdate(at))
    before: dict[str, int] = {}
    for agency in rows:
        authority.require(who, Permission.WARNING_SET, agency_id=agency.pk)
        if agency.warn_days != days[agency.code]:
            before[agency.code], agency.warn_days = agency.warn_days, days[agency.code]
    changed = [agency for agency in rows if agency.code in before]
    Agency.objects.bulk_update(changed, ["warn_days"])
    happened = [
        Happening(f"agency:{a.code}", agency_id=a.pk, facts={"what": "warn_days", "days": a.warn_days})
        for a in changed
    ]
    announce_many(EventKind.AGENCY_CHANGED, happened, at=at, by=by)
    return before


def _require(by: Officer, permission: Permission, agency: Agency, *, at: datetime) -> None:
    authority.require(actor_of(by, on=timezone.localdate(at)), permission, agency_id=agency.pk)


def _tell(agency: Agency, *, by: Officer, at: datetime, **facts: str) -> None:
    announce(EventKind.AGENCY_CHANGED, subject=f"agency:{agency.code}", at=at, by=by, agency=agency, facts=facts)
