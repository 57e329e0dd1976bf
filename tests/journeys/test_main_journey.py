"""From an empty folder to a provable public page, by people in a real browser.

The administrator takes the one-time password ``make run`` printed; a drafter drafts from an item of the checklist
with an attachment; another person reviews; it is published, found by a two-character word inside the attachment,
and its proof is checked offline, without the database. Every identity is invented.
"""

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django_otp.oath import totp
from docx import Document
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.stage import ROOT, free_port, manage

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true",
        reason="no chromium on this machine (apt-get install chromium): the journeys in a browser were left out",
    ),
]
WORD = "磜头"  # two rare characters that stand only inside the attachment
NEW_PASSWORD = "Ceshi-Mima-2026!"


@dataclass
class County:
    """A running county with its administrator's one-time password, and what people have been given so far."""

    home: str
    var: Path
    passwords: dict[str, str]
    keys: dict[str, str] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def code(self, who: str) -> str:
        """The authenticator's next code; a code is good for one sign-in, so wait for a fresh one."""
        while int(time.time()) // 30 == self.used.get(who):
            time.sleep(0.5)
        self.used[who] = int(time.time()) // 30
        key = self.keys[who]
        return f"{totp(base64.b32decode(key + '=' * (-len(key) % 8))):06d}"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    var = tmp_path_factory.mktemp("county")
    port = free_port()
    told = manage(var, "up", "--port", str(port))
    password = re.search(r"一次性密码\s+(\S+)", told)
    assert password
    try:
        yield County(home=f"http://127.0.0.1:{port}", var=var, passwords={"admin": password[1]})
    finally:
        manage(var, "down")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def sign_in(chromium: Browser, county: County, who: str) -> Page:
    """A page of ``who``'s own browser, past password, forced change and second factor, on the first screen."""
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(f"{county.home}/workspace/")
    page.get_by_label("登录名").fill(who)
    page.get_by_label("密码").fill(county.passwords[who])
    page.get_by_role("button", name="登录").click()
    if "password" in page.url:
        page.get_by_label("现用密码").fill(county.passwords[who])
        page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
        page.get_by_label("再输一遍新密码").fill(NEW_PASSWORD)
        page.get_by_role("button", name="更换密码").click()
        county.passwords[who] = NEW_PASSWORD
    if "setup" in page.url:
        key = re.search(r"密钥:\s*([A-Z2-7 ]+)", page.inner_text("main"))
        assert key, page.inner_text("main")
        county.keys[who] = key[1].replace(" ", "")
        page.get_by_label("验证码").fill(county.code(who))
        page.get_by_role("button", name="完成绑定").click()
        page.get_by_role("link", name="我已保存").click()
    elif "second-factor" in page.url:
        page.get_by_label("验证码").fill(county.code(who))
        page.get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def create_officer(page: Page, county: County, who: str, name: str, *, agency: str, role: str) -> None:
    """Through the administrator's pages, as an administrator would."""
    page.goto(f"{county.home}/workspace/people/new/")
    page.get_by_label("登录名").fill(who)
    page.get_by_label("姓名").fill(name)
    page.get_by_role("button", name="新建").click()
    password = re.search(r"只显示这一次\)[::]\s*(\S+)", page.inner_text("main"))
    assert password, page.inner_text("main")
    county.passwords[who] = password[1]
    page.get_by_label("单位").select_option(label=agency)
    page.get_by_label("角色").select_option(role)
    page.get_by_role("button", name="任命").click()
    expect(page.get_by_role("cell", name="现任")).to_be_visible()


@pytest.fixture(scope="module")
def staffed(county: County, chromium: Browser) -> County:
    """The county with a drafter and a reviewer in 县财政局, both invented."""
    page = sign_in(chromium, county, "admin")
    create_officer(page, county, "lin", "林测试", agency="安溪县财政局", role="drafter")
    create_officer(page, county, "chen", "陈测试", agency="安溪县财政局", role="reviewer")
    return county


def attachment(folder: Path) -> Path:
    document = Document()
    document.add_paragraph("采购明细(演示)")
    document.add_paragraph(f"交货地点:{WORD}村办公楼,共三批。")
    path = folder / "采购明细.docx"
    document.save(str(path))
    return path


def test_a_notice_is_drafted_reviewed_by_another_published_found_and_proved(
    staffed: County, chromium: Browser, tmp_path: Path
) -> None:
    # The drafter drafts from an item of the checklist.
    lin = sign_in(chromium, staffed, "lin")
    lin.goto(f"{staffed.home}/workspace/drafts/new/")
    lin.get_by_role("button", name=re.compile("起草 ?:监督检查处理决定")).click()
    draft = lin.locator("form#draft")
    draft.get_by_label("标题", exact=True).fill("某单位办公设备采购监督检查处理决定(测试)")
    draft.get_by_label("形成日期").fill(time.strftime("%Y-%m-%d"))
    draft.get_by_label("处理决定完成并履行报审程序之日").fill(time.strftime("%Y-%m-%d"))
    for box in draft.locator("fieldset input[type=text], fieldset textarea").all():
        box.fill("无(测试)")
    draft.get_by_role("textbox", name="正文").fill("检查已经结束,明细见附件。")
    draft.get_by_label("添加附件").set_input_files(attachment(tmp_path))
    draft.get_by_role("button", name="保存", exact=True).last.click()
    expect(lin.get_by_text("采购明细.docx").first).to_be_visible()
    lin.get_by_role("button", name="提交审查").click()
    page_of_it = lin.url
    expect(lin.get_by_text("待审查").first).to_be_visible()

    # Another person reviews it, seeing what the public will see.
    chen = sign_in(chromium, staffed, "chen")
    chen.goto(f"{staffed.home}/workspace/reviews/")
    chen.get_by_role("link", name=re.compile("办公设备采购|审查")).last.click()
    expect(chen.get_by_text("公众将看到的页面")).to_be_visible()
    chen.get_by_label("审查意见和依据").fill("经审查,不涉及国家秘密、工作秘密和个人隐私。")
    chen.get_by_role("button", name="同意公开").click()

    # It is published.
    lin.goto(page_of_it)
    lin.get_by_role("link", name="公开", exact=True).click()
    lin.get_by_role("button", name="确认公开").click()
    lin.get_by_role("link", name="看公开页面").click()
    public = lin.url
    expect(lin.get_by_text("谁发的")).to_be_visible()
    expect(lin.get_by_text("不服找谁")).to_be_visible()

    # A citizen finds it by two characters that stand only inside the attachment.
    citizen = chromium.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    found = citizen.get_by_role("link", name=re.compile("办公设备采购"))
    for _ in range(40):  # the followers are a second or two behind
        citizen.goto(f"{staffed.home}/search/?q={WORD}")
        if found.count():
            break
        time.sleep(0.5)
    expect(citizen.get_by_text("采购明细.docx").first).to_be_visible()
    expect(citizen.locator("mark").filter(has_text=WORD).first).to_be_visible()
    found.first.click()
    assert citizen.url == public

    # And checks its proof offline, without the database.
    for _ in range(40):
        citizen.goto(public)
        if citizen.get_by_role("link", name="下载证明文件").count():
            break
        time.sleep(0.5)
    with citizen.expect_download() as proof:
        citizen.get_by_role("link", name="下载证明文件").click()
    with citizen.expect_download() as content:
        citizen.get_by_role("link", name="下载规范内容").click()
    proof.value.save_as(tmp_path / "notice.tlog-proof")
    content.value.save_as(tmp_path / "notice.json")
    told = verify(tmp_path, "notice.tlog-proof", "--content", "notice.json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "内容未改动" in told.stdout

    # One byte changed is found.
    altered = (tmp_path / "notice.json").read_bytes().replace("测试".encode(), "测验".encode(), 1)
    (tmp_path / "altered.json").write_bytes(altered)
    assert verify(tmp_path, "notice.tlog-proof", "--content", "altered.json").returncode == 1


def verify(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The verifier as a journalist runs it: no settings, no database, no network."""
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "gongkai.verify", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
