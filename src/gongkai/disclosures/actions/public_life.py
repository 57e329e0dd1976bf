"""After publication: withdrawal with a reason, the end of a 公示 by itself, 首发 on another medium."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.actions import settle_stays
from gongkai.core import authority, lifecycle
from gongkai.core.authority import Permission
from gongkai.core.days import EARLIEST
from gongkai.core.drafting import Problem
from gongkai.core.faults import placed
from gongkai.core.lifecycle import DisclosureMove, LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, LeafKind
from gongkai.disclosures.actions.drafting import TextProblemsError
from gongkai.disclosures.actions.gate import public_words_problems
from gongkai.disclosures.ending import over
from gongkai.disclosures.models import Disclosure, FirstPublication
from gongkai.events.actions import announce
from gongkai.events.bulk import one_by_one
from gongkai.ledger import actions as ledger

log = logging.getLogger(__name__)
FIRST_PUBLISHED_WITHIN = timedelta(days=31)  # how long before the date on the text another medium may have been


@transaction.atomic
def withdraw(disclosure: Disclosure, *, reason: str, by: Officer, at: datetime) -> Disclosure:
    """Take a public text back. A stub with title, agency, dates, 索引号 and ``reason`` stays for good.

    Raises ``NotAllowedError``, ``TextProblemsError`` (no reason, or personal data in it), ``LifecycleError``.
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_WITHDRAW, agency_id=disclosure.agency_id
    )
    if not reason.strip():
        raise TextProblemsError([Problem("reason", Said("请写明撤回理由和依据:公众会在撤回说明中看到它。"))])
    if problems := public_words_problems("reason", "Disclosure.withdrawal_reason", reason, at=at):
        raise TextProblemsError(problems)
    disclosure = _move(
        disclosure, DisclosureMove.WITHDRAW, at=at, withdrawn_at=at, withdrawal_reason=reason.strip()
    )
    _tell(EventKind.DISCLOSURE_WITHDRAWN, disclosure, by=by, at=at)
    return disclosure


def expire_due(*, as_of: date, at: datetime) -> int:
    """End every 公示 whose last day is before ``as_of``; each in its own transaction. The number ended.

    One that cannot be ended stops no other: withdrawn in the same moment, it needs no end; any other fault goes
    to the log by number and place, and is tried again by the next round. What an item's
    grounds require to stay (settled first, for ``as_of``) keeps its text; its page says that the notice period is
    over, and nothing else changes.
    """
    settle_stays(on=as_of)
    ended = Disclosure.objects.filter(over(as_of)).select_related("agency", "item").order_by("pk")
    return sum(_ended(disclosure, at=at) for disclosure in one_by_one(ended))


def _ended(disclosure: Disclosure, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            moved = _move(disclosure, DisclosureMove.EXPIRE, at=at, expired_at=at)
            _tell(EventKind.DISCLOSURE_EXPIRED, moved, by=None, at=at)
    except LifecycleError:  # somebody else moved it first: it is no longer ours to end
        return False
    except Exception as error:  # noqa: BLE001 - one row's fault stops no other; its last day keeps readers out
        log.error(  # noqa: TRY400 - a message of the database may quote the row
            "disclosure %s could not be ended: %s", disclosure.pk, placed(error)
        )
        return False
    return True


@transaction.atomic
def record_first_publication(
    disclosure: Disclosure, *, medium: str, url: str, published_at: datetime, by: Officer, at: datetime
) -> FirstPublication:
    """Record that a designated medium published first, with its address and time.

    Raises ``NotAllowedError`` and ``TextProblemsError`` (no medium, personal data in it or its address, a time in
    the future).
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id
    )
    problems = []
    if not medium.strip():
        problems.append(Problem("medium", Said("请填写首发媒介的名称,例如:中国政府采购网福建分网。")))
    problems += public_words_problems("medium", "FirstPublication.medium", medium, at=at)
    problems += public_words_problems("url", "FirstPublication.url", url, at=at)
    problems += _moment_problems(disclosure, published_at, at=at)
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


def _moment_problems(disclosure: Disclosure, published_at: datetime, *, at: datetime) -> list[Problem]:
    """A first publication lies between the time the document was formed and now.

    The date on a text may be some days after the notice elsewhere; a month is no longer a delay but a slip.
    """
    # As written: a moment of the year 1 can be put into no other zone.
    written, formed_on = published_at.replace(tzinfo=None).date(), disclosure.formed_on
    if written < max((formed_on or EARLIEST) - FIRST_PUBLISHED_WITHIN, EARLIEST):
        early = Said("首发时间早于这份信息的形成日期 %(day)s 太多。请核对年份和日期。", day=formed_on or EARLIEST)
        return [Problem("published_at", early)]
    if published_at > at:
        return [Problem("published_at", Said("首发时间晚于现在。请填写实际发布时间。"))]
    return []


def _move(disclosure: Disclosure, move: DisclosureMove, *, at: datetime, **facts: Any) -> Disclosure:
    # The row before the log, as publication locks them: two who meet wait for one another, and what is read here
    # stays so until the commit.
    disclosure = (
        Disclosure.objects.select_for_update(of=("self",)).select_related("agency", "item").get(pk=disclosure.pk)
    )
    target = lifecycle.status_after(DisclosureStatus(disclosure.status), move)
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
    Disclosure.objects.filter(pk=disclosure.pk).update(
        status=target, changed_at=at, leaf_position=leaf.position, **facts
    )
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
