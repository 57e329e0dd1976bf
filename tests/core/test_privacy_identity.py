"""Identity numbers, travel documents and plates. Every identity here is invented."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.privacy import Certainty, Kind, Layer, Rules, scan_row, scan_text
from gongkai.core.privacy.broken import id_number_holds
from gongkai.core.privacy.passage import plain

INVENTED = "350524199001011238"  # 测试用虚构号码
RECENT = "350524202301010012"  # a receipt of that day passes the checks too
WRONG = "350524199001011231"
CHILD = "350524201501011242"


def kinds(text: str, **facts: object) -> list[str]:
    return [finding.kind.value for finding in scan_text(text, **facts)]  # type: ignore[arg-type]


def check_character(body: str) -> str:
    """ISO 7064 MOD 11-2, written another way than the product's table of weights."""
    rest = 0
    for digit in body:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


identity_numbers = st.builds(
    lambda area, born, serial: (body := f"{area}{born:%Y%m%d}{serial:03}") + check_character(body),
    st.sampled_from(["110105", "350524", "440305", "810000", "659001"]),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)


def test_the_standard_example_holds() -> None:
    assert id_number_holds("11010519491231002X")  # GB 11643-1999


@given(identity_numbers)
def test_any_number_made_by_the_standard_is_found_whole(number: str) -> None:
    finding = scan_text(f"身份证号码:{number}。")[0]
    assert (finding.kind, finding.certainty, finding.start, finding.end) == (
        Kind.RESIDENT_ID,
        Certainty.CERTAIN,
        6,
        24,
    )


@given(identity_numbers, st.sampled_from([" ", "-", "\u200b", ".", "\n"]), st.integers(1, 17))
def test_a_number_with_one_gap_is_found(number: str, gap: str, at: int) -> None:
    text = number[:at] + gap + number[at:]
    finding = scan_text(text)[0]
    assert (finding.kind, finding.start, finding.end) == (Kind.RESIDENT_ID, 0, 19)


@given(identity_numbers, st.lists(st.integers(1, 17), min_size=1, max_size=5, unique=True))
def test_a_number_split_over_cells_is_found(number: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 18]
    cells = ["甲", *(number[a:b] for a, b in pairwise(edges)), "乙"]
    assert Kind.RESIDENT_ID in {finding.kind for finding in scan_row(cells)}


@given(identity_numbers)
def test_the_masked_value_never_shows_the_middle(number: str) -> None:
    for finding in scan_text(number):
        assert number[2:15] not in finding.value_masked
        assert finding.value_masked == number[:2] + "*" * 13 + number[15:]


@given(st.text(alphabet="0123456789 -\t\nXx,。中年月日号:-(元ABC", max_size=120))
def test_no_text_breaks_the_check_and_places_lie_inside(text: str) -> None:
    for finding in scan_text(text):
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        INVENTED,
        f"ID{INVENTED}",
        "３５０５２４１９９００１０１１２３８",
        "٣٥٠٥٢٤١٩٩٠٠١٠١١٢٣٨",  # Arabic-Indic digits
        " ".join(INVENTED),
        f"{INVENTED}42",  # 残疾人证
        "11010519491231002x",
        "11010519491231002Ⅹ",
        f"号1{INVENTED[:0]} {INVENTED}",
    ],
)
def test_disguises_do_not_help(text: str) -> None:
    assert "resident_id" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "订单号:202607121234567890",
        "91350000MA347WHE48",
        "12350524489876543X",
        WRONG,
        f"{INVENTED}7",
        f"9{INVENTED}",
        f"0.{INVENTED}",
        f"{INVENTED}.50",
        "991105194912310026",
        "350524199002301230",  # 30 February
        "35052481990101123X",  # the year 8199
        "35*************238",
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert "resident_id" not in kinds(text)


def test_a_number_with_a_wrong_check_character_counts_where_it_is_called_one() -> None:
    (finding,) = scan_text(f"身份证号:{WRONG}")
    assert finding.certainty is Certainty.LIKELY


@pytest.mark.parametrize(
    "digits", ["990524199001011238", "35052A199001011238", "350524199002301230", "350524819901011238", WRONG]
)
def test_what_fails_one_of_the_four_checks_does_not_hold(digits: str) -> None:
    assert not id_number_holds(digits)


def test_a_wrong_number_in_pieces_is_none() -> None:
    assert kinds(f"{WRONG[:6]} {WRONG[6:]}") == []


def test_blank_text_holds_nothing() -> None:
    assert scan_text(" \t\n\u3000") == []


def test_a_finding_is_placed_without_being_changed() -> None:
    (finding,) = scan_text(INVENTED)
    placed = finding.at(Layer.COMMENT, "批注 A2")
    assert (placed.layer, placed.place, placed.start) == (Layer.COMMENT, "批注 A2", finding.start)


def test_an_old_number_counts_where_it_is_called_one() -> None:
    assert kinds("身份证:350524800101123") == ["resident_id"]
    assert kinds("编号:350524800101123") == []


def test_a_number_that_is_called_an_order_number_is_only_likely() -> None:
    for text in (f"受理编号:{RECENT}", f"流水号:{INVENTED}", f"统一社会信用代码:{INVENTED}"):
        (finding,) = scan_text(text)
        assert finding.certainty is Certainty.LIKELY, text


def test_a_label_beside_the_value_outweighs_the_heading() -> None:
    (finding,) = scan_row([f"身份证:{INVENTED}"], headings=["订单号"])
    assert finding.certainty is Certainty.CERTAIN


def test_a_minor_is_told_from_the_number_when_the_day_is_known() -> None:
    today = Rules(today=date(2026, 11, 1))
    assert kinds(CHILD, rules=today) == ["resident_id", "minor"]
    assert kinds(CHILD) == ["resident_id"]
    assert kinds(INVENTED, rules=today) == ["resident_id"]
    assert kinds(" ".join(CHILD), rules=today) == ["resident_id", "minor"]
    assert kinds(CHILD, rules=Rules(today=date(2014, 1, 1))) == ["resident_id"]  # not yet born


def test_the_eighteenth_birthday_ends_it() -> None:
    assert kinds(CHILD, rules=Rules(today=date(2032, 12, 31))) == ["resident_id", "minor"]
    assert kinds(CHILD, rules=Rules(today=date(2033, 1, 1))) == ["resident_id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("护照号码:E12345678", [("passport", "certain")]),
        ("passport no. EA1234567", [("passport", "certain")]),
        ("E12345678", [("passport", "possible")]),
        ("设备编号E12345678", []),
        ("通行证 H12345678", [("hk_mo_tw_permit", "certain")]),
        ("台胞证:12345678", [("hk_mo_tw_permit", "certain")]),
        ("H12345678", []),
        ("A123456(3)", [("hk_mo_tw_permit", "likely")]),
        ("A123456(4)", []),
        ("AB987654(3)", [("hk_mo_tw_permit", "likely")]),
        ("闽C12345", [("plate", "likely")]),
        ("车牌:闽CD12345", [("plate", "certain")]),
        ("闽C·A1234", [("plate", "likely")]),
        ("京ICP备2018001号", []),
        ("闽GABCDE 2026", []),
        ("没有护照的证件", []),
    ],
)
def test_travel_documents_and_plates(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.kind.value, f.certainty.value) for f in scan_text(text)] == expected


def test_a_serial_in_a_cell_named_so_is_no_passport() -> None:
    assert scan_row(["E12345678"], headings=["设备"]) == []


def test_plain_text_is_as_long_as_the_original() -> None:
    odd = "1２٣\u3000Ⅹ—﹫\u200b中"
    assert len(plain(odd)) == len(odd)
    assert plain("abc") == "abc"
    assert plain("２０２６ー") == "2026ー"


def test_a_number_that_a_cut_cell_runs_into_is_found() -> None:
    """A printed table: the telephone is cut at the column's edge and the identity number follows at once."""
    for text in ("1 林志明 138123456350524199001011238", "350524199001011238138123456 元"):
        (finding,) = scan_text(text)
        assert (finding.kind, finding.certainty) == (Kind.RESIDENT_ID, Certainty.LIKELY)
        assert finding.value_masked in {"13**********************238", "35**********************456"}
    assert scan_text("流水号 138123456350524199001011239") == []


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        (f"身份证号:{INVENTED[:17]}*", "certain"),  # the character that is hidden follows from the others
        (f"编号:{INVENTED[:17]}*", None),
        (f"身份证号:99{INVENTED[2:17]}*", None),  # no such province
    ],
)
def test_a_number_with_only_its_last_character_hidden_counts_where_it_is_called_one(
    text: str, grade: str | None
) -> None:
    assert [f.certainty.value for f in scan_text(text)] == ([grade] if grade else [])


def test_what_looks_like_a_foreigners_card_counts_only_beside_the_word_for_it() -> None:
    number = "935156198001010012"  # 测试用虚构号码
    assert kinds(f"外国人永久居留身份证号:{number}") == ["resident_id"]
    assert kinds(f"外国人居留事务,流水单号:{number}") == []


def test_a_mobile_in_other_figures_is_a_mobile_and_other_runs_of_figures_are_nothing() -> None:
    for mobile in ("一三八零零一三八零零零", "①③⑧⓪⓪①③⑧⓪⓪⓪"):
        (finding,) = scan_text(f"联系电话{mobile}。")
        assert (finding.kind, finding.certainty) == (Kind.MOBILE, Certainty.CERTAIN)
    assert kinds("二〇二六一一二三零九三零") == []
    assert kinds("三五〇五二四一九九〇〇一〇一一二三一") == []  # eighteen, but the check character fails


def test_a_number_in_scientific_notation_counts_when_its_beginning_can_be_one() -> None:
    (finding,) = scan_text("3.50524199001011E+17")
    assert (finding.kind, finding.certainty) == (Kind.RESIDENT_ID, Certainty.LIKELY)
    assert kinds("3.50524188001011E+17") == []  # born in 1880
    assert kinds("3.50524199013011E+17") == []  # in the thirteenth month
    assert kinds("1.23456789012345E+17") == []
