"""The editor of the body in a real browser: written, pasted, kept; by keyboard, on a phone, without a library."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from gongkai.catalogue.models import Item
from gongkai.disclosures.actions import richtext
from gongkai.disclosures.models import Revision
from tests.cast import Cast
from tests.journeys.test_workspace_accessibility import (  # noqa: F401 - fixtures
    DESK,
    Open,
    browser,
    desk,
    faults,
    one,
    pytestmark,
    story,
)
from tests.web.workspace.conftest import cast, enter, item  # noqa: F401 - fixtures

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8>
<style>p.MsoNormal {color:red}</style></head><body lang=ZH-CN onload="alert(1)"><!--StartFragment-->
<h1>一、采购结果</h1>
<p class=MsoNormal style='text-indent:21pt'><b><span style='color:red'>成交</span></b>供应商<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp; </span>
</span>第一包</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span>
</span>桌椅</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.<span>&nbsp; </span>
</span>第二包</p>
<p class=MsoNormal style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>(一)</span>其他事项</p>
<table class=MsoTableGrid border=1 style='width:100pt'><tr><td colspan=2 onclick="steal()" style='color:red'>
<p class=MsoNormal>供应商</p></td></tr><tr><td><p>测试公司</p></td><td><p>128</p></td></tr></table>
<script>alert(2)</script><style>x{}</style><p><a href="javascript:alert(3)">坏链接</a>
<a href="https://example.cn/a">好链接</a><img src="file:///c:/x.png" onerror="alert(4)"></p>
<!--EndFragment--></body></html>"""

PASTE = """(paper, [kind, text]) => {
  const clip = new DataTransfer();
  clip.setData(kind, text);
  paper.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true}));
}"""


def editor_of(page: Page) -> Locator:
    paper = page.get_by_role("textbox", name="正文")
    expect(paper).to_have_attribute("contenteditable", "true")
    return paper


@pytest.fixture
def page(cast: Cast, story: dict[str, Revision], desk: Open) -> Page:  # noqa: F811
    """The draft's page at a desk, with whatever the browser complains about."""
    opened = desk(cast.lin, viewport=DESK).new_page()
    opened.complaints = []  # type: ignore[attr-defined] # the test's own list
    opened.on(
        "console",
        lambda said: opened.complaints.append(said.text) if said.type == "error" else None,  # type: ignore[attr-defined] # the same
    )
    opened.goto(one("draft", story["draft"]))
    return opened


def test_a_text_written_and_pasted_from_word_is_seen_cleaned(page: Page, story: dict[str, Revision]) -> None:  # noqa: F811
    paper = editor_of(page)
    paper.click()
    page.keyboard.type("先写的一句,")
    page.get_by_role("button", name="加粗").click()
    page.keyboard.type("要紧")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    paper.evaluate(PASTE, ["text/html", WORD])
    expect(page.get_by_text("没有带入脚本、样式或图片")).to_contain_text(
        "href、img、onclick、onerror、script、style"
    )
    assert faults(page) == []
    page.get_by_role("button", name="保存并预览").click()
    seen = page.locator(".public-text .body")
    expect(seen.locator("p > strong").first).to_have_text("要紧")
    expect(seen.locator("h2")).to_have_text("一、采购结果")
    expect(seen.locator("ol > li")).to_have_text([re.compile("第一包"), "第二包"])
    expect(seen.locator("ol > li > ul > li")).to_have_text("桌椅")
    expect(seen.get_by_text("(一)其他事项")).to_be_visible()
    expect(seen.locator("td")).to_have_text(["供应商", "测试公司", "128"])
    expect(seen.locator("td").first).to_have_attribute("colspan", "2")
    expect(seen.locator("a")).to_have_text("好链接")
    assert page.complaints == []  # type: ignore[attr-defined] # the fixture's list
    kept = Revision.objects.get(pk=story["draft"].pk).body
    assert not re.search(r"script|style|img|class|onclick|javascript|<p></p>|<td[^>]*><p>", kept), kept


def test_what_was_kept_comes_back_and_an_untouched_text_is_not_saved_again(
    page: Page,
    story: dict[str, Revision],  # noqa: F811
) -> None:
    rich = (
        '<h3>甲</h3><ol start="3"><li>乙</li></ol><table><tbody><tr><th scope="col">丙</th></tr></tbody></table>'
        '<blockquote><p>丁<sup>2</sup></p></blockquote><p><a href="https://example.cn/" title="戊">己</a></p>'
    )
    rich = richtext.clean(rich)
    Revision.objects.filter(pk=story["draft"].pk).update(body=rich)
    page.reload()
    editor_of(page)
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert Revision.objects.get(pk=story["draft"].pk).edits == story["draft"].edits
    paper = editor_of(page)  # the page came back: its editor is a new one
    paper.get_by_text("己").click()
    page.keyboard.press("End")
    page.keyboard.type("。")
    expect(page.locator("#autosave")).to_contain_text("已自动保存", timeout=15_000)
    kept = Revision.objects.get(pk=story["draft"].pk).body
    assert kept == rich.replace("己</a>", "己</a>。")


def test_the_keyboard_reaches_every_button_and_is_never_caught(page: Page) -> None:
    paper = editor_of(page)
    paper.focus()
    page.keyboard.type("关于公告")
    page.wait_for_timeout(700)  # what is done at once is undone at once
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="大标题")).to_be_focused()
    page.keyboard.press("Enter")
    expect(paper.locator("h2")).to_have_text("关于公告")
    expect(page.get_by_role("button", name="大标题")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="撤销")).to_be_focused()
    page.keyboard.press("Escape")
    expect(paper).to_be_focused()
    page.keyboard.press("Control+z")
    expect(paper.locator("h2")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.get_by_label("链接网址").fill("没有这个")
    page.keyboard.press("Enter")
    expect(page.locator(".rich-said")).to_contain_text("网址不完整")
    page.get_by_label("链接网址").fill("www.example.cn")
    page.keyboard.press("Enter")
    expect(paper.locator("a")).to_have_attribute("href", "https://www.example.cn")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="插入表格").click()
    for n in range(8):
        page.keyboard.type(f"第{n + 1}格")
        page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="当前表格")).to_be_visible()
    assert faults(page) == []
    expect(paper).to_be_focused()
    page.keyboard.press("Tab")
    expect(paper).not_to_be_focused()


def test_the_editor_fits_the_narrowest_phone_in_both_languages(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    paper = editor_of(page)
    paper.click()
    page.get_by_role("button", name="插入表格").click()
    for _ in range(3):
        page.keyboard.type("单元格里很长很长的一段文字" * 4)
        page.keyboard.press("Tab")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert faults(page) == []
    page.locator("#autosave").get_by_text("已自动保存").wait_for(timeout=15_000)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("toolbar", name="Formatting of the body")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not re.search("[一-鿿]", page.locator(".rich-bar").inner_text())


def test_an_error_leads_to_the_editor(page: Page) -> None:
    page.get_by_role("button", name="提交审查").click()
    expect(page.locator("#problems")).to_be_focused()
    editor_of(page)
    page.get_by_role("link", name="正文、要素和附件至少要有一项内容").click()
    expect(editor_of(page)).to_be_focused()


def test_a_saved_copy_of_the_page_pasted_as_text_keeps_its_structure(page: Page) -> None:
    paper = editor_of(page)
    paper.evaluate(PASTE, ["text/plain", "<h2>甲</h2><table><tbody><tr><td>乙</td></tr></tbody></table>"])
    expect(paper.locator("h2")).to_have_text("甲")
    expect(paper.locator("td")).to_have_text("乙")


def test_cells_from_excel_keep_their_table_and_a_bare_picture_becomes_an_attachment(page: Page) -> None:
    paper = editor_of(page)
    cells = "<html><head><style>td{}</style></head><body><table><col width=64><tr height=20 style='height:15pt'>"
    cells += "<td style='font-weight:700'>供应商</td><td align=right>128</td></tr></table></body></html>"
    paper.evaluate(PASTE, ["text/html", cells])
    expect(paper.locator("td")).to_have_text(["供应商", "128"])
    paper.evaluate(
        """paper => {
          const clip = new DataTransfer();
          clip.items.add(new File(["x"], "image.png", {type: "image/png"}));
          paper.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator("#upload-desk")).to_contain_text("粘贴图片")
    expect(paper.locator("td")).to_have_count(2)


def test_leaving_with_unsaved_words_asks_and_a_lost_line_is_told(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(True)
    editor_of(page).click()
    page.keyboard.type("没有存下的话")
    expect(page.locator("#autosave")).to_contain_text("没有连上服务器", timeout=15_000)
    page.context.set_offline(False)
    page.evaluate("location.reload()")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.locator("#autosave")).to_contain_text("已自动保存", timeout=15_000)
    page.get_by_role("link", name="帮助").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("怎样办理")
    assert asked == ["beforeunload"]


def test_without_its_library_the_plain_box_stays_and_still_takes_a_table(
    cast: Cast,  # noqa: F811
    item: Item,  # noqa: F811
    story: dict[str, Revision],  # noqa: F811
    desk: Open,  # noqa: F811
) -> None:
    page = desk(cast.lin, viewport=DESK).new_page()
    page.route("**/django_prose_editor/**", lambda route: route.abort())
    page.goto(one("draft", story["draft"]))
    box = page.locator("textarea[name=body]")
    expect(box).to_be_visible()
    box.fill("先写的一段")
    box.evaluate("box => { box.selectionStart = box.selectionEnd = box.value.length; }")
    box.evaluate(PASTE, ["text/html", "<style>x{}</style><table><tr><td>供应商</td><td>128</td></tr></table>"])
    page.get_by_role("button", name="保存并预览").click()
    expect(page.locator(".public-text td").get_by_text("供应商")).to_be_visible()
    expect(page.locator(".public-text p").get_by_text("先写的一段")).to_be_visible()
    assert page.url.endswith(reverse("workspace:preview", args=[story["draft"].disclosure.public_id]))


def test_cells_from_excel_go_to_the_elements_of_their_names(page: Page) -> None:
    table = "<table><tr><td style='x:y'>成交金额</td><td>128万元</td></tr>"
    table += "<tr><td>项目名称:</td><td>测试项目</td></tr></table>"
    name, price = page.get_by_label("项目名称"), page.get_by_label("成交金额")
    name.fill("原来的")
    name.evaluate(PASTE, ["text/html", table])
    expect(name).to_have_value("测试项目")
    expect(price).to_have_value("128万元")
    expect(page.get_by_text("已按表格填入:成交金额、项目名称")).to_be_visible()
    page.get_by_role("button", name="撤销这次粘贴").click()
    expect(name).to_have_value("原来的")
    name.evaluate(PASTE, ["text/html", "<table><tr><td>甲项目</td></tr><tr><td>5万元</td></tr></table>"])
    expect(name).to_have_value("甲项目")
    expect(price).to_have_value("5万元")
    name.evaluate(
        PASTE,
        [
            "text/html",
            "<table><tr><td>项目名称</td><td>成交金额</td></tr><tr><td>乙</td><td>6元</td></tr></table>",
        ],
    )
    expect(price).to_have_value("6元")
    assert faults(page) == []
    assert page.complaints == []  # type: ignore[attr-defined] # the fixture's list


def test_what_is_missing_leads_to_its_field(page: Page) -> None:
    page.get_by_role("link", name="“成交金额”是必选要素").click()
    expect(page.get_by_label("成交金额")).to_be_focused()
