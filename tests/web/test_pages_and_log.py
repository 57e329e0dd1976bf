"""Whatever a public page of a disclosure reads: a change of it is refused by the database, or found by verify_log.

Every column of every table that such a page reads is walked, so that a new column cannot be forgotten: the log (or
a content hashed in it) states it, and ``verify_log`` finds a change although the triggers are off; or it stands in
``UNSTATED`` and the database refuses the change; or it stands in ``APART`` with the reason why neither is needed.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongkai.catalogue.models import CatalogueVersion, Exclusion, RuleVersion
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import Withholding
from gongkai.disclosures.models import (
    Attachment,
    Discharge,
    Disclosure,
    FirstPublication,
    Revision,
    WithheldVersion,
)
from gongkai.documents.models import StoredFile
from gongkai.ledger import follower
from gongkai.ledger import queries as ledger
from gongkai.ledger.models import Leaf, LogHead
from gongkai.obligations.models import CalendarYear, Obligation
from gongkai.web.logged import logged_contents, rows_unlike_the_log
from tests.make import NOW
from tests.overrule import triggers_off
from tests.web.portal.story import Story, pdf

pytestmark = pytest.mark.django_db

# Tables a page of a disclosure reads that hold nothing of this one publication.
NOW_IN_FORCE = (
    "the county's words of today (names, contacts, the checklist in force), which a profile brings and a page of"
    " today shows beside the text; the content states the codes and the agency's name as they were"
)
TABLES_APART = {
    "agencies_agency": NOW_IN_FORCE,
    "agencies_county": NOW_IN_FORCE,
    "agencies_profileentry": NOW_IN_FORCE,
    "agencies_supervisionchannel": NOW_IN_FORCE,
    "catalogue_domain": NOW_IN_FORCE,
    "catalogue_element": NOW_IN_FORCE,
    "catalogue_exclusion": NOW_IN_FORCE,
    "catalogue_instrument": NOW_IN_FORCE,
    "catalogue_item": NOW_IN_FORCE,
    "catalogue_item_supervision": NOW_IN_FORCE,
    "catalogue_rule": NOW_IN_FORCE,
    "documents_pagetext": "read out of the file's bytes, which the log states, and again by every rescan",
    "events_event": "read for its newest position only; append-only by trigger",
    "events_eventhead": "a counter that pages are kept by; it shows nowhere",
}
# Not in the log, by design (a leaf holds no reason, and no clock of its own): the database refuses the change.
UNSTATED = {
    Disclosure: {"withdrawal_reason", "is_demo", "created_at", "created_by"},
    Revision: {"created_at", "created_by", "submitted_at", "submitted_by", "published_by"},
    WithheldVersion: {"reason", "asked_at", "asked_by", "by"},
    Attachment: {"order"},
    StoredFile: {"media_type"},
    FirstPublication: {f.name for f in FirstPublication._meta.concrete_fields},
    Obligation: {f.name for f in Obligation._meta.concrete_fields} - {"id", "due_on", "rule_version", "is_demo"},
    Discharge: {"disclosure", "from_text"},
    RuleVersion: {"recorded_at", "recorded_by", "source_note"},
    CalendarYear: {"title", "url", "note", "loaded_at"},
    CatalogueVersion: {"title", "note", "published_by"},
}
APART = {
    (Disclosure, "fact_on"): "said about the clock before submission; read by no public page",
    (Disclosure, "fact_at"): "as fact_on",
    (Disclosure, "clock_apart"): "as fact_on",
    (Revision, "checked"): "the newest privacy check of the text, again after each change of its rules",
    (Revision, "edits"): "counts the saves of a draft",
    (Revision, "saved_at"): "of the draft",
    (WithheldVersion, "asked_in"): "the correction that wished it; shown to officers",
    (StoredFile, "stored_at"): "the same bytes may have been stored for another text; shown to officers",
    (StoredFile, "stored_by"): "as stored_at",
    (StoredFile, "page_count"): "read out of the bytes, and again by every rescan",
    (StoredFile, "is_scan"): "as page_count",
    (StoredFile, "extract_note"): "as page_count",
    (StoredFile, "virus_note"): "as page_count; shown to officers",
    (StoredFile, "masked_from"): "which original it was made from; shown to officers",
    (StoredFile, "detector_version"): "as page_count",
    (StoredFile, "scanned_at"): "as page_count",
    (StoredFile, "finding_count"): "as page_count",
    (Obligation, "is_demo"): "the page shows the disclosure's own mark",
}


ROWS_KEPT = (
    Disclosure,
    Revision,
    WithheldVersion,
    Attachment,
    FirstPublication,
    Obligation,
    Discharge,
    RuleVersion,
)


@pytest.fixture
def story(settings: Any) -> tuple[Disclosure, Disclosure]:
    """A text with all a page can show, corrected once, its first version withheld; and one withdrawn."""
    settings.PAGES_KEPT_SECONDS = 0
    told = Story(NOW)
    first = told.publish(
        "GP-10",
        "测试采购中标公告",
        days=4,
        fact_days=5,
        town="凤城",
        doc_no="测〔2026〕1号",
        file=lambda: pdf("测试。"),
    )
    drafter, reviewer, _head = told.of(first.agency)
    wish = Withholding([1], Exclusion.objects.get(code="PRIVACY"), "原版含有个人信息(测试)")
    revision = actions.start_correction(first, reason="笔误(测试)", by=drafter, at=told.ago(3.5), withholding=wish)
    actions.submit(revision, by=drafter, at=told.ago(3.5))
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=reviewer, at=told.ago(3.5))
    actions.publish(Revision.objects.get(pk=revision.pk), by=drafter, at=told.ago(3.5))
    first.refresh_from_db()
    actions.record_first_publication(
        first,
        medium="测试采购网",
        url="https://example.cn/1",
        published_at=told.ago(3),
        by=drafter,
        at=told.ago(1),
    )
    gone = told.publish("TD-14", "测试合同订立信息", days=3, fact_days=4, file=lambda: pdf("另一份。"))
    actions.withdraw(gone, reason="重复公开(测试)", by=told.of(gone.agency)[2], at=told.ago(1))
    gone.refresh_from_db()
    follower.publish()
    assert findings() == []
    return first, gone


def findings() -> list[str]:
    """What ``verify_log`` would list; a value that cannot even be read is one."""
    quiet = lambda done, total: None  # noqa: E731
    every = chain(ledger.scrutinise(quiet), ledger.scrutinise_contents(logged_contents(), quiet))
    try:
        return [found.message for found in chain(every, rows_unlike_the_log())]
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        return [repr(error)]


def doors(disclosure: Disclosure) -> Iterator[str]:
    base = f"/d/{disclosure.public_id}/"
    yield from (base, f"{base[:-1]}.json", f"/api/v1/disclosures/{disclosure.public_id}")
    yield from (f"{base}{door}" for door in ("print/", "versions/", "clock/", "proof.tlog-proof"))
    for version in disclosure.revisions.all():
        yield from (f"{base}versions/{version.number}/", f"{base}content.{version.number}.json")
        for hung in version.attachments.all():
            yield from (f"{base}files/{hung.pk}/", f"{base}files/{hung.pk}/text/")


def tables_read(*disclosures: Disclosure) -> set[str]:
    with CaptureQueriesContext(connection) as asked:
        for address in chain(*(list(doors(disclosure)) for disclosure in disclosures)):
            answer = Client().get(address)
            assert answer.status_code < 500
            b"".join(answer) if answer.streaming else answer.content
    said = " ".join(query["sql"] for query in asked)
    return {model._meta.db_table for model in every_model() if f'"{model._meta.db_table}"' in said}


def every_model() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def rows_of(first: Disclosure, gone: Disclosure) -> dict[type[models.Model], list[int]]:
    """The rows the pages of the story are made of."""
    clock = first.obligations.get()
    versions = list(first.revisions.order_by("number"))
    hung = Attachment.objects.filter(revision=versions[-1]).get()
    return {
        Disclosure: [first.pk, gone.pk],
        Revision: [version.pk for version in versions],
        WithheldVersion: [WithheldVersion.objects.get().pk],
        Attachment: [hung.pk],
        StoredFile: [hung.file_id],
        FirstPublication: [FirstPublication.objects.get().pk],
        Obligation: [clock.pk],
        Discharge: [first.discharges.get().pk],
        RuleVersion: [clock.rule_version_id],
        CalendarYear: [CalendarYear.objects.get(year=2026, revision=1).pk],
        CatalogueVersion: [CatalogueVersion.objects.get().pk],
        Leaf: [first.leaf_position or 0],
        LogHead: [1],
    }


def other(field: Any, value: Any) -> Any:
    """Another value the column can hold."""
    if isinstance(field, models.ForeignKey):
        rest = field.related_model._default_manager.exclude(pk=value).order_by("pk")
        return rest.values_list("pk", flat=True).last()
    for kind, another in _OTHERS.items():
        if isinstance(field, kind):
            return another(value)
    if choices := [key for key, _ in field.choices or [] if key not in {value, "unpublished", "withdrawn"}]:
        return choices[0]
    return f"别{value or ''}"[: field.max_length]


_OTHERS: dict[type, Callable[[Any], Any]] = {  # the first that fits: a moment is a day too
    models.UUIDField: lambda value: uuid4(),
    models.BooleanField: lambda value: not value,
    models.DateTimeField: lambda value: (value or NOW) - timedelta(days=400),
    models.DateField: lambda value: (value or NOW.date()) - timedelta(days=400),
    models.JSONField: lambda value: {**value, "别": "的"} if isinstance(value, dict) else [*value, "2026-02-03"],
    models.BinaryField: lambda value: bytes(value or b"") + b" ",
    models.IntegerField: lambda value: (value or 0) + 1000,
}


def columns(model: type[models.Model]) -> list[Any]:
    """The columns that say something; a row under another number is a row lost, which is looked for elsewhere."""
    return [f for f in model._meta.concrete_fields if f.name != "id"]


def test_every_table_a_page_of_a_disclosure_reads_is_spoken_for(story: tuple[Disclosure, Disclosure]) -> None:
    read = tables_read(*story)
    looked_at = {model._meta.db_table for model in rows_of(*story)}
    assert {"disclosures_disclosure", "disclosures_revision", "obligations_obligation", "ledger_leaf"} <= read
    assert read - looked_at - set(TABLES_APART) == set()
    assert looked_at & set(TABLES_APART) == set()


def test_what_the_log_states_is_found_changed_although_no_trigger_forbade_it(
    story: tuple[Disclosure, Disclosure],
) -> None:
    unseen = []
    for model, keys in rows_of(*story).items():
        for field in columns(model):
            if field.name in UNSTATED.get(model, set()) or (model, field.name) in APART:
                continue
            for key in keys:
                if not changed(model, key, field, freely=True):
                    unseen.append(f"{model.__name__}.{field.name} of {key}")
    assert unseen == []


def test_what_the_log_does_not_state_the_database_refuses_to_change(story: tuple[Disclosure, Disclosure]) -> None:
    allowed = [
        f"{model.__name__}.{field.name} of {key}"
        for model, keys in rows_of(*story).items()
        for field in columns(model)
        if field.name in UNSTATED.get(model, set())
        for key in keys
        if not changed(model, key, field, freely=False)
    ]
    assert allowed == []


class NoticedError(Exception):
    """Carries what was found out of the transaction, which is taken back."""


def take_back(found: list[str]) -> None:
    raise NoticedError(found)


def changed(model: type[models.Model], key: int, field: Any, *, freely: bool) -> bool:
    """Whether changing one column of one row was noticed: refused, or with the triggers off (``freely``) found."""
    rows = model._default_manager.filter(pk=key)
    value = other(field, rows.values_list(field.attname, flat=True).get())
    try:
        with transaction.atomic():
            if not freely:
                rows.update(**{field.attname: value})
                return False
            with triggers_off(), transaction.atomic():
                rows.update(**{field.attname: value})
                take_back(findings())
    except NoticedError as seen:
        return bool(seen.args[0])
    except DatabaseError as error:
        refusals = ("stays as it was", "append-only", "written once", "unique")
        return any(word in str(error).lower() for word in refusals)


def test_no_row_of_a_publication_is_taken_away_and_no_file_is_added(story: tuple[Disclosure, Disclosure]) -> None:
    rows = rows_of(*story)
    for model in ROWS_KEPT:
        held = model._default_manager.filter(pk__in=rows[model])
        with pytest.raises(DatabaseError, match=r"stays as it was|append-only|is kept"), transaction.atomic():
            held._raw_delete(held.db)  # type: ignore[attr-defined]  # past Django's own protection
    hung = Attachment.objects.get(pk=rows[Attachment][0])
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Attachment.objects.create(revision=hung.revision, file=hung.file, name="补上的附件.pdf", order=9)
