"""What is public and has open findings of the privacy check: found by a rescan, or by a detector that learned.

Superseded versions are public too, until they are withheld.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from gongkai.core.privacy import Certainty
from gongkai.core.vocabulary import DisclosureStatus, RevisionStage
from gongkai.disclosures.actions.gate import scope_of
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.documents.models import Finding

_READABLE = Q(status=DisclosureStatus.PUBLISHED) | Q(status=DisclosureStatus.EXPIRED, item__stays_public=True)
_TEXT = "revision:"


@dataclass(slots=True)
class Exposure:
    """One public material (the text, or a file under the name it hangs by) with what is open in it."""

    revision: Revision
    name: str  # empty: the text itself
    kinds: Counter[str] = field(default_factory=Counter)
    certain_count: int = 0
    since: datetime | None = None

    @property
    def disclosure(self) -> Disclosure:
        """What it belongs to."""
        return self.revision.disclosure

    @property
    def is_superseded(self) -> bool:
        """Whether a later version is in force; then it can be withheld by itself."""
        return self.revision.pk != self.disclosure.published_revision_id

    def add(self, kind: str, certainty: str, found_at: datetime) -> None:
        """One finding more."""
        self.kinds[kind] += 1
        self.certain_count += certainty == Certainty.CERTAIN
        self.since = min(self.since or found_at, found_at)


def exposures(reach: Q, *, certainties: Iterable[Certainty]) -> list[Exposure]:
    """Public materials of the agencies in ``reach`` (a condition on disclosures) with open findings.

    The gravest first, then the oldest. Five queries, however many there are.
    """
    wanted = Finding.objects.filter(released_at=None, certainty__in=list(certainties)).order_by("pk")
    public = Disclosure.objects.filter(reach & _READABLE)
    found = {**_files(wanted, public), **_texts(wanted, public)}
    return sorted(
        found.values(), key=lambda e: (e.certain_count == 0, e.since.timestamp() if e.since else 0, e.name)
    )


def _files(wanted: QuerySet[Finding], public: QuerySet[Disclosure]) -> dict[tuple[str, int], Exposure]:
    hung = Attachment.objects.filter(
        file__in=wanted.exclude(file=None).order_by().values("file"),
        revision__disclosure__in=public.values("pk"),
        revision__stage=RevisionStage.PUBLISHED,
        revision__withheld__at=None,
    ).select_related("revision__disclosure__agency", "revision__disclosure__item")
    by_file: dict[int, list[Exposure]] = {}
    found = {}
    for attachment in hung:
        exposure = Exposure(attachment.revision, attachment.name)
        found["file", attachment.pk] = exposure
        by_file.setdefault(attachment.file_id, []).append(exposure)
    same = ("file_id", "kind", "layer", "place", "value_masked")
    released = Finding.objects.filter(file__in=list(by_file), released_at__isnull=False)
    lifted = set(released.values_list("scope", *same))
    rows = wanted.filter(file__in=list(by_file)).values_list(*same, "certainty", "found_at")
    for *identity, certainty, found_at in rows.iterator(chunk_size=1000):
        for exposure in by_file[identity[0] or 0]:
            if (scope_of(exposure.revision), *identity) not in lifted:
                exposure.add(str(identity[1]), certainty, found_at)
    return {key: exposure for key, exposure in found.items() if exposure.kinds}


def _texts(wanted: QuerySet[Finding], public: QuerySet[Disclosure]) -> dict[tuple[str, int], Exposure]:
    rows = list(
        wanted.filter(file=None, subject__startswith=_TEXT).values_list("subject", "kind", "certainty", "found_at")
    )
    asked = {int(subject.removeprefix(_TEXT)) for subject, *_rest in rows}
    shown = Revision.objects.filter(
        pk__in=asked, disclosure__in=public.values("pk"), stage=RevisionStage.PUBLISHED, withheld__at=None
    )
    texts = {r.pk: Exposure(r, "") for r in shown.select_related("disclosure__agency", "disclosure__item")}
    for subject, kind, certainty, found_at in rows:
        if exposure := texts.get(int(subject.removeprefix(_TEXT))):
            exposure.add(kind, certainty, found_at)
    return {("text", pk): exposure for pk, exposure in texts.items()}


def leaking_versions(disclosure: Disclosure) -> set[int]:
    """Numbers of the versions the public can read whose text or files hold something certain that is open."""
    found = exposures(Q(pk=disclosure.pk), certainties=[Certainty.CERTAIN])
    return {one.revision.number for one in found}
