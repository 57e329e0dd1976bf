"""Reading disclosures. Public readers never see an unpublished text; lists cost a constant number of queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When

from gongkai.core.vocabulary import DisclosureStatus, EventKind, ObligationGround, RevisionStage, Verdict
from gongkai.disclosures.ending import as_of
from gongkai.disclosures.ending import last_taken_back as last_taken_back  # noqa: PLC0414 - asked for here by readers
from gongkai.disclosures.ending import taken_back as taken_back  # noqa: PLC0414 - asked for here by readers
from gongkai.disclosures.models import Attachment, ConfidentialityReview, Discharge, Disclosure, Revision
from gongkai.documents.models import PageText
from gongkai.events.models import Event
from gongkai.ledger.queries import raw
from gongkai.obligations.models import Obligation

PUBLIC = (DisclosureStatus.PUBLISHED, DisclosureStatus.WITHDRAWN, DisclosureStatus.EXPIRED)
_READ = (DisclosureStatus.PUBLISHED, DisclosureStatus.EXPIRED)
READABLE = (DisclosureStatus.PUBLISHED,)
WRITING = (EventKind.DISCLOSURE_DRAFTED, EventKind.DISCLOSURE_REVISED, EventKind.DISCLOSURE_SUBMITTED)


@dataclass(frozen=True)
class ListFilters:
    """What a reader narrowed a list to; every field is a code or None."""

    domain: str | None = None
    item: str | None = None
    stage: str | None = None
    agency: str | None = None
    township: str | None = None
    exchange_type: str | None = None
    year: int | None = None
    status: str | None = None


def public() -> QuerySet[Disclosure]:
    """Everything the public may see, stubs included, newest first, with what a list row shows."""
    return (
        Disclosure.objects.filter(status__in=PUBLIC)
        .select_related("item__domain", "agency", "township")
        .order_by("-published_at", "-pk")
    )


def listed(filters: ListFilters) -> QuerySet[Disclosure]:
    """The public list narrowed by ``filters``; still newest first."""
    wanted = {
        "item__domain__code": filters.domain,
        "item__code": filters.item,
        "item__stage": filters.stage,
        "item__exchange_type": filters.exchange_type,
        "agency__code": filters.agency,
        "township__code": filters.township,
        "status": filters.status,
    }
    rows = public().filter(**{key: value for key, value in wanted.items() if value})
    if filters.year:
        rows = rows.filter(published_at__year=filters.year)
    return rows


def page(
    rows: QuerySet[Disclosure], *, after: tuple[datetime, int] | None, size: int
) -> tuple[list[Disclosure], tuple[datetime, int] | None]:
    """One page of a newest-first list by position, not by offset: the rows, and where the next page begins."""
    if after:
        moment, pk = after
        rows = rows.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=pk))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    assert last.published_at is not None  # noqa: S101 - a public row has its moment, the database holds it
    return found[:size], (last.published_at, last.pk)


def detail(public_id: str, *, on: date) -> Disclosure | None:
    """One public disclosure with all its page needs, as read ``on`` that day; None when none may be seen."""
    found = (
        public()
        .filter(public_id=public_id)
        .select_related("published_revision", "withholding_ground")
        .prefetch_related(
            "first_publications",
            "item__supervision",
            "item__elements",
            Prefetch("published_revision__attachments", Attachment.objects.select_related("file")),
            Prefetch("obligations", queryset=_clocks()),
        )
        .first()
    )
    return as_of(found, on) if found else None


def _clocks() -> QuerySet[Obligation]:
    rows = Obligation.objects.select_related("rule_version__rule", "agency")
    return with_public_labels(rows).order_by("due_at")


def with_public_labels(clocks: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Clocks with ``public_label``: what they are about, as far as the public may read it.

    And with ``public_discloser``: the real unit that published for one owed by a class, None where none is named.

    The words of an officer become public with a publication that is still read; before, and once it was taken
    back, a clock is known by item, agency and days. What the system itself worded (a period) is always shown.
    """
    read = Discharge.objects.filter(obligation=OuterRef("pk"), disclosure__status__in=_READ)
    shown = Q(Exists(read)) | ~Q(ground=ObligationGround.FACT)
    named = Discharge.objects.filter(
        obligation=OuterRef("pk"), disclosure__status__in=PUBLIC, disclosure__discloser_name__isnull=False
    ).order_by("pk")
    return clocks.annotate(
        public_label=Case(When(shown, then=F("label")), default=Value("")),
        public_discloser=Subquery(named.values("disclosure__discloser_name")[:1]),
    )


def versions(disclosure: Disclosure) -> list[Revision]:
    """Every version that was ever public, oldest first, with its attachments; for public reading.

    Of a withheld one only number, moment and log position are left, with ``withholding`` saying why: whatever
    door shows versions can show no more of it.
    """
    found = (
        disclosure.revisions.filter(stage=RevisionStage.PUBLISHED)
        .select_related("withheld__ground")
        .prefetch_related(Prefetch("attachments", Attachment.objects.select_related("file")))
        .order_by("number")
    )
    return [_emptied(version) if version.withholding else version for version in found]


def _emptied(version: Revision) -> Revision:
    """The row as read, without anything that was published in it; it is never saved."""
    version.title = version.doc_no = version.summary = version.body = version.reason = ""
    version.elements, version.content = {}, None
    version.discloser_name = version.discloser_uscc = None
    version.formed_on = version.ends_on = None
    version._prefetched_objects_cache["attachments"] = Attachment.objects.none()  # type: ignore[attr-defined]  # Django's own cache
    return version


def public_attachment(disclosure: Disclosure, key: int) -> Attachment | None:
    """An attachment of a version that is or was public and is not withheld."""
    return (
        Attachment.objects.filter(
            pk=key,
            revision__disclosure=disclosure,
            revision__stage=RevisionStage.PUBLISHED,
            revision__withheld__at=None,
        )
        .select_related("file", "revision__disclosure")
        .first()
    )


def superseded(disclosure: Disclosure) -> list[Revision]:
    """Versions the public can still read although a later one is in force, oldest first; for officers."""
    return list(
        disclosure.revisions.filter(stage=RevisionStage.PUBLISHED, withheld__at=None)
        .exclude(pk=disclosure.published_revision_id or 0)
        .select_related("withheld")
        .order_by("number")
    )


def domain_counts() -> dict[int, tuple[int, datetime | None]]:
    """Per domain id: how many are public, and when the last one came."""
    rows = (
        Disclosure.objects.filter(status__in=PUBLIC)
        .values("item__domain_id")
        .annotate(n=Count("pk"), last=Max("published_at"))
        .order_by()
    )
    return {row["item__domain_id"]: (row["n"], row["last"]) for row in rows}


def latest_by_item(item_ids: Iterable[int]) -> dict[int, Disclosure]:
    """The newest public disclosure of each item that has one; one query."""
    newest = (
        Disclosure.objects.filter(status__in=PUBLIC, item_id__in=list(item_ids))
        .values("item_id")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    return {d.item_id: d for d in Disclosure.objects.filter(pk__in=newest).select_related("agency")}


def working(agency_ids: Sequence[int] | None, *, stages: Sequence[RevisionStage]) -> QuerySet[Revision]:
    """Revisions in ``stages`` of these agencies (None: the whole county), oldest submission first."""
    rows = Revision.objects.filter(stage__in=stages).select_related(
        "disclosure__item__domain", "disclosure__agency", "created_by", "submitted_by"
    )
    if agency_ids is not None:
        rows = rows.filter(disclosure__agency_id__in=agency_ids)
    return rows.order_by("submitted_at", "saved_at", "pk")


def authors_of(revision: Revision) -> set[int]:
    """Ids of everyone who began, saved or submitted this text; they may not review it."""
    touched = Event.objects.filter(
        subject=f"disclosure:{revision.disclosure_id}", kind__in=WRITING, facts__revision=revision.number
    ).values_list("by_id", flat=True)
    return {pk for pk in (revision.created_by_id, revision.submitted_by_id, *touched) if pk}


def barred_from_review(revision: Revision) -> set[int]:
    """Ids of who may not decide about it: its authors, and those of a version its publication would withhold."""
    asked = revision.withholds.filter(at=None).select_related("version")
    return authors_of(revision).union(*(authors_of(wish.version) for wish in asked))


def steps_passed(revision: Revision) -> list[ConfidentialityReview]:
    """The reviews that approved the text since it was last submitted."""
    since = Q(at__gte=revision.submitted_at) if revision.submitted_at else Q()
    return list(revision.reviews.filter(since, verdict=Verdict.APPROVE).order_by("step"))


@dataclass(frozen=True)
class SearchableDisclosure:
    """A public disclosure as a follower indexes it. A stub (withdrawn, expired) carries no text."""

    id: int
    public_id: str
    title: str
    index_number: str
    doc_no: str
    agency_code: str
    agency_name: str
    township_code: str
    domain_code: str
    item_code: str
    item_name: str
    published_at: datetime
    status: str
    body: str
    elements: str
    attachments: list[tuple[str, list[tuple[str, str]]]]
    summary: str = ""
    stage: str = ""
    exchange_type: str = ""
    discloser_name: str = ""
    discloser_uscc: str = ""


def searchable(ids: Sequence[int], *, on: date) -> Iterator[SearchableDisclosure]:
    """The public ones among ``ids`` as read ``on`` that day, with body (HTML), elements and attachment pages.

    Three queries a call.
    """
    rows = [as_of(d, on) for d in public().filter(pk__in=ids).select_related("published_revision")]
    shown = [d.published_revision_id for d in rows if d.published_revision_id and d.status in READABLE]
    attached: dict[int, list[tuple[str, int]]] = {}
    for revision_id, name, file_id in Attachment.objects.filter(revision_id__in=shown).values_list(
        "revision_id", "name", "file_id"
    ):
        attached.setdefault(revision_id, []).append((name, file_id))
    files = {file_id for hung in attached.values() for _, file_id in hung}
    pages: dict[int, list[tuple[str, str]]] = {}
    for file_id, label, text in PageText.objects.filter(file_id__in=files).values_list("file_id", "label", "text"):
        pages.setdefault(file_id, []).append((label, text))
    for d in rows:
        revision = d.published_revision if d.status in READABLE else None
        hung = attached.get(d.published_revision_id or 0, []) if revision else []
        yield SearchableDisclosure(
            id=d.pk,
            public_id=str(d.public_id),
            title=d.title,
            index_number=d.index_number or "",
            doc_no=d.doc_no,
            agency_code=d.agency.code,
            agency_name=d.agency.name,
            township_code=d.township.code if d.township else "",
            domain_code=d.item.domain.code,
            item_code=d.item.code,
            item_name=d.item.name,
            published_at=d.published_at,  # type: ignore[arg-type]  # public rows have it, the database holds it
            status=d.status,
            body=revision.body if revision else "",
            elements="\n".join(f"{k}:{v}" for k, v in revision.elements.items()) if revision else "",
            attachments=[(name, pages.get(file_id, [])) for name, file_id in hung],
            summary=revision.summary if revision else "",
            stage=d.item.stage,
            exchange_type=d.item.exchange_type,
            discloser_name=d.discloser_name or "",
            discloser_uscc=d.discloser_uscc or "",
        )


def contents() -> Iterator[tuple[int, str, bytes]]:
    """For the log's own check: (leaf position, what it is, the bytes whose SHA-256 the leaf's record names)."""
    rows = Revision.objects.filter(stage=RevisionStage.PUBLISHED).order_by("leaf_position")
    for position, pk, content in rows.values_list("leaf_position", "pk", "content").iterator(chunk_size=200):
        if position is not None:  # held by the database for a published revision
            yield position, f"revision:{pk}", raw(content)
