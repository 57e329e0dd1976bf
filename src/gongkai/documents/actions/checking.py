"""The privacy check: of a stored file, of a body text, and again of everything when a detector changes."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.core.privacy import RULES, Certainty, Kind, Layer, rules_from
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind
from gongkai.documents import bounds, media
from gongkai.documents.actions.copies import local_copy
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.web import html_passages
from gongkai.documents.inspection import Check, as_answer
from gongkai.documents.models import Finding, PageText, StoredFile
from gongkai.documents.reader import Reader
from gongkai.documents.rules import check_version, county_rules
from gongkai.events.actions import announce
from gongkai.events.bulk import one_by_one

_BATCH = 500


@dataclass(slots=True)
class KeptInspection:
    """What one reading of a file yielded, not yet written."""

    at: datetime
    pages: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, str]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""

    def write(self, stored: StoredFile, *, pages: bool = True) -> None:
        """Replace the file's pages and open findings, inside the caller's transaction."""
        if pages:
            self._write_pages(stored)
        # A reading that failed is no check: the file stays stale and is read again, by a rescan or a new upload.
        version = "" if self.trouble else check_version()
        write_findings(subject_of(stored), self.findings, at=self.at, file=stored, version=version)
        stored.finding_count = max(len(self.findings), self.summary.get("findings", 0))
        stored.detector_version, stored.scanned_at = version, self.at
        stored.save(update_fields=["finding_count", "detector_version", "scanned_at"])

    def _write_pages(self, stored: StoredFile) -> None:
        stored.pages.all().delete()
        PageText.objects.bulk_create((PageText(file=stored, **page) for page in self.pages), batch_size=_BATCH)
        notes = [self.trouble, *self.summary.get("notes", [])]
        pictures = self.summary.get("pictures", 0)
        if pictures:
            notes.append(Said("%(pictures)s 页是没有文字层的图像,系统不能检查也不能检索", pictures=pictures))
        stored.page_count = len(self.pages)
        stored.is_scan = self.summary.get("is_scan", False)
        stored.extract_note = ";".join(note for note in notes if note)[:300]
        stored.save(update_fields=["page_count", "is_scan", "extract_note"])


def subject_of(stored: StoredFile) -> str:
    """How findings, events and leaves name a file."""
    return f"file:{stored.sha256}"


def inspect_path(path: Path, *, name: str, at: datetime, parts: tuple[str, ...] = ()) -> KeptInspection:
    """Read the file at ``path`` within the bounds. A failure is kept as trouble and as a finding, not raised."""
    with Reader() as reader:
        return inspect_with(reader, path, name=name, at=at, parts=parts)


def inspect_with(
    reader: Reader, path: Path, *, name: str, at: datetime, parts: tuple[str, ...] = ()
) -> KeptInspection:
    """The same with a reader that serves several files. ``parts`` empty means pages and findings."""
    kept = KeptInspection(at)
    facts: dict[str, Any] = {"parts": list(parts)}
    try:
        facts["rules"] = county_rules(today=timezone.localdate(at))
        for answer in reader.ask("read", path, name=name, facts=facts):
            if "page" in answer:
                kept.pages.append(answer["page"])
            elif "finding" in answer:
                kept.findings.append(answer["finding"])
            else:
                kept.summary = answer["summary"]
        _recognise(reader, path, kept, name=name, facts=facts)
    except UnreadableFileError as error:
        kept.trouble = str(error)
        kept.findings.append(_unreadable(kept.trouble))
    return kept


def _recognise(reader: Reader, path: Path, kept: KeptInspection, *, name: str, facts: dict[str, Any]) -> None:
    """Read the pages that are pictures, where that is switched on and the file itself is a PDF or a picture."""
    kind, numbers = kept.summary.get("media_type", ""), kept.summary.get("scanned", [])
    if not settings.OCR or not numbers or kind not in media.IMAGES | {media.PDF}:
        return
    wanted = facts | {"numbers": numbers, "media_type": kind}
    for answer in reader.ask("recognise", path, name=name, facts=wanted):
        if "page" in answer:
            kept.pages = [page for page in kept.pages if page["number"] != answer["page"]["number"]]
            kept.pages.append(answer["page"])
        else:
            kept.findings.append(answer["finding"])
            kept.summary["findings"] = kept.summary.get("findings", 0) + 1


def _unreadable(why: str) -> dict[str, str]:
    return {
        "kind": Kind.UNREADABLE.value,
        "certainty": Certainty.CERTAIN.value,
        "layer": Layer.FILE.value,
        "place": "",
        "value_masked": "",
        "why": why[:200],
        "rule": RULES[Kind.UNREADABLE],
    }


def write_findings(
    subject: str, found: Iterable[Mapping[str, str]], *, at: datetime, file: StoredFile | None, version: str
) -> list[Finding]:
    """Replace the open findings of ``subject``; what a person released stays released. The new open ones."""
    rows = Finding.objects.filter(subject=subject)
    rows.filter(released_at=None).delete()
    # What is released in a file is released for one publication and stays open for every other.
    released = Counter(rows.filter(file=None).values_list("kind", "layer", "place", "value_masked"))
    fresh = []
    for facts in found:
        identity = (facts["kind"], facts["layer"], facts["place"], facts["value_masked"])
        if released[identity] > 0:
            released[identity] -= 1
            continue
        fresh.append(Finding(subject=subject, file=file, detector_version=version, found_at=at, **facts))
    return Finding.objects.bulk_create(fresh, batch_size=_BATCH)


def scan_file(stored: StoredFile, *, name: str, by: Officer | None, at: datetime) -> list[Finding]:
    """Check a stored file again; the open findings. ``name`` is the name it is attached under."""
    with local_copy(stored) as path:
        kept = inspect_path(path, name=name, at=at, parts=("findings",))
    return scanned(stored, kept, by=by, at=at)


@transaction.atomic
def scanned(
    stored: StoredFile, kept: KeptInspection, *, by: Officer | None, at: datetime, pages: bool = False
) -> list[Finding]:
    """Keep what a new reading of a stored file found; its open findings."""
    kept.write(stored, pages=pages)
    found = list(Finding.objects.filter(subject=subject_of(stored), released_at=None))
    certain = sum(f.certainty == Certainty.CERTAIN for f in found)
    facts = {"findings": stored.finding_count, "certain": certain, "version": check_version()}
    announce(EventKind.DOCUMENT_SCANNED, subject=subject_of(stored), at=at, by=by, facts=facts)
    return found


@transaction.atomic
def scan_body(subject: str, parts: Mapping[str, str], *, at: datetime) -> list[Finding]:
    """Check a body text and keep its findings; the open ones.

    ``subject`` is the noun and id (``revision:12``); ``parts`` maps the name of a part as people know it (标题,
    正文) to its HTML or plain text. Comments, hidden text and attributes of the HTML are looked at too.
    """
    found = find_in_body(parts, at=at)
    return write_findings(subject, found, at=at, file=None, version=check_version())


def body_fingerprint(parts: Mapping[str, str]) -> bytes:
    """A SHA-256 digest of what a check of ``parts`` depends on: their text, the county's rules, the detectors.

    While it is the same, a new check would find nothing that is not kept already.
    """
    asked = [check_version(), dict(parts)]
    said = json.dumps(asked, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def find_in_body(parts: Mapping[str, str], *, at: datetime) -> list[dict[str, str]]:
    """The findings in a body text as plain data, nothing kept: for the editor while it is being written."""
    check = Check(rules_from(county_rules(today=timezone.localdate(at))))
    found = []
    for place, text in parts.items():
        for passage in html_passages(text, place=place):
            found += [as_answer(finding) for finding in check.findings(passage)]
    return found[: bounds.FINDINGS]


@dataclass(frozen=True, slots=True)
class Rescan:
    """What a rescan did. ``alarming`` are the files with open certain findings that had none before."""

    checked: int
    alarming: list[StoredFile]


def rescan(
    *, at: datetime, by: Officer | None = None, everything: bool = False, only: Collection[int] | None = None
) -> Rescan:
    """Check every stored file that was last checked by other detectors or county rules (or all of them) again.

    ``only`` are the keys of the files that are looked at; ``None`` means all. Each file is a transaction of its
    own: a rescan that is interrupted goes on where it was.
    """
    stale = StoredFile.objects.order_by("pk")
    if not everything:
        stale = stale.exclude(detector_version=check_version())
    if only is not None:
        stale = stale.filter(pk__in=only)
    checked, alarming = 0, []
    with Reader() as reader:
        for stored in one_by_one(stale):
            before = _is_alarming(stored)
            unread = stored.scanned_at is not None and not stored.detector_version
            with local_copy(stored) as path:
                parts = () if unread else ("findings",)
                kept = inspect_with(reader, path, name=_name_of(stored), at=at, parts=parts)
            scanned(stored, kept, by=by, at=at, pages=unread)
            checked += 1
            if not before and _is_alarming(stored):
                alarming.append(stored)
    with transaction.atomic():
        facts = {"checked": checked, "alarming": len(alarming), "version": check_version()}
        announce(EventKind.RESCAN_COMPLETED, subject="rescan:files", at=at, by=by, facts=facts)
    return Rescan(checked, alarming)


def _is_alarming(stored: StoredFile) -> bool:
    return Finding.objects.filter(file=stored, certainty=Certainty.CERTAIN, released_at=None).exists()


def _name_of(stored: StoredFile) -> str:
    """A name that only has to tell CSV from TXT, which no byte can."""
    return "rescan.csv" if stored.media_type == "text/csv" else "rescan"
