"""Masking TXT, CSV, HTML, pictures and XLS."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import xlwt
from lxml import etree
from PIL import Image

from gongkai.core.privacy import Layer
from gongkai.core.said import Said
from gongkai.documents.formats import legacy, plain, web
from gongkai.documents.formats.passages import CELL_GAP, Passage, UnreadableFileError
from gongkai.documents.formats.xmltext import local
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.naming import new_names

_ORIENTATION = 0x0112
_JPEG_TEXT = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED)})  # EXIF/XMP, IPTC, comment, makers' own
_PNG_TEXT = frozenset({b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME"})


def txt(data: bytes, out: Path, masker: Masker) -> None:
    """Write a masked text file in its own encoding, with its own line ends."""
    text, encoding = plain.decoded(data)
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    pieces = []
    for start in range(0, len(lines), plain.LINES_PER_PAGE):
        chunk = "\n".join(lines[start : start + plain.LINES_PER_PAGE])
        pieces.append(masker.text(Passage(Layer.TEXT, "", chunk)))
    end = "\n" if text.endswith(("\n", "\r")) else ""
    whole = ("\n".join(pieces) + end).replace("\n", line_end)
    out.write_bytes(whole.encode(encoding, errors="replace"))


def comma(data: bytes, out: Path, masker: Masker) -> None:
    """Write a masked CSV file with its own separator."""
    text, encoding = plain.decoded(data)
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=plain.dialect(text), lineterminator="\r\n" if "\r\n" in text else "\n")
    for row in plain.rows(text):
        cells = CELL_GAP.join(cell.replace(CELL_GAP, " ") for cell in row)
        writer.writerow(masker.text(Passage(Layer.CELL, "", cells, table="csv")).split(CELL_GAP) if row else row)
    out.write_bytes(target.getvalue().encode(encoding, errors="replace"))


def html(data: bytes, out: Path, masker: Masker) -> None:
    """Write a masked page: comments and hidden text gone."""
    root, encoding = web.parsed(data)
    if web.depth(root) > web.DEEPEST:
        raise UnreadableFileError(Said("网页嵌套过深,不能自动遮盖:请用办公软件另存为 docx 或 PDF 后重新上传"))
    for element, key, _ in list(web.files_inside(root)):
        masker.removed["embedded_file"] += element.attrib.pop(key, None) is not None
    for element in [one for one in root.iter() if not local(one)]:
        masker.removed["comment"] += 1
        element.drop_tree()  # type: ignore[attr-defined] # lxml.html gives its elements this
    for block in web.blocks(root, ""):
        if block.layer in {Layer.HIDDEN_TEXT, Layer.HIDDEN_ROW}:
            masker.removed[block.layer.value] += emptied(block)
        else:
            masker.block(block)
    written = etree.tostring(root, encoding="unicode", method="html", doctype="<!DOCTYPE html>")
    out.write_bytes(written.encode(encoding, errors="xmlcharrefreplace"))


def picture(data: bytes, out: Path, masker: Masker) -> None:
    """Write a picture without what the camera wrote beside it; its points are not touched."""
    cleaned = stripped(data)
    masker.removed["exif"] += cleaned != data
    out.write_bytes(cleaned)


def stripped(data: bytes) -> bytes:
    """A JPEG or PNG without metadata (a JPEG keeps which side is up); other pictures are written anew."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _png(data)
    try:
        with Image.open(io.BytesIO(data)) as image:
            target, kind = io.BytesIO(), image.format
            clean = image.copy()
            clean.info.clear()
            clean.save(target, format=kind)
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFileError(Said("图片不能清除附带信息:请另存为 JPG 或 PNG 后重新上传")) from error
    return target.getvalue()


def _jpeg(data: bytes) -> bytes:
    kept, at = [b"\xff\xd8", _upright(data)], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] not in _JPEG_TEXT:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    end = data.rfind(b"\xff\xd9")  # what is appended behind the picture goes too
    kept.append(data[at : end + 2] if end > at else data[at:])
    return b"".join(kept)


def _upright(data: bytes) -> bytes:
    """A minimal EXIF segment that keeps the orientation, or nothing."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            turn = image.getexif().get(_ORIENTATION)
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFileError(Said("图片已损坏,打不开:请重新导出后再上传")) from error
    if not turn or turn == 1:
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turn
    body = exif.tobytes()
    body = body if body.startswith(b"Exif\0\0") else b"Exif\0\0" + body
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in _PNG_TEXT:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if data[at - 8 - length : at - 4 - length] == b"IEND" or kept[-1][4:8] == b"IEND":
            break
    return b"".join(kept)


def xls(data: bytes, out: Path, masker: Masker) -> None:
    """Write an old workbook anew: visible cells only, values masked, widths kept, no notes, no properties."""
    book = legacy.opened(data)
    fresh = xlwt.Workbook(encoding="utf-8")
    names = new_names(book.sheet_names(), masker)
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        if sheet.visibility:
            masker.removed["hidden_sheet"] += 1
            continue
        _old_sheet(book, sheet, fresh.add_sheet(names.get(sheet.name, sheet.name)), masker)
    if not fresh._Workbook__worksheets:
        raise UnreadableFileError(Said("所有工作表都是隐藏的:没有可以公开的内容"))
    fresh.save(str(out))


def _old_sheet(book: Any, sheet: Any, target: Any, masker: Masker) -> None:
    masker.removed["comment"] += len(sheet.cell_note_map)
    hidden = {column for column in range(sheet.ncols) if legacy.is_hidden_column(sheet, column)}
    masker.removed["hidden_column"] += len(hidden)
    for column in set(range(sheet.ncols)) - hidden:
        info = sheet.colinfo_map.get(column)
        if info is not None:
            target.col(column).width = info.width
    for row in range(sheet.nrows):
        if legacy.is_hidden_row(sheet, row):
            masker.removed["hidden_row"] += 1
            continue
        texts = [legacy.cell_text(book, sheet, row, column) for column in range(sheet.ncols)]
        texts = ["" if column in hidden else text for column, text in enumerate(texts)]
        shown = masker.text(Passage(Layer.CELL, "", CELL_GAP.join(texts), table=sheet.name)).split(CELL_GAP)
        for column, (old, new) in enumerate(zip(texts, shown, strict=True)):
            if new:
                value = sheet.cell_value(row, column)
                number = old == new and isinstance(value, float) and re.fullmatch(r"-?\d+(\.\d+)?", new)
                target.write(row, column, value if number else new)
