"""Folding, grams and phrases agree with a substring scan, whatever the text."""

import random
import re
import sqlite3
import sys
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.core import bigrams
from gongkai.core.bigrams import (
    compact,
    contains,
    fold,
    grams,
    highlight,
    parse,
    phrase,
    pieces,
    place,
    snippets,
    spans,
    unwrapped,
)

TOWNSHIPS = """凤城 城厢 参内 魁斗 蓬莱 金谷 湖头 剑斗 感德 长坑 祥华 蓝田
 福田 桃舟 湖上 白濑 尚卿 芦田 西坪 虎邱 龙涓 大坪 官桥 龙门"""
EVERYDAY = """招标 中标 流标 废标 围标 串标 评标 投标 开标 标段 采购 采购人 供应商 竞争性磋商 单一来源 询价 合同
 验收 履约 质疑 投诉 土地 出让 挂牌 拍卖 宗地 供地 征收 征地 补偿 安置 房屋 住房 公租房 公共租赁住房 保障 公示 轮候
 摇号 配租 林权 流转 矿业权 采矿权 探矿权 砂石 国有产权 资产 转让 出租 排污权 用能权 建造师 注册建造师 施工 监理
 设计 勘察 工程 在建工程 雨污 河道整治 桥梁加固 失信 名单 处罚"""
TERMS = [*TOWNSHIPS.split(), *EVERYDAY.split()]
RARE = ["𬭎", "䶮", "〇", "磜", "龘", "\ue863", "\U00031350", "﨑"]

near = st.text(alphabet="湖头镇安01ab 〔,", max_size=12)
anything = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("湖头镇安溪县2018abＡ１ 〔〕()、\u200b\u0301𬭎䶮〇㎡ß")),
    max_size=40,
)


@pytest.fixture(scope="module")
def found() -> Iterator[object]:
    """found(word, texts): which of the texts the index finds for a folded word."""
    connection = sqlite3.connect(":memory:", isolation_level=None)

    def ask(word: str, texts: list[str]) -> list[int]:
        connection.execute("DROP TABLE IF EXISTS words")
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='ascii')")
        connection.executemany(
            "INSERT INTO words(rowid, text) VALUES (?, ?)", [(n, grams(t)) for n, t in enumerate(texts)]
        )
        rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (phrase(word),))
        return [n for (n,) in rows]

    yield ask
    connection.close()


def scan(word: str, texts: list[str]) -> list[int]:
    """The same by looking at every text."""
    return [n for n, t in enumerate(texts) if word in fold(t)]


@given(texts=st.lists(near, min_size=1, max_size=6), word=near)
@example(texts=["安头镇"], word="安头 头镇")
@example(texts=["安头", "头安", "安 头"], word="头")
@example(texts=["20181"], word="2018")
@example(texts=["a01湖", "a0", "0湖"], word="0湖")
def test_a_word_is_found_exactly_where_a_substring_scan_finds_it(found, texts, word) -> None:
    if folded := fold(word):
        assert found(folded, texts) == scan(folded, texts)


@given(text=anything, data=st.data())
def test_every_part_of_any_text_is_found(found, text, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if part := fold(text[start:end]):
        assert found(part, [text]) == [0]


@given(text=anything, data=st.data())
def test_a_part_of_a_text_folds_to_a_part_of_its_folded_text(text, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert fold(text[start:end]) in fold(text)


def test_ninety_everyday_terms_agree_with_a_substring_scan_in_running_text(found) -> None:
    assert len(set(TERMS)) == 90
    dice = random.Random(20181117)  # noqa: S311 - a seed that can be repeated
    texts = ["".join(dice.choices(TERMS + RARE + list("的年月日12,。〔〕"), k=30)) for _ in range(300)]
    for term in [*TERMS, *RARE]:
        hits = found(fold(term), texts)
        assert hits
        assert hits == [n for n, t in enumerate(texts) if term in t or fold(term) in fold(t)]


@pytest.mark.parametrize("char", RARE)
def test_rare_characters_are_kept_and_found_alone_and_in_company(found, char) -> None:
    assert found(fold(char), [f"张{char}", f"{char}生", "张生"]) == [0, 1]
    assert found(fold(f"张{char}"), [f"公示:张{char}、李四", "张 生"]) == [0]


def test_folding_every_code_point_is_stable_and_yields_only_words_and_spaces() -> None:
    for code in [
        *range(0x10000),
        *range(0x10000, 0x30000, 7),
        *range(0x31340, 0x31360),
        *range(0xE0000, 0xE0200),
        sys.maxunicode,
    ]:
        folded = fold(chr(code))
        assert fold(folded) == folded
        assert not re.search(r"[\x00-\x1f!-/:-@A-Z\[-`{-\x7f¶]", folded)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ABC12", "ABC12"),
        ("abc12", "AbC12"),
        ("café", "CAFE\u0301"),
        ("湖头", "湖\u200b头"),
        ("葛", "葛\U000e0100"),
        ("长坑", "⻓坑"),
        ("一月", "⼀⽉"),
        ("二〇一八", "二○一八"),
        ("m2", "㎡"),
        ("1", "①"),
        ("(株)", "㈱"),
    ],
)
def test_width_case_accents_lookalikes_and_invisible_marks_do_not_hide_a_word(found, typed, stored) -> None:
    assert found(fold(typed), [f"甲{stored}乙" if typed != "(株)" else stored]) == [0]


@pytest.mark.parametrize(
    "typed",
    [
        "安政办〔2018〕117号",
        "安政办[2018]117号",
        "安政办(2018)117号",
        "安政办【２０１８】117号",
        "安政办﹝2018﹞117号",
    ],
)
def test_a_document_number_is_found_with_any_brackets(found, typed) -> None:
    texts = ["根据安政办〔2018〕117号文件", "安政办〔2018〕1170号", "安政办〔2018〕11号", "泉安政办（2018）117号"]
    assert found(fold(typed), texts) == [0, 3]
    assert compact(typed) == "安政办2018117号"


def test_no_phrase_reaches_over_two_pieces() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='ascii')")
    connection.execute("INSERT INTO words(rowid, text) VALUES (1, ?)", (pieces(["甲乙", "", "丙丁"]),))
    hits = "SELECT count(*) FROM words WHERE words MATCH ?"
    assert connection.execute(hits, (phrase("甲乙"),)).fetchone() == (1,)
    assert connection.execute(hits, (phrase("丙丁"),)).fetchone() == (1,)
    assert connection.execute(hits, (phrase("乙 丙"),)).fetchone() == (0,)
    connection.close()


def test_a_phrase_asks_for_no_more_tokens_than_it_needs() -> None:
    assert phrase("采购人") == '"采购 购人"'
    assert phrase("招") == '"招" *'
    assert phrase("2018") == '"2018"'
    assert phrase("段24") == '"段2 24" *'
    with pytest.raises(ValueError, match="empty"):
        phrase("")


# --- what a reader types -------------------------------------------------------------------------------------


def shown(words: tuple[bigrams.Word, ...]) -> list[str]:
    """The words as typed."""
    return [w.shown for w in words]


def test_words_quotes_and_exclusions_are_read() -> None:
    query = parse('凤城镇\u3000"桥梁 加固" “招标 公告” 「a b」 -流标 -"重新 招标" a-b 凤城镇')
    assert shown(query.words) == ["凤城镇", "桥梁 加固", "招标 公告", "a b"]
    assert shown(query.without) == ["流标", "重新 招标"]
    assert not query.is_cut


def test_marking_takes_the_longest_word_first() -> None:
    assert parse("林 林权 林权证").folded == ("林权证", "林权", "林")


@pytest.mark.parametrize("text", ["", " ", "-", '"', '""', '-"', "、。", "\x00\x1f", "\ud800", "*", "^:()"])
def test_nothing_to_look_for_is_no_words(text) -> None:
    query = parse(text)
    assert query.words == ()
    assert query.without == ()


@given(text=st.one_of(anything, st.text(alphabet='"“”「-－* ^:()ANDORNEAR湖\x00\ud800', max_size=60)))
def test_any_text_can_be_asked(found, text) -> None:
    query = parse(text)
    for word in [*query.words, *query.without]:
        found(word.folded, ["湖头镇"])


def test_a_query_that_is_too_long_is_cut_and_says_so() -> None:
    assert parse("湖" * 10_000).is_cut
    assert len(parse("湖" * 10_000).words[0].folded) == bigrams.QUERY_LENGTH
    many = parse(" ".join(f"词{n}" for n in range(30)))
    assert len(many.words) == bigrams.QUERY_WORDS
    assert many.is_cut
    assert not parse(" ".join(["词"] * 30)).is_cut


# --- showing where -------------------------------------------------------------------------------------------


@given(text=anything, word=anything)
@example(text="<mark>&", word="mark")
def test_marked_text_is_the_text_escaped(text, word) -> None:
    folded = fold(word)
    html = highlight(text, [folded] if folded else [])
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ("<mark>" in html) == bool(folded and folded in fold(text))
    if folded:
        assert contains(text, folded) == (folded in fold(text))


def test_marks_show_the_text_as_it_was_written() -> None:
    assert (
        highlight("据安政办（2018）117号<b>", ["安政办 2018 117号"])
        == "据<mark>安政办（2018）117号</mark>&lt;b&gt;"
    )
    assert highlight("采购人购", ["采购", "购人"]) == "<mark>采购人</mark>购"
    assert highlight("12㎡", ["m2"]) == "12<mark>㎡</mark>"
    assert spans("湖头、湖\u200b头", ["湖头"]) == [(0, 2), (3, 6)]


def test_a_word_is_contained_in_a_text_however_it_is_written() -> None:
    assert contains("共１２亩", "12亩")
    assert contains("共12亩", "12亩")
    assert not contains("共１２亩", "13亩")
    assert spans("湖头", ["湖头", "桥梁"]) == [(0, 2)]
    assert spans("(( 湖头 )), 桥梁", ["湖头 桥梁"]) == [(3, 12)]


def test_the_place_of_a_word_is_where_it_was_written() -> None:
    assert place("共１２亩", "12亩") == (1, 4)
    assert place("共12亩", "12亩") == (1, 4)
    assert place("共12亩", "13亩") is None


def test_an_extract_shows_the_word_in_its_sentence() -> None:
    text = "第一句话。" + "前" * 50 + "。本项目位于湖头镇,由水利局实施。" + "后" * 200
    (html,) = snippets(text, ["湖头"])
    assert html.startswith("…本项目位于<mark>湖头</mark>镇")
    assert html.endswith("后…")
    assert len(html) < 130


def test_words_far_apart_give_two_extracts_and_near_ones_one() -> None:
    text = "湖头镇" + "甲" * 300 + "桥梁加固"
    assert len(snippets(text, ["湖头", "桥梁"])) == 2
    assert len(snippets(text, ["湖头", "桥梁"], most=1)) == 1
    assert len(snippets("湖头镇桥梁加固", ["湖头", "桥梁"])) == 1
    assert snippets("湖头镇桥梁加固", ["湖头", "桥梁"]) == ["<mark>湖头</mark>镇<mark>桥梁</mark>加固"]
    assert snippets("湖头镇", ["感德"]) == []


def test_a_word_longer_than_an_extract_is_shown_whole() -> None:
    word = "湖" * 150
    assert snippets(f"甲{word}乙", [word], width=90) == [f"…<mark>{word}</mark>…"]


@given(text=anything, word=anything)
def test_an_extract_always_carries_a_mark_and_no_markup_of_the_text(text, word) -> None:
    if folded := fold(word):
        for html in snippets(text, [folded], width=10):
            assert "<" not in html.replace("<mark>", "").replace("</mark>", "")


# --- pages ---------------------------------------------------------------------------------------------------


def test_wrapped_lines_are_joined_and_rows_are_not() -> None:
    assert unwrapped("本次公示的项目位于湖\n头镇,面积一百亩。\n") == "本次公示的项目位于湖头镇,面积一百亩。\n"
    assert unwrapped("根据安政办〔2018〕117\n号文件\r\n要求") == "根据安政办〔2018〕117号文件\r\n要求"
    assert unwrapped("张三\n李四") == "张三\n李四"
    assert unwrapped("姓名甲乙丙丁\t湖头镇某村\n李四") == "姓名甲乙丙丁\t湖头镇某村\n李四"
    assert unwrapped("这一段文字到此就结束了。\n\n下一段") == "这一段文字到此就结束了。\n\n下一段"
    assert unwrapped("abcdefghij\nklm") == "abcdefghij\nklm"


def test_a_radical_is_found_as_the_character_it_is_drawn_as() -> None:
    assert fold("建档⽴卡贫困⼾") == fold("建档立卡贫困户")
