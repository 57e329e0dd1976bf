"""The small pages and files of the frame: colours, 长者模式, robots, site map, guides."""

from datetime import datetime, timedelta

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.queries import agencies_in_force, supervision_channels
from gongkai.catalogue.models import Domain, Item
from gongkai.disclosures.queries import public
from gongkai.web.portal.frame import answer, fresh
from gongkai.web.site import absolute, site

MAP_ROWS = 10_000  # well below the 50 000 of the protocol, so that a map stays a small file
_YEAR = timedelta(days=365)


@require_safe
@fresh
def theme(request: HttpRequest) -> HttpResponse:
    """The county's colours as custom properties: a style sheet of its own, since pages allow no inline styles."""
    lines = "".join(f"  --{name}: {colour};\n" for name, colour in sorted(site().colours.items()))
    return HttpResponse(f":root {{\n{lines}}}\n" if lines else "", content_type="text/css; charset=utf-8")


@require_safe
def elder(request: HttpRequest) -> HttpResponse:
    """Switch 长者模式 on or off for this browser, and go back to the page one came from."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("portal:home")
    response = HttpResponseRedirect(target)
    if request.GET.get("on") == "1":
        response.set_cookie("elder", "1", max_age=_YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie("elder")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@fresh
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines; the officers' door is not theirs."""
    lines = [
        "User-agent: *",
        "Disallow: /workspace/",
        "Disallow: /en/workspace/",
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@fresh
def sitemap(request: HttpRequest) -> HttpResponse:
    """The site map; above ``MAP_ROWS`` rows an index of maps."""
    pages = Paginator(public().order_by("pk").values_list("public_id", "changed_at"), MAP_ROWS)
    wanted = request.GET.get("p")
    if wanted is None and pages.num_pages > 1:
        maps = [absolute(f"/sitemap.xml?p={number}") for number in pages.page_range]
        return _xml("sitemap_index.xml", {"maps": maps})
    try:
        chosen = pages.page(wanted or 1)
    except InvalidPage:
        raise Http404(_("没有这一页网站地图")) from None
    fixed = []
    if chosen.number == 1:
        names = ("home", "disclosures", "checklist", "timeliness", "data", "proof", "guide", "about")
        fixed = [reverse(f"portal:{name}") for name in names]
        fixed += [reverse("portal:domain", args=[code]) for code in Domain.objects.values_list("code", flat=True)]
        items = Item.objects.filter(retired_on=None).values_list("code", flat=True)
        fixed += [reverse("portal:item", args=[code]) for code in items]
    rows: list[tuple[str, datetime | None]] = [(absolute(path), None) for path in fixed]
    rows += [
        (absolute(reverse("portal:detail", args=[number])), changed) for number, changed in chosen.object_list
    ]
    return _xml("sitemap.xml", {"rows": rows})


def _xml(template: str, context: dict[str, object]) -> HttpResponse:
    return HttpResponse(
        render_to_string(f"portal/{template}", context), content_type="application/xml; charset=utf-8"
    )


@require_safe
@fresh
def guide(request: HttpRequest) -> HttpResponseBase:
    """How to apply for what is not here. On-line application is not offered yet, and the page says so."""
    context = {"channels": list(supervision_channels()), "wanted": request.GET.get("wanted", "")[:200]}
    return answer(request, "guide.html", context, trail=[(_("依申请公开怎么办"), "")])


@require_safe
@fresh
def application(request: HttpRequest) -> HttpResponseBase:
    """The application on paper (条例第29条), with what was looked for filled in; nothing is kept."""
    agencies = list(agencies_in_force().filter(is_group=False))
    asked = request.GET.get("agency", "")
    context = {
        "agencies": agencies,
        "agency": next((a for a in agencies if a.code == asked), None),
        "wanted": request.GET.get("wanted", "")[:200],
    }
    trail = [(_("依申请公开怎么办"), reverse("portal:guide")), (_("政府信息公开申请表"), "")]
    return answer(request, "application.html", context, trail=trail)


@require_safe
@fresh
def about(request: HttpRequest) -> HttpResponseBase:
    """What this column is, and what its words and marks mean."""
    return answer(request, "about.html", {"channels": list(supervision_channels())}, trail=[(_("关于本栏目"), "")])
