"""One sign-in at a time, and an account that strangers guess at from many addresses."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.actions import signing_in
from gongkai.agencies.actions.signing_in import ACCOUNT_FAILURES, LOCKED_FOR, is_locked, record_refusal
from gongkai.events.models import Event
from tests.cast import PASSWORD, Cast

HOME = "192.0.2.77"


def enter(address: str = HOME, password: str = PASSWORD) -> tuple[Client, int]:
    client = Client(REMOTE_ADDR=address)
    answer = client.post(reverse("workspace:sign_in"), {"username": "lin", "password": password})
    return client, answer.status_code


def test_the_newest_sign_in_ends_the_older_which_is_told(cast: Cast) -> None:
    older, newer = enter()[0], enter()[0]
    answer = older.get(reverse("workspace:account"), follow=True)
    assert "后来在别处登录了" in answer.content.decode()
    assert newer.get(reverse("workspace:account")).status_code == 200
    assert older.get(reverse("workspace:account")).status_code == 302
    assert Event.objects.filter(kind="officer.signed_out", facts__why="elsewhere").count() == 1


def test_guesses_from_many_addresses_lock_the_account_for_strangers_and_for_a_while(cast: Cast) -> None:
    assert enter(HOME)[1] == 302  # the officer's own address is known
    now = timezone.now()
    for n in range(ACCOUNT_FAILURES):
        assert not is_locked("lin", address="198.51.100.9", at=now)
        record_refusal("lin", address=f"203.0.113.{n}", at=now)
    assert is_locked("lin", address="198.51.100.9", at=now)
    stranger = Client(REMOTE_ADDR="198.51.100.9")
    answer = stranger.post(reverse("workspace:sign_in"), {"username": "lin", "password": PASSWORD})
    assert answer.status_code == 403
    assert "没有用过的网络地址" in answer.content.decode()
    assert enter(HOME)[1] == 302  # nobody shuts the officer out of the usual place
    assert not is_locked("lin", address="198.51.100.9", at=now + LOCKED_FOR + timedelta(seconds=1))
    assert not is_locked("nobody", address="198.51.100.9", at=now)
    assert not is_locked("chen", address="198.51.100.9", at=now)
    assert signing_in.TRUSTED_FOR > LOCKED_FOR
