"""What a reader asks and what is answered."""

import sqlite3
from pathlib import Path

import pytest
from django.utils import translation

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Domain
from gongkai.core.bigrams import fold
from gongkai.search import queries, store
from gongkai.search.queries import SearchFilters, Suggestion, page, search, suggest
from gongkai.search.queries.extracts import Patience
from tests.core.test_bigrams import RARE, TERMS
from tests.search.conftest import entry

pytestmark = pytest.mark.django_db


def ids(text: str, **asked) -> list[int]:
    """The ids of the hits, in order."""
    return [hit.disclosure_id for hit in search(text, **asked).hits]


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", [*TERMS, *RARE])
def test_every_everyday_term_is_found_in_each_part_of_a_document_and_nowhere_else(fill, term) -> None:
    fill(
        [
            entry(1, title=f"关于{term}的公告"),
            entry(2, body=f"<p>本次{term}事项如下。</p>"),
            entry(3, elements=f"项目名称:{term}一期"),
            entry(4, attachments=[("附件.pdf", [("第1页", "无关"), ("第2页", f"名单:{term}等")])]),
            entry(5, summary=f"概述{term}"),
            entry(6, title="无关内容"),
            entry(7, title=" ".join(term) if len(term) > 1 else "无关"),
        ]
    )
    found = search(term)
    assert (found.total, found.total_is_exact) == (5, True)
    assert {hit.disclosure_id for hit in found.hits} == {1, 2, 3, 4, 5}


def test_all_words_must_be_there_wherever_they_stand(fill) -> None:
    fill(
        [
            entry(1, title="凤城镇桥梁加固工程", body="招标公告"),
            entry(2, title="凤城镇", body="招标", attachments=[("图.pdf", [("第1页", "桥梁加固")])]),
            entry(3, title="凤城镇桥梁加固工程"),
        ]
    )
    assert set(ids("凤城镇 桥梁加固 招标")) == {1, 2}
    assert set(ids("凤城镇\u3000桥梁加固")) == {1, 2, 3}
    assert ids("凤城镇 -招标") == [3]
    assert set(ids("-桥梁加固工程")) == {2}


def test_quoted_words_are_found_as_they_stand(fill) -> None:
    fill([entry(1, title="公告 招标"), entry(2, title="招标、公告"), entry(3, title="招标公告")])
    assert ids("“招标 公告”") == [2]
    assert set(ids("招标 公告")) == {1, 2, 3}


def test_words_half_in_bold_are_words_and_scripts_are_not(fill) -> None:
    fill(
        [entry(1, body="<p>招<strong>标</strong>公告&amp;通知</p><table><tr><td>甲</td><td>乙</td></tr></table>")]
    )
    assert ids("招标公告") == [1]
    assert ids("公告通知") == []
    assert ids("甲乙") == []
    assert ids("strong") == []


def test_a_broken_line_of_a_page_does_not_hide_a_word(fill) -> None:
    fill([entry(1, attachments=[("a.pdf", [("第1页", "本次公示的宗地位于湖\n头镇湖二村")])])])
    assert ids("湖头镇") == [1]


def test_a_file_without_text_is_found_by_its_name(fill) -> None:
    fill([entry(1, attachments=[("中标通知书.pdf", [])])])
    (hit,) = search("中标通知").hits
    assert hit.snippets == [("附件名称", "<mark>中标通知</mark>书.pdf")]


# --- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["安政办〔2018〕117号", "安政办[2018]117号", "安政办(2018)117号", "安政办 2018 117号", "安政办2018117号"],
)
def test_the_document_of_a_number_stands_before_those_that_cite_it(fill, typed) -> None:
    fill(
        [
            entry(1, title="方案", doc_no="安政办〔2018〕117号", day=0),
            entry(2, title="转发安政办〔2018〕117号", day=1),
            entry(3, title="安政办〔2018〕1170号", day=2),
        ]
    )
    found = search(typed)
    assert found.hits[0].disclosure_id == 1
    assert found.hits[0].is_same_number
    if typed != "安政办2018117号":
        assert [h.disclosure_id for h in found.hits] == [1, 2]
        assert found.total == 2


def test_an_index_number_is_found_whole_in_part_and_without_its_hyphens(fill) -> None:
    fill([entry(1, day=0), entry(2, day=1), entry(3, title="引用 CS09001-3004-2026-00001", day=2)])
    assert ids("CS09001-3004-2026-00001") == [1, 3]
    assert ids("cs0900130042026 00001") == [1]
    assert set(ids("3004-2026-0000")) == {1, 2, 3}
    assert ids("2026") == [3], "a year must not find everything published in it"
    assert ids("CS09001-3004-2026-00001", filters=SearchFilters(status="withdrawn")) == []


def test_documents_of_one_number_fill_a_page_and_the_next(fill) -> None:
    fill([entry(n, doc_no="测政〔2026〕5号", day=n) for n in range(1, 6)])
    seen: list[int] = []
    after = None
    for _ in range(5):
        found = search("测政〔2026〕5号", limit=2, after=after)
        assert found.total == 5
        seen += [h.disclosure_id for h in found.hits]
        after = found.next
        if after is None:
            break
    assert seen == [5, 4, 3, 2, 1]


# --- order and pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["newest", "relevance"])
@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_by_position_show_every_hit_once(fill, order, limit) -> None:
    fill([entry(n, title=f"第{n}号湖头镇公告" * (n % 3 + 1), day=n // 3) for n in range(1, 20)])
    seen: list[int] = []
    after = None
    while True:
        found = search("湖头", order=order, limit=limit, after=after)
        assert found.total == 19
        assert len(found.hits) <= limit
        seen += [h.disclosure_id for h in found.hits]
        if (after := found.next) is None:
            break
    assert sorted(seen) == list(range(1, 20))
    if order == "newest":
        assert seen == list(range(19, 0, -1))


def test_a_late_arrival_takes_its_place_by_day(fill) -> None:
    fill([entry(1, title="湖头", day=5), entry(2, title="湖头", day=-3000), entry(3, title="湖头", day=4)])
    fill([entry(4, title="湖头", day=3), entry(5, title="湖头", day=9)])
    assert ids("湖头") == [5, 1, 3, 4, 2]


def test_the_best_come_first_when_asked(fill) -> None:
    fill([entry(1, title="湖头镇", day=0), entry(2, body="某镇。" * 200 + "湖头", day=1)])
    assert ids("湖头") == [2, 1]
    assert ids("湖头", order="relevance") == [1, 2]
    assert search("湖头", order="relevance").order == "relevance"
    assert search("", order="relevance").order == "newest"


def test_with_too_many_hits_the_newest_come_first_and_the_page_says_so(fill, monkeypatch) -> None:
    monkeypatch.setattr(page, "RELEVANCE_LIMIT", 2)
    fill([entry(n, title="湖头", day=n) for n in range(1, 4)])
    found = search("湖头", order="relevance")
    assert found.order == "newest"
    assert [h.disclosure_id for h in found.hits] == [3, 2, 1]


def test_totals_stop_counting_and_say_so(fill, monkeypatch) -> None:
    monkeypatch.setattr(page, "CAP", 3)
    fill([entry(n, title="湖头" if n < 5 else "感德") for n in range(1, 8)])
    assert search("湖头").total_shown == "3+"
    assert not search("湖头").total_is_exact
    assert search("感德").total_shown == "3"
    assert queries.CAP == 10_000


@pytest.mark.parametrize(
    "after", ["", "x", "9" * 40, "-" + "9" * 40, "nan:1", "inf:1", "1:x", ":", "1:", "\x00", "5"]
)
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_a_place_that_means_nothing_is_the_first_page_or_no_more(fill, after, order) -> None:
    fill([entry(1, title="湖头")])
    assert search("湖头", after=after, order=order).total == 1


@pytest.mark.parametrize("limit", [-5, 0, 1, 10_000])
def test_the_length_of_a_page_is_bounded(fill, limit) -> None:
    fill([entry(n, title="湖头") for n in range(1, 110)])
    assert len(search("湖头", limit=limit).hits) == min(max(limit, 1), 100)


# --- filters -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_filter_narrows_and_all_together_do(fill) -> None:
    fill(
        [
            entry(1, title="湖头", domain_code="GP", agency_code="czj", township_code="hutou", stage="result"),
            entry(2, title="湖头", domain_code="LT", agency_code="zrzyj", item_code="LT-02", day=-400),
            entry(3, title="湖头", domain_code="GP", status="withdrawn", exchange_type="announcement"),
            entry(4, title="感德", domain_code="GP", township_code="hutou"),
        ]
    )
    assert set(ids("湖头", filters=SearchFilters(domain="GP"))) == {1, 3}
    assert ids("湖头", filters=SearchFilters(agency="zrzyj")) == [2]
    assert ids("湖头", filters=SearchFilters(township="hutou")) == [1]
    assert ids("湖头", filters=SearchFilters(item="LT-02")) == [2]
    assert ids("湖头", filters=SearchFilters(year=2025)) == [2]
    assert ids("湖头", filters=SearchFilters(status="withdrawn")) == [3]
    assert ids("湖头", filters=SearchFilters(exchange_type="announcement")) == [3]
    assert set(ids("湖头", filters=SearchFilters(stage="result"))) == {1, 2, 3}
    assert ids("湖头", filters=SearchFilters(domain="GP", year=2026, township="hutou")) == [1]
    assert set(ids("", filters=SearchFilters(township="hutou"))) == {1, 4}
    assert set(ids("-湖头", filters=SearchFilters(domain="GP"))) == {4}
    assert ids("湖头", filters=SearchFilters(domain="gp' OR 1")) == []
    assert ids("xd4750") == [], "the tokens of filters are not words"


@pytest.mark.django_db
def test_the_question_is_explained_in_words(fill) -> None:
    fill([])
    Domain.objects.create(code="GP", name="政府采购", name_en="Procurement")
    Agency.objects.create(code="hutou", kind="township", name="湖头镇人民政府", evidence="secondary")
    assert search("").explained == "列出全部公开信息"
    assert search("桥梁").explained == "在全部公开信息中查找含有“桥梁”的信息"
    filters = SearchFilters(
        domain="GP", township="hutou", year=2026, stage="result", status="expired", item="NO-1"
    )
    scope = "“政府采购 · NO-1 · 结果 · 湖头镇人民政府 · 2026年 · 公示期满”"
    asked = search("桥梁 招标 -流标", filters=filters)
    assert asked.explained == f"在{scope}中查找同时含有“桥梁”“招标”、不含“流标”的信息"
    assert "不含“流标”" in search("-流标").explained
    assert "只用了前面的部分" in search("湖" * 2000).explained
    with translation.override("en"):
        assert "Procurement" in search("x", filters=filters).explained


def test_an_empty_question_lists_what_there_is(fill) -> None:
    fill([entry(1), entry(2, day=1)])
    assert ids("") == [2, 1]
    assert ids("  \u3000") == [2, 1]


# --- showing -------------------------------------------------------------------------------------------------


def test_a_hit_names_the_file_and_the_page(fill) -> None:
    fill(
        [
            entry(
                1,
                title="公租房名单公示",
                body="<p>名单见附件。</p>",
                attachments=[
                    ("说明.docx", [("第1页", "无")]),
                    ("名单.xlsx", [("工作表“一”", "甲"), ("工作表“二”", "湖头镇 张测试")]),
                ],
            )
        ]
    )
    (hit,) = search("张测试").hits
    assert hit.snippets == [("附件“名单.xlsx” 工作表“二”", "湖头镇 <mark>张测试</mark>")]
    (hit,) = search("名单 湖头镇").hits
    assert [where for where, _ in hit.snippets] == ["正文", "附件“名单.xlsx” 工作表“二”"]
    (hit,) = search("说明 甲 湖头镇 名单").hits
    assert len(hit.snippets) == 3


def test_a_hit_in_the_title_alone_shows_how_the_text_begins(fill) -> None:
    fill([entry(1, title="湖头镇公告", body="<p>" + "经研究" * 100 + "</p>"), entry(2, title="湖头")])
    (bare, long) = search("湖头").hits
    assert bare.snippets == []
    assert long.title_html == "<mark>湖头</mark>镇公告"
    ((where, html),) = long.snippets
    assert where == "正文"
    assert html.startswith("经研究")
    assert html.endswith("…")


def test_markup_in_any_part_is_shown_as_text(fill) -> None:
    nasty = "<script>alert(1)</script>湖头\"'&<img src=x onerror=alert(1)>"
    fill(
        [
            entry(
                1,
                title=nasty,
                summary=nasty,
                body=f"<p>{nasty}</p>",
                elements=f"甲:{nasty}",
                attachments=[(nasty, [(nasty, nasty)])],
            )
        ]
    )
    for asked in ("湖头", "alert", "script", "img src"):
        (hit,) = search(asked).hits
        for html in [hit.title_html, *(html for _, html in hit.snippets)]:
            bare = html.replace("<mark>", "").replace("</mark>", "")
            assert "<" not in bare
            assert '"' not in bare


def test_looking_for_more_places_stops_after_some_pages(fill) -> None:
    pages = [(f"第{n}页", "无关") for n in range(1, 80)] + [("第80页", "湖头")]
    fill([entry(1, title="公告", body="湖头", attachments=[("大.pdf", pages)])])
    assert [where for where, _ in search("湖头").hits[0].snippets] == ["正文"]
    fill([entry(2, title="公告", body="无", attachments=[("大.pdf", pages)], day=1)])
    assert [where for where, _ in search("湖头").hits[0].snippets] == ["附件“大.pdf” 第80页"]


def test_a_word_written_otherwise_is_shown_in_its_page_too(fill) -> None:
    fill(
        [
            entry(
                1, title="公告", attachments=[("甲.pdf", [("第1页", "无"), ("第2页", "见ＰＰＰ项目、湖\u200b头")])]
            )
        ]
    )
    assert search("ppp 湖头").hits[0].snippets == [
        ("附件“甲.pdf” 第2页", "见<mark>ＰＰＰ</mark>项目、<mark>湖\u200b头</mark>")
    ]


def test_when_there_are_too_many_pages_to_look_through_the_hit_still_says_it_is_in_an_attachment(
    fill, monkeypatch
) -> None:
    monkeypatch.setattr(page, "Patience", lambda: Patience(iter(range(5)), iter(range(2))))
    pages = [(f"第{n}页", "无关") for n in range(6)]
    fill(
        [
            entry(1, title="公告", attachments=[("甲.pdf", [*pages, ("末页", "湖头")])]),
            entry(2, title="公告湖头", body="湖头", day=-1),
        ]
    )
    first, second = search("湖头").hits
    assert first.snippets == [("附件", "要找的字在附件里。附件页数很多,请打开附件查找。")]
    assert second.snippets == [("正文", "<mark>湖头</mark>")]


# --- whatever is typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["湖" * 10_000, "湖头 " * 3000, '"', '""', '"湖', "*", "湖*", "NEAR(湖 头)", "湖 AND", "OR", "NOT 湖", "-",
     "--湖", "湖 -湖", "{title} : 湖", "title:湖", "meta:xall", "^湖", "(湖", "湖)", "湖+头", "\x00", "湖\x00头",
     "\x1f", "\ud800湖", "'; DROP TABLE words", "%", "_", "\\", "¶", "🀄", "٣", "ﷺ", "İ", "a" * 999 + "湖",
     "- - -", "“”", "“湖 头", "1", "a", "<b>"],
)  # fmt: skip
@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_no_text_is_an_error(fill, text, order) -> None:
    fill([entry(1, title="湖头镇12号a", body="正文")])
    found = search(text, order=order)
    assert found.total in {0, 1}
    suggest(text)


def test_nothing_to_look_for_is_said(fill) -> None:
    fill([entry(1)])
    found = search("，。！")
    assert found.total == 0
    assert "没有可以检索的字词" in found.explained


def test_without_an_index_the_page_says_so(index: Path, caplog) -> None:
    found = search("湖头")
    assert not found.is_available
    assert found.total == 0
    assert suggest("湖头") == []
    index.write_bytes(b"not a database" * 1000)
    assert not search("湖头").is_available


def test_an_index_of_another_version_is_not_read(fill, index: Path, monkeypatch) -> None:
    fill([entry(1, title="湖头")])
    assert search("湖头").total == 1
    with store.writing(index) as connection:
        connection.execute("UPDATE state SET value = 'older' WHERE name = 'form'")
    fresh = sqlite3.connect(index)
    fresh.close()
    store.files._idle.clear()
    assert not search("湖头").is_available
    with store.writing(index) as connection:
        assert store.position(connection) == 0
        assert store.count(connection) == 0


# --- nothing found -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_part_has_answers_is_suggested(fill) -> None:
    fill([entry(1, title="凤城镇桥梁加固工程"), entry(2, title="湖头镇招标公告", domain_code="LT")])
    assert search("凤城镇 招标").total == 0
    assert suggest("凤城镇 招标") == [Suggestion("凤城镇", 1, True), Suggestion("招标", 1, True)]
    assert suggest("凤城镇加固工程")[0] == Suggestion("凤城镇 加固工程", 1, True)
    assert suggest("凤城镇桥梁 -加固") == [Suggestion("凤城镇桥梁", 1, True)]
    assert suggest("凤城镇", filters=SearchFilters(domain="LT")) == [
        Suggestion("凤城镇", 1, True, drops_filters=True)
    ]
    assert suggest("龘龘龘") == []
    assert suggest("“桥梁 加固”")[0] == Suggestion("桥梁 加固", 1, True)
    assert suggest("") == []
    assert suggest('"招标 公告 湖头" 凤城镇') == [Suggestion("凤城镇", 1, True)]
    assert suggest("招标 公告 -感德 凤城")[0].text == "招标 公告"[:2]


def test_the_longest_part_is_found_by_halving() -> None:
    known = "凤城镇桥梁"
    for length in range(6):
        assert queries.suggestions._longest(known[:length] + "无", lambda part: part in known) == length


def test_every_hit_of_a_rare_character_shows_it(fill) -> None:
    fill([entry(n, title=f"张{char}公示") for n, char in enumerate(RARE, 1)])
    for char in RARE:
        for hit in search(char).hits:
            assert fold(char) in fold(hit.title)
            assert "<mark>" in hit.title_html
