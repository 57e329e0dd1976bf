"""My account, and the page that says how the workspace is used."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gongkai.agencies.actions.signing_in import has_second_factor
from gongkai.core.authority import Permission
from gongkai.events.models import Event
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.eventwords import in_words
from gongkai.web.workspace.pages import page

KEYS = [("/", _("跳到查找框")), ("?", _("打开这一页")), ("Tab", _("下一个可操作处")), ("Enter", _("打开或确认"))]


@door(Permission.ENTER)
@require_safe
def account(request: HttpRequest) -> HttpResponseBase:
    """My roles, my password and authenticator, my last sign-ins (a stranger's would be seen here)."""
    who = officer(request)
    own = Event.objects.filter(subject=f"officer:{who.pk}").select_related("by").order_by("-position")[:20]
    context = {
        "appointments": who.appointments.filter(to_on=None).select_related("agency"),
        "bound": has_second_factor(who),
        "events": in_words(own),
        "idle": int(settings.SESSION_IDLE.total_seconds() // 60),
    }
    return page(request, "account.html", context)


@door(Permission.ENTER)
@require_safe
def help_page(request: HttpRequest) -> HttpResponseBase:
    """The keys, and the road of one item in six sentences."""
    return page(request, "help.html", {"keys": KEYS})
