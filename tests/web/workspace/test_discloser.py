"""The question which unit discloses: asked where the item is owed by a class, and answered without script."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import Role
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from tests import make
from tests.cast import Cast, agency, officer
from tests.overrule import triggers_off
from tests.web.workspace.conftest import Enter

UNIT, CODE = "测试县云屏建设有限公司(测试)", "91359999MA0TEXT00F"


@pytest.fixture
def tenderers(cast: Cast) -> Agency:
    return agency("zbr", "招标人、招标代理机构", kind="party", unit_code="CS09919", member_kinds=["department"])


@pytest.fixture
def revision(cast: Cast, tenderers: Agency) -> Revision:
    item = make.make_item("TD-05", agencies=[tenderers])
    drafter = officer("gong", "龚测试", (Role.DRAFTER, tenderers))
    return actions.start_draft(item, agency=tenderers, by=drafter, at=timezone.now(), title="测试公告")


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "title": "测试招标公告", "formed_on": str(timezone.localdate()), "body": "正文", "element-0": "测试项目",
        "element-1": "128万元", "openness": "proactive", "edits": "0", "sitting": "", "press": "save",
        "discloser_choice": "", "discloser": "", "discloser_uscc": "", **changed,
    }  # fmt: skip


def desk(revision: Revision, name: str = "draft") -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id])


def test_the_form_asks_with_a_list_a_line_and_names_used_before(revision: Revision, enter: Enter) -> None:
    make.make_disclosure(revision.disclosure.item, discloser=UNIT, discloser_uscc=CODE)
    page = enter(revision.created_by).get(desk(revision)).content.decode()
    assert '<option value="finance">县财政局</option>' in page
    assert f'<datalist id="earlier-disclosers"><option value="{UNIT}">{CODE}</option></datalist>' in page
    assert 'list="earlier-disclosers"' in page
    assert "提交前还缺" in page
    assert "写明实际公开的是哪一个单位" in page


def test_an_item_of_offices_asks_nothing(cast: Cast, item: Item, enter: Enter) -> None:
    plain = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now())
    assert "discloser" not in enter(cast.lin).get(desk(plain)).content.decode()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"discloser_choice": "finance"}, ("县财政局", None)),
        ({"discloser_choice": "other", "discloser": UNIT, "discloser_uscc": CODE.lower()}, (UNIT, CODE)),
        ({"discloser": f" {UNIT} "}, (UNIT, None)),
    ],
)
def test_what_is_said_is_kept_and_comes_back(
    revision: Revision, enter: Enter, said: dict[str, str], kept: tuple[str, str | None]
) -> None:
    client = enter(revision.created_by)
    assert client.post(desk(revision), typed(**said)).status_code == 302
    revision.refresh_from_db()
    assert (revision.discloser_name, revision.discloser_uscc) == kept
    page = client.get(desk(revision)).content.decode()
    chosen = "finance" if kept[0] == "县财政局" else "other"
    assert f'<option value="{chosen}" selected>' in page
    unchanged = typed(**said, edits=str(revision.edits))
    client.post(desk(revision), unchanged)
    assert Revision.objects.get(pk=revision.pk).edits == revision.edits  # the same again is not saved again


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"discloser_choice": "finance", "discloser": UNIT}, "请只留一个"),
        ({"discloser_choice": "nobody"}, "不在名单中"),
        ({"discloser": "长" * 121}, "最多 120 字"),
        ({"discloser": f"{UNIT}\u202e"}, "控制字符"),
        ({"discloser_uscc": CODE}, "没有写是哪一个单位"),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_on_the_page(
    revision: Revision, enter: Enter, said: dict[str, str], told: str
) -> None:
    answer = enter(revision.created_by).post(desk(revision), typed(**said))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Revision.objects.get(pk=revision.pk).edits == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "discloser"),
        ({"discloser": "王测试"}, "discloser"),
        ({"discloser": UNIT, "discloser_uscc": "123"}, "discloser_uscc"),
    ],
)
def test_a_submission_is_refused_at_the_field(
    revision: Revision, enter: Enter, said: dict[str, str], field: str
) -> None:
    answer = enter(revision.created_by).post(desk(revision), typed(**said, press="submit"))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Revision.objects.get(pk=revision.pk).stage == "draft"


def test_a_text_that_names_its_unit_goes_to_review_and_is_shown_by_it(
    revision: Revision, tenderers: Agency, enter: Enter
) -> None:
    said = typed(discloser=UNIT, discloser_uscc=CODE, press="submit")
    assert enter(revision.created_by).post(desk(revision), said).status_code == 302
    reviewer = enter(officer("shen", "沈测试", (Role.REVIEWER, tenderers)))
    for page in (reverse("workspace:reviews"), desk(revision, "review"), reverse("workspace:disclosures")):
        shown = reviewer.get(page).content.decode()
        assert UNIT in shown
        assert "实名未填" not in shown
    listed = b"".join(reviewer.get(reverse("workspace:reviews"), {"as": "csv"}).streaming_content)  # type: ignore[attr-defined]
    assert UNIT in listed.decode()


def test_a_class_that_nobody_named_is_marked_for_officers_alone(tenderers: Agency, enter: Enter) -> None:
    disclosure = make.make_disclosure(make.make_item("TD-05", agencies=[tenderers]), discloser=UNIT)
    with triggers_off():
        Disclosure.objects.filter(pk=disclosure.pk).update(discloser_name=None)
        disclosure.revisions.update(discloser_name=None)
    client = enter(officer("gong", "龚测试", (Role.DRAFTER, tenderers)))
    for page in (reverse("workspace:disclosures"), desk(disclosure.published_revision, "disclosure")):
        assert "招标人、招标代理机构(实名未填)" in client.get(page).content.decode()
    public = client.get(f"/d/{disclosure.public_id}/").content.decode()
    assert "招标人、招标代理机构" in public
    assert "实名未填" not in public


def test_the_question_is_asked_in_english_too(revision: Revision, enter: Enter) -> None:
    client = enter(revision.created_by)
    page = client.get(f"/en{desk(revision)}").content.decode()
    assert "Name of the disclosing unit" in page
