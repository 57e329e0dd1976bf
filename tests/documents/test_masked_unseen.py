"""Text of a PDF that is not shown: masked like any other, unless something still shows the same to the eye."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking.files import mask
from tests.documents.test_masked_pdfs import spelled
from tests.documents.test_pdf_streams import drawn, words

ID = "350524199001011238"  # 测试用虚构号码
KEPT = re.compile(r"35\*+238")


def unseen(page: Canvas) -> None:
    """The number in text that is not shown."""
    text = page.beginText(80, 300)
    text.setTextRenderMode(3)
    text.textLine(f"ID {ID}")
    page.drawText(text)


def picture(page: Canvas, *place: float) -> None:
    page.drawImage(ImageReader(Image.new("RGB", (8, 8), "grey")), *place)


def plain(page: Canvas) -> None:
    words(page)
    unseen(page)


def beside_a_picture(page: Canvas) -> None:
    words(page)
    picture(page, 300, 20, 200, 200)
    unseen(page)


def in_a_cell(page: Canvas) -> None:
    words(page)
    page.rect(70, 290, 200, 30)
    unseen(page)


def in_a_drawing(page: Canvas, *place: float) -> None:
    """Mode set outside a form, whose text is not shown for that; a picture in another form."""
    words(page)
    page.beginForm("number")
    page.drawString(80, 300, f"ID {ID}")
    page.endForm()
    page.beginForm("picture")
    picture(page, 0, 0, 100, 100)
    page.endForm()
    page.saveState()
    page.translate(*place)
    page.doForm("picture")
    page.restoreState()
    page._code.append("3 Tr")
    page.doForm("number")


def masked(tmp_path: Path, draw: Callable[[Canvas], object]) -> Path:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(drawn(draw))
    try:
        list(mask({"path": path, "out": out, "name": "a.pdf"}))
    except UnreadableFileError:
        assert not out.exists()
        raise
    return out


def outside(out: Path) -> list[str]:
    """What other programs read in a file; those that are not installed are left out."""
    programs = (["pdftotext", "-layout", str(out), "-"], ["pdftotext", "-raw", str(out), "-"],
                ["mutool", "draw", "-q", "-F", "txt", str(out)], ["qpdf", "--qdf", str(out), "-"])  # fmt: skip
    return [subprocess.run(one, check=True, capture_output=True).stdout.decode("utf-8", "replace")
            for one in programs if shutil.which(one[0])]  # fmt: skip


def gone(out: Path) -> None:
    """Nothing of the number is left but what a mask keeps."""
    assert not spelled(out.read_bytes())
    for text in outside(out):
        bare = re.sub(r"\s", "", text)
        assert not [at for at in range(2, 10) if ID[at : at + 6] in bare]


@pytest.mark.parametrize(
    "draw", [plain, beside_a_picture, in_a_cell, lambda page: in_a_drawing(page, 400, 20)],
    ids=["plain", "beside a picture", "in a cell", "in a drawing"],
)  # fmt: skip
def test_it_is_masked_where_nothing_shows_it(draw: Callable[[Canvas], object], tmp_path: Path) -> None:
    out = masked(tmp_path, draw)
    gone(out)
    assert all(KEPT.search(re.sub(r"\s", "", text)) for text in outside(out)[:3])


def scan(page: Canvas) -> None:
    picture(page, 0, 0, *page._pagesize)
    plain(page)


def part(page: Canvas) -> None:
    words(page)
    picture(page, 70, 280, 220, 60)
    unseen(page)


@pytest.mark.parametrize(
    "draw", [scan, part, lambda page: in_a_drawing(page, 70, 250)],
    ids=["a scan", "a picture in the page", "a picture in a drawing"],
)  # fmt: skip
def test_a_picture_over_it_is_named(draw: Callable[[Canvas], object], tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="请在扫描软件中先涂去图上的内容"):
        masked(tmp_path, draw)


def curves(page: Canvas) -> None:
    words(page)
    path = page.beginPath()
    path.moveTo(90, 300)
    for step in range(60):
        path.curveTo(90 + step, 310, 91 + step, 300, 92 + step, 305)
    page.drawPath(path)
    unseen(page)


def letters(page: Canvas) -> None:
    words(page)
    page.drawString(80, 300, "ID as the font calls it")
    unseen(page)


@pytest.mark.parametrize("draw", [curves, letters])
def test_curves_and_letters_over_it_are_named(draw: Callable[[Canvas], object], tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="与它重叠的图形或文字可能仍会显示同样的内容"):
        masked(tmp_path, draw)
