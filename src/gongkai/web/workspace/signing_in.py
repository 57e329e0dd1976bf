"""Signing in with a password and a second factor, changing the password, signing out."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp import match_token

from gongkai.agencies.actions import officers, signing_in
from gongkai.agencies.actions.officers import WeakPasswordError, WrongPasswordError
from gongkai.agencies.actions.signing_in import SecondFactorError
from gongkai.web.addresses import address_of
from gongkai.web.demo.hands import KNOWN, PASSWORD
from gongkai.web.demo.marker import demo_installed
from gongkai.web.telling import told
from gongkai.web.workspace.doors import (
    MARK,
    SEEN_AT,
    SIGNED_IN_AT,
    Hall,
    account_locked,
    door,
    must_change_password,
    officer,
    onward,
)
from gongkai.web.workspace.forms.people import CodeForm, PasswordForm, SignInForm

form_page = require_http_methods(["GET", "HEAD", "POST"])


@door(Hall.STREET)
@sensitive_post_parameters("password")
@form_page
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Name and password; the session key changes on success."""
    target = onward(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if signing_in.is_locked(request.POST.get("username", ""), address=address_of(request), at=timezone.now()):
            return account_locked(request)
        if form.is_valid():
            who = form.get_user()
            login(request, who)
            now = timezone.now()
            request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now.timestamp()
            mark = signing_in.record_sign_in(officer(request), address=address_of(request), at=now)
            request.session[MARK] = mark
            return redirect(target)
        if not getattr(request, "axes_locked_out", False) and request.POST.get("username"):
            signing_in.record_refusal(request.POST["username"], address=address_of(request), at=timezone.now())
    known = (
        _("演示账号:%(names)s;密码都是 %(password)s") % {"names": "、".join(KNOWN), "password": PASSWORD}
        if demo_installed()
        else ""
    )
    return render(request, "workspace/sign_in.html", {"form": form, "next": target, "demo_accounts": known})


@door(Hall.STREET)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session; harmless when there is none."""
    if request.user.is_authenticated:
        signing_in.record_sign_out(officer(request), address=address_of(request), at=timezone.now())
        logout(request)
        messages.success(request, _("您已退出。"))
    return redirect("workspace:sign_in")


@door(Hall.PORCH)
@sensitive_post_parameters("present", "new", "again")
@form_page
def password(request: HttpRequest) -> HttpResponseBase:
    """The officer's own change of password, forced when it is new or old. Other sessions end."""
    who, now = officer(request), timezone.now()
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            changed = officers.set_password(who, present=said["present"], new=said["new"], at=now)
        except WrongPasswordError as error:
            form.add_error("present", told(error))
        except WeakPasswordError as error:
            form.add_error("new", error.messages)
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, _("密码已更换。您在其他地方的登录已经失效。"))
            return redirect(onward(request))
    forced = must_change_password(who, at=now)
    return render(
        request,
        "workspace/password.html",
        {"form": form, "next": onward(request), "forced": forced, "days": settings.PASSWORD_MAX_AGE.days},
    )


@door(Hall.PORCH)
@form_page
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """The code that completes the sign-in: of the authenticator, or one of the backup codes."""
    who = officer(request)
    if who.is_verified():  # type: ignore[attr-defined] # set by django-otp's middleware
        return redirect(onward(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(who, form.cleaned_data["code"].strip().lower())
        if device is not None:
            otp_login(request, device)
            request.session.cycle_key()
            return redirect(onward(request))
        signing_in.record_refusal(
            who.username, address=address_of(request), at=timezone.now(), step="second_factor"
        )
        form.add_error("code", _("验证码不对,或刚输错过需稍等片刻。请核对手机时间,等下一个验证码出现后再试。"))
    return render(request, "workspace/second_factor.html", {"form": form, "next": onward(request)})


@door(Hall.PORCH)
@form_page
def second_factor_setup(request: HttpRequest) -> HttpResponseBase:
    """Bind an authenticator by QR code; the backup codes are shown once, on the page that answers."""
    who = officer(request)
    bound = signing_in.has_second_factor(who)
    if bound and not who.is_verified():  # type: ignore[attr-defined] # set by django-otp's middleware
        return redirect("workspace:second_factor")  # a stolen password alone may not bind a new device
    if must_change_password(who, at=timezone.now()):
        return redirect("workspace:password")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = signing_in.confirm_second_factor(
                who, code=form.cleaned_data["code"], at=timezone.now()
            )
        except SecondFactorError as error:
            form.add_error("code", told(error))
        else:
            otp_login(request, device)
            request.session.cycle_key()
            return render(request, "workspace/backup_codes.html", {"codes": codes, "next": onward(request)})
    device = signing_in.begin_second_factor(who)
    return render(
        request,
        "workspace/second_factor_setup.html",
        {"form": form, "next": onward(request), "bound": bound, "secret": _grouped(device.config_url)},
    )


@door(Hall.PORCH)
@require_GET
def second_factor_qr(request: HttpRequest) -> HttpResponseBase:
    """The QR code of the authenticator being bound, never cached, gone once it is bound."""
    who = officer(request)
    if signing_in.has_second_factor(who) and not who.is_verified():  # type: ignore[attr-defined] # as above
        return HttpResponse(status=404)
    out = io.BytesIO()
    segno.make(signing_in.begin_second_factor(who).config_url, error="m").save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgclass=None, lineclass=None, light="#fff"
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def _grouped(config_url: str) -> str:
    secret = config_url.split("secret=")[1].split("&", maxsplit=1)[0]
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
