"""The day a clock is reckoned by is called by what it is: counted from, or counted towards."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.core.deadline_words import fact_day
from gongkai.core.rule_terms import INCLUDE_PUBLISH_DAY
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

SAID = {
    "R-FROM": ({"kind": RuleKind.DEADLINE_AFTER}, "起算日,当日不计"),
    "R-TOWARDS": ({"kind": RuleKind.MIN_BEFORE, "unit": Unit.CALENDAR_DAY}, "事项当日,须在此前公开"),
    "R-SHOWN": ({"kind": RuleKind.MIN_DURATION}, "公示起始日"),
}


@pytest.mark.parametrize("kind", [k for k in RuleKind if k is not RuleKind.MIN_BEFORE])
def test_only_a_rule_that_counts_backward_speaks_of_before(kind: RuleKind) -> None:
    assert "此前" not in fact_day(kind, unit=Unit.WORKING_DAY, day_count_override="")
    assert "此前" in fact_day(RuleKind.MIN_BEFORE, unit=Unit.WORKING_DAY, day_count_override="")


def test_the_first_day_counts_only_where_the_rule_says_so_and_hours_run_from_a_moment() -> None:
    counted = {"unit": Unit.WORKING_DAY, "day_count_override": INCLUDE_PUBLISH_DAY}
    assert fact_day(RuleKind.DEADLINE_AFTER, **counted) == "起算日,当日计入"
    assert "小时" in fact_day(RuleKind.DEADLINE_AFTER, unit=Unit.HOUR, day_count_override="")


@pytest.fixture
def running(cast: Cast) -> Cast:
    """A clock by each of the rules."""
    rules = [make.make_rule(code, **facts).rule for code, (facts, _) in SAID.items()]
    item = make.make_item(agencies=[cast.finance], rules=rules)
    today = timezone.localdate()
    for rule in rules:
        facts: dict[str, Any] = {"agency": cast.finance, "by": cast.lin, "at": timezone.now()}
        clocks.open_obligation(item, rule=rule, fact_on=today, label=f"测试{rule.code}", **facts)
    return cast


def test_the_files_of_clocks_say_for_each_row_what_its_day_is(running: Cast, enter: Enter) -> None:
    desk = enter(running.lin).get(reverse("workspace:obligations"), {"as": "csv"})
    public = Client().get(reverse("portal:timeliness_rows_file", args=["csv"]))
    for answer, code in ((desk, "规则版本"), (public, "规则")):
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert {row[code].split("@")[0]: row["基准日是什么"] for row in rows} == {
            c: s for c, (_, s) in SAID.items()
        }
        assert "起算日" not in rows[0]


def test_the_pages_of_a_clock_say_it_too(running: Cast, enter: Enter) -> None:
    lin = enter(running.lin)
    listed = lin.get(reverse("workspace:obligations")).content.decode()
    for _, said in SAID.values():
        assert said in listed
    towards = Obligation.objects.get(rule_version__rule__code="R-TOWARDS")
    assert SAID["R-TOWARDS"][1] in lin.get(reverse("workspace:obligation", args=[towards.pk])).content.decode()
