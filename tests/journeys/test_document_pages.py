"""Files in a real browser: dragged, pasted, broken off and gone on with; accessible on desk and phone."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from gongkai.catalogue.models import Item
from gongkai.core.privacy import Certainty, Kind
from gongkai.disclosures import actions
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents import uploads
from gongkai.documents.actions import Applicant, load_applicants, mask_file, store
from gongkai.documents.models import Finding
from tests import make
from tests.cast import Cast
from tests.journeys.test_workspace_accessibility import (  # noqa: F401 - fixtures
    DESK,
    PHONE,
    Open,
    browser,
    desk,
    faults,
    look,
    one,
    pytestmark,
)
from tests.overrule import triggers_off
from tests.web.workspace.conftest import cast, enter, item  # noqa: F401 - fixtures

IDENTITY = "110101199003070011"  # of nobody: an invented number whose check character fits
PICTURES = os.environ.get("GONGKAI_PICTURES", "")


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.APPLICANT_KEY = tmp_path, str(tmp_path / "applicants.key")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def sheet(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["姓名", "公民身份号码"])
    book.active.append(["张测试", IDENTITY])
    path = tmp_path / "名单.xlsx"
    book.save(path)
    return path


@pytest.fixture
def draft(cast: Cast, item: Item, tmp_path: Path) -> Revision:  # noqa: F811
    """A draft with the whole number in text and file."""
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now)
    text = make.text(formed_on=timezone.localdate(), body=f"<p>申请人身份证号 {IDENTITY}。</p>")
    made = actions.save_revision(made, text=text, edits=0, by=cast.lin, at=now)
    stored = store(sheet(tmp_path), name="名单.xlsx", by=cast.lin, at=now)
    actions.attach(made, stored=stored, name="名单.xlsx", by=cast.lin, at=now)
    return made


def picture(page: Page, address: str, name: str) -> None:
    """The page as it looks on desk and phone, for whoever asked for pictures."""
    for size in (DESK, PHONE) if PICTURES else ():
        page.set_viewport_size(size)  # type: ignore[arg-type] # a viewport
        page.goto(address)
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)


def test_the_drafters_and_reviewers_pages_are_accessible(
    cast: Cast,  # noqa: F811
    draft: Revision,
    desk: Open,  # noqa: F811
) -> None:
    lin, hung = desk(cast.lin), draft.attachments.get()
    waiting = uploads.begin(
        cast.lin.pk, name="图纸.pdf", size=9_000_000, modified="1", about=str(draft.disclosure.public_id)
    )
    uploads.take(waiting, io.BytesIO(b"%PDF-1.7" * 200_000), offset=0)
    pages = {"draft": one("draft", draft), "mask-text": one("mask_text", draft)}
    for name, address in pages.items():
        look(lin, address)
        picture(lin.new_page(), address, name)
    copy = mask_file(hung.file, name=hung.name, by=cast.lin, at=timezone.now())
    masked = actions.attach(draft, stored=copy, name="名单(遮盖).xlsx", by=cast.lin, at=timezone.now())
    pages = {
        "before-after": one("before_after", draft, masked.pk),
        "applicants": reverse("workspace:applicants"),
        "applicants-new": reverse("workspace:applicants_new"),
    }
    for name, address in pages.items():
        look(lin, address)
        picture(lin.new_page(), address, name)
    actions.submit(draft, by=cast.lin, at=timezone.now())
    chen = desk(cast.chen)
    look(chen, one("review", draft))
    picture(chen.new_page(), one("review", draft), "review")


def test_the_offices_list_is_accessible(cast: Cast, item: Item, desk: Open) -> None:  # noqa: F811
    disclosure = make.make_disclosure(item, hands=(cast.lin, cast.chen, cast.wang))
    stored = store(io.BytesIO("名单".encode()), name="名单.txt", by=cast.lin, at=make.NOW)
    with triggers_off():
        Attachment.objects.create(revision=disclosure.published_revision, file=stored, name="名单.txt")
    Finding.objects.create(
        subject=f"file:{stored.sha256}", file=stored, kind=Kind.RESIDENT_ID, certainty=Certainty.CERTAIN,
        layer="text", place="第1行",
        value_masked="11****011", why="测试", rule="测试", detector_version="x", found_at=make.NOW,
    )  # fmt: skip
    su = desk(cast.su)
    look(su, reverse("workspace:findings"))
    picture(su.new_page(), reverse("workspace:findings"), "findings")


def test_an_applicant_finds_her_place_without_script_and_without_a_trace_in_the_address(
    cast: Cast,  # noqa: F811
    browser: Browser,  # noqa: F811
    live_server: LiveServer,
) -> None:
    rows = [Applicant("CS-1", "021X", 17, points="86.5", next_step="等待第二批选房")]
    load_applicants(rows, code="a", title="测试轮候名单", agency=cast.finance, by=cast.lin, at=timezone.now())
    context = browser.new_context(base_url=live_server.url)
    look(context, "/housing/")
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)
    page = plain.new_page()
    page.goto("/housing/")
    page.get_by_label("申请回执号").fill("CS-1")
    page.get_by_label("申请人身份证号码的后四位").fill("021x")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="排在第 17 位")).to_be_visible()
    assert page.url.endswith("/housing/")
    assert plain.cookies() == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "housing-390.png", full_page=True)
        page.set_viewport_size(DESK)  # type: ignore[arg-type] # a viewport
        page.screenshot(path=Path(PICTURES) / "housing-1280.png", full_page=True)
    context.close()
    plain.close()


def choose(page: Page, path: Path) -> None:
    page.locator("#id_uploads").set_input_files(path)


def test_a_chosen_file_hangs_on_the_text_and_what_was_typed_stays(
    cast: Cast,  # noqa: F811
    draft: Revision,
    desk: Open,  # noqa: F811
    tmp_path: Path,
) -> None:
    note = tmp_path / "说明.txt"
    note.write_text("没有个人信息", encoding="utf-8")
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", draft))
    page.get_by_label("标题", exact=True).fill("还没有保存的标题")
    choose(page, note)
    expect(page.locator("#attached")).to_contain_text("说明.txt")
    expect(page.get_by_label("标题", exact=True)).to_have_value("还没有保存的标题")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert sorted(draft.attachments.values_list("name", flat=True)) == ["名单.xlsx", "说明.txt"]
    bad = tmp_path / "程序.exe"
    bad.write_bytes(b"MZ")
    choose(page, bad)
    expect(page.locator("#upload-desk")).to_contain_text("不支持这种扩展名")
    assert faults(page) == []


def test_a_large_file_broken_off_goes_on_after_a_reload(
    cast: Cast,  # noqa: F811
    draft: Revision,
    desk: Open,  # noqa: F811
    tmp_path: Path,
) -> None:
    large = tmp_path / "大表.csv"
    large.write_text("编号,说明\n" + "1,没有个人信息的一行\n" * 90_000, encoding="utf-8")
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", draft))
    page.route("**/uploads/*/?offset=*", _only_first)
    choose(page, large)
    expect(page.locator("#upload-desk")).to_contain_text("网络中断")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#upload-desk")).to_contain_text("再选一次这个文件")
    sent: list[str] = []
    page.unroute("**/uploads/*/?offset=*")
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(page, large)
    expect(page.locator("#attached")).to_contain_text("大表.csv", timeout=180_000)
    assert sent[0].endswith("offset=2097152")
    assert draft.attachments.get(name="大表.csv").file.size == large.stat().st_size


def test_a_button_pressed_while_a_file_is_on_its_way_waits_for_the_file(
    cast: Cast,  # noqa: F811
    draft: Revision,
    desk: Open,  # noqa: F811
    tmp_path: Path,
) -> None:
    note = tmp_path / "说明.txt"
    note.write_text("没有个人信息", encoding="utf-8")
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", draft))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/uploads/*/?offset=*", hold)
    with page.expect_request("**/uploads/*/?offset=*"):
        choose(page, note)
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.locator("#upload-desk")).to_contain_text("附件传完后自动继续")
    held.pop().continue_()
    expect(page.get_by_text("已保存。")).to_be_visible(timeout=20_000)
    assert sorted(draft.attachments.values_list("name", flat=True)) == ["名单.xlsx", "说明.txt"]


def test_a_file_chosen_before_the_script_arrived_is_taken_too(
    cast: Cast,  # noqa: F811
    draft: Revision,
    desk: Open,  # noqa: F811
    tmp_path: Path,
) -> None:
    note = tmp_path / "早选.txt"
    note.write_text("没有个人信息", encoding="utf-8")
    page = desk(cast.lin, viewport=DESK).new_page()
    kept: list[Route] = []

    def keep(route: Route) -> None:  # not `kept.append`: Playwright marks the handler, a built-in cannot be marked
        kept.append(route)

    page.route("**/upload*.js", keep)
    with page.expect_request("**/upload*.js"):
        page.goto(one("draft", draft), wait_until="commit")
    choose(page, note)
    for route in kept:
        route.continue_()
    assert kept
    expect(page.locator("#attached")).to_contain_text("早选.txt")


def _only_first(route: Route) -> None:
    if route.request.url.endswith("offset=0"):
        route.continue_()
    else:
        route.abort()


def test_files_are_dragged_and_pictures_pasted(cast: Cast, draft: Revision, desk: Open) -> None:  # noqa: F811
    page = desk(cast.lin, viewport=DESK).new_page()
    page.goto(one("draft", draft))
    page.evaluate(
        """() => {
          const drag = new DataTransfer();
          drag.items.add(new File(["没有个人信息"], "拖来的.txt", { type: "text/plain" }));
          for (const kind of ["dragover", "drop"]) {
            document.body.dispatchEvent(
              new DragEvent(kind, { dataTransfer: drag, bubbles: true, cancelable: true }));
          }
        }"""
    )
    expect(page.locator("#attached")).to_contain_text("拖来的.txt")
    page.evaluate(
        """() => new Promise((done) => {
          const canvas = document.createElement("canvas");
          canvas.toBlob((blob) => {
            const clip = new DataTransfer();
            clip.items.add(new File([blob], "image.png", { type: "image/png" }));
            document.body.dispatchEvent(
              new ClipboardEvent("paste", { clipboardData: clip, bubbles: true, cancelable: true }));
            done();
          });
        })"""
    )
    expect(page.locator("#attached")).to_contain_text("粘贴图片")
    expect(page.locator("#attached summary")).to_contain_text("在页面中预览")
