"""The workspace in English: what remains in Chinese is what somebody wrote, and is marked as Chinese."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from gongkai.disclosures.models import ImportRun
from tests.web.han import han, unmarked_anywhere
from tests.web.portal.conftest import _django_db_marker, _own_log, told  # noqa: F401 - fixtures
from tests.web.portal.story import Story
from tests.web.workspace.desk import signed_in
from tests.web.workspace.tour import NAMES, NO_PAGE, Stop, Tour

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _back_to_chinese() -> Iterator[None]:
    """A request for an English page leaves its language behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(scope="module")
def tour(told: Story) -> Iterator[Tour]:  # noqa: F811
    """The desk in the told county; the pages asked for once leave their language behind too."""
    with translation.override("zh-hans"):
        yield Tour(told)


@pytest.fixture(scope="module")
def stops(tour: Tour) -> list[Stop]:
    """The walk, its addresses in Chinese."""
    return list(tour.stops())


@pytest.fixture(scope="module")
def desk(stops: list[Stop]) -> Callable[[Stop], Client]:
    """The client of whoever looks at a page."""
    clients: dict[tuple[Any, bool], Client] = {}

    def of(stop: Stop) -> Client:
        key = (stop.who, stop.halfway)
        if key not in clients:
            clients[key] = signed_in(stop.who, halfway=stop.halfway)
        return clients[key]

    return of


@pytest.fixture(scope="module")
def pages(stops: list[Stop], desk: Callable[[Stop], Client]) -> dict[str, str]:
    """Every page of the workspace in English, under who looks and where it is."""
    shown: dict[str, str] = {}
    for stop in stops:
        answer: Any = desk(stop).get(f"/en{stop.path}")
        assert answer.status_code == 200, (stop, answer.status_code, answer.get("Location"))
        shown[f"{stop.who} {stop.path}"] = answer.content.decode()
    return shown


def test_the_walk_leaves_no_page_out(stops: list[Stop]) -> None:
    assert set(NAMES) - {stop.name for stop in stops} - NO_PAGE == set()


def test_every_page_in_english_holds_no_chinese_of_its_own(pages: dict[str, str]) -> None:
    found = {where: left for where, page in pages.items() if (left := unmarked_anywhere(page))}

    assert found == {}


def test_what_is_marked_as_chinese_is_not_a_text_of_the_product(pages: dict[str, str]) -> None:
    """A sentence of ours that nobody translated must not pass as somebody's writing."""
    ours = _untranslated()
    found = {
        f"{where}: {text}"
        for where, page in pages.items()
        for element in lxml.html.fromstring(page).xpath("//*[@lang='zh-Hans' and not(@hreflang)]")
        for text in han(element.text or "")
        if text in ours
    }

    assert found == set()


def _untranslated() -> set[str]:
    """Every run of Chinese in a source text of the product that its English does not quote, placeholders aside."""
    catalogue = polib.pofile(str(Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"))
    texts = [re.sub(r"%\(\w+\)[sd]", " ", entry.msgid) for entry in catalogue]
    quoted = {run for entry in catalogue for run in han(entry.msgstr)}
    return {run for text in texts for run in han(text) if len(run) > 1} - quoted


# Forms that cannot be sent empty; what makes the server look at the part that is wrong.
REFUSED = {
    "sign_in": {}, "second_factor": {"code": "1"}, "password": {"present": "x", "new": "1", "again": "2"},
    "fact": {"item": "HA-04", "agency": "zjj"}, "draft": {"press": "submit", "edits": "0"}, "propose": {},
    "import_item": {"pasted": "标题\t别的列\n测试\t测试"}, "applicants_new": {"agency": "zjj", "title": "测试"},
    "applicants_load": {"pasted": "x"}, "correct": {"withhold": ["1"]}, "withdraw": {}, "withhold": {},
    "first_publication": {}, "review": {"verdict": "return"}, "release": {}, "original": {}, "waive": {},
    "rule_confirm": {}, "rule_change": {"value": "x", "month_day": "x"}, "confirm_fact": {}, "decide": {},
    "calendar_new": {"days_off": "x"}, "closure_new": {}, "warnings": {"agency": "zjj", "days": "9999"},
    "officer_new": {}, "officer": {"press": "appoint"},
}  # fmt: skip


def test_what_a_refused_form_says_is_english_too(stops: list[Stop], desk: Callable[[Stop], Client]) -> None:
    found, asked = {}, set()
    for stop in stops:
        if stop.name not in REFUSED or stop.name in asked:
            continue
        answer: Any = desk(stop).post(f"/en{stop.path}", REFUSED[stop.name])
        asked.add(stop.name)
        if answer.status_code not in {200, 422}:
            found[stop.path] = [f"{answer.status_code} {answer.get('Location')}"]
        elif left := unmarked_anywhere(answer.content.decode()):
            found[stop.path] = left
    assert found == {}
    assert asked == set(REFUSED)


def test_tables_leave_with_english_heads(stops: list[Stop], desk: Callable[[Stop], Client]) -> None:
    found = {}
    for stop in stops:
        answer: Any = desk(stop).get(f"/en{stop.path.split('?')[0]}", {"as": "csv"})
        # The 公开清单 leaves in the form the State Council prescribes, heads and all.
        if stop.name != "catalogue" and answer["Content-Type"].startswith("text/csv"):
            heads = next(csv.reader([b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]]))
            if han(" ".join(heads)):
                found[stop.path] = heads
    assert found == {}


def sheet_of(answer: Any) -> Any:
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_template_explains_itself_in_english_and_keeps_the_names_the_import_knows(tour: Tour) -> None:
    lin = signed_in(tour.lin)
    book = sheet_of(lin.get(f"/en/workspace/imports/{tour.item.code}/{tour.agency.code}/template.xlsx"))
    heads = book["填报"][2]
    assert heads[0].value == "●标题"
    assert [head.comment.text for head in heads if han(head.comment.text)] == []
    rules = [row[0] for row in book["填写说明"].iter_rows(min_row=3, max_row=8, values_only=True)]
    assert [rule for rule in rules if han(str(rule).replace("【示例】", ""))] == []


def test_a_returned_sheet_says_in_english_what_is_wrong(tour: Tour) -> None:
    run = ImportRun.objects.get(state=ImportRun.State.REFUSED)
    page = sheet_of(signed_in(tour.lin).get(f"/en/workspace/imports/runs/{run.public_id}/returned.xlsx")).active
    said = [cell.comment.text for row in page.iter_rows() for cell in row if cell.comment]
    told_in_row = [line.split("】")[1] for line in page.cell(3, page.max_column).value.split("\n")]
    assert said
    assert [text for text in said + told_in_row if han(text.split("”")[-1])] == []
    assert page.cell(2, page.max_column).value == "问题"
