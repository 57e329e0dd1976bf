"""Officers: who may sign in, and what each is appointed to. Every change leaves a line in the operation log."""

import secrets
import string
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency, Appointment, Officer, OldPassword
from gongkai.agencies.passwords import REMEMBERED
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import EventKind, Role
from gongkai.core.wording import unfit
from gongkai.events.actions import announce

# Letters and digits that cannot be mistaken for each other when read out over the telephone.
_ALPHABET = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")
ONE_TIME_LENGTH = 16
NAME_LENGTH = 60


class OfficerError(Exception):
    """The change to an officer cannot be made; the message says why and what to do."""


class UsernameTakenError(OfficerError):
    """Another officer has that name to sign in with."""


class LastAdministratorError(OfficerError):
    """Without an administrator nobody could let anybody in again."""


class AppointmentError(OfficerError):
    """The appointment does not fit the others, or its days do not fit."""


class WeakPasswordError(OfficerError):
    """The password breaks a rule; ``messages`` names each broken one."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        super().__init__(" ".join(messages))


class WrongPasswordError(OfficerError):
    """The present password was not given correctly."""


def one_time_password() -> str:
    """A random password that satisfies every rule, to be handed over once and replaced at first sign-in."""
    while True:
        made = "".join(secrets.choice(_ALPHABET) for _ in range(ONE_TIME_LENGTH))
        if any(c.islower() for c in made) and any(c.isupper() for c in made) and any(c.isdigit() for c in made):
            return made


@transaction.atomic
def create_officer(
    *, username: str, display_name: str, by: Officer | None, at: datetime, is_demo: bool = False
) -> tuple[Officer, str]:
    """A new officer without any role, and the one-time password, which is kept nowhere.

    ``by`` is ``None`` only for the installation itself. Raises ``NotAllowedError``, ``OfficerError`` (no name),
    ``UsernameTakenError``.
    """
    _require(by, at=at)
    username, display_name = username.strip(), display_name.strip()
    if not username or not display_name:
        raise OfficerError(_("请填写登录名和姓名。"))
    _require_words(username, display_name)
    password = one_time_password()
    officer = Officer(username=username, display_name=display_name, is_demo=is_demo, must_change_password=True)
    officer.set_password(password)
    try:
        with transaction.atomic():
            officer.save()
    except IntegrityError:
        raise UsernameTakenError(
            _("登录名“%(name)s”已有人使用。请换一个,例如加上单位简称。") % {"name": username}
        ) from None
    _tell(EventKind.OFFICER_CREATED, officer, by=by, at=at)
    return officer, password


@transaction.atomic
def change_officer(officer: Officer, *, display_name: str, by: Officer, at: datetime) -> Officer:
    """Correct the name shown. Raises ``NotAllowedError``, ``OfficerError`` (empty name)."""
    _require(by, at=at)
    if not display_name.strip():
        raise OfficerError(_("请填写姓名。"))
    _require_words(officer.username, display_name.strip())
    officer.display_name = display_name.strip()
    officer.save(update_fields=["display_name"])
    _tell(EventKind.OFFICER_CHANGED, officer, by=by, at=at, what="display_name")
    return officer


@transaction.atomic
def deactivate(officer: Officer, *, by: Officer | None, at: datetime) -> Officer:
    """The officer can no longer sign in; everything done stays under the name. Harmless when repeated.

    Raises ``NotAllowedError``, ``LastAdministratorError``.
    """
    _require(by, at=at)
    officer = Officer.objects.select_for_update().get(pk=officer.pk)
    if not officer.is_active:
        return officer
    _keep_an_administrator(without=officer, on=timezone.localdate(at))
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    _tell(EventKind.OFFICER_CHANGED, officer, by=by, at=at, what="deactivated")
    return officer


@transaction.atomic
def reactivate(officer: Officer, *, by: Officer, at: datetime) -> tuple[Officer, str]:
    """Let a deactivated officer in again, with a new one-time password. Raises ``NotAllowedError``."""
    _require(by, at=at)
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    _tell(EventKind.OFFICER_CHANGED, officer, by=by, at=at, what="reactivated")
    return officer, reset_password(officer, by=by, at=at)


@transaction.atomic
def appoint(
    officer: Officer, *, agency: Agency, role: Role, from_on: date, by: Officer | None, at: datetime
) -> Appointment:
    """Give ``officer`` a role in ``agency`` from a day on. The same running appointment again changes nothing.

    Raises ``NotAllowedError``; ``AppointmentError`` when one person would both run the system and audit it
    (等保三级: the administrator and the auditor are different people).
    """
    _require(by, at=at)
    role = Role(role)
    running = list(Appointment.objects.select_for_update().filter(officer=officer, to_on=None))
    same = [a for a in running if a.agency_id == agency.pk and a.role == role]
    if same:
        return same[0]
    apart = {Role.ADMINISTRATOR, Role.AUDITOR}
    if role in apart and apart & {Role(a.role) for a in running}:
        raise AppointmentError(_("系统管理员和审计员必须由不同的人担任。请先解除另一项任职,或改派他人。"))
    made = Appointment.objects.create(officer=officer, agency=agency, role=role, from_on=from_on)
    _tell(
        EventKind.OFFICER_APPOINTED,
        officer,
        by=by,
        at=at,
        agency=agency,
        role=role.value,
        from_on=from_on.isoformat(),
    )
    return made


@transaction.atomic
def dismiss(appointment: Appointment, *, on: date, by: Officer, at: datetime) -> Appointment:
    """End an appointment: ``on`` is its last day. Harmless when it already ended.

    Raises ``NotAllowedError``, ``AppointmentError`` (ends before it began), ``LastAdministratorError``.
    """
    _require(by, at=at)
    appointment = (
        Appointment.objects.select_for_update().select_related("officer", "agency").get(pk=appointment.pk)
    )
    if appointment.to_on is not None:
        return appointment
    if on < appointment.from_on:
        raise AppointmentError(
            _("任职从 %(day)s 开始,不能在此之前结束。请改填日期。") % {"day": appointment.from_on}
        )
    if appointment.role == Role.ADMINISTRATOR:
        _keep_an_administrator(without=appointment.officer, on=timezone.localdate(at))
    appointment.to_on = on
    appointment.save(update_fields=["to_on"])
    _tell(
        EventKind.OFFICER_DISMISSED,
        appointment.officer,
        by=by,
        at=at,
        agency=appointment.agency,
        role=appointment.role,
        to_on=on.isoformat(),
    )
    return appointment


@transaction.atomic
def set_password(officer: Officer, *, present: str, new: str, at: datetime) -> Officer:
    """The officer's own change of password: the present one proves who asks, the last five may not return.

    Raises ``WrongPasswordError``, ``WeakPasswordError``.
    """
    officer = Officer.objects.select_for_update().get(pk=officer.pk)
    if not officer.check_password(present):
        raise WrongPasswordError(_("现用密码不正确。请重新输入;忘记了请联系系统管理员重置。"))
    try:
        validate_password(new, officer)
    except ValidationError as error:
        raise WeakPasswordError(error.messages) from None
    _replace_password(officer, new, at=at, must_change=False)
    _tell(EventKind.OFFICER_PASSWORD_CHANGED, officer, by=officer, at=at, what="own")
    return officer


@transaction.atomic
def reset_password(officer: Officer, *, by: Officer | None, at: datetime) -> str:
    """A new one-time password; it must be replaced at the next sign-in.

    ``by`` is ``None`` for an operator at the machine itself, and the log says so. Running sessions of the
    officer end, because they are bound to the password. Raises ``NotAllowedError``.
    """
    _require(by, at=at)
    password = one_time_password()
    _replace_password(officer, password, at=at, must_change=True)
    _tell(EventKind.OFFICER_PASSWORD_CHANGED, officer, by=by, at=at, what="reset" if by else "reissued")
    return password


def _replace_password(officer: Officer, new: str, *, at: datetime, must_change: bool) -> None:
    if officer.password:
        OldPassword.objects.create(officer=officer, hash=officer.password, until_at=at)
    kept = OldPassword.objects.filter(officer=officer).order_by("-until_at", "-pk").values_list("pk", flat=True)
    OldPassword.objects.filter(officer=officer).exclude(pk__in=list(kept[:REMEMBERED])).delete()
    officer.set_password(new)
    officer.must_change_password = must_change
    officer.password_changed_at = at
    officer.save(update_fields=["password", "must_change_password", "password_changed_at"])


def _keep_an_administrator(*, without: Officer, on: date) -> None:
    others = Appointment.objects.filter(
        role=Role.ADMINISTRATOR, officer__is_active=True, from_on__lte=on, to_on=None
    ).exclude(officer=without)
    mine = Appointment.objects.filter(role=Role.ADMINISTRATOR, officer=without, to_on=None)
    if mine.exists() and not others.exists():
        raise LastAdministratorError(_("这是最后一位系统管理员。请先任命另一位,再办理。"))


def _require_words(username: str, display_name: str) -> None:
    for called, words in ((_("登录名"), username), (_("姓名"), display_name)):
        if wrong := unfit(called, words, most=NAME_LENGTH):
            raise OfficerError(wrong)


def _require(by: Officer | None, *, at: datetime) -> None:
    if by is not None:
        authority.require(actor_of(by, on=timezone.localdate(at)), Permission.PEOPLE_MANAGE)


def _tell(
    kind: EventKind,
    officer: Officer,
    *,
    by: Officer | None,
    at: datetime,
    agency: Agency | None = None,
    **facts: str,
) -> None:
    announce(
        kind,
        subject=f"officer:{officer.pk}",
        at=at,
        by=by,
        agency=agency,
        facts={"username": officer.username, **facts},
    )
