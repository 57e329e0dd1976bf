"""One walk over a file that yields its pages for search and its findings for the privacy check."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gongkai.core.privacy.kinds import Layer
from gongkai.documents import bounds
from gongkai.documents.formats.passages import VISIBLE, Passage
from gongkai.documents.formats.reading import passages


@dataclass(slots=True)
class _Page:
    """The page that is being gathered."""

    number: int = 0
    label: str = ""
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        room = bounds.PAGE_CHARACTERS - self.length
        if room > 0 and text:
            self.parts.append(text[:room])
            self.length += len(text) + 1

    def answer(self) -> dict[str, Any]:
        return {"page": {"number": self.number, "label": self.label[:120], "text": "\n".join(self.parts)}}


class Inspection:
    """Gathers passages into pages, in order, within the bounds on what is kept."""

    def __init__(self) -> None:
        self.page = _Page()
        self.kept = 0
        self.count = 0
        self.pictures = 0
        self.notes: list[str] = []

    def take(self, passage: Passage) -> Iterator[dict[str, Any]]:
        """The answers that ``passage`` completes."""
        if passage.fault:
            note = f"{passage.place}:{passage.fault}" if passage.place else passage.fault
            if not passage.picture and note not in self.notes:
                self.notes.append(note)
        if passage.page == 0 or passage.layer not in VISIBLE | {Layer.FILE}:
            return
        if passage.page != self.page.number:
            yield from self.finish()
            self.page = _Page(passage.page, passage.label)
            self.pictures += passage.picture
        if self.kept < bounds.FILE_CHARACTERS:
            self.page.add(passage.text.replace("\0", ""))
            self.kept += len(passage.text)

    def finish(self) -> Iterator[dict[str, Any]]:
        """The page at hand, if any."""
        if self.page.number:
            self.count += 1
            yield self.page.answer()
            self.page = _Page()


def inspect(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers ``page`` and finally ``summary`` for the file at ``request["path"]``."""
    path: Path = request["path"]
    inspection = Inspection()
    with path.open("rb") as source:
        for passage in passages(source, name=request["name"]):
            yield from inspection.take(passage)
    yield from inspection.finish()
    yield {
        "summary": {
            "pages": inspection.count,
            "is_scan": bool(inspection.count) and inspection.pictures == inspection.count,
            "pictures": inspection.pictures,
            "notes": inspection.notes[:20],
        }
    }
