"""Every public page: it answers, in few queries, with the right tags; nonsense never breaks it."""

import csv
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.catalogue.models import Domain
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations.models import Obligation
from gongkai.web.facts import five
from tests.web.portal.story import Story

pytestmark = pytest.mark.django_db

# Address → the most queries the page may cost. Budgets, not measurements: a query in a loop breaks them.
BUDGETS = {
    "/": 12,
    "/domains/GP/": 12,
    "/disclosures/": 14,
    "/disclosures/?domain=XX&year=2026&stage=result": 16,
    "/checklist/": 16,
    "/checklist/?domain=GP&agency=czj": 18,
    "/checklist/diff/": 8,
    "/checklist/GP-10/": 24,
    "/timeliness/": 6,
    "/timeliness/rows/": 8,
    "/search/": 8,
    "/search/?q=湖头": 12,
    "/proof/": 6,
    "/guide/": 4,
    "/about/": 4,
}


def _get(path: str, **more: Any) -> Any:
    return Client().get(path, **more)


def _page(path: str) -> str:
    response = _get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def _first() -> Disclosure:
    return Disclosure.objects.get(title__startswith="凤城镇中心小学")


def _corrected() -> Disclosure:
    return Disclosure.objects.get(published_revision__number=2)


def _withdrawn() -> Disclosure:
    return Disclosure.objects.get(status=DisclosureStatus.WITHDRAWN)


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_answers_within_its_budget_of_queries(told: Story, path: str) -> None:
    _get(path)  # what is kept between requests (the county's facts) is kept now
    with CaptureQueriesContext(connection) as queries:
        assert _get(path).status_code == 200
    assert len(queries) <= BUDGETS[path], [q["sql"][:120] for q in queries]


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_answers_in_english_too(told: Story, path: str) -> None:
    response = _get(f"/en{path}")
    assert response.status_code == 200
    assert '<html lang="en"' in response.content.decode()


def test_a_detail_page_costs_the_same_however_many_versions_and_clocks(told: Story) -> None:
    costs = []
    for row in (_first(), _corrected()):
        _get(f"/d/{row.public_id}/")
        with CaptureQueriesContext(connection) as queries:
            assert _get(f"/d/{row.public_id}/").status_code == 200
        costs.append(len(queries))
    assert max(costs) <= 18


def test_the_card_has_its_five_facts_in_order_on_every_kind_of_page(told: Story) -> None:
    for row in Disclosure.objects.exclude(status=DisclosureStatus.UNPUBLISHED):
        page = _page(f"/d/{row.public_id}/")
        card = page[page.index('<dl class="card"') :]
        questions = re.findall(r"<dt>(.*?)</dt><dd>(.+?)</dd>", card[: card.index("</dl>")])
        assert [q for q, _ in questions] == ["谁发的", "什么事", "多少钱", "到哪天", "不服找谁"]
        assert all(answer.strip() for _, answer in questions)


def test_an_amount_of_an_element_is_shown_and_one_in_the_summary_alone_is_found_and_its_place_named(
    told: Story,
) -> None:
    first = _first()
    page = _page(f"/d/{first.public_id}/")
    assert "128.5 万元(1,285,000.00 元)" in page
    assert "摘自概述" not in page
    without = five(first, first.published_revision, [], [])
    assert [(f.answer, f.beside) for f in without if f.question == "多少钱"] == [
        ("128.5 万元(1,285,000.00 元)", "摘自概述")
    ]


def test_a_detail_page_carries_the_national_tags(told: Story) -> None:
    page = _page(f"/d/{_first().public_id}/")
    tags = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', page))
    assert tags["ArticleTitle"] == "凤城镇中心小学教学设备采购项目中标结果公告"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", tags["PubDate"])
    assert tags["SiteDomain"] == "127.0.0.1:8000"
    assert {"SiteName", "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType", "ContentSource"} <= set(
        tags
    )
    assert {"Keywords", "Description", "Url"} <= set(tags)
    assert "SiteIDCode" not in tags  # never invented


def test_the_picture_of_a_shared_page_exists(told: Story) -> None:
    page = _page(f"/d/{_first().public_id}/")
    found = re.search(r'<meta property="og:image" content="http://127.0.0.1:8000/static/([^"]+)">', page)
    assert found
    assert finders.find(found[1])


def test_the_site_code_is_shown_when_the_county_has_given_it(told: Story, settings: Any) -> None:
    settings.SITE_ID_CODE = "3505240001"
    assert '<meta name="SiteIDCode" content="3505240001">' in _page("/")


def test_an_embedded_page_has_no_chrome_but_its_main_landmark(told: Story, settings: Any) -> None:
    settings.EMBEDDED = True
    page = _page("/disclosures/")
    assert "<header" not in page
    assert "<footer" not in page
    assert '<main id="main"' in page


def test_demonstration_data_are_announced_on_every_page(told: Story, settings: Any) -> None:
    settings.DEMO = True
    for path in BUDGETS:
        assert "演示数据" in _page(path), path


def test_elder_mode_is_a_cookie_set_by_a_plain_link_and_leads_back(told: Story) -> None:
    client = Client()
    response = client.get("/elder/?on=1&next=/checklist/")
    assert response.headers["Location"] == "/checklist/"
    assert '<html lang="zh-Hans" class="elder">' in client.get("/").content.decode()
    client.get("/elder/?on=0&next=/")
    assert 'class="elder"' not in client.get("/").content.decode()


def test_elder_mode_never_leads_to_another_site(told: Story) -> None:
    assert _get("/elder/?on=1&next=https://elsewhere.example/").headers["Location"] == "/"


def test_no_page_carries_inline_style_or_script(told: Story) -> None:
    for path in [*BUDGETS, f"/d/{_first().public_id}/", f"/d/{_first().public_id}/print/", "/data/"]:
        page = _page(path)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), path


def test_the_policy_forbids_inline_code(told: Story) -> None:
    assert "unsafe-inline" not in _get("/").headers["Content-Security-Policy"]


def test_a_reader_may_keep_a_page_for_half_a_minute_an_officer_may_not(told: Story) -> None:
    assert _get("/").headers["Cache-Control"] == "public, max-age=30"
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    assert "no-cache" in client.get("/").headers["Cache-Control"]
    assert "Cookie" in _get("/").headers["Vary"]


def test_a_page_is_kept_and_never_for_who_is_signed_in(told: Story, settings: Any) -> None:
    settings.PAGES_KEPT_SECONDS = 30
    first = _get("/about/")
    with CaptureQueriesContext(connection) as queries:
        again = _get("/about/")
    assert len(queries) == 1
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    elder, officer = Client(), Client()
    elder.cookies["elder"] = "1"
    officer.cookies["sessionid"] = "x" * 32
    assert 'class="elder"' in elder.get("/about/").content.decode()
    with CaptureQueriesContext(connection) as queries:
        officer.get("/about/")
    assert len(queries) > 1


def test_the_colours_of_the_profile_are_a_style_sheet_of_their_own(told: Story) -> None:
    response = _get("/theme.css")
    assert response.headers["Content-Type"].startswith("text/css")
    assert "--main: #0b5394;" in response.content.decode()


# --- stubs and versions ----------------------------------------------------------------------------------


def test_a_withdrawn_text_leaves_a_stub_with_its_reason_and_nothing_else(told: Story) -> None:
    row = _withdrawn()
    body = "内容为测试编写"
    page = _page(f"/d/{row.public_id}/")
    assert "合同双方协商解除" in page
    assert row.index_number in page
    for path in ("", "versions/", ".json"):
        address = f"/d/{row.public_id}{path}" if path == ".json" else f"/d/{row.public_id}/{path}"
        assert body not in _page(address), path
    assert _get(f"/d/{row.public_id}/versions/1/").status_code == 404
    assert _get(f"/d/{row.public_id}/content.1.json").status_code == 404


def test_a_correction_keeps_the_old_version_and_shows_both_side_by_side(told: Story) -> None:
    row = _corrected()
    versions = _page(f"/d/{row.public_id}/versions/")
    assert "<ins>" in versions
    assert "原公告起始价少写一位" in versions
    old = _page(f"/d/{row.public_id}/versions/1/")
    assert "已被更正,不再有效" in old
    assert '<meta name="robots" content="noindex">' in old


def test_an_unpublished_text_is_nowhere(told: Story) -> None:
    assert _get("/d/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_the_paper_leads_back_to_the_page(told: Story) -> None:
    row = _first()
    sheet = _page(f"/d/{row.public_id}/print/")
    assert f"http://127.0.0.1:8000/d/{row.public_id}/" in sheet
    code = _get(f"/d/{row.public_id}/qr.svg")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert fromstring(code.content).tag.endswith("svg")


def test_the_clock_page_counts_the_days_one_by_one(told: Story) -> None:
    row = _first()
    clock = row.obligations.get()
    page = _page(f"/d/{row.public_id}/clock/")
    assert all(day in page for day in clock.working["days"])
    assert clock.calendar_version in page
    assert clock.rule_version.clause in page


def test_the_canonical_content_is_the_bytes_the_log_hashes(told: Story) -> None:
    row = _first()
    content = _get(f"/d/{row.public_id}/content.1.json").content
    assert content == bytes(Revision.objects.get(pk=row.published_revision_id).content)


# --- lists, files, feeds ---------------------------------------------------------------------------------


def _csv(path: str) -> list[dict[str, str]]:
    response = _get(path)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    data = b"".join(response.streaming_content) if response.streaming else response.content
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_list_and_its_files_hold_the_same_rows(told: Story) -> None:
    query = "?domain=XX"
    expected = list(Disclosure.objects.filter(item__domain__code="XX").values_list("index_number", flat=True))
    assert expected
    assert [row["索引号"] for row in _csv(f"/disclosures.csv{query}")] == expected
    data = json.loads(b"".join(_get(f"/disclosures.json{query}").streaming_content))
    assert [row["index_number"] for row in data["rows"]] == expected
    assert {field["key"] for field in data["fields"]} == set(data["rows"][0])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(_get(f"/disclosures.xlsx{query}").streaming_content)))
    assert [row[1].value for row in book.active.iter_rows(min_row=2)] == expected
    assert book.active.freeze_panes == "A2"
    assert all(number in _page(f"/disclosures/{query}") for number in [f"(第{n}期)" for n in range(1, 18)])


def test_a_file_refuses_what_it_does_not_understand_instead_of_guessing(told: Story) -> None:
    response = _get("/disclosures.csv?year=abc")
    assert response.status_code == 400
    assert "无法识别" in response.content.decode()


def test_feeds_list_the_newest_change_first(told: Story) -> None:
    feed = fromstring(_get("/disclosures.atom?domain=LT").content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert [e.text for e in feed.findall("a:entry/a:title", space)] == [_corrected().title]
    data = json.loads(_get("/disclosures.feed.json").content)
    changed = [item["date_modified"] for item in data["items"]]
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert changed == sorted(changed, reverse=True)


def test_pages_follow_each_other_without_gap_or_repeat(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.web.portal.filters.PAGE_ROWS", 4)
    seen: list[str] = []
    path, back = "/disclosures/", []
    while path:
        page = _page(path)
        seen += re.findall(r'<a lang="zh-Hans" href="/d/([0-9a-f-]{36})/">', page)
        older = re.search(r'<a rel="next" href="([^"]+)">', page)
        back.append(path)
        path = older[1].replace("&amp;", "&") if older else ""
    expected = [str(d.public_id) for d in Disclosure.objects.exclude(status="unpublished")]
    assert seen == expected
    newer = re.search(r'<a rel="prev" href="([^"]+)">', _page(back[-1]))
    assert newer
    before = _page(newer[1].replace("&amp;", "&"))
    last = len(expected) - (len(expected) % 4 or 4)
    assert re.findall(r'<a lang="zh-Hans" href="/d/([0-9a-f-]{36})/">', before) == expected[last - 4 : last]


def test_sitemap_names_every_public_page_and_robots_names_the_map(told: Story) -> None:
    text = _get("/sitemap.xml").content.decode()
    fromstring(text)
    assert all(str(d.public_id) in text for d in Disclosure.objects.exclude(status="unpublished"))
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in _get("/robots.txt").content.decode()


def test_a_large_site_map_is_an_index_of_maps(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.web.portal.furniture.MAP_ROWS", 5)
    index = _get("/sitemap.xml").content.decode()
    maps = re.findall(r"<loc>http://127.0.0.1:8000(.*?)</loc>", index)
    found = "".join(_get(path).content.decode() for path in maps)
    assert all(str(d.public_id) in found for d in Disclosure.objects.exclude(status="unpublished"))
    assert _get("/sitemap.xml?p=999").status_code == 404


def test_the_files_of_a_data_set_hold_the_same_rows(told: Story) -> None:
    for name in ("disclosures", "clocks", "timeliness", "agencies"):
        rows = len(_csv(f"/data/{name}.csv"))
        assert rows > 0
        assert len(json.loads(b"".join(_get(f"/data/{name}.json").streaming_content))["rows"]) == rows
        book = openpyxl.load_workbook(io.BytesIO(b"".join(_get(f"/data/{name}.xlsx").streaming_content)))
        assert book.active.max_row == rows + 1, name


def test_every_dump_has_the_size_and_checksum_the_page_says(told: Story) -> None:
    import hashlib

    page = _page("/data/")
    rows = re.findall(r'<a href="(/data/[^"]+)">.*?(\d[\d.]* (?:B|KB|MB)).*?([0-9a-f]{64})', page, re.S)
    assert len(rows) == 15
    for path, _size, digest in rows:
        body = b"".join(_get(path).streaming_content)
        assert hashlib.sha256(body).hexdigest() == digest, path


# --- timeliness ------------------------------------------------------------------------------------------


def test_every_figure_of_the_board_opens_exactly_its_rows(told: Story) -> None:
    page = _page("/timeliness/?months=12")
    links = re.findall(r'<a href="(/timeliness/rows/\?[^"]+)">(\d+)', page)
    assert len(links) > 10
    for address, figure in links:
        rows = _page(address.replace("&amp;", "&"))
        assert f"共 {figure} 件" in rows, address


def test_the_board_has_something_late_something_owed_and_says_so_in_its_title(told: Story) -> None:
    page = _page("/timeliness/?months=12")
    assert re.search(r"应公开 \d+ 件,逾期 \d+ 件,最多的是", page)
    svg = fromstring(_get("/timeliness/chart.svg?months=12").content)
    title = svg.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text in page
    assert not svg.findall(".//{http://www.w3.org/2000/svg}style")


def test_rows_behind_a_figure_follow_each_other_without_gap_or_repeat(
    told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.web.portal.behind.PAGE_ROWS", 5)
    path, seen = "/timeliness/rows/", 0
    dates: list[str] = []
    while path:
        page = _page(path)
        dates += re.findall(r'<td class="nowrap" data-label="应公开日">([\d-]*)', page)
        seen += page.count('<td class="nowrap" data-label="应公开日">')
        older = re.search(r'<a rel="next" href="([^"]+)">', page)
        path = "/timeliness/rows/" + older[1].replace("&amp;", "&") if older else ""
    assert seen == Obligation.objects.count()
    assert dates == sorted(dates, reverse=True)


def test_rows_behind_a_figure_can_be_taken_as_a_file(told: Story) -> None:
    rows = _csv("/timeliness/rows.csv?figure=behind")
    assert rows
    assert {row["状态"] for row in rows} <= {"逾期公开", "逾期未公开", "未到期"}


# --- checklist -------------------------------------------------------------------------------------------


def test_the_checklist_shows_every_item_and_its_files_hold_as_many(told: Story) -> None:
    page = _page("/checklist/")
    assert "共 151 项" in page
    assert len(_csv("/checklist.csv")) == 151
    assert len(json.loads(_get("/checklist.json").content)["rows"]) == 151
    assert _get("/checklist.xlsx").content[:2] == b"PK"


def test_the_checklist_is_folded_by_domain_with_the_first_or_the_chosen_one_open(told: Story) -> None:
    page = _page("/checklist/")
    folds = re.findall(r"<details class=\"fold\"( open)?><summary><h2>(.*?)</h2>", page)
    assert [named for _, named in folds] == [d.name for d in Domain.objects.filter(retired_on=None)]
    assert [bool(opened) for opened, _ in folds] == [True] + [False] * (len(folds) - 1)
    assert page.count("<tbody>") == page.count("<thead>") == len(folds)
    assert re.findall(r'<td class="num" data-label="序号">(\d+)</td>', page) == [str(n) for n in range(1, 152)]
    chosen = re.findall(r"<details class=\"fold\"( open)?><summary><h2>(.*?)</h2>", _page("/checklist/?domain=GP"))
    assert chosen == [(" open", Domain.objects.get(code="GP").name)]


def test_the_checklist_of_one_agency_holds_only_its_items(told: Story) -> None:
    rows = _csv("/checklist.csv?agency=czj")
    assert 0 < len(rows) < 151
    assert all("财政局" in row["公开主体"] for row in rows)


# --- search ----------------------------------------------------------------------------------------------


def test_a_word_inside_an_attachment_is_found_with_its_place(told: Story) -> None:
    page = _page("/search/?q=评审委员会")
    assert "附件“" in page
    assert "<mark>" in page


def test_nothing_found_offers_the_request_and_carries_the_words_along(told: Story) -> None:
    page = _page("/search/?q=没有这样的词语")
    assert "没有找到" in page
    assert "/guide/?wanted=" in page


# --- nonsense --------------------------------------------------------------------------------------------

NONSENSE = [
    "/disclosures/?after=zz&year=99999&domain=%00&agency=" + "x" * 500,
    "/disclosures/?after=99999999999999999999999999-1",
    "/disclosures/?before=1-99999999999999999999",
    "/disclosures/?year=0000",
    "/disclosures/?year=②⓪②⑥",
    "/timeliness/?months=9999999",
    "/timeliness/rows/?month=9999-12&figure=zz&agency=%00",
    "/timeliness/rows/?page=zz",
    "/checklist/?agency=nobody&domain=%27%20OR%201=1",
    "/checklist/diff/?from=99&to=x",
    "/search/?q=" + "字" * 500 + "&order=zz&after=zz",
    "/search/?q=%00%22%20AND%20OR%20*",
    "/elder/?on=7&next=//elsewhere.example",
    "/sitemap.xml?p=1",
]


@pytest.mark.parametrize("path", NONSENSE)
def test_nonsense_in_the_address_gets_a_page_not_an_error(told: Story, path: str) -> None:
    assert _get(path).status_code in {200, 302}


def test_a_filter_that_was_not_understood_is_named_on_the_page(told: Story) -> None:
    page = _page("/disclosures/?domain=ZZ&year=1x")
    assert "“domain=ZZ”" in page
    assert "“year=1x”" in page


def test_markup_in_the_address_is_shown_as_text(told: Story) -> None:
    page = _page("/disclosures/?domain=<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["domain", "agency", "township", "year", "stage", "type", "item", "after", "before", "q"]
    ),
    value=st.text(max_size=30),
)
def test_whatever_is_typed_into_a_filter_the_list_answers(told: Story, name: str, value: str) -> None:
    assert _get("/disclosures/", data={name: value}).status_code == 200
    assert _get("/search/", data={name: value}).status_code == 200
    assert _get("/timeliness/rows/", data={name: value}).status_code == 200


def test_a_missing_page_says_so_in_plain_words(told: Story) -> None:
    response = _get("/nothing-here/")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_a_folded_page_asked_for_printing_has_every_fold_open(told: Story) -> None:
    assert '<details class="fold">' in Client().get("/checklist/").content.decode()
    page = Client().get("/checklist/?print=1").content.decode()
    assert '<details class="fold">' not in page
    assert '<details class="fold" open>' in page
