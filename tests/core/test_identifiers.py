"""Identifiers: every vector of the standards, every single mistake caught. All numbers are published samples."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_37_2

from gongkai.core import identifiers
from gongkai.core.identifiers import (
    USCC_ALPHABET,
    Checked,
    bid_section_code,
    deal_check_character,
    deal_code,
    invest_project_code,
    make_deal_code,
    normalise,
    project_code,
    project_report_code,
    resident_id,
    tender_project_code,
    uscc,
)

USCCS = ["91350000MA347WHE48", "12320200466372674G", "12320000466011756J", "91110000600037341L"]
DEALS = [
    "B01-12320200466372674G-20180713-000001-U",
    "A01-91350000MA347WHE48-20260101-000001-O",
    "D01-91350000MA347WHE48-20260101-000001-4",
]
RESIDENT = "11010519491231002X"  # the sample printed in GB 11643 itself


def one_character_changed(value: str, alphabet: str) -> st.SearchStrategy[str]:
    """Every value that differs from ``value`` in exactly one place, after normalisation."""

    @st.composite
    def change(draw: st.DrawFn) -> str:
        at = draw(st.integers(0, len(value) - 1))
        other = draw(st.sampled_from([c for c in alphabet if c != value[at]]))
        return value[:at] + other + value[at + 1 :]

    return change()


def with_check(body: str) -> str:
    """A code of our own making: 17 characters completed by the standard's formula, calculated apart."""
    weights = [3**n % 31 for n in range(17)]
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


@pytest.mark.parametrize("code", USCCS)
def test_the_published_credit_codes_are_valid_and_come_apart(code: str) -> None:
    found = uscc(code)
    assert found == Checked(code, "", "", found.parts)
    assert found.valid
    assert found.parts["area"] == code[2:8]
    assert "".join(found.parts.values()) == code


@given(st.text(USCC_ALPHABET, min_size=17, max_size=17).map(with_check))
def test_every_code_made_by_the_formula_is_valid(code: str) -> None:
    assert uscc(code).valid
    assert stdnum_uscc.is_valid(code) or not code[:2].isdigit() or not code[2:8].isdigit()


@given(
    st.sampled_from(USCCS).flatmap(lambda code: one_character_changed(code, string.ascii_uppercase + "0123456789"))
)
def test_any_single_wrong_character_in_a_credit_code_is_caught(code: str) -> None:
    assert not uscc(code).valid
    assert "请核对" in uscc(code).reason


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("91350000MA347WHE4", "17位"), ("", "0位"), ("9135000OMA347WHE48", "“O”"), ("91350000MA347WHE49", "校验位")],
)
def test_a_credit_code_is_refused_with_the_reason(wrong: str, said: str) -> None:
    found = uscc(wrong)
    assert not found.valid
    assert said in found.reason


def test_full_width_and_spaced_writing_is_the_same_code() -> None:
    assert uscc(" 91350000 ma347whe48\n") == uscc(USCCS[0])
    assert normalise("A01—2026−01") == "A01-2026-01"


def test_parts_that_do_not_agree_are_only_warned_of() -> None:
    outside = uscc(with_check("91990000MA347WHE4"))
    assert outside.valid
    assert "990000" in outside.warning
    strange = uscc(with_check("91350000MA347WHE5"))
    assert strange.valid
    assert "组织机构代码" in strange.warning


@pytest.mark.parametrize(
    ("body", "check"), [("00000000", "0"), ("00000006", "X"), ("D2143569", "X")], ids=["eleven", "ten", "GB 11714"]
)
def test_the_check_of_the_organisation_inside_knows_ten_and_eleven(body: str, check: str) -> None:
    assert uscc(with_check(f"91350000{body}{check}")).warning == ""


def test_the_sample_of_the_resident_standard_is_valid() -> None:
    found = resident_id(RESIDENT)
    assert found.valid
    assert found.warning == ""
    assert found.parts == {"area": "110105", "born_on": "1949-12-31", "serial": "002"}
    assert ric.is_valid(RESIDENT)


@given(one_character_changed(RESIDENT, "0123456789X"))
def test_any_single_wrong_character_in_a_resident_number_is_caught(number: str) -> None:
    assert not resident_id(number).valid


def resident_with_check(body: str) -> str:
    total = sum(int(c) * (2 ** (17 - n) % 11) for n, c in enumerate(body))
    return body + "10X98765432"[total % 11]


@given(st.dates(date(1850, 1, 1), date(2026, 11, 23)), st.integers(0, 999))
def test_a_resident_number_with_a_real_day_is_valid_and_our_sums_agree_with_another_library(
    born: date, serial: int
) -> None:
    number = resident_with_check(f"110105{born:%Y%m%d}{serial:03d}")
    assert resident_id(number, on=date(2026, 11, 23)).parts["born_on"] == born.isoformat()
    assert ric.is_valid(number) == resident_id(number).valid


@pytest.mark.parametrize("day", ["19490231", "19491301", "18491231", "00000101"])
def test_a_day_of_birth_that_cannot_be_is_refused(day: str) -> None:
    found = resident_id(resident_with_check(f"110105{day}002"))
    assert day in found.reason


def test_nobody_is_born_after_the_day_of_asking() -> None:
    number = resident_with_check("11010520270101002")
    assert resident_id(number).valid
    assert "20270101 晚于 2026-12-31" in resident_id(number, on=date(2026, 12, 31)).reason
    assert resident_id(number, on=date(2027, 1, 1)).valid


@pytest.mark.parametrize("area", ["31", "37", "50", "54", "65", "71", "81", "83"])
def test_the_areas_of_the_standard_and_of_residence_permits_are_known(area: str) -> None:
    assert resident_id(resident_with_check(f"{area}010519491231002")).warning == ""


@pytest.mark.parametrize("area", ["10", "16", "30", "38", "55", "66", "72", "84"])
def test_the_codes_beside_them_are_warned_of(area: str) -> None:
    assert f"{area}0105" in resident_id(resident_with_check(f"{area}010519491231002")).warning


def test_an_area_nobody_knows_is_only_warned_of() -> None:
    found = resident_id(resident_with_check("99010519491231002"))
    assert found.valid
    assert "990105" in found.warning


def test_a_resident_number_with_the_wrong_check_character_is_refused() -> None:
    assert "校验位" in resident_id(RESIDENT[:17] + "9").reason


@pytest.mark.parametrize("wrong", ["", "11010519491231002", "1101051949123100XX", "110105194912310021X"])
def test_a_resident_number_of_another_shape_is_refused(wrong: str) -> None:
    assert "17位数字" in resident_id(wrong).reason


@pytest.mark.parametrize("code", DEALS)
def test_the_published_deal_codes_are_valid_and_can_be_made(code: str) -> None:
    found = deal_code(code)
    assert found.valid
    assert found.warning == ""
    trade_class, platform, day, serial, check = code.split("-")
    made = make_deal_code(
        trade_class=trade_class, platform=platform, on=date.fromisoformat(day), serial=int(serial)
    )
    assert made == code
    assert deal_check_character(code[:-2]) == check == mod_37_2.calc_check_digit(code[:-2].replace("-", ""))


@given(st.sampled_from(DEALS).flatmap(lambda c: one_character_changed(c, string.ascii_uppercase + "0123456789*-")))
def test_any_single_wrong_character_in_a_deal_code_is_caught(code: str) -> None:
    assert not deal_code(code).valid


@given(
    st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
    st.text(string.ascii_uppercase + string.digits, min_size=18, max_size=18),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(1, 999_999),
)
def test_every_deal_code_made_is_read_back(trade_class: str, platform: str, on: date, serial: int) -> None:
    code = make_deal_code(trade_class=trade_class, platform=platform, on=on, serial=serial)
    found = deal_code(code)
    assert found.valid
    assert (found.parts["trade_class"], found.parts["platform"]) == (trade_class, platform)
    assert mod_37_2.is_valid(code.replace("-", ""))
    assert bool(found.warning) != uscc(platform).valid


def test_a_deal_code_is_refused_with_the_reason() -> None:
    assert "类别3位" in deal_code("B01-12320200466372674G-20180713-000001").reason
    assert "20180732 不存在" in deal_code("B01-12320200466372674G-20180732-000001-U").reason
    assert "校验位" in deal_code("B01-12320200466372674G-20180713-000001-V").reason


@pytest.mark.parametrize(
    ("part", "value"),
    [("serial", 0), ("serial", 1_000_000), ("trade_class", "b01"), ("platform", "1"), ("platform", "*" * 18)],
)
def test_a_deal_code_is_not_made_of_parts_that_do_not_fit(part: str, value: object) -> None:
    parts = {"trade_class": "B01", "platform": USCCS[0], "on": date(2026, 1, 1), "serial": 1}
    with pytest.raises(ValueError, match=r"流水号|本体|不使用|类别"):
        make_deal_code(**{**parts, part: value})  # type: ignore[arg-type]  # wrong on purpose


def test_a_class_of_three_letters_is_not_a_class() -> None:
    with pytest.raises(ValueError, match="类别"):
        make_deal_code(trade_class="BBB", platform=USCCS[0], on=date(2026, 1, 1), serial=1)


@pytest.mark.parametrize(
    ("read", "right", "wrong"),
    [
        (project_code, "M3505242607150001", "Z3505242607150001"),
        (tender_project_code, "M3505242607150001A01", "M3505242607150001"),
        (bid_section_code, "M3505242607150001A01002", "M3505242607150001A01"),
        (invest_project_code, "2026-350524-48-01-000123", "2026-350524-48-01-00012"),
        (project_report_code, "3505242607150101", "350524260715010"),
    ],
)
def test_project_codes_are_read_by_their_shape(read: object, right: str, wrong: str) -> None:
    assert callable(read)
    found = read(right)
    assert found.valid
    assert found.warning == ""
    assert "".join(found.parts.values()).replace("-", "") == right.replace("-", "")
    assert "请核对" in read(wrong).reason


def test_the_published_sample_of_a_project_code_has_no_real_day_and_is_only_warned_of() -> None:
    found = project_code("M3500001234567890")
    assert found.valid
    assert "123456" in found.warning


def test_the_module_offers_what_it_says() -> None:
    assert all(hasattr(identifiers, name) for name in identifiers.__all__)
