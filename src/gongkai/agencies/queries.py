"""Who is who, as nouns: the county, agencies in force, names on a day, an officer's powers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from gongkai.agencies.models import Agency, County, Officer, ProfileEntry, SupervisionChannel
from gongkai.core.authority import Actor
from gongkai.core.index_numbers import IndexPattern
from gongkai.core.vocabulary import EventKind, Role
from gongkai.events.models import Event

ENGLISH = "english"  # the kind under which the English of the profile's names is remembered


class CountyNotLoadedError(Exception):
    """No profile has been loaded yet; the message names the command."""


@dataclass(frozen=True)
class CountyFacts:
    """The county as pages and actions use it. Plain values, safe to keep for the length of a request.

    ``site`` holds ``name``, ``name_en``, ``home``, ``header``, ``footer``, ``colours`` (token → ``#rrggbb``) and
    ``emblem``; ``meta_tags`` the national column tags; ``review_names`` one name for each 审查 step;
    ``portal_channel`` the code of the county's own publication channel; ``english`` what the profile's names are
    called in English, as far as the county says.
    """

    code: str
    name: str
    name_en: str
    area_code: str
    areas: Mapping[str, str]
    site: Mapping[str, Any]
    index_pattern: IndexPattern
    review_steps: int
    review_names: tuple[str, ...]
    meta_tags: Mapping[str, Any]
    log_origin: str
    portal_channel: str
    digest: str
    loaded_at: datetime
    english: Mapping[str, str] = field(repr=False, default_factory=dict)
    facts: Mapping[str, Any] = field(repr=False, default_factory=dict)


def county() -> CountyFacts:
    """The county of this installation. Raises ``CountyNotLoadedError`` before the first ``load_profile``.

    One query of one short row; the facts behind it are parsed once for each loaded profile. Asked of the
    database every time, so that every process sees a new profile at once. Ask once a request, not once a row.
    """
    stamp = County.objects.values_list("digest", "loaded_at").first()
    if stamp is None:
        raise CountyNotLoadedError(
            "还没有载入县配置。请先运行:manage.py load_profile profiles/县名(安溪为 profiles/anxi)。"
        )
    return _facts(*stamp)


def _english_names() -> dict[str, str]:
    """Names of entries first, so that the county's own list has the last word."""
    said = ProfileEntry.objects.filter(kind=ENGLISH).order_by("code").values_list("content", flat=True)
    return {text: english for words in said for text, english in words.items()}


@lru_cache(maxsize=4)
def _facts(digest: str, loaded_at: datetime) -> CountyFacts:
    row = County.objects.get()
    facts = row.facts
    numbering = facts["index_number"]
    return CountyFacts(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        area_code=row.area_code,
        areas=facts["areas"],
        site=facts["site"],
        index_pattern=IndexPattern(
            numbering["pattern"],
            {domain: entry["code"] for domain, entry in numbering["classes"].items()},
            row.area_code,
        ),
        review_steps=len(facts["review"]["steps"]),
        review_names=tuple(facts["review"]["steps"]),
        meta_tags=facts["meta_tags"],
        log_origin=facts["log_origin"],
        portal_channel=facts["portal_channel"],
        digest=digest,
        loaded_at=loaded_at,
        english=_english_names(),
        facts=facts,
    )


def agencies_in_force(*, on: date | None = None) -> QuerySet[Agency]:
    """Agencies that exist and disclose themselves: not closed (before ``on``), not a collective name."""
    still = Q(closed_on=None) if on is None else Q(closed_on=None) | Q(closed_on__gt=on)
    return Agency.objects.filter(still, is_group=False)


def townships() -> QuerySet[Agency]:
    """The county's towns and townships in the order of the profile."""
    return agencies_in_force().filter(kind=Agency.Kind.TOWNSHIP)


def disclosers(agency: Agency) -> list[Agency]:
    """Who actually discloses where ``agency`` is named: its live parts when it is a collective name, else itself.

    Uses prefetched ``parts`` when there are any.
    """
    if not agency.is_group:
        return [agency]
    return [part for part in agency.parts.all() if part.closed_on is None]


def name_on(agency: Agency, day: date) -> str:
    """The name ``agency`` bore on ``day``; today's where no dated name covers it. Uses prefetched ``names``."""
    for name in agency.names.all():
        if (name.valid_from is None or name.valid_from <= day) and (name.valid_to is None or day <= name.valid_to):
            return name.name
    return agency.name


def supervision_channels() -> QuerySet[SupervisionChannel]:
    """监督渠道 in force."""
    return SupervisionChannel.objects.filter(closed_on=None)


def actor_of(officer: Officer, *, on: date) -> Actor:
    """``officer`` as authority sees one: the appointments in force on ``on``. An inactive officer has none."""
    running = officer.appointments.filter(from_on__lte=on).filter(Q(to_on=None) | Q(to_on__gte=on))
    held = running.order_by().values_list("role", "agency_id") if officer.is_active else ()
    return Actor(officer.pk, frozenset((Role(role), agency) for role, agency in held))


def chose_own_password(officer: Officer) -> bool:
    """Whether the officer ever replaced a one-time password."""
    changes = Event.objects.filter(subject=f"officer:{officer.pk}", kind=EventKind.OFFICER_PASSWORD_CHANGED)
    return bool(changes.filter(facts__what="own").exists())
