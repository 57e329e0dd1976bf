"""收回旧版 at the desk: asked with the correction, offered for old versions, seen by the reviewer."""

from typing import Any

import pytest
from django.urls import reverse

from gongkai.catalogue.models import Item
from gongkai.core.privacy import Certainty, Kind
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision, WithheldVersion
from gongkai.documents.models import Finding
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter


@pytest.fixture
def disclosure(cast: Cast, item: Item) -> Disclosure:
    make.make_exclusion()
    return make.make_disclosure(item, hands=(cast.lin, cast.chen, cast.wang))


def leak(revision: Revision, certainty: Certainty = Certainty.CERTAIN) -> None:
    """A finding a rescan made in a text that is public."""
    Finding.objects.create(
        subject=f"revision:{revision.pk}", kind=Kind.RESIDENT_ID, certainty=certainty, layer="text",
        place="正文", value_masked="11****02X", why="测试", rule="测试", detector_version="test",
        found_at=make.NOW,
    )  # fmt: skip


def current(disclosure: Disclosure) -> Revision:
    disclosure.refresh_from_db()
    assert disclosure.published_revision is not None
    return disclosure.published_revision


def correct(disclosure: Disclosure, cast: Cast) -> None:
    revision = actions.start_correction(disclosure, reason="有误", by=cast.lin, at=make.NOW)
    saved = actions.save_revision(revision, text=make.text(title="新版"), edits=0, by=cast.lin, at=make.NOW)
    actions.submit(saved, by=cast.lin, at=make.NOW)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=cast.chen, at=make.NOW)
    saved.refresh_from_db()
    actions.publish(saved, by=cast.lin, at=make.NOW)


def ground() -> dict[str, Any]:
    return {"withhold_ground": make.make_exclusion().pk, "withhold_reason": "原版含有证件号码"}


def test_a_correction_of_what_leaks_asks_for_the_old_version_by_default(
    cast: Cast, disclosure: Disclosure, enter: Enter
) -> None:
    page = reverse("workspace:correct", args=[disclosure.public_id])
    box = 'name="withhold" value="1"'
    plain = enter(cast.lin).get(page).content.decode()
    assert box in plain
    assert "checked" not in plain
    leak(current(disclosure), Certainty.LIKELY)
    assert "checked" not in enter(cast.lin).get(page).content.decode()
    leak(current(disclosure))
    told = enter(cast.lin).get(page).content.decode()
    assert "checked" in told
    assert "第 1 版(2026-11-23 09:30 公开),现行,检查有确定的发现" in told


def test_what_was_ticked_needs_ground_and_reason_and_what_was_typed_stays(
    cast: Cast, disclosure: Disclosure, enter: Enter
) -> None:
    page = reverse("workspace:correct", args=[disclosure.public_id])
    answer = enter(cast.lin).post(page, {"reason": "误传名单", "withhold": ["1"]})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "请选择收回旧版的法定理由" in text
    assert "请写明收回旧版的理由" in text
    assert "误传名单" in text
    assert not disclosure.revisions.filter(number=2).exists()
    assert enter(cast.lin).post(page, {"reason": "误传名单", "withhold": ["9"]}).status_code == 422


def test_the_reviewer_sees_what_will_leave_and_it_leaves_with_the_publication(
    cast: Cast, disclosure: Disclosure, enter: Enter
) -> None:
    page = reverse("workspace:correct", args=[disclosure.public_id])
    said = {"reason": "误传名单", "withhold": ["1"], **ground()}
    assert enter(cast.wang).post(page, said).status_code == 302
    revision = disclosure.revisions.get(number=2)
    told = "这一稿公开时,第 1 版同时收回。"
    assert told in enter(cast.wang).get(reverse("workspace:draft", args=[disclosure.public_id])).content.decode()
    actions.submit(revision, by=cast.wang, at=make.NOW)
    review = reverse("workspace:review", args=[disclosure.public_id])
    assert told in enter(cast.chen).get(review).content.decode()
    assert enter(cast.chen).post(review, {"verdict": "approve", "grounds": "不涉密"}).status_code == 302
    publish = reverse("workspace:publish", args=[disclosure.public_id])
    assert told in enter(cast.wang).get(publish).content.decode()
    enter(cast.wang).post(publish, {})
    assert WithheldVersion.objects.get().at is not None
    desk = enter(cast.lin).get(reverse("workspace:disclosure", args=[disclosure.public_id])).content.decode()
    assert "已收回" in desk
    assert told not in desk


def test_who_wrote_the_old_version_does_not_review_its_withholding(
    cast: Cast, disclosure: Disclosure, enter: Enter
) -> None:
    leaving = {"reason": "误传", "withhold": ["1"], **ground()}
    enter(cast.wang).post(reverse("workspace:correct", args=[disclosure.public_id]), leaving)
    revision = disclosure.revisions.get(number=2)
    actions.submit(revision, by=cast.wang, at=make.NOW)
    from gongkai.core.vocabulary import Role

    cast.lin.appointments.create(agency=cast.finance, role=Role.REVIEWER, from_on=make.NOW.date())
    page = enter(cast.lin).get(reverse("workspace:review", args=[disclosure.public_id])).content.decode()
    assert "须由本单位的另一位审查人员办理" in page
    assert 'name="verdict"' not in page


def test_an_old_version_is_withheld_by_itself_once(cast: Cast, disclosure: Disclosure, enter: Enter) -> None:
    correct(disclosure, cast)
    page = reverse("workspace:withhold", args=[disclosure.public_id, 1])
    desk = reverse("workspace:disclosure", args=[disclosure.public_id])
    assert page in enter(cast.chen).get(desk).content.decode()
    assert page not in enter(cast.lin).get(desk).content.decode()
    assert enter(cast.lin).get(page).status_code == 403
    assert enter(cast.chen).get(page).status_code == 200
    assert enter(cast.chen).post(page, {}).status_code == 422
    assert enter(cast.chen).post(page, ground()).status_code == 302
    assert enter(cast.su).get(page).status_code == 302  # done already, and said so
    assert enter(cast.chen).get(reverse("workspace:withhold", args=[disclosure.public_id, 7])).status_code == 404
    refused = enter(cast.chen).post(reverse("workspace:withhold", args=[disclosure.public_id, 2]), ground())
    assert refused.status_code == 409
    assert "现行版本" in refused.content.decode()


def test_a_rescan_lists_old_versions_and_offers_to_withhold_them(
    cast: Cast, disclosure: Disclosure, enter: Enter
) -> None:
    old = current(disclosure)
    correct(disclosure, cast)
    leak(old)
    page = reverse("workspace:findings")
    offered = reverse("workspace:withhold", args=[disclosure.public_id, 1])
    told = enter(cast.chen).get(page).content.decode()
    assert "第 1 版(旧版)" in told
    assert offered in told
    assert reverse("workspace:withdraw", args=[disclosure.public_id]) not in told
    assert offered not in enter(cast.lin).get(page).content.decode()
    table = enter(cast.chen).get(page, {"as": "json"}).content.decode()
    assert "收回旧版" in table
    enter(cast.chen).post(offered, ground())
    assert "第 1 版(旧版)" not in enter(cast.chen).get(page).content.decode()
