"""人员: accounts, roles, one-time passwords, lost devices. Only the administrator comes here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.agencies.actions import officers, signing_in
from gongkai.agencies.actions.officers import OfficerError
from gongkai.agencies.models import Appointment, Officer
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import Role
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.words import ROLES
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.forms.people import AppointmentForm, NameForm, OfficerForm
from gongkai.web.workspace.once import once, token
from gongkai.web.workspace.pages import download, one_page, page, wants_download

PEOPLE = Permission.PEOPLE_MANAGE
_SHOWN_ONCE = "shown_once"


@door(PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody with an account, running appointments beside the name."""
    rows = _everybody()
    if words := request.GET.get("words", "").strip():
        rows = rows.filter(display_name__icontains=words) | rows.filter(username__icontains=words)
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    return page(request, "people.html", {"page": one_page(request, rows), "asked": request.GET})


def _everybody() -> QuerySet[Officer]:
    running = Appointment.objects.filter(to_on=None).select_related("agency")
    return Officer.objects.prefetch_related(Prefetch("appointments", running, to_attr="running"))


def _table(rows: QuerySet[Officer]) -> Table:
    columns = [
        Column("username", _("登录名")),
        Column("display_name", _("姓名")),
        Column("active", _("状态")),
        Column("roles", _("任职"), width=48),
        Column("last_login", _("最近登录"), width=20),
    ]
    return Table(
        "people",
        _("人员"),
        columns,
        (
            (
                o.username,
                o.display_name,
                _("在用") if o.is_active else _("停用"),
                "、".join(f"{a.agency.name}({ROLES[a.role]})" for a in o.running),  # type: ignore[attr-defined]  # set by the prefetch
                o.last_login,
            )
            for o in rows.iterator(chunk_size=500)
        ),
    )


@door(PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def officer_new(request: HttpRequest) -> HttpResponseBase:
    """A new account; the one-time password is on the next page, once."""
    form = OfficerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made, password = officers.create_officer(by=officer(request), at=timezone.now(), **form.cleaned_data)
            request.session[_SHOWN_ONCE] = {str(made.pk): password}
            return reverse("workspace:officer", args=[made.pk])

        try:
            return redirect(once(request, act))
        except OfficerError as error:
            form.add_error("username", told(error))
    context = {"form": form, "once": request.POST.get("once") or token()}
    return page(request, "officer_new.html", context, status=422 if form.errors else 200)


@door(PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def officer_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One officer: name, roles, and what the administrator can do; a fresh password is shown once."""
    found = get_object_or_404(Officer, pk=pk)
    name_form = NameForm(initial={"display_name": found.display_name})
    role_form = AppointmentForm()
    if request.method == "POST":
        press = request.POST.get("press", "")
        if press == "name":
            name_form = NameForm(request.POST)
            if _tried(name_form, lambda: _rename(request, found, name_form)):
                return redirect("workspace:officer", pk)
        elif press == "appoint":
            role_form = AppointmentForm(request.POST)
            if _tried(role_form, lambda: _appoint(request, found, role_form)):
                return redirect("workspace:officer", pk)
    return _officer_page(request, found, name_form, role_form)


def _officer_page(
    request: HttpRequest, found: Officer, name_form: NameForm, role_form: AppointmentForm
) -> HttpResponse:
    shown = request.session.pop(_SHOWN_ONCE, {}).get(str(found.pk), "")
    context: dict[str, Any] = {
        "person": found,
        "appointments": found.appointments.select_related("agency").order_by("to_on", "from_on"),
        "name_form": name_form,
        "role_form": role_form,
        "password": shown,
        "bound": signing_in.has_second_factor(found),
        "today": timezone.localdate(),
    }
    status = 422 if name_form.errors or role_form.errors else 200
    return page(request, "officer.html", context, status=status)


def _tried(form: WorkspaceForm, act: Callable[[], object]) -> bool:
    if not form.is_valid():
        return False
    try:
        act()
    except OfficerError as error:
        form.add_error(None, told(error))
        return False
    return True


def _rename(request: HttpRequest, found: Officer, form: NameForm) -> None:
    officers.change_officer(
        found, display_name=form.cleaned_data["display_name"], by=officer(request), at=timezone.now()
    )
    messages.success(request, _("姓名已更正。"))


def _appoint(request: HttpRequest, found: Officer, form: AppointmentForm) -> None:
    said = form.cleaned_data
    officers.appoint(
        found,
        agency=said["agency"],
        role=Role(said["role"]),
        from_on=said["from_on"],
        by=officer(request),
        at=timezone.now(),
    )
    messages.success(request, _("已任命。"))


@door(PEOPLE)
@require_POST
def dismiss(request: HttpRequest, pk: int, appointment: int) -> HttpResponseBase:
    """End an appointment as of today."""
    held = get_object_or_404(Appointment, pk=appointment, officer_id=pk)
    today = timezone.localdate()
    return _press(
        request,
        pk,
        lambda: officers.dismiss(held, on=max(today, held.from_on), by=officer(request), at=timezone.now()),
        _("任职已解除。"),
    )


@door(PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask once, then close the account."""
    found = get_object_or_404(Officer, pk=pk)
    if request.method == "POST":
        return _press(
            request,
            pk,
            lambda: officers.deactivate(found, by=officer(request), at=timezone.now()),
            _("账号已停用。"),
        )
    words = {
        "title": _("停用“%(name)s”的账号") % {"name": found.display_name},
        "consequence": _("停用后立即不能登录,正在进行的登录同时失效;已办的事项和记录全部保留。可以重新启用。"),
        "button": _("确认停用"),
        "back": reverse("workspace:officer", args=[pk]),
        "danger": True,
        "form": WorkspaceForm(),
    }
    return page(request, "ask.html", words)


@door(PEOPLE)
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open a closed account again, with a new one-time password."""
    found = get_object_or_404(Officer, pk=pk)

    def act() -> None:
        _, password = officers.reactivate(found, by=officer(request), at=timezone.now())
        request.session[_SHOWN_ONCE] = {str(pk): password}

    return _press(request, pk, act, _("账号已重新启用。"))


@door(PEOPLE)
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new one-time password; running sessions of the officer end."""
    found = get_object_or_404(Officer, pk=pk)

    def act() -> None:
        password = officers.reset_password(found, by=officer(request), at=timezone.now())
        request.session[_SHOWN_ONCE] = {str(pk): password}

    return _press(request, pk, act, _("密码已重置。"))


@door(PEOPLE)
@require_POST
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a lost device off."""
    found = get_object_or_404(Officer, pk=pk)
    return _press(
        request,
        pk,
        lambda: signing_in.remove_second_factor(found, by=officer(request), at=timezone.now()),
        _("验证器已解除绑定,下次登录时重新绑定。"),
    )


def _press(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponseBase:
    try:
        act()
    except OfficerError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, done)
    return redirect("workspace:officer", pk)
