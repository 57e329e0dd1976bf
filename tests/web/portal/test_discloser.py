"""Who published it, wherever the public meets a disclosure: the unit, and behind it the class or the office."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongkai.agencies.models import Agency
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.events.follower import catch_up
from gongkai.obligations.actions import open_obligation
from gongkai.obligations.models import CalendarYear
from gongkai.search.follower import SearchFollower
from tests import make
from tests.cast import agency
from tests.make import NOW

pytestmark = pytest.mark.django_db
UNIT, CODE = "测试县云屏建设有限公司(测试)", "91359999MA0TEXT00F"
CLASS = "招标人、招标代理机构"


@pytest.fixture
def tenderers() -> Agency:
    return agency("zbr", CLASS, kind=Agency.Kind.PARTY, unit_code="CS09919", name_en="Tenderers")


@pytest.fixture
def disclosure(tenderers: Agency, settings: Any, tmp_path: Path) -> Disclosure:
    settings.SEARCH_INDEX, settings.VAR_DIR = tmp_path / "search.sqlite3", tmp_path
    settings.PAGES_KEPT_SECONDS = 0
    make.make_county()
    CalendarYear.objects.create(
        year=2026, title="测试安排", issued_on=date(2025, 11, 1), days_off=["2026-01-01"], evidence="primary_text"
    )
    rule = make.make_rule().rule
    item = make.make_item("TD-05", agencies=[tenderers], rules=[rule])
    drafter = make.make_hands(tenderers)[0]
    clock = open_obligation(item, agency=tenderers, fact_on=NOW.date(), label="测试招标", by=drafter, at=NOW)
    return make.make_disclosure(item, discloser=UNIT, discloser_uscc=CODE, obligations=[clock])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode()


def test_the_page_says_who_and_of_which_class(client: Client, disclosure: Disclosure) -> None:
    page = read(client, f"/d/{disclosure.public_id}/")
    assert f'<dt>谁发的</dt><dd>{UNIT}<span class="small">责任主体:{CLASS}</span></dd>' in page
    assert f'<meta name="ContentSource" content="{UNIT}">' in page
    assert CODE in page
    assert page.count(CLASS) >= 2


@pytest.mark.parametrize(
    "address",
    [
        "/", "/disclosures/", "/disclosures.csv", "/disclosures.json", "/disclosures.atom",
        "/disclosures.feed.json", "/d/{id}.json", "/d/{id}/print/", "/d/{id}/versions/1/",
        "/d/{id}/content.1.json", "/timeliness/rows/", "/timeliness/rows.csv", "/api/v1/disclosures",
        "/api/v1/disclosures/{id}", "/api/v1/obligations", "/checklist/TD-05/",
    ],
)  # fmt: skip
def test_every_door_says_who(client: Client, disclosure: Disclosure, address: str) -> None:
    body = read(client, address.format(id=disclosure.public_id))
    assert UNIT in body or json.dumps(UNIT) in body  # the API writes ASCII


def test_data_keep_the_unit_beside_the_class(client: Client, disclosure: Disclosure) -> None:
    (row,) = json.loads(read(client, "/disclosures.json"))["rows"]
    assert (row["discloser"], row["discloser_uscc"], row["agency"]) == (UNIT, CODE, CLASS)
    one = json.loads(read(client, f"/d/{disclosure.public_id}.json"))
    assert one["discloser"] == {"name": UNIT, "uscc": CODE}
    assert one["agency"] == {"code": "zbr", "name": CLASS}
    told = json.loads(read(client, f"/api/v1/disclosures/{disclosure.public_id}"))
    assert (told["discloser"], told["discloser_uscc"], told["agency"]) == (UNIT, CODE, "zbr")
    assert [version["discloser"] for version in told["versions"]] == [UNIT]


@pytest.mark.parametrize("asked", [UNIT, "云屏建设", CODE])
def test_it_is_found_by_its_unit(client: Client, disclosure: Disclosure, asked: str) -> None:
    catch_up(SearchFollower())
    page = read(client, f"/search/?q={asked}")
    assert str(disclosure.public_id) in page
    assert "发布单位" in page
    assert "测试财政局" not in page


def test_a_stub_says_whose_it_was(client: Client, disclosure: Disclosure) -> None:
    head = make.make_hands(disclosure.agency)[2]
    actions.withdraw(disclosure, reason="测试撤回", by=head, at=NOW)
    assert f"这条信息已由{UNIT}于" in read(client, f"/d/{disclosure.public_id}/")


def test_an_office_that_published_for_another_is_named_beside_it(client: Client, tenderers: Agency) -> None:
    office = agency("zjj", "测试住房和城乡建设局", unit_code="CS09907")
    shared = make.make_item("HC-06", agencies=[office, tenderers])
    page = read(client, f"/d/{make.make_disclosure(shared, discloser=UNIT).public_id}/")
    assert "由测试住房和城乡建设局办理公开" in page
    own = read(client, f"/d/{make.make_disclosure(shared, discloser=office.name).public_id}/")
    assert "办理公开" not in own


def test_in_english_the_name_stays_as_it_is_and_the_class_is_translated(
    client: Client, disclosure: Disclosure
) -> None:
    page = read(client, f"/en/d/{disclosure.public_id}/")
    assert "Responsible class: Tenderers" in page
    assert "云屏建设有限公司" in page


def test_a_list_costs_no_query_more_for_the_names(
    client: Client, disclosure: Disclosure, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        make.make_disclosure(disclosure.item, discloser=UNIT)
    with django_assert_max_num_queries(2):
        assert len(json.loads(read(client, "/api/v1/disclosures"))["results"]) == 5
