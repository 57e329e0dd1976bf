"""公开清单: the list in force, proposals for finer items, publishing a version nobody can change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.catalogue import actions
from gongkai.catalogue.exports import COLUMNS
from gongkai.catalogue.models import CatalogueVersion, Domain, ItemProposal
from gongkai.catalogue.queries import ChecklistRow, checklist_rows, difference, latest_catalogue
from gongkai.core.authority import Permission
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.rules import NoteForm, ProposalForm
from gongkai.web.workspace.once import once, token
from gongkai.web.workspace.pages import download, page, wants_download
from gongkai.web.workspace.reach import agencies_within

asks = require_http_methods(["GET", "HEAD", "POST"])


@door(Permission.ENTER)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """The list in force, what differs from the published version, and the proposals."""
    today = timezone.localdate()
    agency = agencies_within(request, Permission.ENTER).filter(code=request.GET.get("agency") or "").first()
    domain = Domain.objects.filter(code=request.GET.get("domain") or "").first()
    rows = checklist_rows(on=today, agency=agency, domain=domain)
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    latest = latest_catalogue()
    whole = rows if agency is None and domain is None else checklist_rows(on=today)
    context: dict[str, Any] = {
        "rows": rows,
        "latest": latest,
        "changes": difference(latest.rows if latest else [], [row.as_columns() for row in whole]),
        "versions": CatalogueVersion.objects.defer("rows").select_related("published_by")[:20],
        "proposals": ItemProposal.objects.select_related(
            "domain", "agency", "rule", "proposed_by", "decided_by", "item"
        )[:50],
        "agencies": agencies_within(request, Permission.ENTER),
        "domains": Domain.objects.filter(retired_on=None),
        "asked": request.GET,
        "kept": request.GET.urlencode(),
    }
    return page(request, "catalogue.html", context)


def _table(rows: list[ChecklistRow]) -> Table:
    columns = [Column(key, title, width=width) for key, (title, width) in COLUMNS.items()]
    cells = ([row.as_columns().get(key, "") for key in COLUMNS] for row in rows)
    return Table("catalogue", _("公开清单"), columns, cells)


@door(Permission.ITEM_PROPOSE)
@asks
def propose(request: HttpRequest) -> HttpResponseBase:
    """Propose a finer item for one's own field."""
    form = ProposalForm(request.POST if request.method == "POST" else None)
    form.fields["agency"].queryset = agencies_within(request, Permission.ITEM_PROPOSE)  # type: ignore[attr-defined]  # a choice
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once(request, lambda: _proposed(request, form)))
        except actions.ProposalError as error:
            form.add_error(None, told(error))
    words = {
        "form": form,
        "title": _("提出更细的事项"),
        "consequence": _("由县政务公开办审核;采纳后成为清单事项,随下一版公开清单发布。"),
        "button": _("提出"),
        "back": reverse("workspace:catalogue"),
        "once": request.POST.get("once") or token(),
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, form: ProposalForm) -> str:
    said = {name: value for name, value in form.cleaned_data.items() if name != "elements"}
    actions.propose_item(elements=form.element_list(), by=officer(request), at=timezone.now(), **said)
    messages.success(request, _("已提出,等待县政务公开办审核。"))
    return reverse("workspace:catalogue") + "#proposals"


@door(Permission.CATALOGUE_PUBLISH)
@asks
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The office takes a proposal into the list or refuses it with a reason."""
    proposal = get_object_or_404(ItemProposal.objects.select_related("domain", "agency", "rule"), pk=pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("decision") == "accept"
        note = form.cleaned_data["note"]
        try:
            actions.decide_proposal(proposal, accept=accept, note=note, by=officer(request), at=timezone.now())
        except actions.ProposalError as error:
            form.add_error("note", told(error))
        except actions.ProposalConflictError as error:
            messages.warning(request, told(error))
            return redirect("workspace:catalogue")
        else:
            messages.success(request, _("已采纳。") if accept else _("已记录不采纳。"))
            return redirect("workspace:catalogue")
    return page(request, "decide.html", {"proposal": proposal, "form": form}, status=422 if form.errors else 200)


@door(Permission.CATALOGUE_PUBLISH)
@asks
def publish_catalogue(request: HttpRequest) -> HttpResponseBase:
    """Publish the list in force as the next version."""
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.publish_catalogue(
                by=officer(request), at=timezone.now(), note=form.cleaned_data["note"]
            )
        except actions.NothingToPublishError as error:
            messages.info(request, told(error))
            return redirect("workspace:catalogue")
        except actions.CatalogueConflictError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("公开清单第%(n)d版已发布。") % {"n": made.number})
            return redirect("workspace:catalogue")
    words = {
        "form": form,
        "title": _("发布公开清单"),
        "consequence": _("发布后,现行清单成为新的一版,任何人可以看到、下载和核对,这一版以后不能更改。"),
        "button": _("确认发布"),
        "back": reverse("workspace:catalogue"),
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)
