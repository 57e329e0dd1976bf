"""Search: find words, in the text and in attachments, with filters in words and exact totals."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Domain
from gongkai.events.queries import newest_position
from gongkai.search.queries import SearchPage, search, suggest
from gongkai.web.portal import filters
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.templatetags.gongkai import named, short

LONGEST = 100
PAGE_ROWS = 20
ORDERS = ("newest", "relevance")


def _text(request: HttpRequest) -> tuple[str, list[str]]:
    typed = request.GET.get("q", "").replace("\x00", "").strip()
    if len(typed) <= LONGEST:
        return typed, []
    return typed[:LONGEST], [_("搜索的字太长,只按前 %(most)d 个字搜索。") % {"most": LONGEST}]


def _order(request: HttpRequest) -> tuple[str, list[str]]:
    asked = request.GET.get("order", "")
    if asked and asked not in ORDERS:
        return ORDERS[0], [_("没有这种排序,已按时间排列。")]
    return asked or ORDERS[0], []


def _narrowings(chosen: filters.Filters, text: str) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """The filters as words: (parameter, title, [(word, address, chosen)])."""

    def address(name: str, value: str) -> str:
        kept = chosen.but(name, value).values
        return "?" + urlencode({"q": text, **kept} if text else kept)

    domains = [(d.code, named(d)) for d in Domain.objects.filter(retired_on=None)]
    towns = [(a.code, short(a)) for a in Agency.objects.filter(kind=Agency.Kind.TOWNSHIP, closed_on=None)]
    found = []
    for name, title, values in (("domain", _("领域"), domains), ("township", _("乡镇"), towns)):
        now = chosen.values.get(name, "")
        choices = [(_("全部"), address(name, ""), not now)]
        choices += [(word, address(name, code), code == now) for code, word in values]
        found.append((name, title, choices))
    return found


def _keep_while_current(response: HttpResponse, page: SearchPage | None) -> None:
    """The index is a moment behind what was published: an answer from before must not be shown after.

    A reader's browser asks each time; the server keeps an answer only when the index had taken in everything.
    """
    is_current = page is None or page.position >= newest_position()
    patch_cache_control(response, **({"no_cache": True} if is_current else {"no_store": True}))


@require_safe
@fresh
def find(request: HttpRequest) -> HttpResponseBase:
    """The page of results; before anything is asked, the form alone."""
    text, notes = _text(request)
    order, more = _order(request)
    chosen = filters.read(request.GET)
    asked = bool(text or chosen.values)
    page: SearchPage | None = None
    if asked:
        page = search(text, filters=chosen.terms(), order=order, after=request.GET.get("after"), limit=PAGE_ROWS)
    kept = {"q": text, **chosen.values}
    context = {
        "text": text,
        "page": page,
        "order": order,
        "notes": [*notes, *more, *chosen.notes],
        "kept": chosen.values,
        "narrowings": _narrowings(chosen, text),
        "suggestions": suggest(text, filters=chosen.terms())
        if page and page.is_available and not page.total
        else [],
        "next_url": "?" + urlencode({**kept, "order": order, "after": page.next}) if page and page.next else "",
        "orders": [(name, "?" + urlencode({**kept, "order": name})) for name in ORDERS],
    }
    column = ColumnTags(_("搜索"), _("搜索公开信息的标题、正文、要素和附件"), _("搜索,检索,查阅"), _("政务公开"))
    response = answer(request, "search.html", context, column=column, trail=[(_("搜索"), "")])
    if not page or page.is_available:
        _keep_while_current(response, page)
        return response
    response.status_code = 503
    response["Retry-After"] = "60"
    return response
