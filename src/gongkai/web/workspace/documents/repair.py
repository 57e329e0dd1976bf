"""What a mask has done: the text before and after, a file before and after by page and cell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongkai.core import authority
from gongkai.core.authority import NotAllowedError, Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind
from gongkai.disclosures import actions
from gongkai.disclosures.actions.drafting import EDITABLE
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.disclosures.texts import text_of
from gongkai.documents.actions import record_original_read
from gongkai.documents.models import PageText, StoredFile
from gongkai.events.models import Event
from gongkai.web.difference import Pair, fields, paragraphs, passages
from gongkai.web.telling import told
from gongkai.web.words import FINDING_KINDS, LAYERS
from gongkai.web.workspace.documents.comparing import changed_lines
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.pages import page
from gongkai.web.workspace.reach import disclosure_of, working_revision

DRAFT = Permission.DISCLOSURE_DRAFT
SHOWN = 200  # changed lines of one page
asks = require_http_methods(["GET", "HEAD", "POST"])


@door(DRAFT)
@asks
def mask_text(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The text beside itself with every prescribed mask; one button takes it over."""
    disclosure = disclosure_of(request, public_id, DRAFT)
    revision = working_revision(disclosure)
    if revision is None or revision.stage not in EDITABLE:
        messages.info(request, _("这一稿现在不能修改。要遮盖文字,请先退回修改。"))
        return redirect("workspace:disclosure", public_id)
    form = WorkspaceForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        edits = request.POST.get("edits", "")
        try:
            actions.mask_text(revision, edits=int(edits) if edits.isdecimal() else -1, by=officer(request), at=now)
        except (actions.StaleEditError, actions.TextProblemsError, LifecycleError) as error:
            form.add_error(None, told(error))
            revision.refresh_from_db()
        else:
            messages.success(request, _("文字已遮盖并保存。请再通读一遍。"))
            return redirect("workspace:draft", public_id)
    pairs = [pair for pair in _text_pairs(revision) if pair.changed]
    context = {"disclosure": disclosure, "revision": revision, "changes": pairs, "form": form}
    return page(request, "documents/mask_text.html", context, status=422 if form.errors else 200)


def _text_pairs(revision: Revision) -> list[Pair]:
    old, new = text_of(revision), actions.masked_text(revision, at=timezone.now())
    names = actions.masked_names(revision, at=timezone.now())
    called = [_("附件%(n)d名称") % {"n": number} for number in range(1, len(names) + 1)]
    return [
        *fields(
            {_("标题"): old.title, _("文号"): old.doc_no, _("概述"): old.summary},
            {_("标题"): new.title, _("文号"): new.doc_no, _("概述"): new.summary},
        ),
        *fields(
            dict(zip(called, (hung.name for hung, _name in names), strict=True)),
            dict(zip(called, (name for _hung, name in names), strict=True)),
        ),
        *fields(dict(old.elements), dict(new.elements)),
        *passages(_("正文"), paragraphs(old.body), paragraphs(new.body)),
    ]


@door(Permission.DISCLOSURE_READ)
@asks
def before_after(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponseBase:
    """A masked file beside its original, page by page. What was taken away is a row of blocks, as long as it was.

    POST shows it in words, to whoever stored the file or may open originals, and puts that on record.
    """
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_READ)
    hung = get_object_or_404(
        Attachment.objects.select_related("file__masked_from"),
        pk=pk,
        revision__disclosure=disclosure,
        file__masked_from__isnull=False,
    )
    original = hung.file.masked_from
    assert original is not None  # noqa: S101 - asked for in the query above
    may_read = _may_read(request, disclosure, original)
    bare = request.method == "POST"
    if bare:
        if not may_read:
            raise NotAllowedError(_("只有上传原件的人和县政务公开办可以看到被遮去的内容。"))
        record_original_read(original, by=officer(request), at=timezone.now(), purpose=Said("核对遮盖结果"))
    numbers = list(original.pages.values_list("number", "label"))
    asked = request.POST.get("page") or request.GET.get("page") or ""
    number = next((n for n, _label in numbers if str(n) == asked), numbers[0][0] if numbers else 0)
    changed = _file_pairs(original, hung.file, number, covered=not bare)
    context: dict[str, Any] = {
        "disclosure": disclosure,
        "attachment": hung,
        "numbers": numbers,
        "number": number,
        "changes": changed[:SHOWN],
        "count": len(changed),
        "bare": bare,
        "may_read": may_read,
        "done": _done(hung.file),
    }
    return page(request, "documents/before_after.html", context)


def _may_read(request: HttpRequest, disclosure: Disclosure, original: StoredFile) -> bool:
    who = actor(request)
    if authority.may(who, Permission.ORIGINAL_OPEN, agency_id=disclosure.agency_id):
        return True
    return original.stored_by_id == who.officer_id and authority.may(who, DRAFT, agency_id=disclosure.agency_id)


def _file_pairs(old: StoredFile, new: StoredFile, number: int, *, covered: bool) -> list[Pair]:
    before = old.pages.filter(number=number).first()
    if before is None:
        return []
    after = new.pages.filter(label=before.label).first() or new.pages.filter(number=number).first()
    return list(changed_lines(before.label, _lines(before), _lines(after), covered=covered))


def _lines(sheet: PageText | None) -> list[str]:
    return [line.replace("\t", " | ") for line in sheet.text.splitlines() if line.strip()] if sheet else []


def _done(copy: StoredFile) -> list[tuple[str, int]]:
    """What the mask did, in words: values by kind, layers taken out whole."""
    about = Event.objects.filter(subject=f"file:{copy.sha256}", kind=EventKind.DOCUMENT_MASKED)
    event = about.order_by("-position").first()
    facts = event.facts if event else {}
    masked = facts.get("values") or {}
    removed = facts.get("removed") or {}
    said = [(_("遮盖:%(what)s") % {"what": FINDING_KINDS.get(kind, kind)}, n) for kind, n in masked.items()]
    return said + [(_("删除:%(what)s") % {"what": LAYERS.get(name, name)}, n) for name, n in removed.items() if n]


_ONE = "disclosures/<uuid:public_id>/"
routes = [
    path(f"{_ONE}mask-text/", mask_text, name="mask_text"),
    path(f"{_ONE}attachments/<int:pk>/before-after/", before_after, name="before_after"),
]
