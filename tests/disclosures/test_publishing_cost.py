"""What a publication asks of the database: a fixed handful of statements, no second look at an unchanged text."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.core.vocabulary import ObligationState, RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import PersonalDataError, gate
from gongkai.disclosures.models import Revision
from gongkai.documents import rules
from gongkai.documents.actions import checking, store
from gongkai.documents.models import Finding
from gongkai.obligations.actions import load_calendar_years, open_obligation
from gongkai.obligations.calendar_source import read_calendar_dir
from tests.make import NOW, make_approved, make_county, make_hands, make_item, make_rule, text

pytestmark = pytest.mark.django_db
CALENDARS = Path(__file__).parents[2] / "profiles" / "anxi" / "calendars"
NUMBER = "11010519491231002X"  # the example printed in the standard, of nobody
# Reads: text with item and agency, powers, attachments, findings, county, clocks and their outcome. Counters:
# 索引号, log (held, then taken), two of events. Writes: leaf, text, disclosure, clocks, two kinds of event.
BUDGET = 18


def with_clocks_and_files(count: int, folder: Path) -> Revision:
    item = make_item(f"GP-{count:02d}", rules=[make_rule(f"R-{count}").rule])
    of = item.agencies.get()
    drafter, reviewer, _ = make_hands(of)
    clocks = [
        open_obligation(
            item, agency=of, fact_on=(NOW - timedelta(days=3)).date(), label=f"测试{n}", by=None, at=NOW
        )
        for n in range(count)
    ]
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW, obligations=clocks)
    for n in range(count):
        path = folder / f"附件{count}-{n}.txt"
        path.write_text(f"测试附件{count}-{n}", encoding="utf-8")
        stored = store(path, name=path.name, by=drafter, at=NOW)
        actions.attach(revision, stored=stored, name=path.name, by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=drafter, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)
    return saved


def statements(revision: Revision) -> int:
    drafter = revision.created_by
    with CaptureQueriesContext(connection) as asked:
        disclosure = actions.publish(revision, by=drafter, at=NOW)
    assert {clock.state for clock in disclosure.obligations.all()} == {ObligationState.MET}
    return sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries)


def test_a_publication_costs_the_same_few_statements_whatever_hangs_on_it(tmp_path: Path) -> None:
    make_county()
    load_calendar_years(read_calendar_dir(CALENDARS), at=NOW)
    one, three = with_clocks_and_files(1, tmp_path), with_clocks_and_files(3, tmp_path)
    assert statements(one) <= BUDGET
    assert statements(three) <= BUDGET


def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects whose text is looked through from now on."""
    seen: list[str] = []
    whole = gate.scan_body

    def look(subject: str, parts: Mapping[str, str], *, at: datetime) -> list[Finding]:
        seen.append(subject)
        return whole(subject, parts, at=at)

    monkeypatch.setattr(gate, "scan_body", look)
    return seen


def test_an_unchanged_text_is_not_looked_through_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (drafter, _, _) = make_approved()
    seen = looked(monkeypatch)
    actions.publish(revision, by=drafter, at=NOW)
    assert seen == []


def test_what_was_found_at_submission_still_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (drafter, _, _) = make_approved(body=f"<p>{NUMBER}</p>")
    seen = looked(monkeypatch)
    with pytest.raises(PersonalDataError):
        actions.publish(revision, by=drafter, at=NOW)
    assert seen == []


def test_a_text_changed_behind_the_gate_is_looked_through_again() -> None:
    revision, (drafter, _, _) = make_approved()
    Revision.objects.filter(pk=revision.pk).update(summary=NUMBER)
    with pytest.raises(PersonalDataError, match="概述"):
        actions.publish(revision, by=drafter, at=NOW)


def test_an_element_renamed_to_the_same_letters_is_another_text() -> None:
    revision, _ = make_approved()
    before = checking.body_fingerprint(gate.parts_of(revision, []))
    revision.elements = {"项目名称测试": "项目", "成交金额": "128万元"}
    assert checking.body_fingerprint(gate.parts_of(revision, [])) != before


def test_a_detector_that_learned_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (drafter, _, _) = make_approved(body=f"<p>{NUMBER}</p>")
    Finding.objects.all().delete()  # as a detector that knew no such number would have left it
    monkeypatch.setattr(rules, "DETECTOR_VERSION", "later")
    with pytest.raises(PersonalDataError):
        actions.publish(revision, by=drafter, at=NOW)


def test_a_word_added_to_the_county_list_looks_again(tmp_path: Path, settings: Any) -> None:
    revision, (drafter, _, _) = make_approved(body="<p>内部项目代号青松</p>")
    settings.PROFILE_DIR = tmp_path
    (tmp_path / "privacy.yaml").write_text("words: {青松: 内部代号}", encoding="utf-8")
    actions.publish(revision, by=drafter, at=NOW)
    assert [found.kind for found in Finding.objects.filter(subject=gate.subject_of(revision))] == ["county_word"]


def test_a_text_from_before_checks_were_remembered_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (drafter, _, _) = make_approved()
    Revision.objects.filter(pk=revision.pk).update(checked=None)
    seen = looked(monkeypatch)
    actions.publish(revision, by=drafter, at=NOW)
    assert seen == [gate.subject_of(revision)]
    assert revision.stage == RevisionStage.PUBLISHED
