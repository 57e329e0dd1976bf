"""Reading a file in the reader's process and keeping what it says: pages, notes, findings."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.models import PageText, StoredFile
from gongkai.documents.reader import Reader

_BATCH = 500


@dataclass(slots=True)
class KeptInspection:
    """What one reading of a file yielded, not yet written."""

    at: datetime
    pages: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""

    def write(self, stored: StoredFile) -> None:
        """Replace the file's pages and set what is known of it, inside the caller's transaction."""
        stored.pages.all().delete()
        PageText.objects.bulk_create((PageText(file=stored, **page) for page in self.pages), batch_size=_BATCH)
        notes = [self.trouble, *self.summary.get("notes", [])]
        pictures = self.summary.get("pictures", 0)
        if pictures:
            notes.append(f"{pictures} 页是没有文字层的图像,系统不能检查也不能检索")
        stored.page_count = len(self.pages)
        stored.is_scan = self.summary.get("is_scan", False)
        stored.extract_note = ";".join(note for note in notes if note)[:300]
        stored.save(update_fields=["page_count", "is_scan", "extract_note"])


def keep_inspection(path: Path, *, name: str, at: datetime) -> KeptInspection:
    """Read the file at ``path`` within the bounds. A failure is kept as trouble, not raised."""
    kept = KeptInspection(at)
    with Reader() as reader:
        try:
            for answer in reader.ask("read", path, name=name):
                if "page" in answer:
                    kept.pages.append(answer["page"])
                elif "summary" in answer:
                    kept.summary = answer["summary"]
        except UnreadableFileError as error:
            kept.trouble = str(error)
    return kept
