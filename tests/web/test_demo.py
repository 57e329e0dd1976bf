"""The demonstration year: complete, labelled, repeatable, all or nothing, and open to nobody without its label."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse

from gongkai.agencies.models import Agency, County, Officer
from gongkai.agencies.queries import agencies_in_force
from gongkai.catalogue.models import Domain, Item
from gongkai.core import identifiers
from gongkai.core.vocabulary import DisclosureStatus, ObligationState
from gongkai.disclosures.models import Attachment, Disclosure, FirstPublication, Revision
from gongkai.disclosures.queries import PUBLIC
from gongkai.documents.models import Finding
from gongkai.events.models import Event
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import silent_items
from gongkai.web.demo import marker, waiting
from gongkai.web.demo.hands import KNOWN, PASSWORD
from gongkai.web.demo.stories import plan, stories, town_codes
from gongkai.web.demo.writing import has_words
from gongkai.web.demo.year import Year
from tests.overrule import triggers_off

UNTIL = date(2026, 11, 23)
PROFILE = Path(__file__).resolve().parents[2] / "profiles" / "anxi"


def at_home(folder: Path) -> Any:
    """Settings by which nothing of a test lies in the data directory of this machine."""
    return override_settings(
        VAR_DIR=folder,
        LEDGER_DIR=folder / "log",
        LEDGER_KEY=folder / "log.key",
        SEARCH_INDEX=folder / "search.sqlite3",
        APPLICANT_KEY=folder / "applicants.key",
        PROFILE_DIR=PROFILE,
        STORAGES={
            **settings.STORAGES,
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": folder / "files"},
            },
        },
    )


@pytest.fixture(scope="module")
def played(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The whole year once for all tests below, in a transaction that is taken back."""
    folder = tmp_path_factory.mktemp("demo")
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # as the framework marks its own
    with django_db_blocker.unblock(), at_home(folder), whole:
        call_command("load_profile", str(PROFILE), verbosity=0)
        call_command("demo", verbosity=0)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def year(played: Path, db: None) -> Iterator[Path]:
    with at_home(played):
        yield played


def public() -> Any:
    return Disclosure.objects.filter(status__in=PUBLIC)


# --- what is in it --------------------------------------------------------------------------------------------


def test_every_domain_and_every_agency_that_owes_an_item_discloses(year: Path) -> None:
    assert set(public().values_list("item__domain__code", flat=True)) == set(
        Domain.objects.values_list("code", flat=True)
    )
    owing = agencies_in_force().filter(items__isnull=False) | agencies_in_force().filter(
        parent__items__isnull=False
    )
    assert set(owing.values_list("code", flat=True)) == set(public().values_list("agency__code", flat=True))


def test_whatever_a_class_owes_names_an_invented_unit(year: Path) -> None:
    classes = public().filter(agency__kind=Agency.Kind.PARTY)
    named = set(classes.values_list("agency__code", "discloser_name"))
    assert {code for code, _name in named} == set(plan()["units"])
    assert [name for _code, name in named if not (name or "").endswith("(演示)")] == []
    town = public().filter(item__code="HC-11", agency__kind=Agency.Kind.TOWNSHIP).first()
    assert town.discloser_name == town.agency.name  # an office that shares the item says it was itself


def test_things_go_as_they_go_in_a_county(year: Path) -> None:
    states = Counter(Obligation.objects.values_list("state", flat=True))
    assert states[ObligationState.MET] > 400
    assert 15 <= states[ObligationState.MET_LATE] <= 60
    assert 3 <= states[ObligationState.OVERDUE] <= 20
    assert states[ObligationState.TOO_EARLY] == 1
    assert states[ObligationState.WAIVED] == 1
    assert states[ObligationState.OPEN] > 3
    assert 300 <= public().count() <= 700


def test_one_can_look_up_a_place_in_an_invented_waiting_list(year: Path) -> None:
    receipt, last_four = waiting.FIRST
    asked = {"list": waiting.CODE, "receipt": receipt, "last_four": last_four}
    answer = Client().post(reverse("portal:place"), asked).content.decode()
    assert "第一批选房" in answer
    assert "(演示)" in answer


def test_three_items_are_silent_and_they_are_the_three_of_the_plan(year: Path) -> None:
    assert {found.item.code for found in silent_items(UNTIL)} == set(plan()["silent"])
    assert len(plan()["silent"]) == 3


def test_one_is_withdrawn_some_are_corrected_and_some_ended_by_themselves(year: Path) -> None:
    states = Counter(public().values_list("status", flat=True))
    assert states[DisclosureStatus.WITHDRAWN] == 1
    assert states[DisclosureStatus.EXPIRED] >= 5
    corrected = public().filter(published_revision__number=2)
    assert corrected.count() == len(plan()["corrections"])
    assert all(d.published_revision.reason for d in corrected.select_related("published_revision"))
    ended = public().filter(status=DisclosureStatus.EXPIRED, ends_on__gte=F("expired_at__date"))
    assert not ended.exists()


def test_some_were_published_elsewhere_first_and_a_few_dozen_have_files(year: Path) -> None:
    assert set(FirstPublication.objects.values_list("medium", flat=True)) == set(
        plan()["first_publications"].values()
    )
    assert not FirstPublication.objects.filter(published_at__gt=F("disclosure__published_at")).exists()
    with_files = Revision.objects.filter(attachments__isnull=False).values("disclosure").distinct().count()
    assert 24 <= with_files <= 80
    assert {name.rsplit(".")[-1] for name in Attachment.objects.values_list("name", flat=True)} == {
        "docx", "xlsx", "txt",
    }  # fmt: skip
    assert not Attachment.objects.filter(file__extract_note__gt="").exists()


def test_texts_lie_on_desks_in_every_stage(year: Path) -> None:
    stages = set(Revision.objects.exclude(stage="published").values_list("stage", flat=True))
    assert stages == {"draft", "submitted", "returned", "approved"}


def test_nothing_happens_outside_the_year_or_without_review(year: Path) -> None:
    moments = Disclosure.objects.values_list("created_at__date", "published_at__date")
    assert all(date(2025, 11, 24) <= made <= (shown or UNTIL) <= UNTIL for made, shown in moments)
    published = Revision.objects.filter(stage="published")
    assert not published.exclude(reviews__verdict="approve").exists()
    assert not published.filter(reviews__reviewer=F("created_by")).exists()


def test_every_row_is_marked_and_no_private_datum_was_let_out(year: Path) -> None:
    assert not Disclosure.objects.filter(is_demo=False).exists()
    assert not Obligation.objects.filter(is_demo=False, ground="fact").exists()
    assert not Officer.objects.filter(is_demo=False).exists()
    assert not Finding.objects.filter(certainty="certain").exists()


def test_identifiers_are_well_formed_and_belong_to_no_place(year: Path) -> None:
    found = set()
    for elements in Revision.objects.values_list("elements", flat=True):
        found |= set(re.findall(r"91[0-9A-Z]{16}", " ".join(elements.values())))
    assert len(found) > 30
    assert all(identifiers.uscc(code).valid and code[2:8] == "359999" for code in found)


def test_the_year_is_the_same_every_time(year: Path) -> None:
    told = public().filter(item__code="GP-10").order_by("published_at").values_list("title", "published_at__date")
    assert list(told)[:2] == [
        ("智慧校园教学设备采购项目中标(成交)结果公告", date(2026, 1, 28)),
        ("县级医疗物资储备采购项目中标(成交)结果公告", date(2026, 3, 25)),
    ]


def test_a_second_run_changes_nothing(year: Path) -> None:
    before = (Disclosure.objects.count(), Event.objects.count(), Officer.objects.count())
    call_command("demo", verbosity=0)
    assert (Disclosure.objects.count(), Event.objects.count(), Officer.objects.count()) == before


def test_the_log_of_the_year_verifies(year: Path) -> None:
    call_command("verify_log", verbosity=0)


# --- the label ------------------------------------------------------------------------------------------------


def test_every_page_says_so_at_once_and_stops_when_the_label_goes(year: Path) -> None:
    page = reverse("portal:home")
    assert "演示数据" in Client().get(page).content.decode()
    one = public().filter(status="published").first()
    assert "这是一条演示数据" in Client().get(reverse("portal:detail", args=[one.public_id])).content.decode()
    marker.place().unlink()
    try:
        assert "demo-banner" not in Client().get(page).content.decode()
    finally:
        marker.place().touch()


def sign_in(name: str) -> Any:
    return Client().post(reverse("workspace:sign_in"), {"username": name, "password": PASSWORD}, follow=True)


@pytest.mark.parametrize("name", KNOWN)
def test_the_known_accounts_enter_without_a_second_factor(year: Path, name: str) -> None:
    answer = sign_in(name)
    assert answer.request["PATH_INFO"] == reverse("workspace:tasks")
    assert answer.status_code == 200


def test_the_known_accounts_open_nothing_without_the_label(year: Path) -> None:
    marker.place().unlink()
    try:
        answer = sign_in("demo-office")
        assert "登录名或密码不正确" in answer.content.decode()
        assert PASSWORD not in Client().get(reverse("workspace:sign_in")).content.decode()
    finally:
        marker.place().touch()
    assert PASSWORD in Client().get(reverse("workspace:sign_in")).content.decode()


def test_only_the_six_have_the_known_password_and_it_keeps_the_rules(year: Path) -> None:
    knowing = {o.username for o in Officer.objects.all() if o.check_password(PASSWORD)}
    assert knowing == set(KNOWN)
    for officer in Officer.objects.filter(username__in=KNOWN):
        validate_password(PASSWORD, Officer(username=officer.username, display_name=officer.display_name))


# --- all or nothing -------------------------------------------------------------------------------------------


def test_it_does_not_mix_with_real_data_unless_told_to(
    year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with triggers_off():
        Disclosure.objects.update(is_demo=False)
    played: list[int] = []
    monkeypatch.setattr("gongkai.web.management.commands.demo.Command._play", lambda *_: played.append(1))
    with at_home(tmp_path):
        with pytest.raises(CommandError, match="真实的公开信息"):
            call_command("demo", verbosity=0)
        assert not marker.place().exists()
        call_command("demo", yes_mix=True, verbosity=0)
        assert played == [1]


def test_without_a_county_it_says_what_to_do(year: Path, tmp_path: Path) -> None:
    County.objects.all().delete()
    with at_home(tmp_path), pytest.raises(CommandError, match="load_profile"):
        call_command("demo", verbosity=0)


def test_a_year_that_breaks_off_leaves_nothing_and_no_label(
    year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with triggers_off():
        Disclosure.objects.update(is_demo=False)
    Officer.objects.update(username=F("pk"))
    before = Officer.objects.count()

    def breaks(self: Year, **_: Any) -> int:
        assert Officer.objects.count() > before
        raise RuntimeError

    monkeypatch.setattr(Year, "play", breaks)
    with at_home(tmp_path):
        with pytest.raises(RuntimeError):
            call_command("demo", yes_mix=True, verbosity=0)
        assert not marker.place().exists()
    assert Officer.objects.count() == before


# --- the plan -------------------------------------------------------------------------------------------------


def test_the_plan_has_words_for_every_required_element_of_every_item(year: Path) -> None:
    silent = {*plan()["silent"], *Item.objects.filter(online=False).values_list("code", flat=True)}
    told = Item.objects.exclude(code__in=silent).exclude(method="on_request").prefetch_related("elements")
    missing = [
        f"{item.code} {element.name}"
        for item in told
        for element in item.elements.all()
        if element.required and element.type == "text" and not has_words(item.code, element.name)
    ]
    assert missing == []


def test_the_plan_is_repeatable_and_names_only_what_exists(year: Path) -> None:
    owners = {i.code: i.agencies.order_by("item_agencies__order")[0].code for i in Item.objects.all()}
    told = stories(until=UNTIL, owners=owners)
    assert told == stories(until=UNTIL, owners=owners)
    assert {s.agency for s in told} <= set(Agency.objects.values_list("code", flat=True))
    assert set(town_codes()) == set(
        Agency.objects.filter(kind="township", is_group=False).values_list("code", flat=True)
    )
    assert [s.day for s in told] == sorted(s.day for s in told)
    moved = stories(until=date(2026, 6, 30), owners=owners)
    assert [s.item for s in moved] == [s.item for s in told]
    assert moved[0].day != told[0].day


@pytest.mark.parametrize(("until", "said"), [("去年", "不是有效的日期"), ("0001-01-01", "不合常理")])
def test_a_year_that_cannot_be_is_told_in_words(until: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("demo", f"--until={until}")
