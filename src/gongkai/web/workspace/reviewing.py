"""保密审查: the queue, and one page with the text as the public will see it, the findings, two buttons."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import Openness, RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.queries import barred_from_review, steps_passed, working
from gongkai.disclosures.standing import stage_of, standing
from gongkai.web.disclosers import for_officers
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.words import AGREED
from gongkai.web.workspace import showing
from gongkai.web.workspace.asking import refusal
from gongkai.web.workspace.beside import released_of
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.findings import groups_of
from gongkai.web.workspace.forms.acts import ReviewForm
from gongkai.web.workspace.pages import download, one_page, page, wants_download
from gongkai.web.workspace.reach import disclosure_of, working_revision

REVIEW = Permission.DISCLOSURE_REVIEW
# What was approved can still be sent back, for example when the last check finds something.
_DECIDABLE = (RevisionStage.SUBMITTED, RevisionStage.APPROVED)


@door(REVIEW)
@require_safe
def reviews(request: HttpRequest) -> HttpResponseBase:
    """Everything waiting for 保密审查 within reach, the longest waiting first."""
    held = authority.agencies_where(actor(request), REVIEW)
    rows = working(None if held is None else sorted(held), stages=[RevisionStage.SUBMITTED])
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    return page(request, "reviews.html", {"page": one_page(request, rows)})


def _table(rows: object) -> Table:
    return Table(
        "reviews",
        _("待审查"),
        [
            Column("title", _("标题"), width=48),
            Column("item", _("事项"), width=28),
            Column("agency", _("单位"), width=24),
            Column("by", _("提交人")),
            Column("at", _("提交时间"), width=20),
        ],
        (
            (r.title, r.disclosure.item.name, for_officers(r.disclosure, r), str(r.submitted_by), r.submitted_at)
            for r in rows  # type: ignore[attr-defined] # a queryset of revisions
        ),
    )


@door(REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Read the text as the public will, then decide; nobody decides about a text of their own."""
    disclosure = disclosure_of(request, public_id, REVIEW)
    revision = working_revision(disclosure)
    seen = stage_of(request.POST.get("read", ""))  # a click repeated, or a decision of somebody else in between
    if revision is None or revision.stage not in _DECIDABLE or seen not in ("", revision.stage):
        messages.info(request, _("这一稿现在不在待审查状态,可能已由他人办理。下面是它目前的情况。"))
        return redirect("workspace:disclosure", public_id)
    actions.look_again(revision, at=timezone.now())  # what is decided about is what the page shows
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(request, form, revision):
        return redirect("workspace:disclosure", public_id)
    return page(request, "review.html", _context(request, disclosure, revision, form), status=refusal(form))


def _decide(request: HttpRequest, form: ReviewForm, revision: Revision) -> bool:
    said = request.POST.get("verdict", "")
    if said not in list(Verdict):
        form.add_error("grounds", _("没有收到审查结论。请按“同意公开”或“退回修改”提交。"))
        return False
    verdict = Verdict(said)
    try:
        actions.record_review(
            revision,
            verdict=verdict,
            grounds=form.cleaned_data["grounds"],
            by=officer(request),
            at=timezone.now(),
            read=request.POST.get("read", ""),
            looked=form.acknowledged(),
        )
    except actions.TextProblemsError as error:
        form.blame(error.problems)
        return False
    except (LifecycleError, actions.NotPublishableError) as error:
        form.add_error(None, told(error))
        form.conflicts = isinstance(error, LifecycleError)
        return False
    agreed = _("已%(word)s。") % {"word": AGREED[revision.disclosure.openness]}
    messages.success(request, agreed if verdict is Verdict.APPROVE else _("已退回修改。"))
    return True


def _context(
    request: HttpRequest, disclosure: Disclosure, revision: Revision, form: ReviewForm
) -> dict[str, object]:
    own, passed = officer(request).pk in barred_from_review(revision), steps_passed(revision)
    shown, findings = showing.as_the_public(disclosure, revision), groups_of(revision)
    asked = disclosure.openness == Openness.PROACTIVE and not own
    return {
        **shown,
        "released": released_of(revision, shown["attachments"]),
        "form": form,
        "read": standing(revision, passed),
        "own": own,
        "agree": AGREED[disclosure.openness],
        "findings": findings,
        "stopping": [group for group in findings if group.certain_count] if asked else [],
        "doubtful": [group for group in findings if group.doubtful_count] if asked else [],
        "told": actions.doubts(revision) if asked else "",
        "releases": not own,
        "passed": passed,
        "changes": showing.changes(disclosure, revision),
    }
