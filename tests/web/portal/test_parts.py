"""The small parts: comparison, tables, charts, tags."""

import csv
import io
import json
import re
from html import unescape
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gongkai.web import charts, tables, words
from gongkai.web.difference import LETTERS_COMPARED, fields, paragraphs, passages
from gongkai.web.templatetags import gongkai as tags

_texts = st.lists(st.text(alphabet="甲乙丙<>&1 ", min_size=1, max_size=12), max_size=8)


def _read(side: str) -> str:
    return unescape(re.sub(r"</?(?:ins|del)>", "", side))


@given(old=_texts, new=_texts)
def test_a_comparison_loses_no_letter_of_either_side(old: list[str], new: list[str]) -> None:
    pairs = list(passages("正文", old, new))
    assert "".join(_read(p.old) for p in pairs) == "".join(old)
    assert "".join(_read(p.new) for p in pairs) == "".join(new)


@given(old=_texts, new=_texts)
def test_only_what_differs_is_marked(old: list[str], new: list[str]) -> None:
    for pair in passages("正文", old, new):
        assert pair.changed == ("<del>" in pair.old or "<ins>" in pair.new)


def test_a_very_long_passage_is_shown_whole_rather_than_compared_for_minutes() -> None:
    old, new = "甲" * (LETTERS_COMPARED + 1), "乙" * 10
    (pair,) = passages("正文", [old], [new])
    assert pair.old == f"<del>{old}</del>"


def test_named_fields_keep_their_order_and_say_what_left() -> None:
    pairs = list(fields({"金额": "1", "旧": "x"}, {"金额": "2", "空": ""}))
    assert [(p.label, p.changed) for p in pairs] == [("金额", True), ("旧", True)]


def test_blocks_become_paragraphs_and_cells_stay_apart() -> None:
    html = "<h2>题</h2><p>一 <strong>二</strong></p><table><tr><td>甲</td><td>乙</td></tr></table>"
    assert paragraphs(html) == ["题", "一 二", "甲 | 乙"]


# --- tables ----------------------------------------------------------------------------------------------


def _table(*rows: list[Any]) -> tables.Table:
    return tables.Table("t", "表", [tables.Column("a", "甲"), tables.Column("b", "乙")], rows)


def test_a_formula_in_a_cell_is_not_run_by_office_programs() -> None:
    text = "".join(tables.csv_lines(_table(["=1+1", "@x"])))
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1] == ["'=1+1", "'@x"]
    out = io.BytesIO()
    tables.write_xlsx(_table(["=1+1", "350524199001011234"]), out)
    sheet = openpyxl.load_workbook(out).active
    assert [(c.value, c.data_type) for c in sheet[2]] == [("=1+1", "s"), ("350524199001011234", "s")]


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(-(2**40), 2**40)), max_size=6))
def test_json_is_json_whatever_the_cells_hold(rows: list[tuple[str, int]]) -> None:
    data = json.loads("".join(tables.json_parts(_table(*[list(r) for r in rows]))))
    assert [(r["a"], r["b"]) for r in data["rows"]] == rows


@given(st.text(max_size=40))
def test_any_text_fits_into_a_sheet(value: str) -> None:
    out = io.BytesIO()
    tables.write_xlsx(_table([value, None]), out)
    assert openpyxl.load_workbook(out).active.max_row in {1, 2}


def test_a_chinese_file_name_survives_with_a_plain_one_beside_it() -> None:
    assert tables.disposition('公告"1".pdf') == (
        "attachment; filename=\"___1_.pdf\"; filename*=UTF-8''%E5%85%AC%E5%91%8A%221%22.pdf"
    )


# --- charts ----------------------------------------------------------------------------------------------


def test_a_chart_is_plain_svg_titled_with_its_finding_and_every_part_is_named() -> None:
    rows = [charts.Bar("县财政局", [charts.Part(8, "good", "按时"), charts.Part(1, "bad", "逾期")])]
    svg = charts.bars(title="逾期 1 件", unit="件", rows=rows)
    root = fromstring(svg)
    assert root[0].text == "逾期 1 件"
    assert b"style" not in svg
    assert b"script" not in svg
    assert {"按时 8", "逾期 1"} <= {e.text for e in root.iter("{http://www.w3.org/2000/svg}title")}


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert fromstring(charts.bars(title="没有", unit="件", rows=[])).tag.endswith("svg")


# --- tags ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered", "shown"),
    [
        ("1285000元", "128.5 万元(1,285,000.00 元)"),
        ("128.5万元", "128.5 万元(1,285,000.00 元)"),
        ("3亿元", "30,000 万元(300,000,000.00 元)"),
        ("999", "999.00 元"),
        ("无,未成交", "无,未成交"),
        ("", ""),
    ],
)
def test_money_is_shown_in_wan_and_in_full(entered: str, shown: str) -> None:
    assert tags.money(entered) == shown


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "0 B"), (999, "999 B"), (1536, "1.5 KB"), (5_000_000, "4.8 MB"), (3 << 30, "3.0 GB")]
)
def test_a_size_is_readable(amount: int, shown: str) -> None:
    assert tags.size(amount) == shown


def test_a_state_is_a_word_a_shape_and_a_tone() -> None:
    assert tags.state("overdue") == ('<span class="state bad"><span aria-hidden="true">■</span>逾期未公开</span>')
    shapes = [mark.shape for mark in words.MARKS["obligation"].values()]
    assert len(set(shapes)) == len(shapes)


def test_an_unknown_state_shows_itself_instead_of_failing() -> None:
    assert "odd" in tags.state("odd")


def test_a_name_is_in_the_language_of_the_reader() -> None:
    class Thing:
        name, name_en, short_name = "某镇人民政府", "People's Government of Some Town, Test County", "某镇"

    assert (tags.named(Thing()), tags.short(Thing())) == ("某镇人民政府", "某镇")
    with translation.override("en"):
        assert (tags.named(Thing()), tags.short(Thing())) == (
            "People's Government of Some Town, Test County",
            "Some Town",
        )


def test_the_query_tag_changes_one_value_and_starts_the_pages_anew() -> None:
    request = RequestFactory().get("/?a=1&b=2&page=9&after=x")
    template = Template("{% load gongkai %}{% query a='3' b='' %}")
    assert template.render(Context({"request": request})) == "?a=3"


def test_what_is_not_confirmed_is_not_given_out_as_a_telephone_number() -> None:
    assert tags.reach({"phone": "待核实", "address": "凤城镇某路1号"}) == "凤城镇某路1号"
