"""公民身份号码 (GB 11643), passports, permits of Hong Kong, Macao and Taiwan, licence plates."""

import re
from collections.abc import Iterator
from datetime import date

from gongkai.core.identifiers import PROVINCES
from gongkai.core.privacy.broken import (
    ID_LENGTH,
    disguised,
    foreign_id_holds,
    glued_ids,
    id_number_holds,
    shortened,
    split_ids,
)
from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage, labelled
from gongkai.core.privacy.people import ADULT
from gongkai.core.privacy.receipts import SINCE, is_receipt
from gongkai.core.said import Said

# A pattern that begins with what it may begin with, and looks behind it only then, is searched four times as fast.
_BODY = r"\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_WHOLE = Late(rf"[1-9](?<!\d\d)(?<!\d\.\d){_BODY}[\dXx*](?=(?:[1-7][1-4])?(?!\d))(?!\.(?!0{{1,2}}(?!\d))\d)")
_OLD = Late(r"[1-8](?<!\d\d)\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_CARD = labelled(
    "身份证|身份号码|公民身份|证件(?:号|编号|编码|代码)|身份证件|有效证件|残疾证|居留|identity|ID ?card|ID ?no|SFZ"
)
_SERIAL = labelled(
    "订单|流水|交易(?!对方|人)|单号|编号|批号|批次|凭证|发票|合同(?!人|方)|备案号|许可证|受理号|登记号|快递|运单|条码|条形码|序列|"
    r"代码|serial|order|S/?N|(?<![A-Za-z])No"
)
# Numbers that only machines make, whatever day they seem to hold.
_MACHINE = labelled("流水号?|快递单?号?|运单号?|条码|条形码|序列号?|信用代码|机构代码|serial|S/N")
_FOREIGN = Late(r"9(?<!\d9)\d{16}[\dXx](?!\d)")
_FOREIGN_WORDS = ("居留",)
_RESIDES = labelled("居留")


def resident_ids(passage: Passage, today: date | None) -> Iterator[Hit]:
    """Identity numbers, whole or with blanks, hyphens, line breaks or cell borders in them.

    A number whose check character fails counts only where a label calls it one.
    """
    for match in passage.among(passage.solid, _WHOLE, ID_LENGTH - 1):
        hit = _judged(passage, match.group(), *match.span(), today=today)
        if hit is not None:
            yield hit
            if hit.certainty is Certainty.CERTAIN:  # a receipt tells nobody's age
                yield from _child(match.group(), today, *match.span())
    # A number found whole is one group of digits; what is put together here is always several.
    for start, end, digits in split_ids(passage.text):
        yield Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, Said("拆开书写的公民身份号码,校验位相符"))
        yield from _child(digits, today, start, end)
    for start, end, _, sure in glued_ids(passage):
        certain = sure and not passage.says(start, _MACHINE)
        grade = Certainty.CERTAIN if certain else Certainty.LIKELY
        yield Hit(Kind.RESIDENT_ID, grade, start, end, Said("与相邻数字连在一起的公民身份号码,校验位相符"))
    for start, end in shortened(passage.text):
        why = Said("表格软件缩写成科学记数的公民身份号码,仍可看出地区和出生日期")
        yield Hit(Kind.RESIDENT_ID, Certainty.LIKELY, start, end, why)
    yield from _old_numbers(passage)


def _judged(passage: Passage, digits: str, start: int, end: int, *, today: date | None) -> Hit | None:
    named = passage.says(start, _CARD)
    if digits[17] == "*":
        if not named or digits[:2] not in PROVINCES:
            return None
        why = Said("标明为身份证号,只遮住了可由前17位算出的校验位")
        return Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, why)
    if not id_number_holds(digits):
        if not named or digits[0] == "9":
            return None
        return Hit(
            Kind.RESIDENT_ID, Certainty.LIKELY, start, end, Said("标明为身份证号,但校验位不符(可能有一位写错)")
        )
    if passage.text[end : end + 2].isdecimal():
        why = Said("残疾人证号(公民身份号码加类别等级),校验位相符")
        return Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end + 2, why)
    row, at = passage.as_row(start)
    named = named or row.says(at, _CARD)
    if not named and is_receipt(row, digits, at, today):
        return None
    if not named and _is_order(row, digits, at):
        return Hit(Kind.RESIDENT_ID, Certainty.LIKELY, start, end, Said("标明为编号,但符合公民身份号码的全部校验"))
    return Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, Said("18位公民身份号码,地区、日期和校验位相符"))


def _is_order(passage: Passage, digits: str, start: int) -> bool:
    """Whether a number that passes every check is explained otherwise: a machine's serial, or a receipt's.

    Receipts carry the day they were issued, people the day they were born: the label alone explains nothing.
    """
    if passage.says(start, _MACHINE):
        return True
    return int(digits[6:10]) >= SINCE and passage.says(start, _SERIAL)


def foreign_ids(passage: Passage) -> Iterator[Hit]:
    """Cards of foreigners who may stay for good, where a label calls them so."""
    for match in passage.among(passage.solid, _FOREIGN, ID_LENGTH - 1) if passage.mentions(_FOREIGN_WORDS) else ():
        if passage.says(match.start(), _RESIDES):
            grade = Certainty.CERTAIN if foreign_id_holds(match.group()) else Certainty.LIKELY
            yield Hit(Kind.RESIDENT_ID, grade, *match.span(), Said("标明为外国人永久居留身份证号"))


def disguised_numbers(passage: Passage) -> Iterator[Hit]:
    """Identity numbers and mobiles in figures that are no plain digits."""
    for start, end, digits in disguised(passage):
        if len(digits) == ID_LENGTH:
            why = Said("用其他数字形式书写的公民身份号码,校验位相符")
            yield Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, why)
        else:
            yield Hit(Kind.MOBILE, Certainty.CERTAIN, start, end, Said("用其他数字形式书写的手机号码"))


def _child(digits: str, today: date | None, start: int, end: int) -> Iterator[Hit]:
    """The number itself says when a minor is meant."""
    if today is None:
        return
    born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if 0 <= age < ADULT:
        yield Hit(Kind.MINOR, Certainty.LIKELY, start, end, Said("按身份号码推算未满18周岁"), beside=True)


def _old_numbers(passage: Passage) -> Iterator[Hit]:
    """15-digit numbers of the first generation, where a label calls them so."""
    for match in passage.among(passage.solid, _OLD, 15):
        if match.group()[:2] in PROVINCES and passage.says(match.start(), _CARD):
            why = Said("标明为身份证号的15位旧号码")
            yield Hit(Kind.RESIDENT_ID, Certainty.LIKELY, match.start(), match.end(), why)


_EDGE_LEFT, _EDGE_RIGHT = r"(?<![A-Za-z0-9][A-Z0-9])", r"(?![A-Za-z0-9])"  # the left one after one character
# The ordinary passports, which tell themselves by their form; others count where a label names them.
_PASSPORT = Late(rf"[EG]{_EDGE_LEFT}(?:(?<=E)[A-HJ-NP-Z]\d{{7}}|\d{{8}}){_EDGE_RIGHT}")
_STRANGE_PASSPORT = Late(
    rf"[A-Z0-9]{_EDGE_LEFT}(?:(?<=\d)(?=\d{{4}})|(?=[A-Z0-9]*\d{{5}}))[A-Z0-9]{{6,8}}{_EDGE_RIGHT}"
)
_PASSPORT_WORDS = ("护照", "passport")
_PASSPORT_LABEL = labelled("护照|passport")
_PERMIT = Late(
    rf"[HMCWTL\d]{_EDGE_LEFT}(?:(?<=[HM])\d{{8}}(?:\d{{2}})?|(?<=[CWTL])[A-Z]?\d{{7,8}}|(?<=\d)\d{{7}}(?:\d{{2}})?)"
    rf"{_EDGE_RIGHT}"
)
_PERMIT_LABEL = labelled("通行证|回乡证|台胞证|台湾居民|港澳居民|港澳台证件|居民来往|往来港澳|往来台湾")
_TRAVELS = ("通行证", "回乡证", "台胞证", "居民", "港澳", "台湾", "护照", "passport")
_HONG_KONG = Late(rf"[A-Z]{_EDGE_LEFT}[A-Z]?\d{{6}}\([0-9A]\)")


def travel_documents(passage: Passage) -> Iterator[Hit]:
    """Passports and the permits of Hong Kong, Macao and Taiwan."""
    if passage.mentions(_TRAVELS):
        for match in _PERMIT.finditer(passage.text):
            if passage.says(match.start(), _PERMIT_LABEL):
                yield Hit(Kind.PERMIT, Certainty.CERTAIN, *match.span(), Said("标明为港澳台通行证件的号码"))
    for match in _behind_capitals(passage, _HONG_KONG) if "(" in passage.text else ():
        if _hong_kong_holds(match.group()):
            yield Hit(Kind.PERMIT, Certainty.LIKELY, *match.span(), Said("香港身份证号码,校验位相符"))
    yield from _passports(passage)


def _passports(passage: Passage) -> Iterator[Hit]:
    named = passage.mentions(_PASSPORT_WORDS)
    for match in _STRANGE_PASSPORT.finditer(passage.text) if named else _behind_capitals(passage, _PASSPORT):
        if passage.says(match.start(), _PASSPORT_LABEL):
            yield Hit(Kind.PASSPORT, Certainty.CERTAIN, *match.span(), Said("标明为护照号码"))
        elif _PASSPORT.fullmatch(match.group()) and _alone(passage, match):
            yield Hit(Kind.PASSPORT, Certainty.POSSIBLE, *match.span(), Said("形如中国护照号码"))


def _behind_capitals(passage: Passage, pattern: Late) -> Iterator[re.Match[str]]:
    """The matches of a pattern of one or two capital letters and what begins with six digits and one sign more."""
    for start, _ in passage.stretches:
        if "A" <= passage.text[start - 1 : start] <= "Z":
            match = pattern.match(passage.text, max(0, start - 2)) or pattern.match(passage.text, start - 1)
            if match:
                yield match


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


_PLATE = Late(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. \-]?"
    r"(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9\-]|次)"
)
_PLATE_LABEL = labelled("车牌|车号|车辆号牌|号牌|车辆(?!段|购|厂|站|所)")


def plates(passage: Passage) -> Iterator[Hit]:
    """Licence plates, also of new-energy vehicles; at least two of the serial's characters are digits."""
    for match in _PLATE.finditer(passage.text):
        if sum(c.isdigit() for c in match.group()) >= 2:
            certain = passage.says(match.start(), _PLATE_LABEL)
            grade = Certainty.CERTAIN if certain else Certainty.LIKELY
            yield Hit(
                Kind.PLATE, grade, *match.span(), Said("机动车号牌") if not certain else Said("标明为车牌的号牌")
            )
