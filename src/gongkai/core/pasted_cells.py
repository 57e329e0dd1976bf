"""Cells copied from a spreadsheet that arrived in one field as text: which value belongs to which name.

The same rules by which a page with script spreads them (``static/gongkai/cells.js``), for pages without.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from gongkai.core.said import Said

_MARKS = re.compile(r"[\s●○::]")


class PastedCellsError(ValueError):
    """The cells have the shape of a table of these names, but a row does not fit it; the message says which."""


def spread(pasted: str, *, names: Sequence[str]) -> dict[str, str] | None:
    """The values by their names, as they stand in ``names``; None for anything that is not such cells: it is text.

    Either a header of names with one row of values beneath, or a name and its value in each row; rows of other
    names are left out, as are empty columns at the end. A cell in quotes may hold line breaks. Raises
    :class:`PastedCellsError` for a row with too many or too few cells.
    """
    if "\t" not in pasted:
        return None
    known = {_plain(name): name for name in names}
    rows = _rows(pasted)
    if not rows:
        return None
    head = [known.get(_plain(cell)) for cell in rows[0]]
    if len(rows) == 2 and len(head) > 1 and all(head):
        return _across([name for name in head if name], rows[1])
    found = [(n, row) for n, row in enumerate(rows, start=1) if _plain(row[0]) in known]
    if not found:
        return None
    for n, row in found:
        if len(row) > 2:
            raise PastedCellsError(
                Said(
                    "粘贴的第 %(n)s 行有 %(count)s 格,应是要素名和内容两格。请只复制这两列再粘贴。",
                    n=n,
                    count=len(row),
                )
            )
    return {known[_plain(row[0])]: row[1] if len(row) == 2 else "" for _n, row in found}


def _across(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    if len(values) > len(names):
        raise PastedCellsError(
            Said(
                "粘贴的表头有 %(names)s 格,内容却有 %(values)s 格。请核对后把两行一起复制。",
                names=len(names),
                values=len(values),
            )
        )
    return dict(zip(names, [*values, *[""] * (len(names) - len(values))], strict=True))


def _rows(pasted: str) -> list[list[str]]:
    """The rows that say anything, each without the empty cells at its end; none where the quotes do not pair."""
    text = pasted.replace("\r\n", "\n").replace("\r", "\n")
    try:
        parsed = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        return []
    rows = []
    for line in parsed:
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append(cells)
    return rows


def _plain(name: str) -> str:
    """A name without its mark, spaces and colon; full-width and half-width forms made one."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name))
