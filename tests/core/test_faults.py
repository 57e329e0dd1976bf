"""What a log line may say of a fault."""

import pytest

from gongkai.core.faults import MOST_FRAMES, placed


def _deep(levels: int) -> None:
    if levels:
        _deep(levels - 1)
    raise ValueError("林测试 的号码")


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_message() -> None:
    with pytest.raises(ValueError, match="林测试") as caught:
        _deep(0)
    said = placed(caught.value)
    assert said.startswith("ValueError test_faults.py:")
    assert " _deep < test_faults.py:" in said
    assert said.endswith(test_a_fault_is_told_by_kind_and_place_and_never_by_its_message.__name__)
    assert "林测试" not in said


def test_only_the_innermost_places_are_told() -> None:
    with pytest.raises(ValueError, match="林测试") as caught:
        _deep(MOST_FRAMES)
    assert placed(caught.value).count("_deep") == MOST_FRAMES


def test_a_fault_that_was_never_raised_has_no_place() -> None:
    assert placed(KeyError("x")) == "KeyError"
