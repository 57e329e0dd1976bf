"""What a page of a PDF draws: found in its streams in the order they are drawn, and masked in their glyphs."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf.generic import ContentStream, DictionaryObject, EncodedStreamObject, NameObject, StreamObject

from gongkai.core.said import Said
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking.glyphs import MASK_FONT, Drawing, fonts_of, redrawn, taken_apart
from gongkai.documents.masking.pdf_places import (
    UPRIGHT,
    Located,
    Matrix,
    at_points,
    by_place,
    joined,
    matrix_of,
    places,
)
from gongkai.documents.masking.pdf_shown import Field
from gongkai.documents.masking.pdf_values import NOWHERE, Place, Value, changed_in, found_in, missed

_DEEPEST = 8  # drawings in drawings
_PARTED = Said(
    "一个号码分在几处,其中一处的数字是逐个画在页面上的,不能自动遮盖:"
    "请在制作这份 PDF 的原软件中把号码写在一处,重新导出后再上传"
)
_SCATTERED = Said(
    "页面上有一个号码的数字是逐个或分行画出的,不能自动遮盖:"
    "请在制作这份 PDF 的原软件中把号码删去或改写在一处,重新导出后再上传"
)


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

    def located(self, sheet: int = 0, page: Matrix = UPRIGHT, depth: int = 0) -> Iterator[Located]:
        """Every glyph that is drawn, and where on the page; one that is drawn twice comes twice."""
        if not self.sheets:
            return
        drawing, resources = self.sheets[sheet].drawing, self.sheets[sheet].resources
        points, placed = places(drawing, page)
        yield from (
            (glyph.character, (sheet, number), point)
            for number, (glyph, point) in enumerate(zip(drawing.glyphs, points, strict=True))
        )
        for index, form in _placed(drawing.operations, resources) if depth < _DEEPEST else ():
            yield from self.located(
                self._known[id(form)], joined(matrix_of(form.get("/Matrix")), placed[index]), depth + 1
            )

    def _add(self, character: str, place: Place) -> None:
        self.text.append(character)
        self.places.append(place)

    def rest(self, resources: Any, depth: int = 0) -> None:
        """The forms and patterns that resources name although no stream placed them."""
        for form in _forms(resources):
            if id(form) not in self._known and depth < _DEEPEST:
                self.text.append("\n")
                self.places.append(NOWHERE)
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


def mask_page(page: Any, values: list[Value], shown: Field) -> None:
    """Mask ``values`` in everything a page draws.

    Raises :class:`UnreadableFileError` with what ``shown`` answers where text that is not shown must go, such as
    the recognised layer of a scan.
    """
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else DictionaryObject()
    contents, canvas = page.get_contents(), _Canvas()
    if contents is not None:
        canvas.draw(contents, contents.operations, resources)
    canvas.rest(resources)
    for sheet in _changed(canvas, values, shown):
        if sheet.holder is contents:
            page[NameObject("/Contents")] = contents
            page[NameObject("/Resources")] = resources


def mask_form(form: StreamObject, values: list[Value]) -> None:
    """Mask ``values`` in a drawing that stands for itself: the appearance of a field."""
    canvas = _Canvas()
    canvas.draw(form, *_opened(form, DictionaryObject()))
    _changed(canvas, values, Field())


def _changed(canvas: _Canvas, values: list[Value], shown: Field) -> list[_Sheet]:
    """The sheets that were rewritten."""
    changes: dict[int, dict[int, str]] = {}
    for place, put in changed_in("".join(canvas.text), canvas.places, values):
        changes.setdefault(place[0], {})[place[1]] = put
    for number, sheet in enumerate(canvas.sheets):  # a value may also be whole in a stream that others interrupt
        text, owners = sheet.drawing.text()
        for place, put in changed_in(text, [(number, owner) for owner in owners], values):
            changes.setdefault(number, {})[place[1]] = put
    for place, put in _scattered(canvas, values, shown):
        changes.setdefault(place[0], {})[place[1]] = put
    unseen = any(canvas.sheets[sheet].drawing.glyphs[one].invisible for sheet in changes for one in changes[sheet])
    refused = shown.why() if unseen else None
    if refused:
        raise UnreadableFileError(refused)
    return [sheet for number, sheet in enumerate(canvas.sheets) if _redraw(sheet, changes.get(number, {}))]


def _scattered(canvas: _Canvas, values: list[Value], shown: Field) -> Iterator[tuple[Place, str]]:
    """What changes for values whose characters are drawn in another order than they are read.

    Raises :class:`UnreadableFileError` where that is a part of a number whose other parts stand elsewhere: those
    would be masked, and nothing would know this one for a part of a number.
    """
    left, scattered = missed("".join(canvas.text), values), [value for value in values if value.points]
    characters = shown.characters() if left else []
    glyphs = list(canvas.located()) if characters or scattered else []
    for value in scattered:
        placed = at_points(glyphs, value)
        if not placed:
            raise UnreadableFileError(_SCATTERED)
        yield from placed
    for value in left if characters else ():
        placed = list(by_place(glyphs, characters, value))
        yield from placed
        whole = placed or any(found_in(sheet.drawing.text()[0], value) for sheet in canvas.sheets)
        if value.around and not whole:
            raise UnreadableFileError(_PARTED)


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
