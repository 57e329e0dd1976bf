"""Every page of the workspace in a real browser: axe at WCAG 2.2 AA, no sideways scrolling, keys, no script."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from tests import make
from tests.cast import PASSWORD, Cast
from tests.web.workspace.conftest import Enter, cast, enter, item  # noqa: F401 - fixtures
from tests.web.workspace.test_open_findings import handed_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
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
Open = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    assert CHROMIUM, "CI=true requires chromium"
    with sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; our own database work here is still synchronous.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, enter: Enter) -> Iterator[Open]:  # noqa: F811
    """A browser context of an officer who has finished signing in."""
    opened: list[BrowserContext] = []

    def open_as(who: Officer, **options: object) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", **options)
        client: Client = enter(who)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_as
    for context in opened:
        context.close()


@pytest.fixture
def story(cast: Cast, item: Item) -> dict[str, Revision]:  # noqa: F811
    """One text in each stage, one corrected, clocks running and late."""
    hands, now = (cast.lin, cast.chen, cast.wang), timezone.now()
    text = make.text(formed_on=timezone.localdate())
    draft = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now, title="起草中的公告")
    submitted = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now)
    submitted = actions.save_revision(submitted, text=text, edits=0, by=cast.lin, at=now)
    actions.submit(submitted, by=cast.lin, at=now)
    approved, _hands = make.make_approved(item, at=now, hands=hands)
    published = make.make_disclosure(item, at=now, hands=hands)
    corrected = actions.start_correction(published, reason="金额写错", by=cast.lin, at=now)
    late = timezone.localdate() - timedelta(days=60)
    for n, day in enumerate((late, timezone.localdate())):
        clocks.open_obligation(item, agency=cast.finance, fact_on=day, label=f"测试{n}", by=cast.lin, at=now)
    return {"draft": draft, "submitted": submitted, "approved": approved, "corrected": corrected}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['help']} — {node['html'][:200]}" for v in found for node in v["nodes"]]


def look(context: BrowserContext, address: str) -> None:
    """The page at ``address`` has no fault on the desk and on the phone, and the browser has no complaint."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        answer = page.goto(address)
        assert answer, address
        assert answer.status < 400, (address, answer.status)
        assert faults(page) == [], (address, size)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{address} scrolls sideways: {width} px"
    assert said == [], (address, said)
    page.close()


def one(name: str, revision: Revision, *more: int) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id, *more])


def test_the_way_in_is_accessible(cast: Cast, browser: Browser, live_server: LiveServer) -> None:  # noqa: F811
    context = browser.new_context(base_url=live_server.url)
    look(context, reverse("workspace:sign_in"))
    page = context.new_page()
    page.goto(reverse("workspace:sign_in"))
    page.fill("[name=username]", "wang")
    page.fill("[name=password]", "wrong")
    page.click("main button.button")
    assert faults(page) == []
    page.fill("[name=password]", PASSWORD)
    page.click("main button.button")
    expect(page.get_by_role("heading", level=1)).to_have_text("绑定验证器")
    page.wait_for_function("() => document.querySelector('img.qr').naturalWidth > 100")
    assert faults(page) == []
    context.close()


def test_a_review_with_findings_is_accessible(cast: Cast, item: Item, desk: Open) -> None:  # noqa: F811
    for body in ("<p>身份证号 110101199003070011</p><p>陈小明(9岁)</p>", "<p>陈小明(9岁)的补助</p>"):
        revision = handed_in(cast, item, body, 1)
        look(desk(cast.chen), one("review", revision))


def test_the_drafters_pages_are_accessible(cast: Cast, story: dict[str, Revision], desk: Open) -> None:  # noqa: F811
    lin = desk(cast.lin)
    clock = Obligation.objects.order_by("pk")[0]
    draft, corrected, approved = story["draft"], story["corrected"], story["approved"]
    for address in (
        *(
            reverse(f"workspace:{n}")
            for n in ["tasks", "account", "help", "draft_new", "obligations", "disclosures", "propose"]
        ),
        reverse("workspace:fact") + "?item=GP-01",
        reverse("workspace:obligation", args=[clock.pk]),
        *(one(n, draft) for n in ("draft", "preview", "discard", "disclosure")),
        *(one(n, corrected) for n in ("disclosure", "preview", "first_publication")),
        one("compare", corrected, 1, 2),
        one("publish", approved),
    ):
        look(lin, address)


def test_the_offices_pages_are_accessible(cast: Cast, story: dict[str, Revision], desk: Open) -> None:  # noqa: F811
    su = desk(cast.su)
    version = Item.objects.get().rules.get().versions.get()
    names = (
        "tasks silent catalogue publish_catalogue rules calendars calendar_new closure_new warnings agencies log"
    )
    for address in (
        *(reverse(f"workspace:{n}") for n in names.split()),
        reverse("workspace:contact", args=["finance"]),
        reverse("workspace:rule", args=[version.rule.code]),
        reverse("workspace:rule_change", args=[version.rule.code, version.pk]),
        reverse("workspace:waive", args=[Obligation.objects.order_by("pk")[0].pk]),
        one("withdraw", story["corrected"]),
    ):
        look(su, address)


def test_the_reviewers_and_administrators_pages_are_accessible(
    cast: Cast,  # noqa: F811
    story: dict[str, Revision],
    desk: Open,
) -> None:
    chen = desk(cast.chen)
    look(chen, reverse("workspace:reviews"))
    look(chen, one("review", story["submitted"]))
    ye = desk(cast.ye)
    for address in (
        reverse("workspace:people"),
        reverse("workspace:officer_new"),
        reverse("workspace:officer", args=[cast.lin.pk]),
        reverse("workspace:deactivate", args=[cast.lin.pk]),
    ):
        look(ye, address)


def test_a_refused_form_is_accessible_and_leads_to_its_fields(
    cast: Cast,  # noqa: F811
    story: dict[str, Revision],
    desk: Open,
) -> None:
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", story["draft"]))
    page.get_by_role("button", name="提交审查").click()
    expect(page.locator("#problems")).to_be_focused()
    assert faults(page) == []
    page.get_by_role("link", name="“成交金额”是必选要素").click()
    expect(page.get_by_label("成交金额")).to_be_focused()


def test_the_text_saves_itself_while_it_is_written(
    cast: Cast,  # noqa: F811
    story: dict[str, Revision],
    desk: Open,
) -> None:
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", story["draft"]))
    page.get_by_label("标题", exact=True).fill("自己保存的标题")
    expect(page.locator("#autosave")).to_contain_text("已自动保存", timeout=15_000)
    story["draft"].refresh_from_db()
    assert (story["draft"].title, story["draft"].edits) == ("自己保存的标题", 1)
    expect(page.locator("#id_edits")).to_have_value("1")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("已保存。")).to_be_visible()


def test_the_keys_find_and_help(cast: Cast, story: dict[str, Revision], desk: Open) -> None:  # noqa: F811
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(reverse("workspace:tasks"))
    page.keyboard.press("/")
    expect(page.locator("#desk-q")).to_be_focused()
    page.keyboard.type("起草中?")  # the key of help is a letter while one types
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="起草中的公告")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("怎样办理")


def test_a_text_goes_its_whole_way_without_script(cast: Cast, item: Item, desk: Open) -> None:  # noqa: F811
    lin = desk(cast.lin, java_script_enabled=False, viewport=DESK).new_page()
    lin.goto(reverse("workspace:draft_new"))
    lin.get_by_role("button", name=re.compile(f"起草 ?:{item.name}")).click()
    lin.get_by_label("标题", exact=True).fill("没有脚本的公告")
    lin.get_by_label("形成日期").fill(str(timezone.localdate()))
    lin.get_by_label("项目名称").fill("测试项目")
    lin.get_by_label("成交金额").fill("128万元")
    lin.get_by_role("button", name="提交审查").click()
    chen = desk(cast.chen, java_script_enabled=False, viewport=DESK).new_page()
    chen.goto(reverse("workspace:tasks"))
    chen.get_by_role("link", name=re.compile("审查 ?:没有脚本的公告")).click()
    chen.get_by_label("审查意见和依据").fill("不涉密")
    chen.get_by_role("button", name="同意公开").click()
    lin.goto(reverse("workspace:tasks"))
    lin.get_by_role("link", name=re.compile("公开 ?:没有脚本的公告")).click()
    lin.get_by_role("button", name="确认公开").click()
    assert "已公开" in lin.inner_text("main")
    assert Disclosure.objects.get().index_number
