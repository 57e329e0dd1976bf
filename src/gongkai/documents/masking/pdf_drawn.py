"""What a page of a PDF draws: found in its streams in the order they are drawn, and masked in their glyphs."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pypdf.generic import ContentStream, DictionaryObject, EncodedStreamObject, NameObject, StreamObject

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking.glyphs import MASK_FONT, Drawing, fonts_of, redrawn, taken_apart
from gongkai.documents.masking.pdf_unseen import FIELD, Why

_BLANKS = re.compile(r"\s+")
_AROUND = 16  # characters on either side by which a part of a number is told from the same digits elsewhere
_LEAST_AROUND = 4
_DEEPEST = 8  # drawings in drawings

Place = tuple[int, int]  # a drawing of the canvas, a glyph of it


class Value(NamedTuple):
    """What must go from a page and what is drawn instead, without blanks.

    ``around`` is empty for a value that goes wherever it stands, else what stands before and behind its one place.
    """

    text: str
    put: str
    around: tuple[str, ...] = ()


def value_at(text: str, edit: tuple[int, int, str], *, only_there: bool = False) -> Value:
    """The value an edit of a page's text speaks of; with ``only_there`` the same digits elsewhere stay."""
    start, end, put = edit
    around: tuple[str, ...] = ()
    if only_there:
        before, behind = text[max(0, start - 4 * _AROUND) : start], text[end : end + 4 * _AROUND]
        around = (_BLANKS.sub("", before)[-_AROUND:], _BLANKS.sub("", behind)[:_AROUND])
    return Value(_BLANKS.sub("", text[start:end]), _BLANKS.sub("", put), around)


@dataclass(slots=True)
class _Sheet:
    """One stream, taken apart, and where it belongs: the page or a form (a drawing placed like a picture)."""

    drawing: Drawing
    resources: Any
    holder: Any


class _Canvas:
    """Every stream a page draws with, and its characters in the order they are drawn."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.text: list[str] = []
        self.places: list[Place] = []
        self._known: dict[int, int] = {}  # the form's identity → its sheet

    def draw(self, holder: Any, operations: list[Any], resources: Any, depth: int = 0, *, mode: int = 0) -> None:
        """Add a stream, and where it places a form, what that draws; ``mode``: how its text is shown at first."""
        number = self._known.get(id(holder))
        if number is None:
            number = self._known[id(holder)] = len(self.sheets)
            self.sheets.append(_Sheet(taken_apart(operations, fonts_of(resources), mode), resources, holder))
        sheet = self.sheets[number]
        text, owners = sheet.drawing.text()
        at = 0
        for index, form in _placed(sheet.drawing.operations, resources) if depth < _DEEPEST else ():
            while at < len(text) and sheet.drawing.glyphs[owners[at]].op < index:
                self._add(text[at], (number, owners[at]))
                at += 1
            shown = sheet.drawing.states[index].mode
            self.draw(form, *_opened(form, resources), depth + 1, mode=shown)
        for left in range(at, len(text)):
            self._add(text[left], (number, owners[left]))

    def _add(self, character: str, place: Place) -> None:
        self.text.append(character)
        self.places.append(place)

    def rest(self, resources: Any, depth: int = 0) -> None:
        """The forms and patterns that resources name although no stream placed them."""
        for form in _forms(resources):
            if id(form) not in self._known and depth < _DEEPEST:
                self.text.append("\n")
                self.places.append((-1, -1))
                self.draw(form, *_opened(form, resources), depth)
            inner = form.get("/Resources")
            if inner is not None and depth < _DEEPEST:
                self.rest(inner.get_object(), depth + 1)


def _placed(operations: list[Any], resources: Any) -> Iterator[tuple[int, StreamObject]]:
    """Where operations place which form."""
    holder = resources.get("/XObject") if isinstance(resources, DictionaryObject) else None
    named = holder.get_object() if holder is not None else {}
    for index, (operands, operator) in enumerate(operations):
        if operator == b"Do" and operands and operands[0] in named:
            form = named[operands[0]].get_object()
            if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
                yield index, form


def _forms(resources: Any) -> Iterator[StreamObject]:
    for kind in ("/XObject", "/Pattern"):
        holder = resources.get(kind) if isinstance(resources, DictionaryObject) else None
        for item in (holder.get_object() if holder is not None else {}).values():
            form = item.get_object()
            drawn = isinstance(form, StreamObject) and (form.get("/Subtype") == "/Form" or "/PatternType" in form)
            if drawn:
                yield form


def _opened(form: StreamObject, outer: Any) -> tuple[list[Any], Any]:
    inner = form.get("/Resources")
    return ContentStream(form, None).operations, inner.get_object() if inner is not None else outer


def mask_page(page: Any, values: list[Value], why: Why) -> None:
    """Mask ``values`` in everything a page draws.

    Raises :class:`UnreadableFileError` with what ``why`` answers where text that is not shown must go, such as the
    recognised layer of a scan.
    """
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else DictionaryObject()
    contents, canvas = page.get_contents(), _Canvas()
    if contents is not None:
        canvas.draw(contents, contents.operations, resources)
    canvas.rest(resources)
    for sheet in _changed(canvas, values, why):
        if sheet.holder is contents:
            page[NameObject("/Contents")] = contents
            page[NameObject("/Resources")] = resources


def mask_form(form: StreamObject, values: list[Value]) -> None:
    """Mask ``values`` in a drawing that stands for itself: the appearance of a field."""
    canvas = _Canvas()
    canvas.draw(form, *_opened(form, DictionaryObject()))
    _changed(canvas, values, lambda: FIELD)


def _changed(canvas: _Canvas, values: list[Value], why: Why) -> list[_Sheet]:
    """The sheets that were rewritten."""
    changes: dict[int, dict[int, str]] = {}
    for place, put in _changes("".join(canvas.text), canvas.places, values):
        changes.setdefault(place[0], {})[place[1]] = put
    for number, sheet in enumerate(canvas.sheets):  # a value may also be whole in a stream that others interrupt
        text, owners = sheet.drawing.text()
        for place, put in _changes(text, [(number, owner) for owner in owners], values):
            changes.setdefault(number, {})[place[1]] = put
    unseen = any(canvas.sheets[sheet].drawing.glyphs[one].invisible for sheet in changes for one in changes[sheet])
    refused = why() if unseen else None
    if refused:
        raise UnreadableFileError(refused)
    return [sheet for number, sheet in enumerate(canvas.sheets) if _redraw(sheet, changes.get(number, {}))]


def _changes(text: str, places: list[Place], values: list[Value]) -> Iterator[tuple[Place, str]]:
    """The glyphs that change and what becomes of them: a star, or nothing."""
    for value in values:
        for at in _found(text, value):
            for offset in range(len(value.text)):
                put = _put(value, offset)
                if put is not None and places[at + offset][0] >= 0:
                    yield places[at + offset], put


def _put(value: Value, offset: int) -> str | None:
    """What stands for a character of a value: a star, nothing (empty), or itself (``None``)."""
    text, put = value.text, value.put
    if len(put) == len(text):
        if put[offset] == text[offset]:
            return None
    elif offset < len(put) and put.startswith(text[: offset + 1]):
        return None
    return "*" if put[offset : offset + 1] == "*" else ""


def _found(text: str, value: Value) -> list[int]:
    """Where a value stands in a text: everywhere, or where what stands around it agrees best."""
    found, at = [], text.find(value.text) if value.text else -1
    while at >= 0:
        found.append(at)
        at = text.find(value.text, at + len(value.text))
    if not value.around or not found:
        return found
    before, behind = value.around
    scores = {
        at: _alike(text[:at][::-1], before[::-1]) + _alike(text[at + len(value.text) :], behind) for at in found
    }
    best = max(scores.values())
    return [at for at in found if scores[at] == best] if best >= min(_LEAST_AROUND, len(before + behind)) else []


def _alike(text: str, other: str) -> int:
    """How many characters two texts begin alike with."""
    count = 0
    while count < min(len(text), len(other)) and text[count] == other[count]:
        count += 1
    return count


def _redraw(sheet: _Sheet, changes: dict[int, str]) -> bool:
    """Write a stream anew with what its glyphs become; whether there was anything to do."""
    drawing = sheet.drawing
    if not _undescribed(drawing.operations) and not changes:
        return False
    _add_font(sheet.resources)
    operations = redrawn(drawing, changes)
    if isinstance(sheet.holder, ContentStream):
        sheet.holder.operations = operations
    else:
        fresh = ContentStream(None, None)
        fresh.operations = operations
        put_data(sheet.holder, fresh.get_data())
    return True


def put_data(stream: StreamObject, data: bytes) -> None:
    """Make a stream hold ``data``, whatever filters lay around what it held."""
    stream._data = zlib.compress(data)
    stream.pop(NameObject("/DecodeParms"), None)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    if isinstance(stream, EncodedStreamObject):
        stream.decoded_self = None  # what it unpacked to before


def _undescribed(operations: list[Any]) -> bool:
    """Drop the replacement texts of marked content, which repeat what the page draws; whether there were any."""
    found = False
    for operands, operator in operations:
        if operator in {b"BDC", b"DP"} and len(operands) == 2 and isinstance(operands[1], DictionaryObject):
            for key in ("/ActualText", "/Alt", "/E"):
                found |= operands[1].pop(NameObject(key), None) is not None
    return found


def _add_font(resources: Any) -> None:
    fonts = resources.get("/Font")
    holder = fonts.get_object() if fonts is not None else DictionaryObject()
    font = DictionaryObject()
    for key, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"),
                       ("/Encoding", "/WinAnsiEncoding")):  # fmt: skip
        font[NameObject(key)] = NameObject(value)
    holder[NameObject(MASK_FONT)] = font
    resources[NameObject("/Font")] = holder
