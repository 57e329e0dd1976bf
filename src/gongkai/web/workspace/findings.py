"""What the privacy check found in a text and its files: shown beside them, mended with one click, or released."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.core.authority import Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.privacy import Certainty, Kind
from gongkai.disclosures import actions
from gongkai.disclosures.actions.gate import scope_of, subject_of
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.actions import (
    MaskRefusedError,
    mask_file,
    open_original,
)
from gongkai.documents.models import Finding
from gongkai.documents.queries import open_findings
from gongkai.web.tables import disposition
from gongkai.web.telling import told
from gongkai.web.words import FINDING_KINDS
from gongkai.web.workspace.beside import Passage, blocks, file_passages, text_passages
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.findings import PurposeForm
from gongkai.web.workspace.pages import page
from gongkai.web.workspace.reach import disclosure_of, working_revision

KINDS = FINDING_KINDS
CERTAINTIES: Mapping[str, str | Promise] = {
    Certainty.CERTAIN: _("确定"),
    Certainty.LIKELY: _("很可能"),
    Certainty.POSSIBLE: _("请核对"),
}
SHOWN = 50


@dataclass(frozen=True)
class Group:
    """The open findings of one material: the text itself, or one attachment."""

    title: str
    subject: str
    attachment: Attachment | None
    rows: list[tuple[Passage, str, str]]
    count: int
    certain_count: int
    maskable: bool  # not where the file could not be read: then nobody knows what to mask

    @property
    def blocks(self) -> bool:
        """Whether something in it forbids publication."""
        return self.certain_count > 0

    @property
    def doubtful_count(self) -> int:
        """How many ask for somebody to look."""
        return self.count - self.certain_count


def groups_of(revision: Revision) -> list[Group]:
    """What is open in the text and in each attachment, the text first; three queries."""
    attached = list(revision.attachments.select_related("file"))
    own = subject_of(revision)
    found: dict[str, list[Finding]] = {}
    for finding in open_findings([a.file for a in attached], subjects=[own], scope=scope_of(revision)):
        found.setdefault(finding.subject, []).append(finding)
    text = _group(_now("稿件文字"), own, None, text_passages(revision, attached, found.get(own, [])))
    files = [
        _group(a.name, subject, a, file_passages(found.get(subject, [])))
        for a in attached
        for subject in [f"file:{a.file.sha256}"]
    ]
    return [group for group in (text, *files) if group.count]


def _group(title: str, subject: str, attachment: Attachment | None, passages: list[Passage]) -> Group:
    shown = [(one, str(KINDS[one.kind]), str(CERTAINTIES[one.certainty])) for one in passages[:SHOWN]]
    return Group(
        title,
        subject,
        attachment,
        shown,
        len(passages),
        sum(one.certainty == Certainty.CERTAIN for one in passages),
        all(one.kind != Kind.UNREADABLE for one in passages),
    )


def _maskable(passages: list[Passage]) -> bool:
    unread = [one for one in passages if one.kind == Kind.UNREADABLE]
    return len(unread) < len(passages) and not blocks(unread)


@door(Permission.DISCLOSURE_DRAFT)
@require_POST
def mask(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponseBase:
    """One click: the masked copy takes the place of the file; the original stays in the closed store."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_DRAFT)
    revision = working_revision(disclosure)
    hung = get_object_or_404(Attachment.objects.select_related("file", "revision"), pk=pk, revision=revision)
    who, now = officer(request), timezone.now()
    try:
        copy = mask_file(hung.file, name=hung.name, by=who, at=now)
        if copy.pk == hung.file_id:
            messages.info(request, _now("附件“%(name)s”没有可以自动遮盖的内容。") % {"name": hung.name})
            return redirect("workspace:draft", public_id)
        hung.revision.disclosure = disclosure
        actions.replace_attachment(hung, stored=copy, by=who, at=now)
    except (MaskRefusedError, LifecycleError) as error:
        messages.error(request, told(error))
    else:
        messages.success(
            request,
            _now("附件“%(name)s”已换成遮盖后的文件;原件留在内部库,不会公开。请核对。") % {"name": hung.name},
        )
        return redirect("workspace:before_after", public_id, hung.pk)
    return redirect("workspace:draft", public_id)


@door(Permission.ORIGINAL_OPEN)
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponseBase:
    """The closed original behind a masked file: who opens it says what for, and it is on record."""
    disclosure = disclosure_of(request, public_id, Permission.ORIGINAL_OPEN)
    hung = get_object_or_404(
        Attachment.objects.select_related("file__masked_from"),
        pk=pk,
        revision__disclosure=disclosure,
        file__masked_from__isnull=False,
    )
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and hung.file.masked_from:
        stream = open_original(
            hung.file.masked_from,
            by=officer(request),
            at=timezone.now(),
            purpose=form.cleaned_data["purpose"],
        )
        response = FileResponse(stream, content_type=hung.file.masked_from.media_type)
        response["Content-Disposition"] = disposition(hung.name)
        response["Content-Security-Policy"] = "sandbox"
        return response
    words = {
        "form": form,
        "title": _now("打开“%(name)s”的原件") % {"name": hung.name},
        "consequence": _now("原件含有不能公开的内容。谁、何时、为什么打开,都会记入操作日志。请勿外传。"),
        "button": _now("登记并下载"),
        "back": reverse("workspace:disclosure", args=[public_id]),
    }
    return page(request, "ask.html", words, status=422 if form.errors else 200)
