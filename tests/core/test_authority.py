"""Who may, as one table."""

import pytest

from gongkai.core import authority
from gongkai.core.authority import FOUR_EYES, GRANTS, Actor, NotAllowedError, Permission
from gongkai.core.vocabulary import Role

FINANCE, FORESTRY = 1, 2


def actor(*roles: tuple[Role, int], officer_id: int = 7) -> Actor:
    return Actor(officer_id=officer_id, appointments=frozenset(roles))


def test_a_drafter_drafts_in_the_own_agency_and_nowhere_else() -> None:
    lin = actor((Role.DRAFTER, FINANCE))
    assert authority.may(lin, Permission.DISCLOSURE_DRAFT, agency_id=FINANCE)
    assert not authority.may(lin, Permission.DISCLOSURE_DRAFT, agency_id=FORESTRY)
    assert authority.may(lin, Permission.DISCLOSURE_DRAFT)


@pytest.mark.parametrize("permission", sorted(FOUR_EYES))
@pytest.mark.parametrize("role", list(Role))
def test_nobody_reviews_or_releases_what_they_wrote(permission: Permission, role: Role) -> None:
    author = actor((role, FINANCE))
    assert not authority.may(author, permission, agency_id=FINANCE, authors=[7])
    with pytest.raises(NotAllowedError):
        authority.require(author, permission, agency_id=FINANCE, authors=[7])


def test_the_author_is_told_why_a_review_is_refused() -> None:
    with pytest.raises(NotAllowedError, match="自己起草"):
        authority.require(
            actor((Role.OFFICE, FINANCE)), Permission.DISCLOSURE_REVIEW, agency_id=FINANCE, authors=[7]
        )


def test_an_officer_without_the_role_is_told_whom_to_ask() -> None:
    with pytest.raises(NotAllowedError, match="县政务公开办"):
        authority.require(actor((Role.EVALUATOR, FINANCE)), Permission.DISCLOSURE_DRAFT, agency_id=FINANCE)


def test_the_office_reaches_the_whole_county() -> None:
    su = actor((Role.OFFICE, FINANCE))
    assert authority.may(su, Permission.DISCLOSURE_REVIEW, agency_id=FORESTRY, authors=[8])
    assert authority.agencies_where(su, Permission.DISCLOSURE_REVIEW) is None


def test_reach_is_the_union_of_own_agencies() -> None:
    two = actor((Role.DRAFTER, FINANCE), (Role.HEAD, FORESTRY), (Role.REVIEWER, FORESTRY))
    assert authority.agencies_where(two, Permission.DISCLOSURE_DRAFT) == {FINANCE, FORESTRY}
    assert authority.agencies_where(two, Permission.DISCLOSURE_WITHDRAW) == {FORESTRY}
    assert authority.agencies_where(two, Permission.PEOPLE_MANAGE) == frozenset()


def test_require_is_silent_when_allowed() -> None:
    authority.require(actor((Role.AUDITOR, FINANCE)), Permission.LOG_READ)


def test_readers_hold_no_permission_that_changes_anything() -> None:
    reading = {
        Permission.ENTER,
        Permission.READ_COUNTY,
        Permission.DISCLOSURE_READ,
        Permission.LOG_READ,
    }
    for role in (Role.EVALUATOR, Role.AUDITOR):
        assert set(GRANTS[role]) <= reading


def test_an_administrator_of_accounts_cannot_touch_what_is_published() -> None:
    ye = actor((Role.ADMINISTRATOR, FINANCE))
    for permission in (Permission.DISCLOSURE_DRAFT, Permission.DISCLOSURE_PUBLISH, Permission.DISCLOSURE_WITHDRAW):
        assert not authority.may(ye, permission, agency_id=FINANCE)


def test_roles_that_decide_need_a_second_factor_and_drafters_may_choose() -> None:
    assert authority.needs_second_factor(actor((Role.HEAD, FINANCE)))
    assert not authority.needs_second_factor(actor((Role.DRAFTER, FINANCE)))


def test_every_role_has_its_row() -> None:
    assert set(GRANTS) == set(Role)
