"""The list of everything public: as a page, as files, as feeds — always the same filters, the same rows."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.disclosures.disclosers import shown_name
from gongkai.disclosures.ending import as_of
from gongkai.disclosures.models import Disclosure
from gongkai.web import words
from gongkai.web.disclosers import issuer
from gongkai.web.portal import filters
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.site import absolute, site
from gongkai.web.tables import Column, Table, respond
from gongkai.web.templatetags.gongkai import named, short

FEED_ROWS = 50
_CHUNK = 500


def columns() -> list[Column]:
    """The columns of a disclosure in every download, with what each means."""
    return [
        Column("public_id", _("编号"), _("本系统内永久不变的编号"), 38),
        Column("index_number", _("索引号"), _("公开时由系统赋予,永不改变"), 26),
        Column("title", _("标题"), "", 48),
        Column("doc_no", _("文号"), "", 22),
        Column("discloser", _("发布单位"), _("实际公开的单位;没有写明实名的,同责任主体"), 24),
        Column("discloser_uscc", _("统一社会信用代码"), _("发布单位的,填写了才有"), 22),
        Column("agency", _("发布机构"), _("清单中的责任主体,可以是一类单位"), 24),
        Column("domain", _("领域"), "", 18),
        Column("item", _("事项编号"), _("公开清单中的编号"), 12),
        Column("item_name", _("公开事项"), "", 28),
        Column("stage", _("环节"), _("决策、执行、管理、服务、结果"), 10),
        Column("exchange_type", _("交易类型"), "", 14),
        Column("township", _("乡镇"), "", 14),
        Column("formed_on", _("形成日期"), _("信息形成或变更之日,公开时限由此起算"), 12),
        Column("published_at", _("发布时间"), _("系统时间,不可修改"), 20),
        Column("changed_at", _("最近变动时间"), _("发布、更正或撤回的时间"), 20),
        Column("ends_on", _("公示截止日"), "", 12),
        Column("status", _("状态"), _("已公开、已撤回、公示期满"), 10),
        Column("url", _("网址"), "", 60),
    ]


def _cells(row: Disclosure) -> list[Any]:
    return [
        str(row.public_id),
        row.index_number,
        row.title,
        row.doc_no,
        issuer(row),
        row.discloser_uscc,
        named(row.agency),
        named(row.item.domain),
        row.item.code,
        named(row.item),
        str(words.STAGES.get(row.item.stage, row.item.stage)),
        str(words.EXCHANGE_TYPES.get(row.item.exchange_type, row.item.exchange_type)),
        short(row.township) if row.township else "",
        row.formed_on,
        row.published_at,
        row.changed_at,
        row.ends_on,
        str(words.MARKS["disclosure"][row.status].word),
        absolute(reverse("portal:detail", args=[row.public_id])),
    ]


def table(chosen: filters.Filters) -> Table:
    """Every row the filters keep, read in chunks."""

    def rows() -> Iterator[list[Any]]:
        today = timezone.localdate()
        for row in chosen.rows().iterator(chunk_size=_CHUNK):
            yield _cells(as_of(row, today))

    return Table("disclosures", _("公开信息"), columns(), rows())


def _title(chosen: filters.Filters, facets: list[filters.Facet]) -> str:
    return " · ".join(f.chosen_word for f in facets if f.chosen) or _("全部公开信息")


@require_safe
@fresh
def disclosures(request: HttpRequest) -> HttpResponseBase:
    """Find one among thousands."""
    chosen = filters.read(request.GET)
    facets = filters.facets(chosen)
    page = filters.page(chosen, request)
    heading = _title(chosen, facets)
    context = {
        "page": page,
        "facets": facets,
        "chosen": [f for f in facets if f.chosen],
        "total": filters.total(chosen),
        "notes": chosen.notes,
        "heading": heading,
        "filters": chosen,
        "downloads": [
            (s, filters.address(chosen, "portal:disclosures_file", suffix=s)) for s in ("csv", "xlsx", "json")
        ],
        "newest_url": filters.address(chosen, "portal:disclosures"),
    }
    column = ColumnTags(heading, _("公共资源配置领域公开信息列表"), heading.replace(" · ", ","), _("政务公开"))
    return answer(
        request,
        "list.html",
        context,
        column=column,
        trail=[(_("公开信息"), "")],
        feeds=filters.feeds(chosen),
    )


def _refused(chosen: filters.Filters) -> HttpResponse | None:
    """What a program gets for a filter that was not understood: a refusal in words, never another list."""
    if not chosen.notes:
        return None
    advice = _("以下条件无法识别,没有给出数据。可用的值见 /data/ 和列表页的筛选。")
    told = "\n".join([advice, *chosen.unknown])
    return HttpResponse(told, status=400, content_type="text/plain; charset=utf-8")


@require_safe
@fresh
def disclosures_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Exactly this list as ``csv``, ``xlsx`` or ``json``; what was not understood is refused, not guessed."""
    chosen = filters.read(request.GET)
    return _refused(chosen) or respond(table(chosen), suffix)


def _feed_rows(chosen: filters.Filters) -> list[Disclosure]:
    rows = chosen.rows().select_related("published_revision", "item__domain", "agency", "township")
    today = timezone.localdate()
    return [as_of(row, today) for row in rows.order_by("-changed_at", "-pk")[:FEED_ROWS]]


def _feed_text(row: Disclosure) -> str:
    said = words.MARKS["disclosure"][row.status].word
    if row.status != "published":
        return f"{said}:{row.withdrawal_reason}" if row.withdrawal_reason else str(said)
    return (row.published_revision.summary if row.published_revision else "") or row.title


@require_safe
@fresh
def atom(request: HttpRequest) -> HttpResponse:
    """This list as an Atom feed, newest change first."""
    chosen = filters.read(request.GET)
    if refused := _refused(chosen):
        return refused
    heading = _title(chosen, filters.facets(chosen))
    feed = Atom1Feed(
        title=f"{site().title} · {heading}",
        link=absolute(filters.address(chosen, "portal:disclosures")),
        description=heading,
        feed_url=absolute(filters.address(chosen, "portal:atom")),
        language="zh-Hans",
        author_name=site().owner,
    )
    for row in _feed_rows(chosen):
        feed.add_item(
            title=row.title,
            link=absolute(reverse("portal:detail", args=[row.public_id])),
            description=_feed_text(row),
            unique_id=f"urn:uuid:{row.public_id}",
            pubdate=row.published_at,
            updateddate=row.changed_at or row.published_at,
            author_name=shown_name(row),
            categories=[row.item.domain.name, row.item.name],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
@fresh
def json_feed(request: HttpRequest) -> HttpResponse:
    """This list as a JSON Feed 1.1, newest change first."""
    chosen = filters.read(request.GET)
    if refused := _refused(chosen):
        return refused
    heading = _title(chosen, filters.facets(chosen))
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{site().title} · {heading}",
        "home_page_url": absolute(filters.address(chosen, "portal:disclosures")),
        "feed_url": absolute(filters.address(chosen, "portal:json_feed")),
        "language": "zh-Hans",
        "authors": [{"name": site().owner}],
        "items": [
            {
                "id": f"urn:uuid:{row.public_id}",
                "url": absolute(reverse("portal:detail", args=[row.public_id])),
                "title": row.title,
                "content_text": _feed_text(row),
                "date_published": timezone.localtime(row.published_at).isoformat(),
                "date_modified": timezone.localtime(row.changed_at or row.published_at).isoformat(),
                "authors": [{"name": shown_name(row)}],
                "tags": [row.item.domain.name, row.item.name],
            }
            for row in _feed_rows(chosen)
        ],
    }
    return HttpResponse(
        json.dumps(feed, ensure_ascii=False, indent=1), content_type="application/feed+json; charset=utf-8"
    )
