"""Rules of a profile: names are rows that change, numbers are revisions that are only ever added."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gongkai.agencies.actions.profile_rows import (
    Changes,
    Content,
    apply_links,
    apply_rows,
    as_date,
    delta_of,
    remember,
)
from gongkai.catalogue.models import Rule, RuleVersion
from gongkai.catalogue.profile import Problem, ProfileError
from gongkai.catalogue.wording import clause_of

_RULE_FIELDS = ("name", "name_en", "decision_field", "needs_local_value")
# What a version says, as fields of the row. Evidence, sources and notes are part of what is said.
VERSION_FIELDS = (
    "valid_to",
    "kind",
    "value",
    "max_value",
    "month_day",
    "unit",
    "period",
    "day_count_override",
    "extension_value",
    "clock_stops",
    "tiers",
    "default_publish",
    "trigger",
    "basis",
    "evidence",
    "sources",
    "note",
    "clause",
)


def save_rules(entries: Mapping[str, Content], *, on: date) -> Changes:
    """Add, change and retire rules by name; their numbers are :func:`save_versions`."""
    delta = delta_of("rules", {code: _named(entry) for code, entry in entries.items()})
    changes = apply_rows(Rule, delta, facts=lambda e: {name: e[name] for name in _RULE_FIELDS}, on=on)
    links = {"fallback": {code: entry["fallback"] for code, entry in entries.items()}}
    apply_links(Rule, links, codes=set(delta.touched) - set(changes.kept))
    remember(delta)
    return changes


def _named(entry: Content) -> Content:
    return {name: entry[name] for name in (*_RULE_FIELDS, "fallback")}


def save_versions(entries: Mapping[str, Content], *, instruments: Mapping[str, Content], on: date) -> Changes:
    """Add a revision for every version the profile changed, unless the office has spoken about it since.

    Raises ``ProfileError`` when a version left the profile though its rule stays: law that was once in force
    decides old cases, so it is ended with ``valid_to``, not removed.
    """
    wanted = {
        f"{code}@{version['valid_from']}": {
            **version,
            "clause": version["clause"] or clause_of(version, instruments),
        }
        for code, entry in entries.items()
        for version in entry["versions"]
    }
    delta = delta_of("versions", wanted)
    dropped = [key for key in delta.gone if key.split("@")[0] in entries]
    if dropped:
        message = "这个版本以前载入过,不能从配置中删去。请保留它,停用的写明 valid_to。"
        raise ProfileError([Problem("rules.yaml", key, "versions", message) for key in dropped])
    changes = _revise({key: delta.now[key] for key in delta.touched})
    remember(delta)
    return changes


def _revise(touched: Mapping[str, Content]) -> Changes:
    changes = Changes()
    codes = {key.split("@")[0] for key in touched}
    rules = dict(Rule.objects.filter(code__in=codes).values_list("code", "pk"))
    latest: dict[str, RuleVersion] = {}
    newest: dict[str, int] = {}
    held = RuleVersion.objects.filter(rule__code__in=codes).select_related("rule").order_by("revision")
    for version in held:
        latest[f"{version.rule.code}@{version.valid_from}"] = version
        newest[version.rule.code] = version.revision
    fresh = []
    for key, content in touched.items():
        code = key.split("@")[0]
        facts = version_facts(content)
        standing = latest.get(key)
        if standing is not None and standing.recorded_by_id is not None:
            changes.kept.append(key)
            continue
        if standing is not None and all(getattr(standing, name) == value for name, value in facts.items()):
            continue
        (changes.added if standing is None else changes.changed).append(key)
        fresh.append(
            RuleVersion(
                rule_id=rules[code],
                valid_from=date.fromisoformat(content["valid_from"]),
                revision=newest.get(code, 0) + 1,
                **facts,
            )
        )
    RuleVersion.objects.bulk_create(fresh)
    return changes


def version_facts(content: Content) -> dict[str, Any]:
    """An entry of the profile as values of the row's fields."""
    return {name: content[name] for name in VERSION_FIELDS} | {"valid_to": as_date(content["valid_to"])}


def versions_digest(keys: Iterable[str]) -> str:
    """SHA-256 over what the newest revisions of ``keys`` (``rule@valid_from``) say."""
    wanted = set(keys)
    codes = {key.split("@")[0] for key in wanted}
    rows = RuleVersion.objects.filter(rule__code__in=codes).select_related("rule").order_by("revision")
    return digest_of_loaded([row for row in rows if _key(row) in wanted])


def digest_of_loaded(versions: Iterable[RuleVersion]) -> str:
    """The digest a leaf of a load keeps of ``versions``, given in the order of their revisions."""
    newest = {_key(v): {name: str(getattr(v, name)) for name in ("revision", *VERSION_FIELDS)} for v in versions}
    return hashlib.sha256(json.dumps(newest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _key(version: RuleVersion) -> str:
    return f"{version.rule.code}@{version.valid_from}"
