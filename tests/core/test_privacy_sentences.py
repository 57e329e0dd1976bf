"""Minors, health, poverty, homes and dates of birth in free sentences and lists, and what only speaks of them."""

from datetime import date

import pytest
from bench.sentences import measure

from gongkai.core.privacy import Certainty, MaskFormats, Rules, masked, rules_from, scan_row, scan_text

TODAY = Rules(today=date(2026, 11, 1))
CARD = "35052419900101123842"  # 测试用虚构号码


def found(text: str) -> list[tuple[str, str, str]]:
    return [(f.kind.value, f.certainty.value, text[f.start : f.end]) for f in scan_text(text, TODAY)]


def clean(text: str, formats: MaskFormats | None = None) -> str:
    for start, end, put in reversed(masked(text, scan_text(text, TODAY), formats or MaskFormats())):
        text = text[:start] + put + text[end:]
    return text


def test_sentences_about_people_are_told_from_sentences_about_groups() -> None:
    figures = measure(draws=2)
    assert figures.texts["with"] > 300
    assert figures.texts["without"] > 300
    for kind in ("minor", "health", "poverty", "address", "birth_date"):
        assert figures.recall(kind) > 0.9, kind
        assert figures.precision(kind) > 0.98, kind
    assert figures.texts["certain wrong"] == 0
    assert figures.texts["disturbed"] <= figures.texts["without"] * 0.01


def test_sentences_written_after_the_detectors_are_told_too() -> None:
    figures = measure("further.txt")
    assert figures.recall() > 0.85
    assert figures.precision() > 0.97


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("陈小明,安溪县实验小学三年级2班学生", [("minor", "likely", "安溪县实验小学三年级2班")]),
        ("安溪县实验小学三年级2班班主任陈志明", []),
        ("安溪县实验小学三年级2班陈志明(班主任)", []),
        ("陈志明,安溪县实验小学教师", []),
        ("陈小明,2015年6月出生", [("birth_date", "likely", "2015年6月"), ("minor", "likely", "2015年6月")]),
        ("陈小明,生于20150601。", [("birth_date", "likely", "20150601"), ("minor", "likely", "20150601")]),
        ("陈小明,2008年10月出生", [("birth_date", "likely", "2008年10月")]),
        ("陈小明,2008年11月出生", [("birth_date", "likely", "2008年11月"), ("minor", "likely", "2008年11月")]),
        ("陈小明,2027年1月出生", [("birth_date", "likely", "2027年1月")]),
        ("该协会2015年6月成立", []),
        ("2015年6月出生", [("birth_date", "likely", "2015年6月")]),
        ("2019年9月1日至2020年8月31日出生", []),
        ("陈志明,男,1978年7月生,现任副县长,拟任县长", []),
        ("陈志明患有精神分裂症,系低保户",
         [("health", "likely", "精神分裂症"), ("poverty", "likely", "低保户")]),
        ("申请人陈志明身份证号见附件,患有尿毒症", [("health", "likely", "尿毒症")]),
        ("陈志明慰问低保对象,系低保户", []),
        ("经办人:陈志明,患有精神分裂症", []),
        ("姓名:陈志明,病种:肝豆状核变性", [("health", "certain", "肝豆状核变性")]),
        ("姓名:陈某明,病种:尿毒症", [("health", "likely", "尿毒症")]),
        ("患者陈志明,病种:尿毒症", [("health", "likely", "尿毒症")]),
        ("姓名:陈小明,年龄:9岁", [("minor", "certain", "9岁")]),
        ("姓名:陈小明,年龄:15", [("minor", "likely", "15")]),
        ("监护人林大山同意", [("minor", "likely", "林大山")]),
        ("患者应持社保卡,病种:尿毒症", []),
        ("困难职工帮扶中心,残疾人32人", []),
        ("陈志明,槐植村3组25号", [("address", "likely", "槐植村3组25号")]),
        ("户主陈志明,门牌号:槐植村25号", [("address", "likely", "槐植村25号")]),
        ("门牌号:槐植村25号", []),
        ("报名联系人:陈志明,联系地址:凤城镇大同路98号", []),
    ],
)  # fmt: skip
def test_what_a_sentence_tells(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_a_card_of_the_disabled_is_told_beside_the_number_it_holds() -> None:
    told = [("health", "certain", CARD), ("resident_id", "certain", CARD)]
    assert sorted(found(f"陈志明,残疾证号:{CARD}")) == told
    hits = scan_row(["陈志明", CARD], headings=["姓名", "残疾证号"])
    assert sorted((f.kind.value, f.certainty.value) for f in hits) == [one[:2] for one in told]
    assert clean(f"残疾证号:{CARD}") == "残疾证号:35***************842"


def test_without_the_day_no_age_is_counted() -> None:
    assert [f.kind.value for f in scan_text("陈小明,2015年6月出生")] == ["birth_date"]


LIST = ["姓名", "学校", "年级", "监护人", "年龄", "病种", "致贫原因"]


def of_row(cells: list[str], headings: list[str] | None = None) -> list[tuple[str, str]]:
    return [(f.kind.value, f.certainty.value) for f in scan_row(cells, TODAY, headings=headings or LIST)]


def test_columns_say_what_their_values_are() -> None:
    row = ["陈小明", "安溪县实验小学", "三年级", "林大山", "9", "肝豆状核变性", "因病"]
    likely = [("minor", "likely")] * 3
    assert of_row(row) == [*likely, ("minor", "certain"), ("health", "certain"), ("poverty", "likely")]
    assert of_row(["陈某明", *row[1:]]) == [
        *likely, ("minor", "likely"), ("health", "likely"), ("poverty", "likely")
    ]  # fmt: skip
    assert of_row(["陈小明", "福建师范大学", "3", "", "15岁", "无", "/"]) == [("minor", "likely")]
    assert of_row(["陈小明"]) == []
    assert of_row(["陈小明", "", "", "", "", "见附页所列之各项诊断及历次治疗经过的说明材料共三份"]) == []
    assert of_row(["陈小明", "", "", "", "", "陈旧性心肌梗死并慢性心功能不全及高血压三级"]) == [
        ("health", "certain")
    ]
    assert of_row(["补助项目", "安溪县实验小学", "三年级"], ["项目", "学校", "年级"]) == []
    assert of_row(["陈志明", "安溪县实验小学", "三年级"], ["姓名", "学校", "任教年级"]) == []


def test_a_date_of_birth_in_a_row_tells_a_child() -> None:
    assert of_row(["陈小明", "2015-06-01"], ["姓名", "出生日期"]) == [
        ("birth_date", "likely"),
        ("minor", "likely"),
    ]
    assert of_row(["幼儿园", "2015-06-01"], ["机构", "出生日期"]) == [("birth_date", "likely")]


def test_houses_in_a_list_of_their_owners_are_homes() -> None:
    assert of_row(["陈志明", "槐植村25号"], ["户主", "房屋坐落"]) == [("address", "likely")]
    assert of_row(["陈志明", "槐植村25号"], ["姓名", "房屋坐落"]) == []
    assert of_row(["陈志明", "槐植村3组"], ["姓名", "村组"]) == [("address", "likely")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("陈小明,安溪县实验小学三年级2班学生", "陈小明,(略)学生"),
        ("陈小明(9岁)", "陈小明(*岁)"),
        ("陈小明,2015年6月出生", "陈小明,2015年*月出生"),
        ("陈志明患有精神分裂症,系低保户", "陈志明患有(略),系(略)"),
        ("陈志明,安溪县感德镇槐植村3组25号", "陈志明,安溪县感德镇"),
    ],
)
def test_what_is_found_is_masked_and_not_found_again(text: str, expected: str) -> None:
    assert clean(text) == expected
    assert found(expected) == []


def test_a_masked_list_holds_nothing_certain() -> None:
    row = ["陈小明", "安溪县实验小学", "三年级", "林大山", "9", "肝豆状核变性", "因病"]
    text = "\t".join(row)
    for start, end, put in reversed(masked(text, scan_text(text, TODAY, headings=LIST), MaskFormats())):
        text = text[:start] + put + text[end:]
    assert not [f for f in scan_text(text, TODAY, headings=LIST) if f.certainty is Certainty.CERTAIN]


def test_a_county_may_keep_some_of_the_words() -> None:
    rules = rules_from({"masks": {"health": [1, 0], "poverty": [0, 1]}})
    assert clean("陈志明患有精神分裂症,系低保户", rules.formats) == "陈志明患有精****,系**户"
