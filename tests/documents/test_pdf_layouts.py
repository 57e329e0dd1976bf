"""Numbers that a person reads on a page of a PDF though its text does not hold them in order. All are invented."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Kind
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking import pdf_drawn
from gongkai.documents.masking.files import mask
from tests.documents.test_corners import found

ID, OTHER = "350524199001011238", "350524197407022667"
MOBILE = "13812345678"
MIXED = (7, 2, 16, 0, 11, 4, 9, 13, 1, 17, 5, 14, 3, 10, 6, 15, 8, 12)
READERS = (
    ("pdftotext", "-layout", "{}", "-"),
    ("mutool", "draw", "-q", "-F", "text", "{}"),
    ("qpdf", "--qdf", "{}", "-"),
)


def page(draw: Callable[[Any], None]) -> bytes:
    target = io.BytesIO()
    made = canvas.Canvas(target, pagesize=A4)
    for number in range(8):
        made.drawString(80, 780 - 14 * number, "words enough for a page that nobody takes for a picture")
    draw(made)
    made.showPage()
    made.save()
    return target.getvalue()


def tilted(degrees: float, digits: str = ID, order: Sequence[int] = MIXED, step: float = 9) -> bytes:
    def draw(made: Any) -> None:
        made.translate(300, 350)
        made.rotate(degrees)
        for at in order:
            made.drawString(at * step, 0, digits[at])

    return page(draw)


def climbing(made: Any) -> None:
    for at in MIXED:
        made.drawString(100 + 11 * at, 300 + 7 * at, ID[at])


def downwards(made: Any) -> None:
    for digits in zip(ID, OTHER, strict=True):
        y = made._y = getattr(made, "_y", 620) - 14
        made.drawString(100, y, digits[0])
        made.drawString(130, y, digits[1])


def column_by_column(made: Any) -> None:
    for at, digits in enumerate(zip(ID, OTHER, strict=True)):
        made.drawString(100 + 14 * at, 500, digits[0])
        made.drawString(100 + 14 * at, 480, digits[1])


def again(away: float) -> bytes:
    def draw(made: Any) -> None:
        for at, digit in enumerate(ID):
            made.drawString(130 + 9 * at, 500, digit)
            made.drawString(130 + 9 * at + away, 500, digit)

    return page(draw)


def lines(*rows: Sequence[tuple[int, str]]) -> bytes:
    def draw(made: Any) -> None:
        for number, row in enumerate(rows):
            for left, text in row:
                made.drawString(left, 500 - 14 * number, text)

    return page(draw)


def columns() -> bytes:
    return lines(
        ((60, "the first man has"), (320, "the second man has the")),
        ((60, f"the number {ID[:6]}"), (320, f"number {OTHER[:10]}")),
        ((60, f"{ID[6:]} and so on"), (320, f"{OTHER[10:]}, and so on")),
    )


def cells(*widths: int) -> bytes:
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    pieces = [(ID[a:b], OTHER[a:b]) for a, b in pairwise(edges)]
    return lines(*(((60, "name"), (140, one), (260, other), (380, "end")) for one, other in pieces))


def in_the_middle_of_a_cell() -> bytes:
    def draw(made: Any) -> None:
        for number, (one, other) in enumerate(((ID[:12], OTHER[:12]), (ID[12:], OTHER[12:]))):
            made.drawCentredString(200, 500 - 14 * number, one)
            made.drawRightString(400, 500 - 14 * number, other)

    return page(draw)


ONE, TWO = [Kind.RESIDENT_ID], [Kind.RESIDENT_ID] * 2
CASES: dict[str, tuple[bytes, list[Kind]]] = {
    **{f"tilted by {degrees}": (tilted(degrees), ONE) for degrees in (4, 12, 30, 90, 180, 200, 270)},
    "tilted and wide": (tilted(30, step=16), ONE),
    "tilted and backwards": (tilted(30, order=range(17, -1, -1)), ONE),
    "a mobile, tilted": (tilted(20, MOBILE, (3, 1, 0, 2, 5, 4, 7, 6, 9, 8, 10)), [Kind.MOBILE]),
    "upright digits that climb": (page(climbing), ONE),
    "two downwards": (page(downwards), TWO),
    "two rows drawn column by column": (page(column_by_column), TWO),
    **{f"drawn again {away} to the right": (again(away), ONE) for away in (1.5, 3.5, 5, 8, 12)},
    "two columns": (columns(), TWO),
    "cells of two lines": (cells(10, 8), TWO),
    "cells of three lines": (cells(6, 6, 6), TWO),
    "cells of four lines": (cells(5, 5, 5, 3), TWO),
    "cells broken by hand": (cells(6, 8, 4), TWO),
    "in the middle and at the right of cells": (in_the_middle_of_a_cell(), TWO),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_number_is_found_and_its_glyphs_are_gone(case: str, tmp_path: Path) -> None:
    data, kinds = CASES[case]
    told = found(data, "a.pdf")  # digits in any order may by chance look like a mobile too
    assert all(told.count(kind) == kinds.count(kind) for kind in kinds)
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    path.write_bytes(data)
    list(mask({"path": path, "out": out, "name": path.name}))
    assert found(out.read_bytes(), "out.pdf") == []
    kept = 7 if kinds == [Kind.MOBILE] else 5
    drawn = 3 if "again" in case else 1  # what is drawn twice may be kept twice, and a digit more
    for command in READERS:
        if shutil.which(command[0]):
            done = subprocess.run([one.format(out) for one in command], check=True, capture_output=True)
            text = done.stdout.decode("latin-1")
            shown = re.findall(r"\(([^()]*)\)", text) if command[0] == "qpdf" else [text]
            digits = [one for one in "".join(shown) if one.isdigit()]
            assert len(digits) <= kept * len(kinds) * drawn, command[0]


def test_the_digits_of_a_table_s_figures_are_no_number() -> None:
    figures = lines(*((((60 + 30 * at), str((at * 7 + row * 3) % 10)) for at in range(14)) for row in range(20)))
    assert Kind.RESIDENT_ID not in found(figures, "a.pdf")


def test_a_place_a_day_and_a_serial_below_each_other_are_a_receipt_s() -> None:
    receipt = "350524202301010012"
    edges = ((0, 6), (6, 14), (14, 18))
    assert found(lines(*(((60, "no"), (140, receipt[a:b]), (260, "x")) for a, b in edges)), "a.pdf") == []


def test_pieces_that_do_not_stand_below_each_other_make_no_number() -> None:
    apart = lines(((60, f"first {ID[:9]}"), (320, "x")), ((60, "words that go on"), (320, f"x {ID[9:]}")))
    assert found(apart, "a.pdf") == []


def test_a_whole_number_is_told_once(tmp_path: Path) -> None:
    assert found(lines(((60, f"ID {ID[:9]}"),), ((60, ID[9:]),)), "a.pdf") == ONE


def test_what_cannot_be_found_among_the_glyphs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_drawn, "at_points", lambda glyphs, value: [])
    path = tmp_path / "a.pdf"
    path.write_bytes(tilted(30))
    with pytest.raises(UnreadableFileError, match="重新导出"):
        list(mask({"path": path, "out": tmp_path / "out.pdf", "name": path.name}))
    assert not (tmp_path / "out.pdf").exists()
