"""Writing a text: begin, save (also by itself), attach, check, submit, give up."""

import secrets
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.authority import Permission
from gongkai.core.drafting import submitting_problems
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import ObligationState
from gongkai.disclosures import actions
from gongkai.disclosures.actions.drafting import EDITABLE
from gongkai.disclosures.actions.richtext import active_parts
from gongkai.disclosures.actions.starting import starting_problems
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.starting import start_of
from gongkai.disclosures.texts import terms_of, text_of
from gongkai.documents import uploads
from gongkai.documents.actions import DocumentRefusedError, store
from gongkai.obligations.models import Obligation
from gongkai.web.telling import told
from gongkai.web.workspace.beside import released_of
from gongkai.web.workspace.doors import door, officer, refused
from gongkai.web.workspace.findings import groups_of
from gongkai.web.workspace.forms.drafting import TextForm
from gongkai.web.workspace.once import once, token
from gongkai.web.workspace.pages import page
from gongkai.web.workspace.reach import agencies_within, disclosure_of, items_of, within_reach, working_revision

DRAFT = Permission.DISCLOSURE_DRAFT
_SAVES = "saves"


@door(DRAFT)
@require_safe
def draft_new(request: HttpRequest) -> HttpResponseBase:
    """Choose what to publish: the items of the officer's agencies, those with a running clock first."""
    agencies = agencies_within(request, DRAFT)
    chosen = agencies.filter(code=request.GET.get("agency") or "").first() or agencies.first()
    waiting = (
        Obligation.objects.filter(agency=chosen, state__in=[ObligationState.OPEN, ObligationState.OVERDUE])
        .filter(disclosures=None)
        .select_related("item__domain", "agency")
        .order_by("due_at", "pk")[:50]
    )
    items = items_of(chosen)
    if words := request.GET.get("words", "").strip():
        items = items.filter(name__icontains=words)
    return page(
        request,
        "draft_new.html",
        {"agencies": agencies, "agency": chosen, "waiting": waiting, "items": items, "once": token()},
    )


@door(DRAFT)
@require_POST
def draft_start(request: HttpRequest) -> HttpResponseBase:
    """Begin a text for an item, or for the item of an obligation; a repeated click opens the first one."""
    obligation = _obligation(request)
    item = obligation.item if obligation else get_object_or_404(Item, code=request.POST.get("item", ""))
    agency = obligation.agency if obligation else get_object_or_404(Agency, code=request.POST.get("agency", ""))

    def begin() -> str:
        revision = actions.start_draft(
            item,
            agency=agency,
            by=officer(request),
            at=timezone.now(),
            obligations=[obligation] if obligation else [],
        )
        return reverse("workspace:draft", args=[revision.disclosure.public_id])

    if obligation and (begun := obligation.disclosures.filter(status="unpublished").first()):
        return redirect("workspace:disclosure", begun.public_id)
    try:
        return redirect(once(request, begin))
    except LifecycleError as error:
        messages.error(request, told(error))
        return redirect("workspace:draft_new")


def _obligation(request: HttpRequest) -> Obligation | None:
    asked = request.POST.get("obligation", "")
    if not asked.isdecimal():
        return None
    reach = Obligation.objects.filter(within_reach(request, DRAFT)).select_related("item", "agency")
    return get_object_or_404(reach, pk=int(asked))


@door(DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The text on one page with its facts, its clock and its form. Every button keeps what was typed first."""
    disclosure = disclosure_of(request, public_id, DRAFT)
    revision = working_revision(disclosure)
    if revision is None or revision.stage not in EDITABLE:
        messages.info(request, _("这一稿现在不能修改。下面是它目前的情况。"))
        return redirect("workspace:disclosure", public_id)
    elements = list(disclosure.item.elements.all())
    if request.method != "POST":
        form = TextForm(revision=revision, elements=elements)
        form.initial["sitting"] = secrets.token_urlsafe(6)
        return _desk(request, form)
    form = TextForm(request.POST, request.FILES, revision=revision, elements=elements)
    if not (form.is_valid() and _save(request, form)):
        return _desk(request, form, status=422)
    if removed := _removed(form):
        messages.info(request, removed)
    if form.filled:
        messages.info(request, _("已按粘贴的表格填入:%(names)s") % {"names": "、".join(map(told, form.filled))})
    return _press(request, form, disclosure)


@door(DRAFT)
@require_POST
def autosave(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Keep the text while it is being written; answers with one line and the new count of saves."""
    disclosure = disclosure_of(request, public_id, DRAFT)
    revision = working_revision(disclosure)
    if revision is None:
        return refused(request, _("这一稿已经办结,不能再保存。"))
    form = TextForm(request.POST, revision=revision, elements=list(disclosure.item.elements.all()))
    kept = form.is_valid() and _save(request, form)
    context = {"form": form, "revision": form.revision, "kept": kept, "removed": _removed(form) if kept else ""}
    if kept:
        context |= _clock_of(form)
    return render(request, "workspace/parts/autosaved.html", context)


def _save(request: HttpRequest, form: TextForm) -> bool:
    """Keep the text; a refusal is written into the form. An unchanged text is not saved again."""
    edits = _count_of_this_page(request, form)
    if edits == form.revision.edits and not form.differs():
        return True
    try:
        saved = actions.save_revision(
            form.revision, text=form.text(), edits=edits, by=officer(request), at=timezone.now(), **form.about()
        )
    except actions.TextProblemsError as error:
        form.blame(error.problems)
        return False
    except (actions.StaleEditError, LifecycleError) as error:
        form.revision.refresh_from_db()
        form.settle(form.revision, conflict=isinstance(error, actions.StaleEditError))
        form.add_error(None, told(error))
        return False
    form.settle(saved)
    _remember_count(request, form)
    return True


def _removed(form: TextForm) -> str:
    """What the cleaner takes from the body as it was typed, in words; empty when nothing."""
    parts = "、".join(active_parts(form.cleaned_data["body"]))
    return _("正文中的脚本、样式或图片已去掉:%(parts)s。图片请作为附件上传。") % {"parts": parts} if parts else ""


def _count_of_this_page(request: HttpRequest, form: TextForm) -> int:
    """The count this page was read at. A page that saved by itself a moment ago is not a stranger to itself."""
    edits = int(form.cleaned_data["edits"])
    sitting = form.cleaned_data["sitting"]
    if edits == form.revision.edits or not sitting:
        return edits
    store_class = import_module(settings.SESSION_ENGINE).SessionStore
    saves = store_class(request.session.session_key).get(_SAVES, {})
    own = saves.get(sitting)
    return int(own) if own is not None and int(own) > edits else edits


def _remember_count(request: HttpRequest, form: TextForm) -> None:
    saves = dict(list(request.session.get(_SAVES, {}).items())[-10:])
    if sitting := form.cleaned_data["sitting"]:
        request.session[_SAVES] = {**saves, sitting: form.revision.edits}
        request.session.save()


def _press(request: HttpRequest, form: TextForm, disclosure: Disclosure) -> HttpResponseBase:
    """What the pressed button asks for, after the text is kept."""
    pressed = request.POST.get("press", "save")
    _detach(request, form.revision)
    _abandon(request)
    trouble = _attach(request, form)
    if pressed == "submit":
        trouble += _half_sent(request, disclosure)
    for message in trouble:
        form.add_error("uploads", message)
    if trouble:
        return _desk(request, form, status=422)
    if pressed == "submit":
        return _submit(request, form, disclosure)
    if pressed == "mask":
        return redirect("workspace:mask_text", disclosure.public_id)
    if pressed == "preview":
        return redirect("workspace:preview", disclosure.public_id)
    messages.success(request, _("已保存。"))
    return redirect("workspace:draft", disclosure.public_id)


def _submit(request: HttpRequest, form: TextForm, disclosure: Disclosure) -> HttpResponseBase:
    try:
        actions.submit(form.revision, by=officer(request), at=timezone.now())
    except actions.MissingElementsError as error:
        form = TextForm(request.POST, revision=form.revision, elements=form.elements)  # it may ask for more now
        form.is_valid()
        form.settle(form.revision)
        form.blame(error.problems)
        return _desk(request, form, status=422)
    messages.success(request, _("已提交保密审查。须由本单位另一位审查人员办理。"))
    return redirect("workspace:disclosure", disclosure.public_id)


def _attach(request: HttpRequest, form: TextForm) -> list[str]:
    trouble = []
    for upload in form.cleaned_data["uploads"]:
        try:
            stored = store(upload, name=upload.name, by=officer(request), at=timezone.now())
            actions.attach(form.revision, stored=stored, name=upload.name, by=officer(request), at=timezone.now())
        except DocumentRefusedError as error:
            trouble.append(f"{upload.name}:{told(error)}")
        except actions.TextProblemsError as error:
            trouble += [told(p.message) for p in error.problems]
    return trouble


def _detach(request: HttpRequest, revision: Revision) -> None:
    asked = request.POST.get("detach", "")
    attachment = revision.attachments.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if attachment:
        actions.detach(attachment, by=officer(request), at=timezone.now())


def _abandon(request: HttpRequest) -> None:
    try:
        asked = UUID(request.POST.get("abandon", ""))
    except ValueError:
        return
    if upload := uploads.find(officer(request).pk, asked):
        uploads.abandon(upload)


def _half_sent(request: HttpRequest, disclosure: Disclosure) -> list[str]:
    """A file still on its way would stay behind when the text goes to review: the officer decides first."""
    return [
        _("附件“%(name)s”还没有传完。请等它传完,或重新选择它接着传;不需要的请点“取消”,再提交审查。")
        % {"name": upload.name}
        for upload in uploads.unfinished(officer(request).pk, about=str(disclosure.public_id))
    ]


def _clock_of(form: TextForm) -> dict[str, Any]:
    """The clock as it stands with what is kept now: running ones, and what submitting would start."""
    disclosure = Disclosure.objects.select_related("item", "agency").get(pk=form.disclosure.pk)
    start = start_of(disclosure, formed_on=form.revision.formed_on, today=timezone.localdate())
    runs_out = start.clock.runs_out_at if start.clock else None
    return {"start": start, "late": runs_out is not None and runs_out <= timezone.now()}


def _desk(request: HttpRequest, form: TextForm, *, status: int = 200) -> HttpResponse:
    revision = form.revision
    attached = list(revision.attachments.select_related("file"))
    missing = submitting_problems(
        text_of(revision),
        terms=terms_of(revision.disclosure.item),
        today=timezone.localdate(),
        attached=bool(attached),
        asks_discloser=form.asks_discloser,
    )
    clock = _clock_of(form)
    context: dict[str, Any] = {
        "form": form,
        "revision": revision,
        "disclosure": form.disclosure,
        "clocks": form.disclosure.obligations.select_related("rule_version__rule").order_by("due_at"),
        "attachments": attached,
        "missing": form.leads(missing + starting_problems(clock["start"])),
        **clock,
        "findings": groups_of(revision),
        "released": released_of(revision, attached),
        "mends": True,
        "unfinished": uploads.unfinished(officer(request).pk, about=str(form.disclosure.public_id)),
    }
    return page(request, "draft.html", context, status=status)
