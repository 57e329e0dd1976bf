"""The rows behind a figure of the 时效看板: which clocks, by which rule, what was published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.disclosures.queries import with_public_labels
from gongkai.obligations.models import Obligation
from gongkai.web import telling, words
from gongkai.web.portal import clocks
from gongkai.web.portal.frame import answer, fresh
from gongkai.web.portal.positions import EPOCH, position, token
from gongkai.web.tables import Column, Table, respond
from gongkai.web.templatetags.gongkai import named

PAGE_ROWS = 50


@dataclass(frozen=True)
class Asked:
    """What rows are wanted, in words, with notes about what was not understood."""

    rows: QuerySet[Obligation]
    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _within(asked: Asked, value: str, *, first: bool, last: bool) -> Asked | None:
    """Clocks due in a month (both), from it on (``first``) or up to its end (``last``)."""
    try:
        begins = clocks.month_start(value)
        ends = clocks.next_month(begins)
    except (ValueError, OverflowError):
        return None
    rows = asked.rows.filter(due_on__gte=begins) if first else asked.rows
    rows = rows.filter(due_on__lt=ends) if last else rows
    said = value if first and last else _("%(month)s 起") % {"month": value}
    if last and not first:
        said = _("到 %(month)s") % {"month": value}
    return Asked(rows, [*asked.words, said], asked.notes)


def _agency_rows(asked: Asked, value: str) -> Asked | None:
    agency = Agency.objects.filter(code=value).first()
    return (
        agency
        if agency is None
        else Asked(asked.rows.filter(agency=agency), [*asked.words, named(agency)], asked.notes)
    )


def _item_rows(asked: Asked, value: str) -> Asked | None:
    item = Item.objects.filter(code=value).first()
    return item if item is None else Asked(asked.rows.filter(item=item), [*asked.words, named(item)], asked.notes)


def _figure_rows(asked: Asked, value: str) -> Asked | None:
    condition = clocks.conditions(timezone.now()).get(value)
    if condition is None:
        return None
    return Asked(asked.rows.filter(condition), [*asked.words, clocks.words()[value][0]], asked.notes)


_READERS: dict[str, Callable[[Asked, str], Asked | None]] = {
    "from": partial(_within, first=True, last=False),
    "to": partial(_within, first=False, last=True),
    "month": partial(_within, first=True, last=True),
    "agency": _agency_rows,
    "item": _item_rows,
    "figure": _figure_rows,
}


def read(request: HttpRequest) -> Asked:
    """The rows the address asks for; what is not understood is left out with a note."""
    asked = Asked(
        with_public_labels(Obligation.objects.select_related("item__domain", "agency", "rule_version__rule"))
    )
    for name, narrowed in _READERS.items():
        value = request.GET.get(name, "").strip().replace("\x00", "")[:60]
        if not value:
            continue
        found = narrowed(asked, value)
        note = _("筛选条件“%(name)s=%(value)s”无法识别,已忽略。") % {"name": name, "value": value}
        asked = found or Asked(asked.rows, asked.words, [*asked.notes, note])
    return asked


def _page(found: QuerySet[Obligation], request: HttpRequest) -> tuple[list[Obligation], str]:
    """One page by position, latest due first and undated last; and where the next one begins."""
    begin = position(request.GET.get("after", ""))
    if begin:
        moment, key = begin
        undated = moment == EPOCH
        same = Q(due_at=None if undated else moment, pk__lt=key)
        found = found.filter(same if undated else same | Q(due_at__lt=moment) | Q(due_at=None))
    ordered = found.prefetch_related("disclosures").order_by(F("due_at").desc(nulls_last=True), "-pk")
    listed = list(ordered[: PAGE_ROWS + 1])
    if len(listed) <= PAGE_ROWS:
        return listed, ""
    last = listed[PAGE_ROWS - 1]
    return listed[:PAGE_ROWS], token(last.due_at, last.pk)


@require_safe
@fresh
def rows(request: HttpRequest) -> HttpResponseBase:
    """The clocks behind one figure, with the rule, the due day and what was published."""
    asked = read(request)
    page, older = _page(asked.rows, request)
    heading = " · ".join(asked.words) or _("全部公开时限")
    return answer(
        request,
        "timeliness_rows.html",
        {
            "page": page,
            "older": older,
            "deep": "after" in request.GET,
            "total": asked.rows.count(),
            "heading": heading,
            "notes": asked.notes,
        },
        trail=[(_("时效看板"), reverse("portal:timeliness")), (heading, "")],
    )


@require_safe
@fresh
def rows_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The same rows as data."""
    asked = read(request)
    if asked.notes:
        return HttpResponse("\n".join(asked.notes), status=400, content_type="text/plain; charset=utf-8")
    return respond(clock_table(asked.rows), suffix)


def clock_table(found: QuerySet[Obligation]) -> Table:
    """Clocks as a table, read in chunks."""
    columns = [
        Column("item", _("事项编号"), "", 12),
        Column("item_name", _("公开事项"), "", 28),
        Column("agency", _("单位"), "", 26),
        Column("discloser", _("发布单位"), _("为它公开了信息的单位的实名,没有写明的为空"), 26),
        Column("label", _("内容"), _("有公开信息之后才显示"), 40),
        Column("fact_on", _("计时基准日"), _("期限据以计算的日子,下一栏写明是什么日子"), 12),
        Column("fact_day", _("基准日是什么"), _("起算日、事项当日或公示起始日,依规则而定"), 24),
        Column("earliest_at", _("最早可公开"), "", 18),
        Column("due_on", _("应公开日"), "", 12),
        Column("provisional", _("暂定"), _("期限超出已公布的节假日安排"), 8),
        Column("state", _("状态"), "", 14),
        Column("met_at", _("公开时间"), "", 20),
        Column("rule", _("规则"), "", 20),
        Column("clause", _("依据"), "", 40),
        Column("calendar", _("日历版本"), "", 20),
    ]

    def lines() -> Iterator[list[Any]]:
        for clock in found.order_by("due_at", "pk").iterator(chunk_size=500):
            yield [
                clock.item.code,
                named(clock.item),
                named(clock.agency),
                clock.public_discloser or "",  # type: ignore[attr-defined]  # with_public_labels
                clock.public_label,  # type: ignore[attr-defined]  # with_public_labels
                clock.fact_on,
                telling.told(words.fact_day(clock.rule_version)),
                clock.earliest_at,
                clock.due_on,
                _("暂定") if clock.provisional else "",
                str(words.MARKS["obligation"][clock.state].word),
                clock.met_at,
                str(clock.rule_version),
                clock.rule_version.clause,
                clock.calendar_version,
            ]

    return Table("clocks", _("公开时限"), columns, lines())
