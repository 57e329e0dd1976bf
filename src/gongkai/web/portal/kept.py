"""Public pages kept in memory: given again without a view, compressed, and not at all to who has them already.

A page that ``frame.fresh`` marks is kept as it left the innermost middleware, with its headers, under everything
it depends on: its address, the position of the last event that can change public pages, the switches of the
frame. A page is never older than that event; asking for it is the one query of a hit. What happens inside the
offices alone (a draft saved, a sign-in refused) renews no page.
"""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from gongkai.web.demo.marker import demo_installed
from gongkai.web.portal.moved import last_public_event

KEPT_BYTES = 256 * 1024  # larger answers are made anew; bounds what the pages kept in memory can take
PACKED_FROM = 500  # shorter answers gain nothing by compression
MARK = "kept_for_all"
# What a 304 repeats of the answer it stands for (RFC 9110, 15.4.5).
_REPEATED = ("Cache-Control", "ETag", "Vary", "Content-Location", "Date", "Expires")
Page = tuple[bytes, bytes, dict[str, str]]  # plain, packed (empty: not worth it), headers


class KeptPages:
    """Stands before everything that costs: sessions, language, officers. Who is signed in passes it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page kept, or the page made and kept when it is one for all."""
        key = _key(request)
        if not key:
            return self.get_response(request)
        page = cache.get(key)
        if page is None:
            response = self.get_response(request)
            if not _is_for_all(response):
                return response
            page = _page(response)
            cache.set(key, page, settings.PAGES_KEPT_SECONDS)
        return _given(request, page)


def _key(request: HttpRequest) -> str:
    """What an answer depends on besides the database; empty where it is not kept."""
    if (
        request.method not in {"GET", "HEAD"}
        or not settings.PAGES_KEPT_SECONDS
        or settings.SESSION_COOKIE_NAME in request.COOKIES
    ):
        return ""
    frame = (request.COOKIES.get("elder"), demo_installed(), settings.EMBEDDED, settings.SITE_ID_CODE)
    said = f"{last_public_event()}\n{request.method}\n{frame}\n{request.get_full_path()}"
    return f"page:{hashlib.sha256(said.encode(errors='surrogatepass')).hexdigest()}"


def _is_for_all(response: HttpResponseBase) -> bool:
    """A whole, successful answer that its view marked, short enough to keep, and setting no cookie."""
    return (
        getattr(response, MARK, False)
        and response.status_code == 200
        and isinstance(response, HttpResponse)
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and len(response.content) <= KEPT_BYTES
        and "no-store" not in response.get("Cache-Control", "")
    )


def _page(response: Any) -> Page:
    content = bytes(response.content)
    packed = gzip.compress(content, compresslevel=6, mtime=0) if len(content) >= PACKED_FROM else b""
    # Of the content, not of the bytes sent: weak, the same for both forms.
    response.headers.setdefault("ETag", f'W/"{hashlib.sha256(content).hexdigest()[:32]}"')
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    return content, packed if len(packed) < len(content) else b"", headers


def _given(request: HttpRequest, page: Page) -> HttpResponse:
    content, packed, headers = page
    if _has_it(request.META.get("HTTP_IF_NONE_MATCH", ""), headers):
        repeated = {name: headers[name] for name in _REPEATED if name in headers}
        return HttpResponseNotModified(headers=repeated)
    if packed and _takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return HttpResponse(packed, headers={**headers, "Content-Encoding": "gzip", "Content-Length": len(packed)})
    return HttpResponse(content, headers={**headers, "Content-Length": len(content)})


def _has_it(asked: str, headers: Mapping[str, str]) -> bool:
    """Whether the reader names the version there is; compared weakly, as RFC 9110 asks for ``If-None-Match``."""
    mine = headers["ETag"].removeprefix("W/")
    return bool(asked) and any(tag == "*" or tag.removeprefix("W/") == mine for tag in parse_etags(asked))


def _takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip (or anything) without forbidding it by ``q=0``."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        weights[name] = weight.strip("0.") != "" if weight else True
    return weights.get("gzip", weights.get("*", False))
