"""安溪 as data: every item, rule and grade of the reconstruction carried over; only official pages linked."""

import io
import os
import re
from collections import Counter
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import override_settings

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force, county, name_on, townships
from gongkai.catalogue.models import Instrument, Item, Rule, RuleVersion
from gongkai.catalogue.profile import Profile, read_profile
from gongkai.core.identifiers import index_group, index_number
from gongkai.core.privacy import Kind
from gongkai.core.privacy.masks import MaskFormats
from gongkai.core.vocabulary import Evidence
from gongkai.documents.rules import county_rules
from tests.profiles.folders import ANXI, NOW, ROOT, load

SHARED = (ROOT / ".." / "shared" / "domain").resolve()
NOTICE_KINDS = {"min_duration", "fixed_duration", "max_duration", "min_max_duration"}
# Elements of the reconstruction that held an amount among words: the amount is an element of its own here.
SPLIT = {
    "中标成交供应商名称地址金额": ["中标(成交)供应商名称", "中标(成交)供应商地址", "中标(成交)金额"],
    "变更内容金额": ["变更内容", "变更金额"],
}
MERGED = {"swj": "jxj", "dsj": "gsj"}


@pytest.fixture(scope="module")
def anxi() -> Profile:
    """The profile as shipped."""
    return read_profile(ANXI)


@pytest.fixture(scope="module")
def checklist() -> dict[str, Any]:
    """The reconstruction the profile was made from; it is not part of the repository."""
    path = SHARED / "checklist.yaml"
    if not path.exists():
        if os.environ.get("CI") == "true" and SHARED.parent.exists():
            pytest.fail("shared/domain is there but checklist.yaml is not")
        pytest.skip("the reconstruction (shared/domain/checklist.yaml) is not on this machine")
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content


def test_everything_is_counted(anxi: Profile) -> None:
    assert len(anxi.items) == 151
    assert len(anxi.rules) == 96
    assert sum(len(rule["versions"]) for rule in anxi.rules.values()) == 115
    assert (len(anxi.domains), len(anxi.channels), len(anxi.supervision), len(anxi.exclusions)) == (10, 16, 10, 10)
    assert (len(anxi.instruments), len(anxi.sources)) == (63, 53)
    assert Counter(a["kind"] for a in anxi.agencies.values())["township"] == 25  # 24 and their collective name
    assert len(anxi.agencies) == 25 + 24


def test_every_item_of_the_reconstruction_is_carried_with_its_grade(
    anxi: Profile, checklist: dict[str, Any]
) -> None:
    assert list(anxi.items) == [item["id"] for item in checklist["items"]]
    for wanted in checklist["items"]:
        item = anxi.items[wanted["id"]]
        assert item["evidence"] == wanted["content_evidence"]
        assert item["rules"] == wanted["rules"]
        named = [part for name in wanted["elements_zh"] for part in SPLIT.get(name, [name])]
        assert [e["name"] for e in item["elements"]] == named
        assert item["agencies"] == list(dict.fromkeys(MERGED.get(a, a) for a in wanted["responsible"]))
        assert (item["channels"], item["supervision"]) == (wanted["channels"], wanted["supervision"])
        assert (item["exchange"], item["redact"]) == (wanted["exchange"], wanted["redact_zh"])
        assert (item["stage"], item["scope"], item["audience"]) == (
            wanted["stage"],
            wanted["scope"],
            wanted["audience"],
        )
        assert item["name_en"] == wanted["gloss_en"]


# What a single value is called. Anything joined (名称与地址, 起止, 安排, 竣工/入住) is several values: words.
SINGLE = {
    "date": re.compile(r"日期$|时间$|基准日$"),
    "money": re.compile(r"(金额|价款|价格|价|评估值|保证金|投资|收入|租金|资金|限额|数额)$"),
    "number": re.compile(r"(套数|户数|项目数|数量|人口)$"),
}
JOINED = re.compile(r"[、/,]|与|或|及|和|起止|开竣工|安排|种类|名称|面积|位置|范围|方式|标的")
# Named like one value, and yet words, for a reason of its own.
WORDS = {
    **dict.fromkeys(
        [("HA-02", "家庭人口"), ("HA-03", "登记时间"), ("HA-09", "补贴金额"), ("HA-11", "退出时间")],
        "a column of a list of households",
    ),
    ("HC-12", "补助金额"): "a column of a list of households",
    **dict.fromkeys([("TD-10", "投标价格"), ("TD-11", "投标报价")], "one for each tenderer"),
    ("GP-19", "协议价格"): "one for each supplier",
    ("LT-12", "价格"): "a table by level and use",
    **dict.fromkeys(
        [("GP-01", "分散采购限额"), ("GP-01", "公开招标数额")], "one for goods, services and works each"
    ),
    ("HC-01", "资金来源"): "no amount",
    ("TD-02", "资金"): "where it comes from",
    **dict.fromkeys([("GP-02", "预计采购时间"), ("TD-02", "预计发布时间")], "a month"),
    **dict.fromkeys([("LT-03", "顺延后的时间"), ("TD-07", "顺延时间")], "the hour counts"),
}


def test_elements_that_are_one_date_amount_or_number_are_typed_so_and_nothing_else_is(
    anxi: Profile, checklist: dict[str, Any]
) -> None:
    wrong = []
    for wanted in checklist["items"]:
        types = {e["name"]: e["type"] for e in anxi.items[wanted["id"]]["elements"]}
        for name in (part for whole in wanted["elements_zh"] for part in SPLIT.get(whole, [whole])):
            plain = re.sub(r"[((].*?[))]", "", name)
            meant = next(
                (t for t, shape in SINGLE.items() if shape.search(plain) and not JOINED.search(plain)), "text"
            )
            if (wanted["id"], name) in WORDS:
                meant = "text"
            if {types[name], meant} != {"party", "text"} and types[name] != meant:
                wrong.append(f"{wanted['id']} {name}: {types[name]}, not {meant}")
    assert not wrong, "\n".join(wrong)
    named = {(item["id"], name) for item in checklist["items"] for name in item["elements_zh"]}
    assert set(WORDS) <= named


def test_every_rule_of_the_reconstruction_is_carried_with_its_numbers_and_grade(
    anxi: Profile, checklist: dict[str, Any]
) -> None:
    assert list(anxi.rules) == [rule["id"] for rule in checklist["rules"]]
    for wanted in checklist["rules"]:
        rule = anxi.rules[wanted["id"]]
        assert rule["needs_local_value"] == wanted["needs_local_value"]
        for said, version in zip(wanted["versions"], rule["versions"], strict=True):
            number = version["month_day"] or None if said["kind"] == "annual_date" else version["value"]
            assert number == said["value"]
            assert (version["kind"], version["unit"] or None) == (said["kind"], said["unit"])
            assert (version["valid_from"], version["valid_to"]) == (said["valid_from"], said["valid_to"])
            assert version["evidence"] == said["evidence"]
            assert version["max_value"] == said.get("max_value")
            assert version["extension_value"] == said.get("extension_value")
            assert [b["instrument"] for b in version["basis"]] == [b["instrument"] for b in said["basis"]]
            assert bool(version["day_count_override"]) == bool(said.get("day_count_override"))


def test_instruments_and_exclusions_keep_their_days_and_grades(anxi: Profile, checklist: dict[str, Any]) -> None:
    for wanted in checklist["instruments"]:
        kept = anxi.instruments[wanted["id"]]
        assert (kept["effective_from"], kept["effective_to"]) == (wanted["effective_from"], wanted["effective_to"])
        assert (kept["evidence"], kept["replaced_by"] or None) == (wanted["dates_evidence"], wanted["replaced_by"])
    for wanted in checklist["exclusions"]:
        kept = anxi.exclusions[wanted["code"]]
        assert (kept["effect"], kept["article"], kept["evidence"]) == (
            wanted["effect"],
            wanted["article"],
            wanted["evidence"],
        )


def test_every_item_says_whether_it_has_a_notice_period_as_its_rules_do(anxi: Profile) -> None:
    for item in anxi.items.values():
        kinds = {v["kind"] for code in item["rules"] for v in anxi.rules[code]["versions"]}
        assert item["has_notice_period"] == bool(kinds & NOTICE_KINDS), item["code"]
        assert item["standing"] == ("R-CONTINUOUS" in item["rules"])


def test_lists_of_persons_end_and_results_that_must_stay_do_not(anxi: Profile) -> None:
    persons = {code: item for code, item in anxi.items.items() if item["lists_persons"] and item["online"]}
    assert set(persons) == {"HC-11", "HA-02", "FR-08", "GP-18", "XX-09", "XX-10"}
    assert all(item["has_notice_period"] for item in persons.values())
    # No source says that any of them has to stay: the one ground there is waits to be verified, and keeps nothing.
    grounds = {code: [g["evidence"] for g in item["stays"]] for code, item in anxi.items.items() if item["stays"]}
    assert grounds == {"FR-08": [Evidence.UNVERIFIED]}
    # The credit lists have a longest term in law: they must end.
    for code in ("GP-18", "XX-09", "XX-10"):
        kinds = {v["kind"] for rule in persons[code]["rules"] for v in anxi.rules[rule]["versions"]}
        assert "min_max_duration" in kinds
    assert [code for code, item in anxi.items.items() if not item["online"]] == ["HC-16"]


def test_only_official_pages_are_linked_and_nothing_names_a_mirror(anxi: Profile) -> None:
    for source in anxi.sources.values():
        assert not source["url"] or re.match(r"https?://([\w-]+\.)*gov\.cn(:\d+)?/", source["url"]), source
    whole = "".join(path.read_text(encoding="utf-8") for path in ANXI.glob("*.yaml"))
    assert set(re.findall(r"https?://([\w.-]+)", whole)) == {
        host for host in re.findall(r"https?://([\w.-]+)", whole) if host.endswith("gov.cn")
    }
    assert not re.search(r"镜像|转载站|GitHub", whole)


def test_nothing_unknown_is_invented(anxi: Profile) -> None:
    for agency in anxi.agencies.values():
        for value in agency["contact"].values():
            assert value == "待核实"
        if agency["unit_code"] and agency["code"] != "gov_office":
            assert agency["unit_code_evidence"] == Evidence.UNVERIFIED
    assert {s["contact"]["phone"] for s in anxi.supervision.values()} == {"待核实"}
    classes = anxi.county["index_number"]["classes"]
    assert {entry["evidence"] for entry in classes.values()} == {Evidence.UNVERIFIED}


def test_the_first_disclosure_is_in_our_own_words(anxi: Profile) -> None:
    path = SHARED / "plan-117-2018.txt"
    if not path.exists():
        pytest.skip("the plan's full text (shared/domain/plan-117-2018.txt) is not on this machine")
    first = anxi.first_disclosure
    assert (first["doc_no"], first["formed_on"]) == ("安政办〔2018〕117号", "2018-07-13")
    plan = re.sub(r"[\s,。、;:“”]", "", path.read_text(encoding="utf-8").replace(",", ",").replace(";", ";"))
    for name in ("推进公共资源配置领域政府信息公开实施方案", "国有土地使用权出让", "工程建设项目招标投标"):
        plan = plan.replace(name, "")
    own = re.sub(r"<[^>]+>|[\s,。、;:“”]", "", first["body"] + first["summary"])
    copied = [own[n : n + 22] for n in range(len(own) - 21) if own[n : n + 22] in plan]
    assert copied == []


@pytest.mark.django_db
def test_the_shipped_profile_loads_by_the_command_and_then_nothing_changes() -> None:
    out = io.StringIO()
    call_command("load_profile", str(ANXI), stdout=out)
    assert "已载入 anxi。" in out.getvalue()
    assert "公开事项:新增 HC-01" in out.getvalue()
    assert "等151项" in out.getvalue()
    out = io.StringIO()
    call_command("load_profile", str(ANXI), stdout=out)
    assert out.getvalue() == "没有变化。\n"


@pytest.mark.django_db
def test_the_loaded_county_can_be_asked_everything() -> None:
    load(ANXI)
    assert (Item.objects.count(), Rule.objects.count(), RuleVersion.objects.count()) == (151, 96, 115)
    assert townships().count() == 24
    assert not agencies_in_force().filter(code__in=["swj", "dsj", "xzzf"]).exists()
    land = Agency.objects.prefetch_related("names").get(code="gtj")
    assert name_on(land, NOW.date()) == land.name == "安溪县自然资源局"
    assert name_on(land, NOW.date().replace(year=2018)) == "安溪县国土资源局"
    assert name_on(Agency.objects.get(code="fgj"), NOW.date()) == "安溪县发展和改革局"
    assert RuleVersion.objects.get(rule__code="R-DEFAULT-20WD", valid_from="2019-05-15").clause == (
        "《政府信息公开条例》第26条(国务院令第711号)"
    )
    assert RuleVersion.objects.filter(clause="").count() == 0
    assert Instrument.objects.get(code="foi_2007").replaced_by == Instrument.objects.get(code="foi_2019")


@pytest.mark.django_db
def test_numbers_look_like_the_real_one_of_the_county() -> None:
    load(ANXI)
    pattern = county().index_pattern
    assert pattern.parse("QZ09005-3000-2017-77352")
    group = index_group(pattern, unit="QZ09005", domain="XX", year=2026)
    assert re.fullmatch(r"QZ09005-\d{4}-2026-00001", index_number(pattern, group=group, serial=1))
    assert len(index_number(pattern, group=group, serial=1)) == 23


def test_the_privacy_data_of_the_county_is_what_its_sources_say_and_is_used() -> None:
    data = yaml.safe_load((ANXI / "privacy.yaml").read_text(encoding="utf-8"))
    grades = {kind: entry["evidence"] for kind, entry in data["masks"].items()}
    assert {kind for kind, grade in grades.items() if grade == Evidence.SECONDARY} == {"mobile", "resident_id"}
    assert set(grades.values()) == {Evidence.SECONDARY, Evidence.UNVERIFIED}
    with override_settings(PROFILE_DIR=ANXI):
        rules = county_rules(today=None)
    formats = MaskFormats.from_profile(rules["masks"])
    assert formats.mask(Kind.MOBILE, "13800001234") == "138****1234"
    assert formats.mask(Kind.RESIDENT_ID, "11010519491231002X") == "11*************02X"
    assert formats.mask(Kind.LANDLINE, "0595-23232323") == "****-******23"
    assert (rules["words"], rules["closed_documents"]) == ({}, [])


def test_amounts_and_parties_that_stand_alone_have_their_type() -> None:
    """An element of one amount is money, so that the card and the sheets can read it."""
    items = {item["code"]: item for item in yaml.safe_load((ANXI / "items.yaml").read_text(encoding="utf-8"))}
    typed = {
        (code, element["name"]): element.get("type", "text")
        for code in ("GP-10", "GP-13")
        for element in items[code]["elements"]
        if isinstance(element, dict)
    }
    assert typed["GP-10", "中标(成交)金额"] == "money"
    assert typed["GP-10", "中标(成交)供应商名称"] == "party"
    assert typed["GP-13", "变更金额"] == "money"
