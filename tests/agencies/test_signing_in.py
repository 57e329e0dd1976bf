"""Lines in the operation log for coming and going, and the second factor."""

from datetime import UTC, datetime

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.agencies.actions import signing_in
from gongkai.agencies.actions.signing_in import SecondFactorError
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from tests.cast import Cast, assemble

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06d}"


def wrong_code_of(device: TOTPDevice) -> str:
    near = {f"{totp(device.bin_key, device.step, device.t0, device.digits, n):06d}" for n in range(-3, 4)}
    return next(
        c
        for c in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if c not in near
    )


def test_coming_and_going_leave_one_line_each(cast: Cast) -> None:
    signing_in.record_sign_in(cast.lin, address="192.0.2.7", at=AT)
    signing_in.record_sign_out(cast.lin, address="192.0.2.7", at=AT, why="idle")
    signing_in.record_refusal("lin", address="192.0.2.7", at=AT)
    signing_in.record_lock_out("lin", address="192.0.2.7", at=AT)
    lines = list(Event.objects.values_list("kind", "subject", "by_id", "facts"))
    who, subject = cast.lin.pk, f"officer:{cast.lin.pk}"
    assert lines == [
        (EventKind.OFFICER_SIGNED_IN, subject, who, {"username": "lin", "address": "192.0.2.7"}),
        (EventKind.OFFICER_SIGNED_OUT, subject, who, {"username": "lin", "address": "192.0.2.7", "why": "idle"}),
        (
            EventKind.OFFICER_SIGN_IN_REFUSED,
            subject,
            None,
            {"username": "lin", "address": "192.0.2.7", "step": "password"},
        ),
        (EventKind.OFFICER_LOCKED_OUT, subject, None, {"username": "lin", "address": "192.0.2.7"}),
    ]


def test_a_name_that_is_nobodys_is_not_written_down(cast: Cast) -> None:
    signing_in.record_refusal("My-password-in-the-wrong-field", address="192.0.2.7", at=AT)
    event = Event.objects.get()
    assert event.subject == "officer:0"
    assert event.facts["username"] == ""


def test_the_second_factor_counts_only_after_a_first_code(cast: Cast) -> None:
    device = signing_in.begin_second_factor(cast.wang)
    assert signing_in.begin_second_factor(cast.wang) == device  # a reload keeps the secret
    assert not signing_in.has_second_factor(cast.wang)
    confirmed, codes = signing_in.confirm_second_factor(cast.wang, code=f" {code_of(device)} ", at=AT)
    assert confirmed == device
    assert signing_in.has_second_factor(cast.wang)
    assert len(set(codes)) == signing_in.BACKUP_CODES
    assert set(StaticToken.objects.values_list("token", flat=True)) == set(codes)
    assert Event.objects.get().facts == {"username": "wang", "what": "set"}


def test_a_wrong_code_sets_nothing_up(cast: Cast) -> None:
    device = signing_in.begin_second_factor(cast.wang)
    with pytest.raises(SecondFactorError, match="手机时间"):
        signing_in.confirm_second_factor(cast.wang, code=wrong_code_of(device), at=AT)
    assert not signing_in.has_second_factor(cast.wang)


def test_a_code_without_a_device_is_explained(cast: Cast) -> None:
    with pytest.raises(SecondFactorError, match="重新扫码"):
        signing_in.confirm_second_factor(cast.wang, code="123456", at=AT)


def test_a_new_device_replaces_the_old_one_and_its_codes(cast: Cast) -> None:
    first, old_codes = signing_in.confirm_second_factor(
        cast.wang, code=code_of(signing_in.begin_second_factor(cast.wang)), at=AT
    )
    second, new_codes = signing_in.confirm_second_factor(
        cast.wang, code=code_of(signing_in.begin_second_factor(cast.wang)), at=AT
    )
    assert list(TOTPDevice.objects.filter(user=cast.wang)) == [second]
    assert first != second
    assert not set(old_codes) & set(StaticToken.objects.values_list("token", flat=True))
    assert len(new_codes) == signing_in.BACKUP_CODES


def test_only_the_administrator_takes_a_lost_device_off(cast: Cast) -> None:
    signing_in.confirm_second_factor(cast.wang, code=code_of(signing_in.begin_second_factor(cast.wang)), at=AT)
    with pytest.raises(NotAllowedError):
        signing_in.remove_second_factor(cast.wang, by=cast.su, at=AT)
    signing_in.remove_second_factor(cast.wang, by=cast.ye, at=AT)
    assert not signing_in.has_second_factor(cast.wang)
    assert not StaticToken.objects.exists()
    event = Event.objects.latest("position")
    assert (event.by_id, event.facts) == (cast.ye.pk, {"username": "wang", "what": "removed"})
