"""A page of a PDF as it is shown: what lies over text that is not, and where its characters stand."""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from gongkai.core.said import Said
from gongkai.documents import bounds

SCANNED = Said("页面是带识别文字的扫描图像,遮盖文字后图上仍会显示:请在扫描软件中先涂去图上的内容,重新识别后再上传")
BENEATH = Said(
    "页面上有一层看不见的文字,与它重叠的图形或文字可能仍会显示同样的内容:请在制作这份 PDF 的原软件中改好后重新导出"
)
FIELD = Said(
    "PDF 的表单域里有看不见的文字,不能自动遮盖:请在制作这份 PDF 的原软件中清空这个表单域,重新导出后再上传"
)
_POINTS = 40  # of paths over a text: a cell and its borders have fewer, letters drawn as curves more
_MARGIN = 0.25  # of a text's height and width: a neighbour that only touches it does not cover it

Box = tuple[float, float, float, float]  # left, bottom, right, top
Character = tuple[str, float, float]  # and where it begins on the page


class Field:
    """A drawing that stands for itself, the appearance of a field: nothing is known of what lies beneath it."""

    def why(self) -> Said | None:
        """Why masking the text that is not shown is in vain; ``None``: it is not."""
        return FIELD

    def characters(self) -> list[Character]:
        """The characters in the order they are read, without blanks, as far as that is known."""
        return []


class Shown(Field):
    """A page as it is shown, opened when it is asked."""

    def __init__(self, data: bytes, index: int) -> None:
        self._data, self._index = data, index

    def why(self) -> Said | None:
        """What lies over the text that is not shown, if anything does."""
        with closing(pypdfium2.PdfDocument(self._data)) as document, closing(document[self._index]) as page:
            return _why(page)

    def characters(self) -> list[Character]:
        """Every character of the page in the order in which it is read."""
        with closing(pypdfium2.PdfDocument(self._data)) as document, closing(document[self._index]) as page:
            text = pdfium_c.FPDFText_LoadPage(page.raw)
            try:
                count = min(pdfium_c.FPDFText_CountChars(text), bounds.PAGE_CHARACTERS)
                return [one for at in range(count) for one in _character(text, at)]
            finally:
                pdfium_c.FPDFText_ClosePage(text)


def _character(text: Any, at: int) -> Iterator[Character]:
    character = chr(pdfium_c.FPDFText_GetUnicode(text, at))
    across, up = ctypes.c_double(), ctypes.c_double()
    if not character.isspace() and pdfium_c.FPDFText_GetCharOrigin(text, at, across, up):
        yield character, across.value, up.value


def _why(page: pypdfium2.PdfPage) -> Said | None:
    """The picture, or the curves and letters, that lie where the page has text it does not show."""
    unseen: list[Box] = []
    pictures: list[Box] = []
    letters: list[tuple[Box, int]] = []
    for one in page.get_objects():
        if one.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(_box(one))
        elif one.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            letters.append((_box(one), max(0, pdfium_c.FPDFPath_CountSegments(one.raw))))
        elif one.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            mode = pdfium_c.FPDFTextObj_GetTextRenderMode(one.raw)
            if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
                unseen.append(_middle(_box(one)))
            else:
                letters.append((_box(one), _POINTS))
    unseen = unseen or [page.get_bbox()]
    if any(_meet(text, picture) for text in unseen for picture in pictures):
        return SCANNED
    drawn = (sum(points for box, points in letters if _meet(text, box)) for text in unseen)
    return BENEATH if any(points >= _POINTS for points in drawn) else None


def _box(one: pypdfium2.PdfObject) -> Box:
    """Where an object lies on the page, also one in a drawing that is placed like a picture."""
    left, bottom, right, top = one.get_bounds()
    corners = [(left, bottom), (left, top), (right, bottom), (right, top)]
    holder = one.container
    while holder is not None:
        matrix = holder.get_matrix()
        corners = [matrix.on_point(*corner) for corner in corners]
        holder = holder.container
    across, up = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return min(across), min(up), max(across), max(up)


def _middle(box: Box) -> Box:
    left, bottom, right, top = box
    across, up = (right - left) * _MARGIN, (top - bottom) * _MARGIN
    return left + across, bottom + up, right - across, top - up


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
