"""索引号: every county's own way, and never one number for two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.index_numbers import IndexNumberError, IndexPattern, index_group, index_number

FUJIAN = IndexPattern("{unit}-{class}-{year}-{serial:05d}", {"GP": "3000", "LT": "9000"})
CENTRAL = IndexPattern("{unit}/{year}-{serial:05d}")
BY_USCC = IndexPattern("{unit}/{year}-{serial:05d}", area="441700")
SOLID = IndexPattern("{area}{year}{unit}-{serial:06d}", area="350524")


def test_a_real_fujian_number_is_made_and_read() -> None:
    group = index_group(FUJIAN, unit="QZ09005", domain="GP", year=2017)
    assert index_number(FUJIAN, group=group, serial=77352) == "QZ09005-3000-2017-77352"
    assert FUJIAN.parse("QZ09005-3000-2017-77352") == {
        "unit": "QZ09005",
        "class": "3000",
        "year": "2017",
        "serial": "77352",
    }
    assert len("QZ09005-3000-2017-77352") == 23


def test_the_styles_of_other_places_fit_too() -> None:
    assert CENTRAL.parse("000014349/2017-00110") == {"unit": "000014349", "year": "2017", "serial": "00110"}
    group = index_group(BY_USCC, unit="11441700007280420Y", domain="GP", year=2021)
    assert index_number(BY_USCC, group=group, serial=50) == "11441700007280420Y/2021-00050"
    group = index_group(SOLID, unit="A01", domain="GP", year=2026)
    assert index_number(SOLID, group=group, serial=7) == "3505242026A01-000007"


@pytest.mark.parametrize(
    "other", ["QZ09005-3000-2017-7735", "qz09005-3000-2017-77352", "QZ09005-3000-2017-77352 "]
)
def test_another_shape_is_not_a_number_of_this_pattern(other: str) -> None:
    assert FUJIAN.parse(other) is None


@given(
    st.from_regex(r"[0-9A-Z]{1,10}", fullmatch=True),
    st.sampled_from(["GP", "LT"]),
    st.integers(2000, 2099),
    st.integers(1, 99_999),
)
def test_what_is_made_is_read_back(unit: str, domain: str, year: int, serial: int) -> None:
    made = index_number(FUJIAN, group=index_group(FUJIAN, unit=unit, domain=domain, year=year), serial=serial)
    assert FUJIAN.parse(made) == {
        "unit": unit,
        "class": FUJIAN.classes[domain],
        "year": str(year),
        "serial": f"{serial:05d}",
    }


@pytest.mark.parametrize("serial", [0, -1, 100_000])
def test_a_serial_is_never_cut_short(serial: int) -> None:
    group = index_group(FUJIAN, unit="QZ09005", domain="GP", year=2026)
    with pytest.raises(IndexNumberError, match="超出5位"):
        index_number(FUJIAN, group=group, serial=serial)


def test_a_domain_without_a_class_is_refused() -> None:
    with pytest.raises(IndexNumberError, match="领域 EM"):
        index_group(FUJIAN, unit="QZ09005", domain="EM", year=2026)


@pytest.mark.parametrize("unit", ["", "qz09005", "QZ-09"])
def test_a_unit_code_that_does_not_fit_is_refused(unit: str) -> None:
    with pytest.raises(IndexNumberError, match="unit"):
        index_group(FUJIAN, unit=unit, domain="GP", year=2026)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{unit}-{year}", "serial"),
        ("{unit}-{year}-{serial}", "位数"),
        ("{unit}-{year}-{serial:05d}-{serial:05d}", "一次"),
        ("{unit}-{unit}-{year}-{serial:05d}", "一次"),
        ("{unit}-{when}-{year}-{serial:05d}", "when"),
        ("{unit}-{year}-{serial:5}", "花括号"),
        ("{unit}-{year}-{serial:05d}}", "花括号"),
        ("{unit}{class}-{year}-{serial:05d}", "分隔符"),
        ("{unit}7{year}-{serial:05d}", "分隔符"),
        ("{year}-{serial:05d}", "unit"),
        ("{unit}-{serial:05d}", "year"),
    ],
)
def test_a_pattern_that_could_give_two_things_one_number_is_refused(template: str, said: str) -> None:
    with pytest.raises(IndexNumberError, match=said):
        IndexPattern(template)
