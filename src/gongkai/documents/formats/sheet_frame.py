"""What a sheet holds besides its cells: headers, rules, links; and texts that only together say something."""

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import CELL_GAP, Passage
from gongkai.documents.formats.rest import left_over
from gongkai.documents.formats.xmltext import Block, Element, Slot


def one_text(nodes: list[Element]) -> Block:
    """The texts of ``nodes`` as one block."""
    return Block(Layer.OTHER, "", [[Slot(node) for node in nodes]])


def frame_passages(root: Element, place: str) -> Iterator[Passage]:
    """Header, footer, and everything else of a sheet but its rows."""
    headers = [node for holder in root.iter("{*}headerFooter") for node in holder.iter() if node.text]
    for node in headers:
        for text, _ in uncoded(node.text or ""):
            yield Passage(Layer.HEADER_FOOTER, place + Said("页眉页脚"), text)
    yield from left_over(root, place + Said("提示、链接等"), [one_text(headers)])


_CODES = re.compile(r"&(?:\"[^\"]*\"|\d{1,3}(?!\d)|[A-Za-z&])")


def uncoded(text: str) -> list[tuple[str, list[int]]]:
    """The three sections of a header or footer without their codes (``&B``, ``&"宋体"``, ``&12``).

    With every section come the positions its characters have in ``text``.
    """
    sections: list[tuple[list[str], list[int]]] = [([], [])]
    codes = {at: code.end() for code in _CODES.finditer(text) for at in range(*code.span())}
    for at, character in enumerate(text):
        if at not in codes:
            sections[-1][0].append(character)
            sections[-1][1].append(at)
        elif text[at : codes[at]] in {"&L", "&C", "&R"}:
            sections.append(([], []))
    return [("".join(characters), at) for characters, at in sections if "".join(characters).strip()]


def across(shown: list[str], covered: list[str], place: str) -> Passage:
    """Shown and hidden cells of a row as they stand beside each other, for what is spread over both."""
    cells: list[str] = []
    seams: list[int] = []
    at = 0
    for one, other in zip_longest(shown, covered, fillvalue=""):
        text = one or other
        if cells:
            seams.append(at)
            at += 1
        cells.append(text)
        at += len(text)
    sides = [bool(other) and not one for one, other in zip_longest(shown, covered, fillvalue="")]
    turns = tuple(seam for seam, (left, right) in zip(seams, pairwise(sides), strict=True) if left != right)
    return Passage(Layer.HIDDEN_COLUMN, place, CELL_GAP.join(cells), seams=turns)


# A formula that may spell something out: a text, or a long number.
SPELLS = re.compile(r"[\"&]|\d{7}")
_JOINT = re.compile(r"\"\s*&\s*\"")
_JOINED = re.compile(r"\"\s*,\s*\"")


def spelled(formula: str) -> str:
    """A formula with the texts it puts together put together."""
    formula = _JOINT.sub("", formula)
    return _JOINED.sub("", formula) if "CONCAT" in formula.upper() else formula
