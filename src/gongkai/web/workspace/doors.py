"""The doors of the workspace: each names the permission it needs, and a middleware asks who comes and whether
the sign-in is complete. A view without a guard is never reached.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from gongkai.agencies.actions.signing_in import (
    ACCOUNT_FAILURES,
    LOCKED_FOR,
    has_second_factor,
    record_lock_out,
    record_sign_out,
)
from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Actor, NotAllowedError, Permission
from gongkai.web.addresses import address_of
from gongkai.web.demo.marker import plays
from gongkai.web.telling import told

View = Callable[..., HttpResponseBase]

SIGNED_IN_AT, SEEN_AT, MARK = "signed_in_at", "seen_at", "sign_in_mark"
LONGEST_SECONDS = 8 * 3600
_NEVER_SHOWN = frozenset(
    ["csrfmiddlewaretoken", "edits", "once", "password", "present", "new", "again", "code", "next"]
)
SEEN_EVERY_SECONDS = 60  # how exactly idleness is known; a write a minute, not one a click


class Hall(StrEnum):
    """Guards that are not a permission."""

    STREET = "street"  # anybody
    PORCH = "porch"  # signed in with a password, the rest of the sign-in still to do


Guard = Permission | Hall


def door(guard: Guard) -> Callable[[View], View]:
    """Declare the guard of a view. A refusal is a page that says why and who may; nothing is ever cached."""

    def hang(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if isinstance(guard, Permission):
                    authority.require(actor(request), guard)
                response = view(request, *args, **kwargs)
            except NotAllowedError as refusal:
                response = refused(request, told(refusal))
            add_never_cache_headers(response)
            return response

        guarded.guard = guard  # type: ignore[attr-defined] # read by the middleware and by the test of all doors
        return guarded

    return hang


def officer(request: HttpRequest) -> Officer:
    """The officer who is signed in. Raises ``NotAllowedError`` for nobody."""
    if not isinstance(request.user, Officer):
        raise NotAllowedError(_("请先登录。"))
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The officer as authority sees one today, asked once a request."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        known = actor_of(officer(request), on=timezone.localdate())
        request._actor = known  # type: ignore[attr-defined] # kept beside the request it belongs to
    return known


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """The page for a closed door."""
    return render(request, "workspace/refused.html", {"why": why}, status=403)


def onward(request: HttpRequest) -> str:
    """Where to go after signing in: ``next`` when it is a path of this site, else my tasks."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    home = reverse("workspace:tasks")
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else home


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """The answer to a name locked from this address after too many failures; one line in the log."""
    username = str((credentials or {}).get("username") or request.POST.get("username") or "")
    record_lock_out(username, address=address_of(request), at=timezone.now())
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    locked = render(
        request,
        "workspace/locked_out.html",
        {"limit": settings.AXES_FAILURE_LIMIT, "minutes": minutes},
        status=403,
    )
    add_never_cache_headers(locked)
    return locked


def account_locked(request: HttpRequest) -> HttpResponse:
    """The answer to an account locked for strange addresses after too many failures anywhere."""
    said = {"account": True, "limit": ACCOUNT_FAILURES, "minutes": int(LOCKED_FOR.total_seconds() // 60)}
    locked = render(request, "workspace/locked_out.html", said, status=403)
    add_never_cache_headers(locked)
    return locked


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is no longer good (signed in again in another window): what was typed is shown back."""
    match = request.resolver_match
    if match is None or match.app_name != "workspace":
        return csrf_failure(request, reason=reason)
    template = "workspace/parts/kept.html" if request.headers.get("HX-Request") else "workspace/kept.html"
    return render(request, template, {"kept": _kept(request), "again": request.path}, status=403)


class WorkspaceDoors:
    """Signed in → session still fresh → password not old → second factor; then the door's own guard."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Stop whoever has not finished signing in, on the way to any workspace page."""
        match = request.resolver_match
        if match is None or match.app_name != "workspace":
            return None
        guard = getattr(view, "guard", None)
        if guard is None:
            return refused(request, _("这个页面没有声明谁可以进入,因此不开放。请告知系统管理员。"))
        if request.user.is_authenticated and (why := _ended(request)):
            return _end(request, why)
        if guard is Hall.STREET:
            return None
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if guard is Hall.PORCH:
            return None
        step = _unfinished(request)
        return redirect(f"{reverse(step)}?{urlencode({'next': request.get_full_path()})}") if step else None


def must_change_password(who: Officer, *, at: datetime) -> bool:
    """Whether the password is a one-time one, was never chosen, or is older than the county allows."""
    return not plays(who) and (
        who.must_change_password
        or who.password_changed_at is None
        or at - who.password_changed_at > settings.PASSWORD_MAX_AGE
    )


def _unfinished(request: HttpRequest) -> str | None:
    who = officer(request)
    if must_change_password(who, at=timezone.now()):
        return "workspace:password"
    if who.is_verified():  # type: ignore[attr-defined] # set by django-otp's middleware
        return None
    if has_second_factor(who):
        return "workspace:second_factor"
    if settings.SECOND_FACTOR_REQUIRED and authority.needs_second_factor(actor(request)) and not plays(who):
        return "workspace:second_factor_setup"
    return None


def _ended(request: HttpRequest) -> str:
    now = datetime.now(tz=UTC).timestamp()
    session = request.session
    since = session.setdefault(SIGNED_IN_AT, now)
    seen = session.setdefault(SEEN_AT, now)
    who = officer(request)
    if MARK in session and session[MARK] != who.session_mark and not plays(who):
        return "elsewhere"  # the known accounts of a demonstration are everybody's
    if now - since > LONGEST_SECONDS:
        return "hours"
    if now - seen > settings.SESSION_IDLE.total_seconds():
        return "idle"
    if now - seen > SEEN_EVERY_SECONDS:
        session[SEEN_AT] = now
    return ""


def _end(request: HttpRequest, why: str) -> HttpResponseBase:
    record_sign_out(officer(request), address=address_of(request), at=timezone.now(), why=why)
    logout(request)
    told_why = {
        "idle": _("您已有一段时间没有操作,系统已自动退出。请重新登录。"),
        "hours": _("本次登录已满8小时,系统已自动退出。请重新登录。"),
        "elsewhere": _(
            "这个账号后来在别处登录了,这里的登录已经结束。如果不是您本人,请立即重新登录、更换密码,并告知系统管理员。"
        ),
    }
    messages.warning(request, told_why[why])
    return _ask_to_sign_in(request)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    sign_in = f"{reverse('workspace:sign_in')}?{urlencode({'next': request.get_full_path()})}"
    if request.method != "POST":
        return redirect(sign_in)
    # What was typed is shown back, so that it can be copied after signing in again.
    template = "workspace/parts/kept.html" if request.headers.get("HX-Request") else "workspace/kept.html"
    return render(request, template, {"kept": _kept(request), "sign_in": sign_in}, status=401)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [(k, str(v)) for k, v in request.POST.items() if k not in _NEVER_SHOWN and v]
