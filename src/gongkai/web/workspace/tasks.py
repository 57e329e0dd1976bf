"""The first screen: my tasks by clock; for the office, the exceptions of the county before everything else."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.catalogue.models import ItemAgency, ItemProposal, RuleVersion
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import Evidence, ObligationState, RevisionStage
from gongkai.disclosures.models import Revision
from gongkai.events.rounds import LOOK, last_round
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import due_soon, overdue_by_agency, silent_items
from gongkai.web.tables import Column, Table
from gongkai.web.templatetags.gongkai import named
from gongkai.web.workspace.doors import actor, door
from gongkai.web.workspace.pages import PAGE, download, page, wants_download
from gongkai.web.workspace.worklist import Entry, Worklist, in_words

EXCEPTIONS = 12
LOOKED_WITHIN = timedelta(minutes=5)


@door(Permission.ENTER)
@require_safe
def tasks(request: HttpRequest) -> HttpResponseBase:
    """What is due, sorted by clock. Whoever reads the whole county sees its exceptions first."""
    who, now = actor(request), timezone.now()
    county = authority.may(who, Permission.READ_COUNTY)
    own = None if county else frozenset(agency for _role, agency in who.appointments)
    lines = Worklist(who, own, now=now) if _works(request) else None
    if suffix := wants_download(request):
        return download(_table(() if lines is None else lines), suffix)
    context: dict[str, Any] = {
        **(_shown(request, lines, timezone.localdate(now)) if lines is not None else {}),
        "works": lines is not None,
        "county": county,
        "unwatched": _unwatched(now),
        **(_exceptions(request) if county else {}),
    }
    return page(request, "tasks.html", context)


def _shown(request: HttpRequest, lines: Worklist, today: date) -> dict[str, Any]:
    rows: Any = lines  # no list: it has a length and can be cut, which is all a paginator asks
    found: Page[Entry] = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {
        "page": found,
        "lines": [(line, in_words(line, today=today)) for line in found],
        "urgent": lines.urgent,
    }


def _unwatched(now: datetime) -> str:
    """A sentence when the followers have not looked for a while: what officers publish would arrive nowhere."""
    last = last_round(LOOK)
    if last is not None and now - last.at <= LOOKED_WITHIN:
        return ""
    advice = _("新公开的信息暂时检索不到,也没有公开证明。请告知系统管理员运行 make run,并查看运行日志 work.log。")
    if last is None:
        return _("后台程序还没有运行过。") + advice
    minutes = int((now - last.at).total_seconds() // 60)
    return _("后台程序已有 %(n)d 分钟没有正常运行。") % {"n": minutes} + advice


def _works(request: HttpRequest) -> bool:
    who = actor(request)
    acts = (Permission.DISCLOSURE_DRAFT, Permission.DISCLOSURE_REVIEW, Permission.DISCLOSURE_PUBLISH)
    return any(authority.may(who, act) for act in acts)


def _exceptions(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    late = overdue_by_agency(now=now)
    silent = silent_items(timezone.localdate(now))
    return {
        "late": late[:EXCEPTIONS],
        "late_count": sum(a.count for a in late),
        "silent": silent[:EXCEPTIONS],
        "silent_count": len(silent),
        "soon_count": due_soon(now).count(),
        "waiting_count": Revision.objects.filter(stage=RevisionStage.SUBMITTED).count(),
        "unverified_count": RuleVersion.objects.filter(evidence=Evidence.UNVERIFIED).count(),
        "provisional_count": Obligation.objects.filter(
            provisional=True, state__in=[ObligationState.OPEN, ObligationState.OVERDUE]
        ).count(),
        "proposal_count": ItemProposal.objects.filter(state=ItemProposal.State.PROPOSED).count(),
    }


@door(Permission.READ_COUNTY)
@require_safe
def silent(request: HttpRequest) -> HttpResponseBase:
    """Every item of the list with nothing published in its period, and who answers for it."""
    found = silent_items(timezone.localdate())
    links = ItemAgency.objects.filter(item__in=[s.item.pk for s in found]).select_related("agency")
    owners: dict[int, list[str]] = {}
    for link in links:
        owners.setdefault(link.item_id, []).append(named(link.agency))
    rows = [(s, owners.get(s.item.pk, [])) for s in found]
    if suffix := wants_download(request):
        columns = [
            Column("code", _("编号")),
            Column("item", _("事项"), width=36),
            Column("domain", _("领域"), width=24),
            Column("agencies", _("责任主体"), width=48),
            Column("last_on", _("最近一次")),
            Column("days", _("已过天数")),
        ]
        cells = (
            (s.item.code, named(s.item), named(s.item.domain), _("、").join(who), s.last_on, s.days)
            for s, who in rows
        )
        return download(Table("silent", _("长期没有内容的事项"), columns, cells), suffix)
    return page(request, "silent.html", {"rows": rows})


def _table(lines: Iterable[Entry]) -> Table:
    today = timezone.localdate()
    columns = [
        Column("title", _("任务"), width=48),
        Column("item", _("事项"), width=28),
        Column("agency", _("单位"), width=24),
        Column("due_on", _("到期日")),
        Column("left", _("还有多久"), width=20),
        Column("action", _("下一步")),
    ]
    rows = ((x.title, x.item, x.agency, x.due_on, in_words(x, today=today), x.action) for x in lines)
    return Table("tasks", _("我的任务"), columns, rows)
