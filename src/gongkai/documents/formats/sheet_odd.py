"""What the rows of a sheet hold besides cells: attributes, elements and remarks that no program asks for."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from lxml import etree

from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.rest import TELLS, left_over
from gongkai.documents.formats.sheet_frame import one_text
from gongkai.documents.formats.xmltext import Element, local

# A reference or range of cells, a size: what the format writes into attributes of rows and cells.
_ORDINARY = re.compile(
    r"[$A-Z]{0,4}\$?\d{1,7}(?::[$A-Z]{0,4}\$?\d{1,7})?|\d{1,3}\.\d{1,20}|\d{1,5}:\d{1,5}(?: \d{1,5}:\d{1,5})*"
)
_DIGITS = 10  # with more, no place in a table
_LONG = "*/@*[string-length() > 10] or @*[string-length() > 6] or */*/@*[string-length() > 6]"
# Rows are many: the first question costs a few microseconds and is answered no by nearly all of them.
_AT_A_GLANCE = (
    "count(node()) != count(m:c) or count(*/node()) != count(*/m:v) + count(*/m:f) + count(*/m:is)"
    f" or */m:v/node()[not(self::text())] or */m:f/node()[not(self::text())] or {_LONG}"
)
_CLOSELY = (
    "text()[normalize-space()] or */text()[normalize-space()] or .//comment() or .//processing-instruction()"
    " or *[not(self::m:c)] or */*[not(self::m:v or self::m:f or self::m:is)]"
    " or */m:v/node()[not(self::text())] or */m:f/node()[not(self::text())]"
)


@lru_cache(maxsize=8)
def _asked(question: str, space: str) -> Callable[[Element], object]:
    return etree.XPath(f"boolean({question})", namespaces={"m": space})


def is_odd(row: Element) -> bool:
    """Whether a row holds more than cells of the usual kind."""
    space = etree.QName(row).namespace or "none"
    return bool(_asked(_AT_A_GLANCE, space)(row)) and (
        bool(_asked(_CLOSELY, space)(row))
        or any(_tells(value) for one in row.iter(etree.Element) for value in one.values())
    )


def _tells(value: str) -> bool:
    return TELLS.search(value) is not None and _ORDINARY.fullmatch(value) is None


def odd_passages(row: Element, place: str) -> Iterator[Passage]:
    """What a row holds that its cells do not tell."""
    for passage in left_over(row, place, [one_text([*row.iter("{*}v", "{*}f", "{*}t")])]) if is_odd(row) else ():
        if not _ORDINARY.fullmatch(passage.text):
            yield passage


def unshown(cell: Element, strings: int) -> list[Element]:
    """The texts in a cell that one of its kind does not show. ``strings`` is the number of shared ones."""
    kind = cell.get("t")
    if kind == "inlineStr":
        return [*cell.iterchildren("{*}v")] if len(cell) > 1 else []
    wrong = [*cell.iterchildren("{*}is")] if len(cell) > 1 else []
    if kind == "s":
        wrong += [one for one in cell.iterchildren("{*}v") if not is_index(one.text or "", strings)]
    return wrong


def is_index(text: str, strings: int) -> bool:
    """Whether a value is a place in the table of shared strings."""
    return text.isdecimal() and len(text) < _DIGITS and int(text) < strings


def made_plain(row: Element, strings: int) -> bool:
    """Take out of a row whatever its cells do not show; whether there was anything."""
    hidden = [part for cell in row.iterchildren("{*}c") for part in unshown(cell, strings)]
    remarks = next(row.iter(etree.Comment, etree.PI), None) is not None
    etree.strip_tags(row, etree.Comment, etree.PI)
    for part in hidden:
        part.getparent().remove(part)  # type: ignore[union-attr] # a part of a cell
    if not is_odd(row):
        return remarks or bool(hidden)
    for element in row.iter(etree.Element):
        for key, value in element.items():
            if _tells(value):
                del element.attrib[key]
    _leave(row, {"c"})
    for cell in row:
        _leave(cell, {"v", "f", "is"})
        for part in cell.iterchildren("{*}v", "{*}f"):
            etree.strip_elements(part, "{*}*", with_tail=False)
    return True


def _leave(holder: Element, names: Collection[str]) -> None:
    """Leave in an element only those below it that are called so, and no text."""
    holder.text = None
    for element in list(holder):
        element.tail = None
        if local(element) not in names:
            holder.remove(element)
