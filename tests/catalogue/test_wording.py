"""Deadlines and clauses as the public reads them."""

from types import SimpleNamespace
from typing import Any

import pytest

from gongkai.catalogue.wording import UNKNOWN_BASIS, clause_of, deadline_of, trigger_of
from gongkai.core.vocabulary import RuleKind


def version(kind: str, value: int | None = None, unit: str = "", **said: Any) -> SimpleNamespace:
    """Something with the fields of a rule version."""
    facts = {"max_value": None, "month_day": "", "period": "", "tiers": [], "trigger": "某事之日"}
    return SimpleNamespace(kind=kind, value=value, unit=unit, **{**facts, **said})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (version("deadline_after", 20, "working_day"), "20个工作日内(某事之日起算)"),
        (version("deadline_after", 12, "hour"), "12小时内(某事之日起算)"),
        (version("min_before", 1, "month"), "提前不少于1个月(某事之日前)"),
        (version("min_before"), "须提前公开,天数未定(某事之日前)"),
        (version("min_duration", 3, "calendar_day"), "不少于3日(某事之日起算)"),
        (version("min_duration"), "须公示一段时间,天数待地方确定(某事之日起算)"),
        (version("fixed_duration", 5, "working_day"), "公告期5个工作日(某事之日起算)"),
        (version("fixed_duration"), "天数待地方确定(某事之日起算)"),
        (version("periodic", 10, "working_day", period="month"), "每月结束后10个工作日内"),
        (version("annual_date", month_day="01-31", unit="month_day"), "每年1月31日前"),
        (version("annual_date", unit="month_day"), "每年一次,日期待地方确定"),
        (version("simultaneous", 0, "hour"), "同时公开(某事之日的同时)"),
        (version("promptly"), "及时公开(某事之日)"),
        (version("continuous"), "长期公开、动态更新(某事之日)"),
        (version("withdraw_within", 3, "working_day"), "3个工作日内撤下(某事之日起算)"),
        (version("respond_within", 20, "working_day"), "20个工作日内答复(某事之日起算)"),
        (version("max_duration", 3, "month"), "最长公示3个月(某事之日起算)"),
        (version("min_max_duration", 3, "month", max_value=12), "公示3个月至12个月(某事之日起算)"),
        (
            version("min_duration", 10, "working_day", tiers=[{"value": 10}, {"value": 20}]),
            "不少于10个工作日或20个工作日(按金额分档)(某事之日起算)",
        ),
    ],
)
def test_a_deadline_reads_as_one_line(given: SimpleNamespace, said: str) -> None:
    assert deadline_of(given) + trigger_of(given) == said


def test_every_kind_has_words() -> None:
    for kind in RuleKind:
        assert deadline_of(version(kind.value, 5, "working_day", max_value=9, period="year", month_day="03-31"))


LAWS = {
    "foi": {"title": "政府信息公开条例(2019年修订)", "doc_no": "国务院令第711号"},
    "own": {"title": "测试办法", "doc_no": ""},
    "long": {"title": "长" * 190, "doc_no": "文" * 70},
}


def clause(*basis: tuple[str, str]) -> str:
    """The clause of a version resting on these."""
    return clause_of({"basis": [{"instrument": law, "article": article} for law, article in basis]}, LAWS)


def test_a_clause_names_law_article_and_number() -> None:
    assert clause(("foi", "第26条")) == "《政府信息公开条例》第26条(国务院令第711号)"
    assert clause(("foi", "第26条"), ("own", "第3条")).endswith(";《测试办法》第3条")
    assert clause() == UNKNOWN_BASIS
    assert len(clause(("long", "第1条"), ("long", "第2条"))) == 300
