"""The prescribed masks, and that a masked text holds nothing certain any more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import Certainty, Kind, MaskFormats, Rules, masked, scan_text
from gongkai.core.privacy.masks import shown

F = MaskFormats()


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.MOBILE, "13812341234", "138****1234"),
        (Kind.MOBILE, "+86 138-1234-1234", "+86 138-****-1234"),
        (Kind.RESIDENT_ID, "350524199001011238", "35*************238"),
        (Kind.RESIDENT_ID, "350524 19900101 1238", "35**** ******** *238"),
        (Kind.ADDRESS, "安溪县凤城镇大同路98号", "安溪县凤城镇"),
        (Kind.ADDRESS, "大同路98号", "(略)"),
        (Kind.EMAIL, "abc@163.com", "a***@163.com"),
        (Kind.EMAIL, "abc＠163.com", "a***＠163.com"),
        (Kind.PLATE, "闽C12345", "闽C***45"),
        (Kind.BIRTH_DATE, "1990年1月2日", "1990年*月*日"),
        (Kind.LANDLINE, "0595-23231234", "0595-****1234"),
        (Kind.LANDLINE, "(010)62341234", "(010)****1234"),
        (Kind.BANK_ACCOUNT, "6222021234567890128", "6222***********0128"),
        (Kind.HEALTH, "尿毒症", "(略)"),
        (Kind.MINOR, "9岁", "*岁"),
        (Kind.MINOR, "350524201501011242", "35*************242"),
        (Kind.SECRECY_MARK, "机密★", "机密★"),
        (Kind.PASSPORT, "E12", "E**"),
    ],
)
def test_the_formats(kind: Kind, value: str, expected: str) -> None:
    assert F.mask(kind, value) == expected


def test_a_county_may_have_other_formats() -> None:
    assert MaskFormats.from_profile({"mobile": [3, 2]}).mask(Kind.MOBILE, "13812341234") == "138******34"
    with pytest.raises(ValueError, match="mobile"):
        MaskFormats.from_profile({"mobile": [3]})
    with pytest.raises(ValueError, match="nonsense"):
        MaskFormats.from_profile({"nonsense": [1, 2]})


def test_words_about_a_person_are_shown_by_their_first_character() -> None:
    assert shown(Kind.HEALTH, "尿毒症", F) == "尿**"
    assert shown(Kind.ADDRESS, "安溪县凤城镇大同路98号", F) == "安溪县凤城镇****"
    assert shown(Kind.MOBILE, "138\t1234\t1234", F) == "138 **** 1234"


def test_the_earlier_of_overlapping_findings_is_masked_once() -> None:
    text = "350524201501011242"
    findings = scan_text(text, Rules(today=date(2026, 11, 1)))
    assert len(findings) == 2
    assert masked(text, findings, F) == [(0, 18, "35*************242")]


def test_what_a_mask_cannot_cure_is_left() -> None:
    text = "机密★5年"
    assert masked(text, scan_text(text), F) == []


PARTS = st.sampled_from(
    ["350524199001011238", "13812345678", "138 1234 5678", "家庭住址:安溪县凤城镇大同路98号", "张三",
     "卡号6222021234567890128", "宅电0595-23231234", "\t", "\n", ",", "订单号202607121234567890",
     "1990年1月2日出生", "护照E12345678", "系低保户"]
)  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=12).map(",".join))
def test_a_masked_text_holds_nothing_certain(text: str) -> None:
    clean = text
    for start, end, put in reversed(masked(text, scan_text(text), F)):
        clean = clean[:start] + put + clean[end:]
    assert [f for f in scan_text(clean) if f.certainty is Certainty.CERTAIN] == []
