"""Publication: stage, leaf, clocks and event in one transaction, at the system's own time."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of, county
from gongkai.core import authority, canonical, lifecycle
from gongkai.core.authority import Permission
from gongkai.core.index_numbers import index_group, index_number
from gongkai.core.lifecycle import DisclosureMove, RevisionMove
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, LeafKind, Openness, RevisionStage
from gongkai.disclosures.actions import gate
from gongkai.disclosures.actions.drafting import announce_revision, move_revision
from gongkai.disclosures.actions.gate import NotPublishableError
from gongkai.disclosures.actions.withholding import tell_withheld, withhold_asked
from gongkai.disclosures.models import Attachment, Disclosure, IndexSerial, Revision
from gongkai.disclosures.standing import require_as_read
from gongkai.events.counting import take
from gongkai.ledger import actions as ledger
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import notice_end

# A revision with all that publishing it asks for, in one read.
_WHOLE = Revision.objects.select_related("disclosure__item__domain", "disclosure__agency").order_by()
# What the leaf and the event say of a clock; building the statement costs by the column.
_CLOCK = (
    "state", "agency_id", "due_on", "due_at", "opened_at", "provisional", "item__code",
    "rule_version__valid_from", "rule_version__revision", "rule_version__rule__code",
)  # fmt: skip


# The form of the content. 2 added ``discloser``; what was published in form 1 keeps its bytes.
CONTENT_SCHEMA = "gongkai/disclosure/2"


@transaction.atomic
def publish(revision: Revision, *, by: Officer, at: datetime, read: str = "") -> Disclosure:
    """Make an approved revision public: the first one as a publication, a later one as a correction.

    In one transaction: the stage moves by a conditional UPDATE, the 索引号 is assigned (first time only), a
    leaf is appended, the open clocks named by the disclosure stop, one event is announced. ``at`` is the
    system's time; nobody can set it. ``read`` is the standing of what was read. Raises ``NotAllowedError``,
    ``LifecycleError`` (not approved, or not what was read), ``NotPublishableError``, ``PersonalDataError``.
    """
    revision.refresh_from_db(from_queryset=_WHOLE.select_for_update(of=("self", "disclosure")))
    require_as_read(revision, read)
    disclosure = revision.disclosure
    _require_publishable(disclosure, revision, by=by, at=at)
    attached = list(revision.attachments.select_related("file").order_by("order"))
    gate.require_clean(revision, attached, at=at)
    first = disclosure.status == DisclosureStatus.UNPUBLISHED
    ends_on = _notice_end(disclosure, revision, at=at)
    if first:
        disclosure.index_number = _index_number(disclosure, at=at)
        disclosure.published_at = at
    content = canonical.encode(content_of(disclosure, revision, attached, ends_on=ends_on, at=at))
    ledger.hold()
    named = _clocks(disclosure)
    leaf = ledger.append(
        kind=LeafKind.PUBLISH if first else LeafKind.CORRECT,
        subject=f"disclosure:{disclosure.public_id}",
        record=_record(disclosure, revision, content, attached, named),
        at=at,
    )
    move_revision(
        revision, RevisionMove.PUBLISH,
        published_at=at, published_by=by, leaf_position=leaf.position, content=content, ends_on=ends_on,
    )  # fmt: skip
    _show(disclosure, revision, leaf_position=leaf.position, at=at)
    withheld = [] if first else withhold_asked(revision, disclosure, by=by, at=at)
    if first:
        clocks.meet_all([clock for clock in named if clock.state in clocks.RUNNING], at=at, by=by)
    announce_revision(
        EventKind.DISCLOSURE_PUBLISHED if first else EventKind.DISCLOSURE_CORRECTED,
        revision, by=by, at=at, facts={"leaf": leaf.position, "public_id": str(disclosure.public_id)},
    )  # fmt: skip
    tell_withheld(withheld, by=by, at=at)
    return disclosure


def _require_publishable(disclosure: Disclosure, revision: Revision, *, by: Officer, at: datetime) -> None:
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_PUBLISH, agency_id=disclosure.agency_id
    )
    status = DisclosureStatus(disclosure.status)
    first = status is DisclosureStatus.UNPUBLISHED
    lifecycle.status_after(status, DisclosureMove.PUBLISH if first else DisclosureMove.CORRECT)
    lifecycle.stage_after(RevisionStage(revision.stage), RevisionMove.PUBLISH)
    if not disclosure.item.online:
        raise NotPublishableError(
            Said(
                "事项“%(name)s”按规定不上网,只在现场或向特定对象公布。请按清单的渠道办理,不要在网上公开。",
                name=disclosure.item.name,
            )
        )
    if disclosure.openness != Openness.PROACTIVE:
        raise NotPublishableError(
            Said(
                "这条信息的公开属性不是“主动公开”,不能在网上公开。请办理“认定不主动公开”;需要公开的,请退回修改公开属性。"
            )
        )


def _show(disclosure: Disclosure, revision: Revision, *, leaf_position: int, at: datetime) -> None:
    """Bring the public copy of the disclosure in line with the revision just published."""
    shown = {
        "status": DisclosureStatus.PUBLISHED,
        "index_number": disclosure.index_number,
        "published_at": disclosure.published_at,
        "published_revision": revision,
        "leaf_position": leaf_position,
        "title": revision.title,
        "doc_no": revision.doc_no,
        "formed_on": revision.formed_on,
        "ends_on": revision.ends_on,
        "discloser_name": revision.discloser_name,
        "discloser_uscc": revision.discloser_uscc,
        "changed_at": at,
    }
    Disclosure.objects.filter(pk=disclosure.pk).update(**shown)
    for name, value in shown.items():
        setattr(disclosure, name, value)


def content_of(
    disclosure: Disclosure, revision: Revision, attached: Sequence[Attachment], *, ends_on: object, at: datetime
) -> dict[str, Any]:
    """The whole public content of a revision as one JSON object; its canonical bytes are what the leaf hashes.

    ``salt`` makes the hash a commitment: once the content is lawfully erased, a short text cannot be guessed
    back from the log.
    """
    return {
        "schema": CONTENT_SCHEMA,
        "public_id": str(disclosure.public_id),
        "index_number": disclosure.index_number,
        "revision": revision.number,
        "item": disclosure.item.code,
        "agency": disclosure.agency.code,
        "agency_name": disclosure.agency.name,
        "discloser": _discloser(revision),
        "township": disclosure.township.code if disclosure.township else None,
        "title": revision.title,
        "doc_no": revision.doc_no,
        "formed_on": revision.formed_on.isoformat() if revision.formed_on else None,
        "summary": revision.summary,
        "body": revision.body,
        "elements": dict(revision.elements),
        "ends_on": str(ends_on) if ends_on else None,
        "reason": revision.reason,
        "first_published_at": canonical.moment(disclosure.published_at or at),
        "published_at": canonical.moment(at),
        "attachments": [
            {"name": a.name, "size": a.file.size, "sha256": a.file.sha256, "sm3": a.file.sm3} for a in attached
        ],
        "salt": secrets.token_hex(16),
    }


def _discloser(revision: Revision) -> dict[str, str | None] | None:
    """The real unit; in the content alone, never in the leaf, which holds no name and stays for ever."""
    if not revision.discloser_name:
        return None
    return {"name": revision.discloser_name, "uscc": revision.discloser_uscc}


def _record(
    disclosure: Disclosure,
    revision: Revision,
    content: bytes,
    attached: Sequence[Attachment],
    named: Sequence[Obligation],
) -> dict[str, Any]:
    clock = min(named, key=lambda c: (c.due_at is None, c.due_at or c.opened_at), default=None)
    return {
        "agency": disclosure.agency.code,
        "index_number": disclosure.index_number,
        "item": disclosure.item.code,
        "revision": revision.number,
        "sha256": canonical.sha256(content),
        "sm3": canonical.sm3(content),
        "files": [{"sha256": a.file.sha256, "sm3": a.file.sm3} for a in attached],
        "replaces": disclosure.leaf_position,
        "rule": str(clock.rule_version) if clock else None,
        "due_on": clock.due_on.isoformat() if clock and clock.due_on else None,
    }


def _index_number(disclosure: Disclosure, *, at: datetime) -> str:
    """The next 索引号 of the group; serials are dense because the counter commits with the publication."""
    pattern = county().index_pattern
    year = timezone.localdate(at).year
    group = index_group(
        pattern,
        unit=disclosure.agency.unit_code or disclosure.agency.code,
        domain=disclosure.item.domain.code,
        year=year,
    )
    return index_number(pattern, group=group, serial=take(IndexSerial, "last", key=group))


def _notice_end(disclosure: Disclosure, revision: Revision, *, at: datetime) -> Any:
    if not disclosure.item.has_notice_period:
        return revision.ends_on
    least = notice_end(disclosure.item, published_at=disclosure.published_at or at)
    if revision.ends_on is None or least is None:
        return revision.ends_on or least
    if revision.ends_on < least:
        raise NotPublishableError(
            Said(
                "公示截止日 %(ends_on)s 早于法定最短期限 %(least)s。请退回修改截止日,或留空由系统计算。",
                ends_on=revision.ends_on,
                least=least,
            )
        )
    return revision.ends_on


def _clocks(disclosure: Disclosure) -> list[Obligation]:
    """The clocks the disclosure names, locked after the log and in the order of their numbers, as everywhere."""
    return list(
        disclosure.obligations.select_related("rule_version__rule", "item")
        .only(*_CLOCK)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
