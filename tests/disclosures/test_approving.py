"""No approval while something certain is open; what is likely is acknowledged as it was shown."""

import io
from pathlib import Path
from typing import Any

import pytest

from gongkai.agencies.models import Officer
from gongkai.core.vocabulary import EventKind, Openness, RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import PersonalDataError, TextProblemsError, gate
from gongkai.disclosures.actions.rechecking import recheck_waiting
from gongkai.disclosures.models import ConfidentialityReview, Revision
from gongkai.documents import rules
from gongkai.documents.actions import release_findings, store
from gongkai.documents.models import Finding, StoredFile
from gongkai.events.models import Event
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"  # the example printed in the standard, of nobody
LIKELY = "<p>陈小明(9岁)的补助已发放。</p>"
Hands = tuple[Officer, Officer, Officer]


def submitted(*, review_steps: int = 1, file: str = "", **facts: Any) -> tuple[Revision, Hands]:
    make.make_county(review_steps=review_steps)
    item = make.make_item()
    of = item.agencies.get()
    hands = make.make_hands(of)
    wish = {k: facts.pop(k) for k in ("openness", "withholding_ground", "withholding_reason") if k in facts}
    revision = actions.start_draft(item, agency=of, by=hands[0], at=NOW)
    if file:
        stored = store(io.BytesIO(file.encode()), name="名单.csv", by=hands[0], at=NOW)
        actions.attach(revision, stored=stored, name="名单.csv", by=hands[0], at=NOW)
    saved = actions.save_revision(revision, text=make.text(**facts), edits=0, by=hands[0], at=NOW, **wish)
    actions.submit(saved, by=hands[0], at=NOW)
    return Revision.objects.select_related("disclosure").get(pk=saved.pk), hands


def approve(revision: Revision, by: Officer, **said: str) -> ConfidentialityReview:
    return actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密", by=by, at=NOW, **said)


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"body": f"<p>申请人身份证号 {NUMBER}</p>"}, "稿件 正文"),
        ({"file": f"序号,证件\n1,{NUMBER}\n"}, "名单.csv"),
    ],
)
def test_an_approval_is_refused_while_something_certain_is_open(facts: dict[str, str], place: str) -> None:
    revision, (drafter, reviewer, _) = submitted(**facts)
    with pytest.raises(PersonalDataError, match="现在不能同意公开") as refused:
        approve(revision, reviewer)
    said = str(refused.value)
    assert place in said
    assert "退回修改" in said
    assert "放行" in said
    assert NUMBER not in said
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.SUBMITTED
    assert not ConfidentialityReview.objects.exists()
    release_findings(
        list(Finding.objects.all()), ground="标准示例号码", legal_basis="测试条例第1条", drafter=drafter,
        by=reviewer, at=NOW, scope=gate.scope_of(revision),
    )  # fmt: skip
    assert approve(revision, reviewer).verdict == Verdict.APPROVE


def test_a_text_with_something_certain_can_be_returned() -> None:
    revision, (_, reviewer, _) = submitted(body=f"<p>{NUMBER}</p>")
    actions.record_review(revision, verdict=Verdict.RETURN, grounds="请遮盖", by=reviewer, at=NOW)
    revision.refresh_from_db()
    assert revision.stage == RevisionStage.RETURNED


def test_what_is_not_to_be_published_is_not_asked_about() -> None:
    wish = {
        "openness": Openness.WITHHELD,
        "withholding_ground": make.make_exclusion(),
        "withholding_reason": "涉及第三方",
    }
    revision, (_, reviewer, _) = submitted(body=f"<p>{NUMBER}</p>{LIKELY}", **wish)
    assert approve(revision, reviewer).verdict == Verdict.APPROVE


def test_what_is_likely_is_acknowledged_as_it_was_shown() -> None:
    revision, (_, reviewer, _) = submitted(body=LIKELY, file="姓名,备注\n林大山,低保户\n")
    shown = actions.doubts(revision)
    for looked in ("", "another"):
        with pytest.raises(TextProblemsError) as refused:
            approve(revision, reviewer, looked=looked)
        assert [problem.field for problem in refused.value.problems] == ["looked"]
    Finding.objects.create(
        subject=gate.subject_of(revision), kind="email", certainty="possible", layer="text", place="概述",
        value_masked="a***@163.com", why="测试", rule="测试", detector_version="test", found_at=NOW,
    )  # fmt: skip
    with pytest.raises(TextProblemsError):
        approve(revision, reviewer, looked=shown)
    approve(revision, reviewer, looked=actions.doubts(revision))
    event = Event.objects.get(kind=EventKind.DISCLOSURE_REVIEWED)
    assert event.facts["acknowledged"] == 3


def test_an_approval_that_nothing_was_asked_for_says_so() -> None:
    revision, (_, reviewer, _) = submitted()
    assert actions.doubts(revision) == ""
    with pytest.raises(TextProblemsError):
        approve(revision, reviewer, looked="something shown before")
    approve(revision, reviewer)
    assert "acknowledged" not in Event.objects.get(kind=EventKind.DISCLOSURE_REVIEWED).facts


def test_each_of_three_steps_is_asked() -> None:
    revision, (_, reviewer, head) = submitted(review_steps=3, body=LIKELY)
    approve(revision, reviewer, looked=actions.doubts(revision))
    with pytest.raises(TextProblemsError):
        approve(revision, head)
    approve(revision, head, looked=actions.doubts(revision))


def test_what_a_new_rule_finds_stays_when_the_approval_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    revision, (_, reviewer, _) = submitted(body=f"<p>{NUMBER}</p>")
    Finding.objects.all().delete()  # as a detector that knew no such number would have left it
    monkeypatch.setattr(rules, "DETECTOR_VERSION", "later")
    with pytest.raises(PersonalDataError):
        approve(revision, reviewer)
    assert [found.kind for found in Finding.objects.all()] == ["resident_id"]


def test_a_file_that_only_older_rules_saw_holds_an_approval_back() -> None:
    revision, (_, reviewer, _) = submitted(file="序号,结果\n1,合格\n")
    StoredFile.objects.update(detector_version="older")
    with pytest.raises(PersonalDataError, match="重新检查"):
        approve(revision, reviewer)


def test_a_text_that_waits_is_looked_through_again_when_the_rules_change(tmp_path: Path, settings: Any) -> None:
    settings.PROFILE_DIR = tmp_path
    revision, (drafter, reviewer, _) = submitted(body="<p>项目代号青松。</p>")
    approve(revision, reviewer)
    assert recheck_waiting(at=NOW) == 1
    assert not Finding.objects.exists()
    (tmp_path / "privacy.yaml").write_text("words: {青松: 未公开项目的代号}\n", encoding="utf-8")
    recheck_waiting(at=NOW)
    assert [found.kind for found in Finding.objects.all()] == ["county_word"]
    actions.publish(Revision.objects.get(pk=revision.pk), by=drafter, at=NOW)
    assert recheck_waiting(at=NOW) == 0


def test_a_draft_is_not_looked_through_by_the_way() -> None:
    revision, (drafter, _, _) = submitted(body=f"<p>{NUMBER}</p>")
    actions.recall(revision, by=drafter, at=NOW)
    Finding.objects.all().delete()
    Revision.objects.filter(pk=revision.pk).update(checked=None)
    actions.look_again(Revision.objects.get(pk=revision.pk), at=NOW)
    assert not Finding.objects.exists()
