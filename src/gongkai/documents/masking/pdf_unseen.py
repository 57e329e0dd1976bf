"""Text of a PDF that is there but not shown: whether something on the page shows the same to the eye."""

from collections.abc import Callable
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium_c

from gongkai.core.said import Said

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
Why = Callable[[], Said | None]


def why_shown(data: bytes, index: int) -> Why:
    """Asks, when called, why masking the text not shown on page ``index`` is in vain; ``None``: it is not."""

    def why() -> Said | None:
        with closing(pypdfium2.PdfDocument(data)) as document, closing(document[index]) as page:
            return _why(page)

    return why


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
