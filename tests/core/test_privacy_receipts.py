"""Receipts' numbers that pass every check of an identity number, and infants' numbers. All are invented."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import Certainty, Kind, Rules, scan_row, scan_text
from gongkai.core.privacy.broken import id_number_holds
from gongkai.core.privacy.receipts import Columns
from tests.core.test_privacy_identity import check_character

TODAY = date(2026, 11, 1)
RULES = Rules(today=TODAY)
REGION = "350524"
CASE = "受理编号"


def receipt(day: date, serial: int) -> str:
    """Region, day of acceptance, four digits that are counted: the recipe of offices' receipts."""
    return f"{REGION}{day:%Y%m%d}{serial:04}"


def passing(day: date, serial: int) -> str:
    """A receipt of that day whose last digit happens to be the check character of an identity number."""
    body = receipt(day, serial)[:17]
    return body + check_character(body)


def failing(day: date, serial: int) -> str:
    number = passing(day, serial)
    return number[:17] + ("1" if number[17] != "1" else "2")


recent = st.dates(date(2023, 11, 2), date(2027, 12, 31))  # also days still to come
older = st.dates(date(2012, 1, 1), date(2023, 11, 1))
serials = st.integers(0, 9999)
beside = st.sampled_from(
    ["受理编号:", "受理号 ", "办件编号:", "订单号", "回执编号(", "交易流水号:", "发票号码:", "快递单号为"]
)


def grades(text: str, rules: Rules = RULES) -> list[Certainty]:
    return [one.certainty for one in scan_text(text, rules) if one.kind is Kind.RESIDENT_ID]


def in_a_list(numbers: list[str], heading: str = CASE, rules: Rules = RULES) -> list[list[Certainty]]:
    """What is found in each row of a list with that column."""
    columns, headings, found = Columns(), ["姓名", heading], []
    for number in numbers:
        cells = ["林某", number]
        refuted = columns.refuted(cells, headings)
        hits = scan_text("\t".join(cells), rules, headings=headings, refuted=refuted)
        found.append([one.certainty for one in hits if one.kind is Kind.RESIDENT_ID])
    return found


def test_one_receipt_in_eleven_passes_every_check() -> None:
    held = sum(id_number_holds(receipt(date(2026, 5, 8), serial)) for serial in range(10_000))
    assert 0.08 < held / 10_000 < 0.10


@given(recent, serials, beside)
def test_a_recent_receipt_behind_its_label_is_no_finding(day: date, serial: int, label: str) -> None:
    assert grades(f"{label}{passing(day, serial)}。") == []
    assert scan_row([label.strip(":( "), passing(day, serial)], RULES) == []


def test_a_receipt_is_recent_for_three_years_to_the_day() -> None:
    assert grades(f"受理编号:{passing(date(2023, 11, 2), 7)}") == []
    assert grades(f"受理编号:{passing(date(2023, 11, 1), 7)}") == [Certainty.LIKELY]
    assert grades(f"受理编号:{passing(date(2023, 11, 2), 7)}", Rules()) == [Certainty.LIKELY]  # no day is known


@given(older, serials, beside)
def test_an_older_one_is_worth_a_look(day: date, serial: int, label: str) -> None:
    assert grades(f"{label}{passing(day, serial)}") == [Certainty.LIKELY]


@given(
    st.dates(date(1930, 1, 1), date(2011, 12, 31)), serials, st.sampled_from(["受理编号:", "订单号", "回执号 "])
)
def test_whoever_was_born_before_machines_accepted_anything_is_found_for_certain(
    day: date, serial: int, label: str
) -> None:
    assert grades(f"{label}{passing(day, serial)}") == [Certainty.CERTAIN]


@given(
    st.dates(date(2023, 11, 2), TODAY),
    serials,
    st.sampled_from(
        [
            "",
            "身份证号:",
            "公民身份号码 ",
            "林某某,",
            "婴儿林某某(",
            "编号:",
            "登记号:",
            "备案号",
            "代码 ",
            "受理人身份证号:",
            "受理人:",
            "收件人 ",
            "业务员林某:",
        ]
    ),
)
def test_an_infants_number_is_found_wherever_no_receipt_is_named(day: date, serial: int, label: str) -> None:
    assert len(grades(f"{label}{passing(day, serial)}")) == 1


@given(st.dates(date(2023, 11, 2), TODAY), serials, st.sampled_from(["身份证号", "证件编号", "编号", "备注", ""]))
def test_an_infants_number_in_a_list_of_people_is_found(day: date, serial: int, heading: str) -> None:
    others = [passing(date(1990, 1, 1) + timedelta(days=n), n) for n in range(3)]
    assert all(in_a_list([*others, passing(day, serial)], heading))


@given(st.lists(st.tuples(st.dates(date(2012, 1, 1), TODAY), serials), min_size=2, max_size=8))
def test_infants_whose_column_was_shifted_below_a_receipts_heading_are_found(
    people: list[tuple[date, int]],
) -> None:
    """Identity numbers pass, each of them: the column never shows that it holds anything else."""
    assert all(in_a_list([passing(day, serial) for day, serial in people]))


@given(st.lists(st.tuples(st.dates(date(2012, 1, 1), TODAY), serials), min_size=1, max_size=4), older, serials)
def test_a_column_of_receipts_explains_the_one_that_passes(
    above: list[tuple[date, int]], day: date, serial: int
) -> None:
    found = in_a_list([*(failing(*one) for one in above), passing(day, serial)])
    assert found[-1] == []
    assert in_a_list([failing(*one) for one in above] + [passing(date(1990, 1, 1), serial)])[-1] != []


def test_as_many_that_pass_as_fail_explain_nothing() -> None:
    day = date(2020, 2, 2)
    assert in_a_list([passing(day, 1), failing(day, 2), passing(day, 3)])[-1] == [Certainty.LIKELY]


@pytest.mark.parametrize("heading", ["编号", "登记号", "身份证号", "受理人"])
def test_only_a_receipts_heading_is_ever_refuted(heading: str) -> None:
    day = date(2020, 2, 2)
    assert in_a_list([*(failing(day, n) for n in range(5)), passing(day, 9)], heading)[-1] != []


def test_what_stands_with_a_receipt_in_its_cell_is_not_explained_by_the_column() -> None:
    day = date(2020, 2, 2)
    assert in_a_list([failing(day, 1), failing(day, 2), f"小名 {passing(day, 3)}"])[-1] == [Certainty.LIKELY]


def test_without_the_day_nothing_is_recent() -> None:
    assert grades(f"受理编号:{passing(date(2026, 5, 8), 1)}", Rules()) == [Certainty.LIKELY]
    wrong_clock = Rules(today=date(1990, 1, 1))
    assert grades(f"受理编号:{passing(date(2011, 5, 8), 1)}", wrong_clock) == [Certainty.CERTAIN]


PRINTED = "序号 姓名 身份证号码 受理编号 手机号码"


def test_a_receipt_in_a_printed_list_is_judged_by_its_columns_heading() -> None:
    day = date(2020, 2, 2)
    people = [passing(date(1990, 1, 1) + timedelta(days=n), n) for n in range(3)]
    numbers = [failing(day, 1), failing(day, 2), passing(day, 3)]
    rows = [f"{n} 林某 {one} {two} 13800138000" for n, (one, two) in enumerate(zip(people, numbers, strict=True))]
    text = "\n".join(["公示", PRINTED, *rows])
    found = [text[one.start : one.end] for one in scan_text(text, RULES) if one.kind is Kind.RESIDENT_ID]
    assert found == people


@pytest.mark.parametrize("sign", [" ", "\u2009", "\u00a0"])
def test_a_row_with_blanks_inside_its_numbers_still_knows_its_columns(sign: str) -> None:
    number = passing(date(1990, 1, 1), 12)
    spaced = f"{number[:6]}{sign}{number[6:14]}{sign}{number[14:]}"
    text = (
        f"公示\n序号 姓名 身份证号码 港澳居民通行证号 手机号码\n1 林某 {spaced} H12345678 138{sign}0013{sign}8000"
    )
    kinds = {one.kind for one in scan_text(text, RULES)}
    assert kinds == {Kind.RESIDENT_ID, Kind.PERMIT, Kind.MOBILE}
    every = f"公示\n序号 姓名 身份证号码 港澳居民通行证号\n1 林某 {' '.join(number)} H12345678"
    assert {one.kind for one in scan_text(every, RULES)} == {Kind.RESIDENT_ID, Kind.PERMIT}


def test_a_running_number_before_an_identity_number_in_pieces_is_none_of_its_digits() -> None:
    number = passing(date(1990, 1, 1), 12)
    text = f"公示\n序号 身份证号码 姓名 港澳居民通行证号\n1 {' '.join(number)} 林某 H12345678"
    found = {one.kind: text[one.start : one.end] for one in scan_text(text, RULES)}
    assert found == {Kind.RESIDENT_ID: " ".join(number), Kind.PERMIT: "H12345678"}
