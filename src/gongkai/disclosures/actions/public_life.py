"""After publication: withdrawal with a reason, the end of a 公示 by itself, 首发 on another medium."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.core import authority, lifecycle
from gongkai.core.authority import Permission
from gongkai.core.drafting import Problem
from gongkai.core.lifecycle import DisclosureMove, LifecycleError
from gongkai.core.vocabulary import DisclosureStatus, EventKind, LeafKind
from gongkai.disclosures.actions.drafting import TextProblemsError
from gongkai.disclosures.models import Disclosure, FirstPublication
from gongkai.events.actions import announce
from gongkai.ledger import actions as ledger


@transaction.atomic
def withdraw(disclosure: Disclosure, *, reason: str, by: Officer, at: datetime) -> Disclosure:
    """Take a public text back. A stub with title, agency, dates, 索引号 and ``reason`` stays for good.

    Raises ``NotAllowedError``, ``TextProblemsError`` (no reason), ``LifecycleError``.
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_WITHDRAW, agency_id=disclosure.agency_id
    )
    if not reason.strip():
        raise TextProblemsError([Problem("reason", "请写明撤回理由和依据:公众会在撤回说明中看到它。")])
    disclosure = _move(
        disclosure, DisclosureMove.WITHDRAW, at=at, withdrawn_at=at, withdrawal_reason=reason.strip()
    )
    _tell(EventKind.DISCLOSURE_WITHDRAWN, disclosure, by=by, at=at)
    return disclosure


def expire_due(*, as_of: date, at: datetime) -> int:
    """End every 公示 whose last day is before ``as_of``; each in its own transaction. The number ended.

    What an item's rule requires to stay (``stays_public``) keeps its text; its page says that the notice period
    is over, and nothing else changes.
    """
    return sum(1 for _ in _expiring(as_of=as_of, at=at))


def _expiring(*, as_of: date, at: datetime) -> Iterator[Disclosure]:
    ended = Disclosure.objects.filter(
        status=DisclosureStatus.PUBLISHED, ends_on__lt=as_of, item__stays_public=False
    ).select_related("agency", "item")
    for disclosure in ended.order_by("pk").iterator(chunk_size=200):
        with transaction.atomic():
            moved = _move(disclosure, DisclosureMove.EXPIRE, at=at, expired_at=at)
            _tell(EventKind.DISCLOSURE_EXPIRED, moved, by=None, at=at)
        yield moved


@transaction.atomic
def record_first_publication(
    disclosure: Disclosure, *, medium: str, url: str, published_at: datetime, by: Officer, at: datetime
) -> FirstPublication:
    """Record that a designated medium published first, with its address and time.

    Raises ``NotAllowedError`` and ``TextProblemsError`` (no medium, a time in the future).
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id
    )
    problems = []
    if not medium.strip():
        problems.append(Problem("medium", "请填写首发媒介的名称,例如:中国政府采购网福建分网。"))
    if published_at > at:
        problems.append(Problem("published_at", "首发时间晚于现在。请填写实际发布时间。"))
    if problems:
        raise TextProblemsError(problems)
    first = FirstPublication.objects.create(
        disclosure=disclosure,
        medium=medium.strip(),
        url=url.strip(),
        published_at=published_at,
        recorded_at=at,
        recorded_by=by,
    )
    _tell(EventKind.DISCLOSURE_FIRST_PUBLISHED, disclosure, by=by, at=at)
    return first


def _move(disclosure: Disclosure, move: DisclosureMove, *, at: datetime, **facts: Any) -> Disclosure:
    found = DisclosureStatus(disclosure.status)
    target = lifecycle.status_after(found, move)
    leaf = ledger.append(
        kind=LeafKind.WITHDRAW if move is DisclosureMove.WITHDRAW else LeafKind.EXPIRE,
        subject=f"disclosure:{disclosure.public_id}",
        record={
            "agency": disclosure.agency.code,
            "index_number": disclosure.index_number,
            "item": disclosure.item.code,
            "replaces": disclosure.leaf_position,
        },
        at=at,
    )
    moved = Disclosure.objects.filter(pk=disclosure.pk, status=found).update(
        status=target, changed_at=at, leaf_position=leaf.position, **facts
    )
    if not moved:
        raise LifecycleError("这条信息刚被他人处理。请刷新页面,看看现在的状态再办理。")
    disclosure.refresh_from_db()
    return disclosure


def _tell(kind: EventKind, disclosure: Disclosure, *, by: Officer | None, at: datetime) -> None:
    announce(
        kind,
        subject=f"disclosure:{disclosure.pk}",
        at=at,
        by=by,
        agency=disclosure.agency,
        facts={"public_id": str(disclosure.public_id), "leaf": disclosure.leaf_position},
    )
