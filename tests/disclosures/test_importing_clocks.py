"""A sheet asks what the rules of its item ask, so that its drafts can be handed to review together."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import EventKind, Evidence, RuleKind, Unit
from gongkai.disclosures.importing import actions, background, layout, queries, steps
from gongkai.disclosures.importing.template import template
from gongkai.disclosures.models import Disclosure, ImportRun, Revision
from gongkai.events.models import Event
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import CalendarYear, Obligation
from tests.cast import Cast, assemble
from tests.make import NOW, make_county, make_item, make_rule
from tests.overrule import triggers_off

State = ImportRun.State
TODAY = NOW.date()
SIGNED = "政府采购合同签订之日"
ASKED = {"事实日期", "事实时刻", "先行判定", "判定理由"}


@pytest.fixture
def cast(db: None) -> Cast:
    make_county()
    CalendarYear.objects.bulk_create(
        CalendarYear(year=year, title="测试放假安排", days_off=[f"{year}-01-01"], evidence=Evidence.PRIMARY_TEXT)
        for year in range(2025, 2028)
    )
    return assemble()


class Desk:
    """A drafter who hands in sheets for one item, whose rules are given."""

    def __init__(self, cast: Cast, *rules: Any, **item: Any) -> None:
        self.cast = cast
        self.item: Item = make_item(
            agencies=[cast.finance], rules=list({version.rule: None for version in rules}), **item
        )

    def sheet(self, *lines: dict[str, Any]) -> bytes:
        """An XLSX with the columns the lines name; a title, date and the elements are there unless said."""
        whole = [
            {"标题": f"测试公告{n}", "形成日期": "2026-11-20", "项目名称": "测试", "成交金额": "1元", **line}
            for n, line in enumerate(lines)
        ]
        head = list(dict.fromkeys(name for line in whole for name in line))
        book = Workbook()
        book.active.title = "填报"
        for row in [head, *([line.get(name) for name in head] for line in whole)]:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def receive(self, *lines: dict[str, Any]) -> ImportRun:
        return actions.receive(
            self.sheet(*lines),
            source="xlsx",
            file_name="表.xlsx",
            item=self.item,
            agency=self.cast.finance,
            by=self.cast.lin,
            at=NOW,
        )

    def imported(self, *lines: dict[str, Any]) -> ImportRun:
        run = self.receive(*lines)
        assert run.state == State.READY, run.trouble
        return actions.confirm(run, by=self.cast.lin, at=NOW)

    def refused(self, *lines: dict[str, Any]) -> str:
        run = self.receive(*lines)
        assert run.state == State.REFUSED
        assert not Disclosure.objects.exists()
        assert not Obligation.objects.exists()
        return run.trouble

    def submitted(self, run: ImportRun) -> list[list[str]]:
        report = actions.submit_together(queries.submittable(run), by=self.cast.lin, at=NOW)
        return [row.problems for row in report]


def asked_of(item: Item) -> dict[str, str]:
    return {
        column.name: column.hint for column in layout.columns_of(item, item.agencies.get()) if column.name in ASKED
    }


def deciding() -> Any:
    version = make_rule("R-CF-7WD", trigger="行政处罚决定作出之日")
    version.rule.decision_field = "has_social_impact"
    version.rule.save()
    return version


def test_a_sheet_asks_only_what_the_rules_of_its_item_ask(cast: Cast) -> None:
    plain = Desk(cast, make_rule("R-PLAIN"))
    assert asked_of(plain.item) == {}
    signed = Desk(cast, make_rule("R-SIGNED", trigger=SIGNED), code="GP-02")
    assert set(asked_of(signed.item)) == {"事实日期"}
    assert f"“{SIGNED}”" in asked_of(signed.item)["事实日期"]
    timed = Desk(cast, make_rule("R-HOURS", value=12, unit=Unit.HOUR, trigger="数据收到之时"), code="GP-03")
    assert set(asked_of(timed.item)) == {"事实日期", "事实时刻"}
    with override("en"):
        decided = asked_of(Desk(cast, deciding(), code="GP-04").item)
    assert set(decided) == {"先行判定", "判定理由"}
    assert "是否具有一定社会影响" in decided["先行判定"]


def test_a_rule_that_asked_before_it_was_changed_is_still_asked_for_old_texts(cast: Cast) -> None:
    made = Desk(
        cast,
        make_rule(trigger=SIGNED, valid_to=date(2026, 9, 30)),
        make_rule(trigger="信息形成之日", valid_from=date(2026, 10, 1)),
    )
    assert set(asked_of(made.item)) == {"事实日期"}
    assert made.imported({"形成日期": "2026-11-20"}).state == State.DONE
    run = made.receive({"形成日期": "2026-09-01", "标题": "旧公告"})
    assert "请填写这一天" in run.trouble


def test_the_template_has_the_columns_as_text_with_notes_and_lists(cast: Cast) -> None:
    version = make_rule("R-CF-7WD", trigger=SIGNED)
    version.rule.decision_field = "has_social_impact"
    version.rule.save()
    desk = Desk(cast, version)
    book = load_workbook(io.BytesIO(template(desk.item, agency=cast.finance)))
    sheet = book["填报"]
    heads = {cell.value: cell for cell in sheet[2]}
    for name, said in (("○事实日期", "2026-11-20"), ("○先行判定", "是"), ("○判定理由", "示例理由")):
        letter = heads[name].column_letter
        assert sheet.column_dimensions[letter].number_format == "@"
        assert (sheet[f"{letter}3"].value, sheet[f"{letter}3"].data_type) == (said, "s")
    assert SIGNED in heads["○事实日期"].comment.text
    notes = book["填写说明"]
    assert [notes[at].value for at in ("G10", "G11", "G12")] == ["先行判定", "是", "否"]
    assert "=填写说明!$G$11:$G$12" in {rule.formula1 for rule in sheet.data_validations.dataValidation}


def test_every_wrong_day_is_marked_and_nothing_is_imported(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    trouble = desk.refused(
        {"事实日期": "2026-11-18"},
        {"事实日期": ""},
        {"事实日期": "2026-02-30"},
        {"事实日期": "2026-12-24"},
        {"事实日期": "0001-01-01"},
        {"事实日期": "9999-12-31"},
    )
    assert "5 行有 5 处需要改" in trouble
    for line, said in ((3, "请填写这一天"), (4, "没有这一天"), (5, "今天之后"), (6, "不合常理"), (7, "不合常理")):
        assert f"第 {line} 行【事实日期】" in trouble
        assert said in next(told for told in trouble.splitlines() if f"第 {line} 行" in told)


def test_a_returned_sheet_keeps_the_columns_and_can_be_mended_in_place(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    run = desk.receive({"事实日期": "20261118"}, {"事实日期": ""})
    book = load_workbook(io.BytesIO(run.returned))
    sheet = book["填报"]
    where = [cell.value for cell in sheet[2]].index("○事实日期") + 1
    assert [sheet.cell(row, where).value for row in (3, 4)] == ["20261118", None]
    assert sheet.cell(4, where).fill.fgColor.rgb == "00F8CBCB"
    sheet.cell(4, where).value = date(2026, 11, 17)
    out = io.BytesIO()
    book.save(out)
    again = actions.receive(
        out.getvalue(), source="xlsx", file_name="", item=desk.item, agency=cast.finance, by=cast.lin, at=NOW
    )
    assert again.state == State.READY
    assert [column.name for column in queries.preview(again, count=1).columns][2] == "事实日期"


def test_drafts_carry_the_day_and_are_submitted_together_with_their_clocks(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED, value=2))
    run = desk.imported({"事实日期": "2026-11-18"}, {"事实日期": datetime(2026, 11, 17)})
    assert desk.submitted(run) == [[], []]
    assert sorted(Obligation.objects.values_list("fact_on", "due_on")) == [
        (date(2026, 11, 17), date(2026, 11, 19)),
        (date(2026, 11, 18), date(2026, 11, 20)),
    ]


def test_an_event_may_lie_ahead(cast: Cast) -> None:
    desk = Desk(cast, make_rule(kind=RuleKind.MIN_BEFORE, unit=Unit.CALENDAR_DAY, trigger="挂牌起始日"))
    run = desk.imported({"事实日期": "2026-12-31"})
    assert desk.submitted(run) == [[]]
    assert Obligation.objects.get().due_on == date(2026, 12, 11)


def test_a_rule_in_hours_takes_the_moment(cast: Cast) -> None:
    desk = Desk(cast, make_rule(value=12, unit=Unit.HOUR, trigger="数据收到之时"))
    trouble = desk.refused(
        {"事实日期": "2026-11-22"},
        {"事实日期": "2026-11-22", "事实时刻": "25:00"},
        {"事实日期": "", "事实时刻": "09:00"},
        {"事实日期": "2026-11-23", "事实时刻": "23:00"},
    )
    assert "第 2 行【事实时刻】本事项的时限以小时计" in trouble
    assert "第 3 行【事实时刻】时刻写法不对" in trouble
    assert "第 4 行【事实日期】" in trouble
    assert "今天之后" in trouble
    run = desk.imported({"事实日期": "2026-11-22", "事实时刻": time(9, 30)})
    assert desk.submitted(run) == [[]]
    moment = timezone.make_aware(datetime(2026, 11, 22, 9, 30))
    assert Obligation.objects.get().due_at == moment + timedelta(hours=12)


def test_a_day_the_rules_do_not_ask_for_is_not_kept(cast: Cast) -> None:
    desk = Desk(
        cast,
        make_rule(trigger=SIGNED, valid_to=date(2026, 9, 30)),
        make_rule(trigger="信息形成之日", valid_from=date(2026, 10, 1)),
    )
    desk.imported({"事实日期": "2026-11-18"})
    assert Disclosure.objects.get().fact_on is None


def running(desk: Desk, **facts: Any) -> Obligation:
    return clocks.open_obligation(
        desk.item,
        agency=desk.cast.finance,
        fact_on=TODAY,
        label="评审结束",
        by=desk.cast.lin,
        at=NOW,
        **facts,
    )


def test_a_line_names_the_task_it_answers_or_that_it_answers_none(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    clock = running(desk)
    run = desk.imported(
        {"时限任务": "评审结束"},
        {"时限任务": "另行计时", "事实日期": "2026-11-18"},
        {"标题": "未定", "事实日期": ""},
    )
    answers, apart, unsaid = (r.disclosure for r in queries.drafts_of(run))
    assert answers.obligations.get() == clock
    assert (apart.clock_apart, apart.fact_on) == (True, date(2026, 11, 18))
    assert unsaid.clock_apart is None
    said = desk.submitted(run)
    assert said[:2] == [[], []]
    assert "请填写这一天" in said[2][0]  # the running clock is answered by now: this text has one of its own
    assert Obligation.objects.count() == 2


def test_a_line_that_says_nothing_of_a_running_task_is_settled_in_its_draft(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    running(desk)
    assert "正在计时" in desk.submitted(desk.imported({}))[0][0]


def test_a_task_that_is_not_there_is_the_only_thing_told(cast: Cast) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    assert desk.refused({"时限任务": "没有这件"}).count("【") == 1


def test_what_must_be_decided_first_is_asked_and_every_gap_marked(cast: Cast) -> None:
    desk = Desk(cast, deciding())
    trouble = desk.refused(
        {"先行判定": ""},
        {"先行判定": "也许"},
        {"先行判定": "否", "判定理由": "小"},
        {"先行判定": "是", "判定理由": "当事人身份证号11010519491231002X"},
    )
    assert "第 2 行【先行判定】按“测试时限 R-CF-7WD”须先判定是否具有一定社会影响" in trouble
    assert "第 3 行【先行判定】" in trouble
    assert "第 4 行【判定理由】请写明判定理由" in trouble
    assert "第 5 行【判定理由】判定理由会公开" in trouble
    assert "11010519491231002X" not in trouble


def test_a_decision_leaves_its_trace_with_the_import_and_the_drafts_can_be_submitted(cast: Cast) -> None:
    desk = Desk(cast, deciding())
    run = desk.imported(
        {"先行判定": "是", "判定理由": "涉及食品安全"}, {"先行判定": "否", "判定理由": "情节轻微,当场处罚"}
    )
    clock = Obligation.objects.get()
    assert (clock.decision, clock.fact_on, clock.label) == ("涉及食品安全", date(2026, 11, 20), "测试公告0")
    assert clock.disclosures.get().title == "测试公告0"
    decided = Event.objects.get(kind=EventKind.FACT_DECIDED)
    assert (decided.facts["why"], decided.by) == ("情节轻微,当场处罚", cast.lin)
    assert desk.submitted(run) == [[], []]
    assert Obligation.objects.count() == 1


def test_a_decision_of_a_rule_that_starts_elsewhere_needs_its_day(cast: Cast) -> None:
    version = deciding()
    with triggers_off():
        type(version).objects.filter(pk=version.pk).update(trigger="处罚决定送达之日")
    desk = Desk(cast, version)
    assert "请填写这一天" in desk.refused({"先行判定": "是"})
    desk.imported({"先行判定": "是", "事实日期": "2026-11-19"})
    assert Obligation.objects.get().fact_on == date(2026, 11, 19)


def test_a_decision_that_cannot_be_recorded_any_more_refuses_the_whole_sheet(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(cast, deciding())
    run = desk.receive({"先行判定": "是"}, {"先行判定": "是"})
    whole, seen = steps.record_decision, []

    def second_fails(*said: Any, **facts: Any) -> None:
        seen.append(said)
        if len(seen) == 2:
            raise clocks.NoRuleInForceError("规则没有有效版本。请核对日期。")
        whole(*said, **facts)

    monkeypatch.setattr(steps, "record_decision", second_fails)
    refused = actions.confirm(run, by=cast.lin, at=NOW)
    assert refused.state == State.REFUSED
    assert "第 3 行【先行判定】规则没有有效版本" in refused.trouble
    assert not Revision.objects.exists()
    assert not Obligation.objects.exists()


def test_more_lines_cost_no_more_queries_and_the_background_reads_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    desk = Desk(cast, make_rule(trigger=SIGNED))
    lines = [{"标题": f"测试{n}", "事实日期": "2026-11-18"} for n in range(60)]
    with django_assert_max_num_queries(25):
        assert desk.receive(*lines).state == State.READY
    monkeypatch.setattr(actions.bounds, "INLINE_ROWS", 10)
    queued = desk.receive(*lines[:30])
    assert background.run_waiting(clock=lambda: NOW) == 1
    queued.refresh_from_db()
    assert queued.state == State.READY


def test_without_a_calendar_nothing_is_asked(cast: Cast) -> None:
    with triggers_off():
        CalendarYear.objects.all().delete()
    desk = Desk(cast, make_rule(trigger=SIGNED))
    assert asked_of(desk.item) == {}
    assert desk.submitted(desk.imported({})) == [[]]
