"""The first page and the page of one domain."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.queries import townships
from gongkai.catalogue.models import Domain, Item
from gongkai.catalogue.queries import items_in_force
from gongkai.disclosures.queries import domain_counts, latest_by_item, public
from gongkai.obligations.queries import month_strip
from gongkai.web.portal import clocks
from gongkai.web.portal.filters import Filters, feeds
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.site import site
from gongkai.web.templatetags.gongkai import named

NEWEST = 12


@require_safe
@fresh
def home(request: HttpRequest) -> HttpResponseBase:
    """What is new, what is due, where is mine."""
    now = timezone.now()
    today = timezone.localdate(now)
    newest = list(public()[:NEWEST])
    return answer(
        request,
        "home.html",
        {
            "towns": list(townships()),
            "domains": _domains(),
            "newest": newest,
            "new_today": sum(1 for d in newest if timezone.localdate(d.published_at) == today),
            "figures": month_strip(today, now=now),
            "month": today.strftime("%Y-%m"),
        },
        column=_column(),
        feeds=feeds(Filters()),
    )


def _column() -> ColumnTags:
    """The column tags of the front page, from the profile."""
    tags = site().column
    return ColumnTags(
        tags.get("column_name") or _("公共资源配置"),
        tags.get("column_description") or _("公共资源配置领域政府信息:决策、执行、管理、服务、结果公开"),
        tags.get("column_keywords") or _("公共资源配置,政府信息公开"),
        tags.get("column_type") or _("政务公开"),
    )


@require_safe
@fresh
def domain(request: HttpRequest, code: str) -> HttpResponseBase:
    """What is published in one domain, what is missing, and which clock runs for each item."""
    found = Domain.objects.filter(code=code).select_related("lead_agency").first()
    if found is None:
        raise Http404(_("没有这个领域"))
    now = timezone.now()
    boxes = _boxes(list(items_in_force().filter(domain=found)), now=now)
    return answer(
        request,
        "domain.html",
        {
            "domain": found,
            "domains": _domains(),
            "boxes": boxes,
            "missing_count": sum(1 for box in boxes if not box["latest"]),
            "item_count": len(boxes),
        },
        column=ColumnTags(named(found), named(found), f"{named(found)},{_('公共资源配置')}", _("政务公开")),
        trail=[(named(found), "")],
        feeds=feeds(Filters(values={"domain": code})),
    )


def _domains() -> list[tuple[Domain, int, datetime | None]]:
    counts = domain_counts()
    return [(d, *counts.get(d.pk, (0, None))) for d in Domain.objects.filter(retired_on=None)]


def _boxes(items: list[Item], *, now: datetime) -> list[dict[str, object]]:
    ids = [item.pk for item in items]
    latest = latest_by_item(ids)
    running = clocks.by_item(ids, now=now)
    return [
        {"item": item, "latest": latest.get(item.pk), "late": running[item.pk][0], "clock": running[item.pk][1]}
        for item in items
    ]
