"""Who may stand as 发布单位: a unit under its full name, never a natural person."""

import pytest

from gongkai.core.disclosers import (
    NAME_LENGTH,
    keeping_faults,
    looks_like_a_person,
    submitting_faults,
    tidy_name,
)

UNIT = "安溪县测试建设有限公司(测试)"


def fields(faults: list[tuple[str, str]]) -> list[str]:
    return [field for field, _message in faults]


@pytest.mark.parametrize(
    "name",
    ["王测试", "欧阳某", "张*", "阮 小二", "王建中", "阿依古丽·测试", "测试李先生", "林 测 试 女士", "某某"],
)
def test_a_persons_name_is_seen_whatever_the_surname(name: str) -> None:
    assert looks_like_a_person(name)
    assert fields(submitting_faults(name, "", asked=True)) == ["discloser"]


@pytest.mark.parametrize(
    "name",
    [UNIT, "县财政局", "湖头镇", "前坂村", "测试小学校", "自然人(姓名不公开)", "ABC Ltd", "安溪县云屏中心小学"],
)
def test_a_unit_is_not_taken_for_a_person(name: str) -> None:
    assert not looks_like_a_person(name)
    assert submitting_faults(name, "", asked=True) == []


def test_a_refusal_does_not_repeat_the_persons_name() -> None:
    ((_field, message),) = submitting_faults("王测试", "", asked=False)
    assert "王测试" not in message
    assert "自然人(姓名不公开)" in message


def test_a_registered_unit_with_a_short_name_shows_it_by_its_code() -> None:
    assert submitting_faults("安溪一中", "", asked=True) != []
    assert submitting_faults("安溪一中", "91359999MA0TEXT00F", asked=True) == []


def test_a_name_is_asked_for_only_where_the_item_is_owed_by_a_class() -> None:
    assert fields(submitting_faults(" ", "", asked=True)) == ["discloser"]
    assert submitting_faults("", "", asked=False) == []


@pytest.mark.parametrize("code", ["123", "91359999MA0TEXT000", "I1359999MA0TEXT00F"])
def test_a_wrong_code_is_refused_at_its_own_field(code: str) -> None:
    assert fields(submitting_faults(UNIT, code, asked=True)) == ["discloser_uscc"]


def test_a_draft_keeps_half_a_code_but_nothing_too_long_unseen_or_of_nobody() -> None:
    assert keeping_faults(UNIT, "1135") == []
    assert keeping_faults("名" * NAME_LENGTH, "") == []
    assert fields(keeping_faults("名" * (NAME_LENGTH + 1), "")) == ["discloser"]
    assert fields(keeping_faults(f"{UNIT}\u202e", "")) == ["discloser"]
    assert fields(keeping_faults(UNIT, "1" * 19)) == ["discloser_uscc"]
    assert fields(keeping_faults(UNIT, "1\x00")) == ["discloser_uscc"]
    assert fields(keeping_faults("", "1135")) == ["discloser"]


def test_a_name_stands_on_one_line() -> None:
    assert tidy_name(" 测试\n 建设\t公司 ") == "测试 建设 公司"
