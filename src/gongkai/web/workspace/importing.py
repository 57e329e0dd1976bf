"""Excel import: template, upload or paste, what is wrong, progress, confirmation, and submitting together."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.catalogue.queries import items_in_force
from gongkai.core import authority
from gongkai.core.authority import NotAllowedError, Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.actions import (
    AlreadyImportedError,
    abandon,
    confirm,
    receive,
    submit_together,
)
from gongkai.disclosures.importing.faults import ImportStateError, SheetShapeError
from gongkai.disclosures.importing.layout import columns_of
from gongkai.disclosures.importing.queries import drafts_of, preview, runs, submittable
from gongkai.disclosures.importing.reading import source_of
from gongkai.disclosures.importing.steps import RUNNING
from gongkai.disclosures.importing.template import template
from gongkai.disclosures.models import ImportRun
from gongkai.web.tables import MEDIA_TYPES, disposition
from gongkai.web.telling import told
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.forms.sheet import SheetOrPasteForm
from gongkai.web.workspace.pages import one_page, page
from gongkai.web.workspace.reach import agencies_within, within_reach
from gongkai.web.workspace.returned import in_language

IMPORT = Permission.DISCLOSURE_IMPORT
_PREVIEWED = 5
_RECENT = 20


class SheetForm(SheetOrPasteForm):
    """A file, or what was copied from one."""

    file = forms.FileField(
        label=gettext_lazy("填好的表"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(".xlsx 或 .csv,不超过 10 MB。"),
    )
    pasted = forms.CharField(
        label=gettext_lazy("或者从 Excel 粘贴"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("在 Excel 中选中表头和数据,复制后粘贴到这里。"),
    )


@door(IMPORT)
@require_safe
def imports(request: HttpRequest) -> HttpResponseBase:
    """Choose the item to import into; below, the imports of late."""
    agencies = agencies_within(request, IMPORT)
    chosen = agencies.filter(code=request.GET.get("agency") or "").first() or agencies.first()
    items = items_in_force().filter(Q(agencies=chosen) | Q(agencies__is_group=True, agencies__parts=chosen))
    if words := request.GET.get("words", "").strip():
        items = items.filter(name__icontains=words)
    recent = runs().filter(within_reach(request, IMPORT))[:_RECENT]
    context = {"agencies": agencies, "agency": chosen, "items": items.distinct(), "runs": recent}
    return page(request, "imports.html", context)


@door(IMPORT)
@require_safe
def import_template(request: HttpRequest, code: str, agency: str) -> HttpResponseBase:
    """The XLSX template of the item."""
    item, held = _target(request, code, agency)
    return _xlsx(template(item, agency=held, say=told), f"{item.code}_{item.name}_{_('导入模板')}.xlsx")


@door(IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_item(request: HttpRequest, code: str, agency: str) -> HttpResponseBase:
    """Upload or paste. A sheet of the wrong shape is told here at once, with everything wrong with it."""
    item, held = _target(request, code, agency)
    posted = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if posted else SheetForm()
    status = 422 if posted else 200
    if posted and form.is_valid() and (run := _received(request, form, item, held)):
        return redirect("workspace:import_run", run.public_id)
    context = {"form": form, "item": item, "agency": held, "columns": columns_of(item, held), "bounds": bounds}
    return page(request, "import_item.html", context, status=status)


def _received(request: HttpRequest, form: SheetForm, item: Item, agency: Agency) -> ImportRun | None:
    upload = form.cleaned_data["file"]
    try:
        if upload and upload.size > bounds.FILE_BYTES:
            form.add_error("file", _("文件超过 10 MB。请删去图片和无关的工作表,或分成几份导入。"))
            return None
        return receive(
            upload.read() if upload else form.cleaned_data["pasted"].encode("utf-8", "replace"),
            source=source_of(upload.name) if upload else ImportRun.Source.PASTE,
            file_name=upload.name if upload else "",
            item=item,
            agency=agency,
            by=officer(request),
            at=timezone.now(),
        )
    except SheetShapeError as error:
        for fault in error.faults:
            form.add_error("file" if upload else "pasted", fault)
    except LifecycleError as error:
        form.add_error(None, told(error))
    except AlreadyImportedError as error:
        messages.info(request, told(error))
        return error.run
    return None


@door(IMPORT)
@require_safe
def import_run(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Where the import stands: progress, what is wrong, the first lines to confirm, or the drafts it made."""
    run = _run(request, public_id)
    context: dict[str, Any] = {"run": run, "bounds": bounds, "running": run.state in RUNNING}
    if run.state == ImportRun.State.READY:
        context["preview"] = preview(run, count=_PREVIEWED)
    if run.state == ImportRun.State.DONE:
        context |= {"page": one_page(request, drafts_of(run)), "open_count": submittable(run).count()}
    return page(request, "import_run.html", context)


@door(IMPORT)
@require_safe
def import_progress(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The progress bar alone, for htmx; when the step is over, the page asks for itself again."""
    run = _run(request, public_id)
    if run.state not in RUNNING:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("workspace:import_run", args=[public_id])
        return response
    return render(request, "workspace/parts/import_progress.html", {"run": run})


@door(IMPORT)
@require_POST
def import_confirm(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Import all lines of a checked sheet. A second click finds it done."""
    run = _run(request, public_id)
    try:
        run = confirm(run, by=officer(request), at=timezone.now())
    except (ImportStateError, LifecycleError) as error:
        messages.error(request, told(error))
    else:
        if run.state == ImportRun.State.DONE:
            messages.success(request, _("已导入 %(count)s 条草稿。") % {"count": run.row_count})
    return redirect("workspace:import_run", public_id)


@door(IMPORT)
@require_POST
def import_abandon(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Not to be imported after all."""
    run = _run(request, public_id)
    try:
        abandon(run, by=officer(request), at=timezone.now())
    except ImportStateError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("这次导入已作废,一行也没有导入。"))
    return redirect("workspace:import_run", public_id)


@door(IMPORT)
@require_safe
def import_returned(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The sheet with its wrong cells marked."""
    run = _run(request, public_id)
    if run.returned is None:
        raise Http404(_("没有退回的表:这次导入没有问题,或者已过保存期。"))
    stem = (run.file_name or run.item.code).rsplit(".", 1)[0]
    return _xlsx(in_language(bytes(run.returned)), f"{stem}_{_('问题已标红')}.xlsx")


@door(Permission.DISCLOSURE_DRAFT)
@require_POST
def import_submit(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Hand the drafts that were ticked, or all of them, to review; what became of each is told line by line."""
    run = _run(request, public_id)
    ticked = [int(pk) for pk in request.POST.getlist("draft") if pk.isdecimal() and len(pk) < 19]
    everything = request.POST.get("press") == "all"
    if not (ticked or everything):
        messages.warning(request, _("还没有勾选草稿。请勾选后再提交。"))
        return redirect("workspace:import_run", public_id)
    waiting = submittable(run, ids=None if everything else ticked)
    report = submit_together(waiting[: bounds.SUBMIT_TOGETHER], by=officer(request), at=timezone.now())
    context = {
        "run": run,
        "report": report,
        "sent": sum(not row.problems for row in report),
        "refused": sum(bool(row.problems) for row in report),
        "left": submittable(run).count(),
    }
    return page(request, "import_submitted.html", context)


def _target(request: HttpRequest, code: str, agency: str) -> tuple[Item, Agency]:
    item = get_object_or_404(items_in_force(), code=code)
    held = get_object_or_404(Agency, code=agency)
    authority.require(actor(request), IMPORT, agency_id=held.pk)
    return item, held


def _run(request: HttpRequest, public_id: UUID) -> ImportRun:
    run = (
        ImportRun.objects.select_related("item__domain", "agency", "created_by", "confirmed_by")
        .filter(public_id=public_id)
        .first()
    )
    if run is None:
        raise Http404(_("没有这次导入。请从“批量导入”进入。"))
    if not authority.may(actor(request), IMPORT, agency_id=run.agency_id):
        raise NotAllowedError(_("这是其他单位的导入。请联系该单位,或由县政务公开办办理。"))
    return run


def _xlsx(content: bytes, name: str) -> FileResponse:
    response = FileResponse(BytesIO(content), content_type=MEDIA_TYPES["xlsx"])
    response["Content-Disposition"] = disposition(name)
    return response


_RUN = "imports/runs/<uuid:public_id>/"
_ITEM = "imports/<str:code>/<slug:agency>/"
routes = [
    path("imports/", imports, name="imports"),
    path(_RUN, import_run, name="import_run"),
    path(f"{_RUN}progress/", import_progress, name="import_progress"),
    path(f"{_RUN}confirm/", import_confirm, name="import_confirm"),
    path(f"{_RUN}abandon/", import_abandon, name="import_abandon"),
    path(f"{_RUN}submit/", import_submit, name="import_submit"),
    path(f"{_RUN}returned.xlsx", import_returned, name="import_returned"),
    path(_ITEM, import_item, name="import_item"),
    path(f"{_ITEM}template.xlsx", import_template, name="import_template"),
]
