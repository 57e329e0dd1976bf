"""Officers, their roles and their passwords, as the actions keep them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from gongkai.agencies.actions import officers
from gongkai.agencies.actions.officers import (
    AppointmentError,
    LastAdministratorError,
    OfficerError,
    UsernameTakenError,
    WeakPasswordError,
    WrongPasswordError,
)
from gongkai.agencies.models import Appointment, Officer
from gongkai.agencies.queries import actor_of
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import EventKind, Role
from gongkai.events.models import Event
from tests.cast import PASSWORD, Cast, assemble

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def last_event() -> Event:
    return Event.objects.latest("position")


def test_a_new_officer_signs_in_with_a_password_that_is_handed_over_once(cast: Cast) -> None:
    made, password = officers.create_officer(username=" he ", display_name="何测试", by=cast.ye, at=AT)
    assert made.username == "he"
    assert made.must_change_password
    request = RequestFactory().post("/")
    assert authenticate(request, username="he", password=password) == made
    assert password not in str(Event.objects.values_list("facts", flat=True))
    event = last_event()
    assert (event.kind, event.by_id) == (EventKind.OFFICER_CREATED, cast.ye.pk)
    assert event.facts == {"username": "he"}  # no name in the log


def test_one_time_passwords_satisfy_the_rules_and_differ() -> None:
    made = {officers.one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) >= 10
        assert not set(password) & set("0O1lI")
        assert any(c.islower() for c in password)
        assert any(c.isupper() for c in password)
        assert any(c.isdigit() for c in password)


def test_a_password_without_all_kinds_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("a" * 16 + "aB3" + "x" * 13)
    monkeypatch.setattr(officers.secrets, "choice", lambda _: next(drawn))
    assert officers.one_time_password() == "aB3" + "x" * 13


def test_two_officers_cannot_share_a_sign_in_name(cast: Cast) -> None:
    with pytest.raises(UsernameTakenError, match="已有人使用"):
        officers.create_officer(username="lin", display_name="另一人", by=cast.ye, at=AT)
    assert Officer.objects.filter(username="lin").count() == 1


@pytest.mark.parametrize(("username", "display_name"), [("", "何测试"), ("he", "  ")])
def test_an_officer_needs_both_names(cast: Cast, username: str, display_name: str) -> None:
    with pytest.raises(OfficerError, match="登录名和姓名"):
        officers.create_officer(username=username, display_name=display_name, by=cast.ye, at=AT)


def test_only_the_administrator_manages_people(cast: Cast) -> None:
    running = cast.lin.appointments.get()
    for name, by in cast.officers.items():
        if name == "ye":
            continue
        with pytest.raises(NotAllowedError):
            officers.create_officer(username="x", display_name="x", by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.change_officer(cast.lin, display_name="x", by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.deactivate(cast.lin, by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.reactivate(cast.gone, by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.reset_password(cast.lin, by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.appoint(cast.lin, agency=cast.land, role=Role.HEAD, from_on=TODAY, by=by, at=AT)
        with pytest.raises(NotAllowedError):
            officers.dismiss(running, on=TODAY, by=by, at=AT)


def test_a_name_can_be_corrected(cast: Cast) -> None:
    officers.change_officer(cast.lin, display_name=" 林改名 ", by=cast.ye, at=AT)
    assert Officer.objects.get(pk=cast.lin.pk).display_name == "林改名"
    with pytest.raises(OfficerError):
        officers.change_officer(cast.lin, display_name=" ", by=cast.ye, at=AT)


def test_a_deactivated_officer_holds_nothing_and_cannot_come_in(cast: Cast) -> None:
    officers.deactivate(cast.lin, by=cast.ye, at=AT)
    lin = Officer.objects.get(pk=cast.lin.pk)
    assert actor_of(lin, on=TODAY).roles == frozenset()
    assert authenticate(RequestFactory().post("/"), username="lin", password=PASSWORD) is None
    before = Event.objects.count()
    officers.deactivate(lin, by=cast.ye, at=AT)  # a second click
    assert Event.objects.count() == before


def test_a_returning_officer_gets_a_new_password(cast: Cast) -> None:
    back, password = officers.reactivate(cast.gone, by=cast.ye, at=AT)
    assert back.is_active
    assert back.must_change_password
    assert back.check_password(password)
    assert not back.check_password(PASSWORD)


def test_the_last_administrator_cannot_be_lost(cast: Cast) -> None:
    with pytest.raises(LastAdministratorError, match="最后一位"):
        officers.deactivate(cast.ye, by=cast.ye, at=AT)
    with pytest.raises(LastAdministratorError):
        officers.dismiss(cast.ye.appointments.get(), on=TODAY, by=cast.ye, at=AT)
    officers.appoint(cast.lin, agency=cast.hall, role=Role.ADMINISTRATOR, from_on=TODAY, by=cast.ye, at=AT)
    officers.dismiss(cast.ye.appointments.get(), on=TODAY, by=cast.ye, at=AT)
    assert cast.ye.appointments.get().to_on == TODAY


def test_an_appointment_gives_the_role_from_its_day_until_its_last_day(cast: Cast) -> None:
    made = officers.appoint(cast.stranger, agency=cast.land, role=Role.REVIEWER, from_on=TODAY, by=cast.ye, at=AT)
    assert last_event().facts == {"username": "stranger", "role": "reviewer", "from_on": "2026-11-23"}
    assert actor_of(cast.stranger, on=TODAY - timedelta(days=1)).roles == frozenset()
    assert actor_of(cast.stranger, on=TODAY).roles == {Role.REVIEWER}
    officers.dismiss(made, on=TODAY + timedelta(days=2), by=cast.ye, at=AT)
    assert last_event().kind == EventKind.OFFICER_DISMISSED
    assert actor_of(cast.stranger, on=TODAY + timedelta(days=2)).roles == {Role.REVIEWER}
    assert actor_of(cast.stranger, on=TODAY + timedelta(days=3)).roles == frozenset()


def test_repeating_an_appointment_or_a_dismissal_changes_nothing(cast: Cast) -> None:
    first = officers.appoint(cast.lin, agency=cast.land, role=Role.HEAD, from_on=TODAY, by=cast.ye, at=AT)
    again = officers.appoint(cast.lin, agency=cast.land, role=Role.HEAD, from_on=TODAY, by=cast.ye, at=AT)
    assert first == again
    officers.dismiss(first, on=TODAY, by=cast.ye, at=AT)
    before = Event.objects.count()
    officers.dismiss(first, on=TODAY + timedelta(days=9), by=cast.ye, at=AT)
    assert Appointment.objects.get(pk=first.pk).to_on == TODAY
    assert Event.objects.count() == before


def test_an_appointment_cannot_end_before_it_began(cast: Cast) -> None:
    with pytest.raises(AppointmentError, match="2020-01-01"):
        officers.dismiss(cast.lin.appointments.get(), on=date(2019, 12, 31), by=cast.ye, at=AT)


@pytest.mark.parametrize(
    ("who", "role"), [("ye", Role.AUDITOR), ("xu", Role.ADMINISTRATOR)], ids=["administrator", "auditor"]
)
def test_nobody_both_runs_and_audits_the_system(cast: Cast, who: str, role: Role) -> None:
    with pytest.raises(AppointmentError, match="不同的人"):
        officers.appoint(cast.officers[who], agency=cast.hall, role=role, from_on=TODAY, by=cast.ye, at=AT)


def test_an_officer_changes_the_password_and_the_last_five_may_not_return(cast: Cast) -> None:
    used = [PASSWORD]
    for n in range(6):
        officers.set_password(cast.lin, present=used[-1], new=f"Xin-mima-{n}-9k", at=AT + timedelta(minutes=n))
        used.append(f"Xin-mima-{n}-9k")
    lin = Officer.objects.get(pk=cast.lin.pk)
    assert lin.password_changed_at == AT + timedelta(minutes=5)
    assert lin.old_passwords.count() == 5
    for word in used[-6:]:
        with pytest.raises(WeakPasswordError, match="最近五次"):
            officers.set_password(lin, present=used[-1], new=word, at=AT)
    officers.set_password(lin, present=used[-1], new=PASSWORD, at=AT)  # forgotten by now
    assert last_event().facts == {"username": "lin", "what": "own"}


@pytest.mark.parametrize("weak", ["short1A!", "abcdefghijklmn", "1234567890", "LIN-lin"])
def test_a_weak_password_is_refused_with_every_reason(cast: Cast, weak: str) -> None:
    with pytest.raises(WeakPasswordError) as caught:
        officers.set_password(cast.lin, present=PASSWORD, new=weak, at=AT)
    assert caught.value.messages
    assert Officer.objects.get(pk=cast.lin.pk).check_password(PASSWORD)


def test_the_present_password_must_be_right(cast: Cast) -> None:
    with pytest.raises(WrongPasswordError, match="现用密码不正确"):
        officers.set_password(cast.lin, present="no", new="Xin-mima-1-9k", at=AT)


def test_a_reset_forces_a_change_and_is_logged_without_the_password(cast: Cast) -> None:
    password = officers.reset_password(cast.lin, by=cast.ye, at=AT)
    lin = Officer.objects.get(pk=cast.lin.pk)
    assert lin.must_change_password
    assert lin.check_password(password)
    assert last_event().facts == {"username": "lin", "what": "reset"}


def test_the_installation_makes_the_first_administrator_without_anybody(cast: Cast) -> None:
    made, _ = officers.create_officer(username="root", display_name="首位管理员", by=None, at=AT)
    officers.appoint(made, agency=cast.hall, role=Role.ADMINISTRATOR, from_on=TODAY, by=None, at=AT)
    assert actor_of(made, on=TODAY).roles == {Role.ADMINISTRATOR}


def test_an_officer_without_a_password_yet_has_no_history(cast: Cast) -> None:
    bare = Officer.objects.create(username="bare", display_name="空测试")
    officers.reset_password(bare, by=cast.ye, at=AT)
    assert bare.old_passwords.count() == 0
