"""Findings of a text beside their sentences, live while it is written; and what was released, by whom and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from gongkai.core.privacy import Certainty
from gongkai.disclosures.actions.drafting import EDITABLE
from gongkai.disclosures.actions.gate import parts_of, scope_of, subject_of
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.body import Spotted, spotted
from gongkai.documents.models import Finding

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """One finding as a page shows it: in its sentence, where there is one."""

    kind: str
    certainty: str
    value_masked: str
    place: str
    why: str
    rule: str
    pk: int | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """Findings of one material released together."""

    material: str
    kinds: list[tuple[str, int]]
    by: str
    at: datetime
    ground: str
    legal_basis: str


def text_passages(revision: Revision, attached: Iterable[Attachment], kept: Iterable[Finding]) -> list[Passage]:
    """What is open in the text: as it stands now while it may be edited, afterwards what was kept of it."""
    now = spotted(parts_of(revision, attached), at=timezone.now())
    if revision.stage not in EDITABLE:
        sides = {_identity_of(one): one for one in now}
        return [_passage(finding, sides.get(_identity(finding))) for finding in kept]
    released = Counter(
        Finding.objects.filter(subject=subject_of(revision), released_at__isnull=False).values_list(
            "kind", "layer", "place", "value_masked"
        )
    )
    return list(_not_released(now, released))


def _not_released(now: Iterable[Spotted], released: Counter[Identity]) -> Iterator[Passage]:
    for one in now:
        if released[_identity_of(one)] > 0:
            released[_identity_of(one)] -= 1
            continue
        f = one.finding
        yield Passage(
            f.kind, f.certainty, f.value_masked, f.place, f.why, f.rule, before=one.before, after=one.after
        )


def file_passages(findings: Iterable[Finding]) -> list[Passage]:
    """Findings of a file: their place says page and cell, their sentence stays in the file."""
    return [_passage(finding, None) for finding in findings]


def _passage(finding: Finding, beside: Spotted | None) -> Passage:
    return Passage(
        finding.kind, finding.certainty, finding.value_masked, finding.place, finding.why, finding.rule,
        pk=finding.pk, before=beside.before if beside else "", after=beside.after if beside else "",
    )  # fmt: skip


def _identity(finding: Finding) -> Identity:
    return finding.kind, finding.layer, finding.place, finding.value_masked


def _identity_of(one: Spotted) -> Identity:
    f = one.finding
    return f.kind.value, f.layer.value, f.place[:200], f.value_masked[:120]


def blocks(passages: Iterable[Passage]) -> bool:
    """Whether one of them forbids publication."""
    return any(one.certainty == Certainty.CERTAIN for one in passages)


def released_of(revision: Revision, attachments: Iterable[Attachment]) -> list[Released]:
    """What was released in the text and its files, the newest first; one query."""
    names = {f"file:{a.file.sha256}": a.name for a in attachments} | {subject_of(revision): ""}
    own = Q(file=None) | Q(scope=scope_of(revision))
    released = Finding.objects.filter(own, subject__in=list(names), released_at__isnull=False)
    rows = released.select_related("released_by")
    together: dict[tuple[str, datetime, str, str, str], Counter[str]] = defaultdict(Counter)
    for row in rows.order_by("-released_at", "pk"):
        if row.released_at:
            key = (row.subject, row.released_at, str(row.released_by), row.ground, row.legal_basis)
            together[key][row.kind] += 1
    return [
        Released(names[subject], kinds.most_common(), by, at, ground, basis)
        for (subject, at, by, ground, basis), kinds in together.items()
    ]
