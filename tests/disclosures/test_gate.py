"""No identity number leaves unnoticed. Every identity here is invented: area code 359999 does not exist."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q

from gongkai.core.privacy import Certainty
from gongkai.core.vocabulary import RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import PersonalDataError, gate
from gongkai.disclosures.actions.rechecking import recheck_files, recheck_texts, recheck_texts_if_due
from gongkai.disclosures.exposures import exposures
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.actions import release_findings, rescan, store
from gongkai.documents.models import Finding, StoredFile
from gongkai.documents.queries import blocking
from gongkai.events.models import Event
from gongkai.ledger import queries as ledger
from tests.make import NOW, approve_unseen, make_approved, make_county, make_hands, make_item, text
from tests.overrule import triggers_off

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"  # the example printed in the standard, of nobody


def test_a_full_identity_number_in_the_text_stops_publication() -> None:
    revision, (drafter, _, _) = make_approved(body=f"<p>申请人身份证号 {NUMBER}</p>")
    with pytest.raises(PersonalDataError) as refused:
        actions.publish(revision, by=drafter, at=NOW)
    assert NUMBER not in str(refused.value)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.APPROVED
    assert ledger.state().size == 0


@pytest.mark.parametrize(
    "part",
    [{"title": f"公示 {NUMBER}"}, {"summary": NUMBER}, {"elements": {"项目名称": NUMBER, "成交金额": "1元"}}],
)
def test_every_part_of_the_text_is_looked_through(part: dict[str, object]) -> None:
    revision, (drafter, _, _) = make_approved(**part)
    with pytest.raises(PersonalDataError):
        actions.publish(revision, by=drafter, at=NOW)


def test_a_reviewer_releases_with_ground_and_basis_and_then_it_may_be_published() -> None:
    revision, (drafter, reviewer, _) = make_approved(body=f"<p>{NUMBER}</p>")
    findings = list(Finding.objects.filter(subject=f"revision:{revision.pk}"))
    assert findings
    release_findings(
        findings,
        ground="标准示例号码,不对应任何人",
        legal_basis="测试条例第1条",
        drafter=drafter,
        by=reviewer,
        at=NOW,
    )
    disclosure = actions.publish(revision, by=drafter, at=NOW + timedelta(minutes=1))
    assert disclosure.status == "published"


def test_a_full_identity_number_in_an_attachment_stops_publication_too(tmp_path: object) -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, reviewer, _ = make_hands(of)
    path = tmp_path / "名单.txt"  # type: ignore[operator]  # pytest's tmp_path is a Path
    path.write_text(f"序号,证件\n1,{NUMBER}\n", encoding="utf-8")
    stored = store(path, name="名单.txt", by=drafter, at=NOW)
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)
    actions.attach(revision, stored=stored, name="名单.txt", by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=drafter, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    approve_unseen(saved, by=reviewer)
    with pytest.raises(PersonalDataError, match="名单"):
        actions.publish(saved, by=drafter, at=NOW)


def test_a_file_that_only_older_detectors_saw_is_checked_again_first(tmp_path: Path) -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, reviewer, _ = make_hands(of)
    path = tmp_path / "名单.txt"
    path.write_text("序号,结果\n1,合格\n", encoding="utf-8")
    stored = store(path, name="名单.txt", by=drafter, at=NOW)
    revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)
    actions.attach(revision, stored=stored, name="名单.txt", by=drafter, at=NOW)
    saved = actions.save_revision(revision, text=text(), edits=0, by=drafter, at=NOW)
    actions.submit(saved, by=drafter, at=NOW)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=NOW)
    StoredFile.objects.filter(pk=stored.pk).update(detector_version="older")
    with pytest.raises(PersonalDataError, match="重新检查"):
        actions.publish(saved, by=drafter, at=NOW)
    assert recheck_files(at=NOW) == 1
    assert recheck_files(at=NOW) == 0
    assert actions.publish(saved, by=drafter, at=NOW).status == "published"


def test_public_texts_and_files_are_checked_again_when_the_countys_words_or_the_detectors_change(
    tmp_path: Path, settings: Any
) -> None:
    settings.PROFILE_DIR = tmp_path
    assert recheck_texts_if_due(at=NOW) == 0  # nothing is public: nothing to look at, nothing to tell
    revision, (drafter, _, _) = make_approved(body="<p>项目代号青松,由测试单位承办。</p>")
    disclosure = actions.publish(revision, by=drafter, at=NOW)
    assert recheck_texts_if_due(at=NOW) == 1
    assert recheck_texts_if_due(at=NOW) == 0
    (tmp_path / "privacy.yaml").write_text("words: {青松: 未公开项目的代号}\n", encoding="utf-8")
    assert recheck_texts_if_due(at=NOW) == 1
    assert Finding.objects.filter(subject=f"revision:{revision.pk}", kind="county_word").exists()
    assert recheck_texts_if_due(at=NOW) == 0
    assert [e.facts["texts"] for e in Event.objects.filter(subject="rescan:texts")] == [1, 1]
    stored = store(_list(tmp_path), name="名单.txt", by=drafter, at=NOW)
    with triggers_off():  # no file comes to a text that is public
        Attachment.objects.create(revision=disclosure.published_revision, file=stored, name="名单.txt", order=1)
    StoredFile.objects.filter(pk=stored.pk).update(detector_version="older")
    assert recheck_files(at=NOW) == 1
    assert recheck_files(at=NOW) == 0


def test_a_published_file_is_checked_again_when_the_county_adds_a_word(tmp_path: Path, settings: Any) -> None:
    settings.PROFILE_DIR = tmp_path
    revision, (drafter, _, _) = make_approved()
    disclosure = actions.publish(revision, by=drafter, at=NOW)
    path = tmp_path / "名单.txt"
    path.write_text("项目代号青松,由测试单位承办。\n", encoding="utf-8")
    stored = store(path, name="名单.txt", by=drafter, at=NOW)
    with triggers_off():
        Attachment.objects.create(revision=disclosure.published_revision, file=stored, name="名单.txt", order=1)
    assert (recheck_files(at=NOW), rescan(at=NOW).checked) == (0, 0)
    (tmp_path / "privacy.yaml").write_text("words: {青松: 未公开项目的代号}\n", encoding="utf-8")
    assert recheck_files(at=NOW) == 1
    assert [found.kind for found in stored.findings.all()] == ["county_word"]
    (tmp_path / "privacy.yaml").write_text("words: {青松: 未公开项目的代号, 白鹭: 另一代号}\n", encoding="utf-8")
    assert rescan(at=NOW).checked == 1
    assert (recheck_files(at=NOW), rescan(at=NOW).checked) == (0, 0)


def _list(folder: Path) -> Path:
    path = folder / "名单.txt"
    path.write_text("序号,结果\n1,合格\n", encoding="utf-8")
    return path


def test_an_ordinary_notice_with_money_and_codes_is_not_held_back() -> None:
    body = "<p>统一社会信用代码 91350000MA347WHE48,订单号 202611230000123456,金额 128 万元,电话详见公告。</p>"
    revision, (drafter, _, _) = make_approved(body=body)
    assert actions.publish(revision, by=drafter, at=NOW).status == "published"


def test_a_release_in_a_file_holds_for_its_publication_and_no_other() -> None:
    make_county()
    item = make_item()
    of = item.agencies.get()
    drafter, reviewer, _ = make_hands(of)
    stored = store(io.BytesIO(f"序号,证件\n1,{NUMBER}\n".encode()), name="名单.csv", by=drafter, at=NOW)

    def ready(name: str) -> Revision:
        revision = actions.start_draft(item, agency=of, by=drafter, at=NOW)
        actions.attach(revision, stored=stored, name=name, by=drafter, at=NOW)
        saved = actions.save_revision(revision, text=text(), edits=0, by=drafter, at=NOW)
        actions.submit(saved, by=drafter, at=NOW)
        approve_unseen(saved, by=reviewer)
        return saved

    first, second = ready("甲.csv"), ready("乙.csv")
    words = {"ground": "法定公开", "legal_basis": "测试条例第1条", "drafter": drafter, "by": reviewer, "at": NOW}
    scope = gate.scope_of(first)
    release_findings(list(stored.findings.all()), scope=scope, **words)  # type: ignore[arg-type]
    disclosure = actions.publish(first, by=drafter, at=NOW)
    with pytest.raises(PersonalDataError, match="乙"):
        actions.publish(second, by=drafter, at=NOW)
    assert exposures(Q(), certainties=[Certainty.CERTAIN]) == []
    correction = actions.start_correction(disclosure, reason="更正", by=drafter, at=NOW)
    assert not blocking([stored], scope=gate.scope_of(correction)).exists()


def test_a_file_nobody_has_looked_through_yet_holds_publication_back(tmp_path: Path) -> None:
    revision, (drafter, _, _) = make_approved()
    stored = store(_list(tmp_path), name="名单.txt", by=drafter, at=NOW)
    Attachment.objects.create(revision=revision, file=stored, name="名单.txt", order=1)
    StoredFile.objects.filter(pk=stored.pk).update(scanned_at=None)
    with pytest.raises(PersonalDataError, match=r"名单\.txt”还没有完成隐私检查"):
        actions.publish(revision, by=drafter, at=NOW)
    StoredFile.objects.filter(pk=stored.pk).update(scanned_at=NOW)
    assert actions.publish(revision, by=drafter, at=NOW).status == "published"


def test_a_public_text_that_cites_what_the_county_closes_later_is_named_to_the_office(
    tmp_path: Path, settings: Any
) -> None:
    settings.PROFILE_DIR = tmp_path
    revision, (drafter, _, _) = make_approved(body="<p>依据测政办〔2024〕7号文件办理。</p>")
    actions.publish(revision, by=drafter, at=NOW)
    assert recheck_texts(at=NOW).alarming == []
    (tmp_path / "privacy.yaml").write_text("closed_documents: [测政办〔2024〕7号]\n", encoding="utf-8")
    assert recheck_texts(at=NOW).alarming == [revision]
    assert Event.objects.filter(subject="rescan:texts").latest("position").facts["alarming"] == 1
