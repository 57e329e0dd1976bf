"""Beginning, writing and giving up a text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Exclusion, Item
from gongkai.core import authority, lifecycle
from gongkai.core.authority import Permission
from gongkai.core.drafting import Problem, Text, keeping_problems
from gongkai.core.lifecycle import LifecycleError, RevisionMove
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, Openness, RevisionStage
from gongkai.disclosures.actions import richtext
from gongkai.disclosures.actions.gate import unfounded_problems
from gongkai.disclosures.actions.starting import Starting, link_obligations, remember, remembering_problems
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.disclosures.texts import columns_of_text, discloser_of, terms_of
from gongkai.documents.models import StoredFile
from gongkai.events.actions import announce
from gongkai.obligations.models import Obligation

ATTACHMENT_LIMIT = 30
EDITABLE = lifecycle.stages_that_may(RevisionMove.SAVE)


class TextProblemsError(Exception):
    """The text cannot be kept or submitted; ``problems`` says where and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(";".join(p.message for p in self.problems))


class MissingElementsError(TextProblemsError):
    """Raised by submission: required parts are missing or do not fit."""


class StaleEditError(Exception):
    """Somebody else saved this text in between; nothing was overwritten."""


@transaction.atomic
def start_draft(
    item: Item,
    *,
    agency: Agency,
    by: Officer,
    at: datetime,
    title: str = "",
    township: Agency | None = None,
    obligations: Iterable[Obligation] = (),
) -> Revision:
    """Begin a disclosure under ``item`` for ``agency``; the first revision, in stage draft.

    ``obligations`` are the open clocks this publication is meant to stop; they must be of the same item and
    agency. Raises ``NotAllowedError``; ``LifecycleError`` when an obligation is already closed or foreign.
    """
    day = timezone.localdate(at)
    authority.require(actor_of(by, on=day), Permission.DISCLOSURE_DRAFT, agency_id=agency.pk)
    if item.retired_on and item.retired_on <= day:
        raise LifecycleError(
            Said(
                "事项“%(name)s”已于 %(retired_on)s 停用,不能再起草。请选择清单中的现行事项。",
                name=item.name,
                retired_on=item.retired_on,
            )
        )
    text = Text(title=title)
    _refuse(keeping_problems(text, terms=[], today=day))
    disclosure = Disclosure.objects.create(
        item=item,
        agency=agency,
        township=township,
        title=title,
        openness=Openness.PROACTIVE if item.method == "proactive" else Openness.ON_REQUEST,
        created_at=at,
        created_by=by,
        is_demo=by.is_demo,
    )
    link_obligations(disclosure, obligations)
    revision = Revision.objects.create(
        disclosure=disclosure, number=1, title=title, created_at=at, created_by=by, saved_at=at
    )
    announce_revision(EventKind.DISCLOSURE_DRAFTED, revision, by=by, at=at)
    return revision


@transaction.atomic
def save_revision(
    revision: Revision,
    *,
    text: Text,
    edits: int,
    by: Officer,
    at: datetime,
    openness: Openness | None = None,
    withholding_ground: Exclusion | None = None,
    withholding_reason: str = "",
    township: Agency | None = None,
    starting: Starting | None = None,
) -> Revision:
    """Keep ``text`` in a draft or returned revision. ``edits`` is the count the officer's form was read at.

    The body is cleaned. ``starting`` is what was said about the clock. Raises ``NotAllowedError``,
    ``TextProblemsError`` (nothing kept), ``LifecycleError`` (not editable any more), ``StaleEditError``
    (somebody saved in between; nothing overwritten).
    """
    disclosure = revision.disclosure
    day = timezone.localdate(at)
    authority.require(actor_of(by, on=day), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id)
    _refuse([*keeping_problems(text, terms=terms_of(disclosure.item), today=day), *remembering_problems(starting)])
    _refuse(unfounded_problems(openness, withholding_ground, withholding_reason, at=at))
    text = replace(text, body=richtext.clean(text.body))
    changed = Revision.objects.filter(pk=revision.pk, stage__in=EDITABLE, edits=edits).update(
        stage=RevisionStage.DRAFT,
        **columns_of_text(text),
        edits=edits + 1,
        saved_at=at,
    )
    if not changed:
        raise _refusal(revision)
    if disclosure.status == DisclosureStatus.UNPUBLISHED:
        Disclosure.objects.filter(pk=disclosure.pk, status=DisclosureStatus.UNPUBLISHED).update(
            title=text.title.strip(),
            **discloser_of(text),
            township=township,
            openness=openness or disclosure.openness,
            withholding_ground=withholding_ground if openness is Openness.WITHHELD else None,
            withholding_reason=withholding_reason if openness is Openness.WITHHELD else "",
        )
    return _kept(revision, starting, by=by, at=at)


def _kept(revision: Revision, starting: Starting | None, *, by: Officer, at: datetime) -> Revision:
    """Tell of the text that was saved; what was said about its clock is kept beside it until it is public."""
    if starting and revision.disclosure.status == DisclosureStatus.UNPUBLISHED:
        remember(revision.disclosure, starting)
    revision.refresh_from_db()
    announce_revision(EventKind.DISCLOSURE_REVISED, revision, by=by, at=at)
    return revision


def _refusal(revision: Revision) -> StaleEditError:
    """Why nothing was kept. Raises ``LifecycleError`` where the text can no longer be edited at all."""
    now = Revision.objects.get(pk=revision.pk)
    lifecycle.stage_after(RevisionStage(now.stage), RevisionMove.SAVE)
    return StaleEditError(
        Said(
            "这一稿在您编辑期间已由他人保存(%(moment)s)。您的文字还在本页,没有丢失;请对照新的内容后再保存。",
            moment=f"{timezone.localtime(now.saved_at):%Y-%m-%d %H:%M}",
        )
    )


@transaction.atomic
def attach(revision: Revision, *, stored: StoredFile, name: str, by: Officer, at: datetime) -> Attachment:
    """Hang a stored file on an editable revision under ``name``, unique within the revision.

    Raises ``NotAllowedError``, ``LifecycleError``, ``TextProblemsError`` (name taken, too long, too many).
    """
    _require_editable(revision, by=by, at=at)
    taken = set(revision.attachments.values_list("name", flat=True))
    if len(taken) >= ATTACHMENT_LIMIT:
        raise TextProblemsError(
            [Problem("attachments", Said("附件已有 %(most)s 个。请合并后再上传。", most=ATTACHMENT_LIMIT))]
        )
    name = name.strip()
    _refuse(
        [
            replace(p, field="attachments")
            for p in keeping_problems(Text(title=name), terms=[], today=timezone.localdate(at))
        ]
    )
    if not name or "/" in name or "\\" in name:
        raise TextProblemsError(
            [Problem("attachments", Said("附件名称不能为空,也不能含有斜杠。请改名后再上传。"))]
        )
    if name in taken:
        raise TextProblemsError(
            [Problem("attachments", Said("已有同名附件“%(name)s”。请改名,或先移除原附件。", name=name))]
        )
    order = (revision.attachments.aggregate(m=Max("order"))["m"] or 0) + 1
    attachment = Attachment.objects.create(revision=revision, file=stored, name=name, order=order)
    _touched(revision, by=by, at=at)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, by: Officer, at: datetime) -> None:
    """Take a file off an editable revision; the stored bytes stay. Raises as :func:`attach`."""
    revision = attachment.revision
    _require_editable(revision, by=by, at=at)
    attachment.delete()
    _touched(revision, by=by, at=at)


@transaction.atomic
def replace_attachment(attachment: Attachment, *, stored: StoredFile, by: Officer, at: datetime) -> None:
    """Put another file (its masked copy) in the place of one, under the same name. Raises as :func:`attach`."""
    _require_editable(attachment.revision, by=by, at=at)
    Attachment.objects.filter(pk=attachment.pk).update(file=stored)
    attachment.file = stored
    _touched(attachment.revision, by=by, at=at)


@transaction.atomic
def discard(revision: Revision, *, by: Officer, at: datetime) -> None:
    """Give up a draft or returned revision; it stays in the file, marked. Raises as the others."""
    disclosure = revision.disclosure
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id
    )
    move_revision(revision, RevisionMove.DISCARD)
    if disclosure.status == DisclosureStatus.UNPUBLISHED:
        disclosure.discharges.all().delete()
    revision.withholds.filter(at=None).delete()
    announce_revision(EventKind.DISCLOSURE_DISCARDED, revision, by=by, at=at)


def move_revision(revision: Revision, move: RevisionMove, **facts: object) -> None:
    """Move by a conditional UPDATE on the stage that was read; of two at once, one wins and one is told.

    Raises ``LifecycleError``.
    """
    found = RevisionStage(revision.stage)
    target = lifecycle.stage_after(found, move)
    if not Revision.objects.filter(pk=revision.pk, stage=found).update(stage=target, **facts):
        now = Revision.objects.get(pk=revision.pk)
        lifecycle.stage_after(RevisionStage(now.stage), move)
        raise LifecycleError(Said("这一稿刚被他人处理。请刷新页面,看看现在的状态再办理。"))
    for name, value in {"stage": target, **facts}.items():
        setattr(revision, name, value)


def _require_editable(revision: Revision, *, by: Officer, at: datetime) -> None:
    authority.require(
        actor_of(by, on=timezone.localdate(at)),
        Permission.DISCLOSURE_DRAFT,
        agency_id=revision.disclosure.agency_id,
    )
    now = Revision.objects.select_for_update().get(pk=revision.pk)
    lifecycle.stage_after(RevisionStage(now.stage), RevisionMove.SAVE)


def _touched(revision: Revision, *, by: Officer, at: datetime) -> None:
    Revision.objects.filter(pk=revision.pk).update(saved_at=at)
    announce_revision(EventKind.DISCLOSURE_REVISED, revision, by=by, at=at)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise TextProblemsError(problems)


def announce_revision(
    kind: EventKind, revision: Revision, *, by: Officer, at: datetime, facts: Mapping[str, object] | None = None
) -> None:
    """One event about a revision, with its number."""
    announce(
        kind,
        subject=f"disclosure:{revision.disclosure_id}",
        at=at,
        by=by,
        agency=revision.disclosure.agency,
        facts={"revision": revision.number, **(facts or {})},
    )
