"""Which numbers a rule of each kind needs."""

import pytest

from gongkai.core.rule_shape import RuleNumbers, shape_problems
from gongkai.core.vocabulary import RuleKind as K

WD = "working_day"


@pytest.mark.parametrize(
    "numbers",
    [
        RuleNumbers(K.DEADLINE_AFTER, 20, unit=WD),
        RuleNumbers(K.DEADLINE_AFTER, 12, unit="hour"),
        RuleNumbers(K.MIN_BEFORE, 1, unit="month"),
        RuleNumbers(K.MIN_BEFORE),
        RuleNumbers(K.MIN_DURATION),
        RuleNumbers(K.PERIODIC, 10, unit=WD, period="month"),
        RuleNumbers(K.ANNUAL_DATE, month_day="03-31", unit="month_day"),
        RuleNumbers(K.SIMULTANEOUS, 0, unit="hour"),
        RuleNumbers(K.SIMULTANEOUS),
        RuleNumbers(K.PROMPTLY),
        RuleNumbers(K.CONTINUOUS),
        RuleNumbers(K.MIN_MAX_DURATION, 3, 12, unit="month"),
        RuleNumbers(K.MAX_DURATION, 3, unit="month"),
    ],
)
def test_a_rule_as_the_law_has_them_is_in_order(numbers: RuleNumbers) -> None:
    assert shape_problems(numbers) == []


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (RuleNumbers(K.DEADLINE_AFTER, unit=WD), "缺少数字"),
        (RuleNumbers(K.DEADLINE_AFTER, 0, unit=WD), "大于 0"),
        (RuleNumbers(K.DEADLINE_AFTER, 20), "单位"),
        (RuleNumbers(K.DEADLINE_AFTER, 20, unit="month_day"), "单位"),
        (RuleNumbers(K.DEADLINE_AFTER, 20, unit=WD, month_day="03-31"), "month_day"),
        (RuleNumbers(K.DEADLINE_AFTER, 20, unit=WD, period="month"), "period"),
        (RuleNumbers(K.PERIODIC, 10, unit=WD), "period"),
        (RuleNumbers(K.MIN_MAX_DURATION, 3, unit="month"), "max_value"),
        (RuleNumbers(K.MIN_MAX_DURATION, 12, 3, unit="month"), "小于下限"),
        (RuleNumbers(K.DEADLINE_AFTER, 20, 30, unit=WD), "max_value"),
        (RuleNumbers(K.ANNUAL_DATE, unit="month_day"), "缺少 month_day"),
        (RuleNumbers(K.ANNUAL_DATE, 31, unit="month_day"), "不用 value"),
        (RuleNumbers(K.ANNUAL_DATE, month_day="03-31", unit=WD), "不用 value"),
        (RuleNumbers(K.ANNUAL_DATE, month_day="02-29", unit="month_day"), "02-29"),
        (RuleNumbers(K.SIMULTANEOUS, 2, unit="hour"), "同时"),
        (RuleNumbers(K.PROMPTLY, 2, unit=WD), "没有数字"),
        (RuleNumbers(K.CONTINUOUS, unit=WD), "没有数字"),
    ],
)
def test_a_rule_that_cannot_be_computed_is_named(numbers: RuleNumbers, said: str) -> None:
    assert any(said in problem for problem in shape_problems(numbers))


@pytest.mark.parametrize(
    "numbers", [RuleNumbers(K.FIXED_DURATION, unit=WD), RuleNumbers(K.ANNUAL_DATE, unit="month_day")]
)
def test_a_number_the_county_must_give_may_be_missing(numbers: RuleNumbers) -> None:
    assert shape_problems(numbers, needs_local_value=True) == []
