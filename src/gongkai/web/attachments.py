"""Attachments served so that a browser cannot be made to run them; both the public site and the desk serve so."""

from django.http import FileResponse
from django.http.response import HttpResponseBase

from gongkai.disclosures.models import Attachment
from gongkai.documents.actions import open_file
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
