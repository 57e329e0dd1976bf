"""What is due to whom and how well it was done: tasks, warnings, boards; each in a fixed number of queries."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongkai.agencies.models import Agency
from gongkai.core.vocabulary import ObligationState
from gongkai.obligations import queries
from gongkai.obligations.actions import meet, open_obligation, sweep, waive
from gongkai.obligations.models import CalendarYear, Obligation
from tests.cast import Cast, assemble
from tests.make import NOW, make_item, make_rule
from tests.overrule import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]


@pytest.fixture
def cast() -> Cast:
    """The people of the tests."""
    return assemble()


def clock(of: Agency, fact_on: date, label: str, *, at: datetime = NOW, **version: Any) -> Obligation:
    """A clock of 20 working days (or of ``version``) for ``of``."""
    code = version.pop("code", "R-TEST-20WD")
    rule = make_rule(code, **version) if not _known(code) else _known(code)
    item = of.items.filter(item_rules__rule=rule.rule).first() or make_item(
        f"GP-{of.code[:4]}-{code[-4:]}", agencies=[of], rules=[rule.rule]
    )
    return open_obligation(item, agency=of, rule=rule.rule, fact_on=fact_on, label=label, by=None, at=at)


def _known(code: str) -> Any:
    from gongkai.catalogue.models import RuleVersion

    return RuleVersion.objects.filter(rule__code=code).select_related("rule").first()


def test_tasks_are_sorted_by_urgency_with_the_working_days_left(cast: Cast) -> None:
    undated = clock(cast.finance, date(2026, 11, 20), "无期限", code="R-NONE", value=None)
    later = clock(cast.finance, date(2026, 11, 20), "还早")
    soon = clock(cast.finance, date(2026, 10, 28), "快了")  # due 2026-11-25
    late = clock(cast.finance, date(2026, 10, 20), "已过")  # due 2026-11-17
    foreign = clock(cast.land, date(2026, 10, 20), "别家")
    tasks = queries.tasks_for([cast.finance], NOW)
    assert [(t.obligation, t.urgency, t.workdays_left) for t in tasks] == [
        (late, "overdue", -4),
        (soon, "soon", 2),
        (later, "open", 19),
        (undated, "undated", None),
    ]
    assert {t.obligation for t in queries.tasks_for(None, NOW)} == {undated, later, soon, late, foreign}
    assert [t.obligation for t in queries.tasks_for([cast.land.pk], NOW)] == [foreign]
    assert len(queries.tasks_for(None, NOW, limit=2)) == 2


def test_what_is_closed_is_no_task(cast: Cast) -> None:
    meet(clock(cast.finance, date(2026, 11, 20), "一"), at=NOW)
    waive(clock(cast.finance, date(2026, 11, 20), "二"), ground="测试", by=cast.su, at=NOW)
    assert queries.tasks_for(None, NOW) == []


def test_tasks_cost_the_same_number_of_queries_however_many(cast: Cast, django_assert_num_queries: Any) -> None:
    queries.calendar()
    for n in range(6):
        clock(cast.finance, date(2026, 11, 20), f"项目{n}")
    with django_assert_num_queries(2):
        for task in queries.tasks_for([cast.finance], NOW):
            assert task.obligation.item.domain.code
            assert task.obligation.agency.name
            assert task.obligation.rule_version.rule.code


def test_a_date_no_calendar_covers_has_no_count_of_days(cast: Cast) -> None:
    obligation = clock(cast.finance, date(2026, 11, 20), "远")
    Obligation.objects.filter(pk=obligation.pk).update(
        due_on=date(2030, 1, 1), due_at=queries.day_ends(date(2030, 1, 1))
    )
    (task,) = queries.tasks_for([cast.finance], NOW)
    assert (task.urgency, task.workdays_left) == ("open", None)


def test_each_agency_is_warned_as_early_as_it_asked(cast: Cast) -> None:
    cast.finance.warn_days = 2
    cast.finance.save()
    cast.land.warn_days = 10
    cast.land.save()
    in_two = clock(cast.finance, date(2026, 10, 28), "两天")  # due 2026-11-25
    clock(cast.finance, date(2026, 10, 29), "三天")  # due 2026-11-26
    in_ten = clock(cast.land, date(2026, 11, 9), "十天")  # due 2026-12-07
    clock(cast.land, date(2026, 11, 10), "十一天")
    clock(cast.land, date(2026, 10, 20), "已过")
    assert list(queries.due_soon(NOW)) == [in_two, in_ten]
    assert list(queries.due_soon(NOW, agencies=[cast.land])) == [in_ten]
    # The list of tasks and the warnings say the same.
    assert [t.obligation for t in queries.tasks_for(None, NOW) if t.urgency == "soon"] == [in_two, in_ten]


def test_a_date_on_a_weekend_is_warned_of_with_the_friday(cast: Cast) -> None:
    cast.finance.warn_days = 5
    cast.finance.save()
    obligation = clock(cast.finance, date(2026, 11, 20), "周末")
    Obligation.objects.filter(pk=obligation.pk).update(
        due_on=date(2026, 11, 28),
        due_at=queries.day_ends(date(2026, 11, 28)),  # a Saturday: 4 working days left
    )
    assert list(queries.due_soon(NOW)) == [obligation]


def test_where_the_calendar_ends_warnings_count_calendar_days(cast: Cast) -> None:
    with triggers_off():
        CalendarYear.objects.filter(provisional=True).delete()
    then = datetime(2026, 12, 30, 9, 0, tzinfo=NOW.tzinfo)
    obligation = clock(cast.finance, date(2026, 12, 3), "年末", at=then)
    assert obligation.due_on == date(2026, 12, 31)
    assert list(queries.due_soon(then)) == [obligation]


def test_without_any_agency_nothing_is_due(django_assert_num_queries: Any) -> None:
    assert list(queries.due_soon(NOW)) == []


def test_the_board_counts_by_agency_and_month_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    meet(clock(cast.finance, date(2026, 10, 20), "按时"), at=NOW - timedelta(days=20))
    meet(clock(cast.finance, date(2026, 10, 20), "迟了"), at=NOW)
    meet(clock(cast.finance, date(2026, 10, 20), "早了"), at=NOW - timedelta(days=60))
    clock(cast.finance, date(2026, 10, 20), "欠着")
    clock(cast.finance, date(2026, 11, 20), "未到")
    waive(clock(cast.finance, date(2026, 10, 20), "免了"), ground="测试", by=cast.su, at=NOW)
    clock(cast.land, date(2026, 10, 20), "别家")
    figures = queries.Figures
    with django_assert_num_queries(1):
        board = queries.timeliness_board(november, december, now=NOW)
    assert board == {
        cast.finance.pk: {
            november: figures(due=4, on_time=1, late=1, early=1, overdue=1),
            december: figures(due=1, open=1),
        },
        cast.land.pk: {november: figures(due=1, overdue=1)},
    }
    unswept = queries.timeliness_board(november, november)
    assert unswept[cast.land.pk][november] == figures(due=1, open=1)
    sweep(as_of=date(2026, 11, 24), at=NOW)
    assert queries.timeliness_board(november, november) == queries.timeliness_board(november, november, now=NOW)
    with django_assert_num_queries(1):
        strip = queries.month_strip(date(2026, 11, 17), now=NOW)
    assert strip == figures(due=5, on_time=1, late=1, early=1, overdue=2)
    assert queries.month_strip(date(2026, 8, 1)) == figures()


def test_agencies_that_owe_are_listed_the_most_first(cast: Cast, django_assert_num_queries: Any) -> None:
    clock(cast.land, date(2026, 10, 20), "一")
    clock(cast.finance, date(2026, 10, 19), "一")
    clock(cast.finance, date(2026, 10, 20), "二")
    assert queries.overdue_by_agency() == []
    with django_assert_num_queries(1):
        rows = queries.overdue_by_agency(now=NOW)
    assert [(r.code, r.name, r.count, r.oldest_due_on) for r in rows] == [
        ("finance", "县财政局", 2, date(2026, 11, 16)),
        ("natural_resources", "县自然资源局", 1, date(2026, 11, 17)),
    ]
    sweep(as_of=date(2026, 11, 24), at=NOW)
    assert queries.overdue_by_agency() == rows


def test_the_history_of_an_item_begins_with_the_newest_fact(cast: Cast) -> None:
    first = clock(cast.finance, date(2026, 10, 20), "早")
    second = clock(cast.finance, date(2026, 11, 20), "晚")
    assert list(queries.history_of(first.item)) == [second, first]
    assert second.state == ObligationState.OPEN
