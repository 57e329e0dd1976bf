"""Attachments, served so that a browser cannot be made to run them."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.disclosures.models import Attachment
from gongkai.disclosures.queries import public_attachment
from gongkai.web.attachments import served
from gongkai.web.portal.detail import find, readable
from gongkai.web.portal.frame import answer, fresh

MOST_PAGES = 100  # of text shown in one page of ours


def _attachment(public_id: UUID, key: int) -> Attachment:
    """An attachment of a version that is or was public, or a 404."""
    disclosure = find(public_id)
    attachment = public_attachment(disclosure, key) if readable(disclosure) else None
    if attachment is None:
        raise Http404(_("没有这个附件,或者它已随信息撤回、旧版收回、公示期满而不再展示。"))
    return attachment


@require_safe
@fresh
def text(request: HttpRequest, public_id: UUID, key: int) -> HttpResponseBase:
    """The words of an attachment page by page: to be found in, copied and read aloud, where a file cannot be."""
    attachment = _attachment(public_id, key)
    pages = list(attachment.file.pages.all()[: MOST_PAGES + 1])
    return answer(
        request,
        "attachment_text.html",
        {
            "disclosure": attachment.revision.disclosure,
            "attachment": attachment,
            "pages": pages[:MOST_PAGES],
            "is_cut": len(pages) > MOST_PAGES,
        },
        trail=[
            (attachment.revision.disclosure.title, reverse("portal:detail", args=[public_id])),
            (attachment.name, ""),
        ],
    )


@require_safe
@fresh
def file(request: HttpRequest, public_id: UUID, key: int) -> HttpResponseBase:
    """An attachment. ``?show=1`` shows a PDF or picture in the page."""
    attachment = _attachment(public_id, key)
    try:
        return served(attachment, show=request.GET.get("show") == "1")
    except FileNotFoundError:
        raise Http404(_("附件文件暂时读不到,请稍后再试;一直不行的,请告诉发布机构。")) from None
