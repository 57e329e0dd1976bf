"""公开清单 against what there is."""

from gongkai.core.completeness import completeness

ELEMENTS = [("项目名称", True), ("成交价", True), ("界桩", False)]


def test_missing_unused_and_unknown_are_told_apart() -> None:
    found = completeness(ELEMENTS, {"项目名称": "测试地块", "成交价": " ", "备注": "无"})
    assert (found.missing, found.unused, found.unknown) == (("成交价",), ("界桩",), ("备注",))
    assert not found.complete
    assert found.share == 0.5


def test_an_item_with_every_required_element_is_complete() -> None:
    found = completeness(ELEMENTS, {"项目名称": "测试地块", "成交价": "100万元"})
    assert found.complete
    assert found.share == 1.0


def test_an_item_that_requires_nothing_is_complete() -> None:
    assert completeness([("界桩", False)], {}).share == 1.0
