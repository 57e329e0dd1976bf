"""Addresses, dates of birth and the marks beside people; secrecy and citations; the county's own words."""

from datetime import date

import pytest

from gongkai.core.privacy import Kind, Rules, looks_like_headings, scan_row, scan_text
from gongkai.core.privacy.personal import kept_length


def found(text: str, rules: Rules | None = None) -> list[tuple[str, str]]:
    return [(f.kind.value, f.certainty.value) for f in scan_text(text, rules or Rules())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("家庭住址:安溪县凤城镇大同路98号", [("address", "certain")]),
        ("现住安溪县凤城镇河滨小区3栋501室", [("address", "certain")]),
        ("住址:安溪县感德镇槐植村", [("address", "certain")]),
        ("家庭住址:安溪县感德镇", []),
        ("安溪县凤城镇河滨小区3栋2单元501室", [("address", "likely")]),
        ("安溪县凤城镇大同路98号", []),
        ("办公地址:安溪县凤城镇大同路98号3楼301室", []),
        ("工程地点:安溪县凤城镇大同路98号", []),
        ("项目位于安溪县凤城镇大同路98号1栋101室", []),
        ("通讯地址:湖头镇中山街12号,电话另告", [("address", "certain")]),
        ("感德镇槐植村道路硬化工程", []),
        ("家住 安溪县凤城镇大同路98号", [("address", "certain")]),
        ("家庭住址:安溪县凤城镇⼤同路98号", [("address", "certain")]),
        ("申请⼈吕俊系建档⽴卡贫困⼾,经审核符合条件", [("poverty", "likely")]),
        ("⼾主出⽣⽇期:1990-01-01", [("birth_date", "likely")]),
        ("住址:安溪县凤城镇大同路98号 河滨路3号", [("address", "certain")]),
    ],
)
def test_addresses_of_people_and_not_of_projects(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_column_of_addresses_in_a_list_of_people_is_where_they_live() -> None:
    row = ["张三", "凤城镇大同路98号"]
    assert [f.kind.value for f in scan_row(row, headings=["姓名", "地址"])] == ["address"]
    assert scan_row(row, headings=["项目", "地址"]) == []
    assert [f.kind.value for f in scan_row(["李四", "凤城镇大同路98号 "], headings=["姓名", "家庭住址"])] == [
        "address"
    ]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("安溪县凤城镇大同路98号", "安溪县凤城镇"),
        ("安溪县大同路98号", "安溪县"),
        ("大同路98号", ""),
        ("鲤城区开元街道西街1号", "鲤城区开元街道"),
    ],
)
def test_what_may_stay_of_an_address(address: str, kept: str) -> None:
    assert address[: kept_length(address)] == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("出生日期:1990-01-02", [("birth_date", "likely")]),
        ("1990年1月2日出生", [("birth_date", "likely")]),
        ("张三,男,汉族,1990年1月2日", [("birth_date", "likely")]),
        ("出生年月 1990年1月", [("birth_date", "likely")]),
        ("生于19900102", [("birth_date", "likely")]),
        ("公告日期:2026-01-02", []),
        ("2026年1月2日生效", []),
    ],
)
def test_dates_of_birth(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王小明系低保户", [("poverty", "likely")]),
        ("凡属低保对象的家庭", []),
        ("居民李四患尿毒症", [("health", "likely")]),
        ("对患有尿毒症的参保人员给予补助", []),
        ("申请人张三系肢体残疾二级", [("health", "likely")]),
        ("肢体残疾二级人员补贴标准", []),
        ("张小明(9岁)", [("minor", "likely")]),
        ("张小明(39岁)", []),
        ("监护人:李四", [("minor", "likely")]),
        ("学生陈晨是孤儿", [("minor", "likely")]),
        ("孤儿救助政策", []),
    ],
)
def test_marks_count_beside_a_person_only(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_marks_in_a_list_of_people() -> None:
    headings = ["姓名", "类别", "年龄", "备注"]
    hits = scan_row(["张三", "低保户", "9", "精神残疾一级"], headings=headings)
    assert [f.kind.value for f in hits] == ["poverty", "minor", "health"]
    assert scan_row(["补助项目", "低保户", "3"], headings=["项目", "对象", "期限"]) == []
    assert [f.kind.value for f in scan_row(["某甲乙丙", "低保户"], headings=["姓名", "类别"])] == ["poverty"]
    assert scan_row(["", "低保户"], headings=["姓名", "类别"]) == []
    assert [f.kind.value for f in scan_row(["张三", "低保户"])] == ["poverty"]
    assert scan_row(["张三", "低保户补助资金使用情况说明如下所述"], headings=["姓名", "事项"]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("机密★5年", [("secrecy_mark", "certain")]),
        ("绝 密★", [("secrecy_mark", "certain")]),
        ("密级:秘密", [("secrecy_mark", "certain")]),
        ("秘密\n关于某事的通知", [("secrecy_mark", "certain")]),
        ("机密 特急", [("secrecy_mark", "certain")]),
        ("机密 10年", [("secrecy_mark", "certain")]),
        ("内部资料 注意保存", [("secrecy_mark", "likely")]),
        ("\n 内部文件 \n", [("secrecy_mark", "likely")]),
        ("保守国家秘密和商业秘密", []),
        ("内部管理制度", []),
        ("保密审查意见", []),
    ],
)
def test_secrecy_marks_and_not_words_about_secrecy(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依据安委密〔2019〕3号", [("not_public_citation", "likely")]),
        ("根据安政办〔2018〕117号", []),
        ("安政函〔2019〕3号(不公开)", [("not_public_citation", "likely")]),
        ("(此件依申请公开)", [("not_public_citation", "likely")]),
        ("公开属性:不予公开", [("not_public_citation", "likely")]),
        ("依据闽委办发明电〔2020〕5号", [("not_public_citation", "likely")]),
        ("第5号公告", []),
        ("〔2019〕3号", []),
    ],
)
def test_citations_of_what_is_not_public(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_document_on_the_countys_list_is_certain_in_any_brackets() -> None:
    rules = Rules(closed_documents={"安政综〔2019〕12号"})
    (finding,) = scan_text("按照安政综[2019] 12号执行", rules)
    assert (finding.kind.value, finding.certainty.value) == ("not_public_citation", "certain")
    assert found("按照安政综〔2019〕13号执行", rules) == []


def test_the_countys_words_carry_the_countys_reason() -> None:
    rules = Rules(words={"某某专案": "正在办理的案件", "": "空"})
    (finding,) = scan_text("涉及某某专案的材料", rules)
    assert (finding.kind.value, finding.why, finding.value_masked) == ("county_word", "正在办理的案件", "某某专案")
    (finding,) = scan_text("涉及词", Rules(words={"词": ""}))
    assert finding.why == "本县词表中的词"


def test_headings_are_told_from_rows() -> None:
    assert looks_like_headings(["序号", "姓名", "身份证号"])
    assert not looks_like_headings(["1", "张三", "350524199001011238"])
    assert not looks_like_headings(["姓名"])
    assert not looks_like_headings(["甲", "乙", "丙"])
    assert not looks_like_headings(["姓名", "这是一段很长很长的说明文字,显然不是任何一列的标题,而是正文的一部分"])


def test_a_printed_list_of_people_has_columns_too() -> None:
    text = (
        "公示\n序号 姓名 健康状况 通行证号\n1 陈志明 糖尿病 H03942532\n"
        "2 林海 健康 M81930364 \n联系\n3 王五 糖尿病 无"
    )
    hits = scan_text(text)
    assert [(f.kind.value, text[f.start : f.end]) for f in hits] == [
        ("health", "糖尿病"),
        ("hk_mo_tw_permit", "H03942532"),
        ("hk_mo_tw_permit", "M81930364"),
    ]
    assert scan_text("序号 项目 健康状况 通行证号\n1 陈志明 糖尿病 H03942532") == []


def test_a_printed_row_says_nothing_twice() -> None:
    child = "姓名 身份证号 电话\n王小五 350524201501011234 13812345678"
    hits = scan_text(child, Rules(today=date(2026, 11, 1)))
    assert sorted(f.kind.value for f in hits) == ["minor", "mobile", "resident_id"]


@pytest.mark.parametrize(
    "text",
    [
        "采购代理机构:福建某招标代理有限公司,地址:安溪县城厢镇建安南路8号8楼801室。",
        "采购人:安溪县教育局 地址:安溪县凤城镇中山路12号8楼801室",
        "某代理有限公司(采购代理机构)联系地址:安溪县凤城镇中山路12号8楼801室",
        "安溪县公共资源交易中心\n地 址:安溪县河滨北路1号3楼301室",
    ],
)
def test_where_an_institution_sits_is_no_home(text: str) -> None:
    assert not [f for f in scan_text(text) if f.kind == Kind.ADDRESS]


@pytest.mark.parametrize(
    "text",
    [
        "联系人:张测试 地址:安溪县凤城镇中山路12号3栋801室",
        "某公司法定代表人张测试,住址:安溪县凤城镇中山路12号3栋801室",
        "某公司员工张测试,地址:安溪县凤城镇中山路12号3栋801室",
    ],
)
def test_a_person_named_between_makes_it_a_home_again(text: str) -> None:
    assert [f for f in scan_text(text) if f.kind == Kind.ADDRESS]
