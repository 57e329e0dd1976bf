"""The rows public pages are drawn from, held against what the publication log and its contents say of them."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from gongkai.core.canonical import moment
from gongkai.core.vocabulary import DisclosureStatus, LeafKind, Openness, RevisionStage
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.ledger import queries as ledger
from gongkai.ledger.queries import Mismatch, Stated
from gongkai.obligations.models import Obligation

_TOGETHER = 200
_TEXT = ("title", "doc_no", "summary", "body", "elements", "reason", "formed_on", "ends_on")
_COPY = ("title", "doc_no", "formed_on", "ends_on")  # on the disclosure again, so that a list is one query
_STATUS = {
    LeafKind.PUBLISH: DisclosureStatus.PUBLISHED,
    LeafKind.CORRECT: DisclosureStatus.PUBLISHED,
    LeafKind.WITHDRAW: DisclosureStatus.WITHDRAWN,
    LeafKind.EXPIRE: DisclosureStatus.EXPIRED,
}
_PUBLICATIONS = (LeafKind.PUBLISH, LeafKind.CORRECT)
Differing = dict[str, tuple[Any, Any]]  # what is looked at → (as the log says it, as the page shows it)


def disclosures_unlike_the_log() -> Iterator[Mismatch]:
    """Every public disclosure, version, file name and withheld version that is not as the log has it.

    Told by the leaves: status, moments, 索引号, item, agency, openness (only 主动公开 is published), the version
    in force, the rule and day of the clock it met. Told by the hashed content: everything else a page shows of
    a text. Memory is that of a few hundred disclosures; the queries are counted by hundreds of rows.
    """
    rows = _with_everything().iterator(chunk_size=_TOGETHER)
    while some := list(islice(rows, _TOGETHER)):
        told = ledger.stated([_subject(disclosure) for disclosure in some])
        for disclosure in some:
            yield from _one(disclosure, told[_subject(disclosure)])


def _with_everything() -> Any:
    published = Revision.objects.filter(stage=RevisionStage.PUBLISHED)
    clocks = Obligation.objects.select_related("rule_version__rule")
    files = Attachment.objects.select_related("file").order_by("order", "pk")
    texts = published.select_related("withheld__ground").prefetch_related(Prefetch("attachments", files))
    known = Q(index_number__isnull=False) | Exists(published.filter(disclosure=OuterRef("pk")))
    return (
        Disclosure.objects.filter(~Q(status=DisclosureStatus.UNPUBLISHED) | known)
        .select_related("item", "agency", "township")
        .prefetch_related(Prefetch("revisions", texts.order_by("number")), Prefetch("obligations", clocks))
        .order_by("pk")
    )


def _subject(disclosure: Disclosure) -> str:
    return f"disclosure:{disclosure.public_id}"


def _one(disclosure: Disclosure, told: list[Stated]) -> Iterator[Mismatch]:
    own = [leaf for leaf in told if leaf.kind in _STATUS]
    texts = {leaf.position: leaf for leaf in own if leaf.kind in _PUBLICATIONS}
    if not texts:
        place = f"disclosure:{disclosure.pk}"
        yield Mismatch(place, f"{place} 已公开,而公开日志没有它的记录。")
        return
    versions = list(disclosure.revisions.all())
    shown = next((v for v in versions if v.pk == disclosure.published_revision_id), None)
    differing = _by_leaves(disclosure, own, told[-1]) | _by_clocks(disclosure, texts.values())
    differing["published_revision"] = (max(texts), shown.leaf_position if shown else None)
    differing |= _by_content(disclosure, _content(shown) if shown else {})
    yield from _told(f"disclosure:{disclosure.pk}", differing, position=own[-1].position)
    withheld = {leaf.facts.get("withholds"): leaf for leaf in told if leaf.kind == LeafKind.WITHHOLD}
    for version in versions:
        position = version.leaf_position or 0
        different = _by_own_leaf(version, texts.get(position)) | _by_own_content(version)
        different |= _by_withholding(version, withheld.pop(position, None))
        yield from _told(f"revision:{version.pk}", different, position=position)
    for leaf in withheld.values():
        yield Mismatch(f"leaf:{leaf.position}", f"公开日志第 {leaf.position} 条收回的版本在数据库里找不到。")


def _told(place: str, differing: Differing, *, position: int) -> Iterator[Mismatch]:
    names = [name for name, (logged, shown) in differing.items() if logged != shown]
    if names:
        where = f"{place} 的 {'、'.join(names)}"
        yield Mismatch(place, f"页面显示的内容({where})与公开日志(第 {position} 条)及其正文不同:被改动。")


def _by_leaves(disclosure: Disclosure, own: list[Stated], newest: Stated) -> Differing:
    """What the leaves say of the row itself."""
    last = own[-1]
    ended = {leaf.kind: leaf.at for leaf in own if leaf.kind not in _PUBLICATIONS}
    return {
        "status": (_STATUS[LeafKind(last.kind)], disclosure.status),
        "leaf_position": (last.position, disclosure.leaf_position),
        "index_number": (last.facts.get("index_number"), disclosure.index_number),
        "item": (last.facts.get("item"), disclosure.item.code),
        "agency": (last.facts.get("agency"), disclosure.agency.code),
        "published_at": (own[0].at, _plain(disclosure.published_at)),
        "changed_at": (newest.at, _plain(disclosure.changed_at)),
        "withdrawn_at": (ended.get(LeafKind.WITHDRAW), _plain(disclosure.withdrawn_at)),
        "expired_at": (ended.get(LeafKind.EXPIRE), _plain(disclosure.expired_at)),
        "withdrawal_reason": (last.kind == LeafKind.WITHDRAW, bool(disclosure.withdrawal_reason)),
        "openness": (Openness.PROACTIVE, disclosure.openness),
        "withholding_ground": (None, disclosure.withholding_ground_id),
        "withholding_reason": ("", disclosure.withholding_reason),
    }


def _by_clocks(disclosure: Disclosure, texts: Iterable[Stated]) -> Differing:
    """A leaf names the rule and the day of the clock its publication met; that clock must still say so."""
    said = {(leaf.facts["rule"], leaf.facts.get("due_on")) for leaf in texts if leaf.facts.get("rule")}
    held = {(str(clock.rule_version), _plain(clock.due_on)) for clock in disclosure.obligations.all()}
    return {"obligations": (set(), said - held)}


def _by_content(disclosure: Disclosure, content: dict[str, Any]) -> Differing:
    """The copy of the version in force that lists and the page's head are drawn from."""
    if not content:
        return {}  # the scrutiny of contents reports it
    found: Differing = {name: (content.get(name), _plain(getattr(disclosure, name))) for name in _COPY}
    found["township"] = (content.get("township"), disclosure.township.code if disclosure.township else None)
    found["discloser"] = (_unit(content), (disclosure.discloser_name, disclosure.discloser_uscc))
    return found


def _by_own_leaf(version: Revision, leaf: Stated | None) -> Differing:
    if leaf is None:
        return {"leaf_position": (None, version.leaf_position)}
    return {
        "number": (leaf.facts.get("revision"), version.number),
        "published_at": (leaf.at, _plain(version.published_at)),
    }


def _by_own_content(version: Revision) -> Differing:
    content = _content(version)
    if not content:
        return {}
    found: Differing = {name: (content.get(name), _plain(getattr(version, name))) for name in _TEXT}
    found["discloser"] = (_unit(content), (version.discloser_name, version.discloser_uscc))
    hung = [
        {"name": a.name, "size": a.file.size, "sha256": a.file.sha256, "sm3": a.file.sm3}
        for a in version.attachments.all()
    ]
    found["attachments"] = (content.get("attachments"), hung)
    return found


def _by_withholding(version: Revision, leaf: Stated | None) -> Differing:
    held = version.withholding
    if leaf is None:
        return {"withheld": (None, held)}
    facts = (leaf.at, leaf.position, leaf.facts.get("ground"))
    return {"withheld": (facts, held and (_plain(held.at), held.leaf_position, held.ground.code))}


def _content(version: Revision) -> dict[str, Any]:
    try:
        found = json.loads(ledger.raw(version.content))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _unit(content: dict[str, Any]) -> tuple[str | None, str | None]:
    unit = content.get("discloser") or {}  # contents of the first form have none
    return unit.get("name"), unit.get("uscc")


def _plain(value: Any) -> Any:
    """A moment or day as records and contents write it; anything else as it is."""
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value
