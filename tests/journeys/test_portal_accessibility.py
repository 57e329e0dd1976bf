"""Every kind of public page in a real browser: axe finds nothing at WCAG 2.2 AA, nothing scrolls sideways."""

import io
import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Attachment, Disclosure
from tests.web.portal.conftest import _django_db_marker, _own_log, told  # noqa: F401 - fixtures
from tests.web.portal.story import Story

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true",
        reason="没有 Chromium(Debian 上:apt-get install chromium),浏览器检查未做",
    ),
]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FONT = "getComputedStyle(document.documentElement).fontSize"
PAGES = {
    "home": "/",
    "domain": "/domains/GP/",
    "list": "/disclosures/",
    "narrowed list": "/disclosures/?domain=XX&year=1x",
    "detail": "/d/{first}/",
    "corrected": "/d/{corrected}/",
    "withdrawn": "/d/{withdrawn}/",
    "versions": "/d/{corrected}/versions/",
    "old version": "/d/{corrected}/versions/1/",
    "clock": "/d/{first}/clock/",
    "sheet": "/d/{first}/print/",
    "checklist": "/checklist/?domain=GP",
    "item": "/checklist/GP-10/",
    "changes": "/checklist/diff/",
    "board": "/timeliness/?months=12",
    "rows": "/timeliness/rows/?figure=behind",
    "results": "/search/?q=" + quote("湖头"),
    "nothing found": "/search/?q=" + quote("没有这样的词语"),
    "proof": "/proof/",
    "data": "/data/",
    "guide": "/guide/",
    "about": "/about/",
    "missing": "/nothing-here/",
    "form": "/guide/form/",
    "place": "/housing/",
    "text of a file": "/d/{first}/files/{file}/text/",
    "unfolded": "/checklist/?domain=GP&print=1",
    "embedded": "/disclosures/?embed=1",
}


@pytest.fixture(scope="module")
def shown() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    assert CHROMIUM, "CI=true requires chromium"
    # Playwright keeps an event loop in this thread; our own database work here is still synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def address(told: Story) -> Iterator[str]:  # noqa: F811
    """The told county, served."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


def _path(kind: str) -> str:
    return PAGES[kind].format(
        first=(first := Disclosure.objects.get(title__startswith="凤城镇中心小学")).public_id,
        file=Attachment.objects.get(revision=first.published_revision).pk,
        corrected=Disclosure.objects.get(published_revision__number=2).public_id,
        withdrawn=Disclosure.objects.get(status=DisclosureStatus.WITHDRAWN).public_id,
    )


def _faults(page: Any) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['help']} — {node['html'][:200]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_accessible_in_both_languages_on_desk_and_phone_and_in_large_type(
    shown: Browser, address: str, kind: str
) -> None:
    path = _path(kind)
    for prefix, size, elder in (("", DESK, False), ("/en", PHONE, False), ("", PHONE, True), ("", PHONE, False)):
        context = shown.new_context(viewport=size)
        if elder:
            context.add_cookies([{"name": "elder", "value": "1", "url": address}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(f"{address}{prefix}{path}")
        assert _faults(page) == [], (prefix, size, elder)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{prefix}{path} scrolls sideways: {width} px"
        assert page.evaluate(FONT) == ("20px" if elder else "16px")
        assert [line for line in said if "Content Security Policy" in line] == []
        context.close()


def test_the_whole_site_works_without_script(shown: Browser, address: str) -> None:
    context = shown.new_context(java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    page.goto(address)
    page.fill("#q", "评审委员会")
    page.click("text=搜索 >> nth=-1")
    assert page.locator(".list > li").count() >= 1
    page.click(".list > li >> nth=0 >> a >> nth=0")
    assert page.locator("dl.card dt").all_inner_texts() == ["谁发的", "什么事", "多少钱", "到哪天", "不服找谁"]
    context.close()


def test_the_keyboard_reaches_the_text_past_the_menu_in_one_step(shown: Browser, address: str) -> None:
    page = shown.new_page()
    page.goto(f"{address}/checklist/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_large_type_is_switched_by_a_click_and_stays(shown: Browser, address: str) -> None:
    context = shown.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(address)
    page.click("text=长者模式")
    assert page.evaluate(FONT) == "20px"
    page.goto(f"{address}/guide/")
    assert page.evaluate(FONT) == "20px"
    context.close()


def test_the_folded_checklist_is_short_on_a_phone_and_prints_whole(shown: Browser, address: str) -> None:
    context = shown.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/checklist/")
    folded = page.locator("details.fold:not([open])").count()
    assert folded > 1
    last = page.locator("details.fold tbody tr").last
    assert not last.is_visible()
    page.locator("details.fold summary").last.click()
    assert last.is_visible()
    page.goto(f"{address}/checklist/")
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert {round(float(max(sheet.mediabox[2:]))) for sheet in paper} == {842}
    printed = "".join("".join(sheet.extract_text().split()) for sheet in paper)
    codes = set(Item.objects.filter(retired_on=None).values_list("code", flat=True))
    assert {code for code in codes if code not in printed} == set()
    context.close()


def test_a_notice_prints_on_a4_without_menus(shown: Browser, address: str) -> None:
    page = shown.new_page()
    page.goto(f"{address}{_path('detail')}")
    page.emulate_media(media="print")
    for selector in (".menu", ".switches", ".skip"):
        assert not page.locator(selector).first.is_visible()
    assert page.locator("dl.card").is_visible()
    page.close()
