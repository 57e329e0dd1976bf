"""The county, its agencies and its 监督渠道 as a loaded profile states them. Parts of ``load_profile``."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gongkai.agencies.actions.profile_rows import (
    Changes,
    Content,
    Delta,
    apply_links,
    apply_rows,
    as_date,
    delta_of,
    put_in_order,
    remember,
)
from gongkai.agencies.models import Agency, AgencyName, County, ProfileEntry, SupervisionChannel

_AGENCY_FIELDS = (
    "kind",
    "name",
    "name_en",
    "short_name",
    "unit_code",
    "unit_code_evidence",
    "uscc",
    "is_group",
    "member_kinds",
    "contact",
    "warn_days",
    "evidence",
    "note",
)


_LOADING = {"kind": "loading", "code": "one-at-a-time"}


class OtherCountyError(Exception):
    """The database already belongs to another county; the message says what to do."""


def require_same_county(code: str) -> None:
    """Raise :class:`OtherCountyError` when a profile of another county was loaded before.

    Holds a row of its own until the caller commits, so that two loads come one after the other; also the very
    first two, when there is no county yet: the later insert waits for the earlier load and finds its row.
    """
    ProfileEntry.objects.bulk_create([ProfileEntry(**_LOADING, content={})], ignore_conflicts=True)
    ProfileEntry.objects.select_for_update().get(**_LOADING)
    here = County.objects.select_for_update().first()
    if here is not None and here.code != code:
        raise OtherCountyError(
            f"这个数据库已经载入“{here.name}”的配置,不能再载入别的县。请为新的县使用新的数据库(GONGKAI_DATABASE_URL)。"
        )


@transaction.atomic
def save_county(facts: dict[str, Any], *, digest: str, at: datetime) -> Changes:
    """Keep the facts of ``county.yaml`` and the digest of the whole profile. The code never changes."""
    delta = delta_of("county", {facts["code"]: facts})
    changes = Changes()
    if delta.touched:
        (changes.changed if delta.before else changes.added).append(facts["code"])
    County.objects.update_or_create(
        pk=1,
        defaults={
            "code": facts["code"],
            "name": facts["name"],
            "name_en": facts["name_en"],
            "area_code": facts["areas"]["county"],
            "facts": facts,
            "digest": digest,
            "loaded_at": at,
        },
    )
    remember(delta)
    return changes


@transaction.atomic
def save_agencies(entries: Mapping[str, Content], *, on: date) -> Changes:
    """Add, change and retire (``closed_on``) agencies with their dated names."""
    delta = delta_of("agencies", entries)
    changes = apply_rows(Agency, delta, facts=_agency_facts, on=on, retire="closed_on")
    links = {name: {code: entry[name] for code, entry in entries.items()} for name in ("parent", "merged_into")}
    apply_links(Agency, links, codes=set(delta.touched) - set(changes.kept))
    _save_names(delta, kept=set(changes.kept))
    put_in_order(Agency, entries, changes)
    remember(delta)
    return changes


def _agency_facts(entry: Content) -> Content:
    return {name: entry[name] for name in _AGENCY_FIELDS} | {"closed_on": as_date(entry["closed_on"])}


def _save_names(delta: Delta, *, kept: set[str]) -> None:
    """Dated names of touched agencies; a name the office added itself is left alone."""
    codes = [code for code in delta.touched if code not in kept]
    keys = dict(Agency.objects.filter(code__in=codes).values_list("code", "pk"))
    stale = {(keys[code], name["name"]) for code in codes for name in delta.before.get(code, {}).get("names", [])}
    held = AgencyName.objects.filter(agency_id__in=keys.values()).values_list("pk", "agency_id", "name")
    AgencyName.objects.filter(pk__in=[pk for pk, *key in held if tuple(key) in stale]).delete()
    AgencyName.objects.bulk_create(
        [
            AgencyName(
                agency_id=keys[code],
                name=name["name"],
                valid_from=as_date(name["valid_from"]),
                valid_to=as_date(name["valid_to"]),
                evidence=name["evidence"],
                note=name["note"],
            )
            for code in codes
            for name in delta.now[code]["names"]
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def save_supervision(entries: Mapping[str, Content], *, on: date) -> Changes:
    """Add, change and retire (``closed_on``) 监督渠道."""
    delta = delta_of("supervision", entries)
    changes = apply_rows(SupervisionChannel, delta, facts=_supervision_facts, on=on, retire="closed_on")
    put_in_order(SupervisionChannel, entries, changes)
    remember(delta)
    return changes


def _supervision_facts(entry: Content) -> Content:
    return {name: entry[name] for name in ("name", "detail", "contact", "evidence")}
