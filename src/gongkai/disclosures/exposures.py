"""What is public and has open findings of the privacy check: found by a rescan, or by a detector that learned."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, QuerySet

from gongkai.core.privacy import Certainty
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.documents.models import Finding

_READABLE = Q(status=DisclosureStatus.PUBLISHED) | Q(status=DisclosureStatus.EXPIRED, item__stays_public=True)
_TEXT = "revision:"


@dataclass(slots=True)
class Exposure:
    """One public material (the text, or a file under the name it hangs by) with what is open in it."""

    disclosure: Disclosure
    name: str  # empty: the text itself
    kinds: Counter[str] = field(default_factory=Counter)
    certain_count: int = 0
    since: datetime | None = None

    def add(self, kind: str, certainty: str, found_at: datetime) -> None:
        """One finding more."""
        self.kinds[kind] += 1
        self.certain_count += certainty == Certainty.CERTAIN
        self.since = min(self.since or found_at, found_at)


def exposures(reach: Q, *, certainties: Iterable[Certainty]) -> list[Exposure]:
    """Public materials of the agencies in ``reach`` (a condition on disclosures) with open findings.

    The gravest first, then the oldest. Four queries, however many there are.
    """
    wanted = Finding.objects.filter(released_at=None, certainty__in=list(certainties)).order_by("pk")
    public = Disclosure.objects.filter(reach & _READABLE).select_related("agency", "item")
    found = {**_files(wanted, public), **_texts(wanted, public)}
    return sorted(
        found.values(), key=lambda e: (e.certain_count == 0, e.since.timestamp() if e.since else 0, e.name)
    )


def _files(wanted: QuerySet[Finding], public: QuerySet[Disclosure]) -> dict[tuple[str, int], Exposure]:
    hung = Attachment.objects.filter(
        file__in=wanted.exclude(file=None).order_by().values("file"),
        revision__disclosure__in=public.values("pk"),
        revision=F("revision__disclosure__published_revision"),
    ).select_related("revision__disclosure__agency", "revision__disclosure__item")
    by_file: dict[int, list[Exposure]] = {}
    found = {}
    for attachment in hung:
        exposure = Exposure(attachment.revision.disclosure, attachment.name)
        found["file", attachment.pk] = exposure
        by_file.setdefault(attachment.file_id, []).append(exposure)
    rows = wanted.filter(file__in=list(by_file)).values_list("file_id", "kind", "certainty", "found_at")
    for file_id, kind, certainty, found_at in rows.iterator(chunk_size=1000):
        for exposure in by_file[file_id or 0]:
            exposure.add(kind, certainty, found_at)
    return found


def _texts(wanted: QuerySet[Finding], public: QuerySet[Disclosure]) -> dict[tuple[str, int], Exposure]:
    rows = list(
        wanted.filter(file=None, subject__startswith=_TEXT).values_list("subject", "kind", "certainty", "found_at")
    )
    asked = {int(subject.removeprefix(_TEXT)) for subject, *_rest in rows}
    shown = Revision.objects.filter(pk__in=asked, disclosure__in=public.values("pk")).filter(
        pk=F("disclosure__published_revision")
    )
    texts = {
        r.pk: Exposure(r.disclosure, "") for r in shown.select_related("disclosure__agency", "disclosure__item")
    }
    for subject, kind, certainty, found_at in rows:
        if exposure := texts.get(int(subject.removeprefix(_TEXT))):
            exposure.add(kind, certainty, found_at)
    return {("text", pk): exposure for pk, exposure in texts.items()}
