"""Canonical bytes and digests, against the examples of RFC 8785 and GB/T 32905."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core import canonical

plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab安溪é", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def test_the_example_of_the_standard_comes_out_to_the_letter() -> None:
    # RFC 8785 §3.2.2 and §3.2.3: numbers, escapes, order by UTF-16 code units.
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical.encode(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    names = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}
    assert list(json.loads(canonical.encode(names))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


@given(plain_json)
def test_writing_and_reading_again_changes_nothing(value: object) -> None:
    data = canonical.encode(value)
    assert json.loads(data) == value
    assert canonical.encode(json.loads(data)) == data


@given(st.dictionaries(st.text("abc安溪", min_size=1, max_size=4), st.integers(0, 9), max_size=6))
def test_the_order_names_were_written_in_does_not_matter(value: dict[str, int]) -> None:
    assert canonical.encode(dict(reversed(value.items()))) == canonical.encode(value)


def deep() -> object:
    value: object = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        float("nan"),
        float("inf"),
        {1: 2},
        {"a": {1, 2}},
        "\ud800",
        {"\ud800": 1},
        datetime.now(UTC),
        b"x",
        deep(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_canonical_form_is_refused_in_the_officers_language(value: object) -> None:
    with pytest.raises(canonical.NotCanonicalError, match="不能写成规范形式"):
        canonical.encode(value)


def test_digests_are_those_of_the_standards() -> None:
    assert canonical.sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    # GB/T 32905-2016, annex A.1 and A.2.
    assert canonical.sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert canonical.sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_a_moment_is_written_in_one_way_whatever_its_zone() -> None:
    china = timezone(timedelta(hours=8))
    expected = "2026-11-23T11:06:00.000000Z"
    assert canonical.moment(datetime(2026, 11, 23, 19, 6, tzinfo=china)) == expected
    assert canonical.moment(datetime(2026, 11, 23, 11, 6, tzinfo=UTC)) == expected
    with pytest.raises(ValueError, match="time zone"):
        canonical.moment(datetime(2026, 11, 23, 11, 6))


def test_a_commitment_opens_only_with_its_content_and_its_salt() -> None:
    content, salt = "测试用户甲,排位 12".encode(), bytes(range(16))
    made = canonical.commitment(content, salt=salt)
    assert made == canonical.commitment(content, salt=salt)
    assert len(made) == 64
    assert made != canonical.commitment(content + b" ", salt=salt)
    assert made != canonical.commitment(content, salt=bytes(16))
    assert made != canonical.sha256(salt + content)
    with pytest.raises(ValueError, match="salt"):
        canonical.commitment(content, salt=b"short")
