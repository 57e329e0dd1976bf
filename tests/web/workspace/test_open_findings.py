"""The reviewer sees what is open before deciding: the certain stops the approval, the likely is ticked."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import EventKind, RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.models import Revision
from gongkai.disclosures.standing import standing
from gongkai.documents import rules
from gongkai.documents.actions import store
from gongkai.documents.models import Finding
from gongkai.events.models import Event
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

IDENTITY = "110101199003070011"  # of nobody: an invented number whose check character fits
LIKELY = "<p>陈小明(9岁)的补助已发放。</p>"


@pytest.fixture(autouse=True)
def _back_to_chinese() -> Iterator[None]:
    """A request for an English page leaves its language behind."""
    with translation.override("zh-hans"):
        yield


def address(name: str, revision: Revision) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id])


def handed_in(cast: Cast, item: Item, body: str, files: int = 0) -> Revision:
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now)
    text = make.text(formed_on=timezone.localdate(), body=body)
    made = actions.save_revision(made, text=text, edits=0, by=cast.lin, at=now)
    for number in range(files):
        content = f"姓名,备注\n林大山{number},低保户\n".encode()
        stored = store(SimpleUploadedFile("a.csv", content), name=f"{number}.csv", by=cast.lin, at=now)
        actions.attach(made, stored=stored, name=f"名单{number}.csv", by=cast.lin, at=now)
    actions.submit(made, by=cast.lin, at=now)
    return Revision.objects.select_related("disclosure").get(pk=made.pk)


def stage_of(revision: Revision) -> str:
    return str(Revision.objects.get(pk=revision.pk).stage)


def test_what_is_certain_stops_the_approval_until_another_person_releases_it(
    cast: Cast, item: Item, enter: Enter
) -> None:
    revision = handed_in(cast, item, f"<p>申请人身份证号 {IDENTITY}</p>")
    chen, where = enter(cast.chen), address("review", revision)
    page = chen.get(where).content.decode()
    assert "处理之前不能同意公开" in page
    assert 'href="#found-text"' in page
    assert 'id="found-text"' in page
    release = f"{address('release', revision)}?subject=revision%3A{revision.pk}"
    assert release in page
    assert 'value="approve"' not in page
    assert 'value="return"' in page
    assert "11*************011" in page
    said = {"verdict": "approve", "grounds": "不涉密", "read": standing(revision)}
    refused = chen.post(where, said)  # as from a page that was opened before the finding
    assert refused.status_code == 422
    told = refused.content.decode()
    assert "现在不能同意公开" in told
    assert "放行" in told
    assert "不涉密" in told  # what was typed still stands
    assert stage_of(revision) == RevisionStage.SUBMITTED
    answer = {"subject": f"revision:{revision.pk}", "kind": "resident_id", "seen": "resident_id:1"}
    answer |= {"ground": "法定公示内容", "legal_basis": "《测试条例》第9条"}
    assert chen.post(address("release", revision), answer).url == where
    assert 'value="approve"' in chen.get(where).content.decode()
    assert chen.post(where, said).url == address("disclosure", revision)
    assert stage_of(revision) == RevisionStage.APPROVED


def test_what_is_likely_is_ticked_and_the_tick_is_kept(cast: Cast, item: Item, enter: Enter) -> None:
    revision = handed_in(cast, item, LIKELY)
    chen, where = enter(cast.chen), address("review", revision)
    first = chen.get(where)
    page, told = first.content.decode(), first.context["told"]
    assert "要由您核对的" in page
    assert 'name="looked"' in page
    assert f'name="told" value="{told}"' in page
    said = {"verdict": "approve", "grounds": "不涉密", "read": standing(revision), "told": told}
    bare = chen.post(where, said)
    assert bare.status_code == 422
    assert "还没有确认" in bare.content.decode()
    assert 'aria-invalid="true"' in bare.content.decode()
    other = chen.post(where, {**said, "looked": "on", "told": "another"})
    assert other.status_code == 422
    assert f'name="told" value="{told}"' in other.content.decode()  # asked anew with what is there now
    assert stage_of(revision) == RevisionStage.SUBMITTED
    assert chen.post(where, {**said, "looked": "on"}).url == address("disclosure", revision)
    event = Event.objects.get(kind=EventKind.DISCLOSURE_REVIEWED)
    assert event.facts["acknowledged"] == 1
    log = enter(cast.su).get(reverse("workspace:log")).content.decode()
    assert "确认过的发现" in log


def test_a_clean_text_asks_for_no_tick(cast: Cast, item: Item, enter: Enter) -> None:
    revision = handed_in(cast, item, "<p>测试正文。</p>")
    page = enter(cast.chen).get(address("review", revision)).content.decode()
    assert 'name="looked"' not in page
    assert 'id="stopping"' not in page
    assert 'id="doubtful"' not in page


def test_what_a_new_rule_finds_after_the_approval_waits_on_the_review_page(
    cast: Cast, item: Item, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = handed_in(cast, item, f"<p>申请人身份证号 {IDENTITY}</p>")
    make.approve_unseen(revision, by=cast.chen, at=timezone.now())
    Finding.objects.all().delete()  # the detector of that day knew no such number
    monkeypatch.setattr(rules, "DETECTOR_VERSION", "later")
    stopped = enter(cast.lin).post(address("publish", revision))
    assert stopped.status_code == 422
    assert address("review", revision) in stopped.content.decode()
    assert Finding.objects.filter(subject=f"revision:{revision.pk}", released_at=None).count() == 1
    page = enter(cast.chen).get(address("review", revision)).content.decode()
    assert 'id="stopping"' in page
    assert address("release", revision) in page


def test_the_review_speaks_english(cast: Cast, item: Item, enter: Enter) -> None:
    revision = handed_in(cast, item, f"<p>申请人身份证号 {IDENTITY}</p>{LIKELY}")
    chen, where = enter(cast.chen), f"/en{address('review', revision)}"
    page = chen.get(where).content.decode()
    assert "Certain: may not be public, no approval before it is dealt with" in page
    assert "Likely not to be public: for you to look at" in page
    said = {"verdict": "approve", "grounds": "不涉密", "read": standing(revision)}
    assert "It cannot be approved now" in chen.post(where, said).content.decode()


def test_a_drafter_is_shown_no_way_to_decide(cast: Cast, item: Item, enter: Enter) -> None:
    now = timezone.now()
    made = actions.start_draft(item, agency=cast.finance, by=cast.wang, at=now)
    text = make.text(formed_on=timezone.localdate(), body=f"<p>身份证号 {IDENTITY}</p>")
    made = actions.save_revision(made, text=text, edits=0, by=cast.wang, at=now)
    actions.submit(made, by=cast.wang, at=now)
    page = enter(cast.wang).get(address("review", made)).content.decode()
    assert 'id="stopping"' not in page
    assert address("release", made) not in page


def test_the_review_asks_the_same_few_questions_however_much_is_open(
    cast: Cast, item: Item, enter: Enter, settings: Any
) -> None:
    chen = enter(cast.chen)
    counts = []
    for files in (1, 4):
        revision = handed_in(cast, item, LIKELY, files)
        chen.get(address("review", revision))
        with CaptureQueriesContext(connection) as asked:
            assert chen.get(address("review", revision)).status_code == 200
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 40
