"""发布单位: a class never stands alone before the public; what was published before the question stays."""

import io
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core import canonical
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.against_log import disclosures_unlike_the_log
from gongkai.disclosures.disclosers import (
    asks_discloser,
    earlier_names,
    is_unnamed,
    offered_agencies,
    shown_name,
)
from gongkai.disclosures.importing import actions as importing
from gongkai.disclosures.importing.template import template
from gongkai.disclosures.models import Disclosure, ImportRun, Revision
from gongkai.disclosures.queries import versions
from gongkai.ledger.queries import records
from gongkai.web.versions import compared
from tests import make
from tests.cast import agency
from tests.make import NOW
from tests.overrule import triggers_off

pytestmark = pytest.mark.django_db
UNIT, OTHER = "测试县云屏建设有限公司(测试)", "测试县岭后水务有限公司(测试)"
CODE = "91359999MA0TEXT00F"


@pytest.fixture
def tenderers() -> Agency:
    return agency(
        "zhaobiaoren",
        "招标人、招标代理机构",
        kind=Agency.Kind.PARTY,
        unit_code="CS09919",
        member_kinds=["department"],
    )


@pytest.fixture
def item(tenderers: Agency) -> Item:
    return make.make_item("TD-05", agencies=[tenderers])


def townships() -> tuple[Agency, Agency]:
    """The 统称 and one of the townships behind it."""
    group = agency("xzzf", "各乡镇人民政府", kind=Agency.Kind.TOWNSHIP, is_group=True)
    one = agency("hutou", "测试县湖头镇人民政府", kind=Agency.Kind.TOWNSHIP, short_name="湖头镇", parent=group)
    return group, one


def begun(item: Item, of: Agency, **text: Any) -> tuple[Revision, Any]:
    make.make_county()
    hands = make.make_hands(of)
    revision = actions.start_draft(item, agency=of, by=hands[0], at=NOW)
    return actions.save_revision(revision, text=make.text(**text), edits=0, by=hands[0], at=NOW), hands


def faults(revision: Revision, by: Any) -> dict[str, str]:
    with pytest.raises(actions.MissingElementsError) as caught:
        actions.submit(revision, by=by, at=NOW)
    return {problem.field: problem.message for problem in caught.value.problems}


def corrected(disclosure: Disclosure, text: Text) -> Disclosure:
    hands = make.make_hands(disclosure.agency)
    revision = actions.start_correction(disclosure, reason="测试更正", by=hands[0], at=NOW)
    revision = actions.save_revision(revision, text=text, edits=revision.edits, by=hands[0], at=NOW)
    actions.submit(revision, by=hands[0], at=NOW)
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密", by=hands[1], at=NOW)
    revision.refresh_from_db()
    return actions.publish(revision, by=hands[0], at=NOW)


def without_a_name(disclosure: Disclosure) -> Disclosure:
    """As it was published before the question was asked: no name, content of the first form."""
    with triggers_off():
        Disclosure.objects.filter(pk=disclosure.pk).update(discloser_name=None, discloser_uscc=None)
        Revision.objects.filter(disclosure=disclosure).update(discloser_name=None, discloser_uscc=None)
    disclosure.refresh_from_db()
    return disclosure


# --- who is asked, and what is offered ------------------------------------------------------------------------


def test_a_class_and_who_shares_an_item_with_one_are_asked_and_nobody_else(item: Item, tenderers: Agency) -> None:
    office = agency("zjj", "测试住房和城乡建设局")
    group, town = townships()
    shared = make.make_item("HC-06", agencies=[office, tenderers])
    own = make.make_item("HC-02", agencies=[office])
    together = make.make_item("HC-10", agencies=[office, group])
    assert asks_discloser(item, tenderers)
    assert asks_discloser(shared, office)
    assert not asks_discloser(own, office)
    assert not asks_discloser(together, office)  # the many behind 各乡镇 are agencies of their own
    assert not asks_discloser(together, town)
    assert asks_discloser(together, group)


def test_the_countys_units_that_can_be_meant_are_offered_the_own_one_first(tenderers: Agency) -> None:
    villages = agency("cunji", "村民委员会", kind=Agency.Kind.PARTY)
    school = agency("jyj", "测试教育局", order=1)
    agency("closed", "已撤销的局", closed_on=NOW.date())
    group, town = townships()
    item = make.make_item("FR-02", agencies=[villages, group])
    assert offered_agencies(item, town) == [town]
    tender = make.make_item("TD-04", agencies=[tenderers])
    assert offered_agencies(tender, tenderers) == [school]
    both = make.make_item("HC-11", agencies=[group, tenderers])
    assert offered_agencies(both, town) == [town, school]


def test_names_used_before_are_offered_once_with_their_code_newest_first(item: Item, tenderers: Agency) -> None:
    make.make_disclosure(item, discloser=UNIT, discloser_uscc=CODE)
    make.make_disclosure(item, discloser=OTHER)
    make.make_disclosure(item, discloser=UNIT)
    assert earlier_names(tenderers) == [(UNIT, CODE), (OTHER, "")]
    assert earlier_names(agency("zjj", "测试住房和城乡建设局")) == []


# --- writing --------------------------------------------------------------------------------------------------


def test_a_class_alone_is_not_submitted(item: Item, tenderers: Agency) -> None:
    revision, hands = begun(item, tenderers)
    assert set(faults(revision, hands[0])) == {"discloser"}
    revision = actions.save_revision(
        revision, text=make.text(discloser=f" {UNIT} "), edits=revision.edits, by=hands[0], at=NOW
    )
    actions.submit(revision, by=hands[0], at=NOW)
    assert revision.discloser_name == UNIT


def test_an_office_that_shares_the_item_says_that_it_was_itself(tenderers: Agency) -> None:
    office = agency("zjj", "测试住房和城乡建设局", unit_code="CS09907")
    shared = make.make_item("HC-06", agencies=[office, tenderers])
    revision, hands = begun(shared, office)
    assert set(faults(revision, hands[0])) == {"discloser"}
    disclosure = make.make_disclosure(shared, discloser=office.name)
    assert shown_name(disclosure) == office.name


def test_a_persons_name_is_kept_in_a_draft_and_goes_no_further(item: Item, tenderers: Agency) -> None:
    revision, hands = begun(item, tenderers, discloser="王测试")
    assert "自然人" in faults(revision, hands[0])["discloser"]


def test_a_number_in_the_name_stops_publication_and_one_click_covers_it(item: Item, tenderers: Agency) -> None:
    revision, hands = make.make_approved(item, discloser=f"{UNIT}13800138000")
    with pytest.raises(actions.PersonalDataError):
        actions.publish(revision, by=hands[0], at=NOW)
    masked = actions.masked_text(revision, at=NOW)
    assert "13800138000" not in masked.discloser
    assert masked.discloser.startswith(UNIT)


def test_a_wrong_code_is_refused_and_a_right_one_is_kept_in_one_form(item: Item, tenderers: Agency) -> None:
    revision, hands = begun(item, tenderers, discloser=UNIT, discloser_uscc="91359999MA0TEXT000")
    assert set(faults(revision, hands[0])) == {"discloser_uscc"}
    disclosure = make.make_disclosure(item, discloser=UNIT, discloser_uscc="91359999 ma0text00f ")
    assert disclosure.discloser_uscc == CODE


def test_the_database_refuses_a_code_of_nobody_and_an_empty_name(item: Item) -> None:
    disclosure = make.make_disclosure(item, discloser=UNIT)
    rows = (Disclosure.objects.filter(pk=disclosure.pk), Revision.objects.filter(disclosure=disclosure))
    for row in rows:
        for wrong in ({"discloser_name": ""}, {"discloser_name": None, "discloser_uscc": CODE}):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**wrong)


def test_an_unpublished_disclosure_already_carries_the_name_of_its_draft(item: Item, tenderers: Agency) -> None:
    revision, _hands = begun(item, tenderers, discloser=UNIT)
    revision.disclosure.refresh_from_db()
    assert revision.disclosure.discloser_name == UNIT


# --- the record -----------------------------------------------------------------------------------------------


def test_the_name_is_in_the_hashed_content_and_never_in_the_leaf(item: Item) -> None:
    disclosure = make.make_disclosure(item, discloser=UNIT, discloser_uscc=CODE)
    revision = disclosure.published_revision
    assert revision is not None
    content = json.loads(bytes(revision.content))
    assert content["schema"] == "gongkai/disclosure/2"
    assert content["discloser"] == {"name": UNIT, "uscc": CODE}
    (leaf,) = records([revision.leaf_position or 0]).values()
    assert leaf["sha256"] == canonical.sha256(bytes(revision.content))
    assert UNIT not in json.dumps(leaf, ensure_ascii=False)
    assert CODE not in json.dumps(leaf)


def test_where_nobody_is_asked_the_content_says_so() -> None:
    revision = make.make_disclosure().published_revision
    assert revision is not None
    assert json.loads(bytes(revision.content))["discloser"] is None
    assert list(disclosures_unlike_the_log()) == []


def test_a_name_changed_behind_the_log_is_found(item: Item) -> None:
    disclosure = make.make_disclosure(item, discloser=UNIT)
    assert list(disclosures_unlike_the_log()) == []
    with triggers_off():
        Disclosure.objects.filter(pk=disclosure.pk).update(discloser_name=OTHER)
        assert f"disclosure:{disclosure.pk} 的 discloser)" in next(disclosures_unlike_the_log()).message
        Revision.objects.filter(disclosure=disclosure).update(discloser_name=OTHER)
        assert [found.place for found in disclosures_unlike_the_log()] == [
            f"disclosure:{disclosure.pk}",
            f"revision:{disclosure.published_revision_id}",
        ]


def test_a_correction_carries_the_name_on_and_shows_a_change_of_it(item: Item) -> None:
    disclosure = make.make_disclosure(item, discloser=UNIT)
    hands = make.make_hands(disclosure.agency)
    second = actions.start_correction(disclosure, reason="测试更正", by=hands[0], at=NOW)
    assert second.discloser_name == UNIT
    actions.discard(second, by=hands[0], at=NOW)
    disclosure = corrected(disclosure, make.text(discloser=OTHER))
    old, new = versions(disclosure)
    assert (shown_name(disclosure, old), shown_name(disclosure, new)) == (UNIT, OTHER)
    assert shown_name(disclosure) == OTHER
    assert [pair.changed for pair in compared(old, new) if UNIT in pair.old or "云屏" in pair.old] == [True]


def test_a_withheld_version_no_longer_says_who(item: Item) -> None:
    disclosure = corrected(make.make_disclosure(item, discloser=UNIT), make.text(discloser=OTHER))
    reviewer = make.make_hands(disclosure.agency)[1]
    old = disclosure.revisions.get(number=1)
    actions.withhold_version(old, ground=make.make_exclusion(), reason="测试", by=reviewer, at=NOW)
    assert versions(disclosure)[0].discloser_name is None


def test_what_was_published_without_a_name_stays_valid_until_it_is_corrected(item: Item) -> None:
    disclosure = without_a_name(make.make_disclosure(item, discloser=UNIT))
    assert is_unnamed(disclosure)
    assert shown_name(disclosure) == "招标人、招标代理机构"
    hands = make.make_hands(disclosure.agency)
    second = actions.start_correction(disclosure, reason="测试更正", by=hands[0], at=NOW)
    assert set(faults(second, hands[0])) == {"discloser"}


# --- a sheet --------------------------------------------------------------------------------------------------


def received(item: Item, of: Agency, *rows: str) -> ImportRun:
    head = "标题,发布单位,发布单位统一社会信用代码,形成日期,项目名称,成交金额"
    content = "\n".join([head, *rows]).encode()
    by = make.make_hands(of)[0]
    return importing.receive(content, source="csv", file_name="表.csv", item=item, agency=of, by=by, at=NOW)


def test_a_sheet_has_the_columns_where_they_are_asked_and_offers_what_is_known(
    item: Item, tenderers: Agency
) -> None:
    agency("jyj", "测试教育局")
    make.make_disclosure(item, discloser=UNIT)
    book = load_workbook(io.BytesIO(template(item, agency=tenderers)))
    heads = [cell.value for cell in book["填报"][2]]
    assert heads[1:4] == ["○文号", "●发布单位", "○发布单位统一社会信用代码"]
    assert [book["填写说明"][f"H{row}"].value for row in (11, 12)] == ["测试教育局", UNIT]
    other = make.make_item()
    plain = load_workbook(io.BytesIO(template(other, agency=other.agencies.get())))["填报"]
    assert "●发布单位" not in [cell.value for cell in plain[2]]


def test_each_line_of_a_sheet_says_who_and_each_is_checked(item: Item, tenderers: Agency) -> None:
    make.make_county()
    agency("jyj", "测试县教育局", short_name="教育局")
    run = received(
        item, tenderers,
        f"甲公告,{UNIT},{CODE},2026-11-20,甲,1元", "乙公告,教育局,,2026-11-20,乙,1元",
        "丙公告,,,2026-11-20,丙,1元", "丁公告,王测试,,2026-11-20,丁,1元",
        f"戊公告,{UNIT},123,2026-11-20,戊,1元",
    )  # fmt: skip
    assert run.state == ImportRun.State.REFUSED
    assert (run.row_count, run.problem_count) == (5, 3)
    assert "第 4 行【发布单位】" in run.trouble
    assert "第 5 行【发布单位】" in run.trouble
    assert "第 6 行【发布单位统一社会信用代码】" in run.trouble
    assert "王测试" not in run.trouble


def test_a_line_becomes_a_draft_with_its_unit_and_another_unit_makes_another_line(
    item: Item, tenderers: Agency
) -> None:
    make.make_county()
    agency("jyj", "测试县教育局", short_name="教育局")
    run = received(item, tenderers, f"甲公告,{UNIT},{CODE},2026-11-20,甲,1元", "甲公告,教育局,,2026-11-20,甲,1元")
    assert run.state == ImportRun.State.READY
    importing.confirm(run, by=run.created_by, at=NOW)
    made = list(Revision.objects.order_by("pk").values_list("discloser_name", "discloser_uscc"))
    assert made == [(UNIT, CODE), ("测试县教育局", None)]
    assert set(Disclosure.objects.values_list("discloser_name", flat=True)) == {UNIT, "测试县教育局"}
    again = received(item, tenderers, f"甲公告,{UNIT},{CODE},2026-11-20,甲,1元 ")
    assert "完全相同" in again.trouble


def test_submitting_a_named_text_costs_no_query_for_the_question(item: Item, tenderers: Agency) -> None:
    revision, hands = begun(item, tenderers, discloser=UNIT)
    with CaptureQueriesContext(connection) as captured:
        actions.submit(revision, by=hands[0], at=NOW)
    assert not [q for q in captured if "itemagency" in q["sql"]]
