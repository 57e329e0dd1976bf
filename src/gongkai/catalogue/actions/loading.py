"""Loading a checked profile: one transaction, only what changed, nothing the office did undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.actions.county import require_same_county, save_agencies, save_county, save_supervision
from gongkai.agencies.actions.profile_rows import (
    Changes,
    Content,
    apply_links,
    apply_rows,
    as_date,
    delta_of,
    put_in_order,
    remember,
)
from gongkai.agencies.models import Agency, County, Officer
from gongkai.agencies.queries import ENGLISH
from gongkai.catalogue.actions.loading_items import save_items
from gongkai.catalogue.actions.loading_rules import save_rules, save_versions, versions_digest
from gongkai.catalogue.models import Domain, Exclusion, Instrument, PublicationChannel, Source
from gongkai.catalogue.profile import Profile
from gongkai.core.vocabulary import EventKind, LeafKind
from gongkai.events.actions import announce
from gongkai.ledger import actions as ledger


@dataclass(frozen=True)
class LoadReport:
    """What a load did, kind by kind. ``leaf_position`` is set when rules changed and the log says so."""

    county: str
    digest: str
    kinds: Mapping[str, Changes] = field(default_factory=dict)
    leaf_position: int | None = None

    @property
    def changed(self) -> bool:
        """Whether anything at all was different from the last load."""
        return any(self.kinds.values())


@transaction.atomic
def load_profile(profile: Profile, *, by: Officer | None, at: datetime) -> LoadReport:
    """Make the database say what ``profile`` says, and report what changed.

    Loading the same profile again changes nothing and announces nothing. What the office confirmed or changed
    since is kept (``kept`` in the report); a changed rule becomes a new revision; what left the profile is
    retired. Appends one leaf when rules changed, announces one event. Raises ``OtherCountyError``, and
    ``ProfileError`` where the profile drops a version of a rule it still has.
    """
    county = profile.county["code"]
    require_same_county(county)
    if County.objects.filter(digest=profile.digest).exists():
        return LoadReport(county, profile.digest)
    day = timezone.localdate(at)
    kinds = {
        "agencies": save_agencies(profile.agencies, on=day),
        "supervision": save_supervision(profile.supervision, on=day),
        "domains": _save_domains(profile.domains, on=day),
        "channels": _save_channels(profile.channels, on=day),
        "sources": _save_plain(Source, "sources", profile.sources, on=day),
        "instruments": _save_instruments(profile.instruments, on=day),
        "exclusions": _save_exclusions(profile.exclusions, on=day),
        "rules": save_rules(profile.rules, on=day),
        "versions": save_versions(profile.rules, instruments=profile.instruments, on=day),
        "items": save_items(profile.items, on=day),
        "english": _save_english(profile),
        "county": save_county(profile.county, digest=profile.digest, at=at),
    }
    kinds = {kind: changes for kind, changes in kinds.items() if changes}
    position = _append_leaf(county, kinds.get("versions"), at=at)
    announce(
        EventKind.PROFILE_LOADED,
        subject=f"county:{county}",
        at=at,
        by=by,
        facts={"digest": profile.digest, "leaf": position, "kinds": {k: counts(c) for k, c in kinds.items()}},
    )
    return LoadReport(county, profile.digest, kinds, position)


def counts(changes: Changes) -> dict[str, int]:
    """How many of each, for the operation log."""
    return {
        "added": len(changes.added),
        "changed": len(changes.changed),
        "retired": len(changes.retired),
        "kept": len(changes.kept),
    }


def _append_leaf(county: str, versions: Changes | None, *, at: datetime) -> int | None:
    """The log records that the rules changed: which ones by digest, and how many."""
    if versions is None or not (versions.added or versions.changed):
        return None
    touched = [*versions.added, *versions.changed]
    record = {"rules_changed": len(touched), "sha256": versions_digest(touched)}
    return ledger.append(kind=LeafKind.RULES, subject=f"rules:{county}", record=record, at=at).position


def _save_english(profile: Profile) -> Changes:
    """Keep the English of the profile's names in two entries, read once for each loaded profile: what the entries
    say themselves (``name_en``), and the words of ``english.yaml``, which are reported.
    """
    named = (profile.agencies, profile.domains, profile.rules, profile.items)
    names = {e["name"]: e["name_en"] for entries in named for e in entries.values() if e["name_en"]}
    words = profile.english["words"]
    delta = delta_of(ENGLISH, {code: said for code, said in (("names", names), ("words", words)) if said})
    before = delta.before.get("words", {})
    remember(delta)
    return Changes(
        added=[text for text in words if text not in before],
        changed=[text for text in words if before.get(text, words[text]) != words[text]],
        retired=[text for text in before if text not in words],
    )


def _save_plain(model: type[Any], kind: str, entries: Mapping[str, Content], *, on: date) -> Changes:
    delta = delta_of(kind, entries)
    changes = apply_rows(model, delta, facts=_without_code, on=on)
    remember(delta)
    return changes


def _without_code(entry: Content) -> Content:
    return {name: value for name, value in entry.items() if name != "code"}


def _save_channels(entries: Mapping[str, Content], *, on: date) -> Changes:
    changes = _save_plain(PublicationChannel, "channels", entries, on=on)
    put_in_order(PublicationChannel, entries, changes)
    return changes


def _save_domains(entries: Mapping[str, Content], *, on: date) -> Changes:
    agencies = dict(Agency.objects.values_list("code", "pk"))
    delta = delta_of("domains", entries)

    def facts(entry: Content) -> Content:
        return {
            "name": entry["name"],
            "name_en": entry["name_en"],
            "lead_agency_id": agencies[entry["lead_agency"]],
        }

    changes = apply_rows(Domain, delta, facts=facts, on=on)
    put_in_order(Domain, entries, changes)
    remember(delta)
    return changes


def _save_instruments(entries: Mapping[str, Content], *, on: date) -> Changes:
    delta = delta_of("instruments", entries)

    def facts(entry: Content) -> Content:
        days = {name: as_date(entry[name]) for name in ("effective_from", "effective_to")}
        return {name: entry[name] for name in ("title", "doc_no", "evidence", "note")} | days

    changes = apply_rows(Instrument, delta, facts=facts, on=on)
    links = {"replaced_by": {code: entry["replaced_by"] for code, entry in entries.items()}}
    apply_links(Instrument, links, codes=set(delta.touched) - set(changes.kept))
    remember(delta)
    return changes


def _save_exclusions(entries: Mapping[str, Content], *, on: date) -> Changes:
    instruments = dict(Instrument.objects.values_list("code", "pk"))
    delta = delta_of("exclusions", entries)

    def facts(entry: Content) -> Content:
        own = {name: entry[name] for name in ("name", "effect", "article", "evidence", "sources")}
        return own | {"instrument_id": instruments.get(entry["instrument"])}

    changes = apply_rows(Exclusion, delta, facts=facts, on=on)
    put_in_order(Exclusion, entries, changes)
    remember(delta)
    return changes
