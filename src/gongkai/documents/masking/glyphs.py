"""Content streams of PDF as glyphs: which bytes draw which character, and drawing others in their place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, FloatObject, NameObject
from pypdf.generic._font import Font  # the library's own reading of encodings and widths; the version is pinned

from gongkai.core.radicals import RADICALS

MASK_FONT = "/GkMask"
_STAR, _STAR_WIDTH = b"*", 389  # Helvetica
_LARGEST = 1.5
_INVISIBLE = 3
_UNSCALED = 500.0

Operation = tuple[Any, bytes]


@dataclass(slots=True)
class Glyph:
    """One drawn character: operation ``op``, string ``piece`` of it, bytes ``start`` to ``end`` of the string."""

    op: int
    piece: int
    start: int
    end: int
    character: str
    width: float
    invisible: bool


@dataclass(slots=True)
class _State:
    """What the graphics state says about text."""

    font: str = ""
    size: float = 1.0
    mode: int = 0


@dataclass(slots=True)
class Drawing:
    """One content stream, taken apart."""

    operations: list[Operation]
    glyphs: list[Glyph] = field(default_factory=list)
    states: dict[int, _State] = field(default_factory=dict)

    def text(self) -> tuple[str, list[int]]:
        """The characters drawn, without blanks, and the glyph of each."""
        characters: list[str] = []
        owners: list[int] = []
        for index, glyph in enumerate(self.glyphs):
            for character in glyph.character:
                if not character.isspace():
                    characters.append(RADICALS.get(character, character))
                    owners.append(index)
        return "".join(characters), owners


def fonts_of(resources: Any) -> dict[str, Font]:
    """The fonts of a resource dictionary by name."""
    holder = resources.get("/Font") if isinstance(resources, DictionaryObject) else None
    found = {}
    for name, font in (holder.get_object() if holder is not None else {}).items():
        resource = font.get_object()
        if isinstance(resource, DictionaryObject):
            found[str(name)] = Font.from_font_resource(resource)
    return found


def strings_of(operands: Any, operator: bytes) -> list[bytes | float]:
    """The strings and shifts an operator draws."""
    if operator == b"TJ":
        return [_raw(one) if not isinstance(one, int | float) else float(one) for one in operands[0]]
    return [_raw(operands[-1])]


def _raw(text: Any) -> bytes:
    if isinstance(text, bytes):
        return bytes(text)
    return bytes(getattr(text, "original_bytes", b""))


def taken_apart(operations: list[Operation], fonts: dict[str, Font], mode: int = 0) -> Drawing:
    """Every glyph a stream draws; ``mode`` is how text is shown where it begins."""
    drawing, state, stack = Drawing(operations), _State(mode=mode), []
    for index, (operands, operator) in enumerate(operations):
        if operator == b"q":
            stack.append(_State(state.font, state.size, state.mode))
        elif operator == b"Q" and stack:
            state = stack.pop()
        elif operator in _DRAWS and operands:
            drawing.states[index] = _State(state.font, state.size, state.mode)
            drawing.glyphs += _drawn(strings_of(operands, operator), index, state, fonts.get(state.font))
        elif operator == b"Do":
            drawing.states[index] = _State(state.font, state.size, state.mode)
        else:
            _set(state, operands, operator)
    return drawing


_DRAWS = frozenset({b"Tj", b"TJ", b"'", b'"'})


def _set(state: _State, operands: Any, operator: bytes) -> None:
    if operator == b"Tf" and len(operands) == 2:
        state.font, state.size = str(operands[0]), float(operands[1])
    elif operator == b"Tr" and operands:
        state.mode = int(operands[0])


def _drawn(strings: list[bytes | float], op: int, state: _State, font: Font | None) -> Iterator[Glyph]:
    for piece, string in enumerate(strings):
        if not isinstance(string, bytes) or font is None:
            continue
        for start, end, code in _codes(string, font):
            width = font.character_widths.get(code, font.character_widths.get("default", _UNSCALED))
            character = str(font.character_map.get(code, code))
            yield Glyph(op, piece, start, end, character, float(width), state.mode == _INVISIBLE)


def _codes(string: bytes, font: Font) -> Iterator[tuple[int, int, str]]:
    """The character codes in a string: where each begins and ends, and the code as a character."""
    if isinstance(font.encoding, dict):
        yield from ((at, at + 1, font.encoding.get(byte, chr(byte))) for at, byte in enumerate(string))
    elif font.encoding in _MIXED:
        yield from _mixed(string, font.encoding)
    else:
        for at in range(0, len(string) - 1, 2):
            yield at, at + 2, string[at : at + 2].decode("utf-16-be", errors="surrogatepass")


# Encodings in which one character takes one byte or several.
_MIXED = frozenset({"gbk", "gb2312", "gb18030", "big5", "cp936", "cp950", "euc_jp", "euc_kr", "cp932"})


def _mixed(string: bytes, encoding: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(string):
        length = 1 if string[at] < 0x80 else 2
        yield at, at + length, string[at : at + length].decode(encoding, errors="replace")
        at += length


def redrawn(drawing: Drawing, changes: dict[int, str]) -> list[Operation]:
    """The operations with glyph ``n`` drawn as ``changes[n]``: ``*`` draws a star there, empty draws nothing.

    The room of what is gone is kept by a shift, so nothing after it moves.
    """
    touched: dict[int, dict[int, list[tuple[Glyph, str]]]] = {}
    for number, put in changes.items():
        glyph = drawing.glyphs[number]
        touched.setdefault(glyph.op, {}).setdefault(glyph.piece, []).append((glyph, put))
    result: list[Operation] = []
    for index, (operands, operator) in enumerate(drawing.operations):
        if index not in touched:
            result.append((operands, operator))
            continue
        result += _before(operands, operator)
        result += _pieces(strings_of(operands, operator), touched[index], drawing.states[index])
    return result


def _before(operands: Any, operator: bytes) -> list[Operation]:
    """What the quotation-mark operators do before they draw."""
    if operator == b'"':
        return [([operands[0]], b"Tw"), ([operands[1]], b"Tc"), ([], b"T*")]
    return [([], b"T*")] if operator == b"'" else []


def _pieces(
    strings: list[bytes | float], touched: dict[int, list[tuple[Glyph, str]]], state: _State
) -> Iterator[Operation]:
    row: list[Any] = []
    for piece, string in enumerate(strings):
        if not isinstance(string, bytes):
            row.append(FloatObject(string))
            continue
        at = 0
        for glyph, put in sorted(touched.get(piece, []), key=lambda item: item[0].start):
            if glyph.start > at:
                row.append(ByteStringObject(string[at : glyph.start]))
            at = glyph.end
            if put == "*":
                yield ([ArrayObject(row)], b"TJ")
                # A star as wide as what it stands for; where that would be a giant, a small one and a shift.
                scale = min(max(glyph.width, 1.0) / _STAR_WIDTH, _LARGEST)
                shift = FloatObject(_STAR_WIDTH - glyph.width / scale)
                yield ([NameObject(MASK_FONT), FloatObject(state.size * scale)], b"Tf")
                yield ([ArrayObject([ByteStringObject(_STAR), shift])], b"TJ")
                yield ([NameObject(state.font), FloatObject(state.size)], b"Tf")
                row = []
            else:
                row.append(FloatObject(-glyph.width))
        if at < len(string):
            row.append(ByteStringObject(string[at:]))
    if row:
        yield ([ArrayObject(row)], b"TJ")
