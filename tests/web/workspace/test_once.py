"""A click repeated at the same instant is one act."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.agencies.models import Officer
from gongkai.events.models import Event
from tests.cast import Cast
from tests.concurrency.test_two_at_once import at_once
from tests.web.workspace.conftest import Enter


def token_of(client: Client) -> str:
    page = client.get(reverse("workspace:officer_new")).content.decode()
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_three_clicks_at_once_make_one_officer(cast: Cast, enter: Enter) -> None:
    first = enter(cast.ye)
    said = {"username": "he", "display_name": "何测试", "once": token_of(first)}

    def click() -> str:
        client = Client()
        client.cookies.update(first.cookies)
        return str(client.post(reverse("workspace:officer_new"), said)["Location"])

    addresses = at_once(click, click, click)
    assert len(set(addresses)) == 1, addresses
    assert Officer.objects.filter(username="he").count() == 1
    assert Event.objects.filter(kind="officer.created").count() == 1
    assert click() == addresses[0]


def test_two_forms_are_two_acts(cast: Cast, enter: Enter) -> None:
    client = enter(cast.ye)
    for name in ("he", "hu"):
        said = {"username": name, "display_name": name, "once": token_of(client)}
        client.post(reverse("workspace:officer_new"), said)
    assert Officer.objects.filter(username__in=["he", "hu"]).count() == 2


def test_a_refused_act_does_not_spend_the_token(cast: Cast, enter: Enter) -> None:
    client = enter(cast.ye)
    token = token_of(client)
    taken = {"username": "lin", "display_name": "何测试", "once": token}
    assert client.post(reverse("workspace:officer_new"), taken).status_code == 422
    free = {**taken, "username": "he"}
    assert client.post(reverse("workspace:officer_new"), free).status_code == 302
    assert Officer.objects.filter(username="he").exists()
