"""Every page of the workspace, with something on it, in a real browser: axe, nothing too wide, large type too.

It takes minutes and is no part of the suite: ``make walk``. The pages of each day are in
``test_workspace_accessibility``.
"""

import os
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.journeys.test_workspace_accessibility import CHROMIUM, DESK, PHONE, faults, pytestmark  # noqa: F401
from tests.web.portal.conftest import _django_db_marker, _own_log, told  # noqa: F401 - fixtures
from tests.web.portal.story import Story
from tests.web.workspace.desk import signed_in
from tests.web.workspace.tour import Stop, Tour

PARTS = {"import_progress"}  # put into a page by htmx, no page by itself
LARGE = "document.documentElement.classList.add('elder')"
WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def tour(told: Story) -> Tour:  # noqa: F811
    """The desk in the told county."""
    return Tour(told)


def looked_at(page: Page, address: str) -> list[str]:
    """What is wrong with the page on the desk, on the phone, and on the phone in large type."""
    answer = page.goto(address)
    assert answer
    assert answer.status == 200, (address, answer.status)
    wrong = [f"desk: {fault}" for fault in faults(page)]
    for size, large in ((DESK, True), (PHONE, False), (PHONE, True)):
        page.set_viewport_size(size)
        page.evaluate(LARGE.replace("add", "add" if large else "remove"))
        if (over := page.evaluate(WIDE)) > 0:
            wrong.append(f"{size['width']} px{' large' if large else ''}: {over} px too wide")
    return wrong + [f"phone, large: {fault}" for fault in faults(page)]


def test_every_page_of_the_workspace_is_accessible_on_desk_and_phone_and_in_large_type(tour: Tour) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    stops = list({stop.path: stop for stop in tour.stops() if stop.name not in PARTS}.values())
    server = LiveServer("127.0.0.1")
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        desks: dict[Any, Page] = {}
        for stop in stops:
            key = (stop.who, stop.halfway)
            if key not in desks:
                desks[key] = _desk(browser, stop, server.url)
            desks[key].set_viewport_size(DESK)
            if wrong := looked_at(desks[key], stop.path):
                found[f"{stop.who} {stop.path}"] = wrong
        browser.close()
    server.stop()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    assert found == {}


def _desk(browser: Browser, stop: Stop, address: str) -> Page:
    """A page of whoever looks, signed in as far as they are."""
    context = browser.new_context(base_url=address, locale="zh-CN")
    client = signed_in(stop.who, halfway=stop.halfway)
    if stop.who:
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
    return context.new_page()
