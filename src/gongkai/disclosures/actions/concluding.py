"""审查认定不主动公开: the end of a text that is withheld or only given on request. Nothing is published."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.lifecycle import LifecycleError, RevisionMove
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, Openness
from gongkai.disclosures.actions.drafting import announce_revision, move_revision
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.standing import require_as_read
from gongkai.obligations import actions as clocks


@transaction.atomic
def conclude(revision: Revision, *, by: Officer, at: datetime, read: str = "") -> Disclosure:
    """End an approved text that is not for proactive publication: 不予公开 or 依申请公开, as the review agreed.

    Its openness, ground and explanation stay; its running clocks end as concluded, which boards count apart. No
    leaf: the log holds what was published. ``read`` is the standing of the text that was read. Raises
    ``NotAllowedError``; ``LifecycleError`` (not approved, public already, to be published, or not the one read).
    """
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    require_as_read(revision, read)
    disclosure = Disclosure.objects.select_related("agency", "withholding_ground").get(pk=revision.disclosure_id)
    revision.disclosure = disclosure
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_PUBLISH, agency_id=disclosure.agency_id
    )
    if disclosure.openness == Openness.PROACTIVE or disclosure.status != DisclosureStatus.UNPUBLISHED:
        raise LifecycleError(
            Said(
                "这条信息的公开属性是“主动公开”或已经公开,不能认定不主动公开。请按“公开”办理,或退回修改公开属性。"
            )
        )
    move_revision(revision, RevisionMove.CONCLUDE)
    named = disclosure.obligations.select_related("rule_version__rule", "item", "agency").order_by("pk")
    clocks.conclude_all(list(named.select_for_update(of=("self",))), at=at, by=by)
    ground = disclosure.withholding_ground
    announce_revision(
        EventKind.DISCLOSURE_CONCLUDED,
        revision,
        by=by,
        at=at,
        facts={"openness": disclosure.openness, "ground": ground.code if ground else ""},
    )
    return disclosure
