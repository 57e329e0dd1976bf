"""Identity numbers in other forms than eighteen plain digits, and what explains one. All are invented."""

import pytest

from gongkai.core.privacy import Certainty, Kind, scan_text
from gongkai.core.privacy.broken import foreign_id_holds

INVENTED = "350524199001011238"  # 测试用虚构号码
RECENT = "350524202301010012"


@pytest.mark.parametrize(
    "label", ["订单号:", "档案编号:", "证件编号:", "合同编号 林某", "受理号", "合同人", "交易对方林某", "No."]
)
def test_a_label_alone_does_not_explain_a_number_that_holds_a_birthday(label: str) -> None:
    (finding,) = scan_text(f"{label}{INVENTED}")
    assert finding.certainty is Certainty.CERTAIN


ZERO, EIGHT = INVENTED[:6], INVENTED[6:14]


@pytest.mark.parametrize(
    "text",
    [
        f"{ZERO}({EIGHT}){INVENTED[14:]}",
        f"{ZERO}，{EIGHT}，{INVENTED[14:]}",
        "、".join(INVENTED),
        "".join(f"[{c}]" for c in INVENTED),
        f"{ZERO}~{EIGHT}:{INVENTED[14:]}",
        f"{INVENTED[:9]}\r\n      {INVENTED[9:]}",
        "\n".join(INVENTED),
        f"{INVENTED[:9]}\u200e{INVENTED[9:]}",
        f"{INVENTED[:9]}\ufe0f{INVENTED[9:12]}\u2063{INVENTED[12:]}",
        f"{ZERO}\u2006{EIGHT}\u205f{INVENTED[14:]}",
        f"{INVENTED[:4]}\u0336{INVENTED[4:]}",
        f"{INVENTED}.0",
        f"{INVENTED}.00",
        f"0{INVENTED}",
        f"纳税人识别号:{INVENTED}01",
        f"家庭编号{INVENTED}001",
        f"身份证 {INVENTED[:17]}*",
        INVENTED.translate(str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")),
        INVENTED.translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
        INVENTED.replace("0", "O").replace("1", "l"),
    ],
)
def test_forms_in_which_a_number_is_still_the_number(text: str) -> None:
    (finding,) = [one for one in scan_text(text) if one.kind is Kind.RESIDENT_ID]
    assert finding.certainty is Certainty.CERTAIN
    assert text[finding.start] in (INVENTED[0], "③", "三", "0", "l")


def test_two_numbers_run_on_are_two() -> None:
    assert [one.certainty for one in scan_text(f"{INVENTED}{INVENTED}")] == [Certainty.CERTAIN] * 2


def test_what_takes_no_room_is_inside_what_is_found() -> None:
    text = f"甲\u200b{INVENTED[:5]}\u200b{INVENTED[5:]}\u200b乙"
    (finding,) = scan_text(text)
    assert text[finding.start : finding.end].replace("\u200b", "") == INVENTED


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("3.5052419900101E+17", "likely"),
        (f"居留身份证号 9{INVENTED[:17]}", "likely"),
        (f"流水号{INVENTED}01", "likely"),
        (f"{RECENT}123", "likely"),
    ],
)
def test_what_a_number_became_is_worth_a_look(text: str, grade: str) -> None:
    assert [one.certainty.value for one in scan_text(text)] == [grade]


def test_a_card_of_a_foreigner_holds_its_own_check() -> None:
    body = "9" + "35" + "524" + "19900101" + "123"
    (holding,) = [body + c for c in "0123456789X" if foreign_id_holds(body + c)]
    (finding,) = scan_text(f"永久居留身份证号:{holding}")
    assert finding.certainty is Certainty.CERTAIN
    assert not foreign_id_holds(INVENTED)


@pytest.mark.parametrize("text", ["车辆段闽C00001次列车", "林某,男,1990年3月任职", "3.99E+17", "3505241900010100"])
def test_words_that_only_stand_near_are_no_finding(text: str) -> None:
    assert scan_text(text) == []
