"""时限规则: dated versions, 待核实, confirmation and change with a source."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.agencies.models import Officer
from gongkai.catalogue import actions
from gongkai.catalogue.models import Domain, ItemRule, Rule, RuleVersion
from gongkai.catalogue.queries import history_of, standing_versions, unverified
from gongkai.catalogue.wording import deadline_of
from gongkai.core.authority import Permission
from gongkai.core.said import Said
from gongkai.core.vocabulary import Evidence
from gongkai.obligations.actions import recompute_open
from gongkai.web.tables import Column, Table
from gongkai.web.telling import told
from gongkai.web.templatetags.gongkai import named
from gongkai.web.words import MARKS
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.rules import RuleForm, SourceForm
from gongkai.web.workspace.pages import download, page, wants_download

asks = require_http_methods(["GET", "HEAD", "POST"])


class Row(NamedTuple):
    """A standing version of a rule, what it asks in words, and the one domain it is for, if it is for one."""

    rule: Rule
    version: RuleVersion
    asks: str
    domain: Domain | None


@door(Permission.ENTER)
@require_safe
def rules(request: HttpRequest) -> HttpResponseBase:
    """Every rule with the versions that stand, in words, with how well each is known."""
    rows = _rows()
    if (grade := request.GET.get("evidence")) in set(Evidence):
        rows = [row for row in rows if row.version.evidence == grade]
    if words := request.GET.get("words", "").strip():
        rows = [row for row in rows if any(words in t for t in (row.rule.name, row.rule.code, row.version.clause))]
    if suffix := wants_download(request):
        return download(_table(rows), suffix)
    doubts = [fact for fact in unverified() if fact.kind != "rules"]
    context = {
        "rows": rows,
        "asked": request.GET,
        "narrowed": bool(words) or grade in set(Evidence),
        "grades": MARKS["evidence"],
        "doubts": doubts,
    }
    return page(request, "rules.html", context)


def _rows() -> list[Row]:
    """Every rule with each version that stands, those of one domain together, those of several at the front."""
    domains: dict[int, set[Domain]] = {}
    for link in ItemRule.objects.filter(item__retired_on=None).select_related("item__domain"):
        domains.setdefault(link.rule_id, set()).add(link.item.domain)
    found = []
    for rule in Rule.objects.filter(retired_on=None).prefetch_related("versions"):
        its = domains.get(rule.pk, set())
        domain = next(iter(its)) if len(its) == 1 else None
        found += [Row(rule, v, deadline_of(v), domain) for v in standing_versions(rule.versions.all())]
    return sorted(found, key=lambda row: (row.domain.order, row.domain.code) if row.domain else (-1, ""))


def _table(rows: Sequence[Row]) -> Table:
    columns = [
        Column("code", _("编号")),
        Column("name", _("规则"), width=32),
        Column("asks", _("要求"), width=28),
        Column("trigger", _("从什么事算起"), width=28),
        Column("valid_from", _("施行")),
        Column("valid_to", _("失效")),
        Column("clause", _("依据"), width=48),
        Column("evidence", _("核实程度")),
        Column("source_note", _("核实依据"), width=40),
    ]
    return Table(
        "rules",
        _("时限规则"),
        columns,
        (
            (
                rule.code,
                rule.name,
                words,
                v.trigger,
                v.valid_from,
                v.valid_to,
                v.clause,
                str(MARKS["evidence"][v.evidence].word),
                v.source_note,
            )
            for rule, v, words, _domain in rows
        ),
    )


@door(Permission.ENTER)
@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponseBase:
    """One rule: every version ever recorded, who recorded it by what source."""
    found = get_object_or_404(Rule, code=code)
    history = list(history_of(code))
    standing = {v.pk for v in standing_versions(history)}
    rows = [(v, deadline_of(v), v.pk in standing) for v in history]
    return page(request, "rule.html", {"rule": found, "rows": rows})


def _version(code: str, pk: int) -> RuleVersion:
    found = RuleVersion.objects.select_related("rule").filter(rule__code=code, pk=pk).first()
    if found is None:
        raise Http404(_("没有这个版本。请从规则页面进入。"))
    return found


@door(Permission.RULE_CONFIRM)
@asks
def confirm(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The office found the numbers right: a new version with the same numbers and the source."""
    version = _version(code, pk)
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["source_note"]
        try:
            actions.confirm_rule(version, source_note=note, by=officer(request), at=timezone.now())
        except (actions.RuleValueError, actions.RuleConflictError) as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已核实。新版本已记录,待核实标记随之消失。"))
            return redirect("workspace:rule", code)
    words = {
        "title": _("核实“%(name)s”:%(asks)s") % {"name": named(version.rule), "asks": told(deadline_of(version))},
        "consequence": _("核实后,这条时限在公开页面上标为“县政务公开办已核实”,并显示您写的依据。数字不变。"),
        "button": _("确认无误"),
    }
    return _ask(request, form, words, back=reverse("workspace:rule", args=[code]))


@door(Permission.RULE_CONFIRM)
@asks
def change(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """Other numbers: a new dated version; running clocks are computed again in the same breath."""
    version = _version(code, pk)
    form = RuleForm.of(version, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = _changed(version, form, by=officer(request))
        except (actions.RuleValueError, actions.RuleConflictError) as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已记录新版本;%(n)d 项在走的时限改了日期。") % {"n": moved})
            return redirect("workspace:rule", code)
    words = {
        "title": _("修改“%(name)s”") % {"name": named(version.rule)},
        "consequence": _("会记录为新的版本,旧版本保留。在走的时限立即按新版本重算,每一处变动都留痕并公开。"),
        "button": _("记录新版本"),
    }
    return _ask(request, form, words, back=reverse("workspace:rule", args=[code]))


@transaction.atomic
def _changed(version: RuleVersion, form: RuleForm, *, by: Officer) -> int:
    now = timezone.now()
    new = actions.change_rule(
        version, values=form.values(), source_note=form.cleaned_data["source_note"], by=by, at=now
    )
    reason = Said("时限规则修改:%(rule)s", rule=str(new))
    return recompute_open(at=now, by=by, reason=reason, rules=[new.rule]).moved


@door(Permission.RULE_CONFIRM)
@asks
def confirm_fact(request: HttpRequest, kind: str, code: str) -> HttpResponseBase:
    """Another fact of the 待核实 list: the office found it right, by this source."""
    fact = next((f for f in unverified() if (f.kind, f.code) == (kind, code)), None)
    if fact is None:
        messages.info(request, _("这一项已经核实过,或已不在待核实清单中。"))
        return redirect("workspace:rules")
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["source_note"]
        try:
            actions.confirm_fact(kind, code, source_note=note, by=officer(request), at=timezone.now())
        except (actions.RuleValueError, actions.RuleConflictError) as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, _("已核实。"))
            return redirect("workspace:rules")
    words = {
        "title": _("核实“%(name)s”") % {"name": told(fact.name)},
        "consequence": _("待核实的是:%(fact)s %(note)s") % {"fact": told(fact.fact), "note": fact.note},
        "button": _("确认无误"),
    }
    return _ask(request, form, words, back=reverse("workspace:rules"))


def _ask(request: HttpRequest, form: SourceForm, words: dict[str, Any], *, back: str) -> HttpResponseBase:
    return page(request, "ask.html", {"form": form, "back": back, **words}, status=422 if form.errors else 200)
