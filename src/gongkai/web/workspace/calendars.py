"""工作日历: each year's notices as taken in, and local closures laid over them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.core.authority import Permission
from gongkai.core.workdays import CalendarDataError, YearCalendar
from gongkai.obligations import actions
from gongkai.obligations.models import CalendarYear, Closure
from gongkai.obligations.queries import in_force_years
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.rules import CalendarForm, ClosureForm, SwitchForm
from gongkai.web.workspace.pages import download, page, wants_download

MANAGE = Permission.CALENDAR_MANAGE
asks = require_http_methods(["GET", "HEAD", "POST"])


@door(Permission.ENTER)
@require_safe
def calendars(request: HttpRequest) -> HttpResponseBase:
    """Every notice of every year, newest first, and the local closures."""
    years = list(in_force_years())
    if suffix := wants_download(request):
        return download(_table(years), suffix)
    return page(request, "calendars.html", {"years": years, "closures": Closure.objects.all()})


def _table(years: list[CalendarYear]) -> Table:
    columns = [
        Column("year", _("年份")),
        Column("revision", _("第几版")),
        Column("title", _("通知"), width=48),
        Column("doc_no", _("文号"), width=24),
        Column("issued_on", _("印发日期")),
        Column("days_off", _("放假"), width=60),
        Column("workdays", _("调休上班"), width=40),
    ]
    return Table(
        "calendars",
        _("工作日历"),
        columns,
        (
            (y.year, y.revision, y.title, y.doc_no, y.issued_on, "、".join(y.days_off), "、".join(y.workdays))
            for y in years
        ),
    )


@door(MANAGE)
@asks
def calendar_new(request: HttpRequest) -> HttpResponseBase:
    """Take in a notice. The same notice again changes nothing; a different one is a new revision of its year."""
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in {"workdays", "incomplete"}}
        try:
            notice = YearCalendar(
                revision=1, evidence=form.evidence(), workdays=form.cleaned_data["workdays"] or frozenset(), **said
            )
            report = actions.take_notice(
                notice, incomplete=form.cleaned_data["incomplete"], by=officer(request), at=timezone.now()
            )
        except CalendarDataError as error:
            form.add_error(None, told(error))
        else:
            messages.success(
                request,
                _("已载入;%(n)d 项在走的时限改了日期。") % {"n": report.recomputed.moved}
                if report.added
                else _("这份通知以前已经载入过,没有变化。"),
            )
            return redirect("workspace:calendars")
    words = {
        "form": form,
        "title": _("载入放假通知"),
        "consequence": _(
            "载入后,在走的时限立即重算,每一处改动都留痕;暂定的日期随之确定。已载入的通知不能改,有变更的再载入一次。"
        ),
        "button": _("载入"),
        "back": "../",
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)


@door(MANAGE)
@asks
def closure_new(request: HttpRequest) -> HttpResponseBase:
    """Record a local closure; laid over the calendar only when switched on."""
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            said = {**form.cleaned_data, "enabled": False}  # switched on only after its effect was seen
            made = actions.set_closure(by=officer(request), at=timezone.now(), **said)
        except actions.ObligationError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已登记。"))
            if form.cleaned_data["enabled"] and not made.enabled:
                return redirect("workspace:closure_switch", made.pk)
            return redirect("workspace:calendars")
    words = {
        "form": form,
        "title": _("登记本地停工"),
        "consequence": _("停工只影响本县的工作日计算,须有依据。随时可以停用,时限会再次重算并留痕。"),
        "button": _("登记"),
        "back": "../",
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)


@door(MANAGE)
@asks
def closure_switch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Lay a recorded closure over the calendar, or take it off, after saying how many running clocks move."""
    closure = get_object_or_404(Closure, pk=pk)
    if request.method == "POST":
        enabled = request.POST.get("enabled") == "1"
        actions.switch_closure(closure, enabled=enabled, by=officer(request), at=timezone.now())
        messages.success(request, _("已启用,时限已重算。") if enabled else _("已停用,时限已重算。"))
        return redirect("workspace:calendars")
    enabled = not closure.enabled
    moved = actions.closure_moves(closure, enabled=enabled, at=timezone.now())
    said = {"first": closure.from_on, "last": closure.to_on, "reason": closure.reason, "n": moved}
    words = {
        "form": SwitchForm(initial={"enabled": "1" if enabled else "0"}),
        "title": _("启用本地停工") if enabled else _("停用本地停工"),
        "consequence": _("%(first)s 至 %(last)s,%(reason)s。确认后,在走的时限中有 %(n)d 项会改日期,每一处都留痕。")
        % said,
        "button": _("确认启用") if enabled else _("确认停用"),
        "back": reverse("workspace:calendars"),
    }
    return page(request, "ask.html", words)
