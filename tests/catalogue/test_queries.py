"""The list in force: rows in constant queries, the deciding version of a rule, differences, 待核实."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from gongkai.agencies.models import Agency, County
from gongkai.agencies.queries import CountyNotLoadedError, county
from gongkai.catalogue import queries
from gongkai.catalogue.models import Domain, Item, Rule, RuleVersion
from tests.profiles.folders import ANXI, YUNLING, load

TODAY = date(2026, 11, 23)


@pytest.fixture
def yunling(db: None, settings: Any) -> None:
    """The invented county."""
    settings.PROFILE_DIR = YUNLING
    load(YUNLING)


@pytest.mark.django_db
def test_the_list_of_151_items_costs_as_many_queries_as_the_list_of_four(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    load(ANXI)
    with django_assert_max_num_queries(9):
        rows = queries.checklist_rows(on=TODAY)
    assert len(rows) == 151
    assert [row.number for row in rows] == list(range(1, 152))


@pytest.mark.usefixtures("yunling")
def test_a_row_says_everything_the_national_form_asks() -> None:
    row = next(row for row in queries.checklist_rows(on=TODAY) if row.code == "EU-01")
    assert row.as_columns() == {
        "number": 2,
        "code": "EU-01",
        "level_one": "用能权交易",
        "level_two": "用能权指标公示",
        "elements": "●用能单位\n●指标量",
        "basis": "《云岭用能权办法》第9条\n《云岭公开办法》第6条(云政〔2019〕9号)",
        "deadline": "须公示一段时间,天数待地方确定(公示之日起算)\n及时公开(事项发生之日)",
        "agencies": "云岭县能源局\n各乡镇人民政府",
        "channels": "■云岭县人民政府网\n■云岭用能权交易平台\n□村务公开栏",
        "audience": "全社会",
        "method": "主动公开",
        "levels": "县级、乡级",
        "supervision": "公开监督",
    }
    assert (row.level_one_en, row.level_two_en) == ("Energy-use-right trading", "Energy-use quota notice")
    assert (row.domain, row.evidence, row.unverified) == ("EU", "own_knowledge_unverified", True)


@pytest.mark.usefixtures("yunling")
def test_rows_can_be_asked_for_an_agency_a_township_or_a_domain() -> None:
    def codes(**asked: object) -> list[str]:
        return [row.code for row in queries.checklist_rows(on=TODAY, **asked)]  # type: ignore[arg-type]  # as asked

    assert codes(agency=Agency.objects.get(code="finance")) == ["GP-01"]
    assert codes(agency=Agency.objects.get(code="lingxia")) == ["EU-01"]
    assert codes(domain=Domain.objects.get(code="EU")) == ["EU-01", "EU-02", "EU-03"]
    assert codes(domain=Domain.objects.get(code="EU"), agency=Agency.objects.get(code="finance")) == []


@pytest.mark.usefixtures("yunling")
def test_a_row_of_another_day_shows_the_rule_of_that_day() -> None:
    then = queries.checklist_rows(on=date(2018, 1, 1))
    assert then[0].deadlines == ("20个工作日内(信息形成之日起算)",)
    assert then[1].deadlines == ("无现行规定",)
    assert queries.checklist_rows(on=TODAY)[0].deadlines == ("15个工作日内(信息形成之日起算)",)


@pytest.mark.usefixtures("yunling")
def test_retired_items_leave_the_list() -> None:
    Item.objects.filter(code="EU-02").update(retired_on=TODAY)
    assert [row.code for row in queries.checklist_rows(on=TODAY)] == ["GP-01", "EU-01", "EU-03"]
    assert "EU-02" not in [item.code for _, items in queries.items_by_domain() for item in items]


@pytest.mark.usefixtures("yunling")
def test_one_item_comes_with_everything_and_its_rules_in_order() -> None:
    item = queries.item("EU-01")
    found = queries.rules_of(item, TODAY)
    assert [version.rule.code for version in found] == ["R-YL-ENERGY-NOTICE", "R-YL-PROMPT"]
    assert [v.rule.code for v in queries.rules_of(queries.item("EU-01"), date(2019, 12, 31))] == ["R-YL-PROMPT"]
    with pytest.raises(Item.DoesNotExist):
        queries.item("ZZ-99")


@pytest.mark.usefixtures("yunling")
def test_the_history_of_a_rule_is_newest_first() -> None:
    assert [str(v.valid_from) for v in queries.history_of("R-YL-GENERAL")] == ["2019-05-15", "2010-01-01"]


def versions() -> st.SearchStrategy[list[RuleVersion]]:
    days = st.dates(date(2018, 1, 1), date(2019, 12, 31))
    one = st.builds(
        RuleVersion,
        valid_from=days,
        valid_to=st.none() | days,
        revision=st.integers(1, 6),
        value=st.integers(1, 60),
    ).filter(lambda v: v.valid_to is None or v.valid_from <= v.valid_to)
    return st.lists(one, max_size=8, unique_by=lambda v: (v.valid_from, v.revision))


@given(versions(), st.dates(date(2017, 6, 1), date(2020, 6, 30)))
def test_the_version_of_a_day_contains_it_and_no_better_one_does(held: list[RuleVersion], day: date) -> None:
    chosen = queries.version_on(held, day)
    replaced = {id(v) for v in held if any(w.valid_from == v.valid_from and w.revision > v.revision for w in held)}
    fitting = [
        v
        for v in held
        if id(v) not in replaced and v.valid_from <= day and (v.valid_to is None or day <= v.valid_to)
    ]
    if chosen is None:
        assert fitting == []
    else:
        assert any(chosen is v for v in fitting)
        assert all((v.revision, v.valid_from) <= (chosen.revision, chosen.valid_from) for v in fitting)


def test_a_version_ended_by_a_revision_does_not_come_back_from_the_revision_before() -> None:
    first = RuleVersion(valid_from=date(2019, 1, 1), valid_to=None, revision=1)
    ended = RuleVersion(valid_from=date(2019, 1, 1), valid_to=date(2020, 12, 31), revision=2)
    assert queries.version_on([first, ended], date(2021, 1, 1)) is None
    assert queries.version_on([ended, first], date(2020, 1, 1)) is ended


ROW = {"number": 1, "code": "GP-01", "level_one": "政府采购", "level_two": "采购结果", "deadline": "20个工作日内"}


def test_a_difference_names_added_removed_and_changed_rows() -> None:
    other = {**ROW, "code": "GP-02", "level_two": "采购合同"}
    changed = {**ROW, "deadline": "15个工作日内", "number": 7}
    found = queries.difference([ROW, other], [changed, {**other, "code": "GP-03"}])
    assert [(change.kind, change.code) for change in found] == [
        ("changed", "GP-01"),
        ("added", "GP-03"),
        ("removed", "GP-02"),
    ]
    assert found[0].fields == (queries.FieldChange("deadline", "20个工作日内", "15个工作日内"),)
    assert found[2].level_two == "采购合同"


def test_a_column_that_one_version_did_not_have_is_a_change() -> None:
    found = queries.difference([ROW], [{**ROW, "levels": "县级"}])
    assert found[0].fields == (queries.FieldChange("levels", "", "县级"),)
    assert queries.difference([{**ROW, "levels": "县级"}], [ROW])[0].fields[0].after == ""


rows = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(1, 99),
            "code": st.sampled_from(["A-1", "A-2", "A-3", "A-4"]),
            "level_one": st.just("甲"),
            "level_two": st.text("乙丙", max_size=2),
        }
    ),
    unique_by=lambda row: row["code"],
)


@given(rows, rows)
def test_no_difference_means_the_same_rows_and_every_row_is_accounted_for(
    old: list[dict[str, str | int]], new: list[dict[str, str | int]]
) -> None:
    found = queries.difference(old, new)
    plain = [sorted((str(row["code"]), str(row["level_two"])) for row in version) for version in (old, new)]
    assert (found == []) == (plain[0] == plain[1])
    kinds = {kind: {c.code for c in found if c.kind == kind} for kind in ("added", "removed", "changed")}
    assert kinds["added"] == {r["code"] for r in new} - {r["code"] for r in old}
    assert kinds["removed"] == {r["code"] for r in old} - {r["code"] for r in new}


@pytest.mark.usefixtures("yunling")
def test_everything_nobody_confirmed_is_listed_with_what_is_doubted() -> None:
    found = queries.unverified()
    assert {(fact.kind, fact.name) for fact in found} == {
        ("rules", "用能权公示期"),
        ("instruments", "云岭用能权办法"),
        ("items", "用能权指标公示"),
        ("agencies", "云岭县能源局"),
        ("agency_names", "云岭县能源局"),
        ("unit_codes", "云岭县能源局"),
        ("channels", "云岭用能权交易平台"),
    }
    rule = next(fact for fact in found if fact.kind == "rules")
    assert rule.needs_value
    assert rule.version_id == RuleVersion.objects.get(rule__code="R-YL-ENERGY-NOTICE").pk
    assert "2020-01-01 起" in rule.fact


@pytest.mark.django_db
def test_the_list_of_what_to_confirm_costs_the_same_for_a_real_county(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    load(ANXI)
    with django_assert_max_num_queries(12):
        found = queries.unverified()
    waiting = {fact.code for fact in found if fact.needs_value}
    assert waiting == {
        rule.code
        for rule in Rule.objects.filter(needs_local_value=True)
        if rule.code not in {"R-TD-PLAN"}  # has a number nobody confirmed
    }
    assert "R-TD-PLAN" in {fact.code for fact in found}
    assert any("信息类别" in fact.fact for fact in found if fact.kind == "county")
    assert any("遮盖" in fact.fact for fact in found if fact.kind == "county")


@pytest.mark.django_db
def test_before_the_first_load_the_county_is_unknown_and_the_message_names_the_command() -> None:
    assert not County.objects.exists()
    with pytest.raises(CountyNotLoadedError, match="load_profile"):
        county()
    assert queries.unverified() == []
    assert queries.latest_catalogue() is None
