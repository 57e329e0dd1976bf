"""No text an officer writes reaches the public unseen by the privacy check: every page, feed and dump is read."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client

from gongkai.catalogue.actions import publish_catalogue
from gongkai.catalogue.models import Domain, ItemProposal
from gongkai.core.public_texts import PUBLIC_TEXTS, Kept
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions.gate import parts_of
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.actions import Applicant, load_applicants, store
from gongkai.events.follower import catch_up
from gongkai.ledger.follower import TilesFollower
from gongkai.obligations.models import Closure, Obligation
from gongkai.search.follower import SearchFollower
from tests.make import NOW, make_disclosure, make_exclusion, make_hands, make_item, make_rule, text

APPS = ("agencies", "catalogue", "obligations", "documents", "disclosures")
# Loaded from the county's profile, whose files are reviewed; officers cannot write them.
PROFILE = frozenset([
    "County", "AgencyName", "SupervisionChannel", "Domain", "PublicationChannel", "Source", "Instrument",
    "Exclusion", "Rule", "CalendarYear", "StayGround",
])  # fmt: skip
PROFILE_FIELDS = frozenset([
    "Agency.name", "Agency.name_en", "Agency.short_name", "Agency.unit_code", "Agency.uscc", "Agency.note",
    "Item.name_en",
])  # fmt: skip
# The same words again: what they are a copy of is in the list.
COPIES = {
    "Disclosure.title": "Revision.title",
    "Disclosure.doc_no": "Revision.doc_no",
    "Disclosure.discloser_name": "Revision.discloser_name",
    "Disclosure.discloser_uscc": "Revision.discloser_uscc",
    "Item.name": "ItemProposal.name",
    "Item.note": "ItemProposal.reason",
    "Element.name": "ItemProposal.elements",
}
# Codes, dates and digests in columns of letters.
CODES = frozenset([
    "RuleVersion.period", "RuleVersion.month_day", "RuleVersion.day_count_override", "Item.discloser_basis",
    "Item.audience", "Item.method", "Item.scope", "StoredFile.sha256", "StoredFile.sm3", "StoredFile.media_type",
    "StoredFile.detector_version", "Obligation.period_key", "Element.name", "Finding.subject",
])  # fmt: skip
# Made by the system out of facts, never typed.
SYSTEM = frozenset([
    "Disclosure.index_number", "StoredFile.virus_note", "Obligation.calendar_version",
    "Obligation.provisional_reason", "CatalogueVersion.title", "DueChange.reason",
])  # fmt: skip


def token(number: int) -> str:
    """A word that stands nowhere else."""
    return "Zq" + "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0)) + "qZ"


@pytest.fixture
def county(settings: Any, tmp_path: Path) -> Disclosure:
    """One of everything: versions, a withheld one, a file, a first publication, clocks, a list, a proposal."""
    settings.SEARCH_INDEX, settings.VAR_DIR = tmp_path / "search.sqlite3", tmp_path
    rule = make_rule()
    item = make_item(rules=[rule.rule])
    disclosure = make_disclosure(item)
    of = disclosure.agency
    drafter, reviewer, head = make_hands(of)
    second = actions.start_correction(disclosure, reason="更正", by=drafter, at=NOW)
    stored = store(BytesIO("附件文字".encode()), name="a.txt", by=drafter, at=NOW)
    actions.attach(second, stored=stored, name="附件.txt", by=drafter, at=NOW)
    _publish(Revision.objects.get(pk=second.pk), drafter, reviewer)
    third = actions.start_correction(disclosure, reason="再次更正", by=drafter, at=NOW)
    _publish(Revision.objects.get(pk=third.pk), drafter, reviewer)
    first = disclosure.revisions.get(number=1)
    actions.withhold_version(first, ground=make_exclusion(), reason="含隐私", by=reviewer, at=NOW)
    actions.record_first_publication(
        disclosure, medium="某网", url="https://example.org/a", published_at=NOW, by=drafter, at=NOW
    )
    gone = make_disclosure(item)
    actions.withdraw(gone, reason="撤回", by=head, at=NOW)
    made = Obligation.objects.create(
        item=item, agency=of, rule_version=rule, ground="fact", label="事", fact_on=NOW.date(), state="waived",
        calendar_version="x", opened_at=NOW, waived_at=NOW, waived_by=head, waiver_ground="免",
    )  # fmt: skip
    disclosure.discharges.create(obligation=made)
    Closure.objects.create(from_on=NOW.date(), to_on=NOW.date(), reason="停", source="据", enabled=True)
    rows = [Applicant("CS-1", "021X", 1, "90", "等")]
    load_applicants(rows, code="list", title="名单", agency=of, by=drafter, at=NOW)
    ItemProposal.objects.create(
        domain=Domain.objects.get(), agency=of, name="细项", elements=[], rule=rule.rule, stage="result",
        reason="因为", proposed_at=NOW, proposed_by=drafter,
    )  # fmt: skip
    publish_catalogue(by=None, at=NOW, note="说明")
    return disclosure


def _publish(revision: Revision, drafter: Any, reviewer: Any) -> None:
    at = NOW + timedelta(minutes=revision.number)
    said = text(discloser="测试建设有限公司(测试)", discloser_uscc="91359999MA0TEXT00F")
    saved = actions.save_revision(revision, text=said, edits=revision.edits, by=drafter, at=at)
    actions.submit(saved, by=drafter, at=at)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=at)
    actions.publish(saved, by=drafter, at=at)


def _written() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column of words a row can hold; codes, choices and secrets are none."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if not isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                    continue
                if field.choices or field.unique or isinstance(field, models.SlugField):
                    continue
                if (field.max_length or 99) < 12 or field.name in {"password", "hash", "digest", "code"}:
                    continue
                yield model, field


def mark(disclosure: Disclosure) -> dict[str, str]:
    """Put a word of its own into every such column, behind every action; the words and where they stand."""
    marks: dict[str, str] = {}
    for number, (model, field) in enumerate(_written()):
        name, word = f"{model.__name__}.{field.name}", token(number)
        if isinstance(field, models.JSONField) and name not in {"Revision.elements", "Agency.contact"}:
            continue  # facts of the profile, and what the system worked out
        if name.startswith(("ImportRun.", "LookupCount.")) or name in CODES:
            continue  # an element's name is the key by which its text is shown
        rows = model._default_manager.all()
        put: Any = word
        if name == "Revision.elements":
            put = {"项目名称": word}
        elif name == "Agency.contact":
            put = {"phone": word, "address": word, "hours": word}
        _put(rows, field.name, put)
        marks[word] = name
    return marks


def _put(rows: models.QuerySet[Any], name: str, put: Any) -> None:
    """Write past the triggers that keep published rows as they are: this is the test's own database."""
    table = rows.model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table])
            triggers = cursor.fetchall()
            for trigger, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{trigger}"')
            rows.update(**{name: put})
            for _trigger, sql in triggers:
                cursor.execute(sql)
        else:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            rows.update(**{name: put})
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def everything_public(disclosure: Disclosure) -> dict[str, str]:
    """Address → what is read there, from the front page and the doors of data on, link by link."""
    client = Client()
    waiting = [
        "/", "/data/", "/disclosures.atom", "/disclosures.feed.json", "/api/v1/disclosures", "/api/v1/agencies",
        "/api/v1/items", "/api/v1/obligations", f"/api/v1/disclosures/{disclosure.public_id}", "/sitemap.xml",
        *(f"/d/{one.public_id}/" for one in Disclosure.objects.all()), f"/d/{disclosure.public_id}.json",
        f"/d/{disclosure.public_id}/clock/", f"/d/{disclosure.public_id}/print/", "/timeliness/rows/",
        f"/d/{disclosure.public_id}/content.2.json", f"/d/{disclosure.public_id}/versions/2/",
    ]  # fmt: skip
    read: dict[str, str] = {}
    while waiting and len(read) < 400:
        address = waiting.pop(0).partition("#")[0]
        if address in read or address.startswith(("/workspace", "/static", "/i18n")) or ".xlsx" in address:
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        read[address] = body.decode(errors="replace") if answer.status_code == 200 else ""
        links = re.findall(r'href="(/[^"/][^"]*)"', read[address].replace("&amp;", "&"))
        waiting += [link for link in links if "lang" not in link and "fields" not in link]
    asked = {"list": "list", "receipt": "CS-1", "last_four": "021X"}
    read["/housing/ POST"] = client.post("/housing/", asked).content.decode()
    return read


@pytest.mark.django_db(transaction=True)
def test_every_text_that_is_shown_stands_in_the_list_or_in_the_profile(county: Disclosure) -> None:
    marks = mark(county)
    catch_up(SearchFollower())
    catch_up(TilesFollower())
    pages = everything_public(county)
    shown = {name: address for address, body in pages.items() for word, name in marks.items() if word in body}
    covered = set(PUBLIC_TEXTS) | set(COPIES) | SYSTEM | PROFILE_FIELDS
    loose = {n: a for n, a in shown.items() if n not in covered and n.partition(".")[0] not in PROFILE}
    assert loose == {}
    # and the walk saw what it is for
    must = {
        "Revision.title", "Revision.doc_no", "Revision.summary", "Revision.body", "Revision.elements",
        "Revision.reason", "Revision.discloser_name", "Revision.discloser_uscc",
        "Attachment.name", "Disclosure.withdrawal_reason", "WithheldVersion.reason",
        "FirstPublication.medium", "Obligation.label", "Obligation.waiver_ground", "ApplicantList.title",
        "ApplicantDigest.next_step", "PageText.text", "Item.note",
    }  # fmt: skip
    assert must - set(shown) == set()


@pytest.mark.django_db
def test_the_gate_looks_at_everything_the_list_gives_to_it(county: Disclosure) -> None:
    revision = county.revisions.get(number=2)
    hung = list(revision.attachments.all())
    seen = set(parts_of(revision, hung).values())
    gated = [name.partition(".") for name, entry in PUBLIC_TEXTS.items() if entry.kept is Kept.GATE]
    for owner, _dot, field in gated:
        value = getattr({"Revision": revision, "Attachment": hung[0]}[owner], field)
        assert set(value.values() if isinstance(value, dict) else [value]) <= seen, field
