"""操作日志: every event, read-only. Nothing here can be changed, and the database refuses to."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.core.authority import Permission
from gongkai.core.days import unlikely
from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from gongkai.web.tables import Column, Table
from gongkai.web.workspace.doors import door
from gongkai.web.workspace.eventwords import EVENTS, event_word, facts_in_words, in_words
from gongkai.web.workspace.pages import PAGE, download, page, wants_download


@door(Permission.LOG_READ)
@require_safe
def log(request: HttpRequest) -> HttpResponseBase:
    """Newest first, narrowed by kind, officer, agency, subject and days; paged by position, not by offset."""
    rows = _narrowed(Event.objects.select_related("by", "agency").order_by("-position"), request)
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    before = request.GET.get("before", "")
    shown = list((rows.filter(position__lt=int(before)) if before.isdecimal() else rows)[: PAGE + 1])
    kept = {k: v for k, v in request.GET.items() if v and k not in {"before", "as"}}
    context: dict[str, Any] = {
        "events": in_words(shown[:PAGE]),
        "older": shown[PAGE - 1].position if len(shown) > PAGE else None,
        "kinds": EVENTS,
        "agencies": Agency.objects.order_by("order", "code"),
        "asked": request.GET,
        "kept": urlencode(kept),
    }
    return page(request, "log.html", context)


def _narrowed(rows: QuerySet[Event], request: HttpRequest) -> QuerySet[Event]:
    asked = request.GET
    if asked.get("kind") in set(EventKind):
        rows = rows.filter(kind=asked["kind"])
    if who := asked.get("by", "").strip():
        rows = rows.filter(by__username=who)
    if agency := asked.get("agency"):
        rows = rows.filter(agency__code=agency)
    if subject := asked.get("subject", "").strip():
        rows = rows.filter(subject=subject)
    if first := _day(asked.get("from")):
        rows = rows.filter(at__gte=_start_of(first))
    if last := _day(asked.get("to")):
        rows = rows.filter(at__lt=_start_of(date.fromordinal(last.toordinal() + 1)))
    return rows


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return None if unlikely(day) else day


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _table(rows: QuerySet[Event]) -> Table:
    return Table(
        "log",
        _("操作日志"),
        [
            Column("position", _("序号")),
            Column("at", _("时间"), width=20),
            Column("kind", _("事件"), width=24),
            Column("by", _("办理人")),
            Column("agency", _("单位"), width=24),
            Column("subject", _("对象"), width=28),
            Column("facts", _("情况"), width=60),
        ],
        (
            (
                e.position,
                e.at,
                event_word(e.kind),
                e.by.username if e.by else "",
                e.agency.name if e.agency else "",
                e.subject,
                facts_in_words(e.facts),
            )
            for e in rows.iterator(chunk_size=500)
        ),
    )
