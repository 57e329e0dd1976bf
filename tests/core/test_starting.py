"""From what the clock of a text runs."""

import pytest

from gongkai.core.rule_terms import RuleTerms
from gongkai.core.starting import starts_with_text
from gongkai.core.vocabulary import RuleKind, Unit


@pytest.mark.parametrize(
    ("trigger", "with_text"),
    [
        ("信息形成或者变更之日", True),
        ("作出行政许可决定之日", True),
        ("文件印发之日", True),
        ("内容变更之日", True),
        ("政府采购合同签订之日", False),
        ("收到评标报告之日", False),
        ("计划调整或项目信息变更之日", False),
        ("", False),
    ],
)
def test_the_making_of_the_information_is_the_texts_own_date_and_anything_else_is_asked_for(
    trigger: str, with_text: bool
) -> None:
    terms = RuleTerms(kind=RuleKind.DEADLINE_AFTER, value=20, unit=Unit.WORKING_DAY, trigger=trigger)
    assert starts_with_text(terms) is with_text


def test_an_event_to_come_is_always_asked_for() -> None:
    assert not starts_with_text(RuleTerms(kind=RuleKind.MIN_BEFORE, trigger="招标文件形成之日"))
