"""Masking HTML that is nested too deep for a tree: its pieces one after the other, written again as they came."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from gongkai.core.privacy import Layer
from gongkai.documents.formats.flat import parts_text
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.web import holds_file
from gongkai.documents.formats.xmltext import Edit, rewritten
from gongkai.documents.masking.masker import Masker

_DOCTYPE = "<!DOCTYPE html>"


@dataclass(slots=True)
class _Piece:
    """Something of a page: what is written of it, and for a text whether it stands as it is (in a script)."""

    written: str
    is_text: bool = False
    bare: bool = False


class _Pieces(HTMLParser):
    """Takes a page apart. Texts are grouped as the reader groups them; comments and the like are left out."""

    def __init__(self, masker: Masker) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[_Piece] = []
        self.groups: list[list[_Piece]] = [[]]
        self._masker = masker

    def handle_data(self, data: str) -> None:
        piece = _Piece(data, True, self.cdata_elem is not None)
        self.pieces.append(piece)
        self.groups[-1].append(piece)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [(key, value) for key, value in attrs if not (value and holds_file(value))]
        self._masker.removed["embedded_file"] += len(attrs) - len(kept)
        fresh = [(key, value and self._masker.text(Passage(Layer.OTHER, "", value))) for key, value in kept]
        raw = self.get_starttag_text() or ""
        self.pieces.append(_Piece(raw if fresh == attrs else _tag(tag, fresh, closed=raw.endswith("/>"))))
        self._part(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(_Piece(f"</{tag}>"))
        self._part(tag)

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(_Piece(_DOCTYPE))

    def handle_comment(self, data: str) -> None:
        self._masker.removed["comment"] += 1

    def unknown_decl(self, data: str) -> None:
        self._masker.removed["comment"] += 1

    def handle_pi(self, data: str) -> None:
        self._masker.removed["comment"] += 1

    def _part(self, tag: str) -> None:
        if parts_text(tag) and any(piece.written.strip() for piece in self.groups[-1]):
            self.groups.append([])


def _tag(name: str, attributes: list[tuple[str, str | None]], *, closed: bool) -> str:
    said = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes)
    return f"<{name}{said}{' /' if closed else ''}>"


def flat_masked(text: str, masker: Masker) -> str:
    """A page with what must be masked masked in place, its comments and the files inside it gone."""
    walk = _Pieces(masker)
    walk.feed(text)
    walk.close()
    for group in walk.groups:
        _mask(group, masker)
    return "".join(_written(walk.pieces))


def _mask(group: list[_Piece], masker: Masker) -> None:
    """Mask the texts that are read as one, each where it stands."""
    whole = "".join(piece.written for piece in group)
    found = masker.edits(Passage(Layer.TEXT, "", whole)) if whole.strip() else []
    edits = [Edit(*edit) for edit in reversed(found)]
    offset = 0
    for piece in group if edits else ():
        length = len(piece.written)
        piece.written = rewritten(piece.written, offset, edits)
        offset += length


def _written(pieces: list[_Piece]) -> Iterator[str]:
    for piece in pieces:
        yield escape(piece.written, quote=False) if piece.is_text and not piece.bare else piece.written
