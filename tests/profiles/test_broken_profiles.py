"""A broken profile of every kind is refused, by file, entry and key, and nothing is loaded."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gongkai.agencies.models import County
from gongkai.catalogue.models import Item
from gongkai.catalogue.profile import ProfileError, read_profile
from gongkai.obligations.models import CalendarYear
from tests.profiles.folders import ANXI, YUNLING, bend, copy_of, entry, load

NO_LAW = {"instrument": "no", "article": "第1条"}
STAY = {
    "valid_from": "2020-01-01",
    "basis": [{"instrument": "yl_new", "article": "第1条"}],
    "evidence": "primary_text",
}


def of(which: str, /, **said: Any) -> Callable[[Any], Any]:
    """A change of one entry; a value of ``...`` takes the key away."""

    def change(entries: list[dict[str, Any]]) -> None:
        found = entry(entries, which)
        for key, value in said.items():
            if value is ...:
                del found[key]
            else:
                found[key] = value

    return change


def version(code: str, **said: Any) -> Callable[[Any], Any]:
    """A change of the last version of a rule."""

    def change(rules: list[dict[str, Any]]) -> None:
        entry(rules, code)["versions"][-1].update(said)

    return change


def county(*path: str, to: Any) -> Callable[[Any], Any]:
    """A change deep in ``county.yaml``."""

    def change(facts: dict[str, Any]) -> None:
        for step in path[:-1]:
            facts = facts[step]
        facts[path[-1]] = to

    return change


BROKEN: list[tuple[str, Callable[[Any], Any], str, str]] = [
    # single values
    ("items.yaml", of("GP-01", name=...), "GP-01", "缺少这个键"),
    ("items.yaml", of("GP-01", name=7), "GP-01", "应为文字"),
    ("items.yaml", of("GP-01", name="  "), "GP-01", "不能为空"),
    ("items.yaml", of("GP-01", name="甲" * 121), "GP-01", "最多 120 字"),
    ("items.yaml", of("GP-01", colour="red"), "(GP-01) colour", "不认识这个键"),
    ("items.yaml", of("GP-01", stage="later"), "GP-01", "之一"),
    ("items.yaml", of("GP-01", silent_days=0), "silent_days", "1 至 3660"),
    ("items.yaml", of("GP-01", silent_days=True), "silent_days", "整数"),
    ("items.yaml", of("GP-01", standing="yes"), "standing", "true 或 false"),
    ("items.yaml", of("GP-01", elements="项目名称"), "elements", "应为列表"),
    ("items.yaml", of("GP-01", elements=[]), "elements", "1 至 60 个"),
    ("items.yaml", of("GP-01", elements=["甲", "甲"]), "elements", "重复"),
    ("items.yaml", of("GP-01", elements=[{"name": "甲", "type": "colour"}]), "elements 第1个 type", "之一"),
    ("items.yaml", of("GP-01", elements=["甲", 7]), "elements 第2个", "应为"),
    ("items.yaml", of("GP-01", exchange={"trading_platform": False}), "exchange", "加引号"),
    ("items.yaml", of("GP-01", exchange="no"), "exchange", "键: 值"),
    ("items.yaml", of("GP-01", evidence="confirmed_by_office"), "evidence", "之一"),
    ("items.yaml", of("GP-01", code="GP 01"), "第1条(GP 01)", "编号"),
    ("items.yaml", lambda items: [*items, items[0]], "第5条(GP-01)", "已经用过"),
    ("items.yaml", lambda items: [*items, "GP-09"], "第5条", "键: 值"),
    ("items.yaml", lambda _: {"GP-01": {}}, "items.yaml", "列表"),
    ("agencies.yaml", of("finance", unit_code="abc"), "unit_code", "大写字母"),
    ("agencies.yaml", of("finance", contact={"telephone": "1"}), "contact", "之一"),
    ("agencies.yaml", of("finance", contact="1"), "contact", "键: 值"),
    ("agencies.yaml", of("energy", names=[{"name": "甲", "valid_from": "2020-02-30", "evidence": "secondary"}]),
     "names 第1个 valid_from", "存在的日期"),
    ("agencies.yaml", of("energy", names=[{"name": "甲", "valid_from": 2020, "evidence": "secondary"}]),
     "names 第1个 valid_from", "应为日期"),
    ("sources.yaml", of("yl_read", url="https://example.org/mirror"), "url", "gov.cn"),
    ("county.yaml", county("areas", "county", to=350524), "areas county", "6位"),
    ("county.yaml", county("site", "colours", to={"main": "blue"}), "site colours main", "颜色"),
    ("county.yaml", county("review", "steps", to=["一", "二", "三", "四"]), "review steps", "1 至 3"),
    ("county.yaml", county("log_origin", to="https://yunling.example/log"), "log_origin", "不带协议"),
    ("privacy.yaml", county("masks", to={"shoe_size": {}}), "masks", "之一"),
    ("privacy.yaml", county("masks", "mobile", "keep_first", to=-1), "masks mobile keep_first", "0 至 20"),
    # agreement between entries and files
    ("items.yaml", of("GP-01", domain="ZZ"), "GP-01 domain", "domains.yaml 中没有编号 ZZ"),
    ("items.yaml", of("GP-01", rules=["R-NO"]), "GP-01 rules", "rules.yaml 中没有编号 R-NO"),
    ("items.yaml", of("GP-01", agencies=["nobody"]), "GP-01 agencies", "agencies.yaml 中没有编号 nobody"),
    ("items.yaml", of("GP-01", supervision=["nobody"]), "GP-01 supervision", "没有编号 nobody"),
    ("items.yaml", of("GP-01", channels=["nowhere"]), "GP-01 channels", "没有编号 nowhere"),
    ("items.yaml", of("GP-01", optional_channels=["yl_board"]), "optional_channels", "同时写在 channels"),
    ("items.yaml", of("GP-01", sources=["hearsay"]), "GP-01 sources", "没有编号 hearsay"),
    ("items.yaml", of("GP-01", elements=["甲", {"name": "甲", "required": False}]), "elements", "同名的要素"),
    ("items.yaml", of("GP-01", stays=[STAY]), "stays", "lists_persons"),
    ("items.yaml", of("EU-01", stays=[STAY, {**STAY, "note": "又一条"}]), "stays", "写了两次"),
    ("items.yaml", of("EU-01", stays=[{**STAY, "valid_to": "2019-01-01"}]), "valid_to", "早于"),
    ("items.yaml", of("EU-01", stays=[{**STAY, "basis": [NO_LAW]}]), "stays", "编号 no"),
    ("items.yaml", of("EU-01", stays=[{**STAY, "sources": ["hearsay"]}]), "stays", "没有编号 hearsay"),
    ("items.yaml", of("EU-02", code="EU-L01"), "EU-L01 code", "细化事项"),
    ("domains.yaml", of("EU", lead_agency="nobody"), "EU lead_agency", "没有编号 nobody"),
    ("agencies.yaml", of("finance", parent="nobody"), "finance parent", "没有编号 nobody"),
    ("agencies.yaml", of("finance", merged_into="nobody", closed_on="2020-01-01"), "merged_into", "没有编号"),
    ("agencies.yaml", of("finance", merged_into="energy"), "finance closed_on", "撤销日期"),
    ("agencies.yaml", of("finance", merged_into="energy", closed_on="2020-01-01"), "GP-01", "请改为 energy"),
    ("agencies.yaml", of("finance", closed_on="2020-01-01"), "GP lead_agency", "现在的责任单位"),
    ("agencies.yaml", of("finance", is_group=True), "finance is_group", "没有下属单位"),
    ("agencies.yaml", of("towns", parent="towns"), "towns parent", "绕了一圈"),
    ("agencies.yaml", of("finance", unit_code=..., unit_code_evidence=...), "finance unit_code", "不能编索引号"),
    ("agencies.yaml", of("finance", unit_code="11999901MB0000003C"), "energy unit_code", "与 finance 相同"),
    ("agencies.yaml", of("finance", unit_code_evidence=...), "unit_code_evidence", "证据等级"),
    ("agencies.yaml", of("energy", names=[{"name": "甲", "evidence": "secondary"}] * 1
                         + [{"name": "甲", "evidence": "primary_text"}]), "energy names", "写了两次"),
    ("agencies.yaml", of("energy", names=[{"name": "甲", "valid_from": "2021-01-01", "valid_to": "2020-01-01",
                                           "evidence": "secondary"}]), "energy 甲 valid_to", "早于"),
    ("instruments.yaml", of("yl_old", replaced_by="nothing"), "yl_old replaced_by", "没有编号"),
    ("instruments.yaml", of("yl_new", replaced_by="yl_old"), "replaced_by", "绕了一圈"),
    ("instruments.yaml", of("yl_old", effective_to="2009-01-01"), "yl_old effective_to", "早于"),
    ("exclusions.yaml", of("SECRET", instrument="nothing"), "SECRET instrument", "没有编号"),
    ("exclusions.yaml", of("SECRET", sources=["hearsay"]), "SECRET sources", "没有编号"),
    ("rules.yaml", of("R-YL-PROMPT", fallback="R-NO"), "R-YL-PROMPT fallback", "没有编号"),
    ("rules.yaml", of("R-YL-GENERAL", fallback="R-YL-PROMPT"), "fallback", "绕了一圈"),
    ("rules.yaml", of("R-YL-GENERAL", versions=[]), "versions", "1 至"),
    ("rules.yaml", version("R-YL-GENERAL", value=None), "R-YL-GENERAL@2019-05-15", "缺少数字"),
    ("rules.yaml", version("R-YL-GENERAL", valid_from="2018-01-01"), "R-YL-GENERAL versions", "重叠"),
    ("rules.yaml", version("R-YL-GENERAL", valid_to="2019-01-01"), "R-YL-GENERAL@2019-05-15 valid_to", "早于"),
    ("rules.yaml", version("R-YL-GENERAL", basis=[{"instrument": "no", "article": "1"}]), "basis", "没有编号"),
    ("rules.yaml", version("R-YL-GENERAL", sources=["hearsay"]), "sources", "没有编号"),
    ("rules.yaml", version("R-YL-YEAR", month_day="02-29"), "R-YL-YEAR", "02-29"),
    ("rules.yaml", version("R-YL-YEAR", month_day="13-01"), "month_day", "月-日"),
    ("rules.yaml", version("R-YL-GENERAL", tiers=[{"price_from": 0, "price_to": 5, "value": 1},
                                                  {"price_from": 6, "value": 2}]), "tiers", "首尾相接"),
    ("county.yaml", county("index_number", "pattern", to="{unit}-{year}"), "index_number pattern", "流水号"),
    ("county.yaml", county("index_number", "pattern", to="{unit}-{class}-{year}-{serial:05d}"),
     "index_number classes", "GP、EU"),
    ("county.yaml", county("index_number", "classes", to={"ZZ": {"code": "1", "evidence": "secondary"}}),
     "index_number classes", "没有编号 ZZ"),
    ("county.yaml", county("portal_channel", to="nowhere"), "portal_channel", "没有编号"),
    ("first-disclosure.yaml", county("item", to="ZZ-01"), "item", "没有编号 ZZ-01"),
    ("first-disclosure.yaml", county("agency", to="nobody"), "agency", "没有编号"),
    ("first-disclosure.yaml", county("elements", to={"年度": "2019", "天气": "晴"}), "elements", "天气"),
    ("first-disclosure.yaml", county("elements", to={"年度": "2019"}), "elements", "缺少必选要素“进展”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "place", "said"), BROKEN, ids=[f"{b[0]} {b[2]} {b[3]}" for b in BROKEN]
)
def test_a_fault_is_named_by_file_entry_and_key_with_what_to_do(
    tmp_path: Path, file: str, change: Callable[[Any], Any], place: str, said: str
) -> None:
    folder = copy_of(YUNLING, tmp_path)
    bend(folder, file, change)
    with pytest.raises(ProfileError) as refused:
        read_profile(folder)
    lines = [str(problem) for problem in refused.value.problems]
    assert any(place in line and said in line for line in lines), "\n".join(lines)
    assert f"{len(lines)} 处问题,没有载入任何内容" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- code: [", "不合 YAML 格式"),
        (b"- {code: a, code: b}", "写了两次"),
        ("- {code: 甲}".encode("gbk"), "UTF-8"),
        (b"", "列表"),
        (b"!!python/object/apply:os.system [true]", "不合 YAML 格式"),
        (b"[" * 1_000_000 + b"]" * 1_000_000, "嵌套超过 20 层"),
        (b"- " * 19 + b"a", "键: 值"),
        (b"#" * 5_000_001, "超过"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    folder = copy_of(YUNLING, tmp_path)
    (folder / "channels.yaml").write_bytes(content)
    with pytest.raises(ProfileError, match=said):
        read_profile(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    (folder / "rules.yaml").unlink()
    with pytest.raises(ProfileError, match=r"rules\.yaml:没有找到这个文件"):
        read_profile(folder)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    (folder / "rules.yaml").unlink()
    (folder / "rules.yaml").mkdir()
    with pytest.raises(ProfileError, match=r"rules\.yaml:打不开"):
        read_profile(folder)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    bend(folder, "items.yaml", of("GP-01", name=..., stage="later"))
    bend(folder, "channels.yaml", of("yl_board", name=7))
    with pytest.raises(ProfileError) as refused:
        read_profile(folder)
    assert [problem.file for problem in refused.value.problems] == ["channels.yaml", "items.yaml", "items.yaml"]


@pytest.mark.django_db
def test_the_command_refuses_with_everything_that_is_wrong_and_loads_nothing(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    bend(folder, "items.yaml", of("GP-01", domain="ZZ"))
    (folder / "calendars" / "2026.yaml").write_text("year: 2026\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_profile", str(folder))
    assert "domains.yaml 中没有编号 ZZ" in str(refused.value)
    assert "calendars/" in str(refused.value)
    assert not County.objects.exists()
    assert not Item.objects.exists()
    assert not CalendarYear.objects.exists()


@pytest.mark.django_db
def test_the_command_says_the_same_in_json_and_ends_with_one(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    (folder / "calendars" / "2026.yaml").unlink()
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("load_profile", str(folder), "--json", stdout=out)
    assert ended.value.code == 1
    answer = json.loads(out.getvalue())
    assert answer["loaded"] is False
    assert answer["problems"][0]["file"] == "calendars/"


@pytest.mark.django_db
def test_a_folder_that_is_not_there_and_another_county_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个目录"):
        call_command("load_profile", str(tmp_path / "nowhere"))
    load(YUNLING)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("load_profile", str(ANXI), "--json", stdout=out)
    assert "云岭县" in json.loads(out.getvalue())["problems"][0]["message"]
    assert County.objects.get().code == "yunling"
    assert not CalendarYear.objects.exists()
