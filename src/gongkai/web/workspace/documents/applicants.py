"""Waiting lists in which applicants find their own place: loaded from a table, whole or not at all."""

import secrets
import tempfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.agencies.models import Agency
from gongkai.core.authority import Permission
from gongkai.documents.actions import ApplicantListError, load_applicants
from gongkai.documents.actions.copies import spool
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.models import ApplicantList
from gongkai.documents.sheets import MOST_ROWS, pasted_rows, sheet_rows, write_xlsx
from gongkai.documents.waiting_lists import COLUMNS, SAMPLE, applicants_of
from gongkai.web.tables import MEDIA_TYPES, Column, Table, disposition
from gongkai.web.telling import told
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.base import DayField
from gongkai.web.workspace.forms.naming import NamedChoiceField
from gongkai.web.workspace.forms.sheet import SheetOrPasteForm
from gongkai.web.workspace.pages import download, one_page, page, wants_download
from gongkai.web.workspace.reach import agencies_within, within_reach

IMPORT = Permission.DISCLOSURE_IMPORT


class ListForm(SheetOrPasteForm):
    """The list, whose it is, until when one may look, and the table as a file or pasted."""

    title = forms.CharField(
        label=gettext_lazy("名单名称"),
        max_length=200,
        help_text=gettext_lazy("公众会看到,例如:2026年公租房轮候名单(第二批)。不要写姓名。"),
        error_messages={"required": gettext_lazy("请填写名单名称。")},
    )
    agency = NamedChoiceField(
        label=gettext_lazy("单位"), queryset=Agency.objects.none(), to_field_name="code", empty_label=None
    )
    ends_on = DayField(
        label=gettext_lazy("查询截止日"), required=False, help_text=gettext_lazy("留空为长期开放。")
    )
    file = forms.FileField(
        label=gettext_lazy("填好的表"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text=gettext_lazy(".xlsx、.xls、.ods 或 .csv,第一行是列名。"),
    )
    pasted = forms.CharField(
        label=gettext_lazy("或者从 Excel 粘贴"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("在 Excel 中选中列名和数据,复制后粘贴到这里。"),
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined] # a ModelChoiceField


@door(IMPORT)
@require_safe
def applicants(request: HttpRequest) -> HttpResponseBase:
    """The lists within reach, the newest first."""
    rows = ApplicantList.objects.filter(within_reach(request, IMPORT)).select_related("agency", "loaded_by")
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    return page(
        request, "documents/applicants.html", {"page": one_page(request, rows), "today": timezone.localdate()}
    )


def _table(rows: QuerySet[ApplicantList]) -> Table:
    return Table(
        "applicant-lists",
        _("轮候名单"),
        [
            Column("title", _("名单"), width=48),
            Column("agency", _("单位"), width=24),
            Column("rows", _("户数")),
            Column("loaded_at", _("更新"), width=20),
            Column("loaded_by", _("载入人")),
            Column("ends_on", _("查询截止")),
        ],
        (
            (one.title, one.agency.name if one.agency else "", one.row_count, one.loaded_at,
             str(one.loaded_by or ""), one.ends_on)
            for one in rows
        ),
    )  # fmt: skip


@door(IMPORT)
@require_safe
def applicants_template(request: HttpRequest) -> HttpResponseBase:
    """The table to fill in, with an invented row to be overwritten."""
    out = BytesIO()
    write_xlsx(out, COLUMNS, [SAMPLE], sheet=_("轮候名单"))
    out.seek(0)
    response = FileResponse(out, content_type=MEDIA_TYPES["xlsx"])
    response["Content-Disposition"] = disposition(f"{_('轮候名单模板')}.xlsx")
    return response


@door(IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pasted")
def applicants_load(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Load a new list, or put a new state in the place of one. A wrong row is named, and nothing is changed."""
    held = ApplicantList.objects.filter(within_reach(request, IMPORT)).select_related("agency")
    present = get_object_or_404(held, code=code) if code else None
    agencies = agencies_within(request, IMPORT)
    form = ListForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        agencies=agencies,
        initial={"title": present.title, "agency": present.agency.code if present.agency else "",
                 "ends_on": present.ends_on} if present else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and (loaded := _loaded(request, form, code)):
        words = {"title": loaded.title, "n": loaded.row_count}
        messages.success(request, _("“%(title)s”已载入 %(n)d 户,公众现在就能查询。") % words)
        return redirect("workspace:applicants")
    context = {"form": form, "present": present, "columns": COLUMNS, "most": MOST_ROWS}
    return page(request, "documents/applicants_load.html", context, status=422 if form.is_bound else 200)


def _loaded(request: HttpRequest, form: ListForm, code: str) -> ApplicantList | None:
    said = form.cleaned_data
    upload = said["file"]
    field = "file" if upload else "pasted"
    try:
        rows = _rows_of(upload) if upload else pasted_rows(said["pasted"])
        return load_applicants(
            applicants_of(rows),
            code=code or f"list-{secrets.token_hex(4)}",
            title=said["title"],
            agency=said["agency"],
            ends_on=said["ends_on"],
            is_demo=officer(request).is_demo,
            by=officer(request),
            at=timezone.now(),
        )
    except (ApplicantListError, UnreadableFileError) as error:
        form.add_error(field, told(error))
    return None


def _rows_of(upload: "UploadedFile[Any]") -> Iterable[Sequence[str]]:
    """The rows of an uploaded table; the copy it is read from does not outlive the reading."""
    with tempfile.NamedTemporaryFile(dir=spool()) as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        yield from sheet_rows(Path(copy.name), name=upload.name or "")


routes = [
    path("applicants/", applicants, name="applicants"),
    path("applicants/template.xlsx", applicants_template, name="applicants_template"),
    path("applicants/new/", applicants_load, name="applicants_new"),
    path("applicants/<slug:code>/", applicants_load, name="applicants_load"),
]
