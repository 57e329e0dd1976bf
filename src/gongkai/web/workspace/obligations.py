"""时限任务: the list, one clock with its count day by day, recording a fact, waiving with a ground."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item, Rule
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import ObligationState
from gongkai.obligations import actions
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import clock_choices
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.words import MARKS, fact_day
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.forms.base import GroundForm
from gongkai.web.workspace.forms.facts import FactForm
from gongkai.web.workspace.once import once, token
from gongkai.web.workspace.pages import download, one_page, page, wants_download
from gongkai.web.workspace.reach import agencies_within, items_of, within_reach

asks = require_http_methods(["GET", "HEAD", "POST"])


def _visible(request: HttpRequest) -> QuerySet[Obligation]:
    county = authority.may(actor(request), Permission.READ_COUNTY)
    reach = Q() if county else within_reach(request, Permission.ENTER)
    return Obligation.objects.filter(reach).select_related("item__domain", "agency", "rule_version__rule")


@door(Permission.ENTER)
@require_safe
def obligations(request: HttpRequest) -> HttpResponseBase:
    """Every clock within reach, the next one to end first."""
    asked = request.GET
    rows = _visible(request).order_by(F("due_at").asc(nulls_last=True), "pk")
    if (state := asked.get("state")) in set(ObligationState):
        rows = rows.filter(state=state)
    if agency := asked.get("agency"):
        rows = rows.filter(agency__code=agency)
    if words := asked.get("words", "").strip():
        rows = rows.filter(Q(label__icontains=words) | Q(item__name__icontains=words))
    if asked.get("provisional"):
        rows = rows.filter(provisional=True)
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    context = {
        "page": one_page(request, rows),
        "asked": asked,
        "marks": MARKS["obligation"],
        "agencies": agencies_within(request, Permission.ENTER),
        "kept": urlencode({k: v for k, v in asked.items() if v and k not in {"page", "as"}}),
        "now": timezone.now(),
    }
    return page(request, "obligations.html", context)


def _table(rows: QuerySet[Obligation]) -> Table:
    columns = [
        Column("label", _("任务"), width=48),
        Column("item", _("事项"), width=28),
        Column("agency", _("单位"), width=24),
        Column("fact_on", _("计时基准日")),
        Column("fact_day", _("基准日是什么"), width=24),
        Column("due_on", _("到期日")),
        Column("provisional", _("是否暂定")),
        Column("state", _("状态")),
        Column("met_at", _("公开时间"), width=20),
        Column("clause", _("依据"), width=40),
        Column("rule_version", _("规则版本"), width=24),
        Column("calendar_version", _("日历版本"), width=24),
    ]
    return Table(
        "obligations",
        _("时限任务"),
        columns,
        (
            (
                o.label,
                o.item.name,
                o.agency.name,
                o.fact_on,
                told(fact_day(o.rule_version)),
                o.due_on,
                _("暂定") if o.provisional else "",
                str(MARKS["obligation"][o.state].word),
                o.met_at,
                o.rule_version.clause,
                str(o.rule_version),
                o.calendar_version,
            )
            for o in rows.iterator(chunk_size=500)
        ),
    )


def _one(request: HttpRequest, pk: int) -> Obligation:
    found = _visible(request).select_related("waived_by", "opened_by").filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这项时限任务,或者它属于其他单位。"))
    return found


@door(Permission.ENTER)
@require_safe
def obligation(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One clock: what it is about, how the date was computed, what was published for it."""
    found = _one(request, pk)
    running = found.state in {ObligationState.OPEN, ObligationState.OVERDUE}
    who = actor(request)
    context = {
        "obligation": found,
        "changes": found.changes.all(),
        "disclosures": found.disclosures.select_related("agency"),
        "may_draft": running and authority.may(who, Permission.DISCLOSURE_DRAFT, agency_id=found.agency_id),
        "may_waive": running and authority.may(who, Permission.OBLIGATION_WAIVE, agency_id=found.agency_id),
        "once": token(),
    }
    return page(request, "obligation.html", context)


@door(Permission.OBLIGATION_WAIVE)
@asks
def waive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Free an agency of one clock; the ground and the approver stay in the record and are public."""
    found = _one(request, pk)
    form = GroundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive(found, ground=form.cleaned_data["ground"], by=officer(request), at=timezone.now())
        except actions.ObligationError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已免除。理由和批准人已记录。"))
            return redirect("workspace:obligation", pk)
    context = {
        "form": form,
        "title": _("免除时限任务“%(label)s”") % {"label": found.label},
        "consequence": _("免除后这项时限不再计算,也不计入考核;理由和批准人永久记录,公众可以看到。"),
        "button": _("确认免除"),
        "danger": True,
        "back": reverse("workspace:obligation", args=[pk]),
    }
    return page(request, "ask.html", context, status=422 if form.errors else 200)


@door(Permission.FACT_RECORD)
@asks
def fact(request: HttpRequest) -> HttpResponseBase:
    """Record a dated fact: the clock starts. First the item, then the date, the words and the rule."""
    agencies = agencies_within(request, Permission.FACT_RECORD)
    asked = request.POST if request.method == "POST" else request.GET
    agency = agencies.filter(code=asked.get("agency") or "").first() or agencies.first()
    items = items_of(agency)
    item = items.filter(code=asked.get("item") or "").first()
    context: dict[str, Any] = {"agencies": agencies, "agency": agency, "items": items, "item": item}
    if item is None or agency is None:
        return page(request, "fact.html", context)
    choices = clock_choices(item, timezone.localdate())
    form = FactForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once(request, lambda: _open(request, form, item, agency)))
        except actions.ObligationError as error:
            form.add_error(None, told(error))
    context |= {"form": form, "once": request.POST.get("once") or token()}
    return page(request, "fact.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: FactForm, item: Item, agency: Agency) -> str:
    said = form.cleaned_data
    rule = Rule.objects.filter(code=said["rule"]).first()
    decision = form.decision()
    if rule and rule.decision_field and decision and not decision.holds:
        actions.record_not_owed(
            item,
            agency=agency,
            rule=rule,
            fact_on=said["fact_on"],
            ground=decision.ground,
            by=officer(request),
            at=timezone.now(),
        )
        messages.success(request, _("已记录判定:不要求公开,不开始计时。理由留在操作日志里。"))
        return reverse("workspace:tasks")
    opened = actions.open_obligation(
        item,
        agency=agency,
        rule=rule,
        decision=decision,
        fact_on=said["fact_on"],
        fact_at=form.fact_at(),
        price=said.get("price"),
        label=said["label"],
        by=officer(request),
        at=timezone.now(),
    )
    messages.success(request, _("已登记,时限开始计算。"))
    return reverse("workspace:obligation", args=[opened.pk])
