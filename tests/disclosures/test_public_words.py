"""Whatever is public as it is typed is refused while it holds an identity number. The number is of nobody."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gongkai.agencies.actions.agencies import change_contact
from gongkai.catalogue.actions import propose_item, publish_catalogue
from gongkai.catalogue.actions.rules import change_rule, confirm_rule
from gongkai.core.public_texts import PUBLIC_TEXTS, Kept
from gongkai.core.vocabulary import Openness, RevisionStage, Role, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import PersonalDataError
from gongkai.disclosures.models import Revision
from gongkai.documents.actions import Applicant, load_applicants, release_findings, store
from gongkai.documents.models import Finding
from gongkai.obligations.actions import load_calendar_years, open_obligation, set_closure, waive
from gongkai.obligations.actions.deciding import Decision, decided_ground
from gongkai.obligations.calendar_source import read_calendar_dir
from tests.cast import agency, officer
from tests.make import (
    NOW,
    approve_unseen,
    make_approved,
    make_county,
    make_disclosure,
    make_exclusion,
    make_hands,
    make_item,
    make_rule,
    text,
)

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"  # the example printed in the standard, of nobody
CALENDARS = Path(__file__).parents[2] / "profiles" / "anxi" / "calendars"
BAD = f"因林某{NUMBER}有误"


def test_a_document_number_stops_publication() -> None:
    revision, (drafter, _, _) = make_approved(doc_no=f"测字〔2026〕{NUMBER}号")
    with pytest.raises(PersonalDataError, match="文号") as refused:
        actions.publish(revision, by=drafter, at=NOW)
    assert NUMBER not in str(refused.value)


def named(name: str) -> tuple[Revision, Any]:
    """A submitted text with a file of that name, and its hands."""
    make_county()
    item = make_item()
    of = item.agencies.get()
    hands = make_hands(of)
    stored = store(BytesIO(b"nothing"), name="a.txt", by=hands[0], at=NOW)
    revision = actions.start_draft(item, agency=of, by=hands[0], at=NOW)
    actions.attach(revision, stored=stored, name=name, by=hands[0], at=NOW)
    return actions.save_revision(revision, text=text(), edits=0, by=hands[0], at=NOW), hands


def test_the_name_of_a_file_stops_publication_until_it_is_released() -> None:
    revision, (drafter, reviewer, _) = named(f"林某{NUMBER}申请.txt")
    actions.submit(revision, by=drafter, at=NOW)
    approve_unseen(revision, by=reviewer)
    with pytest.raises(PersonalDataError, match="附件1名称") as refused:
        actions.publish(revision, by=drafter, at=NOW)
    assert NUMBER not in str(refused.value)
    found = list(Finding.objects.filter(subject=f"revision:{revision.pk}"))
    release_findings(
        found, ground="标准示例号码", legal_basis="测试条例第1条", drafter=drafter, by=reviewer, at=NOW
    )
    assert actions.publish(revision, by=drafter, at=NOW).status == "published"


def test_one_click_masks_the_document_number_and_the_names_of_files() -> None:
    revision, (drafter, reviewer, _) = named(f"林某{NUMBER}申请.txt")
    said = text(doc_no=f"测字{NUMBER}号")
    revision = actions.save_revision(revision, text=said, edits=revision.edits, by=drafter, at=NOW)
    masked = actions.mask_text(revision, edits=revision.edits, by=drafter, at=NOW)
    assert masked.doc_no == "测字11*************02X号"[:4] + "*" * 13 + "02X号"
    assert masked.attachments.get().name == "林某11" + "×" * 13 + "02X申请.txt"
    assert masked.stage == RevisionStage.DRAFT
    actions.submit(masked, by=drafter, at=NOW)
    actions.record_review(masked, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)
    assert actions.publish(masked, by=drafter, at=NOW).status == "published"


def test_an_element_called_like_another_part_hides_nothing() -> None:
    make_county()
    item = make_item()
    item.elements.create(name="标题", type="text", required=False, order=9)
    elements = {"项目名称": "甲", "成交金额": "1元", "标题": NUMBER}
    revision, (drafter, _, _) = make_approved(item, elements=elements)
    with pytest.raises(PersonalDataError, match="要素“标题”"):
        actions.publish(revision, by=drafter, at=NOW)


@pytest.fixture(autouse=True)
def _calendar() -> None:
    load_calendar_years(read_calendar_dir(CALENDARS), at=NOW)


def _of() -> Any:
    make_county()
    return agency("czj", "测试财政局", unit_code="CS09001")


def _office() -> Any:
    return officer("office", "县办", (Role.OFFICE, agency("zwgk", "测试县政务公开办")))


def _correct(words: str) -> object:
    disclosure = make_disclosure()
    return actions.start_correction(disclosure, reason=words, by=make_hands(disclosure.agency)[0], at=NOW)


def _withdraw(words: str) -> object:
    disclosure = make_disclosure()
    return actions.withdraw(disclosure, reason=words, by=make_hands(disclosure.agency)[2], at=NOW)


def _withhold(words: str) -> object:
    disclosure = make_disclosure()
    drafter, reviewer, _ = make_hands(disclosure.agency)
    second = actions.start_correction(disclosure, reason="更正", by=drafter, at=NOW)
    saved = actions.save_revision(second, text=text(), edits=0, by=drafter, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)
    actions.publish(saved, by=drafter, at=NOW)
    first = disclosure.revisions.get(number=1)
    return actions.withhold_version(first, ground=make_exclusion(), reason=words, by=reviewer, at=NOW)


def _not_open(words: str) -> object:
    make_county()
    item = make_item()
    drafter = make_hands(item.agencies.get())[0]
    revision = actions.start_draft(item, agency=item.agencies.get(), by=drafter, at=NOW)
    return actions.save_revision(
        revision, text=text(), edits=0, by=drafter, at=NOW, openness=Openness.WITHHELD,
        withholding_ground=make_exclusion(), withholding_reason=words,
    )  # fmt: skip


def _first(**facts: str) -> object:
    disclosure = make_disclosure()
    said = {"medium": "某网", "url": "https://example.org/"} | facts
    by = make_hands(disclosure.agency)[0]
    return actions.record_first_publication(disclosure, published_at=NOW, by=by, at=NOW, **said)


def _release(**facts: str) -> object:
    revision, (drafter, reviewer, _) = make_approved(body=f"<p>{NUMBER}</p>")
    found = list(Finding.objects.filter(subject=f"revision:{revision.pk}"))
    said = {"ground": "标准示例号码", "legal_basis": "测试条例第1条"} | facts
    return release_findings(found, drafter=drafter, by=reviewer, at=NOW, **said)


def _clock(label: str, ground: str = "") -> object:
    make_county()
    item = make_item(rules=[make_rule().rule])
    of = item.agencies.get()
    fact_on = (NOW - timedelta(days=2)).date()
    clock = open_obligation(item, agency=of, fact_on=fact_on, label=label, by=None, at=NOW)
    return waive(clock, ground=ground, by=_office(), at=NOW) if ground else clock


def _decide(words: str) -> object:
    version = make_rule()
    version.rule.decision_field = "social_impact"
    return decided_ground(version, Decision(holds=True, ground=words), at=NOW)


def _closure(**facts: str) -> object:
    said = {"reason": "停工", "source": "通知"} | facts
    return set_closure(from_on=date(2026, 12, 1), to_on=date(2026, 12, 2), enabled=True, by=None, at=NOW, **said)


def _propose(**facts: str) -> object:
    make_county()
    item = make_item(rules=[make_rule().rule])
    said: dict[str, Any] = {"name": "细项", "reason": "需要"} | facts
    elements = [{"name": said.pop("element", "要素")}]
    of = item.agencies.get()
    return propose_item(
        domain=item.domain, agency=of, elements=elements, rule=item.rules.get(), stage="result",
        by=make_hands(of)[0], at=NOW, **said,
    )  # fmt: skip


def _catalogue(words: str) -> object:
    make_county()
    make_item()
    return publish_catalogue(by=None, at=NOW, note=words)


def _rule(name: str, words: str) -> object:
    version = make_rule(evidence="unverified")
    if name == "source_note":
        return confirm_rule(version, source_note=words, by=_office(), at=NOW)
    return change_rule(version, values={name: words}, source_note="通知", by=_office(), at=NOW)


def _list(title: str = "名单", **facts: str) -> object:
    rows = [Applicant("CS-1", "0211", 1, **facts)]
    return load_applicants(rows, code="a", title=title, agency=_of(), by=None, at=NOW)


def _contact(words: str) -> object:
    of = _of()
    return change_contact(of, contact={"address": words}, by=_office(), at=NOW)


WRITERS: dict[str, Callable[[str], object]] = {
    "Revision.reason": _correct,
    "Disclosure.withdrawal_reason": _withdraw,
    "Disclosure.withholding_reason": _not_open,
    "WithheldVersion.reason": _withhold,
    "FirstPublication.medium": lambda words: _first(medium=words),
    "FirstPublication.url": lambda words: _first(url=f"https://example.org/{words}"),
    "Finding.ground": lambda words: _release(ground=words),
    "Finding.legal_basis": lambda words: _release(legal_basis=words),
    "Obligation.label": _clock,
    "Obligation.waiver_ground": lambda words: _clock("事", words),
    "Obligation.decision": _decide,
    "Closure.reason": lambda words: _closure(reason=words),
    "Closure.source": lambda words: _closure(source=words),
    "Agency.contact": _contact,
    "ItemProposal.name": lambda words: _propose(name=words),
    "ItemProposal.elements": lambda words: _propose(element=words),
    "ItemProposal.reason": lambda words: _propose(reason=words),
    "CatalogueVersion.note": _catalogue,
    "RuleVersion.source_note": lambda words: _rule("source_note", words),
    "RuleVersion.trigger": lambda words: _rule("trigger", words),
    "RuleVersion.note": lambda words: _rule("note", words),
    "RuleVersion.clause": lambda words: _rule("clause", words),
    "ApplicantList.title": lambda words: _list(title=words),
    "ApplicantDigest.points": lambda words: _list(points=words),
    "ApplicantDigest.next_step": lambda words: _list(next_step=words),
}


def test_every_text_that_is_refused_where_it_is_written_has_its_writer_here() -> None:
    assert set(WRITERS) == {name for name, entry in PUBLIC_TEXTS.items() if entry.kept is Kept.REFUSED}


@pytest.mark.parametrize("field", WRITERS)
def test_a_text_with_an_identity_number_is_refused_with_its_name_and_advice(field: str) -> None:
    with pytest.raises(Exception, match="请改写") as refused:
        WRITERS[field](BAD)
    assert PUBLIC_TEXTS[field].called in str(refused.value)
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("field", WRITERS)
def test_the_same_text_without_it_is_kept(field: str) -> None:
    assert WRITERS[field]("因林某有误")


def test_the_telephone_of_an_office_may_be_a_mobile() -> None:
    kept = change_contact(_of(), contact={"phone": "13800001234(值班)"}, by=_office(), at=NOW)
    assert kept.contact["phone"].startswith("138")
