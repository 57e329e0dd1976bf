"""What lower layers say, in the reader's language: fresh from the template, or recognised after it was kept."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from gongkai.core.deadlines import RuleTerms, compute
from gongkai.core.drafting import ElementTerms, Text, submitting_problems
from gongkai.core.lifecycle import DisclosureMove, LifecycleError, status_after
from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, RuleKind, Unit
from gongkai.core.workdays import Calendar, YearCalendar
from gongkai.web.telling import recalled, told
from tests.web.han import han

HOLIDAYS = YearCalendar(year=2026, revision=1, days_off=frozenset({date(2026, 1, 1)}), workdays=frozenset())


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_in_chinese_everything_is_as_it_was() -> None:
    with translation.override("zh-hans"):
        assert told(Said("第%(number)s页", number=3)) == "第3页"
        assert told(LifecycleError(Said("请填写标题。"))) == "请填写标题。"
        assert recalled("第3页") == "第3页"


@pytest.mark.usefixtures("english")
def test_a_refusal_names_state_and_move_in_english() -> None:
    with pytest.raises(LifecycleError) as refused:
        status_after(DisclosureStatus.WITHDRAWN, DisclosureMove.PUBLISH)

    assert told(refused.value) == (
        "This disclosure is now “Withdrawn”, so this cannot be done: Publication. Reload the page and look again."
    )


@pytest.mark.usefixtures("english")
def test_every_problem_of_a_text_is_in_english() -> None:
    text = Text(title="长" * 300, formed_on=date(2030, 1, 1), body="\x00", elements={"Price": "many"})
    problems = submitting_problems(
        text,
        terms=[ElementTerms("Price", "money"), ElementTerms("Buyer")],
        today=date(2026, 3, 2),
        attached=False,
        asks_discloser=False,
    )

    assert len(problems) == 5
    for problem in problems:
        assert not han(told(problem.message).replace("万元", "").replace("元", "").replace("“无”", ""))


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("kind", [k for k in RuleKind if k is not RuleKind.PERIODIC])
def test_the_working_of_a_date_is_in_english(kind: RuleKind) -> None:
    terms = RuleTerms(
        kind,
        value=None if kind in {RuleKind.PROMPTLY, RuleKind.CONTINUOUS, RuleKind.ANNUAL_DATE} else 10,
        unit=Unit.WORKING_DAY,
        max_value=20 if kind is RuleKind.MIN_MAX_DURATION else None,
        month_day="03-31" if kind is RuleKind.ANNUAL_DATE else "",
        fallback=RuleTerms(RuleKind.DEADLINE_AFTER, value=20, unit=Unit.WORKING_DAY),
    )

    due = compute(terms, start=date(2026, 3, 2), calendar=Calendar([HOLIDAYS]))

    for step in due.steps:
        assert not han(told(step)), told(step)
        assert told(str(step)) == told(step), "a kept step reads like a fresh one"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("第3页", "page 3"),
        ("工作表“名单”第4行B列", "sheet “名单” row 4 column B"),
        ("正文第2部分第7段", "text, part 2, paragraph 7"),
        ("人员名单中的困难身份标记", "in a list of persons: mark of hardship"),
        ("手机号码遮盖为 138****1234;《个人信息保护法》第六条(最小影响)、第二十五条", "mobile…art. 25"),
        ("第 5 行【标题】请填写标题。\n还有 9 处,见标红的表。", "Row 5 [Title]: Enter a title.\n9 more…sheet."),
        ("3 页是没有文字层的图像,系统不能检查也不能检索;图片已损坏,打不开:请重新导出后再上传", "3 pages…again"),
        (
            "暂定:2027 年放假安排尚未公布,按法定节日估算,公布后自动重算。"  # noqa: ISC003 - one text
            + "数值待核实:各地不一,须由县政务公开办核实。",
            "Provisional: the holidays of 2027…county disclosure office.",
        ),
        ("安溪县某某路改造", "安溪县某某路改造"),
        ("", ""),
    ],
)
def test_a_kept_text_is_recognised(kept: str, said: str) -> None:
    beginning, cut, end = said.partition("…")
    recognised = recalled(kept)

    assert recognised.startswith(beginning)
    assert recognised.endswith(end) if cut else recognised == said
    assert not cut or not han(recognised)


@pytest.mark.usefixtures("english")
def test_a_very_long_text_is_left_alone() -> None:
    assert recalled("请填写标题。" * 1000) == "请填写标题。" * 1000


@pytest.mark.usefixtures("english")
def test_a_series_is_read_in_the_language() -> None:
    said = Said("缺少必选的列:%(missing)s。请对照模板补上,列名不要改动。", missing=["A", "B"])

    assert told(said).startswith("Required columns are missing: A, B. ")
