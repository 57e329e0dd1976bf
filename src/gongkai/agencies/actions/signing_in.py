"""Coming and going: one line in the operation log for each, and the second factor.

A name that belongs to nobody is not written down: people type their password into the wrong field.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.agencies.models import Officer
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import announce
from gongkai.events.models import Event

BACKUP_CODES = 10
ACCOUNT_FAILURES = 20  # from all addresses together
LOCKED_FOR = timedelta(minutes=30)
TRUSTED_FOR = timedelta(days=30)


class SecondFactorError(Exception):
    """The code does not fit; the message says what to do."""


@transaction.atomic
def record_sign_in(officer: Officer, *, address: str, at: datetime) -> str:
    """The officer's password was right; the mark of this sign-in. It is the newest: every older one ends."""
    mark = secrets.token_hex(16)
    Officer.objects.filter(pk=officer.pk).update(session_mark=mark)
    _line(EventKind.OFFICER_SIGNED_IN, officer, at=at, address=address)
    return mark


def is_locked(username: str, *, address: str, at: datetime) -> bool:
    """Whether too many refusals, from whatever addresses, have locked the account for this address by now.

    The lock lasts until the refusals are older than ``LOCKED_FOR``; refusals while it lasts do not count. An
    address from which the officer signed in within ``TRUSTED_FOR`` is never shut out by what strangers do.
    """
    officer = Officer.objects.filter(username=username).first()
    if officer is None:
        return False
    mine = Event.objects.filter(subject=f"officer:{officer.pk}")
    refused = mine.filter(kind=EventKind.OFFICER_SIGN_IN_REFUSED, at__gt=at - LOCKED_FOR, at__lte=at)
    if refused.count() < ACCOUNT_FAILURES:
        return False
    known = mine.filter(kind=EventKind.OFFICER_SIGNED_IN, at__gt=at - TRUSTED_FOR, facts__address=address)
    return not known.exists()


@transaction.atomic
def record_sign_out(officer: Officer, *, address: str, at: datetime, why: str = "asked") -> None:
    """The session ended: ``why`` is ``asked``, ``idle``, ``hours`` or ``elsewhere``."""
    _line(EventKind.OFFICER_SIGNED_OUT, officer, at=at, address=address, why=why)


@transaction.atomic
def record_refusal(username: str, *, address: str, at: datetime, step: str = "password") -> None:
    """A sign-in was refused at ``step``: ``password`` or ``second_factor``."""
    _refused(EventKind.OFFICER_SIGN_IN_REFUSED, username, at=at, address=address, step=step)


@transaction.atomic
def record_lock_out(username: str, *, address: str, at: datetime) -> None:
    """Too many refusals: the name is locked from this address for a while."""
    _refused(EventKind.OFFICER_LOCKED_OUT, username, at=at, address=address)


@transaction.atomic
def begin_second_factor(officer: Officer) -> TOTPDevice:
    """The device being set up: the unconfirmed one if there is one, else a new one with a new secret."""
    device = TOTPDevice.objects.filter(user=officer, confirmed=False).order_by("pk").first()
    return device or TOTPDevice.objects.create(user=officer, name="totp", confirmed=False)


@transaction.atomic
def confirm_second_factor(officer: Officer, *, code: str, at: datetime) -> tuple[TOTPDevice, list[str]]:
    """Finish setting up with a first code; returns the device and the backup codes, shown once.

    An earlier device and its backup codes stop working. Raises ``SecondFactorError``.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=officer, confirmed=False).order_by("pk").first()
    if device is None:
        raise SecondFactorError(_("没有待绑定的验证器。请刷新本页,重新扫码。"))
    if not device.verify_token(code.strip()):
        raise SecondFactorError(_("验证码不对。请核对手机时间是否准确,等下一个验证码出现后重新输入。"))
    TOTPDevice.objects.filter(user=officer).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = _new_backup_codes(officer)
    _line(EventKind.OFFICER_SECOND_FACTOR_SET, officer, at=at, what="set")
    return device, codes


@transaction.atomic
def remove_second_factor(officer: Officer, *, by: Officer, at: datetime) -> None:
    """The administrator takes a lost device off; the officer sets up a new one at the next sign-in.

    Raises ``NotAllowedError``.
    """
    authority.require(actor_of(by, on=timezone.localdate(at)), Permission.PEOPLE_MANAGE)
    TOTPDevice.objects.filter(user=officer).delete()
    StaticDevice.objects.filter(user=officer).delete()
    _line(EventKind.OFFICER_SECOND_FACTOR_SET, officer, at=at, by=by, what="removed")


def has_second_factor(officer: Officer) -> bool:
    """Whether the officer has a confirmed authenticator."""
    return any(isinstance(device, TOTPDevice) for device in devices_for_user(officer, confirmed=True))


def _new_backup_codes(officer: Officer) -> list[str]:
    StaticDevice.objects.filter(user=officer).delete()
    device = StaticDevice.objects.create(user=officer, name="backup")
    codes = [secrets.token_hex(5) for _ in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _line(kind: EventKind, officer: Officer, *, at: datetime, by: Officer | None = None, **facts: str) -> None:
    announce(
        kind,
        subject=f"officer:{officer.pk}",
        at=at,
        by=by or officer,
        facts={"username": officer.username, **facts},
    )


def _refused(kind: EventKind, username: str, *, at: datetime, **facts: str) -> None:
    officer = Officer.objects.filter(username=username).first()
    announce(
        kind,
        subject=f"officer:{officer.pk if officer else 0}",
        at=at,
        facts={"username": officer.username if officer else "", **facts},
    )
