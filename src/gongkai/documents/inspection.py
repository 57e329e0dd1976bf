"""One walk over a file that yields its pages for search and its findings for the privacy check."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from gongkai.core.privacy import (
    RULES,
    Certainty,
    Finding,
    Kind,
    Layer,
    MaskFormats,
    Rules,
    looks_like_headings,
    scan_text,
)
from gongkai.documents import bounds, media
from gongkai.documents.formats.image import GPS_FOUND
from gongkai.documents.formats.passages import CELL_GAP, VISIBLE, Passage, Source, UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.formats.sheet import column_name

# In these layers a bare number is as often machinery (identifiers, sizes) as a telephone.
_DOUBTFUL = frozenset({Layer.OTHER})
_BARE = frozenset({Kind.MOBILE, Kind.BANK_ACCOUNT, Kind.LANDLINE})


class Check:
    """The privacy check of a stream of passages: remembers each table's headings."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._headings: dict[str, Sequence[str]] = {}

    def findings(self, passage: Passage) -> Iterator[Finding]:
        """What is found in ``passage``, with its layer and place."""
        if passage.fault:
            yield _unreadable(passage)
        if passage.layer is Layer.EXIF and passage.text == GPS_FOUND:
            why, rule = "图片带有拍摄位置(GPS)", RULES[Kind.ADDRESS]
            gps = Finding(Kind.ADDRESS, Certainty.LIKELY, 0, len(passage.text), "GPS ****", why, rule)
            yield gps.at(passage.layer, passage.place)
            return
        for finding in scan_text(passage.text, self._rules, headings=self.columns(passage)):
            yield self._placed(finding, passage)

    def columns(self, passage: Passage) -> Sequence[str]:
        """The headings that name the cells of this row; empty for a row that is itself one of headings."""
        if not passage.table:
            return ()
        cells = passage.text.split(CELL_GAP)
        # A hidden column has its own headings: they stand in the hidden cells of the heading row.
        key = f"{passage.table}\0{passage.layer == Layer.HIDDEN_COLUMN}"
        known = self._headings.get(key)
        if looks_like_headings(cells) or (known is None and passage.layer is Layer.HIDDEN_COLUMN):
            self._headings[key] = cells
            return ()
        return known or ()

    def _placed(self, finding: Finding, passage: Passage) -> Finding:
        place = passage.place
        if passage.table:
            place += f"{column_name(passage.text.count(CELL_GAP, 0, finding.start) + 1)}列"
        if passage.layer in _DOUBTFUL and finding.kind in _BARE and finding.certainty is Certainty.CERTAIN:
            finding = replace(finding, certainty=Certainty.LIKELY)
        return finding.at(passage.layer, place)


def _unreadable(passage: Passage) -> Finding:
    """A part nobody could check. A picture asks for a look; anything else stops the publication."""
    certainty = Certainty.POSSIBLE if passage.picture else Certainty.CERTAIN
    finding = Finding(Kind.UNREADABLE, certainty, 0, 0, "", passage.fault, RULES[Kind.UNREADABLE])
    return finding.at(passage.layer if passage.picture else Layer.FILE, passage.place)


def rules_from(data: Mapping[str, Any]) -> Rules:
    """The rules of a request: ``words``, ``closed_documents``, ``masks``, ``today`` (ISO). All may be missing."""
    today = data.get("today")
    return Rules(
        words=data.get("words") or {},
        closed_documents=frozenset(data.get("closed_documents") or ()),
        formats=MaskFormats.from_profile(data.get("masks") or {}),
        today=date.fromisoformat(today) if today else None,
    )


def as_answer(finding: Finding) -> dict[str, str]:
    """A finding as plain data, without the raw value and without positions in it."""
    return {
        "kind": finding.kind.value,
        "certainty": finding.certainty.value,
        "layer": finding.layer.value,
        "place": finding.place[:200],
        "value_masked": finding.value_masked[:120],
        "why": finding.why[:200],
        "rule": finding.rule[:200],
    }


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
        self.scanned: list[int] = []
        self.notes: list[str] = []

    def take(self, passage: Passage) -> Iterator[dict[str, Any]]:
        """The answers that ``passage`` completes."""
        if passage.fault and not passage.picture:
            note = f"{passage.place}:{passage.fault}" if passage.place else passage.fault
            self.notes += [note] if note not in self.notes and len(self.notes) < 20 else []
        if passage.page == 0 or passage.layer not in VISIBLE | {Layer.FILE}:
            return
        if passage.page != self.page.number:
            yield from self.finish()
            self.page = _Page(passage.page, passage.label)
            self.pictures += passage.picture
            self.scanned += [passage.page] if passage.picture else []
        if self.kept < bounds.FILE_CHARACTERS:
            self.page.add(passage.text.replace("\0", ""))
            self.kept += len(passage.text)

    def finish(self) -> Iterator[dict[str, Any]]:
        """The page at hand, if any."""
        if self.page.number:
            self.count += 1
            yield self.page.answer()
            self.page = _Page()

    def summary(self) -> dict[str, Any]:
        """What is said of the file as a whole."""
        if self.kept >= bounds.FILE_CHARACTERS:
            self.notes.append(f"文字超过 {bounds.FILE_CHARACTERS} 字,其后没有进入检索(但已检查)")
        is_scan = bool(self.count) and self.pictures == self.count
        told = {"pages": self.count, "is_scan": is_scan, "pictures": self.pictures}
        return {**told, "scanned": self.scanned[:100], "notes": self.notes}


def inspect(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers ``page``, ``finding`` and finally ``summary`` for the file at ``request["path"]``.

    ``request["parts"]`` names what is wanted: ``pages``, ``findings`` or both.
    """
    path: Path = request["path"]
    wanted = request.get("parts") or ["pages", "findings"]
    inspection, check, hits = Inspection(), Check(rules_from(request.get("rules") or {})), 0
    with path.open("rb") as source:
        for passage in passages(source, name=request["name"]):
            for page in inspection.take(passage):
                yield from [page] if "pages" in wanted else []
            for finding in check.findings(passage) if "findings" in wanted else ():
                hits += 1
                if hits <= bounds.FINDINGS:
                    yield {"finding": as_answer(finding)}
        media_type = _type_of(source, request["name"])
    for page in inspection.finish():
        yield from [page] if "pages" in wanted else []
    yield {"summary": inspection.summary() | {"findings": hits, "media_type": media_type}}


def _type_of(source: Source, name: str) -> str:
    try:
        return media.recognise(source, name=name).media_type
    except UnreadableFileError:
        return ""
