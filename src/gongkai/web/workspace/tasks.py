"""The first screen: my tasks by clock; for the office, the exceptions of the county before everything else."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.catalogue.models import ItemAgency, ItemProposal, RuleVersion
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import Evidence, ObligationState, RevisionStage
from gongkai.disclosures.models import Revision
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import due_soon, overdue_by_agency, silent_items
from gongkai.web.tables import Column, Table
from gongkai.web.workspace import worklist
from gongkai.web.workspace.doors import actor, door
from gongkai.web.workspace.pages import download, page, wants_download

SHOWN = 100
EXCEPTIONS = 12


@door(Permission.ENTER)
@require_safe
def tasks(request: HttpRequest) -> HttpResponseBase:
    """What is due, sorted by clock. Whoever reads the whole county sees its exceptions first."""
    who, now = actor(request), timezone.now()
    county = authority.may(who, Permission.READ_COUNTY)
    own = None if county else frozenset(agency for _role, agency in who.appointments)
    lines = worklist.entries(who, own, now=now) if _works(request) else []
    if suffix := wants_download(request):
        return download(_table(lines), suffix)
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        "lines": [(line, worklist.in_words(line, today=today)) for line in lines[:SHOWN]],
        "more": max(len(lines) - SHOWN, 0),
        "urgent": sum(line.urgency in worklist.URGENT for line in lines),
        "works": _works(request),
        "county": county,
        **(_exceptions(request) if county else {}),
    }
    return page(request, "tasks.html", context)


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
        owners.setdefault(link.item_id, []).append(link.agency.name)
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
            (s.item.code, s.item.name, s.item.domain.name, "、".join(who), s.last_on, s.days) for s, who in rows
        )
        return download(Table("silent", _("长期没有内容的事项"), columns, cells), suffix)
    return page(request, "silent.html", {"rows": rows})


def _table(lines: list[worklist.Entry]) -> Table:
    today = timezone.localdate()
    columns = [
        Column("title", _("任务"), width=48),
        Column("item", _("事项"), width=28),
        Column("agency", _("单位"), width=24),
        Column("due_on", _("到期日")),
        Column("left", _("还有多久"), width=20),
        Column("action", _("下一步")),
    ]
    rows = ((x.title, x.item, x.agency, x.due_on, worklist.in_words(x, today=today), x.action) for x in lines)
    return Table("tasks", _("我的任务"), columns, rows)
