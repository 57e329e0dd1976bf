"""收回旧版: a superseded version leaves every public door; that it was there, when and why it left stays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Exclusion
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.drafting import Problem
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, EventKind, LeafKind, RevisionStage
from gongkai.disclosures.actions.drafting import TextProblemsError, announce_revision
from gongkai.disclosures.actions.gate import public_words_problems
from gongkai.disclosures.models import Disclosure, Revision, WithheldVersion
from gongkai.disclosures.queries import authors_of
from gongkai.ledger import actions as ledger

_STILL_READ = frozenset({DisclosureStatus.PUBLISHED, DisclosureStatus.EXPIRED})


@dataclass(frozen=True)
class Withholding:
    """Which versions (by number) are to leave public reading, by which statutory ground, and why in words."""

    versions: Collection[int]
    ground: Exclusion | None
    reason: str


@transaction.atomic
def withhold_version(
    version: Revision, *, ground: Exclusion | None, reason: str, by: Officer, at: datetime
) -> WithheldVersion:
    """Take a superseded version out of public reading at once: text, elements, differences, files.

    Number, moments, digest, log position, ``ground`` and ``reason`` stay public, and its proofs still hold. What
    stays readable inside is the office's record. Raises ``NotAllowedError`` (also for whoever wrote the version),
    ``TextProblemsError`` (no ground, no reason, or a reason that itself holds what must not be public),
    ``LifecycleError`` (never public, in force now, withheld already, or withdrawn as a whole).
    """
    disclosure = Disclosure.objects.select_for_update(of=("self",)).get(pk=version.disclosure_id)
    authority.require(
        actor_of(by, on=timezone.localdate(at)),
        Permission.VERSION_WITHHOLD,
        agency_id=disclosure.agency_id,
        authors=authors_of(version),
    )
    _require_superseded(disclosure, version)
    chosen = _checked(ground, reason, at=at)
    # A wish waiting in a correction is granted here and now, with this ground and reason.
    WithheldVersion.objects.filter(version=version, at=None).delete()
    wish = WithheldVersion(version=version, ground=chosen, reason=reason.strip(), asked_at=at, asked_by=by)
    made = _in_force(wish, disclosure, by=by, at=at)
    Disclosure.objects.filter(pk=disclosure.pk).update(changed_at=at)
    _tell(made, by=by, at=at)
    return made


def ask_withholding(correction: Revision, wish: Withholding, *, by: Officer, at: datetime) -> None:
    """Note inside a correction which public versions are to leave with its publication; its review covers that.

    Inside the caller's transaction, which holds the disclosure. Raises ``TextProblemsError``, ``LifecycleError``.
    """
    if not wish.versions:
        return
    ground = _checked(wish.ground, wish.reason, at=at)
    public = correction.disclosure.revisions.filter(stage=RevisionStage.PUBLISHED, withheld=None)
    found = list(public.filter(number__in=wish.versions))
    if len(found) != len(set(wish.versions)):
        raise LifecycleError(Said("所选的版本没有公开过,或已经收回。请刷新页面后重新勾选。"))
    WithheldVersion.objects.bulk_create(
        WithheldVersion(
            version=version,
            asked_in=correction,
            ground=ground,
            reason=wish.reason.strip(),
            asked_at=at,
            asked_by=by,
        )
        for version in found
    )


def withhold_asked(
    correction: Revision, disclosure: Disclosure, *, by: Officer, at: datetime
) -> list[WithheldVersion]:
    """Put in force what the correction asked for; leaves only, :func:`tell_withheld` announces them afterwards."""
    asked = correction.withholds.filter(at=None).select_related("version", "ground").order_by("version__number")
    return [_in_force(wish, disclosure, by=by, at=at) for wish in asked]


def tell_withheld(made: Collection[WithheldVersion], *, by: Officer, at: datetime) -> None:
    """One event for each version that left, after every leaf of the transaction is laid."""
    for one in made:
        _tell(one, by=by, at=at)


def _require_superseded(disclosure: Disclosure, version: Revision) -> None:
    if disclosure.status not in _STILL_READ:
        raise LifecycleError(Said("这条信息没有在公开展示(未公开或已撤回),各版本公众都看不到,不需要收回。"))
    if version.stage != RevisionStage.PUBLISHED:
        raise LifecycleError(Said("这一稿没有公开过,不需要收回。"))
    if version.pk == disclosure.published_revision_id:
        raise LifecycleError(Said("这是现行版本,不能单独收回。请发起更正并勾选收回原版,或者撤回整条信息。"))
    if WithheldVersion.objects.filter(version=version).exclude(at=None).exists():
        raise LifecycleError(Said("第 %(n)s 版已经收回。请刷新页面。", n=version.number))


def _checked(ground: Exclusion | None, reason: str, *, at: datetime) -> Exclusion:
    problems = []
    if not reason.strip():
        problems.append(
            Problem("withhold_reason", Said("请写明收回旧版的理由:公众会看到它,不要写出被收回的内容。"))
        )
    problems += public_words_problems("withhold_reason", "WithheldVersion.reason", reason, at=at)
    if ground is None:
        problems.append(Problem("withhold_ground", Said("请选择收回旧版的法定理由(条例第14—16条)。")))
    if problems or ground is None:
        raise TextProblemsError(problems)
    return ground


def _in_force(wish: WithheldVersion, disclosure: Disclosure, *, by: Officer, at: datetime) -> WithheldVersion:
    leaf = ledger.append(
        kind=LeafKind.WITHHOLD,
        subject=f"disclosure:{disclosure.public_id}",
        record={
            "agency": disclosure.agency.code,
            "index_number": disclosure.index_number,
            "item": disclosure.item.code,
            "revision": wish.version.number,
            "withholds": wish.version.leaf_position,
            "ground": wish.ground.code,
        },
        at=at,
    )
    wish.at, wish.by, wish.leaf_position = at, by, leaf.position
    wish.save()
    return wish


def _tell(made: WithheldVersion, *, by: Officer, at: datetime) -> None:
    announce_revision(
        EventKind.DISCLOSURE_VERSION_WITHHELD,
        made.version,
        by=by,
        at=at,
        facts={
            "leaf": made.leaf_position,
            "ground": made.ground.code,
            "public_id": str(made.version.disclosure.public_id),
        },
    )
