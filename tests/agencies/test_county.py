"""Who is who: the county, agencies in force, names on a day."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from gongkai.agencies.models import AgencyName, SupervisionChannel
from gongkai.agencies.queries import agencies_in_force, county, name_on, supervision_channels
from gongkai.core.vocabulary import Evidence
from tests.cast import agency
from tests.make import make_county

pytestmark = pytest.mark.django_db


def test_the_county_costs_one_short_query_once_it_is_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = make_county(review_steps=3)
    assert county().review_steps == 3
    with django_assert_num_queries(1):
        assert county().digest == made.digest


def test_every_process_sees_a_new_profile_at_once() -> None:
    make_county(review_steps=1)
    assert county().review_names == ("初审",)
    make_county(review_steps=2)
    assert county().review_names == ("初审", "复审")


def test_a_closed_agency_and_a_collective_name_do_not_disclose_themselves() -> None:
    agency("old", "旧局", closed_on=date(2019, 1, 1))
    agency("all", "各乡镇", is_group=True)
    agency("now", "今局")
    assert [a.code for a in agencies_in_force()] == ["now"]
    assert [a.code for a in agencies_in_force(on=date(2018, 12, 31))] == ["now", "old"]
    assert [a.code for a in agencies_in_force(on=date(2019, 1, 1))] == ["now"]


def test_an_agency_bears_the_name_of_the_day() -> None:
    bureau = agency("land", "今局")
    for name, first, last in (("旧局", None, date(2018, 12, 31)), ("今局", date(2019, 1, 1), None)):
        AgencyName.objects.create(
            agency=bureau, name=name, valid_from=first, valid_to=last, evidence=Evidence.SECONDARY
        )
    assert name_on(bureau, date(2018, 12, 31)) == "旧局"
    assert name_on(bureau, date(2019, 1, 1)) == "今局"
    assert name_on(agency("plain", "无史"), date(2019, 1, 1)) == "无史"


def test_closed_supervision_channels_are_not_offered() -> None:
    for code, closed in (("s_old", date(2020, 1, 1)), ("s_now", None)):
        SupervisionChannel.objects.create(
            code=code, name=code, detail="", evidence=Evidence.SECONDARY, closed_on=closed
        )
    assert [channel.code for channel in supervision_channels()] == ["s_now"]
