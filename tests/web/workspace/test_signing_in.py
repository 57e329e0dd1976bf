"""The way in: password, lock-out, forced change, second factor, session limits."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.agencies.actions import officers
from gongkai.agencies.models import Officer
from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from gongkai.web.workspace import doors
from tests.cast import PASSWORD, Cast
from tests.web.workspace.conftest import Enter

SIGN_IN, TASKS = reverse("workspace:sign_in"), reverse("workspace:tasks")
PASSWORD_PAGE, SETUP = reverse("workspace:password"), reverse("workspace:second_factor_setup")
CODE_PAGE, QR = reverse("workspace:second_factor"), reverse("workspace:second_factor_qr")


def give(client: Client, username: str, password: str, **more: str) -> object:
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06d}"


def kinds() -> list[str]:
    return list(Event.objects.order_by("position").values_list("kind", flat=True))


def test_a_drafter_comes_in_with_the_password_and_leaves(cast: Cast, client: Client) -> None:
    before = client.session.session_key
    assert give(client, "lin", PASSWORD).url == TASKS
    assert client.session.session_key != before
    assert client.get(TASKS).status_code == 200
    assert client.post(reverse("workspace:sign_out")).url == SIGN_IN
    assert client.get(TASKS).url.startswith(SIGN_IN)
    assert kinds() == [EventKind.OFFICER_SIGNED_IN, EventKind.OFFICER_SIGNED_OUT]
    assert client.post(reverse("workspace:sign_out")).url == SIGN_IN  # a second click
    assert len(kinds()) == 2


def test_leaving_needs_a_deliberate_act(cast: Cast, enter: Enter) -> None:
    assert enter(cast.lin).get(reverse("workspace:sign_out")).status_code == 405


@pytest.mark.parametrize(("username", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_every_refusal_reads_the_same_and_leaves_a_line(
    cast: Cast, client: Client, username: str, password: str
) -> None:
    answer = give(client, username, password)
    assert answer.status_code == 200
    assert "登录名或密码不正确" in answer.content.decode()
    assert kinds() == [EventKind.OFFICER_SIGN_IN_REFUSED]
    assert password not in str(Event.objects.get().facts)


def test_five_failures_lock_the_name_for_half_an_hour(cast: Cast, client: Client) -> None:
    for _ in range(4):
        assert give(client, "lin", "wrong").status_code == 200
    answer = give(client, "lin", "wrong")
    assert answer.status_code == 403
    assert "锁定 30 分钟" in answer.content.decode()
    assert give(client, "lin", PASSWORD).status_code == 403  # the right password does not help now
    assert kinds()[4:] == [EventKind.OFFICER_LOCKED_OUT] * 2
    assert give(client, "zheng", PASSWORD).status_code == 302  # others are not locked with it


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org", "x"]
)
def test_signing_in_never_leads_off_the_site(cast: Cast, client: Client, elsewhere: str) -> None:
    assert give(client, "lin", PASSWORD, next=elsewhere).url == TASKS


def test_signing_in_leads_back_to_the_page_asked_for(cast: Cast, client: Client) -> None:
    wanted = reverse("workspace:obligations")
    asked = client.get(wanted)
    assert asked.url == f"{SIGN_IN}?next=%2Fworkspace%2Fobligations%2F"
    assert give(client, "lin", PASSWORD, next=wanted).url == wanted
    assert client.get(SIGN_IN, {"next": wanted}).url == wanted  # already in


def test_a_one_time_password_must_be_replaced_before_anything(cast: Cast, client: Client) -> None:
    password = officers.reset_password(cast.lin, by=cast.ye, at=timezone.now())
    give(client, "lin", password)
    assert client.get(TASKS).url.startswith(PASSWORD_PAGE)
    assert "一次性密码" in client.get(PASSWORD_PAGE).content.decode()
    wrong = client.post(PASSWORD_PAGE, {"present": "no", "new": "Xin-mima-2026", "again": "Xin-mima-2026"})
    assert "现用密码不正确" in wrong.content.decode()
    weak = client.post(PASSWORD_PAGE, {"present": password, "new": "short", "again": "short"})
    assert "三种" in weak.content.decode()
    differ = client.post(PASSWORD_PAGE, {"present": password, "new": "Xin-mima-2026", "again": "Xin-mima-2027"})
    assert "两次输入的新密码不一样" in differ.content.decode()
    done = client.post(PASSWORD_PAGE, {"present": password, "new": "Xin-mima-2026", "again": "Xin-mima-2026"})
    assert done.url == TASKS
    assert client.get(TASKS).status_code == 200  # still signed in


def test_an_old_password_must_be_replaced(cast: Cast, client: Client, settings: LazySettings) -> None:
    give(client, "lin", PASSWORD)
    Officer.objects.filter(pk=cast.lin.pk).update(
        password_changed_at=timezone.now() - settings.PASSWORD_MAX_AGE - timedelta(seconds=1)
    )
    assert client.get(TASKS).url.startswith(PASSWORD_PAGE)


def test_a_reset_password_ends_the_sessions_of_the_officer(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    officers.reset_password(cast.lin, by=cast.ye, at=timezone.now())
    assert client.get(TASKS).url.startswith(SIGN_IN)


def test_a_deactivated_officer_is_out_at_once(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    officers.deactivate(cast.lin, by=cast.ye, at=timezone.now())
    assert client.get(TASKS).url.startswith(SIGN_IN)


def test_the_posts_with_power_need_a_second_factor(cast: Cast, client: Client) -> None:
    give(client, "wang", PASSWORD)
    assert client.get(TASKS).url.startswith(SETUP)
    qr = client.get(QR)
    assert qr["Content-Type"] == "image/svg+xml"
    assert "no-store" in qr["Cache-Control"]
    device = TOTPDevice.objects.get(user=cast.wang)
    page = client.get(SETUP)
    assert "no-store" in page["Cache-Control"]
    near = {f"{totp(device.bin_key, device.step, device.t0, 6, n):06d}" for n in range(-3, 4)}
    wrong = next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in near)
    assert "手机时间" in client.post(SETUP, {"code": wrong}).content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    before = client.session.session_key
    answer = client.post(SETUP, {"code": code_of(device)}).content.decode()
    assert "备用码" in answer
    assert client.session.session_key != before
    assert client.get(TASKS).status_code == 200


def test_the_second_factor_is_asked_at_each_sign_in(cast: Cast, client: Client) -> None:
    from gongkai.agencies.actions import signing_in

    device, codes = signing_in.confirm_second_factor(
        cast.wang, code=code_of(signing_in.begin_second_factor(cast.wang)), at=timezone.now()
    )
    TOTPDevice.objects.update(last_t=-1)
    give(client, "wang", PASSWORD)
    assert client.get(TASKS).url.startswith(CODE_PAGE)
    assert client.get(QR).status_code == 404  # the password alone shows no secret
    assert client.get(SETUP).url == CODE_PAGE  # and binds no new device
    assert "验证码不对" in client.post(CODE_PAGE, {"code": "000000x"}).content.decode()
    assert Event.objects.latest("position").facts["step"] == "second_factor"
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert client.post(CODE_PAGE, {"code": code_of(device), "next": TASKS}).url == TASKS
    assert client.get(TASKS).status_code == 200
    assert client.get(CODE_PAGE).url == TASKS
    second = Client()
    give(second, "wang", PASSWORD)
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    from django_otp.plugins.otp_static.models import StaticDevice

    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert second.post(CODE_PAGE, {"code": codes[0]}).url == TASKS
    third = Client()
    give(third, "wang", PASSWORD)
    assert third.post(CODE_PAGE, {"code": codes[0]}).status_code == 200  # a backup code works once


def test_a_county_may_switch_the_second_factor_off(cast: Cast, client: Client, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    give(client, "wang", PASSWORD)
    assert client.get(TASKS).status_code == 200


def test_a_drafter_may_bind_an_authenticator_too(cast: Cast, enter: Enter) -> None:
    client = Client()
    give(client, "lin", PASSWORD)
    assert client.get(SETUP).status_code == 200


@pytest.mark.parametrize(("key", "seconds", "why"), [("idle", 31 * 60, "idle"), ("hours", 8 * 3600 + 1, "hours")])
def test_a_session_ends_when_idle_or_after_eight_hours(
    cast: Cast, enter: Enter, key: str, seconds: int, why: str
) -> None:
    client = enter(cast.lin)
    session = client.session
    session[doors.SEEN_AT if key == "idle" else doors.SIGNED_IN_AT] -= seconds
    session.save()
    assert client.get(TASKS).url.startswith(SIGN_IN)
    assert Event.objects.latest("position").facts["why"] == why
    assert "自动退出" in client.get(SIGN_IN).content.decode()


def test_being_seen_keeps_a_session_alive(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    session = client.session
    session[doors.SEEN_AT] -= 29 * 60
    session.save()
    assert client.get(TASKS).status_code == 200
    assert client.session[doors.SEEN_AT] > timezone.now().timestamp() - 60


def test_what_was_typed_is_shown_back_when_the_session_is_gone(cast: Cast, client: Client) -> None:
    address = reverse("workspace:fact")
    answer = client.post(address, {"label": "写了很久的一段话", "password": "x-secret"})
    assert answer.status_code == 401
    assert "写了很久的一段话" in answer.content.decode()
    assert "x-secret" not in answer.content.decode()
    short = client.post(address, {"label": "写了很久的一段话"}, headers={"HX-Request": "true"})
    assert short.status_code == 401
    assert "还在本页" in short.content.decode()


def test_a_page_opened_before_signing_in_anew_shows_what_was_typed(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    client.handler.enforce_csrf_checks = True
    answer = client.post(reverse("workspace:fact"), {"label": "写了很久的一段话"})
    assert answer.status_code == 403
    assert "写了很久的一段话" in answer.content.decode()
    assert "重新打开页面" in answer.content.decode()
    short = client.post(reverse("workspace:fact"), {"label": "x"}, headers={"HX-Request": "true"})
    assert "还在本页" in short.content.decode()
    outside = doors.csrf_failed(RequestFactory().post("/", {"x": "写了很久的一段话"}))
    assert outside.status_code == 403
    assert "写了很久的一段话" not in outside.content.decode()
