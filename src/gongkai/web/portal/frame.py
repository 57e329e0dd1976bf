"""How a public page answers: the template with its column, its trail, its feeds; and for how long it is kept."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeGuard

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from gongkai.events.models import EventHead
from gongkai.web.demo.marker import demo_installed

FRESH_SECONDS = 30
KEPT_BYTES = 256 * 1024  # larger answers are made anew; bounds what the pages kept in memory can take


@dataclass(frozen=True)
class ColumnTags:
    """The four column tags of the national rules; ``type`` is the kind of column."""

    name: str
    description: str
    keywords: str
    type: str


@dataclass(frozen=True)
class Feed:
    """A feed a page offers to readers."""

    type: str
    title: str
    url: str


def answer(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    column: ColumnTags | None = None,
    trail: Sequence[tuple[str, str]] = (),
    feeds: Sequence[Feed] = (),
    status: int = 200,
) -> HttpResponse:
    """The page. ``trail`` is (name, address) from below the home page; the last has no address."""
    context = {"column": column, "trail": list(trail), "feeds": list(feeds), **context}
    return render(request, f"portal/{template}", context, status=status)


def fresh(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page anyone may keep for half a minute; who is signed in always sees the newest.

    The server keeps it too, until anything happens (the position of the last event is part of its key) and at
    most for that half minute, so that a rush of readers costs one query a page.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _marked(view(request, *args, **kwargs), private=True, no_cache=True)
        key = _key(request)
        kept = cache.get(key) if key else None
        if kept is not None:
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = _marked(view(request, *args, **kwargs), public=True, max_age=FRESH_SECONDS)
        if key and _is_small(response):
            cache.set(key, (response.content, dict(response.items())), settings.PAGES_KEPT_SECONDS)
        return response

    return answered


def _marked(response: HttpResponseBase, **control: Any) -> HttpResponseBase:
    if response.status_code < 400 and not response.has_header("Cache-Control"):
        patch_cache_control(response, **control)
    patch_vary_headers(response, ["Cookie"])
    return response


def _is_small(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """A whole, successful answer short enough to keep."""
    return (
        response.status_code == 200 and isinstance(response, HttpResponse) and len(response.content) <= KEPT_BYTES
    )


def _key(request: HttpRequest) -> str:
    """What an answer depends on besides the database; empty where it is not kept."""
    if request.method != "GET" or not settings.PAGES_KEPT_SECONDS:
        return ""
    position = EventHead.objects.values_list("position", flat=True).first() or 0
    frame = (request.COOKIES.get("elder"), demo_installed(), settings.EMBEDDED, settings.SITE_ID_CODE)
    said = f"{position}\n{frame}\n{request.get_full_path()}"
    return f"page:{hashlib.sha256(said.encode(errors='surrogatepass')).hexdigest()}"
