"""``/api/v1/``: everything public, readable by programs without a key, a cookie or a picture code."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force
from gongkai.catalogue.models import Domain, Item
from gongkai.disclosures import queries as disclosures
from gongkai.disclosures.disclosers import shown_name
from gongkai.disclosures.ending import as_of
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations.models import Obligation
from gongkai.web.opendata import shapes

PAGE = 100
MOST = 500

api = NinjaAPI(
    title="gongkai",
    version="1",
    description="公共资源配置领域政府信息公开数据接口。全部只读,不需要密钥。Read-only; no key needed.",
    urls_namespace="api-v1",
    docs_url=None,  # its page would load scripts from elsewhere; the examples are on /data/
)


class Wanted(Schema):
    """Filters of the disclosure list; codes as in /agencies and /items."""

    domain: str | None = None
    item: str | None = None
    stage: str | None = None
    agency: str | None = None
    township: str | None = None
    exchange_type: str | None = None
    year: int | None = Field(None, ge=1990, le=9000)
    status: str | None = None


@api.get("/agencies", response=list[shapes.AgencyOut], summary="责任主体")
def agencies(request: HttpRequest) -> Any:
    """Every agency in force."""
    return list(agencies_in_force())


@api.get("/items", response=list[shapes.ItemOut], summary="公开事项")
def items(request: HttpRequest) -> list[dict[str, Any]]:
    """The checklist in force, in its order; five queries whatever its length."""
    rows = Item.objects.filter(retired_on=None).select_related("domain")
    return [
        {
            "code": item.code,
            "name": item.name,
            "name_en": item.name_en,
            "domain": item.domain.code,
            "stage": item.stage,
            "exchange_type": item.exchange_type,
            "agencies": [held.agency.code for held in item.item_agencies.all()],
            "rules": [held.rule.code for held in item.item_rules.all()],
            "evidence": item.evidence,
        }
        for item in rows.prefetch_related("item_agencies__agency", "item_rules__rule")
    ]


@api.get("/disclosures", response=shapes.PageOut, summary="公开信息列表")
def disclosure_list(
    request: HttpRequest, wanted: Query[Wanted], after: str | None = None, size: int = PAGE
) -> dict[str, Any]:
    """The public list, newest first, by position: follow ``next`` until it is null."""
    if not 1 <= size <= MOST:
        raise HttpError(400, _("size 应在 1 到 %(most)d 之间。") % {"most": MOST})
    chosen, today = wanted.dict(exclude_none=True), timezone.localdate()
    _require_known(request, chosen)
    rows, more = disclosures.page(
        disclosures.listed(disclosures.ListFilters(**chosen)), after=_position(after), size=size
    )
    return {
        "results": [_row(as_of(d, today)) for d in rows],
        "next": _next("api-v1:disclosure_list", more, chosen, size),
    }


@api.get("/disclosures/{public_id}", response=shapes.DetailOut, summary="公开信息详情")
def disclosure_detail(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """One disclosure with its text, attachments by fingerprint, and every version that was public."""
    found = disclosures.detail(str(public_id), on=timezone.localdate())
    if found is None:
        raise HttpError(404, _("没有编号为 %(id)s 的公开信息。") % {"id": public_id})
    shown = found.published_revision if found.status in disclosures.READABLE else None
    return {
        **_row(found),
        "summary": shown.summary if shown else "",
        "body": shown.body if shown else "",
        "elements": shown.elements if shown else {},
        "attachments": _files(shown) if shown else [],
        "versions": [
            {
                "number": r.number,
                "title": r.title,
                "discloser": "" if r.withholding else shown_name(found, r),
                "published_at": r.published_at,
                "reason": r.reason,
                "leaf": r.leaf_position,
                "withheld_at": r.withholding.at if r.withholding else None,
                "withheld_reason": r.withholding.reason if r.withholding else "",
                "withheld_ground": r.withholding.ground.code if r.withholding else "",
            }
            for r in (disclosures.versions(found) if shown else [])
        ],
        "withdrawal_reason": found.withdrawal_reason,
        "leaf": found.leaf_position,
    }


@api.get("/obligations", response=shapes.ObligationPageOut, summary="时限")
def obligation_list(
    request: HttpRequest,
    agency: str | None = None,
    state: str | None = None,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> dict[str, Any]:
    """What was owed, when, by which clause, and what became of it; in the order of opening."""
    everything = Obligation.objects.filter(pk__gt=after).select_related("item", "agency", "rule_version__rule")
    rows = disclosures.with_public_labels(everything)
    if agency:
        rows = rows.filter(agency__code=agency)
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("pk")[: PAGE + 1])
    kept = {k: v for k, v in (("agency", agency), ("state", state)) if v}
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    address = f"{reverse('api-v1:obligation_list')}?{urlencode({**kept, 'after': more})}" if more else None
    return {"results": [_clock(o) for o in found[:PAGE]], "next": _absolute(address) if address else None}


def _row(d: Disclosure) -> dict[str, Any]:
    return {
        "public_id": str(d.public_id),
        "index_number": d.index_number,
        "title": d.title,
        "doc_no": d.doc_no,
        "status": d.status,
        "item": d.item.code,
        "domain": d.item.domain.code,
        "agency": d.agency.code,
        "discloser": shown_name(d),
        "discloser_uscc": d.discloser_uscc or "",
        "township": d.township.code if d.township else None,
        "formed_on": d.formed_on,
        "published_at": d.published_at,
        "changed_at": d.changed_at,
        "ends_on": d.ends_on,
        "url": _absolute(reverse("portal:detail", args=[d.public_id])),
    }


def _files(revision: Revision) -> list[dict[str, Any]]:
    return [
        {"name": a.name, "size": a.file.size, "sha256": a.file.sha256, "sm3": a.file.sm3}
        for a in revision.attachments.all()
    ]


def _clock(o: Obligation) -> dict[str, Any]:
    return {
        "id": o.pk,
        "item": o.item.code,
        "agency": o.agency.code,
        "discloser": o.public_discloser or "",  # type: ignore[attr-defined]  # with_public_labels
        "label": o.public_label,  # type: ignore[attr-defined]  # with_public_labels
        "state": o.state,
        "fact_on": o.fact_on,
        "due_on": o.due_on,
        "provisional": o.provisional,
        "met_at": o.met_at,
        "rule": o.rule_version.rule.code,
        "rule_version": o.rule_version.label,
        "clause": o.rule_version.clause,
        "evidence": o.rule_version.evidence,
        "calendar": o.calendar_version,
    }


def _require_known(request: HttpRequest, chosen: dict[str, Any]) -> None:
    """Refuse a parameter or a value that names nothing: another list than was asked for would mislead.

    Raises ``HttpError`` 400. A query for each value given, none without.
    """
    wrong = sorted(set(request.GET) - {*Wanted.model_fields, "after", "size"})
    there: dict[str, Callable[[str], bool]] = {
        "domain": lambda code: Domain.objects.filter(code=code).exists(),
        "item": lambda code: Item.objects.filter(code=code).exists(),
        "agency": lambda code: Agency.objects.filter(code=code).exists(),
        "township": lambda code: Agency.objects.filter(code=code).exists(),
        "stage": lambda value: value in Item.Stage.values,
        "exchange_type": lambda value: value in Item.ExchangeType.values,
        "status": lambda value: value in disclosures.PUBLIC,
    }
    for name, exists in there.items():
        value = chosen.get(name)
        if value and ("\x00" in value or not exists(value)):
            wrong.append(f"{name}={value[:60]}")
    if wrong:
        raise HttpError(
            400,
            _("这些参数无法识别,没有给出数据:%(names)s。可用的参数和值见 /data/。") % {"names": "、".join(wrong)},
        )


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _next(name: str, more: tuple[datetime, int] | None, chosen: dict[str, Any], size: int) -> str | None:
    if more is None:
        return None
    token = signing.dumps([more[0].isoformat(), more[1]], salt="page")
    return _absolute(f"{reverse(name)}?{urlencode({**chosen, 'size': size, 'after': token})}")


def _position(token: str | None) -> tuple[datetime, int] | None:
    if token is None:
        return None
    try:
        moment, pk = signing.loads(token, salt="page")
        return datetime.fromisoformat(moment), int(pk)
    except (signing.BadSignature, ValueError, TypeError):
        raise HttpError(400, _("after 参数无效。请使用上一页返回的 next 地址。")) from None
