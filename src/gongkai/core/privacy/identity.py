"""公民身份号码 (GB 11643), passports, permits of Hong Kong, Macao and Taiwan, licence plates."""

import re
from collections.abc import Iterator
from datetime import date

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Passage, labelled

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# GB/T 2260, first two digits; 81-83 are the residence permits of residents of Hong Kong, Macao and Taiwan.
_SPANS = ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
_PROVINCES = frozenset(str(code) for first, after in _SPANS for code in range(first, after))
_BODY = r"[1-8]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_WHOLE = re.compile(rf"(?<!\d)(?<!\d\.){_BODY}[\dXx](?=(?:[1-7][1-4])?(?!\d))(?!\.\d)")
_GAP = r"[ \t\n\-._·/*\u200b]"
_CLUSTER = re.compile(rf"\d(?:{_GAP}{{0,3}}\d){{16,}}(?:{_GAP}{{0,3}}[\dXx])?")
_GROUP = re.compile(r"[\dXx]+")
_LENGTH = 18
_OLD = re.compile(r"(?<!\d)[1-8]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_CARD = labelled("身份证|身份号码|公民身份|证件号|证件号码|身份证件|有效证件|残疾证|identity|ID ?card|ID ?no|SFZ")
_SERIAL = labelled(
    "订单|流水|交易|单号|编号|批号|批次|凭证|发票|合同|备案号|许可证|受理号|登记号|快递|运单|条码|条形码|序列|代码|"
    "serial|order|S/?N|No"
)
_FIRST_YEAR, _LAST_YEAR = 1850, 2099
ADULT_YEARS = 18


def id_number_holds(digits: str) -> bool:
    """Whether 18 characters are an identity number: known province, a day that exists, right check character."""
    if digits[:2] not in _PROVINCES or not digits[:17].isdecimal():
        return False
    year = int(digits[6:10])
    try:
        date(year, int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[17].upper()


def resident_ids(passage: Passage, today: date | None) -> Iterator[Hit]:
    """Identity numbers, whole or with blanks, hyphens, line breaks or cell borders in them.

    A number whose check character fails counts only where a label calls it one.
    """
    for match in _WHOLE.finditer(passage.text):
        hit = _judged(passage, match.group(), *match.span())
        if hit is not None:
            yield hit
            yield from _child(match.group(), today, *match.span())
    # A number found whole is one group of digits; what is put together here is always several.
    for start, end, digits in _split(passage.text):
        yield Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, "拆开书写的公民身份号码,校验位相符")
        yield from _child(digits, today, start, end)
    yield from _old_numbers(passage)


def _judged(passage: Passage, digits: str, start: int, end: int) -> Hit | None:
    if not id_number_holds(digits):
        if not passage.says(start, _CARD):
            return None
        return Hit(Kind.RESIDENT_ID, Certainty.LIKELY, start, end, "标明为身份证号,但校验位不符(可能有一位写错)")
    if passage.text[end : end + 2].isdecimal():
        why = "残疾人证号(公民身份号码加类别等级),校验位相符"
        return Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end + 2, why)
    if passage.says(start, _SERIAL) and not passage.says(start, _CARD):
        return Hit(Kind.RESIDENT_ID, Certainty.LIKELY, start, end, "标明为编号,但符合公民身份号码的全部校验")
    return Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, "18位公民身份号码,地区、日期和校验位相符")


def _child(digits: str, today: date | None, start: int, end: int) -> Iterator[Hit]:
    """The number itself says when a minor is meant."""
    if today is None:
        return
    born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if 0 <= age < ADULT_YEARS:
        yield Hit(Kind.MINOR, Certainty.LIKELY, start, end, "按身份号码推算未满18周岁", beside=True)


def _split(text: str) -> Iterator[tuple[int, int, str]]:
    """Identity numbers among digits with gaps: they begin and end where a group of digits begins and ends."""
    for cluster in _CLUSTER.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, cluster.start(), cluster.end())]
        for first in range(len(groups) - 1):
            whole, last = 0, first
            while last < len(groups) and whole < _LENGTH:
                whole += groups[last][1] - groups[last][0]
                last += 1
            start, end = groups[first][0], groups[last - 1][1]
            if whole == _LENGTH and last - first > 1 and not _inside_number(text, start, end - 1):
                digits = "".join(text[a:b] for a, b in groups[first:last])
                if id_number_holds(digits):
                    yield start, end, digits


def _inside_number(text: str, first: int, last: int) -> bool:
    before, after = text[max(0, first - 1) : first], text[last + 1 : last + 2]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())


def _old_numbers(passage: Passage) -> Iterator[Hit]:
    """15-digit numbers of the first generation, where a label calls them so."""
    for match in _OLD.finditer(passage.text):
        if match.group()[:2] in _PROVINCES and passage.says(match.start(), _CARD):
            why = "标明为身份证号的15位旧号码"
            yield Hit(Kind.RESIDENT_ID, Certainty.LIKELY, match.start(), match.end(), why)


_EDGE_LEFT, _EDGE_RIGHT = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_PASSPORT = re.compile(
    rf"{_EDGE_LEFT}(?:E[A-HJ-NP-Z]\d{{7}}|[EG]\d{{8}}|1[45]\d{{7}}|[DSP]E?\d{{7}}|[KM][JA]?\d{{7,8}}){_EDGE_RIGHT}"
)
_STRANGE_PASSPORT = re.compile(rf"{_EDGE_LEFT}(?=[A-Z0-9]*\d{{5}})[A-Z0-9]{{7,9}}{_EDGE_RIGHT}")
_PASSPORT_LABEL = labelled("护照|passport")
_PERMIT = re.compile(
    rf"{_EDGE_LEFT}(?:[HM]\d{{8}}(?:\d{{2}})?|[CWTL][A-Z]?\d{{7,8}}|\d{{8}}(?:\d{{2}})?){_EDGE_RIGHT}"
)
_PERMIT_LABEL = labelled("通行证|回乡证|台胞证|台湾居民|港澳居民|港澳台证件|居民来往|往来港澳|往来台湾")
_TRAVELS = re.compile("通行证|回乡证|台胞证|居民|港澳|台湾|护照|passport", re.IGNORECASE)
_CAPITAL = re.compile("[A-Z]")
_HONG_KONG = re.compile(rf"{_EDGE_LEFT}[A-Z]{{1,2}}\d{{6}}\([0-9A]\)")


def travel_documents(passage: Passage) -> Iterator[Hit]:
    """Passports and the permits of Hong Kong, Macao and Taiwan."""
    if passage.mentions(_TRAVELS):
        for match in _PERMIT.finditer(passage.text):
            if passage.says(match.start(), _PERMIT_LABEL):
                yield Hit(Kind.PERMIT, Certainty.CERTAIN, *match.span(), "标明为港澳台通行证件的号码")
    if _CAPITAL.search(passage.text):
        for match in _HONG_KONG.finditer(passage.text):
            if _hong_kong_holds(match.group()):
                yield Hit(Kind.PERMIT, Certainty.LIKELY, *match.span(), "香港身份证号码,校验位相符")
    yield from _passports(passage)


def _passports(passage: Passage) -> Iterator[Hit]:
    if not _CAPITAL.search(passage.text) and not passage.mentions(_TRAVELS):
        return
    for match in _STRANGE_PASSPORT.finditer(passage.text):
        if passage.says(match.start(), _PASSPORT_LABEL):
            yield Hit(Kind.PASSPORT, Certainty.CERTAIN, *match.span(), "标明为护照号码")
        elif _PASSPORT.fullmatch(match.group()) and match.group()[0] in "EG" and _alone(passage, match):
            yield Hit(Kind.PASSPORT, Certainty.POSSIBLE, *match.span(), "形如中国护照号码")


def _alone(passage: Passage, match: re.Match[str]) -> bool:
    """Whether a value fills its cell and no label calls it a serial."""
    begin, end = passage.cell(match.start())
    return passage.text[begin:end].strip() == match.group() and not passage.heading(match.start())


def _hong_kong_holds(number: str) -> bool:
    """The check character of a Hong Kong identity card: MOD 11 over letters (A = 10) and digits, blank = 36."""
    body, check = number[:-3].rjust(8), number[-2]
    values = [36 if c == " " else int(c) if c.isdigit() else ord(c) - 55 for c in body]
    rest = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11
    return check == {0: "0", 1: "A"}.get(rest, str(11 - rest))


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. \-]?"
    r"(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9\-])"
)
_PLATE_LABEL = labelled("车牌|车号|车辆号牌|号牌|车辆")


def plates(passage: Passage) -> Iterator[Hit]:
    """Licence plates, also of new-energy vehicles; at least two of the serial's characters are digits."""
    for match in _PLATE.finditer(passage.text):
        if sum(c.isdigit() for c in match.group()) >= 2:
            certain = passage.says(match.start(), _PLATE_LABEL)
            grade = Certainty.CERTAIN if certain else Certainty.LIKELY
            yield Hit(Kind.PLATE, grade, *match.span(), "机动车号牌" if not certain else "标明为车牌的号牌")
