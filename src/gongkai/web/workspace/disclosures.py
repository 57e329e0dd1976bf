"""Finding a disclosure and seeing all that happened to it, with the next action on top."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import DisclosureStatus, Openness, RevisionStage
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.disclosures.queries import authors_of
from gongkai.events.models import Event
from gongkai.web.attachments import served
from gongkai.web.disclosers import for_officers
from gongkai.web.tables import Column, Table
from gongkai.web.versions import compared
from gongkai.web.words import MARKS
from gongkai.web.workspace.doors import actor, door
from gongkai.web.workspace.eventwords import in_words
from gongkai.web.workspace.pages import download, one_page, page, wants_download
from gongkai.web.workspace.reach import WORKING, disclosure_of, readable_disclosures, working_revision

READ = Permission.DISCLOSURE_READ


@door(Permission.ENTER)
@require_safe
def disclosures(request: HttpRequest) -> HttpResponseBase:
    """The list: everything within reach, narrowed by words, domain, agency and state."""
    shown = WORKING | Q(stage=RevisionStage.CONCLUDED)
    working = Revision.objects.filter(shown, disclosure=OuterRef("pk")).order_by("-number")
    rows: QuerySet[Any] = readable_disclosures(request).annotate(
        stage=Subquery(working.values("stage")[:1]), working_title=Subquery(working.values("title")[:1])
    )
    rows = _narrowed(rows, request).order_by("-created_at", "-pk")
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    kept = {k: v for k, v in request.GET.items() if v and k not in {"page", "as"}}
    context = {"page": one_page(request, rows), "asked": request.GET, "marks": MARKS, "kept": urlencode(kept)}
    return page(request, "disclosures.html", context)


def _narrowed(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    asked = request.GET
    if words := asked.get("q", "").strip():
        rows = rows.filter(
            Q(title__icontains=words)
            | Q(doc_no__icontains=words)
            | Q(index_number__icontains=words)
            | Q(revisions__title__icontains=words)
        ).distinct()
    if (status := asked.get("status")) in set(DisclosureStatus):
        rows = rows.filter(status=status)
    if (stage := asked.get("stage")) in set(RevisionStage):
        rows = rows.filter(stage=stage)
    if agency := asked.get("agency"):
        rows = rows.filter(agency__code=agency)
    return rows


def _table(rows: QuerySet[Any]) -> Table:
    return Table(
        "disclosures",
        _("公开信息"),
        [
            Column("title", _("标题"), width=48),
            Column("item", _("事项"), width=28),
            Column("agency", _("单位"), width=24),
            Column("status", _("公开状态")),
            Column("stage", _("办理状态")),
            Column("index_number", _("索引号"), width=26),
            Column("doc_no", _("文号"), width=22),
            Column("formed_on", _("形成日期")),
            Column("published_at", _("公开时间"), width=20),
        ],
        (
            (
                d.title,
                d.item.name,
                for_officers(d),
                str(MARKS["disclosure"][d.status].word),
                str(MARKS["revision"][d.stage].word) if d.stage else "",
                d.index_number,
                d.doc_no,
                d.formed_on,
                d.published_at,
            )
            for d in rows.iterator(chunk_size=500)
        ),
    )


@door(READ)
@require_safe
def disclosure(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One disclosure: where it stands, what can be done now and by whom, every version, review and event."""
    found = disclosure_of(request, public_id, READ)
    revision = working_revision(found)
    revisions = list(
        found.revisions.select_related("created_by", "submitted_by", "withheld__ground", "withheld__by").order_by(
            "-number"
        )
    )
    reviews = [r for v in found.revisions.prefetch_related("reviews__reviewer") for r in v.reviews.all()]
    context = {
        "disclosure": found,
        "revision": revision,
        "revisions": revisions,
        "reviews": sorted(reviews, key=lambda r: r.at),
        "clocks": found.obligations.select_related("rule_version__rule").order_by("due_at"),
        "firsts": found.first_publications.select_related("recorded_by"),
        "attachments": (revision or found.published_revision or Revision()).attachments.select_related("file")
        if revision or found.published_revision
        else [],
        "events": in_words(
            Event.objects.filter(subject=f"disclosure:{found.pk}").select_related("by").order_by("-position")[:50]
        ),
        "next": _next(request, found, revision),
    }
    return page(request, "disclosure.html", context)


def _next(request: HttpRequest, found: Disclosure, revision: Revision | None) -> dict[str, bool]:
    """What this officer can do with it now."""
    stage = revision.stage if revision else ""

    def may(permission: Permission) -> bool:
        return authority.may(actor(request), permission, agency_id=found.agency_id)

    waiting = stage == RevisionStage.SUBMITTED
    authors = authors_of(revision) if revision and waiting else set()
    approved = stage == RevisionStage.APPROVED and may(Permission.DISCLOSURE_PUBLISH)
    proactive = found.openness == Openness.PROACTIVE
    public = found.status == DisclosureStatus.PUBLISHED
    shown = found.status in {DisclosureStatus.PUBLISHED, DisclosureStatus.EXPIRED}
    return {
        "edit": stage in {RevisionStage.DRAFT, RevisionStage.RETURNED} and may(Permission.DISCLOSURE_DRAFT),
        "recall": waiting and may(Permission.DISCLOSURE_DRAFT),
        "review": waiting
        and authority.may(
            actor(request), Permission.DISCLOSURE_REVIEW, agency_id=found.agency_id, authors=authors
        ),
        "send_back": stage == RevisionStage.APPROVED and may(Permission.DISCLOSURE_REVIEW),
        "publish": approved and proactive,
        "conclude": approved and not proactive,
        "correct": public and not stage and may(Permission.DISCLOSURE_DRAFT),
        "withdraw": shown and may(Permission.DISCLOSURE_WITHDRAW),
        "withhold": shown and may(Permission.VERSION_WITHHOLD),
        "first": may(Permission.DISCLOSURE_DRAFT) and found.status != DisclosureStatus.WITHDRAWN,
    }


@door(READ)
@require_safe
def compare(request: HttpRequest, public_id: UUID, old: int, new: int) -> HttpResponseBase:
    """Two versions side by side."""
    found = disclosure_of(request, public_id, READ)
    versions = {
        r.number: r for r in found.revisions.filter(number__in=[old, new]).prefetch_related("attachments__file")
    }
    if old not in versions or new not in versions:
        raise Http404(_("没有这两个版本。请从版本列表进入。"))
    pairs = compared(versions[old], versions[new])
    context: dict[str, Any] = {"disclosure": found, "old": versions[old], "new": versions[new], "changes": pairs}
    return page(request, "compare.html", context)


@door(READ)
@require_safe
def attachment(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponseBase:
    """The bytes of an attachment within reach; ``?show=1`` shows a PDF or picture in the page."""
    found = disclosure_of(request, public_id, READ)
    hung = get_object_or_404(Attachment.objects.select_related("file"), pk=pk, revision__disclosure=found)
    try:
        return served(hung, show=request.GET.get("show") == "1")
    except FileNotFoundError:
        raise Http404(_("附件文件读不到:存储里没有它。请告知系统管理员。")) from None
