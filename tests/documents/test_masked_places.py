"""Numbers in a PDF that are drawn digit by digit in any order, or in drawings: masked where they stand."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from reportlab.pdfgen.canvas import Canvas

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking.files import mask
from tests.documents.test_masked_unseen import KEPT, gone, masked, outside
from tests.documents.test_pdf_streams import drawn, stream, words

ID = "350524199001011238"  # 测试用虚构号码
_SHUFFLED = (7, 2, 17, 0, 11, 5, 14, 9, 3, 16, 1, 12, 6, 10, 15, 4, 13, 8)


def digits(page: Canvas, order: tuple[int, ...] | range, *shifts: float) -> None:
    """The number's digits one by one at their places; for each shift once more beside themselves."""
    words(page)
    for at in order:
        for shift in (0.0, *shifts):
            page.drawString(80 + 8 * at + shift, 300, ID[at])


def turned(page: Canvas) -> None:
    """Turned and turned back: lines that lie askew are not read from left to right by anyone."""
    page.translate(60, 60)
    page.rotate(30)
    page.translate(40, -30)
    page.rotate(-30)
    page.scale(0.8, 1.1)
    digits(page, _SHUFFLED)


def by_lines(page: Canvas) -> None:
    """Every way in which a text object moves, the digits drawn from the last to the first."""
    words(page)
    text = page.beginText(80, 300)
    for at in reversed(range(18)):
        ways = (f"1 0 0 1 {80 + 8 * at} 300 Tm", f"1 0 0 1 {80 + 8 * at} 310 Tm 10 TL T*",
                f"1 0 0 1 80 305 Tm {8 * at} -5 Td", f"1 0 0 1 80 305 Tm {8 * at} -5 TD",
                f"1 0 0 1 {80 + 8 * at} 297 Tm 3 Ts")  # fmt: skip
        draws = f"({ID[at]}) Tj" if at % 3 else f"[0 ({ID[at]})] TJ"
        text._code.append(f"{ways[at % len(ways)]} {draws} 0 Ts")
    page.drawText(text)


def in_pieces(page: Canvas) -> None:
    """The middle of the number in a drawing that is placed before the number begins."""
    words(page)
    page.beginForm("middle")
    page.drawString(0, 0, ID[6:14])
    page.endForm()
    page.saveState()
    page.translate(125, 300)
    page.doForm("middle")
    page.restoreState()
    page.drawString(80, 300, ID[:6])
    page.drawString(190, 300, ID[14:])


ORDERS: dict[str, Callable[[Canvas], object]] = {
    "in order": lambda page: digits(page, range(18)),
    "backwards": lambda page: digits(page, range(17, -1, -1)),
    "in any order": lambda page: digits(page, _SHUFFLED),
    "each twice to look bold": lambda page: digits(page, _SHUFFLED, 0.5),
    "backwards, each twice": lambda page: digits(page, range(17, -1, -1), 1.5),
    "turned and stretched": turned,
    "by lines": by_lines,
    "in pieces": in_pieces,
}


@pytest.mark.parametrize("order", ORDERS)
def test_digits_are_masked_where_they_stand(order: str, tmp_path: Path) -> None:
    out = masked(tmp_path, ORDERS[order])
    gone(out)
    text = pypdf.PdfReader(out).pages[0].extract_text()
    left = "".join(re.findall(r"\d", text))
    assert sorted(set(left)) == ["2", "3", "5", "8"]  # what a mask keeps: 35 before, 238 behind
    assert "words enough" in text


def on_several_pages(page: Canvas) -> None:
    page.beginForm("line")
    page.drawString(80, 300, f"ID {ID}")
    page.endForm()
    for _ in range(3):
        words(page)
        page.doForm("line")
        page.showPage()


def in_one_another(page: Canvas) -> None:
    words(page)
    page.beginForm("inner")
    page.drawString(80, 300, f"ID {ID}")
    page.endForm()
    page.beginForm("middle")
    page.translate(10, 10)
    page.doForm("inner")
    page.endForm()
    page.beginForm("outer")
    page.scale(0.8, 0.8)
    page.doForm("middle")
    page.endForm()
    page.doForm("outer")


@pytest.mark.parametrize("draw", [on_several_pages, in_one_another])
def test_drawings_are_masked_on_every_page(draw: Callable[[Canvas], object], tmp_path: Path) -> None:
    out = masked(tmp_path, draw)
    gone(out)
    pages = pypdf.PdfReader(out).pages
    told = [len(KEPT.findall(re.sub(r"\s", "", text))) for text in outside(out)[:3]]
    assert told == [len(pages)] * len(told)


def with_form(content: str, before: str = "", *, own: bool, draw: Callable[[Canvas], object] = words) -> bytes:
    """The last page places a drawing before all else; its fonts are its own or those of the page."""
    writer, target = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(draw))), io.BytesIO()
    page = writer.pages[-1]
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    form = stream(content.encode(), Type="/XObject", Subtype="/Form")
    form[NameObject("/BBox")] = ArrayObject(map(NumberObject, (0, 0, 600, 900)))
    if own:
        fonts = DictionaryObject({NameObject("/Own"): resources["/Font"]["/F1"]})  # type: ignore[index] # reportlab's
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(form)})
    contents = page.get_contents()
    assert contents is not None
    drawing = f"/F1 12 Tf {before} /X Do\n".encode() + contents.get_data()
    page[NameObject("/Contents")] = writer._add_object(stream(drawing))
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("own", [True, False])
def test_a_drawing_has_fonts_of_its_own_or_those_of_the_page(own: bool, tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    font = "/Own" if own else "/F1"
    path.write_bytes(with_form(f"BT {font} 12 Tf 80 300 Td (ID {ID}) Tj ET", own=own))
    list(mask({"path": path, "out": out, "name": "a.pdf"}))
    gone(out)
    assert all(KEPT.search(re.sub(r"\s", "", text)) for text in outside(out)[:3])


def test_a_number_of_which_one_part_is_not_found_is_refused_whole(tmp_path: Path) -> None:
    """The drawing takes its font from where it is placed, which the masking does not follow."""
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    first = f"BT /F1 12 Tf 80 300 Td (ID {ID[:12]}) Tj ET"
    path.write_bytes(with_form(f"BT 172 300 Td ({ID[12:]}) Tj ET", first, own=False))
    with pytest.raises(UnreadableFileError, match="请在制作这份 PDF 的原软件"):
        list(mask({"path": path, "out": out, "name": "a.pdf"}))
    assert not out.exists()


def on_two_pages(page: Canvas) -> None:
    """A number that goes on from page to page, its end backwards."""
    words(page)
    page.drawString(80, 60, f"ID {ID[:9]}")
    page.showPage()
    for at in reversed(range(9)):
        page.drawString(80 + 8 * at, 780, ID[9 + at])
    words(page)


def test_a_number_on_two_pages_goes_from_both(tmp_path: Path) -> None:
    out = masked(tmp_path, on_two_pages)
    gone(out)
    left = [re.findall(r"\d", page.extract_text()) for page in pypdf.PdfReader(out).pages]
    assert ["".join(left[0]), "".join(sorted(left[1]))] == ["35", "238"]


def test_a_part_that_is_not_found_on_its_page_leaves_no_other_part_masked(tmp_path: Path) -> None:
    def first(page: Canvas) -> None:
        words(page)
        page.drawString(80, 60, f"ID {ID[:9]}")
        page.showPage()
        words(page)

    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(with_form(f"BT 80 780 Td ({ID[9:]}) Tj ET", own=False, draw=first))
    with pytest.raises(UnreadableFileError, match="请在制作这份 PDF 的原软件中把号码写在一处"):
        list(mask({"path": path, "out": out, "name": "a.pdf"}))
    assert not out.exists()
