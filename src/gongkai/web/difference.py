"""Two versions of a text side by side: paragraph by paragraph, changed words marked. Bounded work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Above this length a changed paragraph is shown whole: comparing letter by letter grows with the square.
LETTERS_COMPARED = 4000
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "tr",
        "br",
        "table",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "dt",
        "dd",
        "hr",
        "caption",
    ]
)


@dataclass(frozen=True)
class Pair:
    """One line of the comparison: the passage before and after, as safe HTML, and whether it changed."""

    label: str
    old: SafeString
    new: SafeString
    changed: bool


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self.lines.append("")
        elif tag in {"td", "th"} and self.lines[-1]:
            self.lines[-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data


def paragraphs(html: str) -> list[str]:
    """The text of sanitised HTML, one entry a block, white space folded, empty ones left out."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return [line for line in (" ".join(raw.split()) for raw in reader.lines) if line]


def _marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both passages with what left in ``del`` and what came in ``ins``."""
    if max(len(old), len(new)) > LETTERS_COMPARED or not old or not new:
        return _whole("del", old), _whole("ins", new)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            left.append(escape(old[a:b]))
            right.append(escape(new[c:d]))
            continue
        left.append(_whole("del", old[a:b]))
        right.append(_whole("ins", new[c:d]))
    return mark_safe("".join(left)), mark_safe("".join(right))  # pieces are escaped above


def _whole(tag: str, text: str) -> SafeString:
    return format_html_join("", f"<{tag}>{{}}</{tag}>", [(text,)] if text else [])


def passages(label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """The comparison of two lists of paragraphs. Equal stretches come as they are."""
    for kind, a, b, c, d in SequenceMatcher(None, list(old), list(new), autojunk=False).get_opcodes():
        if kind == "equal":
            for text in old[a:b]:
                yield Pair(label, escape(text), escape(text), changed=False)
            continue
        before, after = list(old[a:b]), list(new[c:d])
        for number in range(max(len(before), len(after))):
            left, right = _marked(
                before[number] if number < len(before) else "", after[number] if number < len(after) else ""
            )
            yield Pair(label, left, right, changed=True)


def fields(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Pair]:
    """The comparison of named short texts, in the order of ``new``, names that left at the end."""
    for name in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(name, ""), new.get(name, "")
        if before == after:
            if after:
                yield Pair(name, escape(before), escape(after), changed=False)
            continue
        left, right = _marked(before, after)
        yield Pair(name, left, right, changed=True)
