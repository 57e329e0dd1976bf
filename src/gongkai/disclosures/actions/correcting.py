"""Beginning a correction: the next version of something already public."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.core import authority, lifecycle
from gongkai.core.authority import Permission
from gongkai.core.drafting import Problem
from gongkai.core.lifecycle import DisclosureMove, LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, RevisionStage
from gongkai.disclosures.actions.drafting import TextProblemsError, announce_revision
from gongkai.disclosures.actions.gate import public_words_problems
from gongkai.disclosures.actions.withholding import Withholding, ask_withholding
from gongkai.disclosures.models import Attachment, Disclosure, Revision

WORKING = (RevisionStage.DRAFT, RevisionStage.SUBMITTED, RevisionStage.RETURNED, RevisionStage.APPROVED)


@transaction.atomic
def start_correction(
    disclosure: Disclosure,
    *,
    reason: str,
    by: Officer,
    at: datetime,
    withholding: Withholding | None = None,
) -> Revision:
    """Begin the next version of a published disclosure, with its text and attachments copied.

    The public page stays as it is until the correction is published. ``withholding`` names versions that hold
    what must not be public: they leave public reading in the transaction that publishes the correction. Raises
    ``NotAllowedError``, ``LifecycleError`` (not public, or a correction is already being written),
    ``TextProblemsError`` (no reason, or one that holds personal data itself).
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id
    )
    disclosure = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
    lifecycle.status_after(DisclosureStatus(disclosure.status), DisclosureMove.CORRECT)
    if problems := _reason_problems(reason, at=at):
        raise TextProblemsError(problems)
    if disclosure.revisions.filter(stage__in=WORKING).exists():
        raise LifecycleError(Said("这条信息已有一稿更正在办理中。请打开那一稿继续,不要重复发起。"))
    old = disclosure.revisions.filter(stage=RevisionStage.PUBLISHED).latest("number")
    revision = _next_version(disclosure, old, reason=reason.strip(), by=by, at=at)
    if withholding is not None:
        ask_withholding(revision, withholding, by=by, at=at)
    announce_revision(EventKind.DISCLOSURE_DRAFTED, revision, by=by, at=at)
    return revision


def _next_version(disclosure: Disclosure, old: Revision, *, reason: str, by: Officer, at: datetime) -> Revision:
    """The text and the attachments of ``old`` as a new draft."""
    revision = Revision.objects.create(
        disclosure=disclosure,
        number=(disclosure.revisions.aggregate(m=Max("number"))["m"] or 0) + 1,
        title=old.title,
        doc_no=old.doc_no,
        formed_on=old.formed_on,
        summary=old.summary,
        body=old.body,
        elements=old.elements,
        ends_on=old.ends_on,
        discloser_name=old.discloser_name,
        discloser_uscc=old.discloser_uscc,
        reason=reason,
        created_at=at,
        created_by=by,
        saved_at=at,
    )
    Attachment.objects.bulk_create(
        Attachment(revision=revision, file_id=a.file_id, name=a.name, order=a.order) for a in old.attachments.all()
    )
    return revision


def _reason_problems(reason: str, *, at: datetime) -> list[Problem]:
    if not reason.strip():
        return [Problem("reason", Said("请写明更正理由:公众会在更正对照中看到它。"))]
    return public_words_problems("reason", "Revision.reason", reason, at=at)
