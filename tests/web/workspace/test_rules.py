"""Rules, calendars, closures, the 公开清单, the operation log: what the office and the auditor see and do."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gongkai.catalogue.models import CatalogueVersion, Item, ItemProposal, RuleVersion
from gongkai.core.vocabulary import EventKind, Evidence
from gongkai.events.models import Event
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import CalendarYear, Closure, Obligation
from gongkai.web.workspace.eventwords import EVENTS, event_word, facts_in_words
from tests import make
from tests.cast import Cast
from tests.overrule import triggers_off
from tests.web.workspace.conftest import Enter


@pytest.fixture
def version(item: Item) -> RuleVersion:
    found = item.rules.get().versions.get()
    with triggers_off():
        RuleVersion.objects.filter(pk=found.pk).update(evidence=Evidence.UNVERIFIED)
    return found


def of(name: str, version: RuleVersion) -> str:
    return reverse(f"workspace:{name}", args=[version.rule.code, version.pk])


def changed(version: RuleVersion, **values: str) -> dict[str, str]:
    return {
        "valid_from": str(version.valid_from),
        "kind": version.kind,
        "value": str(version.value),
        "unit": version.unit,
        "trigger": version.trigger,
        "clause": version.clause,
        "source_note": "测试依据",
        **values,
    }


def test_the_office_confirms_a_rule_with_its_source(cast: Cast, version: RuleVersion, enter: Enter) -> None:
    su = enter(cast.su)
    listed = su.get(reverse("workspace:rules"), {"evidence": Evidence.UNVERIFIED}).content.decode()
    assert version.rule.code in listed
    assert "请写明依据" in su.post(of("rule_confirm", version), {"source_note": ""}).content.decode()
    assert su.post(of("rule_confirm", version), {"source_note": "国务院令第711号原文"}).status_code == 302
    newest = version.rule.versions.latest("revision")
    assert (newest.evidence, newest.value, newest.recorded_by) == (Evidence.CONFIRMED, 20, cast.su)
    history = su.get(reverse("workspace:rule", args=[version.rule.code])).content.decode()
    assert "国务院令第711号原文" in history
    assert "已被替代" in history
    stale = su.post(of("rule_confirm", version), {"source_note": "第二个人"})
    assert "刚刚有了新的版本" in stale.content.decode()


def test_the_list_in_force_is_folded_by_domain_with_the_first_open(cast: Cast, item: Item, enter: Enter) -> None:
    other = make.make_item("HA-02", name="测试公示", agencies=[cast.finance])
    su, address = enter(cast.su), reverse("workspace:catalogue")
    page = su.get(address).content.decode()
    names = {name: opened for opened, name in re.findall(r'"fold"( open)?><summary><h3>(.*?)</h3>', page)}
    assert set(names) == {item.domain.name, other.domain.name}
    assert sorted(names.values()) == ["", " open"]
    assert item.code in page
    assert other.code in page
    chosen = su.get(address, {"domain": other.domain.code}).content.decode()
    assert re.findall(r'"fold"( open)?><summary><h3>(.*?)</h3>', chosen) == [(" open", other.domain.name)]
    Item.objects.update(retired_on="2026-01-01")
    assert "没有符合条件的事项。" in su.get(address).content.decode()


def test_a_changed_rule_is_a_new_version_and_moves_the_running_clocks(
    cast: Cast, item: Item, version: RuleVersion, enter: Enter
) -> None:
    clock = clocks.open_obligation(
        item, agency=cast.finance, fact_on=timezone.localdate(), label="测试", by=cast.lin, at=timezone.now()
    )
    su = enter(cast.su)
    answer = su.post(of("rule_change", version), changed(version, value="10"), follow=True)
    assert "1 项在走的时限改了日期" in answer.content.decode()
    moved = Obligation.objects.get(pk=clock.pk)
    assert moved.due_on < clock.due_on
    assert RuleVersion.objects.get(pk=version.pk).value == 20  # never overwritten
    page = su.get(reverse("workspace:obligation", args=[clock.pk])).content.decode()
    assert "到期日的变动" in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"value": "-1"}, "请填写不小于 0 的数"),
        ({"month_day": "13-40"}, "请写成 01-31"),
        ({"source_note": ""}, "请写明依据"),
        ({"valid_to": "2001-01-01"}, "失效日早于生效日"),
        ({}, "没有改动"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    cast: Cast, version: RuleVersion, enter: Enter, values: dict[str, str], told: str
) -> None:
    answer = enter(cast.su).post(of("rule_change", version), changed(version, **values))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert version.rule.versions.count() == 1


def test_another_doubted_fact_is_confirmed(cast: Cast, item: Item, enter: Enter) -> None:
    Item.objects.update(evidence=Evidence.UNVERIFIED)
    su, where = enter(cast.su), reverse("workspace:confirm_fact", args=["items", item.code])
    assert item.name in su.get(where).content.decode()
    assert "请写明依据" in su.post(where, {"source_note": " "}).content.decode()
    assert su.post(where, {"source_note": "测试文件"}).status_code == 302
    assert Item.objects.get().evidence == Evidence.CONFIRMED
    assert su.get(where).url == reverse("workspace:rules")  # nothing left to confirm


def test_a_holiday_notice_is_taken_in_once_and_bad_days_are_named(cast: Cast, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:calendar_new")
    year = timezone.localdate().year + 2
    said = {
        "year": str(year),
        "title": "测试放假通知",
        "doc_no": "测试〔2026〕1号",
        "issued_on": str(timezone.localdate()),
        "days_off": f"{year}-01-01 至 {year}-01-03\n{year}-10-01",
        "workdays": "",
    }
    weekday = next(f"{year}-11-{day:02}" for day in range(1, 8) if date(year, 11, day).weekday() == 1)
    refused = su.post(where, {**said, "workdays": weekday, "incomplete": "on"})
    assert "不是周六、周日" in refused.content.decode()
    short = su.post(where, said).content.decode()
    assert "没有春节、清明节" in short
    assert "按暂定保存" in short
    assert not CalendarYear.objects.filter(year=year).exists()
    said |= {"incomplete": "on"}
    assert su.post(where, said).status_code == 302
    row = CalendarYear.objects.get(year=year)
    assert row.provisional
    assert row.days_off == [f"{year}-01-01", f"{year}-01-02", f"{year}-01-03", f"{year}-10-01"]
    assert "没有变化" in su.post(where, said, follow=True).content.decode()
    assert CalendarYear.objects.filter(year=year).count() == 1
    for wrong, told in [
        ({"days_off": f"{year}-02-30"}, "不是日期"),
        ({"days_off": "元旦"}, "不是日期"),
        ({"days_off": f"{year}-01-05 至 {year}-01-01"}, "不是日期"),
        ({"workdays": f"{year}-01-01"}, "既列为放假又列为上班"),
        ({"days_off": "2001-01-01"}, "不属于这一年"),
    ]:
        answer = su.post(where, {**said, **wrong})
        assert answer.status_code == 422
        assert told in answer.content.decode()


def test_a_local_closure_is_recorded_and_switched(cast: Cast, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:closure_new")
    said = {"from_on": "2026-08-01", "to_on": "2026-08-02", "reason": "台风停工", "source": "测试通知"}
    assert "请写明停工的原因" in su.post(where, {**said, "source": ""}).content.decode()
    assert "早于开始日" in su.post(where, {**said, "to_on": "2026-07-01"}).content.decode()
    assert su.post(where, said).status_code == 302
    for days, told in [
        ({"to_on": "2036-08-01"}, "最多登记 60 天"),
        ({"from_on": "0001-01-01", "to_on": "9999-12-31"}, "不合常理"),
        ({"from_on": "2066-08-01", "to_on": "2066-08-02"}, "已公布的日历之内"),
    ]:
        assert told in su.post(where, {**said, **days}).content.decode()
    closure = Closure.objects.get()
    assert not closure.enabled
    asked = su.get(reverse("workspace:closure_switch", args=[closure.pk])).content.decode()
    assert "有 0 项会改日期" in asked
    closure.refresh_from_db()
    assert not closure.enabled
    ticked = su.post(where, {**said, "reason": "停电", "enabled": "on"}, follow=True).content.decode()
    assert "确认启用" in ticked
    assert not Closure.objects.get(reason="停电").enabled
    su.post(reverse("workspace:closure_switch", args=[closure.pk]), {"enabled": "1"})
    closure.refresh_from_db()
    assert closure.enabled
    assert "台风停工" in su.get(reverse("workspace:calendars")).content.decode()


def test_an_agency_proposes_and_the_office_decides(cast: Cast, item: Item, enter: Enter) -> None:
    lin, where = enter(cast.lin), reverse("workspace:propose")
    said = {
        "agency": str(cast.finance.pk),
        "domain": str(item.domain.pk),
        "name": "小额采购结果",
        "stage": "result",
        "elements": "●供应商|主体\n成交金额|金额\n○备注",
        "rule": str(item.rules.get().pk),
        "reason": "群众关心",
    }
    assert "请填写事项名称" in lin.post(where, {**said, "name": ""}).content.decode()
    assert lin.post(where, said).status_code == 302
    proposal = ItemProposal.objects.get()
    assert proposal.elements == [
        {"name": "供应商", "type": "party", "required": True},
        {"name": "成交金额", "type": "money", "required": True},
        {"name": "备注", "type": "text", "required": False},
    ]
    su, decide = enter(cast.su), reverse("workspace:decide", args=[proposal.pk])
    assert "○备注" in su.get(decide).content.decode()
    assert "请写明理由" in su.post(decide, {"decision": "refuse", "note": ""}).content.decode()
    assert su.post(decide, {"decision": "accept", "note": ""}).status_code == 302
    assert Item.objects.filter(name="小额采购结果").exists()
    assert "已经办理过" in su.post(decide, {"decision": "accept"}, follow=True).content.decode()


def test_the_list_is_published_once_until_it_changes(cast: Cast, item: Item, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:publish_catalogue")
    assert "不能更改" in su.get(where).content.decode()
    assert "第1版已发布" in su.post(where, {"note": "首版"}, follow=True).content.decode()
    assert "没有需要发布的变化" in su.post(where, {"note": ""}, follow=True).content.decode()
    assert CatalogueVersion.objects.count() == 1


def test_the_log_is_narrowed_paged_and_only_read(cast: Cast, item: Item, enter: Enter) -> None:
    xu, where = enter(cast.xu), reverse("workspace:log")
    for n in range(60):
        clocks.open_obligation(
            item, agency=cast.finance, fact_on=date(2026, 1, 5), label=f"第{n}件", by=cast.lin, at=timezone.now()
        )
    page = xu.get(where).content.decode()
    assert page.count("时限开始</td>") == 50
    older = xu.get(where, {"before": "11"}).content.decode()
    assert older.count("时限开始</td>") == 10
    assert "没有符合条件" in xu.get(where, {"kind": EventKind.OFFICER_LOCKED_OUT}).content.decode()
    assert "没有符合条件" in xu.get(where, {"by": "su"}).content.decode()
    assert "没有符合条件" in xu.get(where, {"to": "2001-01-01"}).content.decode()
    assert "没有符合条件" not in xu.get(where, {"from": str(timezone.localdate()), "to": "错"}).content.decode()
    rows = b"".join(xu.get(where, {"as": "csv", "agency": "finance"}).streaming_content).decode("utf-8-sig")
    assert len(rows.strip().splitlines()) == 61
    before = Event.objects.count()
    assert xu.post(where, {"kind": "x"}).status_code == 405
    assert Event.objects.count() == before


def test_every_event_has_a_word() -> None:
    assert set(EVENTS) == set(EventKind)
    assert event_word("of.tomorrow") == "of.tomorrow"


def test_facts_are_read_by_people() -> None:
    facts = {
        "role": "drafter",
        "enabled": True,
        "to": ["a", "b"],
        "kinds": {"x": 1},
        "why": "",
        "n": 3,
        "odd": {"y": 2},
    }
    assert facts_in_words(facts) == "角色 信息员;启用 是;新版本 a、b;种类 1 项;n 3;odd 1 项"


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("tasks", "su"),
        ("silent", "su"),
        ("disclosures", "su"),
        ("obligations", "su"),
        ("reviews", "su"),
        ("rules", "su"),
        ("calendars", "su"),
        ("catalogue", "su"),
        ("agencies", "su"),
        ("people", "ye"),
        ("log", "xu"),
    ],
)
def test_every_table_leaves_as_csv_and_excel(cast: Cast, item: Item, enter: Enter, name: str, who: str) -> None:
    client, where = enter(cast.officers[who]), reverse(f"workspace:{name}")
    assert "as=xlsx" in client.get(where).content.decode()
    answer = client.get(where, {"as": "csv"})
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")
    assert "Access-Control-Allow-Origin" not in answer
    book = load_workbook(io.BytesIO(b"".join(client.get(where, {"as": "xlsx"}).streaming_content)))
    assert book.active.freeze_panes == "A2"
    assert client.get(where, {"as": "json"}).status_code == 200  # not a download: the page itself


def test_rules_lie_folded_by_domain_and_open_for_print_or_when_narrowed(
    cast: Cast, item: Item, enter: Enter
) -> None:
    make.make_item("LT-01", agencies=[cast.land], rules=[make.make_rule("R-LAND").rule])
    Item.objects.update(evidence=Evidence.UNVERIFIED)
    su, where = enter(cast.su), reverse("workspace:rules")
    page = su.get(where).content.decode()
    # Two domains; the items and the formats of masks that are to be confirmed.
    assert page.count('<details class="fold">') == 4
    assert page.index("测试领域GP") < page.index("R-TEST-20WD") < page.index("测试领域LT") < page.index("R-LAND")
    for asked in ({"print": "1"}, {"print": "1", "words": "R-LAND"}):
        assert '<details class="fold">' not in su.get(where, asked).content.decode()
    assert su.get(where, {"words": "R-LAND"}).content.decode().count('<details class="fold" open>') == 1
