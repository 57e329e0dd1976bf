"""What the office and the heads change about an agency."""

from datetime import UTC, datetime

import pytest

from gongkai.agencies.actions.agencies import AgencyError, change_contact, set_warning
from gongkai.agencies.models import Agency
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from tests.cast import Cast, assemble

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_the_office_changes_a_contact_and_unknown_parts_of_it_stay(cast: Cast) -> None:
    Agency.objects.filter(pk=cast.finance.pk).update(contact={"fax": "0595-00000001", "phone": "old"})
    change_contact(cast.finance, contact={"phone": " 0595-00000000 "}, by=cast.su, at=AT)
    assert Agency.objects.get(pk=cast.finance.pk).contact == {"fax": "0595-00000001", "phone": "0595-00000000"}
    event = Event.objects.get()
    assert (event.kind, event.subject, event.facts) == (
        EventKind.AGENCY_CHANGED,
        "agency:finance",
        {"what": "contact"},
    )
    change_contact(cast.finance, contact={"phone": "0595-00000000"}, by=cast.su, at=AT)
    assert Event.objects.count() == 1


def test_a_contact_has_only_the_public_parts(cast: Cast) -> None:
    with pytest.raises(AgencyError, match="mobile"):
        change_contact(cast.finance, contact={"mobile": "13800000000"}, by=cast.su, at=AT)


def test_a_head_sets_the_warning_of_the_own_agency_only(cast: Cast) -> None:
    set_warning(cast.finance, days=5, by=cast.wang, at=AT)
    assert Agency.objects.get(pk=cast.finance.pk).warn_days == 5
    assert Event.objects.get().facts == {"what": "warn_days", "days": 5}
    set_warning(cast.finance, days=5, by=cast.wang, at=AT)
    assert Event.objects.count() == 1
    with pytest.raises(NotAllowedError):
        set_warning(cast.land, days=5, by=cast.wang, at=AT)
    with pytest.raises(NotAllowedError):
        change_contact(cast.finance, contact={}, by=cast.wang, at=AT)
    set_warning(cast.land, days=0, by=cast.su, at=AT)


@pytest.mark.parametrize("days", [-1, 61])
def test_a_warning_stays_within_reason(cast: Cast, days: int) -> None:
    with pytest.raises(AgencyError, match="0 到 60"):
        set_warning(cast.finance, days=days, by=cast.su, at=AT)
