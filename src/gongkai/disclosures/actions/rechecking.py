"""After a change of the detectors or of the county's words: what is there is checked again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, IntegerField, When

from gongkai.core.vocabulary import EventKind, RevisionStage
from gongkai.disclosures.actions.gate import WAITING, check_text, look_again, subject_of
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.actions import rescan
from gongkai.documents.queries import blocking
from gongkai.documents.rules import check_version
from gongkai.events.actions import announce
from gongkai.events.bulk import one_by_one
from gongkai.events.models import Event

AT_ONCE = 5  # files of one look: whatever else the worker does is not kept waiting
TEXTS = "rescan:texts"


@dataclass(frozen=True, slots=True)
class Rechecked:
    """How many public texts were looked through, and those that hold something certain nobody released."""

    texts: int
    alarming: list[Revision]


def recheck_files(*, at: datetime) -> int:
    """Check again files of texts that were checked by other detectors or county rules; at most ``AT_ONCE``.

    Those of drafts come before public ones. What is found becomes a finding for the office. Files no reader could
    open are left to ``manage.py rescan``.
    """
    waiting = Attachment.objects.exclude(file__scanned_at=None).exclude(
        file__detector_version__in=["", check_version()]
    )
    is_public = Case(When(revision__stage=RevisionStage.PUBLISHED, then=1), default=0, output_field=IntegerField())
    order = waiting.annotate(is_public=is_public).order_by("is_public", "file_id")
    files = set(order.values_list("file_id", flat=True)[:AT_ONCE])
    return rescan(at=at, only=files).checked if files else 0


def recheck_texts(*, at: datetime) -> Rechecked:
    """Look through every text the public can read, old versions too; the findings are kept for the office."""
    published = Revision.objects.filter(stage=RevisionStage.PUBLISHED, withheld__at=None)
    texts, alarming = 0, []
    for revision in one_by_one(published.select_related("disclosure").prefetch_related("attachments")):
        texts += 1
        check_text(revision, revision.attachments.all(), at=at)
        if blocking([], subjects=[subject_of(revision)]).exists():
            alarming.append(revision)
    with transaction.atomic():
        facts = {"texts": texts, "alarming": len(alarming), "rules": _rules()}
        announce(EventKind.RESCAN_COMPLETED, subject=TEXTS, at=at, facts=facts)
    return Rechecked(texts, alarming)


def recheck_waiting(*, at: datetime) -> int:
    """Look again through texts handed in or approved that older rules looked at; how many are waiting.

    What is found after an approval stands on the review page before anybody tries to publish.
    """
    waiting = Revision.objects.filter(stage__in=WAITING).order_by("pk")
    count = 0
    for revision in one_by_one(waiting):
        look_again(revision, at=at)
        count += 1
    return count


def recheck_texts_if_due(*, at: datetime) -> int:
    """:func:`recheck_texts` when detectors or words changed since the last time; how many texts were looked at."""
    last = Event.objects.filter(kind=EventKind.RESCAN_COMPLETED, subject=TEXTS).order_by("-position").first()
    if last is not None and last.facts.get("rules") == _rules():
        return 0
    if last is None and not Revision.objects.filter(stage=RevisionStage.PUBLISHED).exists():
        return 0
    return recheck_texts(at=at).texts


def _rules() -> str:
    """What a check depends on besides the text."""
    return check_version()
