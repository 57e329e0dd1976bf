"""All doors of the workspace, walked by the whole cast."""

import uuid
from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from gongkai.catalogue.models import Item, ItemProposal
from gongkai.core.authority import Permission
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, ImportRun
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Closure
from gongkai.web.workspace import urls
from gongkai.web.workspace.doors import Hall, WorkspaceDoors
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

NAMES = [pattern.name for pattern in urls.urlpatterns]
EVERYBODY = ["lin", "chen", "wang", "zheng", "su", "huang", "xu", "ye"]

# Who gets through the door of each page (a GET). Everybody else with a role gets 403; the stranger always does.
OPEN_TO: Mapping[str, str] = {
    "tasks": "lin chen wang zheng su huang xu ye",
    "account": "lin chen wang zheng su huang xu ye",
    "help": "lin chen wang zheng su huang xu ye",
    "obligations": "lin chen wang zheng su huang xu ye",
    "obligation": "lin chen wang su huang xu ye",
    "catalogue": "lin chen wang zheng su huang xu ye",
    "rules": "lin chen wang zheng su huang xu ye",
    "rule": "lin chen wang zheng su huang xu ye",
    "calendars": "lin chen wang zheng su huang xu ye",
    "disclosures": "lin chen wang zheng su huang xu ye",
    "silent": "su huang xu",
    "fact": "lin wang zheng su",
    "draft_new": "lin wang zheng su",
    "draft_start": "lin wang zheng su",
    "imports": "lin wang zheng su",
    "import_item": "lin wang su",
    "import_template": "lin wang su",
    "import_run": "lin wang su",
    "import_progress": "lin wang su",
    "import_confirm": "lin wang su",
    "import_abandon": "lin wang su",
    "import_submit": "lin wang su",
    "import_returned": "lin wang su",
    "draft": "lin wang su",
    "autosave": "lin wang su",
    "preview": "lin chen wang su xu",
    "disclosure": "lin chen wang su xu",
    "compare": "lin chen wang su xu",
    "attachment": "lin chen wang su xu",
    "findings": "lin chen wang zheng su xu",
    "applicants": "lin wang zheng su",
    "applicants_template": "lin wang zheng su",
    "applicants_new": "lin wang zheng su",
    "applicants_load": "lin wang zheng su",
    "mask_text": "lin wang su",
    "before_after": "lin chen wang su xu",
    "uploads": "lin wang zheng su",
    "upload": "lin wang zheng su",
    "upload_finish": "lin wang zheng su",
    "recall": "lin wang su",
    "discard": "lin wang su",
    "correct": "lin wang su",
    "first_publication": "lin wang su",
    "reviews": "chen wang su",
    "release": "chen wang su",
    "mask": "lin wang su",
    "original": "su",
    "review": "chen wang su",
    "publish": "lin wang su",
    "conclude": "lin wang su",
    "withdraw": "wang su",
    "withhold": "chen wang su",
    "waive": "su",
    "propose": "lin wang zheng su",
    "publish_catalogue": "su",
    "decide": "su",
    "confirm_fact": "su",
    "rule_confirm": "su",
    "rule_change": "su",
    "calendar_new": "su",
    "closure_new": "su",
    "closure_switch": "su",
    "warnings": "wang su",
    "agencies": "su ye",
    "contact": "su ye",
    "people": "ye",
    "officer_new": "ye",
    "officer": "ye",
    "dismiss": "ye",
    "deactivate": "ye",
    "reactivate": "ye",
    "reset_password": "ye",
    "remove_second_factor": "ye",
    "log": "su xu ye",
}
STREET = {"sign_in", "sign_out"}
PORCH = {"password", "second_factor", "second_factor_setup", "second_factor_qr"}
# A GET through an open door may still be answered so: nothing there, another state.
THROUGH = {200, 302, 404}
# What is visible but belongs to another agency is not found, which tells nothing.
HIDDEN = {("obligation", "zheng")}


@pytest.fixture
def addresses(cast: Cast, item: Item) -> dict[str, str]:
    """Every address of the workspace, about things of 县财政局."""
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=make.NOW)
    rule = item.rules.get()
    obligation = clocks.open_obligation(
        item, agency=cast.finance, fact_on=make.NOW.date(), label="测试", by=cast.lin, at=make.NOW
    )
    proposal = ItemProposal.objects.create(
        domain=item.domain,
        agency=cast.finance,
        name="测试",
        rule=rule,
        stage="result",
        reason="测试",
        proposed_at=make.NOW,
        proposed_by=cast.lin,
    )
    closure = Closure.objects.create(from_on=make.NOW.date(), to_on=make.NOW.date(), reason="测试", source="测试")
    sheet = ImportRun.objects.create(
        item=item,
        agency=cast.finance,
        source=ImportRun.Source.PASTE,
        fingerprint="0" * 64,
        created_at=make.NOW,
        created_by=cast.lin,
        content=b"x",
    )
    kwargs = {
        **{n: {"public_id": revision.disclosure.public_id} for n in NAMES if _takes(n, "public_id")},
        **{n: {"public_id": sheet.public_id} for n in NAMES if n.startswith("import_")},
        "import_item": {"code": item.code, "agency": cast.finance.code},
        "import_template": {"code": item.code, "agency": cast.finance.code},
        "applicants_load": {"code": "nothing"},
        **{n: {"key": uuid.uuid4()} for n in ("upload", "upload_finish")},
        "withhold": {"public_id": revision.disclosure.public_id, "number": 1},
        "compare": {"public_id": revision.disclosure.public_id, "old": 1, "new": 2},
        **{
            n: {"public_id": revision.disclosure.public_id, "pk": 1}
            for n in ("attachment", "mask", "original", "before_after")
        },
        "obligation": {"pk": obligation.pk},
        "waive": {"pk": obligation.pk},
        "decide": {"pk": proposal.pk},
        "confirm_fact": {"kind": "items", "code": item.code},
        "rule": {"code": rule.code},
        "rule_confirm": {"code": rule.code, "pk": rule.versions.get().pk},
        "rule_change": {"code": rule.code, "pk": rule.versions.get().pk},
        "closure_switch": {"pk": closure.pk},
        "contact": {"code": cast.finance.code},
        **{n: {"pk": cast.lin.pk} for n in NAMES if n in OPEN_TO and _takes(n, "pk") and OPEN_TO[n] == "ye"},
        "dismiss": {"pk": cast.lin.pk, "appointment": cast.lin.appointments.get().pk},
    }
    return {name: reverse(f"workspace:{name}", kwargs=kwargs.get(name)) for name in NAMES}


def _takes(name: str, argument: str) -> bool:
    pattern = next(p for p in urls.urlpatterns if p.name == name)
    return f":{argument}>" in str(pattern.pattern)


def test_every_view_names_its_guard_and_the_table_knows_it() -> None:
    for pattern in urls.urlpatterns:
        guard = getattr(pattern.callback, "guard", None)
        assert guard is not None, f"{pattern.name} has no guard"
        expected = Hall.STREET if pattern.name in STREET else Hall.PORCH if pattern.name in PORCH else None
        if expected:
            assert guard is expected, pattern.name
        else:
            assert isinstance(guard, Permission), pattern.name
            assert pattern.name in OPEN_TO, f"{pattern.name} is not in the table"


def test_a_view_without_a_guard_is_not_reached(db: None) -> None:
    def bare(_request: object) -> HttpResponse:
        raise AssertionError("reached")

    request = RequestFactory().get(reverse("workspace:help"))
    request.resolver_match = resolve(reverse("workspace:help"))
    request.user = None  # type: ignore[assignment]
    request.session = {}  # type: ignore[assignment]
    answer = WorkspaceDoors(bare).process_view(request, bare, (), {})  # type: ignore[arg-type]
    assert answer is not None
    assert answer.status_code == 403


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_officer_passes_exactly_the_doors_of_the_table(
    cast: Cast, enter: Enter, addresses: dict[str, str], who: str
) -> None:
    client = enter(cast.officers[who])
    found = {name: client.get(url).status_code for name, url in addresses.items() if name in OPEN_TO}
    for name, status in found.items():
        if status == 405:  # a door for POST only is walked below
            continue
        if who in OPEN_TO[name].split():
            assert status in THROUGH, f"{who} → {name}: {status}"
        elif (name, who) in HIDDEN:
            assert status == 404, f"{who} → {name}: {status}"
        else:
            assert status == 403, f"{who} → {name}: {status}"


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_posts_through_a_closed_door(cast: Cast, enter: Enter, addresses: dict[str, str], who: str) -> None:
    client = enter(cast.officers[who])
    before = Disclosure.objects.get()
    for name, url in addresses.items():
        if name in OPEN_TO and who not in OPEN_TO[name].split():
            status = client.post(url, {"reason": "x", "ground": "x", "press": "name"}).status_code
            allowed = {403, 405, *({404} if (name, who) in HIDDEN else ())}  # 405: nothing to post there
            assert status in allowed, f"{who} → POST {name}: {status}"
    after = Disclosure.objects.get()
    assert (before.status, before.title) == (after.status, after.title)


def test_a_stranger_without_a_role_gets_no_further_than_the_porch(
    cast: Cast, enter: Enter, addresses: dict[str, str]
) -> None:
    client = enter(cast.stranger)
    for name in OPEN_TO:
        assert client.get(addresses[name]).status_code == 403, name


def test_nobody_unknown_gets_in(cast: Cast, addresses: dict[str, str]) -> None:
    client = Client()
    for name in {*OPEN_TO, *PORCH}:
        answer = client.get(addresses[name])
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("workspace:sign_in")), name


def test_a_deactivated_officer_does_not_get_in(cast: Cast, enter: Enter, addresses: dict[str, str]) -> None:
    client = enter(cast.gone)
    for name in OPEN_TO:
        assert client.get(addresses[name]).status_code == 302, name


def test_nothing_of_the_workspace_is_cached(cast: Cast, enter: Enter, addresses: dict[str, str]) -> None:
    client = enter(cast.lin)
    for name in ("tasks", "draft", "disclosure", "sign_in", "password", "officer"):
        assert "no-store" in client.get(addresses[name])["Cache-Control"], name


def test_what_is_not_there_is_not_found(cast: Cast, enter: Enter) -> None:
    client = enter(cast.su)
    address = reverse("workspace:disclosure", args=[uuid.uuid4()])
    assert client.get(address).status_code == 404
