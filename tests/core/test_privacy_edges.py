"""Where each rule of the privacy check begins and ends: one step inside, one step outside. Invented numbers."""

from datetime import date

import pytest

from gongkai.core.privacy import Kind, MaskFormats, Rules, masked, scan_row, scan_text
from gongkai.core.privacy.broken import id_number_holds
from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty
from gongkai.core.privacy.names import masked_name
from tests.core.test_privacy_identity import INVENTED, check_character

CARD = "6222021234567890128"


def seen(text: str, headings: tuple[str, ...] = (), today: date | None = None) -> list[tuple[str, str, int, int]]:
    return [(f.kind, f.certainty, f.start, f.end) for f in scan_text(text, Rules(today=today), headings=headings)]


# GB/T 2260-2007 and, from 81, the residence permits of Hong Kong, Macao and Taiwan.
SPANS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))


@pytest.mark.parametrize("region", [f"{number:02}" for number in range(100)])
def test_a_number_begins_with_a_region_of_the_standard(region: str) -> None:
    body = f"{region}052419900101123"
    known = any(first <= int(region) <= last for first, last in SPANS)
    assert id_number_holds(body + check_character(body)) is known


@pytest.mark.parametrize(
    ("born", "holds"),
    [("18500101", True), ("18491231", False), ("20991231", True), ("21000101", False), ("19000229", False),
     ("20000229", True)],
)  # fmt: skip
def test_a_number_holds_a_day_that_people_are_born_on(born: str, holds: bool) -> None:
    body = f"350524{born}123"
    assert id_number_holds(body + check_character(body)) is holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{INVENTED}42", [("certain", 0, 20)]),  # a disability card: kind 1-7, grade 1-4
        (f"{INVENTED}74", [("certain", 0, 20)]),
        (f"{INVENTED}123", [("certain", 0, 21)]),
        (f"{INVENTED}1234", [("likely", 0, 22)]),
        (f"00{INVENTED}", [("certain", 0, 20)]),
        (f"000{INVENTED}", [("certain", 0, 21)]),
        (f"0000{INVENTED}", [("likely", 0, 22)]),
        (f"123{INVENTED}", [("likely", 0, 21)]),
        (INVENTED * 2, [("certain", 0, 18), ("certain", 18, 36)]),
        (f"{INVENTED * 2}1", [("certain", 0, 18), ("certain", 18, 37)]),
        (f"{INVENTED * 2} {INVENTED}123", [("certain", 0, 18), ("certain", 18, 36), ("certain", 37, 58)]),
    ],
)
def test_what_is_glued_to_a_number_goes_with_it(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [found[1:] for found in seen(text)] == expected


COMMAS, SEMICOLONS = ",".join(INVENTED), ";".join(INVENTED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COMMAS, [(0, 35)]),
        (f"1,{COMMAS}", []),  # a series of figures that happens to hold one
        (f"{COMMAS},4", []),
        (f"1;{COMMAS};4", [(2, 37)]),
        (f"1;{COMMAS}", [(2, 37)]),
        (f"{COMMAS};4", [(0, 35)]),
        (f"1,{SEMICOLONS},4", [(2, 37)]),
    ],
)
def test_a_series_with_one_sign_between_all_its_figures_is_no_number(
    text: str, expected: list[tuple[int, int]]
) -> None:
    assert [found[2:] for found in seen(text)] == expected


@pytest.mark.parametrize(
    ("today", "minor"),
    [(date(1989, 12, 31), False), (date(1990, 1, 1), True), (date(2007, 12, 31), True), (date(2008, 1, 1), False)],
)
def test_the_number_tells_a_minor_until_the_day_before_the_birthday(today: date, minor: bool) -> None:
    assert ("minor" in {found[0] for found in seen(INVENTED, today=today)}) is minor


@pytest.mark.parametrize(
    ("cells", "headings", "expected"),
    [
        (["张三", "17"], ("姓名", "年龄"), [("minor", 3, 5)]),
        (["张三", "18"], ("姓名", "年龄"), []),
        (["张三", "17"], ("姓名", "得分"), []),
        (["张三", "城镇最低生活保障家庭成员之一"], ("姓名", "备注"), [("poverty", 5, 13)]),
        (["张三", "是某年某月城镇最低生活保障家庭"], ("姓名", "备注"), [("poverty", 10, 18)]),  # 16 characters
        (["张三", "是在某年某月城镇最低生活保障家庭"], ("姓名", "备注"), [("poverty", 11, 19)]),
        (["张三", "是在某年某月起城镇最低生活保障家庭"], ("姓名", "备注"), []),  # a sentence, no mark
    ],
)
def test_marks_in_a_row_of_people(
    cells: list[str], headings: tuple[str, ...], expected: list[tuple[str, int, int]]
) -> None:
    assert [(f.kind, f.start, f.end) for f in scan_row(cells, headings=headings)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("账号:1234567890123456", [("bank_account", "likely", 3, 19)]),
        ("账号:123456789012345", []),
        (f"0000-12345678901 {CARD}", [("bank_account", "likely", 17, 36)]),  # what comes first is no card
        (f"卡号:{CARD[:-1]}9", [("bank_account", "likely", 3, 22)]),  # no check digit, but a label
        (f"{CARD[:-1]}9", []),
        ("闽C12AB3", [("plate", "likely", 0, 7)]),
        ("闽CA2AB3", [("plate", "likely", 0, 7)]),
        ("闽CAAAB3", []),
        ("闽CAAAB3 闽C12AB3", [("plate", "likely", 8, 15)]),
        ("转账13812341234元整 电话13912341234", [("mobile", "certain", 18, 29)]),
        ("13812341234平方米", []),
        ("13812341234 平方米", []),
    ],
)
def test_cards_plates_and_mobiles(text: str, expected: list[tuple[str, str, int, int]]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("家庭住址:安溪县凤城镇上村", [(5, 13)]),
        ("家庭住址:凤城镇路", [(5, 9)]),  # four characters are an address
        ("家庭住址:城镇路", []),
        ("家庭住址:凤城镇上村路", [(5, 11)]),
        ("家庭住址:凤城镇", []),  # the township may be told
    ],
)
def test_a_home_told_below_the_township(text: str, expected: list[tuple[int, int]]) -> None:
    assert [found[2:] for found in seen(text)] == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.PASSPORT, "E12345678", "E1*****78"),
        (Kind.PERMIT, "H12345678", "H1*****78"),
        (Kind.PLATE, "闽CD12345", "闽C****45"),
        (Kind.BIRTH_DATE, "19900102", "1990****"),
        (Kind.LANDLINE, "059523231234", "0595****1234"),
        (Kind.LANDLINE, "02162341234", "021****1234"),
        (Kind.BANK_ACCOUNT, "6222 0212 3456 7890", "6222 **** **** 7890"),
        (Kind.MOBILE, "13812341234", "138****1234"),
        (Kind.MOBILE, "8613812341234", "86138****1234"),
        (Kind.PASSPORT, "E1", "E*"),
        (Kind.PASSPORT, "E123", "E***"),  # too short to keep both ends
        (Kind.PASSPORT, "E1234", "E1*34"),
    ],
)
def test_what_stays_of_a_number(kind: Kind, value: str, expected: str) -> None:
    assert MaskFormats().mask(kind, value) == expected


def test_a_county_may_keep_nothing_but_not_less() -> None:
    assert MaskFormats.from_profile({"mobile": [0, 0]}).mask(Kind.MOBILE, "13812341234") == "*" * 11
    with pytest.raises(ValueError, match="不小于 0"):
        MaskFormats.from_profile({"mobile": [-1, 4]})


def mobile(start: int, end: int) -> Hit:
    return Hit(Kind.MOBILE, Certainty.CERTAIN, start, end, "")


def test_an_overlapping_finding_is_passed_over_and_the_next_is_masked() -> None:
    text = "13812341234" * 3
    hits = [mobile(0, 11), mobile(5, 16), mobile(11, 22), mobile(22, 33)]
    assert [edit[:2] for edit in masked(text, hits, MaskFormats())] == [(0, 11), (11, 22), (22, 33)]
    assert [edit[:2] for edit in masked(text, [mobile(0, 11), mobile(0, 22)], MaskFormats())] == [(0, 22)]


def test_of_two_that_overlap_the_surer_stands() -> None:
    assert seen(f"卡号:{INVENTED}") == [("resident_id", "certain", 3, 21)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("名单13812341234及其他.xlsx", "名单138××××1234及其他.xlsx"),
        ("13812341234和13912341234.xlsx", "138××××1234和139××××1234.xlsx"),
        ("13812341234", "138××××1234"),
        (".13812341234", ".138××××1234"),
        ("名单.13812341234", "名单.138××××1234"),  # an ending has at most five letters or digits
        ("名单.xlsx", "名单.xlsx"),
    ],
)
def test_a_name_keeps_all_that_need_not_be_masked(name: str, expected: str) -> None:
    assert masked_name(name, Rules()) == expected


def test_a_name_that_is_taken_gets_a_number_and_stays_within_its_length() -> None:
    taken = {"138××××1234.txt", "138××××1234(2).txt"}
    assert masked_name("13812341234.txt", Rules(), taken=taken) == "138××××1234(3).txt"
    assert masked_name("13812341234一二三四.txt", Rules(), longest=15) == "138××××1234.txt"
