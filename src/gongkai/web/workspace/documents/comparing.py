"""Lines of a masked file beside those of its original. A mask keeps the place of every character it does not hide.

Comparing letter by letter may find a kept ending inside a hidden number and so betray a part of it. Here
characters are compared at their places; where lengths differ, all between the common ends counts as gone.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from gongkai.web.difference import Pair

Run = tuple[bool, str]


def changed_lines(label: str, old: Sequence[str], new: Sequence[str], *, covered: bool) -> Iterator[Pair]:
    """The lines that differ, in order. With ``covered``, blocks stand in the place of what was taken away."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for before, after in zip_longest(old[a:b], new[c:d], fillvalue=""):
            gone, came = runs(before, after)
            yield Pair(
                label, _drawn("del", gone, covered=covered), _drawn("ins", came, covered=False), changed=True
            )


def runs(old: str, new: str) -> tuple[list[Run], list[Run]]:
    """Both lines as stretches of (differs, characters)."""
    if len(old) == len(new):
        differs = [left != right for left, right in zip(old, new, strict=True)]
    else:
        front = _common(old, new)
        back = _common(old[front:][::-1], new[front:][::-1])
        return _cut(old, front, back), _cut(new, front, back)
    return _stretches(old, differs), _stretches(new, differs)


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _cut(text: str, front: int, back: int) -> list[Run]:
    end = len(text) - back
    return [(False, text[:front]), (True, text[front:end]), (False, text[end:])]


def _stretches(text: str, differs: list[bool]) -> list[Run]:
    marked = groupby(zip(differs, text, strict=True), key=lambda pair: pair[0])
    return [(changed, "".join(letter for _flag, letter in letters)) for changed, letters in marked]


def _drawn(tag: str, stretches: list[Run], *, covered: bool) -> SafeString:
    pieces = [
        format_html_join("", f"<{tag}>{{}}</{tag}>", [("■" * len(text) if covered else text,)])
        if changed
        else escape(text)
        for changed, text in stretches
        if text
    ]
    return format_html_join("", "{}", ((piece,) for piece in pieces))
