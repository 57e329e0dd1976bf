"""保密审查: item by item, before publication, by another person (条例第17条; 先审查、后公开)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of, county
from gongkai.core import authority
from gongkai.core.authority import NotAllowedError, Permission
from gongkai.core.drafting import Problem, submitting_problems
from gongkai.core.lifecycle import RevisionMove
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind, Verdict
from gongkai.core.wording import unfit
from gongkai.disclosures.actions import gate
from gongkai.disclosures.actions.approving import require_looked_at
from gongkai.disclosures.actions.drafting import (
    MissingElementsError,
    TextProblemsError,
    announce_revision,
    move_revision,
)
from gongkai.disclosures.actions.starting import clock_start, start_clock, starting_problems
from gongkai.disclosures.disclosers import asked_of
from gongkai.disclosures.models import ConfidentialityReview, Revision
from gongkai.disclosures.queries import barred_from_review, steps_passed
from gongkai.disclosures.standing import require_as_read
from gongkai.disclosures.texts import terms_of, text_of


@transaction.atomic
def submit(revision: Revision, *, by: Officer, at: datetime) -> None:
    """Hand a complete text to review; from here on it cannot be edited. What the privacy check finds is kept.

    A text that answers no clock starts its own, by the rules of its item (条例第26条 where they give no other):
    writing straight from the checklist leaves nothing uncounted. Raises ``NotAllowedError``,
    ``MissingElementsError`` (nothing moved; ``problems`` says what is missing), ``LifecycleError``.
    """
    day = timezone.localdate(at)
    disclosure = revision.disclosure
    authority.require(actor_of(by, on=day), Permission.DISCLOSURE_DRAFT, agency_id=disclosure.agency_id)
    revision.refresh_from_db()
    attached = list(revision.attachments.order_by("order"))
    problems = submitting_problems(
        text_of(revision),
        terms=terms_of(disclosure.item),
        today=day,
        attached=bool(attached),
        asks_discloser=not revision.discloser_name and asked_of(disclosure),
    )
    start = clock_start(revision, at=at)
    problems += starting_problems(start)
    problems = problems or start_clock(revision, start, by=by, at=at)
    if problems:
        raise MissingElementsError(problems)
    move_revision(revision, RevisionMove.SUBMIT, submitted_at=at, submitted_by=by)
    gate.check_text(revision, attached, at=at)
    announce_revision(EventKind.DISCLOSURE_SUBMITTED, revision, by=by, at=at)


@transaction.atomic
def recall(revision: Revision, *, by: Officer, at: datetime) -> None:
    """Take a submitted text back before it is decided. Raises ``NotAllowedError``, ``LifecycleError``."""
    authority.require(
        actor_of(by, on=timezone.localdate(at)),
        Permission.DISCLOSURE_DRAFT,
        agency_id=revision.disclosure.agency_id,
    )
    move_revision(revision, RevisionMove.RECALL)
    announce_revision(EventKind.DISCLOSURE_REVISED, revision, by=by, at=at)


def record_review(
    revision: Revision,
    *,
    verdict: Verdict,
    grounds: str,
    by: Officer,
    at: datetime,
    read: str = "",
    looked: str = "",
) -> ConfidentialityReview:
    """Record one 保密审查 and move the text: to the next step, to approved, or back to the drafter.

    ``read`` is the :func:`~gongkai.disclosures.standing.standing` of the text that the reviewer has read,
    ``looked`` the :func:`~gongkai.disclosures.actions.approving.doubts` the reviewer has acknowledged. Where the
    county asks for 三审, each step is another person. Raises ``NotAllowedError`` (also for the drafter and the
    submitter, and for a second approval), ``TextProblemsError`` (no grounds given, or findings not acknowledged),
    ``PersonalDataError`` (approved while something certain is open), ``LifecycleError`` (already decided, or
    another text than the one read).
    """
    gate.look_again(revision, at=at)
    return _recorded(revision, verdict=verdict, grounds=grounds, by=by, at=at, read=read, looked=looked)


@transaction.atomic
def _recorded(
    revision: Revision, *, verdict: Verdict, grounds: str, by: Officer, at: datetime, read: str, looked: str
) -> ConfidentialityReview:
    revision = Revision.objects.select_for_update(of=("self",)).select_related("disclosure").get(pk=revision.pk)
    passed = steps_passed(revision)
    require_as_read(revision, read, passed)
    authority.require(
        actor_of(by, on=timezone.localdate(at)),
        Permission.DISCLOSURE_REVIEW,
        agency_id=revision.disclosure.agency_id,
        authors=barred_from_review(revision),
    )
    if verdict is Verdict.APPROVE and by.pk in {review.reviewer_id for review in passed}:
        raise NotAllowedError(Said("您已审过这一稿。三审须由不同的人办理,请转交下一位审查人员。"))
    if not grounds.strip():
        raise TextProblemsError(
            [Problem("grounds", Said("请写明审查意见和依据,例如:不涉及国家秘密、工作秘密和个人隐私。"))]
        )
    if wrong := unfit(Said("审查意见"), grounds.strip()):
        raise TextProblemsError([Problem("grounds", wrong)])
    facts: dict[str, object] = {"verdict": verdict.value, "step": len(passed) + 1}
    if verdict is Verdict.APPROVE and (count := require_looked_at(revision, looked=looked, at=at)):
        facts["acknowledged"] = count
    step = len(passed) + 1
    if verdict is Verdict.RETURN:
        move = RevisionMove.RETURN
    elif step < county().review_steps:
        move = RevisionMove.PASS_STEP
    else:
        move = RevisionMove.APPROVE
    move_revision(revision, move)
    review = ConfidentialityReview.objects.create(
        revision=revision, step=step, reviewer=by, verdict=verdict, grounds=grounds.strip(), at=at
    )
    announce_revision(EventKind.DISCLOSURE_REVIEWED, revision, by=by, at=at, facts=facts)
    return review
