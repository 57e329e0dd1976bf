"""The API keeps its contract, costs a constant number of queries and refuses nonsense in words."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from gongkai.disclosures import actions
from gongkai.web.opendata.api import api
from tests.make import NOW, make_disclosure, make_hands, make_item

pytestmark = pytest.mark.django_db
CONTRACT = Path(__file__).with_name("openapi.json")


def test_the_contract_is_the_one_that_was_promised() -> None:
    """A change of the API is a change of this file, seen in review: ``manage.py export_openapi_schema``."""
    now = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    assert now == json.loads(CONTRACT.read_text(encoding="utf-8"))


def test_the_list_is_followed_to_its_end_and_misses_nothing(client: Client) -> None:
    item = make_item()
    made = [make_disclosure(item, at=NOW + timedelta(minutes=n)) for n in range(5)]
    address, seen = "/api/v1/disclosures?size=2", []
    while address:
        answer = client.get(address).json()
        seen += [row["index_number"] for row in answer["results"]]
        address = answer["next"] and answer["next"].split("8000", 1)[1]
    assert seen == [d.index_number for d in reversed(made)]


def test_a_list_costs_the_same_however_long(
    client: Client, django_assert_max_num_queries: "pytest.FixtureRequest"
) -> None:
    item = make_item()
    for n in range(6):
        make_disclosure(item, at=NOW + timedelta(minutes=n))
    with django_assert_max_num_queries(2):
        assert len(client.get("/api/v1/disclosures").json()["results"]) == 6


def test_a_draft_does_not_exist_for_the_public(client: Client) -> None:
    item = make_item()
    of = item.agencies.get()
    draft = actions.start_draft(item, agency=of, by=make_hands(of)[0], at=NOW)
    assert client.get("/api/v1/disclosures").json()["results"] == []
    assert client.get(f"/api/v1/disclosures/{draft.disclosure.public_id}").status_code == 404


def test_a_withdrawn_text_is_a_stub_with_its_reason(client: Client) -> None:
    disclosure = make_disclosure()
    actions.withdraw(disclosure, reason="决定被撤销", by=make_hands(disclosure.agency)[2], at=NOW)
    told = client.get(f"/api/v1/disclosures/{disclosure.public_id}").json()
    assert (told["status"], told["withdrawal_reason"]) == ("withdrawn", "决定被撤销")
    assert (told["body"], told["elements"], told["attachments"], told["versions"]) == ("", {}, [], [])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/disclosures?size=0", 400),
        ("/api/v1/disclosures?size=100000", 400),
        ("/api/v1/disclosures?after=nonsense", 400),
        ("/api/v1/disclosures?year=99999", 422),
        ("/api/v1/disclosures?year=abc", 422),
        ("/api/v1/disclosures/not-a-uuid", 422),
        ("/api/v1/disclosures/00000000-0000-0000-0000-000000000000", 404),
        ("/api/v1/obligations?after=-1", 422),
        ("/api/v1/obligations?after=99999999999999999999999", 422),
    ],
)
def test_nonsense_is_refused_in_words(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_agencies_and_items_are_there(client: Client) -> None:
    make_item()
    assert [a["code"] for a in client.get("/api/v1/agencies").json()] == ["czj"]
    (item,) = client.get("/api/v1/items").json()
    assert (item["code"], item["agencies"]) == ("GP-01", ["czj"])
    assert client.get("/api/v1/obligations").json() == {"results": [], "next": None}


@pytest.mark.parametrize(
    "address",
    [
        "/disclosures.atom?domain=nope", "/disclosures.feed.json?agency=nope", "/disclosures.csv?year=abc",
        "/api/v1/disclosures?limit=abc", "/api/v1/disclosures?agency=nope", "/api/v1/disclosures?status=nope",
    ],
)  # fmt: skip
def test_a_program_that_asks_for_what_is_not_there_is_refused_by_name(client: Client, address: str) -> None:
    make_disclosure()
    answer = client.get(address)
    assert answer.status_code == 400
    told = answer.json()["detail"] if "/api/" in address else answer.content.decode()
    name, value = address.split("?")[1].split("=")
    assert (f"{name}={value}" if name != "limit" else name) in told
    assert "已忽略" not in told
