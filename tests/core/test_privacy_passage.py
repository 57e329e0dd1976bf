"""The text as the detectors see it: what stands before, behind, above and beside a value."""

import pytest

from gongkai.core.privacy.passage import Passage, labelled

LABEL = labelled("电话")
TEXT = "甲\t乙 一\n丙\t丁 二\t戊\n己"


def at(text: str) -> int:
    return TEXT.index(text)


@pytest.mark.parametrize(("value", "before"), [("甲", ""), ("乙", ""), ("一", "乙 "), ("二", "丁 "), ("己", "")])
def test_what_stands_before_is_of_the_same_cell_and_line(value: str, before: str) -> None:
    assert Passage(TEXT).before(at(value)) == before


@pytest.mark.parametrize(("value", "after"), [("甲", ""), ("乙", " 一"), ("丁", " 二"), ("戊", ""), ("己", "")])
def test_what_stands_behind_is_of_the_same_cell_and_line(value: str, after: str) -> None:
    assert Passage(TEXT).after(at(value) + 1) == after


def test_no_more_than_32_characters_are_near() -> None:
    passage = Passage("远" * 40 + "值" + "近" * 40)
    assert (passage.before(40), passage.after(41)) == ("远" * 32, "近" * 32)


@pytest.mark.parametrize(("value", "cell"), [("甲", "甲"), ("一", "乙 一"), ("丁", "丁 二"), ("己", "己")])
def test_a_cell_ends_at_a_tab_or_a_line(value: str, cell: str) -> None:
    begin, end = Passage(TEXT).cell(at(value))
    assert TEXT[begin:end] == cell


def test_a_cell_may_be_the_first_sign_of_all() -> None:
    assert Passage("\t甲").cell(1) == (1, 2)
    assert Passage("\n甲").cell(1) == (1, 2)
    assert Passage("\t甲").before(1) == ""


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("电话\t值", "电话"),
        ("\t值", ""),
        ("前\t电话\t值", "电话"),
        ("前\n电话\t值", "电话"),
        ("\n电话\t值", "电话"),
        ("电话\t前\n值", ""),  # to its left in another line
        ("电话1\t值", ""),  # a label holds no digits
        ("长" * 16 + "\t值", "长" * 16),
        ("长" * 17 + "\t值", ""),
    ],
)
def test_without_headings_the_short_wordy_cell_to_the_left_names_a_value(text: str, heading: str) -> None:
    assert Passage(text).heading(text.index("值")) == heading


def test_a_column_has_its_heading_and_one_beyond_the_last_has_none() -> None:
    passage = Passage("甲\t乙\t丙", ["姓名", "电话"])
    assert [passage.heading(start) for start in (0, 2, 4)] == ["姓名", "电话", ""]
    assert [passage.column(start) for start in (0, 2, 4)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "headings", "says"),
    [
        ("电话值", (), True),
        ("电话 是 值", (), True),
        ("电话隔着一二三四五六七八值", (), False),
        ("电话,值", (), True),
        ("电话,另有值", (), False),  # a comma ends what a label names
        ("传真:值", ("电话",), False),  # the label beside the value outweighs the heading
        ("传真 值", ("电话",), True),
        ("值", ("电话",), True),
        ("值", ("传真",), False),
    ],
)
def test_a_label_names_the_value_it_stands_right_before(text: str, headings: tuple[str, ...], says: bool) -> None:
    assert Passage(text, headings).says(text.index("值"), LABEL) is says


@pytest.mark.parametrize(
    ("text", "headings", "says"),
    [("电话值", (), True), ("电话\t值", (), True), ("电话\t另 值", (), False), ("值", ("电话",), False)],
)
def test_beside_a_value_is_its_cell_or_the_one_to_the_left(
    text: str, headings: tuple[str, ...], says: bool
) -> None:
    assert Passage(text, headings).says_beside(text.index("值"), LABEL) is says


def test_words_are_mentioned_in_the_text_or_a_heading_whatever_their_case() -> None:
    assert Passage("TEL 1").mentions(("tel",))
    assert Passage("值", ["Tel"]).mentions(("tel",))
    assert not Passage("值", ["姓名"]).mentions(("tel", "电话"))


def test_places_about_words_are_joined_where_they_meet() -> None:
    passage = Passage("一密二三四密五" + "远" * 20 + "密")
    assert list(passage.all_of(("密",))) == [1, 5, 27]
    assert passage.near(("密",), before=2, after=3) == [(0, 8), (25, 30)]
    assert passage.near(("密",), before=1, after=3) == [(0, 8), (26, 30)]  # they touch
    assert passage.near(("密",), before=0, after=3) == [(1, 4), (5, 8), (27, 30)]


def test_a_row_of_a_list_begins_with_its_first_character_and_ends_before_the_next() -> None:
    passage, row = Passage("题目\n甲 乙\n完"), Passage("甲\t乙")
    passage.rows.append((3, row))
    assert [passage.as_row(start) for start in (2, 3, 5, 6)] == [(passage, 2), (row, 0), (row, 2), (passage, 6)]
