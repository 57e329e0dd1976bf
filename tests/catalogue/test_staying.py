"""长期公开依据: what lists persons leaves on its last day, unless a verified ground in force keeps it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.catalogue.actions import confirm_fact, settle_stays
from gongkai.catalogue.models import Item, StayGround
from gongkai.catalogue.queries import stay_ground, unverified
from gongkai.core.vocabulary import DisclosureStatus, Evidence
from gongkai.disclosures.actions import expire_due
from gongkai.disclosures.models import Disclosure
from gongkai.obligations.models import CalendarYear
from tests.cast import Cast, assemble
from tests.make import NOW, make_county, make_disclosure, make_item, make_rule
from tests.profiles.folders import YUNLING, bend, copy_of, entry, load

pytestmark = pytest.mark.django_db
CLAUSE = "《测试条例》第20条"
TODAY = NOW.date()


def ground(item: Item, **facts: Any) -> StayGround:
    said = {"valid_from": date(2020, 1, 1), "clause": CLAUSE, "evidence": Evidence.PRIMARY_TEXT, **facts}
    return StayGround.objects.create(item=item, **said)


def listing(**facts: Any) -> Item:
    return make_item(lists_persons=True, has_notice_period=True, **facts)


def stays(item: Item, *, on: date = TODAY) -> bool:
    settle_stays(on=on)
    item.refresh_from_db()
    return item.stays_public


def test_what_lists_no_persons_stays_and_what_lists_them_leaves() -> None:
    assert stays(make_item(stays_public=False))
    assert not stays(listing(code="GP-02"))


@pytest.mark.parametrize("grade", Evidence)
def test_only_a_verified_ground_keeps_a_list_of_persons_public(grade: Evidence) -> None:
    item = listing()
    ground(item, evidence=grade)
    assert stays(item) is (grade != Evidence.UNVERIFIED)
    assert bool(stay_ground(item, on=TODAY)) is (grade != Evidence.UNVERIFIED)


def test_a_ground_holds_on_its_own_days_only() -> None:
    item = listing()
    ground(item, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [stays(item, on=day) for day in days] == [False, True, True, False]


def test_settling_again_changes_nothing_and_asks_once(django_assert_num_queries: Any) -> None:
    item = listing()
    assert settle_stays(on=TODAY) == [item.code]
    with django_assert_num_queries(1):
        assert settle_stays(on=TODAY) == []


def test_the_office_confirms_a_doubted_ground_and_the_text_stays() -> None:
    make_county()
    cast: Cast = assemble()
    item = listing()
    doubted = ground(item, evidence=Evidence.UNVERIFIED, note="来源没有写明")
    assert not stays(item)
    [fact] = [fact for fact in unverified() if fact.kind == "stays"]
    assert (fact.code, fact.name, fact.clause, fact.note) == (str(doubted.pk), item.name, CLAUSE, "来源没有写明")
    confirm_fact("stays", fact.code, source_note="测试文件第20条", by=cast.su, at=NOW)
    item.refresh_from_db()
    assert item.stays_public
    assert not [fact for fact in unverified() if fact.kind == "stays"]


def published(item: Item) -> Disclosure:
    CalendarYear.objects.get_or_create(year=TODAY.year, title="测试放假安排", evidence=Evidence.PRIMARY_TEXT)
    made = make_disclosure(item, at=NOW, ends_on=TODAY)
    assert made.ends_on == TODAY
    return made


def page_of(disclosure: Disclosure) -> str:
    return Client().get(reverse("portal:detail", args=[disclosure.public_id])).content.decode()


def test_on_the_last_day_persons_leave_the_page_unless_a_ground_keeps_them_and_the_page_says_which() -> None:
    leaves, remains = published(listing(code="GP-02")), published(listing(code="GP-03"))
    ground(remains.item)
    settle_stays(on=TODAY)
    assert f"本信息依据{CLAUSE}长期公开" in page_of(remains)
    assert "长期公开。" not in page_of(leaves)
    after = TODAY + timedelta(days=1)
    expire_due(as_of=after, at=NOW + timedelta(days=1))
    leaves.refresh_from_db()
    remains.refresh_from_db()
    assert (leaves.status, remains.status) == (DisclosureStatus.EXPIRED, DisclosureStatus.PUBLISHED)
    assert "测试正文" not in page_of(leaves)
    assert "测试正文" in page_of(remains)


def test_a_round_settles_first_so_a_ground_that_ended_yesterday_keeps_nothing() -> None:
    disclosure = published(listing())
    ground(disclosure.item, valid_to=TODAY)
    assert stays(disclosure.item)
    expire_due(as_of=TODAY + timedelta(days=1), at=NOW + timedelta(days=1))
    disclosure.refresh_from_db()
    assert disclosure.status == DisclosureStatus.EXPIRED


def test_the_page_of_the_item_says_what_becomes_of_it_and_by_which_clause() -> None:
    make_county()
    item = listing(rules=[make_rule().rule])
    doubted = ground(item, evidence=Evidence.UNVERIFIED)
    settle_stays(on=timezone.localdate())
    where = reverse("portal:item", args=[item.code])
    shown = Client().get(where).content.decode()
    assert "公示期满撤下正文和附件,保留存根" in shown
    assert CLAUSE in shown
    assert "核实前不作为继续公开的依据" in shown
    StayGround.objects.filter(pk=doubted.pk).update(evidence=Evidence.CONFIRMED)
    settle_stays(on=timezone.localdate())
    confirmed = Client().get(where, {"again": "1"}).content.decode()
    assert "公示期满后依下列规定继续公开" in confirmed


def test_a_profile_brings_its_grounds_and_a_confirmed_one_is_kept_by_the_next_load(tmp_path: Any) -> None:
    folder = copy_of(YUNLING, tmp_path)
    said = {"valid_from": date(2020, 1, 1), "basis": [{"instrument": "yl_new", "article": "第7条"}]}

    def doubted(items: list[dict[str, Any]]) -> None:
        entry(items, "EU-01")["stays"] = [{**said, "evidence": "own_knowledge_unverified"}]

    bend(folder, "items.yaml", doubted)
    load(folder)
    made = StayGround.objects.get()
    assert made.clause == "《云岭公开办法》第7条(云政〔2019〕9号)"
    assert not made.item.stays_public
    StayGround.objects.update(evidence=Evidence.CONFIRMED)

    def noted(items: list[dict[str, Any]]) -> None:
        entry(items, "EU-01")["note"] = "另一个说明"

    bend(folder, "items.yaml", noted)
    load(folder)
    again = StayGround.objects.get()
    assert (again.evidence, again.item.note, again.item.stays_public) == (Evidence.CONFIRMED, "另一个说明", True)
