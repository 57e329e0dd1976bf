"""Attachments served so that a browser cannot be made to run them; both the public site and the desk serve so."""

from collections.abc import Callable

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from gongkai.disclosures.models import Attachment
from gongkai.documents.actions import StorageError, open_file
from gongkai.web.tables import disposition

# What a browser may show inside a page; everything else is only ever saved.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PDF = "application/pdf"
LOCKED = "default-src 'none'; sandbox; frame-ancestors 'self'"
# Browsers refuse to open their own PDF reader in a sandbox; a PDF runs no script of ours either way.
LOCKED_PDF = "default-src 'none'; frame-ancestors 'self'"


def served(attachment: Attachment, *, show: bool) -> HttpResponseBase:
    """The bytes: as a download, or with ``show`` in the page where it is a PDF or a picture.

    Raises ``FileNotFoundError`` when the bytes are gone, ``StorageError`` when the store does not answer.
    """
    stored = attachment.file
    shown = show and stored.media_type in IMAGES | {PDF}
    response = FileResponse(
        open_file(stored), content_type=stored.media_type if shown else "application/octet-stream"
    )
    response["Content-Disposition"] = disposition(attachment.name, inline=shown)
    response["Content-Length"] = str(stored.size)
    response["Content-Security-Policy"] = LOCKED_PDF if shown and stored.media_type == PDF else LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{stored.sha256}"'
    return response


class StorageFaults:
    """Where a page needs a file and the store does not answer: 503 with what to do, not an error of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The page that says so, for a fault of the store; nothing for any other."""
        if not isinstance(error, StorageError):
            return None
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "60"
        return response
