"""Telephones, mailboxes and bank cards. Every number here is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import scan_row, scan_text
from gongkai.core.privacy.contact import luhn_holds

M = "13812345678"  # 测试用虚构号码


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.certainty.value) for finding in scan_text(text)]


@given(st.sampled_from(["138", "199", "166", "170"]), st.integers(0, 99_999_999))
def test_any_mobile_is_found_however_it_is_grouped(head: str, rest: int) -> None:
    tail = f"{rest:08}"
    for text in (
        head + tail,
        f"{head} {tail[:4]} {tail[4:]}",
        f"{head}-{tail[:4]}-{tail[4:]}",
        f"+86 {head}{tail}",
    ):
        assert ("mobile", "certain") in found(f"联系人:{text}"), text


@pytest.mark.parametrize(
    "text",
    [M, f"Tel{M}", " ".join(M), "１３８１２３４５６７８", "1381 234 5678", "138-123-45678",
     "13812 345678", f"0086{M}", f"{M},", f"电话/{M}"],
)  # fmt: skip
def test_mobiles_in_disguise(text: str) -> None:
    assert found(text) == [("mobile", "certain")]


@pytest.mark.parametrize(
    "text",
    [f"金额{M}元", f"¥{M}", f"SN{M}", f"{M}A", f"编号:{M}", f"{M}.50", f"{M}-01", f"2018-{M}", f"{M}0",
     "12812345678", f"{M} 平方米", "138****5678"],
)  # fmt: skip
def test_amounts_serials_and_masked_numbers_are_none(text: str) -> None:
    assert ("mobile", "certain") not in found(text)


@pytest.mark.parametrize(
    "text",
    [f"{M}角美镇", f"{M}元旦照常上班", f"{M}亩数", f"{M}度假村", f"贷款人林某 {M}", f"收款人:{M}",
     f"借款人林某({M})", f"金额有误请拨{M}", f"面积测量员林某{M}", f"Notes: {M}", f"Norman {M}", f"{M}-1",
     f"0{M}", f"{M}.0", f"{M[:3]}/{M[3:7]}/{M[7:]}", f"{M[:3]}   {M[3:7]}   {M[7:]}", f"占{M}%", f"林某-{M}"],
)  # fmt: skip
def test_words_nearby_do_not_hide_a_mobile(text: str) -> None:
    assert ("mobile", "certain") in found(text)


def test_two_mobiles_joined_are_two() -> None:
    assert found(f"联系电话{M}-{M}") == [("mobile", "certain")] * 2
    assert found(f"{M}{M}") == [("mobile", "likely")] * 2
    assert found(f"电话{M}{M}") == [("mobile", "certain")] * 2
    assert found(f"流水号{M}{M}") == []


def test_a_mobile_over_cells_counts_where_nothing_else_names_them() -> None:
    parts, digits = [M[:3], M[3:7], M[7:]], list(M)
    assert [one.certainty.value for one in scan_row(["林某", *parts], headings=["姓名", "手机"])] == ["certain"]
    assert [one.certainty.value for one in scan_row(["林某", *digits], headings=["姓名", "手机"])] == ["certain"]
    assert [one.certainty.value for one in scan_row(["1", *parts])] == ["likely"]
    assert scan_row(parts, headings=["座数", "面积", "套数"]) == []
    assert scan_row(["128", "1234", "5678"]) == []


@pytest.mark.parametrize("text", [f"编号:{M}", f"{M}abc"])
def test_a_number_that_may_be_a_code_is_likely(text: str) -> None:
    assert found(text) == [("mobile", "likely")]


@pytest.mark.parametrize("text", [f"时间戳{M}", f"time stamp {M}", f"{M}a1b2", f"合同价款 {M}"])
def test_machines_and_amounts_are_no_mobiles(text: str) -> None:
    assert found(text) == []


def test_a_heading_tells_an_amount_from_a_mobile() -> None:
    assert scan_row([M], headings=["中标金额(元)"]) == []
    assert scan_row([M], headings=["联系方式"]) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("联系电话:0595-23231234", [("landline", "likely")]),
        ("宅电:(0595)23231234", [("landline", "certain")]),
        ("监督电话:0595-23231234", [("landline", "possible")]),
        ("电话:059523231234", [("landline", "likely")]),
        ("电话23231234", [("landline", "likely")]),
        ("010-62345678转801", [("landline", "likely")]),
        ("面积23231234", []),
        ("电话另行通知,总价23231234", []),
        ("2018-23231234", []),
    ],
)
def test_landlines(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_landline_is_found_once() -> None:
    assert len(found("家庭电话 0595-23231234,传真0595-23231235")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc@163.com", [("email", "likely")]),
        ("ａｂｃ＠163.com", [("email", "likely")]),
        ("zwgk@anxi.gov.cn", [("email", "possible")]),
        ("a@b", []),
        ("没有邮箱", []),
    ],
)
def test_mailboxes(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


CARD = "6222021234567890128"
ODD_CARD = "6222021234567890129"
OLD_CARD = "9558801234567890128"


def test_the_luhn_digit_is_the_standards() -> None:
    assert luhn_holds("79927398713")  # the usual textbook example
    assert not luhn_holds("79927398710")
    assert luhn_holds(CARD)
    assert luhn_holds(OLD_CARD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"卡号:{CARD}", [("bank_account", "certain")]),
        (CARD, [("bank_account", "likely")]),
        ("6222 0212 3456 7890 128", [("bank_account", "likely")]),
        (f"流水号:{CARD}", []),
        (f"{CARD}元", []),
        (ODD_CARD, []),
        (f"银行账号:{ODD_CARD}", [("bank_account", "likely")]),
        ("账号:4563510100888881", [("bank_account", "certain")]),
        ("4563510100888881", []),
        ("订单4111111111111111", []),
        ("卡号123456789012345", []),
    ],
)
def test_bank_cards(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_numbers_of_neighbouring_cells_are_no_card_unless_called_one() -> None:
    assert scan_row(["62220212", "34567890128"]) == []
    assert scan_row(["卡号", "62220212", "34567890128"]) != []


def test_an_identity_number_is_not_also_a_card() -> None:
    assert [kind for kind, _ in found("身份证350524199001011238")] == ["resident_id"]
