"""What a text must look like before it is kept or submitted."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.drafting import (
    BODY_LENGTH,
    ElementTerms,
    Problem,
    Text,
    keeping_problems,
    submitting_problems,
    yuan,
)

TODAY = date(2026, 11, 23)
TERMS = [
    ElementTerms("项目名称"),
    ElementTerms("成交金额", type="money"),
    ElementTerms("成交日期", type="date"),
    ElementTerms("面积", type="number", required=False),
]
GOOD = Text(
    title="城厢镇某地块成交结果公示",
    formed_on=date(2026, 11, 20),
    elements={"项目名称": "2026-01号地块", "成交金额": "1,280万元", "成交日期": "2026-11-19", "面积": "35.5"},
)


def fields(problems: list[Problem]) -> set[str]:
    return {p.field for p in problems}


def submitted(text: Text, *, attached: bool = False, asks_discloser: bool = False) -> list[Problem]:
    return submitting_problems(text, terms=TERMS, today=TODAY, attached=attached, asks_discloser=asks_discloser)


def test_a_complete_text_has_no_problem() -> None:
    assert submitted(GOOD) == []


def test_a_formation_date_in_the_future_is_refused_even_in_a_draft() -> None:
    text = replace(GOOD, formed_on=TODAY + timedelta(days=1))
    assert fields(keeping_problems(text, terms=TERMS, today=TODAY)) == {"formed_on"}
    assert keeping_problems(replace(GOOD, formed_on=TODAY), terms=TERMS, today=TODAY) == []


def test_a_year_typed_wrong_is_noticed() -> None:
    assert fields(submitted(replace(GOOD, formed_on=date(1026, 11, 20)))) == {"formed_on"}


def test_a_last_day_in_another_age_is_noticed_before_anything_is_kept() -> None:
    for day, wrong in (
        (date(2199, 12, 31), set()),
        (date(2200, 1, 1), {"ends_on"}),
        (date(1226, 1, 1), {"ends_on"}),
    ):
        assert fields(keeping_problems(replace(GOOD, ends_on=day), terms=TERMS, today=TODAY)) == wrong


def test_what_is_wrong_with_the_unit_is_told_once() -> None:
    nameless = replace(GOOD, discloser_uscc="91350000MA347WHE48")
    told = [p.field for p in submitted(nameless, asks_discloser=True)]
    assert len(told) == 1
    assert told[0].startswith("discloser")


def test_an_empty_draft_may_be_kept_but_not_submitted() -> None:
    assert keeping_problems(Text(), terms=TERMS, today=TODAY) == []
    assert {"title", "formed_on", "body", "elements.项目名称", "elements.成交金额", "elements.成交日期"} == fields(
        submitted(Text())
    )


def test_an_attachment_alone_is_content_when_nothing_is_required() -> None:
    text = Text(title="某公告", formed_on=TODAY)
    assert submitting_problems(text, terms=[], today=TODAY, attached=True, asks_discloser=False) == []
    assert fields(submitting_problems(text, terms=[], today=TODAY, attached=False, asks_discloser=False)) == {
        "body"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("成交日期", "2026-02-30"),
        ("成交日期", "去年底"),
        ("成交金额", "一千万"),
        ("面积", "很大"),
        ("面积", "inf"),
        ("面积", "NaN"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_named(name: str, value: str) -> None:
    elements = {**GOOD.elements, name: value}
    assert fields(submitted(replace(GOOD, elements=elements))) == {f"elements.{name}"}


def test_none_with_a_reason_is_an_answer_to_a_required_element() -> None:
    elements = {**GOOD.elements, "成交金额": "无(本次流拍)"}
    assert submitted(replace(GOOD, elements=elements)) == []


def test_an_element_the_item_does_not_have_is_refused() -> None:
    text = replace(GOOD, elements={**GOOD.elements, "联系人身份证": "x"})
    assert fields(keeping_problems(text, terms=TERMS, today=TODAY)) == {"elements.联系人身份证"}


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\u202e", "\x7f", "\u2066"])
def test_invisible_characters_are_refused_with_their_place(bad: str) -> None:
    (problem,) = keeping_problems(replace(GOOD, title=f"某{bad}公告"), terms=TERMS, today=TODAY)
    assert problem.field == "title"
    assert "第 2 个字符" in problem.message


def test_tabs_and_line_breaks_are_text() -> None:
    assert keeping_problems(replace(GOOD, body="一\r\n二\t三"), terms=TERMS, today=TODAY) == []


@pytest.mark.parametrize(
    ("field", "length"), [("title", 201), ("doc_no", 81), ("summary", 301), ("body", BODY_LENGTH + 1)]
)
def test_over_long_fields_are_refused_with_both_lengths(field: str, length: int) -> None:
    (problem,) = keeping_problems(replace(GOOD, **{field: "字" * length}), terms=TERMS, today=TODAY)
    assert problem.field == field
    assert str(length) in problem.message


def test_rare_characters_are_kept() -> None:
    assert submitted(replace(GOOD, title="𬭎䶮〇镇公告")) == []


def test_a_notice_that_already_ended_is_not_submitted() -> None:
    assert fields(submitted(replace(GOOD, ends_on=TODAY - timedelta(days=1)))) == {"ends_on"}
    assert submitted(replace(GOOD, ends_on=TODAY)) == []


@pytest.mark.parametrize(
    ("entered", "amount"),
    [
        ("1280000", Decimal(1_280_000)),
        ("128万元", Decimal(1_280_000)),
        ("1,280.5 万元", Decimal(12_805_000)),
        ("12.34亿元", Decimal(1_234_000_000)),
        ("35元", Decimal(35)),
    ],
)
def test_money_is_read_with_its_unit(entered: str, amount: Decimal) -> None:
    assert yuan(entered) == amount


@given(st.text())
def test_money_is_read_or_refused_but_never_crashes(entered: str) -> None:
    try:
        amount = yuan(entered)
    except ValueError:
        return
    assert amount.is_finite()


def test_a_refused_amount_says_how_to_write_it() -> None:
    with pytest.raises(ValueError, match="万元"):
        yuan("一千万")
