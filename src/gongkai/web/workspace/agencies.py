"""责任主体: public contacts and early warnings; names and codes come from the county's profile."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.agencies.actions.agencies import CONTACT, AgencyError, change_contact, set_warnings
from gongkai.agencies.models import Agency
from gongkai.core.authority import Permission
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.templatetags.gongkai import named
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.rules import ContactForm, WarningForm
from gongkai.web.workspace.pages import download, page, wants_download
from gongkai.web.workspace.reach import agencies_within

asks = require_http_methods(["GET", "HEAD", "POST"])
EVERYONE = "*"  # in place of a code: every agency within reach
BEFORE = "warnings_before"  # what all had before they were set together


@door(Permission.AGENCY_MANAGE)
@require_safe
def agencies(request: HttpRequest) -> HttpResponseBase:
    """Every agency with its codes, earlier names and public contact."""
    rows = list(Agency.objects.select_related("parent", "merged_into").prefetch_related("names"))
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    return page(request, "agencies.html", {"rows": rows})


def _table(rows: list[Agency]) -> Table:
    columns = [
        Column("code", _("代号"), width=20),
        Column("name", _("名称"), width=36),
        Column("kind", _("类别"), width=20),
        Column("unit_code", _("机构代码")),
        Column("uscc", _("统一社会信用代码"), width=22),
        *(
            Column(key, title, width=30)
            for key, title in zip(CONTACT, (_("电话"), _("地址"), _("办公时间")), strict=True)
        ),
        Column("warn_days", _("提前提醒(工作日)")),
        Column("closed_on", _("撤销日期")),
    ]
    return Table(
        "agencies",
        _("责任主体"),
        columns,
        (
            (
                a.code,
                named(a),
                told(a.get_kind_display()),
                a.unit_code,
                a.uscc,
                *(a.contact.get(key, "") for key in CONTACT),
                a.warn_days,
                a.closed_on,
            )
            for a in rows
        ),
    )


@door(Permission.AGENCY_MANAGE)
@asks
def contact(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change what the public sees of an agency's office; other facts belong to the profile."""
    found = get_object_or_404(Agency, code=code)
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={key: found.contact.get(key, "") for key in CONTACT},
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(found, contact=form.cleaned_data, by=officer(request), at=timezone.now())
        except AgencyError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("联系方式已更新。"))
            return redirect("workspace:agencies")
    words = {
        "form": form,
        "title": _("“%(name)s”的公开联系方式") % {"name": named(found)},
        "consequence": _("会显示在公开页面的“不服找谁”和机构信息中。名称、代码由县配置载入,不在这里改。"),
        "button": _("保存"),
        "back": reverse("workspace:agencies"),
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)


@door(Permission.WARNING_SET)
@asks
def warnings(request: HttpRequest) -> HttpResponseBase:
    """How many working days before a deadline each agency within reach is warned: one, all alike, or put back."""
    rows = agencies_within(request, Permission.WARNING_SET)
    if suffix := wants_download(request):
        return download(_warning_table(rows), suffix)
    asked = request.POST.get("agency", "")
    wrong: WarningForm | None = None
    if request.method == "POST":
        if request.POST.get("press") == "back":
            return _put_back(request)
        found = rows if asked == EVERYONE else [get_object_or_404(rows, code=asked)]
        form = WarningForm(request.POST)
        if form.is_valid() and _set(request, form, found):
            return redirect("workspace:warnings")
        wrong = form
    context = {
        "rows": rows,
        "form": wrong,
        "asked": asked,
        "everyone": EVERYONE,
        "before": request.session.get(BEFORE),
    }
    return page(request, "warnings.html", context, status=422 if wrong else 200)


def _set(request: HttpRequest, form: WarningForm, found: Iterable[Agency]) -> bool:
    """Set one agency, or all of them together; what all had before is kept for this sign-in, to be put back."""
    days: int = form.cleaned_data["days"]
    agencies = list(found)
    try:
        before = set_warnings({a.code: days for a in agencies}, by=officer(request), at=timezone.now())
    except AgencyError as error:
        form.add_error("days", told(error))
        return False
    request.session.pop(BEFORE, None)
    if request.POST["agency"] != EVERYONE:
        messages.success(request, _("“%(name)s”的提醒已更新。") % {"name": named(agencies[0])})
    else:
        said = {"n": len(before), "days": days}
        messages.success(request, _("已统一为提前 %(days)d 个工作日,%(n)d 个单位有变动。") % said)
        if before:
            request.session[BEFORE] = before
    return True


def _put_back(request: HttpRequest) -> HttpResponseBase:
    """Undo the last setting of all together; nothing where another change came after it."""
    before = request.session.pop(BEFORE, None)
    if before is None:
        messages.info(request, _("没有可以恢复的统一设置:之后又改过,或者已经恢复。"))
        return redirect("workspace:warnings")
    try:
        set_warnings(before, by=officer(request), at=timezone.now())
    except AgencyError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("已恢复 %(n)d 个单位原来的天数。") % {"n": len(before)})
    return redirect("workspace:warnings")


def _warning_table(rows: Iterable[Agency]) -> Table:
    columns = [
        Column("code", _("代号"), width=20),
        Column("name", _("名称"), width=36),
        Column("warn_days", _("提前提醒(工作日)")),
    ]
    return Table("warnings", _("到期提醒"), columns, ((a.code, named(a), a.warn_days) for a in rows))
