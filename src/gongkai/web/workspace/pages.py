"""The frame of every workspace page: navigation by what the officer may do, and tables that leave as files."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.core import authority
from gongkai.core.authority import Actor, Permission
from gongkai.web import tables
from gongkai.web.workspace.doors import actor

M = TypeVar("M", bound=Model)
PAGE = 50
SUFFIXES = frozenset({"csv", "xlsx"})


class Entry(NamedTuple):
    """One entry of the navigation; ``here`` when it is the present page."""

    name: str
    url: str
    here: bool


def navigation(request: HttpRequest, who: Actor) -> list[tuple[str, list[Entry]]]:
    """The groups of pages this officer may open, in the order of a day's work."""
    p = Permission
    groups: list[tuple[str, list[tuple[str, str, Permission]]]] = [
        (
            _("办理"),
            [
                (_("我的任务"), "tasks", p.ENTER),
                (_("登记事实"), "fact", p.FACT_RECORD),
                (_("起草"), "draft_new", p.DISCLOSURE_DRAFT),
                (_("批量导入"), "imports", p.DISCLOSURE_IMPORT),
                (_("轮候名单"), "applicants", p.DISCLOSURE_IMPORT),
                (_("保密审查"), "reviews", p.DISCLOSURE_REVIEW),
                (_("公开信息"), "disclosures", p.DISCLOSURE_READ),
                (_("时限任务"), "obligations", p.ENTER),
                (_("检查发现"), "findings", p.DISCLOSURE_READ),
            ],
        ),
        (
            _("规则"),
            [
                (_("公开清单"), "catalogue", p.ENTER),
                (_("时限规则"), "rules", p.ENTER),
                (_("工作日历"), "calendars", p.ENTER),
            ],
        ),
        (
            _("管理"),
            [
                (_("到期提醒"), "warnings", p.WARNING_SET),
                (_("责任主体"), "agencies", p.AGENCY_MANAGE),
                (_("人员"), "people", p.PEOPLE_MANAGE),
                (_("操作日志"), "log", p.LOG_READ),
            ],
        ),
    ]
    shown = []
    for title, entries in groups:
        open_to = [
            Entry(name, url := reverse(f"workspace:{where}"), request.path == url)
            for name, where, permission in entries
            if authority.may(who, permission)
        ]
        if open_to:
            shown.append((title, open_to))
    return shown


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a workspace page inside its frame."""
    who = actor(request)
    frame = {"navigation": navigation(request, who), "can": may_words(who)}
    return render(request, f"workspace/{template}", {**frame, **(context or {})}, status=status)


def may_words(who: Actor) -> dict[str, bool]:
    """What the officer may do somewhere, by permission name in lower case, for hiding what would be refused."""
    return {permission.name.lower(): authority.may(who, permission) for permission in Permission}


def one_page(request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    """The page of ``rows`` asked for by ``?page=``; nonsense gives the nearest page."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def download(table: tables.Table, suffix: str) -> StreamingHttpResponse | FileResponse | HttpResponse:
    """The table as CSV or XLSX for this officer alone. Raises ``Http404`` for another suffix."""
    if suffix not in SUFFIXES:
        raise Http404
    response = tables.respond(table, suffix)
    del response["Access-Control-Allow-Origin"]  # open data is for everybody, the office's own tables are not
    return response


def wants_download(request: HttpRequest) -> str:
    """``csv`` or ``xlsx`` when the table is asked for as a file, else an empty text."""
    asked = request.GET.get("as", "")
    return asked if asked in SUFFIXES else ""
