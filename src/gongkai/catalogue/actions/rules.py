"""待核实: the office confirms a fact or changes a number, with its source. A rule's change is a new revision."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency, AgencyName, Officer, SupervisionChannel
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.actions.loading_rules import VERSION_FIELDS
from gongkai.catalogue.actions.staying import settle_stays
from gongkai.catalogue.models import (
    Exclusion,
    Instrument,
    Item,
    PublicationChannel,
    RuleVersion,
    StayGround,
)
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.rule_shape import RuleNumbers, shape_problems
from gongkai.core.vocabulary import EventKind, Evidence, LeafKind, RuleKind
from gongkai.events.actions import announce
from gongkai.ledger import actions as ledger

# What an officer may change of a rule; the grade, the author and the source are set by the act itself.
CHANGEABLE = frozenset(VERSION_FIELDS) - {"evidence", "sources"} | {"valid_from"}

_WORDS = ("trigger", "note", "clause")  # what the public reads of a rule besides its numbers

# kind of UnverifiedFact → (model, field that names the row, field that holds the grade)
_FACTS: Mapping[str, tuple[type[models.Model], str, str]] = {
    "agencies": (Agency, "code", "evidence"),
    "unit_codes": (Agency, "code", "unit_code_evidence"),
    "agency_names": (AgencyName, "pk", "evidence"),
    "instruments": (Instrument, "code", "evidence"),
    "exclusions": (Exclusion, "code", "evidence"),
    "items": (Item, "code", "evidence"),
    "stays": (StayGround, "pk", "evidence"),
    "supervision": (SupervisionChannel, "code", "evidence"),
    "channels": (PublicationChannel, "code", "evidence"),
}


class RuleConflictError(Exception):
    """Somebody else confirmed or changed it first; the message says what to do."""


class RuleValueError(Exception):
    """The new values cannot be a rule, or the source is missing; the message says what to write."""


@transaction.atomic
def confirm_rule(version: RuleVersion, *, source_note: str, by: Officer, at: datetime) -> RuleVersion:
    """Record that the office found ``version`` right, by ``source_note``: a new revision with the same numbers.

    Appends a leaf, announces ``rule.confirmed``. Raises ``NotAllowedError``, ``RuleValueError`` (no source, or
    there is no number yet to confirm), ``RuleConflictError``.
    """
    _require(by, at=at)
    _refuse(shape_problems(_numbers(version)), source_note, at=at)
    if version.rule.needs_local_value and version.value is None and not version.month_day:
        raise RuleValueError(_("这条规则还没有数字,不能核实。请用“修改”填写数字,并注明依据。"))
    return _record(version, [{}], EventKind.RULE_CONFIRMED, source_note=source_note, by=by, at=at)


@transaction.atomic
def change_rule(
    version: RuleVersion, *, values: Mapping[str, Any], source_note: str, by: Officer, at: datetime
) -> RuleVersion:
    """Record new ``values`` (fields of :data:`CHANGEABLE`) for ``version``: a new revision, nothing overwritten.

    With a later ``valid_from`` the new revision opens a period of its own and ``version`` is ended the day
    before. Obligations already opened follow when they are recomputed. Appends a leaf, announces
    ``rule.changed``. Raises ``NotAllowedError``, ``RuleValueError``, ``RuleConflictError``.
    """
    _require(by, at=at)
    unknown = sorted(set(values) - CHANGEABLE)
    if unknown:
        raise RuleValueError(_("不能修改:%(fields)s。") % {"fields": "、".join(unknown)})
    first_day: date = values.get("valid_from", version.valid_from)
    last_day: date | None = values.get("valid_to", version.valid_to)
    problems = shape_problems(_numbers(version, values))
    if last_day is not None and last_day < first_day:
        problems.append(_("失效日早于生效日。请改正。"))
    if first_day < version.valid_from or (version.valid_to is not None and first_day > version.valid_to):
        problems.append(_("生效日不在原版本的有效期内。请从对应的版本修改。"))
    _refuse(problems, source_note, values, at=at)
    if all(getattr(version, name) == value for name, value in values.items()):
        raise RuleValueError(_("没有改动。数字无误的,请用“核实”。"))
    facts = [dict(values)]
    if first_day != version.valid_from:
        facts.insert(0, {"valid_to": first_day - timedelta(days=1), "evidence": version.evidence})
    return _record(version, facts, EventKind.RULE_CHANGED, source_note=source_note, by=by, at=at)


@transaction.atomic
def confirm_fact(kind: str, code: str, *, source_note: str, by: Officer, at: datetime) -> None:
    """Record that the office found a fact of the 待核实 list right (``UnverifiedFact.kind`` and ``code``).

    The row takes the grade 县政务公开办已核实, which a reload of the profile then respects. Announces
    ``fact.confirmed`` with the source. Raises ``NotAllowedError``, ``RuleValueError``, ``RuleConflictError``.
    """
    _require(by, at=at)
    _refuse([], source_note, at=at)
    if kind not in _FACTS:
        raise RuleValueError(_("这类事实请在县配置中改正后重新载入,不在这里核实。"))
    model, key, grade = _FACTS[kind]
    open_facts = model._default_manager.filter(**{key: code, grade: Evidence.UNVERIFIED})
    if not open_facts.update(**{grade: Evidence.CONFIRMED}):
        raise RuleConflictError(_("这一项已经核实过,或已不在待核实清单中。请刷新页面。"))
    if kind == "stays":
        settle_stays(on=timezone.localdate(at))
    facts = {"kind": kind, "code": code, "source_note": source_note.strip()}
    announce(EventKind.FACT_CONFIRMED, subject=f"{kind}:{code}", at=at, by=by, facts=facts)


def _require(by: Officer, *, at: datetime) -> None:
    authority.require(actor_of(by, on=timezone.localdate(at)), Permission.RULE_CONFIRM)


def _refuse(
    problems: list[str], source_note: str, values: Mapping[str, Any] | None = None, *, at: datetime
) -> None:
    if not source_note.strip():
        problems = [*problems, _("请写明依据:文件名称、文号、网址或核实的经过。")]
    said = {"source_note": source_note} | {name: str((values or {}).get(name, "")) for name in _WORDS}
    unfit = [refusal(f"RuleVersion.{name}", words, at=at) for name, words in said.items()]
    problems = [*problems, *(refused for refused in unfit if refused)]
    if problems:
        raise RuleValueError(" ".join(problems))


def _numbers(version: RuleVersion, values: Mapping[str, Any] | None = None) -> RuleNumbers:
    said = {name: getattr(version, name) for name in ("kind", "value", "max_value", "month_day", "unit", "period")}
    said.update({name: value for name, value in (values or {}).items() if name in said})
    try:
        kind = RuleKind(said.pop("kind"))
    except ValueError:
        raise RuleValueError(_("不认识这个规则种类。请从列表中选择。")) from None
    return RuleNumbers(kind, **said)


def digest_of_recorded(versions: Iterable[RuleVersion]) -> str:
    """The digest a leaf keeps of what the office confirmed or changed, in the order it was laid down."""
    said = [{name: str(getattr(v, name)) for name in (*VERSION_FIELDS, "valid_from")} for v in versions]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _record(
    version: RuleVersion,
    facts: list[dict[str, Any]],
    event: EventKind,
    *,
    source_note: str,
    by: Officer,
    at: datetime,
) -> RuleVersion:
    """Write one revision for each of ``facts`` over ``version``'s own; the last is returned and announced."""
    rule = version.rule
    revisions = list(rule.versions.values_list("valid_from", "revision"))
    newest = max(revision for _day, revision in revisions)
    if version.revision != max(revision for day, revision in revisions if day == version.valid_from):
        raise RuleConflictError(_("这条规则刚刚有了新的版本。请刷新页面,在新版本上办理。"))
    held = {name: getattr(version, name) for name in (*VERSION_FIELDS, "valid_from")}
    new = [
        RuleVersion(
            rule=rule,
            **{**held, "evidence": Evidence.CONFIRMED, **said, "revision": newest + 1},
            recorded_by=by,
            source_note=source_note.strip(),
        )
        for said in facts
    ]
    digest = digest_of_recorded(new)
    record = {"rule": rule.code, "revision": newest + 1, "versions": [v.label for v in new], "sha256": digest}
    leaf = ledger.append(kind=LeafKind.RULES, subject=f"rule:{rule.code}", record=record, at=at)
    try:
        with transaction.atomic():
            for revision in new:
                revision.save()
    except IntegrityError:
        raise RuleConflictError(_("这条规则刚刚有了新的版本。请刷新页面,在新版本上办理。")) from None
    announce(
        event,
        subject=f"rule:{rule.code}",
        at=at,
        by=by,
        facts={"from": version.label, "to": [v.label for v in new], "leaf": leaf.position},
    )
    return new[-1]
