"""``manage.py search QUERY``: what a reader would find."""

import json
import re
from html import unescape
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from gongkai.search.queries import SearchFilters, SearchHit, SearchPage, search, suggest

NARROWED = ("domain", "item", "stage", "exchange_type", "agency", "township", "status")
_MARK = re.compile(r"</?mark>")


class Command(BaseCommand):
    help = "检索公开信息。多个词用空格隔开,整句加引号,不要的词前加减号。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The question, the filters, the form of the answer."""
        parser.add_argument("query", help="检索词;减号开头的写在 -- 之后")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
        parser.add_argument("--limit", type=int, default=20, help="一页几条,1—100")
        parser.add_argument("--order", choices=["newest", "relevance"], default="newest")
        parser.add_argument("--after", help="上一页给出的 next")
        parser.add_argument("--year", type=int)
        for name in NARROWED:
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one page. An index that cannot be read is an error, no hits are not."""
        filters = SearchFilters(year=options["year"], **{name: options[name] for name in NARROWED})
        page = search(
            options["query"],
            filters=filters,
            order=options["order"],
            after=options["after"],
            limit=options["limit"],
        )
        if not page.is_available:
            raise CommandError(page.explained + "没有装过的请先运行 make run;索引坏了可运行 manage.py reindex。")
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(page), ensure_ascii=False))
        else:
            self._print(page)
            self._suggest(page, options["query"], filters)

    def _print(self, page: SearchPage) -> None:
        self.stdout.write(f"{page.explained}:{page.total_shown} 条")
        for hit in page.hits:
            self.stdout.write(f"\n{hit.title}")
            self.stdout.write(f"  {hit.index_number}  {hit.agency_name}  {hit.published_at:%Y-%m-%d}  {_url(hit)}")
            for where, html in hit.snippets:
                self.stdout.write(f"  [{where}] {_plain(html)}")
        if page.next:
            self.stdout.write(f"\n下一页:--after {page.next}")

    def _suggest(self, page: SearchPage, text: str, filters: SearchFilters) -> None:
        for near in [] if page.total else suggest(text, filters=filters):
            dropped = "(不限条件)" if near.drops_filters else ""
            self.stdout.write(f"可以试试:{near.text}{dropped},{near.total} 条")


def _plain(html: str) -> str:
    return unescape(_MARK.sub("", html))


def _url(hit: SearchHit) -> str:
    return settings.SITE_URL + reverse("portal:detail", args=[hit.public_id])


def _as_json(page: SearchPage) -> dict[str, Any]:
    return {
        "total": page.total,
        "total_is_exact": page.total_is_exact,
        "is_complete": page.is_complete,
        "explained": page.explained,
        "order": page.order,
        "next": page.next,
        "hits": [
            {
                "title": hit.title,
                "index_number": hit.index_number,
                "doc_no": hit.doc_no,
                "agency": hit.agency_name,
                "item": hit.item_name,
                "published_at": hit.published_at.isoformat(),
                "status": hit.status,
                "public_id": hit.public_id,
                "url": _url(hit),
                "where": [where for where, _html in hit.snippets],
                "snippets": [{"where": where, "text": _plain(html), "html": html} for where, html in hit.snippets],
            }
            for hit in page.hits
        ],
    }
