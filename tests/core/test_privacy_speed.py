"""What makes the privacy check fast: most of a text is looked at once, and nothing is lost by it."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import contact, identity, marked, marks, people, scan_text, secrecy
from gongkai.core.privacy.passage import _PLAIN, Late, Passage, plain

NUMBERS = (
    "350524199001011238 35052419900101123X 13812345678 0595-23234567 (0595)23234567转8 6222020000000000000 "
    "E12345678 EA1234567 A123456(7) 99 .5 - +86 0086 x * 转 12 O Il / ·"
)
WORDS = (
    "电话 卡号 护照 密级:机密 绝密★长期 内部资料 秘密 陈某系低保户 张三患肺癌 低收入 (此件不予公开) "
    "公开属性:不予公开 家住 感德镇大同村3组 住址: , 林小红 ,三年级2班 "
    "学生 安溪小学 9岁 ,男, 监护人: 透析 患有胃炎 残疾证"
)
PIECES = st.sampled_from([*NUMBERS.split(" "), *WORDS.split(" "), "138 1234 5678", " ", "\t", "\n"])
TEXTS = st.lists(PIECES, max_size=9).map("".join)


@given(TEXTS)
def test_looking_only_where_a_number_can_be_finds_what_looking_everywhere_finds(text: str) -> None:
    passage = Passage(text)
    for places, pattern, least in (
        (passage.solid, identity._WHOLE, 17),
        (passage.solid, identity._OLD, 15),
        (passage.solid, identity._FOREIGN, 17),
        (passage.solid, contact._PAIR, 22),
        (passage.stretches, contact._MOBILE, 11),
        (passage.stretches, contact._LANDLINE, 10),
        (passage.stretches, contact._SOLID, 7),
        (passage.stretches, contact._CARD, 15),
    ):
        everywhere = [match.span() for match in pattern.finditer(passage.text)]
        assert [match.span() for match in passage.among(places, pattern, least)] == everywhere
    for pattern in (identity._PASSPORT, identity._HONG_KONG):
        everywhere = [match.span() for match in pattern.finditer(passage.text)]
        assert [match.span() for match in identity._behind_capitals(passage, pattern)] == everywhere


@given(TEXTS)
def test_looking_only_about_the_words_finds_what_looking_everywhere_finds(text: str) -> None:
    passage = Passage(text)
    around = secrecy._AROUND
    dense = [(pattern, secrecy._DENSE) for pattern in (secrecy._STARRED, secrecy._TERMED, secrecy._LINE)]
    for pattern, words in [*dense, (secrecy._INTERNAL, secrecy._INNER)]:
        found = [match.span() for match in passage.about(pattern, words, before=around, after=around)]
        assert found == [match.span() for match in pattern.finditer(passage.text)]
    everywhere = {
        (start, hit)
        for start, sentence in people.sentences_with(passage.text, iter(range(len(passage.text))))
        for hit in marked._said_in(sentence)
    }
    about = {
        (start, hit)
        for start, sentence in people.sentences_with(passage.text, passage.all_of(marks.STEMS))
        for hit in marked._said_in(sentence)
    }
    assert about == everywhere


def test_every_character_with_another_plain_form_gets_it() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert all(plain(f"中{one}")[1] == _PLAIN[one] for one in every)
    assert all(plain(f"中{one}")[1].isascii() for one in every if unicodedata.category(one) in {"Nd", "Zs"})


def test_a_long_text_without_numbers_is_searched_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = random.Random(1)  # noqa: S311 - words
    text = "".join(
        letters.choices("资金管理监督部门单位信息时限办理审核工程建设土地出让评审专家合同履约\n", k=5_000)
    )
    asked: list[str] = []
    for name in ("_WHOLE", "_OLD", "_HONG_KONG", "_PASSPORT"):
        monkeypatch.setattr(identity, name, Late("x"))
        monkeypatch.setattr(
            getattr(identity, name), "finditer", lambda *_, one=name: asked.append(one) or iter(())
        )
    assert scan_text(text + "数量20261234567件") == []
    assert asked == []


def test_words_of_a_heading_count_in_either_case() -> None:
    assert Passage("x", ("Passport No",)).mentions(("护照", "passport"))
    assert Passage("PASSPORT").mentions(("passport",))
    assert not Passage("pass port", ("号码",)).mentions(("护照", "passport"))


@pytest.mark.parametrize("text", ["陈某系弃婴。", "此件内部掌握"])
def test_what_only_one_of_the_words_tells_is_found(text: str) -> None:
    assert scan_text(text)


def test_a_number_among_single_figures_or_glued_to_letters_is_none() -> None:
    digits = "350524199001011238"
    assert not [one for one in scan_text(f"产量 2、{'、'.join(digits)}、7") if one.kind == "resident_id"]
    assert not [one for one in scan_text(f"部件A{digits[:6]} {digits[6:]}") if one.kind == "resident_id"]
    assert [one for one in scan_text(f"部件 {digits[:6]} {digits[6:]}") if one.kind == "resident_id"]


def test_a_pattern_is_compiled_when_it_is_asked_or_made_ready() -> None:
    made = Late("x")
    assert made in Late.every()
    assert "search" not in vars(made)
    made.ready()
    assert "search" in vars(made)


def test_a_match_that_begins_behind_its_place_belongs_to_another() -> None:
    passage = Passage("甲乙丙 12 34")
    digits = Late(r"\d+")
    assert [match[0] for match in passage.among([(0, 5)], digits, 1)] == ["12"]
    assert [match[0] for match in passage.among([(0, 3), (6, 9)], digits, 1)] == ["34"]
    assert [match[0] for match in passage.among([(0, 5)], digits, 6)] == []
