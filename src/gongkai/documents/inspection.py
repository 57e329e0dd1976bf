"""One walk over a file that yields its pages for search and its findings for the privacy check."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict

from gongkai.core.privacy import (
    RULES,
    Certainty,
    Finding,
    Kind,
    Layer,
    Rules,
    looks_like_headings,
    masked_place,
    rules_from,
    scan_text,
)
from gongkai.core.privacy.receipts import Columns
from gongkai.core.said import Said
from gongkai.documents import bounds, media
from gongkai.documents.formats.passages import (
    CELL_GAP,
    GPS_FOUND,
    VISIBLE,
    Passage,
    Source,
    UnreadableFileError,
    column_name,
)
from gongkai.documents.formats.reading import passages
from gongkai.documents.seams import Seams

# In these layers a bare number is as often machinery (identifiers, sizes) as a telephone.
_DOUBTFUL = frozenset({Layer.OTHER})
_BARE = frozenset({Kind.MOBILE, Kind.BANK_ACCOUNT, Kind.LANDLINE})


class Labels(TypedDict):
    """What names the cells of a row: the headings, and the columns that hold no identity numbers."""

    headings: Sequence[str]
    refuted: Collection[int]


class Check:
    """The privacy check of a stream of passages: remembers each table's headings."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._headings: dict[str, Sequence[str]] = {}
        self._shown: dict[str, Columns] = {}
        self._seams = Seams(rules.formats)

    def findings(self, passage: Passage) -> Iterator[Finding]:
        """What is found in ``passage``, with its layer and place."""
        if passage.fault:
            yield self._unreadable(passage)
        if passage.layer is Layer.EXIF and passage.text == GPS_FOUND:
            why, rule = Said("图片带有拍摄位置(GPS)"), RULES[Kind.ADDRESS]
            gps = Finding(Kind.ADDRESS, Certainty.LIKELY, 0, len(passage.text), "GPS ****", why, rule)
            yield gps.at(passage.layer, self.shown(passage.place))
            return
        for finding in scan_text(passage.text, self._rules, **self.labels(passage)):
            if passage.seams and not any(finding.start < seam < finding.end for seam in passage.seams):
                continue  # told already by the piece that holds all of it
            yield self._placed(finding, passage)
        if not passage.seams:
            yield from self._seams.findings(passage)

    def labels(self, passage: Passage) -> Labels:
        """What names the cells of a row, for the scan. Ask once for each passage, in order."""
        headings = self._columns(passage)
        if not headings:
            return {"headings": (), "refuted": ()}
        shown = self._shown.setdefault(self._key(passage), Columns())
        return {"headings": headings, "refuted": shown.refuted(passage.text.split(CELL_GAP), headings)}

    @staticmethod
    def _key(passage: Passage) -> str:
        # A hidden column has its own headings: they stand in the hidden cells of the heading row.
        return f"{passage.table}\0{passage.layer == Layer.HIDDEN_COLUMN}"

    def _columns(self, passage: Passage) -> Sequence[str]:
        """The headings that name the cells of this row; empty for a row that is itself one of headings."""
        if not passage.table:
            return ()
        cells = passage.text.split(CELL_GAP)
        key = self._key(passage)
        known = self._headings.get(key)
        if looks_like_headings(cells) or (known is None and passage.layer is Layer.HIDDEN_COLUMN):
            self._headings[key] = cells
            self._shown.pop(key, None)
            return ()
        return known or ()

    def _placed(self, finding: Finding, passage: Passage) -> Finding:
        place = passage.place
        if passage.table:
            place += Said("%(column)s列", column=column_name(passage.text.count(CELL_GAP, 0, finding.start) + 1))
        if passage.layer in _DOUBTFUL and finding.kind in _BARE and finding.certainty is Certainty.CERTAIN:
            finding = replace(finding, certainty=Certainty.LIKELY)
        return finding.at(passage.layer, self.shown(place))

    def _unreadable(self, passage: Passage) -> Finding:
        """A part nobody could check. A picture asks for a look; anything else stops the publication."""
        certainty = Certainty.POSSIBLE if passage.picture else Certainty.CERTAIN
        finding = Finding(Kind.UNREADABLE, certainty, 0, 0, "", passage.fault, RULES[Kind.UNREADABLE])
        return finding.at(passage.layer if passage.picture else Layer.FILE, self.shown(passage.place))

    def shown(self, place: str) -> str:
        """A place as it may be kept: the names of sheets and files in it are masked."""
        return masked_place(place, self._rules)


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
            self.notes.append(
                Said(
                    "文字超过 %(most)s 字,其后没有进入检索(但已检查)",
                    most=bounds.FILE_CHARACTERS,
                )
            )
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
            for page in inspection.take(_named(passage, check)):
                yield from [page] if "pages" in wanted else []
            for finding in check.findings(passage) if "findings" in wanted else ():
                hits += 1
                if hits <= bounds.FINDINGS:
                    yield {"finding": as_answer(finding)}
        media_type, macros = _type_of(source, request["name"])
    for page in inspection.finish():
        yield from [page] if "pages" in wanted else []
    yield {"summary": inspection.summary() | {"findings": hits, "media_type": media_type, "macros": macros}}


def _named(passage: Passage, check: Check) -> Passage:
    """The passage with names in place and label masked: they go where its text goes, to the index and to notes."""
    label = check.shown(passage.label) if passage.page else passage.label
    place = check.shown(passage.place) if passage.fault else passage.place
    if (place, label) == (passage.place, passage.label):
        return passage
    return replace(passage, place=place, label=label)


def _type_of(source: Source, name: str) -> tuple[str, bool]:
    try:
        recognised = media.recognise(source, name=name)
    except UnreadableFileError:
        return "", False
    return recognised.media_type, recognised.macros
