"""Every short text officers write outside the draft form: faults stand at the field, nothing is written."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.actions.agencies import AgencyError, change_contact
from gongkai.agencies.actions.officers import OfficerError, create_officer
from gongkai.agencies.public_words import refusal
from gongkai.catalogue.models import Item
from gongkai.core.public_texts import PUBLIC_TEXTS, Kept
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.obligations import actions as clocks
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

LONG, TURNED, HIDDEN, NUL = "长" * 300_000, "理由\u202e倒", "理由\x0b尾", "理由\x00尾"
BAD = [LONG, TURNED, HIDDEN, NUL]


@pytest.fixture
def public(cast: Cast, item: Item) -> Disclosure:
    return make.make_disclosure(item, at=timezone.now(), hands=(cast.lin, cast.chen, cast.wang))


@pytest.mark.parametrize("bad", BAD, ids=["long", "bidi", "vt", "nul"])
@pytest.mark.parametrize("name", ["withdraw", "correct", "first_publication"])
def test_a_bad_reason_is_refused_at_its_field(
    cast: Cast, enter: Enter, public: Disclosure, name: str, bad: str
) -> None:
    who = cast.wang if name == "withdraw" else cast.lin
    data = {"reason": bad, "medium": bad, "published_at": "2026-11-20T09:00", "url": ""}
    answer = enter(who).post(reverse(f"workspace:{name}", args=[public.public_id]), data)
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert "最多" in page if bad is LONG else "不可见的控制字符" in page
    public.refresh_from_db()
    assert public.status == "published"
    assert not public.first_publications.exists()


@pytest.mark.parametrize("year", ["0001", "1800", "1999", "2099"])
def test_a_first_publication_lies_between_the_document_and_now(
    cast: Cast, enter: Enter, public: Disclosure, year: str
) -> None:
    data = {"medium": "测试媒介", "published_at": f"{year}-01-01T00:00", "url": ""}
    answer = enter(cast.lin).post(reverse("workspace:first_publication", args=[public.public_id]), data)
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    told = {"2099": "晚于现在", "1999": "早于这份信息的形成日期"}
    assert told.get(year, "首发时间过早") in page
    assert not public.first_publications.exists()


@pytest.mark.parametrize("bad", BAD, ids=["long", "bidi", "vt", "nul"])
@pytest.mark.parametrize("field", sorted(f for f, text in PUBLIC_TEXTS.items() if text.kept is Kept.REFUSED))
def test_every_text_that_is_public_at_once_is_bounded_and_visible(cast: Cast, field: str, bad: str) -> None:
    wrong = refusal(field, f"{bad}尾", at=timezone.now())
    assert wrong
    assert PUBLIC_TEXTS[field].called in wrong


@pytest.mark.parametrize("bad", BAD, ids=["long", "bidi", "vt", "nul"])
def test_actions_refuse_whoever_calls_them(cast: Cast, item: Item, bad: str) -> None:
    now: datetime = timezone.now()
    bad = f"{bad}尾"
    clock = clocks.open_obligation(
        item, agency=cast.finance, fact_on=timezone.localdate(), label="测试", by=cast.lin, at=now
    )
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now, obligations=[clock])
    text = make.text(formed_on=timezone.localdate() - timedelta(days=1))
    revision = actions.save_revision(revision, text=text, edits=0, by=cast.lin, at=now)
    actions.submit(revision, by=cast.lin, at=now)
    refused: list[tuple[type[Exception], Any]] = [
        (
            actions.TextProblemsError,
            lambda: actions.record_review(revision, verdict=Verdict.APPROVE, grounds=bad, by=cast.chen, at=now),
        ),
        (clocks.WaiverError, lambda: clocks.waive(clock, ground=bad, by=cast.su, at=now)),
        (AgencyError, lambda: change_contact(cast.finance, contact={"hours": bad}, by=cast.su, at=now)),
        (OfficerError, lambda: create_officer(username=bad, display_name="测试", by=None, at=now)),
        (OfficerError, lambda: create_officer(username="ceshi9", display_name=bad, by=None, at=now)),
    ]
    for kind, act in refused:
        with pytest.raises(kind):
            act()
    assert Client().get("/").status_code == 200
