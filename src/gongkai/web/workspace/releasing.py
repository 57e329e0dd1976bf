"""Releasing findings for publication: kind by kind, all of a kind in one material, with ground and legal basis."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.disclosures.actions.gate import scope_of, subject_of
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.queries import authors_of
from gongkai.documents.actions import ReleaseRefusedError, release_findings
from gongkai.documents.models import Finding
from gongkai.documents.queries import open_findings
from gongkai.web.words import FINDING_KINDS
from gongkai.web.workspace.beside import file_passages, text_passages
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.findings import CERTAINTIES, SHOWN
from gongkai.web.workspace.forms.findings import ReleaseForm
from gongkai.web.workspace.pages import page
from gongkai.web.workspace.reach import disclosure_of, working_revision


@door(Permission.FINDING_RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Another person takes responsibility for what must be public by law, with ground and legal basis."""
    disclosure = disclosure_of(request, public_id, Permission.FINDING_RELEASE)
    revision = working_revision(disclosure)
    subject = request.POST.get("subject") or request.GET.get("subject", "")
    title, found = _material(revision, subject) if revision else ("", Finding.objects.none())
    counts = dict(found.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind"))
    if revision is None or not counts:
        messages.info(request, _("没有可放行的发现:可能已被他人处理。"))
        return redirect("workspace:disclosure", public_id)
    authority.require(
        actor(request),
        Permission.FINDING_RELEASE,
        agency_id=disclosure.agency_id,
        authors=authors_of(revision),
    )
    form = ReleaseForm(request.POST if request.method == "POST" else None, subject=subject, counts=counts)
    if request.method == "POST" and form.is_valid() and _released(request, form, found, revision):
        return redirect(_onward(disclosure, subject, left=len(counts) - 1))
    return page(
        request,
        "release.html",
        {**_shown(request, revision, found, counts), "disclosure": disclosure, "title": title, "form": form},
        status=422 if form.errors else 200,
    )


def _material(revision: Revision, subject: str) -> tuple[str, QuerySet[Finding]]:
    """The name of the text or file of this revision under ``subject``, and what is open in it."""
    if subject == subject_of(revision):
        return _("稿件文字"), open_findings([], subjects=[subject])
    for hung in revision.attachments.select_related("file"):
        if subject == f"file:{hung.file.sha256}":
            return hung.name, open_findings([hung.file], scope=scope_of(revision))
    return "", Finding.objects.none()


def _released(request: HttpRequest, form: ReleaseForm, found: QuerySet[Finding], revision: Revision) -> bool:
    said = form.cleaned_data
    try:
        count = release_findings(
            list(found.filter(kind=said["kind"])),
            ground=said["ground"],
            legal_basis=said["legal_basis"],
            drafter=revision.created_by,
            by=officer(request),
            at=timezone.now(),
            scope=scope_of(revision),
        )
    except ReleaseRefusedError as error:
        form.add_error(None, str(error))
        return False
    messages.success(
        request,
        _("已放行%(kind)s %(n)d 处。理由和依据已记录。") % {"kind": FINDING_KINDS[said["kind"]], "n": count},
    )
    return True


def _onward(disclosure: Disclosure, subject: str, *, left: int) -> str:
    """Back to the review, or to the next kind of the same material."""
    if left:
        return reverse("workspace:release", args=[disclosure.public_id], query={"subject": subject})
    return reverse("workspace:review", args=[disclosure.public_id])


def _shown(
    request: HttpRequest, revision: Revision, found: QuerySet[Finding], counts: Mapping[str, int]
) -> dict[str, object]:
    """One page of the findings, kind after kind; the form covers all of a kind, on whatever page they are."""
    total = sum(counts.values())
    last = (total + SHOWN - 1) // SHOWN
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 9 else 1
    rows = list(found.order_by("kind", "pk")[(number - 1) * SHOWN : number * SHOWN])
    text = bool(rows) and rows[0].subject == subject_of(revision)
    attached = revision.attachments.order_by("order") if text else ()
    passages = text_passages(revision, attached, rows) if text else []
    if not passages or passages[0].pk is None:  # of a text being written only what was kept can be released
        passages = file_passages(rows)
    return {
        "rows": [(one, str(FINDING_KINDS[one.kind]), str(CERTAINTIES[one.certainty])) for one in passages],
        "total": total,
        "number": number,
        "last": last,
        "subject": rows[0].subject if rows else "",
        "back": reverse("workspace:review", args=[revision.disclosure.public_id]),
    }
