"""HTML that is nested too deep for a tree: its texts, attributes and comments one after the other."""

from collections.abc import Iterator
from html.parser import HTMLParser

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage

_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "big",
        "em",
        "font",
        "i",
        "ins",
        "del",
        "label",
        "mark",
        "o:p",
        "s",
        "small",
        "span",
        "strike",
    }
    | {"strike", "strong", "sub", "sup", "tt", "u", "wbr"}
)
_PER_PAGE = 200


def parts_text(tag: str) -> bool:
    """Whether a text ends where an element of this name begins or ends."""
    return tag not in _INLINE


class _Flat(HTMLParser):
    """Gathers what stands in a page, parted where anything but an inline element begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = [""]
        self.beside: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.beside += [value for _, value in attrs if value]
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def handle_comment(self, data: str) -> None:
        self.beside.append(data)

    def unknown_decl(self, data: str) -> None:
        self.beside.append(data)

    def handle_pi(self, data: str) -> None:
        self.beside.append(data)

    def _part(self, tag: str) -> None:
        if parts_text(tag) and self.texts[-1].strip():
            self.texts.append("")


def flat(text: str, place: str) -> Iterator[Passage]:
    """The passages of a page in the order they are written; hidden text counts as text."""
    walk = _Flat()
    walk.feed(text)
    walk.close()
    for number, one in enumerate((one for one in walk.texts if one.strip()), start=1):
        page = number // _PER_PAGE + 1
        where = Said("%(place)s第%(count)s段", place=place, count=number)
        yield Passage(Layer.TEXT, where, one, page, place)
    yield from (Passage(Layer.OTHER, place, one) for one in walk.beside)
