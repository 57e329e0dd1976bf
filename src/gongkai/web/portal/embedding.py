"""Browsing inside another site's frame: ``?embed=1`` stays in every address of this site, without a cookie."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_LINK = re.compile(r"""(<a\b[^>]*?\shref=)(["'])(.*?)\2""", re.S)
_FORM = re.compile(r"<form\b[^>]*>", re.S)
_ACTION = re.compile(r"""(\saction=)(["'])(.*?)\2""", re.S)
_POSTS = re.compile(r"""\smethod=["']?post""", re.I)
_NO_PAGE = re.compile(r"^(/en)?/(workspace|api|static|log)/|\.[^/]*$|/files/\d+/$")
_HIDDEN = '<input type="hidden" name="embed" value="1">'


def asked(request: HttpRequest) -> bool:
    """Whether this page is shown inside another site's frame by its address."""
    return request.GET.get("embed") == "1"


def kept(address: str) -> str:
    """An address of a page of this site with ``embed=1``; any other address as it is.

    Files (a last part with a dot), the desk and other sites are left alone, and so is a jump within the page.
    """
    parts = urlsplit(address.replace("&amp;", "&"))
    own = not parts.scheme and not parts.netloc and address[:1] in {"/", "?"}
    if not own or _NO_PAGE.search(parts.path):
        return address
    if any(name == "embed" for name, _value in parse_qsl(parts.query, keep_blank_values=True)):
        return address
    query = f"{parts.query}&embed=1" if parts.query else "embed=1"
    return urlunsplit(parts._replace(query=query)).replace("&", "&amp;")


def kept_in(html: str) -> str:
    """A page with the mark in each of its links and forms."""
    html = _LINK.sub(lambda m: f"{m[1]}{m[2]}{kept(m[3])}{m[2]}", html)
    return _FORM.sub(_form, html)


def _form(found: re.Match[str]) -> str:
    """A form that asks carries the mark as a field; one that sends carries it in its address."""
    tag = found[0]
    if _POSTS.search(tag):
        return _ACTION.sub(lambda m: f"{m[1]}{m[2]}{kept(m[3])}{m[2]}", tag)
    return tag + _HIDDEN


class Embedding:
    """Marks what a page asked for with ``?embed=1`` links to. Caches keep it under its own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not asked(request):
            return response
        if response.has_header("Location"):
            response["Location"] = kept(response["Location"]).replace("&amp;", "&")
        elif isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = kept_in(response.content.decode()).encode()
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response
