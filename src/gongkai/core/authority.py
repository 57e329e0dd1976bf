"""Who may. Asked in one place, answered from one table.

A permission is held through a role, within a reach: the officer's own agency, or the whole county. Some acts
are refused to the person who wrote the text, whatever the role (四眼原则, 条例第17条的审查须由他人作出).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gongkai.core.said import Said
from gongkai.core.vocabulary import Role


class Permission(StrEnum):
    """Every door of the workspace names one of these."""

    ENTER = "workspace.enter"
    READ_COUNTY = "workspace.read_county"
    FACT_RECORD = "fact.record"
    DISCLOSURE_READ = "disclosure.read"
    DISCLOSURE_DRAFT = "disclosure.draft"
    DISCLOSURE_REVIEW = "disclosure.review"
    DISCLOSURE_PUBLISH = "disclosure.publish"
    DISCLOSURE_WITHDRAW = "disclosure.withdraw"
    VERSION_WITHHOLD = "version.withhold"
    DISCLOSURE_IMPORT = "disclosure.import"
    FINDING_RELEASE = "finding.release"
    ORIGINAL_OPEN = "original.open"
    OBLIGATION_WAIVE = "obligation.waive"
    WARNING_SET = "warning.set"
    ITEM_PROPOSE = "item.propose"
    CATALOGUE_PUBLISH = "catalogue.publish"
    RULE_CONFIRM = "rule.confirm"
    CALENDAR_MANAGE = "calendar.manage"
    AGENCY_MANAGE = "agency.manage"
    PEOPLE_MANAGE = "people.manage"
    LOG_READ = "log.read"


class NotAllowedError(Exception):
    """The officer may not do this; the message says why and who may."""


OWN, COUNTY = "own", "county"
R, P = Role, Permission

# role → permission → reach
GRANTS: Mapping[Role, Mapping[Permission, str]] = {
    R.DRAFTER: {
        P.ENTER: OWN,
        P.FACT_RECORD: OWN,
        P.DISCLOSURE_READ: OWN,
        P.DISCLOSURE_DRAFT: OWN,
        P.DISCLOSURE_PUBLISH: OWN,
        P.DISCLOSURE_IMPORT: OWN,
        P.ITEM_PROPOSE: OWN,
    },
    R.REVIEWER: {
        P.ENTER: OWN,
        P.DISCLOSURE_READ: OWN,
        P.DISCLOSURE_REVIEW: OWN,
        P.VERSION_WITHHOLD: OWN,
        P.FINDING_RELEASE: OWN,
    },
    R.HEAD: {
        P.ENTER: OWN,
        P.FACT_RECORD: OWN,
        P.DISCLOSURE_READ: OWN,
        P.DISCLOSURE_DRAFT: OWN,
        P.DISCLOSURE_REVIEW: OWN,
        P.DISCLOSURE_PUBLISH: OWN,
        P.DISCLOSURE_WITHDRAW: OWN,
        P.VERSION_WITHHOLD: OWN,
        P.DISCLOSURE_IMPORT: OWN,
        P.FINDING_RELEASE: OWN,
        P.WARNING_SET: OWN,
        P.ITEM_PROPOSE: OWN,
    },
    R.OFFICE: {
        P.ENTER: COUNTY,
        P.READ_COUNTY: COUNTY,
        P.FACT_RECORD: COUNTY,
        P.DISCLOSURE_READ: COUNTY,
        P.DISCLOSURE_DRAFT: COUNTY,
        P.DISCLOSURE_REVIEW: COUNTY,
        P.DISCLOSURE_PUBLISH: COUNTY,
        P.DISCLOSURE_WITHDRAW: COUNTY,
        P.VERSION_WITHHOLD: COUNTY,
        P.DISCLOSURE_IMPORT: COUNTY,
        P.FINDING_RELEASE: COUNTY,
        P.ORIGINAL_OPEN: COUNTY,
        P.OBLIGATION_WAIVE: COUNTY,
        P.WARNING_SET: COUNTY,
        P.ITEM_PROPOSE: COUNTY,
        P.CATALOGUE_PUBLISH: COUNTY,
        P.RULE_CONFIRM: COUNTY,
        P.CALENDAR_MANAGE: COUNTY,
        P.AGENCY_MANAGE: COUNTY,
        P.LOG_READ: COUNTY,
    },
    R.EVALUATOR: {P.ENTER: COUNTY, P.READ_COUNTY: COUNTY},
    R.AUDITOR: {P.ENTER: COUNTY, P.READ_COUNTY: COUNTY, P.DISCLOSURE_READ: COUNTY, P.LOG_READ: COUNTY},
    R.ADMINISTRATOR: {P.ENTER: COUNTY, P.AGENCY_MANAGE: COUNTY, P.PEOPLE_MANAGE: COUNTY, P.LOG_READ: COUNTY},
}

# Acts nobody may do to a text they wrote or submitted themselves.
FOUR_EYES: Mapping[Permission, Said] = {
    P.DISCLOSURE_REVIEW: Said("不能审查自己起草或提交的稿件。请由本单位的另一位审查人员办理。"),
    P.FINDING_RELEASE: Said("不能放行自己起草或提交的稿件中的发现。请由本单位的另一位审查人员办理。"),
    P.VERSION_WITHHOLD: Said("不能收回自己起草或提交的版本。请由本单位的另一位审查人员或县政务公开办办理。"),
}

# Roles that carry public or irreversible power sign in with a second factor.
SECOND_FACTOR_ROLES = frozenset({R.REVIEWER, R.HEAD, R.OFFICE, R.ADMINISTRATOR})


@dataclass(frozen=True)
class Actor:
    """The officer as authority sees one: an id and the appointments in force today, as (role, agency id)."""

    officer_id: int
    appointments: frozenset[tuple[Role, int]]

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(role for role, _ in self.appointments)


def may(
    actor: Actor, permission: Permission, *, agency_id: int | None = None, authors: Iterable[int] = ()
) -> bool:
    """Whether ``actor`` may do this to a thing of ``agency_id`` written by ``authors``.

    Without ``agency_id`` the question is whether the actor may do it anywhere at all (may the door be shown).
    """
    if permission in FOUR_EYES and actor.officer_id in set(authors):
        return False
    for role, at in actor.appointments:
        reach = GRANTS[role].get(permission)
        if reach == COUNTY or (reach == OWN and agency_id in (None, at)):
            return True
    return False


def require(
    actor: Actor, permission: Permission, *, agency_id: int | None = None, authors: Iterable[int] = ()
) -> None:
    """As :func:`may`, but raises ``NotAllowedError`` with the reason."""
    authors = tuple(authors)
    if may(actor, permission, agency_id=agency_id, authors=authors):
        return
    if permission in FOUR_EYES and actor.officer_id in authors:
        raise NotAllowedError(FOUR_EYES[permission])
    raise NotAllowedError(Said("您的账号没有办理这一事项的权限。请联系本单位负责人,或由县政务公开办调整角色。"))


def agencies_where(actor: Actor, permission: Permission) -> frozenset[int] | None:
    """The agencies in which ``actor`` holds ``permission``; ``None`` means all of the county."""
    held = {(GRANTS[role].get(permission), at) for role, at in actor.appointments}
    if any(reach == COUNTY for reach, _ in held):
        return None
    return frozenset(at for reach, at in held if reach == OWN)


def needs_second_factor(actor: Actor) -> bool:
    """Whether one of the actor's roles must sign in with a second factor (等保三级)."""
    return bool(actor.roles & SECOND_FACTOR_ROLES)
