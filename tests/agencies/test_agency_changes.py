"""What the office and the heads change about an agency."""

from datetime import UTC, datetime

import pytest

from gongkai.agencies.actions.agencies import AgencyError, change_contact, set_warnings
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
    set_warnings({cast.finance.code: 5}, by=cast.wang, at=AT)
    assert Agency.objects.get(pk=cast.finance.pk).warn_days == 5
    assert Event.objects.get().facts == {"what": "warn_days", "days": 5}
    set_warnings({cast.finance.code: 5}, by=cast.wang, at=AT)
    assert Event.objects.count() == 1
    with pytest.raises(NotAllowedError):
        set_warnings({cast.land.code: 5}, by=cast.wang, at=AT)
    with pytest.raises(NotAllowedError):
        change_contact(cast.finance, contact={}, by=cast.wang, at=AT)
    set_warnings({cast.land.code: 0}, by=cast.su, at=AT)


@pytest.mark.parametrize("days", [-1, 61])
def test_a_warning_stays_within_reason(cast: Cast, days: int) -> None:
    with pytest.raises(AgencyError, match="0 到 60"):
        set_warnings({cast.finance.code: days}, by=cast.su, at=AT)


def test_all_warnings_are_set_together_and_put_back(cast: Cast) -> None:
    set_warnings({"finance": 5}, by=cast.su, at=AT)
    before = set_warnings(dict.fromkeys(["finance", "natural_resources", "county_office"], 5), by=cast.su, at=AT)
    assert before == {"natural_resources": 3, "county_office": 3}
    assert set(Agency.objects.values_list("warn_days", flat=True)) == {5}
    assert Event.objects.filter(facts={"what": "warn_days", "days": 5}).count() == 3
    assert set_warnings(before, by=cast.su, at=AT) == {"natural_resources": 5, "county_office": 5}
    assert Agency.objects.get(code="finance").warn_days == 5


def test_one_agency_out_of_reach_or_unknown_leaves_all_as_they_were(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        set_warnings({"finance": 9, "natural_resources": 9}, by=cast.wang, at=AT)
    with pytest.raises(AgencyError, match="不在名单里"):
        set_warnings({"finance": 9, "nobody": 9}, by=cast.su, at=AT)
    assert not Agency.objects.filter(warn_days=9).exists()
    assert not Event.objects.exists()
