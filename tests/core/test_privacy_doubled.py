"""Numbers whose digits are drawn more than once over themselves. All are invented."""

import pytest

from gongkai.core.privacy import Kind, MaskFormats, scan_text
from gongkai.core.privacy.broken import born_plausibly, may_begin

ID, MOBILE, CARD = "350524199001011238", "13812345678", "6222021001116245702"


def times(digits: str, count: int, gap: str = "") -> str:
    return gap.join(digit * count for digit in digits)


def behind(digits: str, lag: int) -> str:
    """The digits and a copy of them so many places behind, in the order in which both stand on the line."""
    at = [(place, digit) for place, digit in enumerate(digits)]
    both = [*at, *((place + lag + 0.5, digit) for place, digit in at)]
    return "".join(digit for _, digit in sorted(both))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (times(ID, 2), Kind.RESIDENT_ID),
        (f"证{times(ID, 2, ' ')}止", Kind.RESIDENT_ID),
        ("\n".join(digit + "\n" + digit for digit in ID), Kind.RESIDENT_ID),
        (times(ID, 3), Kind.RESIDENT_ID),
        (f"1 1 {times(ID, 2)}", Kind.RESIDENT_ID),
        (behind(ID, 1), Kind.RESIDENT_ID),
        (behind(ID, 2), Kind.RESIDENT_ID),
        (f"ID {' '.join(behind(ID, 5))} end", Kind.RESIDENT_ID),
        ("335500552244119990001100111223388", Kind.RESIDENT_ID),  # copies that fell on equal digits are gone
        (f"手机{times(MOBILE, 2)}", Kind.MOBILE),
        (f"22 {times(MOBILE, 2)}", Kind.MOBILE),
        (behind(MOBILE, 1), Kind.MOBILE),
        (times(CARD, 2), Kind.BANK_ACCOUNT),
    ],
)
def test_a_number_drawn_more_than_once_is_certain(text: str, kind: Kind) -> None:
    (finding,) = scan_text(text)
    assert (finding.kind, finding.certainty.value) == (kind, "certain")


@pytest.mark.parametrize(
    "text",
    [
        "00 " * 40,
        times("350524199001011239", 2),
        times("6222021001116245703", 2),
        behind(ID, 1)[:-1],
        times("12", 30),
    ],
)
def test_other_digits_that_repeat_are_none(text: str) -> None:
    assert [one.kind for one in scan_text(text) if one.certainty.value == "certain"] == []


def test_its_mask_leaves_no_more_than_that_of_a_number() -> None:
    formats = MaskFormats()
    assert sum(one.isdigit() for one in formats.mask(Kind.RESIDENT_ID, times(ID, 2))) == 5
    assert sum(one.isdigit() for one in formats.mask(Kind.MOBILE, times(MOBILE, 2))) == 7


@pytest.mark.parametrize("digits", ["3", "35", "3505241", "35052420", "3505241990", "35052419901231", ID[:17], ID])
def test_a_number_may_begin_so(digits: str) -> None:
    assert may_begin(digits)


@pytest.mark.parametrize("digits", ["39", "3505243", "3505242040", "350524199013", "35052419900132", "35052X"])
def test_no_number_begins_so(digits: str) -> None:
    assert not may_begin(digits)


def test_a_year_makes_pieces_likely() -> None:
    assert born_plausibly(ID)
    assert not any(map(born_plausibly, (ID[:17], f"{ID[:6]}1890{ID[10:]}", f"X{ID[1:]}")))
