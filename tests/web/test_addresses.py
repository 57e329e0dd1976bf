"""Behind a proxy every house has its own limits again, and nobody gets new ones by writing an address down."""

from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from gongkai.config import env
from gongkai.config.env import ConfigurationError
from gongkai.documents.actions import lookups
from gongkai.documents.models import ApplicantList
from gongkai.events.models import Event
from tests.cast import PASSWORD, assemble
from tests.make import NOW

pytestmark = pytest.mark.django_db
PROXY, VISITOR, NEIGHBOUR, LIAR = "192.0.2.1", "198.51.100.7", "198.51.101.8", "203.0.113.66"


@pytest.fixture(autouse=True)
def _own(settings: Any, tmp_path: Any) -> None:
    settings.APPLICANT_KEY = str(tmp_path / "applicants.key")
    settings.TRUSTED_PROXIES = (ip_network(PROXY),)


def through_the_proxy(visitor: str, *, claimed: str = "") -> Client:
    """A visitor as nginx passes one on: what he claims to be, then what he is."""
    return Client(REMOTE_ADDR=PROXY, headers={"x-forwarded-for": f"{claimed}, {visitor}" if claimed else visitor})


def ask(client: Client, n: int) -> int:
    said = {"list": "ceshi", "receipt": f"ZF2026-1000{n}", "last_four": "021X"}
    return client.post("/housing/", said).status_code


def test_one_house_that_asks_too_often_makes_no_other_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    ApplicantList.objects.create(code="ceshi", title="测试轮候名单", loaded_at=NOW)
    monkeypatch.setattr(lookups, "FROM_ONE_ADDRESS", 3)
    assert [ask(through_the_proxy(VISITOR), n) for n in range(4)] == [200, 200, 200, 429]
    assert ask(through_the_proxy(NEIGHBOUR), 5) == 200
    assert ask(through_the_proxy(VISITOR, claimed=LIAR), 6) == 429
    assert ask(Client(REMOTE_ADDR=VISITOR, headers={"x-forwarded-for": NEIGHBOUR}), 7) == 429  # past the proxy


def sign_in(client: Client, password: str) -> int:
    return client.post(reverse("workspace:sign_in"), {"username": "lin", "password": password}).status_code


def test_the_lock_out_and_the_log_know_the_visitors_address(settings: Any) -> None:
    assemble()
    for n in range(settings.AXES_FAILURE_LIMIT):
        sign_in(through_the_proxy(VISITOR, claimed=f"203.0.113.{n}"), "wrong")
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {VISITOR}
    assert sign_in(through_the_proxy(VISITOR, claimed=LIAR), PASSWORD) == 403
    assert sign_in(through_the_proxy(NEIGHBOUR), PASSWORD) == 302
    addresses = Event.objects.filter(kind__startswith="officer.").values_list("facts__address", flat=True)
    assert set(addresses) == {VISITOR, NEIGHBOUR}


def test_the_list_of_proxies_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.networks("GONGKAI_TEST_PROXIES") == ()
    monkeypatch.setenv("GONGKAI_TEST_PROXIES", " 127.0.0.1, 10.1.0.0/16,::1,")
    assert [str(one) for one in env.networks("GONGKAI_TEST_PROXIES")] == ["127.0.0.1/32", "10.1.0.0/16", "::1/128"]


@pytest.mark.parametrize("word", ["nginx", "10.1.0.1/16", "0.0.0.0/0", "::/0", "127.0.0.1 ::1", "10.1.0.0/99"])
def test_a_list_that_cannot_be_meant_stops_the_start(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("GONGKAI_TEST_PROXIES", word)
    with pytest.raises(ConfigurationError, match="GONGKAI_TEST_PROXIES") as refused:
        env.networks("GONGKAI_TEST_PROXIES")
    assert "请" in str(refused.value)
