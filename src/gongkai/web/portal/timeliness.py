"""时效看板: who is late. Agencies by months, every figure opening the rows behind it."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.obligations.queries import Figures, timeliness_board
from gongkai.web import charts
from gongkai.web.portal import clocks
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.tables import Column, Table, respond
from gongkai.web.templatetags.gongkai import named

MONTHS = 6
MOST_MONTHS = 24
PAGE_ROWS = 50
MOST_BARS = 20


@dataclass(frozen=True)
class Cell:
    """One month of one agency."""

    month: str
    figures: Figures
    behind: int


@dataclass(frozen=True)
class AgencyRow:
    """One agency of the board: its figures by month and in all."""

    agency: Agency | None
    cells: list[Cell]
    total: Figures

    @property
    def behind(self) -> int:
        """Everything late."""
        return clocks.behind(self.total)

    @property
    def rate(self) -> str:
        """按时率."""
        return clocks.rate(self.total)


def _row(agency: Agency | None, months: list[date], figures: dict[date, Figures]) -> AgencyRow:
    found = [figures.get(first, Figures()) for first in months]
    cells = [Cell(f"{m:%Y-%m}", f, clocks.behind(f)) for m, f in zip(months, found, strict=True)]
    return AgencyRow(agency, cells, clocks.summed(found))


def _months(request: HttpRequest, today: date) -> tuple[list[date], list[str]]:
    asked = request.GET.get("months", "")
    if not asked:
        return clocks.months_back(today, MONTHS), []
    if asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= MOST_MONTHS:
        return clocks.months_back(today, int(asked)), []
    note = _("月数只能是 1 到 %(most)d,现在按 %(months)d 个月显示。") % {"most": MOST_MONTHS, "months": MONTHS}
    return clocks.months_back(today, MONTHS), [note]


def _board(months: list[date]) -> tuple[list[AgencyRow], AgencyRow]:
    """Agencies that had anything due, those with most late first; and the whole county."""
    figures = timeliness_board(months[0], months[-1], now=timezone.now())
    rows = [_row(agency, months, figures[agency.pk]) for agency in Agency.objects.filter(pk__in=figures)]
    rows.sort(key=lambda row: (-row.behind, -row.total.due))
    whole = {first: clocks.summed(found.get(first, Figures()) for found in figures.values()) for first in months}
    return rows, _row(None, months, whole)


def _finding(rows: list[AgencyRow], whole: AgencyRow) -> str:
    """What the picture says, as its title."""
    if not whole.total.due:
        return _("这几个月没有应公开的事项")
    if not whole.behind:
        return _("这几个月应公开 %(due)d 件,没有逾期") % {"due": whole.total.due}
    return _("应公开 %(due)d 件,逾期 %(late)d 件,最多的是%(agency)s(%(worst)d 件)") % {
        "due": whole.total.due,
        "late": whole.behind,
        "agency": named(rows[0].agency),
        "worst": rows[0].behind,
    }


@require_safe
@fresh
def board(request: HttpRequest) -> HttpResponseBase:
    """The board of the last months."""
    months, notes = _months(request, timezone.localdate())
    rows, whole = _board(months)
    context = {
        "rows": rows,
        "months": [f"{first:%Y-%m}" for first in months],
        "whole": whole,
        "finding": _finding(rows, whole),
        "notes": notes,
        "count": len(months),
        "span": f"from={months[0]:%Y-%m}&to={months[-1]:%Y-%m}",
        "choices": (3, 6, 12, 24),
    }
    column = ColumnTags(
        _("时效看板"), _("各单位应公开、按时公开和逾期的件数"), _("时效,逾期,公开时限"), _("政务公开")
    )
    return answer(request, "timeliness.html", context, column=column, trail=[(_("时效看板"), "")])


@require_safe
@fresh
def chart(request: HttpRequest) -> HttpResponse:
    """The board as a picture: one bar an agency, its parts with their figures on them."""
    months, _notes = _months(request, timezone.localdate())
    rows, whole = _board(months)
    parts = (
        ("on_time", "good", _("按时")),
        ("late", "warn", _("逾期公开")),
        ("overdue", "bad", pgettext("clocks", "未公开")),
        ("early", "odd", _("提前")),
        ("open", "plain", _("未到期")),
    )
    bars = [
        charts.Bar(named(row.agency), [charts.Part(getattr(row.total, f), tone, name) for f, tone, name in parts])
        for row in rows[:MOST_BARS]
    ]
    svg = charts.bars(title=_finding(rows, whole), unit=_("件"), rows=bars)
    return HttpResponse(svg, content_type="image/svg+xml")


@require_safe
@fresh
def board_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The board as data: one row an agency and month."""
    months, notes = _months(request, timezone.localdate())
    if notes:
        return HttpResponse("\n".join(notes), status=400, content_type="text/plain; charset=utf-8")
    return respond(board_table(months), suffix)


def board_table(months: list[date]) -> Table:
    """One row an agency and month."""
    columns = [
        Column("agency", _("单位"), "", 28),
        Column("month", _("月份"), _("应公开的最后一日所在的月"), 10),
        *(
            Column(name, said, meaning, 12)
            for name, (said, meaning) in clocks.words().items()
            if name in clocks.NAMES
        ),
    ]
    rows = (
        [named(row.agency), cell.month, *(getattr(cell.figures, name) for name in clocks.NAMES)]
        for row in _board(months)[0]
        for cell in row.cells
    )
    return Table("timeliness", _("时效看板"), columns, rows)
