"""A finer item for an agency's own field: the agency proposes, the office decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency, Officer, SupervisionChannel
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of, county
from gongkai.catalogue.actions.loading_items import hang
from gongkai.catalogue.models import Domain, Element, Item, ItemProposal, PublicationChannel, Rule
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import EventKind, Evidence
from gongkai.core.wording import unfit
from gongkai.events.actions import announce

_NAME_LENGTH, _ELEMENT_LENGTH, _MOST_ELEMENTS = 120, 80, 60


class ProposalError(Exception):
    """The proposal cannot be kept or decided; the message says what to write."""


class ProposalConflictError(Exception):
    """The proposal was decided already."""


@transaction.atomic
def propose_item(
    *,
    domain: Domain,
    agency: Agency,
    name: str,
    elements: Sequence[Mapping[str, Any]],
    rule: Rule,
    stage: str,
    reason: str,
    by: Officer,
    at: datetime,
) -> ItemProposal:
    """Keep a finer item ``agency`` proposes; ``elements`` are ``{name, type, required}``.

    Announces ``item.proposed``. Raises ``NotAllowedError``, ``ProposalError``.
    """
    authority.require(actor_of(by, on=timezone.localdate(at)), Permission.ITEM_PROPOSE, agency_id=agency.pk)
    clean = [_element(element) for element in elements]
    problems = _problems(name, clean, reason) + _unfit(name, clean, reason, at=at)
    if stage not in Item.Stage.values:
        problems.append(_("请选择环节:决策、执行、管理、服务或结果。"))
    if Item.objects.filter(domain=domain, name=name.strip(), retired_on=None).exists():
        problems.append(_("这个领域已有同名的事项。请换一个更具体的名称。"))
    if problems:
        raise ProposalError(" ".join(problems))
    proposal = ItemProposal.objects.create(
        domain=domain,
        agency=agency,
        name=name.strip(),
        elements=clean,
        rule=rule,
        stage=stage,
        reason=reason.strip(),
        proposed_at=at,
        proposed_by=by,
    )
    announce(
        EventKind.ITEM_PROPOSED,
        subject=f"proposal:{proposal.pk}",
        at=at,
        by=by,
        agency=agency,
        facts=_said(proposal),
    )
    return proposal


@transaction.atomic
def decide_proposal(proposal: ItemProposal, *, accept: bool, note: str, by: Officer, at: datetime) -> ItemProposal:
    """Accept or refuse a proposal, once. Accepted, it becomes an item of the list in force, coded ``领域-L数字``.

    The item appears in the 公开清单 with the next published version. Announces ``item.proposal_decided``. Raises
    ``NotAllowedError``, ``ProposalError`` (a refusal without grounds), ``ProposalConflictError``.
    """
    authority.require(actor_of(by, on=timezone.localdate(at)), Permission.CATALOGUE_PUBLISH)
    if not accept and not note.strip():
        raise ProposalError(_("不采纳时请写明理由,提出单位会看到。"))
    if wrong := unfit(_("办理意见"), note.strip()):
        raise ProposalError(wrong)
    state = ItemProposal.State.ACCEPTED if accept else ItemProposal.State.REFUSED
    moved = ItemProposal.objects.filter(pk=proposal.pk, state=ItemProposal.State.PROPOSED).update(
        state=state, decided_at=at, decided_by=by, decision_note=note.strip()
    )
    if not moved:
        raise ProposalConflictError(_("这条建议已经办理过。请刷新页面查看结果。"))
    proposal.refresh_from_db()
    if accept:
        try:
            with transaction.atomic():
                proposal.item = _adopt(proposal)
        except IntegrityError:
            raise ProposalConflictError(_("同一领域刚刚采纳了另一条建议,编号相撞。请再办理一次。")) from None
        proposal.save(update_fields=["item"])
    announce(
        EventKind.ITEM_PROPOSAL_DECIDED,
        subject=f"proposal:{proposal.pk}",
        at=at,
        by=by,
        agency=proposal.agency,
        facts=_said(proposal) | {"state": state.value},
    )
    return proposal


def _said(proposal: ItemProposal) -> dict[str, Any]:
    return {"domain": proposal.domain.code, "name": proposal.name, "item": proposal.item and proposal.item.code}


def _element(element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": str(element.get("name", "")).strip(),
        "type": element.get("type", Element.Type.TEXT),
        "required": bool(element.get("required", True)),
    }


def _problems(name: str, elements: Sequence[Mapping[str, Any]], reason: str) -> list[str]:
    found = []
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        found.append(_("请填写事项名称,不超过120字。"))
    if not reason.strip():
        found.append(_("请写明为什么需要单列这一事项。"))
    names = [element["name"] for element in elements]
    if not 0 < len(names) <= _MOST_ELEMENTS or not all(0 < len(n) <= _ELEMENT_LENGTH for n in names):
        found.append(_("请填写一至六十个内容要素,每个不超过80字。"))
    if len(set(names)) != len(names):
        found.append(_("内容要素有重复。请合并。"))
    if any(element["type"] not in Element.Type.values for element in elements):
        found.append(_("要素类型只能是文字、金额、数值、日期或主体名称。"))
    return found


def _unfit(name: str, elements: Sequence[Mapping[str, Any]], reason: str, *, at: datetime) -> list[str]:
    """Accepted, all of it is public."""
    said = {
        "ItemProposal.name": name,
        "ItemProposal.elements": "\n".join(element["name"] for element in elements),
        "ItemProposal.reason": reason,
    }
    return [refused for field, words in said.items() if (refused := refusal(field, words, at=at))]


def _adopt(proposal: ItemProposal) -> Item:
    last = Item.objects.filter(domain=proposal.domain).aggregate(most=Max("order"))["most"]
    code = _next_code(proposal.domain)
    item = Item.objects.create(
        code=code,
        domain=proposal.domain,
        name=proposal.name,
        stage=proposal.stage,
        exchange_type=Item.ExchangeType.NONE,
        discloser_basis="implement",
        exchange={"trading_platform": "no", "credit_platform": "no"},
        levels=["town" if proposal.agency.kind == Agency.Kind.TOWNSHIP else "county"],
        evidence=Evidence.CONFIRMED,
        note=proposal.reason,
        proposed_by=proposal.agency,
        order=(last or 0) + 1,
    )
    portal = PublicationChannel.objects.filter(code=county().portal_channel)
    supervision = SupervisionChannel.objects.filter(closed_on=None)[:1]
    hang(
        [
            {
                "code": code,
                "elements": proposal.elements,
                "rules": [proposal.rule.code],
                "agencies": [proposal.agency.code],
                "channels": [channel.code for channel in portal],
                "supervision": [channel.code for channel in supervision],
            }
        ]
    )
    return item


def _next_code(domain: Domain) -> str:
    """The next free ``领域-L数字``; the unique code lets only one of two officers at the same moment have it."""
    start = f"{domain.code}-L"
    taken = Item.objects.filter(code__startswith=start).values_list("code", flat=True)
    return f"{start}{max((int(code.removeprefix(start)) for code in taken), default=0) + 1:02d}"
