"""Masking TXT, CSV, HTML, pictures and XLS."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import xlwt
from lxml import etree

from gongkai.core.privacy import Layer
from gongkai.core.said import Said
from gongkai.documents.formats import legacy, plain, web
from gongkai.documents.formats.passages import CELL_GAP, Passage, UnreadableFileError
from gongkai.documents.formats.sheet_frame import across
from gongkai.documents.formats.xmltext import local
from gongkai.documents.masking.flat import flat_masked
from gongkai.documents.masking.masker import Masker, emptied
from gongkai.documents.masking.naming import new_names
from gongkai.documents.masking.pictures import stripped

_ALL_HIDDEN = Said("工作表都是隐藏的,没有可以公开的内容:请在原软件中取消隐藏要公开的工作表后重新上传")


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
    """Write a masked page: comments and hidden text gone; of one too deep for a tree it is masked."""
    root, encoding = web.parsed(data)
    if web.depth(root) > web.DEEPEST:
        text = flat_masked(data.decode(encoding, "replace"), masker)
        out.write_bytes(text.encode(encoding, errors="xmlcharrefreplace"))
        return
    for element, key, _ in list(web.files_inside(root)):
        masker.removed["embedded_file"] += element.attrib.pop(key, None) is not None
    for element in [one for one in root.iter() if not local(one)]:
        masker.removed["comment"] += 1
        element.drop_tree()  # type: ignore[attr-defined] # lxml.html gives its elements this
    for block in web.blocks(root, ""):
        if block.layer in {Layer.HIDDEN_TEXT, Layer.HIDDEN_ROW}:
            masker.unseen(block.passage())
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
        raise UnreadableFileError(_ALL_HIDDEN)
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
        texts = [legacy.cell_text(book, sheet, row, column) for column in range(sheet.ncols)]
        if legacy.is_hidden_row(sheet, row):
            masker.removed["hidden_row"] += 1
            masker.unseen(Passage(Layer.HIDDEN_ROW, "", CELL_GAP.join(texts), table=sheet.name))
            continue
        shown = ["" if column in hidden else text for column, text in enumerate(texts)]
        covered = [text if column in hidden else "" for column, text in enumerate(texts)]
        if any(covered):  # a number that goes on in a hidden column is masked while both halves are there
            halves = masker.text(across(shown, covered, "")).split(CELL_GAP)
            shown = ["" if column in hidden else text for column, text in enumerate(halves)]
        shown = masker.text(Passage(Layer.CELL, "", CELL_GAP.join(shown), table=sheet.name)).split(CELL_GAP)
        for column, (old, new) in enumerate(zip(texts, shown, strict=True)):
            if new:
                value = sheet.cell_value(row, column)
                number = old == new and isinstance(value, float) and re.fullmatch(r"-?\d+(\.\d+)?", new)
                target.write(row, column, value if number else new)
