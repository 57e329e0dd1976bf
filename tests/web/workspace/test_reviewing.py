"""Review by another, publication, correction, withdrawal, 首发: the acts the public sees."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import DisclosureStatus, RevisionStage, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.standing import standing
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.web.workspace import publishing, reviewing
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter


def address(name: str, revision: Revision) -> str:
    return reverse(f"workspace:{name}", args=[revision.disclosure.public_id])


@pytest.fixture
def submitted(cast: Cast, item: Item) -> Revision:
    now = timezone.now()
    clock = clocks.open_obligation(
        item, agency=cast.finance, fact_on=timezone.localdate(), label="测试", by=cast.lin, at=now
    )
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now, obligations=[clock])
    text = make.text(formed_on=timezone.localdate() - timedelta(days=1))
    revision = actions.save_revision(revision, text=text, edits=0, by=cast.lin, at=now)
    actions.submit(revision, by=cast.lin, at=now)
    return revision


@pytest.fixture
def approved(cast: Cast, submitted: Revision) -> Revision:
    actions.record_review(
        submitted, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=cast.chen, at=timezone.now()
    )
    submitted.refresh_from_db()
    return submitted


@pytest.fixture
def published(cast: Cast, approved: Revision) -> Disclosure:
    return actions.publish(approved, by=cast.lin, at=timezone.now())


def test_the_reviewer_sees_the_public_page_and_decides_with_grounds(
    cast: Cast, submitted: Revision, enter: Enter
) -> None:
    chen = enter(cast.chen)
    assert submitted.title in chen.get(reverse("workspace:reviews")).content.decode()
    page = chen.get(address("review", submitted)).content.decode()
    assert "谁发的" in page
    assert "同意公开" in page
    read = {"read": standing(submitted)}
    bare = chen.post(address("review", submitted), {"verdict": "approve", "grounds": " "} | read)
    assert "请写明审查意见和依据" in bare.content.decode()
    done = chen.post(address("review", submitted), {"verdict": "approve", "grounds": "不涉密"} | read)
    assert done.url == address("disclosure", submitted)
    submitted.refresh_from_db()
    assert submitted.stage == RevisionStage.APPROVED
    again = chen.post(
        address("review", submitted), {"verdict": "return", "grounds": "再点一次"} | read, follow=True
    )
    assert "可能已由他人办理" in again.content.decode()
    submitted.refresh_from_db()
    assert submitted.stage == RevisionStage.APPROVED


def test_a_returned_text_comes_back_with_the_reviewers_words(
    cast: Cast, submitted: Revision, enter: Enter
) -> None:
    enter(cast.chen).post(address("review", submitted), {"verdict": "return", "grounds": "请遮盖电话"})
    lin = enter(cast.lin)
    assert "请遮盖电话" in lin.get(address("disclosure", submitted)).content.decode()
    assert "修改后再提交" in lin.get(reverse("workspace:tasks")).content.decode()


def test_whoever_wrote_it_may_not_review_it(cast: Cast, item: Item, enter: Enter) -> None:
    now = timezone.now()
    revision = actions.start_draft(item, agency=cast.finance, by=cast.wang, at=now)
    revision = actions.save_revision(revision, text=make.text(), edits=0, by=cast.wang, at=now)
    actions.submit(revision, by=cast.wang, at=now)
    wang = enter(cast.wang)
    page = wang.get(address("review", revision)).content.decode()
    assert "另一位审查人员" in page
    assert "同意公开</button>" not in page
    answer = wang.post(address("review", revision), {"verdict": "approve", "grounds": "自己审自己"})
    assert answer.status_code == 403
    assert "不能审查自己起草或提交的稿件" in answer.content.decode()
    assert revision.title not in wang.get(reverse("workspace:tasks")).content.decode()


def test_publication_asks_once_and_a_repeated_click_finds_it_done(
    cast: Cast, approved: Revision, enter: Enter
) -> None:
    lin = enter(cast.lin)
    page = lin.get(address("publish", approved)).content.decode()
    assert "任何人立即可以看到" in page
    assert Disclosure.objects.get().status == DisclosureStatus.UNPUBLISHED
    first = lin.post(address("publish", approved), follow=True)
    assert "已公开,索引号" in first.content.decode()
    disclosure = Disclosure.objects.get()
    number, moment = disclosure.index_number, disclosure.published_at
    second = lin.post(address("publish", approved), follow=True)
    assert "它已经办好" in second.content.decode()
    disclosure.refresh_from_db()
    assert (disclosure.index_number, disclosure.published_at) == (number, moment)
    assert disclosure.obligations.get().state == "met"


def test_a_click_that_comes_second_at_the_same_moment_is_led_to_the_finished_state(
    cast: Cast, approved: Revision, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Revision.objects.select_related("disclosure").get(pk=approved.pk)
    monkeypatch.setattr(publishing, "working_revision", lambda _: seen)  # read before the first click committed
    actions.publish(approved, by=cast.lin, at=timezone.now())
    second = enter(cast.lin).post(address("publish", approved), follow=True)
    assert second.redirect_chain == [(address("disclosure", approved), 302)]
    assert "已经公开,不必再点" in second.content.decode()


def test_a_text_that_was_sent_back_meanwhile_answers_with_a_conflict(
    cast: Cast, approved: Revision, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Revision.objects.select_related("disclosure").get(pk=approved.pk)
    for view in (publishing, reviewing):
        monkeypatch.setattr(view, "working_revision", lambda _: seen)
    Revision.objects.filter(pk=approved.pk).update(stage=RevisionStage.RETURNED)
    assert enter(cast.lin).post(address("publish", approved)).status_code == 409
    said = {"verdict": "return", "grounds": "请改", "read": standing(approved)}
    other = {**said, "read": standing(Revision.objects.get(pk=approved.pk))}
    assert enter(cast.chen).post(address("review", approved), other).status_code == 302
    seen.stage = RevisionStage.APPROVED
    assert enter(cast.chen).post(address("review", approved), said).status_code == 409


def test_what_is_withheld_is_agreed_to_as_such_and_ends_without_publication(
    cast: Cast, submitted: Revision, enter: Enter
) -> None:
    ground = make.make_exclusion()
    Disclosure.objects.update(openness="withheld", withholding_ground=ground, withholding_reason="涉及个人隐私")
    page = enter(cast.chen).get(address("review", submitted)).content.decode()
    assert "同意不予公开</button>" in page
    said = {"verdict": "approve", "grounds": "属实"}
    told = enter(cast.chen).post(address("review", submitted), said, follow=True).content.decode()
    assert "已同意不予公开" in told
    lin = enter(cast.lin)
    assert "认定不主动公开" in lin.get(reverse("workspace:tasks")).content.decode()
    assert lin.post(address("publish", submitted)).url == address("conclude", submitted)
    asked = lin.get(address("conclude", submitted)).content.decode()
    assert "单独计数" in asked
    assert "个人隐私(第15条);涉及个人隐私" in asked
    done = lin.post(address("conclude", submitted), follow=True).content.decode()
    assert "没有公开任何内容" in done
    assert "涉及个人隐私" in done
    assert "已经办好" in lin.post(address("conclude", submitted), follow=True).content.decode()
    listed = lin.get(reverse("workspace:disclosures"), {"stage": "concluded"}).content.decode()
    assert submitted.title in listed
    assert Obligation.objects.get().state == "concluded"
    assert lin.get(reverse("portal:detail", args=[submitted.disclosure.public_id])).status_code == 404


def test_a_correction_has_a_reason_and_shows_what_changed(cast: Cast, published: Disclosure, enter: Enter) -> None:
    lin = enter(cast.lin)
    where = reverse("workspace:correct", args=[published.public_id])
    assert "仍是现在的版本" in lin.get(where).content.decode()
    assert "请写明更正理由" in lin.post(where, {"reason": ""}).content.decode()
    draft = reverse("workspace:draft", args=[published.public_id])
    assert lin.post(where, {"reason": "金额写错"}).url == draft
    assert lin.post(where, {"reason": "再点一次"}).url == draft
    assert published.revisions.count() == 2
    revision = published.revisions.get(number=2)
    said = {
        "title": revision.title,
        "formed_on": str(revision.formed_on),
        "body": "测试正文。",
        "element-0": "测试项目",
        "element-1": "138万元",
        "edits": "0",
        "press": "submit",
    }
    assert lin.post(draft, said).status_code == 302
    page = enter(cast.chen).get(reverse("workspace:review", args=[published.public_id])).content.decode()
    assert "<del>2</del>" in page
    assert "<ins>3</ins>" in page
    compare = lin.get(reverse("workspace:compare", args=[published.public_id, 1, 2])).content.decode()
    assert "金额写错" in compare
    assert lin.get(reverse("workspace:compare", args=[published.public_id, 1, 9])).status_code == 404
    published.refresh_from_db()
    assert published.published_revision.number == 1  # the public still reads the first version


def test_a_withdrawal_names_its_consequence_and_leaves_a_reason(
    cast: Cast, published: Disclosure, enter: Enter
) -> None:
    wang = enter(cast.wang)
    where = reverse("workspace:withdraw", args=[published.public_id])
    assert "撤回不能撤销" in wang.get(where).content.decode()
    assert "请写明撤回理由" in wang.post(where, {"reason": " "}).content.decode()
    page = wang.post(where, {"reason": "内容涉及第三方"}, follow=True).content.decode()
    assert "已撤回" in page
    assert "内容涉及第三方" in page
    assert "不能撤回" in wang.post(where, {"reason": "再点一次"}).content.decode()


def test_a_first_publication_is_recorded_once(cast: Cast, published: Disclosure, enter: Enter) -> None:
    lin = enter(cast.lin)
    where = reverse("workspace:first_publication", args=[published.public_id])
    said = {"medium": "测试公报", "url": "https://example.org/1", "published_at": "2026-11-20T09:30"}
    assert lin.post(where, said).status_code == 302
    assert lin.post(where, said).status_code == 302
    assert published.first_publications.count() == 1
    assert "晚于现在" in lin.post(where, {**said, "published_at": "2999-01-01T00:00"}).content.decode()
    assert "网址不完整" in lin.post(where, {**said, "url": "http://"}).content.decode()
    assert "首发媒介的名称" in lin.post(where, {**said, "medium": ""}).content.decode()
    assert "写成 2026-11-23 09:30" in lin.post(where, {**said, "published_at": "昨天"}).content.decode()


def test_a_recall_too_late_is_told(cast: Cast, approved: Revision, enter: Enter) -> None:
    page = enter(cast.lin).post(address("recall", approved), follow=True).content.decode()
    assert "不能取回" in page


def test_the_page_of_a_disclosure_shows_its_whole_history(cast: Cast, published: Disclosure, enter: Enter) -> None:
    page = enter(cast.xu).get(reverse("workspace:disclosure", args=[published.public_id])).content.decode()
    for word in ("起草", "提交审查", "保密审查", "不涉密(测试)", published.index_number, "测试条例"):
        assert word in page


def test_pages_without_a_text_in_hand_lead_back(cast: Cast, published: Disclosure, enter: Enter) -> None:
    wang = enter(cast.wang)
    back = reverse("workspace:disclosure", args=[published.public_id])
    for name in ("preview", "draft", "review", "publish", "discard"):
        assert wang.get(reverse(f"workspace:{name}", args=[published.public_id])).url == back, name


@pytest.mark.parametrize("said", [{}, {"verdict": ""}, {"verdict": "approved"}])
def test_a_review_without_a_verdict_is_no_return(
    cast: Cast, submitted: Revision, enter: Enter, said: dict[str, str]
) -> None:
    answer = enter(cast.chen).post(address("review", submitted), {"grounds": "不涉密", **said})
    assert answer.status_code == 422
    assert "没有收到审查结论" in answer.content.decode()
    submitted.refresh_from_db()
    assert submitted.stage == "submitted"
    assert not submitted.reviews.exists()


def test_a_notice_without_a_last_day_is_not_shown_as_standing_for_ever(cast: Cast, enter: Enter) -> None:
    keeps = make.make_rule("R-SHOWN", kind="min_duration", value=5, unit="calendar_day").rule
    item = make.make_item("GP-11", agencies=[cast.finance], rules=[keeps], has_notice_period=True)
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="公示")
    page = enter(cast.lin).get(address("preview", revision)).content.decode()
    assert "公开时确定" in page
    assert "长期公开" not in page


def test_what_the_agency_says_of_the_validity_stands_beside_it(cast: Cast, item: Item, enter: Enter) -> None:
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="文件")
    Revision.objects.filter(pk=revision.pk).update(elements={"有效性": "待核实"})
    page = enter(cast.lin).get(address("preview", revision)).content.decode()
    assert "待核实" in page.partition("有效性</dt>")[2].partition("</dd>")[0]


def test_a_withdrawn_notice_says_since_when_and_offers_no_paper(cast: Cast, published: Disclosure) -> None:
    actions.withdraw(published, reason="测试撤回", by=cast.wang, at=timezone.now())
    client = Client()
    page = client.get(reverse("portal:detail", args=[published.public_id])).content.decode()
    sheet = reverse("portal:sheet", args=[published.public_id])
    assert f"{timezone.localdate()} 撤回" in page
    assert "长期公开" not in page
    assert sheet not in page
    assert client.get(sheet).status_code == 302


def test_an_evaluator_is_not_led_to_an_empty_list_and_faults_say_what_to_write(cast: Cast, enter: Enter) -> None:
    page = enter(cast.huang).get(reverse("workspace:tasks")).content.decode()
    assert "stage=submitted" not in page
    refused = enter(cast.ye).post(reverse("workspace:officer_new"), {}).content.decode()
    assert "必填项" not in refused


def test_a_text_handed_in_again_behind_the_reviewers_back_is_read_again_before_it_is_agreed_to(
    cast: Cast, submitted: Revision, enter: Enter
) -> None:
    chen, seen = enter(cast.chen), standing(submitted)
    changed = _handed_in_again(submitted, by=cast.lin)
    late = chen.post(address("review", submitted), {"verdict": "approve", "grounds": "不涉密", "read": seen})
    assert late.status_code == 409
    assert "请重新读过" in late.content.decode()
    assert "换掉的正文" in late.content.decode()
    changed.refresh_from_db()
    assert changed.stage == RevisionStage.SUBMITTED
    now = {"verdict": "approve", "grounds": "不涉密", "read": standing(changed)}
    assert chen.post(address("review", submitted), now).status_code == 302


def test_a_text_agreed_to_anew_is_not_published_from_an_old_page(
    cast: Cast, approved: Revision, enter: Enter
) -> None:
    lin, seen = enter(cast.lin), standing(approved)
    actions.record_review(approved, verdict=Verdict.RETURN, grounds="请改", by=cast.chen, at=timezone.now())
    approved.refresh_from_db()
    changed = _handed_in_again(approved, by=cast.lin)
    actions.record_review(changed, verdict=Verdict.APPROVE, grounds="不涉密", by=cast.chen, at=timezone.now())
    late = lin.post(address("publish", approved), {"read": seen})
    assert late.status_code == 409
    page = lin.get(address("publish", approved))
    assert lin.post(address("publish", approved), {"read": page.context["read"]}).status_code == 302


def _handed_in_again(revision: Revision, *, by: Officer) -> Revision:
    now = timezone.now()
    if revision.stage == RevisionStage.SUBMITTED:
        actions.recall(revision, by=by, at=now)
    text = make.text(formed_on=timezone.localdate(), body="<p>换掉的正文</p>")
    changed = actions.save_revision(revision, text=text, edits=revision.edits, by=by, at=now)
    actions.submit(changed, by=by, at=now)
    return changed
