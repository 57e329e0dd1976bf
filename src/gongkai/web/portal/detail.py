"""One disclosure: what it is, its versions, its clock, its paper, its data."""

import io
from itertools import pairwise
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.models import SupervisionChannel
from gongkai.catalogue.models import Element
from gongkai.catalogue.queries import stay_ground
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures import queries
from gongkai.disclosures.disclosers import shown_name
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.ledger import queries as ledger
from gongkai.web import facts, words
from gongkai.web.difference import paragraphs
from gongkai.web.disclosers import behind, issuer
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.portal.proofs import standing
from gongkai.web.site import absolute
from gongkai.web.tables import disposition
from gongkai.web.templatetags.gongkai import day, moment, named
from gongkai.web.versions import compared

DESCRIBED = 120


def find(public_id: UUID) -> Disclosure:
    """The public disclosure of this number, or a 404 in plain words."""
    found = queries.detail(str(public_id), on=timezone.localdate())
    if found is None:
        raise Http404(_("没有这条公开信息:网址可能抄错了,或者信息还没有公开。"))
    return found


def readable(disclosure: Disclosure) -> Revision | None:
    """The text the public may read: in force, or a 公示 past its end whose text stays. A stub has none."""
    stays = disclosure.status == DisclosureStatus.EXPIRED and disclosure.item.stays_public
    return disclosure.published_revision if stays or disclosure.status in queries.READABLE else None


def _channels(disclosure: Disclosure) -> list[SupervisionChannel]:
    own = list(disclosure.item.supervision.all())
    return own or list(SupervisionChannel.objects.all()[:3])


def _element_rows(elements: list[Element], revision: Revision | None) -> list[tuple[Element, str]]:
    entered = revision.elements if revision else {}
    return [(e, entered[e.name]) for e in elements if entered.get(e.name, "").strip()]


def _description(disclosure: Disclosure, revision: Revision | None) -> str:
    if revision is None:
        return _("%(title)s(%(state)s)") % {
            "title": disclosure.title,
            "state": words.MARKS["disclosure"][disclosure.status].word,
        }
    text = revision.summary or " ".join(paragraphs(revision.body)) or disclosure.title
    return text[:DESCRIBED]


def _article(disclosure: Disclosure, revision: Revision | None) -> dict[str, Any]:
    return {
        "title": disclosure.title,
        "published_at": disclosure.published_at,
        "source": issuer(disclosure, disclosure.published_revision),
        "keywords": ",".join(
            dict.fromkeys(
                [disclosure.item.name, disclosure.item.domain.name, disclosure.agency.name, shown_name(disclosure)]
            )
        ),
        "description": _description(disclosure, revision),
        "url": absolute(reverse("portal:detail", args=[disclosure.public_id])),
        "image": absolute(static("gongkai/share.png")),
    }


def _context(disclosure: Disclosure) -> dict[str, Any]:
    revision = readable(disclosure)
    elements = list(disclosure.item.elements.all())
    channels = _channels(disclosure)
    return {
        "disclosure": disclosure,
        "revision": revision,
        "issuer": issuer(disclosure, disclosure.published_revision),
        "behind": behind(disclosure, disclosure.published_revision),
        "card": facts.five(disclosure, revision, elements, channels),
        "validity": facts.validity(revision),
        "elements": _element_rows(elements, revision),
        "missing_elements": [
            e for e in elements if e.required and revision and not revision.elements.get(e.name, "").strip()
        ],
        "channels": channels,
        "clocks": list(disclosure.obligations.all()),
        "stays_by": stay_ground(disclosure.item, on=timezone.localdate()) if revision else None,
        "article": _article(disclosure, revision),
        "address": absolute(reverse("portal:detail", args=[disclosure.public_id])),
    }


@require_safe
@fresh
def detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What is it: the card, the text, the elements, the files, the corrections, the deadline, the proof."""
    disclosure = find(public_id)
    context = _context(disclosure)
    context["versions"] = queries.versions(disclosure) if context["revision"] else []
    context["proof"] = standing(disclosure)
    item = disclosure.item
    column = ColumnTags(named(item.domain), named(item), f"{named(item)},{named(item.domain)}", _("政务公开"))
    trail = [(named(item.domain), reverse("portal:domain", args=[item.domain.code])), (disclosure.title, "")]
    return answer(request, "detail.html", context, column=column, trail=trail)


@require_safe
@fresh
def sheet(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """公告版: one A4 sheet for the village board, with the QR code that tells whether the paper is current."""
    disclosure = find(public_id)
    if disclosure.status != DisclosureStatus.PUBLISHED:  # nothing to post: it is over, or was taken back
        return redirect("portal:detail", public_id)
    return answer(request, "sheet.html", _context(disclosure), trail=[(disclosure.title, "")])


def _withheld(found: list[Revision]) -> list[tuple[Revision, dict[str, Any]]]:
    """The withheld ones among ``found``, each with its record in the log, whose digests stay."""
    gone = [version for version in found if version.withholding]
    records = ledger.records(v.leaf_position for v in gone if v.leaf_position is not None) if gone else {}
    return [(version, records.get(version.leaf_position or 0, {})) for version in gone]


@require_safe
@fresh
def versions(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Every version that was public, and what changed from one to the next, side by side."""
    disclosure = find(public_id)
    found = queries.versions(disclosure) if readable(disclosure) else []
    # What a withheld version said would show in a comparison with its neighbours: there is none.
    changes = [
        (old, new, [] if old.withholding or new.withholding else compared(old, new))
        for old, new in pairwise(found)
    ]
    return answer(
        request,
        "versions.html",
        {
            "disclosure": disclosure,
            "versions": found,
            "changes": changes[::-1],
            "withheld": _withheld(found),
        },
        trail=[
            (disclosure.title, reverse("portal:detail", args=[public_id])),
            (_("更正记录"), ""),
        ],
    )


@require_safe
@fresh
def version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """One earlier version as it was read then; of a withheld one, why it cannot be read any more."""
    disclosure = find(public_id)
    found = [r for r in queries.versions(disclosure) if r.number == number] if readable(disclosure) else []
    if not found:
        raise Http404(_("没有这个版本,或者它已随信息撤回、公示期满而不再展示。"))
    elements = list(disclosure.item.elements.all())
    return answer(
        request,
        "version.html",
        {
            "disclosure": disclosure,
            "revision": found[0],
            "elements": _element_rows(elements, found[0]),
            "is_current": found[0].pk == disclosure.published_revision_id,
            "withheld": _withheld(found),
        },
        trail=[
            (disclosure.title, reverse("portal:detail", args=[public_id])),
            (_("更正记录"), reverse("portal:versions", args=[public_id])),
            (_("第 %(number)d 版") % {"number": number}, ""),
        ],
    )


@require_safe
@fresh
def clock(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """How each deadline was computed, day by day."""
    disclosure = find(public_id)
    return answer(
        request,
        "clock.html",
        {"disclosure": disclosure, "clocks": list(disclosure.obligations.all())},
        trail=[(disclosure.title, reverse("portal:detail", args=[public_id])), (_("公开时限"), "")],
    )


@require_safe
@fresh
def as_json(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The disclosure as data, stub or whole."""
    disclosure = find(public_id)
    revision = readable(disclosure)
    data: dict[str, Any] = {
        "public_id": str(disclosure.public_id),
        "index_number": disclosure.index_number,
        "title": disclosure.title,
        "doc_no": disclosure.doc_no,
        "agency": {"code": disclosure.agency.code, "name": disclosure.agency.name},
        "discloser": {"name": shown_name(disclosure), "uscc": disclosure.discloser_uscc},
        "township": disclosure.township.code if disclosure.township else None,
        "domain": disclosure.item.domain.code,
        "item": {"code": disclosure.item.code, "name": disclosure.item.name},
        "formed_on": day(disclosure.formed_on) or None,
        "published_at": moment(disclosure.published_at),
        "changed_at": moment(disclosure.changed_at),
        "ends_on": day(disclosure.ends_on) or None,
        "status": disclosure.status,
        "withdrawal_reason": disclosure.withdrawal_reason or None,
        "leaf_position": disclosure.leaf_position,
        "url": absolute(reverse("portal:detail", args=[disclosure.public_id])),
        "is_demo": disclosure.is_demo,
    }
    if revision:
        data |= {
            "revision": revision.number,
            "summary": revision.summary,
            "body_html": revision.body,
            "elements": revision.elements,
            "attachments": [
                {
                    "name": a.name,
                    "size": a.file.size,
                    "media_type": a.file.media_type,
                    "sha256": a.file.sha256,
                    "sm3": a.file.sm3,
                    "url": absolute(reverse("portal:file", args=[public_id, a.pk])),
                }
                for a in revision.attachments.all()
            ],
        }
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@fresh
def content(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """The canonical bytes whose SHA-256 is in the log, exactly as hashed."""
    disclosure = find(public_id)
    found = [r for r in queries.versions(disclosure) if r.number == number] if readable(disclosure) else []
    if not found or not found[0].content:
        raise Http404(_("没有这个版本的原文,或者它已收回、不再公开。"))
    response = HttpResponse(bytes(found[0].content), content_type="application/json")
    response["Content-Disposition"] = disposition(f"{public_id}.{number}.json")
    return response


@require_safe
@fresh
def qr(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The address of the page as a QR code, so that paper leads back to the screen."""
    if not queries.public().filter(public_id=public_id).exists():
        raise Http404
    out = io.BytesIO()
    address = absolute(reverse("portal:detail", args=[public_id]))
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=2, title=address, xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
