"""What a PDF holds outside its pages' text: strings, names, streams of all kinds, what stands beside pictures."""

import re
import zlib
from typing import Any

from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from gongkai.core.privacy import Layer
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.formats.pdf_streams import readable, unpacked, words_of
from gongkai.documents.formats.plain import decoded
from gongkai.documents.masking.masker import Masker
from gongkai.documents.masking.pdf_drawn import put_data
from gongkai.documents.masking.pictures import stripped

_OBJECTS = 200_000
_LONG_NAME = re.compile(r"\d{11}")
# Their entries are called by name in the streams that draw: such a name is not changed here.
_DRAWN_BY_NAME = frozenset(
    {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties"}
)
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, zlib.error,
           NotImplementedError)  # fmt: skip


class Loose:
    """The walk over every object that the document leads to."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._names: dict[str, NameObject] = {}
        self._taken: set[str] = set()

    def mask(self, root: Any) -> None:
        """Mask everything below ``root`` in place."""
        waiting: list[tuple[Any, str]] = [(root, "")]
        seen: set[int] = set()
        while waiting and len(seen) < _OBJECTS:
            item, key = waiting.pop()
            if isinstance(item, IndirectObject):
                if item.idnum in seen:
                    continue
                seen.add(item.idnum)
                item = item.get_object()
            if isinstance(item, StreamObject):
                self._stream(item, key)
            if isinstance(item, DictionaryObject) and key not in _DRAWN_BY_NAME:
                self._keys(item)
            for name, value in _entries(item):
                put = self._masked(value)
                if put is not None:
                    item[name] = put
                waiting.append((value, name if isinstance(item, DictionaryObject) else key))

    def _keys(self, holder: DictionaryObject) -> None:
        """Names by which a dictionary calls its entries."""
        for name in [one for one in dict.keys(holder) if _LONG_NAME.search(one)]:
            fresh = self._name(NameObject(name))
            if fresh is not None:
                dict.__setitem__(holder, fresh, dict.pop(holder, name))

    def _masked(self, value: Any) -> Any:
        """What a string or a name becomes; ``None`` where it stays."""
        if isinstance(value, TextStringObject):
            text = self._text(str(value)) if value.strip() else str(value)
            return TextStringObject(text) if text != value else None
        if isinstance(value, ByteStringObject):
            return self._bytes(value)
        return self._name(value) if isinstance(value, NameObject) and _LONG_NAME.search(value) else None

    def _text(self, text: str) -> str:
        return self._masker.text(Passage(Layer.OTHER, "", text))

    def _bytes(self, value: ByteStringObject) -> ByteStringObject | None:
        """A string in no encoding of the format: masked where its bytes are characters, else emptied."""
        if not self._tells(bytes(value)):
            return None
        put = self._text(value.decode("latin-1")).encode("latin-1")
        return ByteStringObject(b"" if self._tells(put) else put)

    def _name(self, name: NameObject) -> NameObject | None:
        """The name that stands for ``name`` everywhere, or ``None``; no two become one."""
        known = self._names.get(name)
        put = self._text(str(name)[1:]) if known is None else ""
        if known is not None or put == name[1:]:
            return known
        number = 1
        while put in self._taken:
            number += 1
            put = f"{put.partition('.')[0]}.{number}"
        self._taken.add(put)
        fresh = self._names[str(name)] = NameObject(f"/{put}")
        return fresh

    def _stream(self, stream: StreamObject, key: str) -> None:
        if stream.get("/Subtype") == "/Image":
            self._picture(stream)
        elif key != "/AP" and any(self._needs(one) for one in words_of(stream, key, Layer.OTHER, "")):
            try:
                data = unpacked(stream)
                text, encoding = decoded(data)
                put = self._text(text).encode(encoding)
            except (UnreadableFileError, *_BROKEN):
                put = b""
            put_data(stream, b"" if self._tells(put) else put)
            self._masker.removed["property"] += 1

    def _needs(self, passage: Passage) -> bool:
        return bool(passage.fault or self._masker.edits(passage))

    def _tells(self, data: bytes) -> bool:
        return any(self._masker.edits(Passage(Layer.OTHER, "", text)) for text in readable(data))

    def _picture(self, stream: StreamObject) -> None:
        """What a camera wrote into a picture, also where other filters lie around it."""
        filters = stream.get("/Filter")
        names = list(filters) if isinstance(filters, ArrayObject) else [filters]
        if names[-1:] != ["/DCTDecode"]:
            return
        try:
            data = stream._data if len(names) == 1 else stream.get_data()
        except _BROKEN:
            return
        clean = stripped(data) if data.startswith(b"\xff\xd8") else data
        if clean == data:
            return
        self._masker.removed["exif"] += 1
        stream._data = clean
        parameters = stream.get("/DecodeParms")
        if isinstance(parameters, ArrayObject):
            stream[NameObject("/DecodeParms")] = parameters[-1]
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")


def _entries(item: Any) -> list[tuple[Any, Any]]:
    """What a dictionary or array holds, references not followed."""
    if isinstance(item, DictionaryObject):
        return [(NameObject(key), value) for key, value in dict.items(item)]
    return list(enumerate(list.__iter__(item))) if isinstance(item, ArrayObject) else []
