"""What every reader yields: passages of text that say which layer and place of the file they come from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from gongkai.core.privacy.kinds import Layer

CELL_GAP = "\t"
GPS_FOUND = "GPS 拍摄位置"  # the text of a passage that stands for where a picture was taken

# Layers a reader of the document sees; only these become page text and so reach the search index.
VISIBLE = frozenset({Layer.TEXT, Layer.CELL, Layer.NOTE})


class UnreadableFileError(Exception):
    """The file, or a part of it, cannot be read. The message is Chinese and says what to do next."""


@contextmanager
def foreign(message: str) -> Iterator[None]:
    """Around what a library does with a file: whatever it raises becomes ``UnreadableFileError(message)``.

    No list of exceptions is ever whole for a file made to break a parser. What our own readers do stays outside.
    Too little memory and too much depth are told by the reader's process, which knows its bounds.
    """
    try:
        yield
    except (UnreadableFileError, MemoryError, RecursionError):
        raise
    except Exception as error:
        raise UnreadableFileError(message) from error


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a table row (cells joined by tabs, ``table`` then names the table) or a property.

    ``page`` numbers the page, sheet part or slide it is shown on, from 1; 0 is not part of any page.
    A passage whose ``fault`` is not empty holds no text: that part could not be read, for that reason.
    ``picture`` marks a page that shows a picture and carries no text of its own.
    A passage with ``seams`` puts together what other passages tell by themselves, shown and hidden pieces of one
    text: only what reaches across one of these positions is new.
    """

    layer: Layer
    place: str
    text: str
    page: int = 0
    label: str = ""
    table: str = ""
    fault: str = ""
    picture: bool = False
    seams: tuple[int, ...] = ()

    def inside(self, name: str) -> "Passage":
        """The same passage of a file that lies in ``name``."""
        return replace(
            self,
            place=f"{name} › {self.place}" if self.place else name,
            label=f"{name} › {self.label}" if self.label else name,
            table=f"{name} › {self.table}" if self.table else "",
        )


class Source(Protocol):
    """Bytes that can be read again from the start."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


Passages = Iterator[Passage]


def fault(place: str, message: str, *, page: int = 0) -> Passage:
    """A passage that says a part could not be read."""
    return Passage(Layer.FILE, place, "", page=page, label=place, fault=message)


def column_name(number: int) -> str:
    """28 → ``AB``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
