"""Identity numbers and mobiles that were not written as eighteen or eleven plain digits in a row."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

from gongkai.core.identifiers import ID_CHECKS, PROVINCES, id_check
from gongkai.core.privacy.passage import Late, Passage

ID_LENGTH = 18
_FIRST_YEAR, _LAST_YEAR = 1850, 2099
_CENTURIES = frozenset({"19", "20"})
_SPLIT_YEARS = range(1900, 2036)  # what is put together from pieces must be likelier than chance


def id_number_holds(digits: str) -> bool:
    """Whether 18 characters are an identity number: known province, a day that exists, right check character."""
    if digits[:2] not in PROVINCES or not digits[:17].isdecimal():
        return False
    year = int(digits[6:10])
    try:
        date(year, int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    return id_check(digits) == digits[17].upper()


def born_plausibly(digits: str) -> bool:
    """Whether 18 characters that were put together from pieces name a year that makes chance unlikely."""
    return digits[:17].isdecimal() and len(digits) == ID_LENGTH and int(digits[6:10]) in _SPLIT_YEARS


def may_begin(digits: str) -> bool:
    """Whether an identity number may begin with these digits: the province, and as far as they go the birthday."""
    if len(digits) > 1 and digits[:2] not in PROVINCES:
        return False
    year, month, day = digits[6:10], digits[10:12], digits[12:14]
    if year and not any(known.startswith(year[:2]) for known in _CENTURIES):
        return False
    if (len(year) == 4 and int(year) not in _SPLIT_YEARS) or month > "12" or day > "31":
        return False
    return "X" not in digits[:17]


def foreign_id_holds(digits: str) -> bool:
    """The same for a foreigner who may stay: 9, province, three digits of the country, birth, serial."""
    if digits[0] != "9" or digits[1:3] not in PROVINCES or not digits[:17].isdecimal():
        return False
    return id_check(digits) == digits[17].upper()


# Between two digits: blanks and line breaks as many as one likes, and up to three signs among them.
_SIGN = r"[\-._·/*,、:;~|()\[\]{}【】〔〕<>《》'\"“”‘’+=]"
_GAP = rf"\s{{0,60}}(?:{_SIGN}\s{{0,60}}){{0,3}}"
_GAPPED = Late(rf"[0-9][0-9Xx\s{_SIGN[1:-1]}]{{18,}}")  # wherein every cluster lies
_CLUSTER = Late(rf"\d(?<!\d\d)(?:{_GAP}\d){{16,}}(?:{_GAP}[\dXx])?")
_GROUP = Late(r"[\dXx]+")


def split_ids(text: str) -> Iterator[tuple[int, int, str]]:
    """Identity numbers among digits with gaps: they begin and end where a group of digits begins and ends."""
    for cluster in _clusters(text):
        groups = [group.span() for group in _GROUP.finditer(text, cluster.start(), cluster.end())]
        together = "".join(text[a:b] for a, b in groups)
        before = [0, *accumulate(b - a for a, b in groups)]  # characters before each group
        at = {length: number for number, length in enumerate(before)}
        taken = -1
        for first, (start, _) in enumerate(groups):
            last = at.get(before[first] + ID_LENGTH, 0)
            digits = together[before[first] : before[first] + ID_LENGTH]
            if start < taken or last - first < 2 or digits[:2] not in PROVINCES or digits[6:8] not in _CENTURIES:
                continue
            end = groups[last - 1][1]
            if _inside_number(text, start, end - 1) or _inside_list(text, groups, first, last):
                continue
            if born_plausibly(digits) and id_number_holds(digits):
                taken = end
                yield start, end, digits


def _clusters(text: str) -> Iterator[re.Match[str]]:
    for stretch in _GAPPED.finditer(text):
        if not stretch.group().isalnum():  # one group alone is found whole, or not at all
            yield from _CLUSTER.finditer(text, *stretch.span())


def _inside_list(text: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    """Whether single digits go on before or behind with the same signs between them: figures, no number."""
    if last - first < ID_LENGTH:
        return False
    sign = text[groups[first][1] : groups[first + 1][0]].strip()
    before = text[groups[first - 1][1] : groups[first][0]].strip() if first else ""
    after = text[groups[last - 1][1] : groups[last][0]].strip() if last < len(groups) else ""
    return bool(sign) and sign in (before, after)


def _inside_number(text: str, first: int, last: int) -> bool:
    before, after = text[max(0, first - 1) : first], text[last + 1 : last + 2]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())


_RUN = Late(r"\d(?<!\d\d)(?<!\d\.\d)[\dXx]{18,60}(?![A-Za-z])")
_AFTER_TAX = 3  # 个体户 tax numbers and 家庭编号 are an identity number and two or three digits
_BORN_BEFORE = 2012


def glued_ids(passage: Passage) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, number and whether it is sure, of numbers at either end of a longer run of digits.

    A printed table cuts one cell and the next follows at once; a tax number goes on for two digits. The whole
    run counts: what is left of it when the number is masked may be half a telephone. Sure are two numbers run
    on, and a number with a few digits behind or zeros before it whose date is no date of a receipt.
    """
    for run in passage.among(passage.solid, _RUN, ID_LENGTH + 1):
        start, end = run.span()
        digits = run.group().rstrip("Xx") if run.group()[-2:-1] in "Xx" else run.group()
        head, tail, rest = digits[:ID_LENGTH], digits[-ID_LENGTH:], digits[ID_LENGTH:]
        if id_number_holds(head):
            if len(rest) >= ID_LENGTH and id_number_holds(rest[:ID_LENGTH]):
                yield start, start + ID_LENGTH, head, True
                yield start + ID_LENGTH, end, rest[:ID_LENGTH], True
                continue
            if len(rest) == 2 and rest[0] in "1234567" and rest[1] in "1234":
                continue  # the number of a disability card, which is judged with the plain ones
            if len(rest) > 1:  # with one digit more it is another number of nineteen
                yield start, end, head, len(rest) <= _AFTER_TAX and int(head[6:10]) < _BORN_BEFORE
        elif id_number_holds(tail):
            zeros = not digits[:-ID_LENGTH].strip("0") and len(digits) <= ID_LENGTH + _AFTER_TAX
            if zeros or len(digits) > ID_LENGTH + 2:
                yield start, end, tail, zeros and int(tail[6:10]) < _BORN_BEFORE


_STYLES = ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "⓪①②③④⑤⑥⑦⑧⑨", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○⑴⑵⑶⑷⑸⑹⑺⑻⑼")
_AS_DIGIT = {ord(sign): str(value) for style in _STYLES for value, sign in enumerate(style)}
_STYLED = Late(rf"[{''.join(_STYLES)}](?:[ ]?[{''.join(_STYLES)}]){{9,18}}[Xx]?")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LOOKALIKE = Late(r"[1-8](?<![A-Za-z\d][1-8])[\dOoIl]{16}[\dXxOoIl](?![A-Za-z\d])")
_LOOKS = str.maketrans("OoIl", "0011")


def disguised(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of numbers in small, circled or Chinese figures, or with O and l for 0 and 1."""
    for match in _STYLED.finditer(passage.text):
        digits = match.group().translate(_AS_DIGIT).replace(" ", "")
        if (len(digits) == ID_LENGTH and id_number_holds(digits)) or _MOBILE.fullmatch(digits):
            yield *match.span(), digits
    for match in passage.among(passage.solid, _LOOKALIKE, ID_LENGTH):
        digits = match.group().translate(_LOOKS)
        if digits != match.group() and id_number_holds(digits):
            yield *match.span(), digits


_POWERS = ("E+17", "E17", "e+17", "e17")
_SHORTENED = Late(r"([1-8])\.(\d{9,14})[Ee]\+?17(?!\d)")


def shortened(text: str) -> Iterator[tuple[int, int]]:
    """What a spreadsheet made of an identity number: 3.50524195208031E+17 still holds place and date of birth."""
    for match in _SHORTENED.finditer(text) if any(power in text for power in _POWERS) else ():
        digits = (match.group(1) + match.group(2)).ljust(ID_LENGTH, "0")
        whole = next((digits[:17] + check for check in ID_CHECKS if id_number_holds(digits[:17] + check)), "")
        if whole and int(whole[6:10]) in _SPLIT_YEARS:
            yield match.span()
