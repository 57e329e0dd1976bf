"""How a public page answers: the template with its column, its trail, its feeds; and for how long it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from gongkai.web.portal.kept import MARK

FRESH_SECONDS = 30


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

    The server keeps it too (``kept.KeptPages``), until anything happens and at most for that half minute, so
    that a rush of readers costs one query a page.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _marked(response, private=True, no_cache=True)
        setattr(response, MARK, True)
        return _marked(response, public=True, max_age=FRESH_SECONDS)

    return answered


def _marked(response: HttpResponseBase, **control: Any) -> HttpResponseBase:
    if response.status_code < 400 and not response.has_header("Cache-Control"):
        patch_cache_control(response, **control)
    patch_vary_headers(response, ["Cookie"])
    return response
