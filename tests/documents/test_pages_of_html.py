"""What a page of HTML holds outside its running text: attributes, files in addresses, depth, its end."""

import base64
from pathlib import Path

import pytest

from gongkai.core.privacy import Kind
from gongkai.documents.formats.flat import flat
from gongkai.documents.reader import Reader

INVENTED = "350524199001011238"  # 测试用虚构号码


def found(path: Path) -> list[tuple[str, str]]:
    with Reader() as reader:
        answers = list(reader.ask("read", path, name=path.name, facts={"parts": ["findings"]}))
    told = [answer["finding"] for answer in answers if "finding" in answer]
    return [(one["kind"], one["certainty"]) for one in told]


def masked(path: Path) -> str:
    out = path.with_suffix(".out")
    with Reader() as reader:
        list(reader.ask("mask", path, name=path.name, facts={"out": str(out)}))
    return out.read_text()


def page(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><html><head><meta charset=utf-8></head><body>{body}</body></html>")
    return path


SURE = (Kind.RESIDENT_ID.value, "certain")


@pytest.mark.parametrize(
    "body",
    [
        f'<p id="证件{INVENTED}">x</p>',
        f'<p class="{INVENTED}">x</p>',
        f"<p onclick=\"show('{INVENTED}')\">x</p>",
        f'<img src="x.jpg?sfz={INVENTED}">',
        f'<form action="/x?sfz={INVENTED}"></form>',
        f'<table><tr><td x:num="{INVENTED}">x</td></tr></table>',
        f"<p>x</p></body></html>{INVENTED}",
    ],
)
def test_what_stands_beside_the_text_is_found_and_masked(tmp_path: Path, body: str) -> None:
    path = page(tmp_path, body)
    assert SURE in found(path)
    assert INVENTED not in masked(path)


def test_a_file_inside_an_address_is_read_and_taken_out(tmp_path: Path) -> None:
    inside = base64.b64encode(f"身份证 {INVENTED}".encode()).decode()
    path = page(tmp_path, f'<p>x</p><a href="data:text/plain;base64,{inside}">y</a>')
    assert SURE in found(path)
    assert inside not in masked(path)


@pytest.mark.parametrize("deep", ["<div>" * 300, "<font>" * 300, "<b>行" * 5000])
def test_a_page_too_deep_for_a_tree_is_read_all_the_same(tmp_path: Path, deep: str) -> None:
    path = page(tmp_path, f"{deep}<p>身份证 {INVENTED}</p>")
    assert SURE in found(path)
    assert "<p>身份证 35*************238</p>" in masked(path)
    assert found(path.with_suffix(".out").rename(path)) == []


def test_a_deep_page_is_masked_wherever_the_number_stands_and_is_the_same_page_else(tmp_path: Path) -> None:
    inside = base64.b64encode(INVENTED.encode()).decode()
    body = (
        "<div>" * 300 + f"<p CLASS=a>证 {INVENTED[:5]}<b>{INVENTED[5:]}</b> &amp; 1 &lt; 2</p>"
        f'<p title="{INVENTED}" hidden>x</p><br/><script>if (1 < 2) f("{INVENTED}")</script><!-- {INVENTED} -->'
        f"<?p {INVENTED}?><![CDATA[{INVENTED}]]><img alt=图 src='data:image/png;base64,{inside}'/>"
        f"<div>{INVENTED[:9]}</div><div>{INVENTED[9:]}</div>"
    )
    text = masked(page(tmp_path, body)).partition("<p")[2]
    assert text == (
        " CLASS=a>证 35***<b>**********238</b> &amp; 1 &lt; 2</p>"
        '<p title="35*************238" hidden>x</p><br/><script>if (1 < 2) f("35*************238")</script>'
        '<img alt="图" /><div>35*******</div><div>******238</div></body></html>'
    )


def test_what_is_read_flat_keeps_words_whole_and_tells_what_stands_beside() -> None:
    told = [one.text for one in flat('<p a="属性">一<b>二</b></p><!--三--><?四?><![CDATA[五]]>六', "")]
    assert "一二" in told
    assert {"属性", "三", "四?", "六"} <= set(told)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(f"身份证 {INVENTED}\n".encode(encoding))
    assert found(path) == [SURE]


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ("\n".join(f"{one},x" for one in INVENTED), "certain"),
        (f"{INVENTED[:6]},x\n{INVENTED[6:14]},x\n{INVENTED[14:]},x", "certain"),
        (f"{INVENTED[:9]},x\n{INVENTED[9:]},x", "likely"),
    ],
)
def test_a_number_down_a_column_is_found(tmp_path: Path, rows: str, grade: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"甲,乙\n{rows}\n")
    assert found(path) == [(Kind.RESIDENT_ID.value, grade)]


def test_a_number_over_two_pages_of_text_is_found_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("行\n" * 199 + f"证件{INVENTED[:9]}\n{INVENTED[9:]}止\n{INVENTED[:9]}\n完\n")
    assert found(path) == [SURE]
