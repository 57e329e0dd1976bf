"""How to reach a person or her money: mobiles, landlines, e-mail, bank cards."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage, labelled
from gongkai.core.said import Said

# 号段 in use: 13x, 14(0,1,4-9), 15(not 4), 16(2,5,6,7), 17(0-8), 18x, 19(not 4).
_HEAD = r"(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])"
_SEP = r"[ \-.·/]{0,3}"
_AFTER_ONE = (
    rf"(?:{_HEAD}{_SEP}\d{{4}}{_SEP}\d{{4}}|{_HEAD}\d[ \-]\d{{3}}[ \-]\d{{4}}|{_HEAD}[ \-]\d{{3}}[ \-]\d{{5}}"
    rf"|{_HEAD}\d{{2}}[ \-]\d{{6}}|(?:[ \-]\d){{10}})"
)
# What may stand first is asked first, and then what stands before it: searched three times as fast so.
# A hyphen may stand before it only after another mobile or after words; behind it, one digit or another mobile.
_FREE = r"(?<!\d[+018])(?<!\d\.[+018])(?<![A-Za-z\d]-[+018])"
_NEXT = r"(?<!\d1)(?<=1[3-9]\d{9}[-/,、;~]1)"
_END = rf"(?!\d|\.(?!0(?!\d))\d|-(?!1{_HEAD}\d{{8}}(?!\d)|\d(?![\d\-]))\d)"
_MOBILE = Late(
    rf"(?:1(?:{_FREE}|{_NEXT})|\+{_FREE}86{_SEP}1|0{_FREE}086{_SEP}1|0{_FREE}1|8{_FREE}6{_SEP}1){_AFTER_ONE}{_END}"
)
_PAIR = Late(rf"1(?<!\d1)(?<!\d\.1){_HEAD}\d{{8}}1{_HEAD}\d{{8}}(?!\d)")
_IN_CELLS = Late(rf"(?:^|(?<=[\t\n]))1(?:{_HEAD}\t\d{{4}}\t\d{{4}}|(?:\t\d){{10}})(?=[\t\n]|$)")
_GLUED = Late(r"(?:^|[^A-Za-z0-9])(?:tel|mobile|mob|phone|m|t|dh|sj|lxdh|wa|wx|vx|v|whatsapp)$", re.IGNORECASE)
_PHONE = labelled("电话|手机|联系方式|移动电话|联系人|热线|微信|号码|phone|mobile|tel")
# A label explains a number only where it ends right before it: 收款人 is no 款, 金额有误请拨 no amount.
_TAIL = r"(?:\([^()]{0,8}\)|号码?|总额|合计|共计|共|约|达|计|数|值|额|为|是|即|:|\.|#| ){0,4}$"
_QUANTITY = (
    "订单|流水|单号|批号|凭证|发票|合同号|受理号|回执号|登记号|快递|运单|条码|条形码|序列号?|"
    "时间戳|time ?stamp|epoch|金额|价款|总价|单价|报价|成交价|中标价|"
    "资金|(?<![收贷借付存])款|面积|数量|产值|预算|限价|投资|余额|serial|order|S/?N"
)
_NO_PHONE = Late(rf"(?:{_QUANTITY}){_TAIL}", re.IGNORECASE)
_NUMBERED = Late(rf"(?:编号|编码|代码|学号|工号|QQ号?|(?<![A-Za-z])No){_TAIL}", re.IGNORECASE)
_MONEY_BEFORE = Late(r"[¥￥$€][ ]?$")
# A unit is one only where the word ends with it: 元旦, 角美镇, 亩数 and 度假村 are none.
_MONEY_AFTER = Late(
    r"^[ ]?(?:元(?![旦宵月件首素宝帅老凶勋朝洪坑])(?![一-龥]{0,2}[镇乡村街])|万元|亿元|角(?![一-龥])|"
    r"平方米|㎡|m2|公斤|千克|吨(?!位)|kg|亩(?![数产])|株(?!洲)|立方|千瓦|度(?![假一-龥])|美元|字节)"
)


def mobiles(passage: Passage) -> Iterator[Hit]:
    """Mobile numbers, with country code, blanks or hyphens, over cells; not amounts, areas or serials."""
    for match in passage.among(passage.stretches, _MOBILE, 11):
        start, end = match.span()
        if _is_amount(passage, start, end) or not _stands_alone(passage, start, end):
            continue
        named = passage.says(start, _PHONE)
        if not named and passage.says(start, _NO_PHONE):
            continue
        grade = Certainty.CERTAIN
        if _letters_follow(passage.text, end) or (not named and passage.says(start, _NUMBERED)):
            grade = Certainty.LIKELY
        yield Hit(Kind.MOBILE, grade, start, end, Said("11位手机号码,号段有效"))
    yield from _run_on(passage)
    yield from _in_cells(passage)


def _run_on(passage: Passage) -> Iterator[Hit]:
    """Two numbers without anything between them."""
    for match in passage.among(passage.solid, _PAIR, 22):
        start = match.start()
        named = passage.says(start, _PHONE)
        if named or not (passage.says(start, _NO_PHONE) or passage.says(start, _NUMBERED)):
            grade = Certainty.CERTAIN if named else Certainty.LIKELY
            for half in (start, start + 11):
                yield Hit(Kind.MOBILE, grade, half, half + 11, Said("两个手机号码连在一起,号段有效"))


def _in_cells(passage: Passage) -> Iterator[Hit]:
    """A number in three cells or in eleven. Sure where the column is one of telephones."""
    for match in _IN_CELLS.finditer(passage.text) if "\t" in passage.text else ():
        digits = match.group().replace("\t", "")
        named = passage.says(match.start(), _PHONE)
        if is_mobile(digits) and (named or not passage.heading(match.start())):
            grade = Certainty.CERTAIN if named else Certainty.LIKELY
            yield Hit(Kind.MOBILE, grade, *match.span(), Said("分写在几个单元格里的手机号码,号段有效"))


_HEADED = Late(rf"1{_HEAD}\d{{8}}")


def is_mobile(digits: str) -> bool:
    """Whether eleven plain digits are a mobile number in a 号段 in use."""
    return _HEADED.fullmatch(digits) is not None


_CODE_AFTER = Late(r"[A-Za-z]+[\d\-_]|[A-Za-z](?![A-Za-z])")


def _letters_follow(text: str, end: int) -> bool:
    return text[end : end + 1].isascii() and text[end : end + 1].isalpha()


def _is_amount(passage: Passage, start: int, end: int) -> bool:
    text = passage.text
    return bool(_MONEY_BEFORE.search(text[max(0, start - 2) : start]) or _MONEY_AFTER.match(text[end : end + 6]))


def _stands_alone(passage: Passage, start: int, end: int) -> bool:
    """Letters glued to the digits make a code of them, unless they say "tel" or are a word of their own."""
    text = passage.text
    if _CODE_AFTER.match(text[end : end + 24]):
        return False
    before = text[max(0, start - 12) : start]
    return not (before[-1:].isascii() and before[-1:].isalpha()) or _GLUED.search(before) is not None


_LANDLINE = Late(
    r"(?:\((?<![\d\-.]\()0(?:10|2\d|[3-9]\d{2})\)[ \-]?|0(?<![\d\-.]0)(?:10|2\d|[3-9]\d{2})[ \-]{1,2})"
    r"[2-8]\d{6,7}(?:(?:-|转)\d{1,6})?"
    r"(?![\d.])"
)
_SOLID = Late(
    r"[02-8](?<![\d\-.A-Za-z]\d)"
    r"(?:(?<=0)(?:10|2\d)[2-8]\d{7}|(?<=0)[3-9]\d{2}[2-8]\d{6,7}|(?<!0)\d{6,7})(?![\d\-.A-Za-z])"
)
_CALLED = ("电话", "固话", "座机", "宅电", "联系", "传真", "phone", "tel")
_FIXED = labelled("固定电话|固话|座机|宅电|电话|住宅电话|家庭电话|联系方式|传真|phone|tel")
_HOME = labelled("宅电|家庭电话|住宅电话|家里电话|家庭座机")
_OFFICE = labelled("监督|投诉|举报|咨询|热线|传真|值班|办公|单位|服务|客服|受理|公示|总机|窗口")


def landlines(passage: Passage) -> Iterator[Hit]:
    """Fixed lines. A line of an office is only worth a look: notices must name one."""
    taken: list[tuple[int, int]] = []
    for match in passage.among(passage.stretches, _LANDLINE, 10):
        taken.append(match.span())
        yield _graded(passage, *match.span())
    for match in passage.among(passage.stretches, _SOLID, 7) if passage.mentions(_CALLED) else ():
        start, end = match.span()
        if passage.says(start, _FIXED) and not any(left < end and start < right for left, right in taken):
            yield _graded(passage, start, end)


def _graded(passage: Passage, start: int, end: int) -> Hit:
    if passage.says(start, _HOME):
        return Hit(Kind.LANDLINE, Certainty.CERTAIN, start, end, Said("标明为家庭电话"))
    if passage.says(start, _OFFICE):
        return Hit(Kind.LANDLINE, Certainty.POSSIBLE, start, end, Said("固定电话,看来是办公电话"))
    return Hit(Kind.LANDLINE, Certainty.LIKELY, start, end, Said("固定电话,区号和位数相符"))


_EMAIL = Late(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,4}\.[A-Za-z]{2,24}"
)


def emails(passage: Passage) -> Iterator[Hit]:
    """Addresses of e-mail; an official mailbox is only worth a look."""
    if "@" not in passage.text:
        return
    for match in _EMAIL.finditer(passage.text):
        official = match.group().lower().endswith((".gov.cn", "@12345.cn"))
        grade = Certainty.POSSIBLE if official else Certainty.LIKELY
        yield Hit(Kind.EMAIL, grade, *match.span(), Said("政府邮箱") if official else Said("电子邮箱地址"))


_CARD = Late(r"\d(?<![\dA-Za-z.\-]\d)(?:[ \-\t]?\d){14,18}(?![\dA-Za-z]|\.\d|-\d)")
_BANK = labelled("银行卡|银行账[号户]|银行帐[号户]|卡号|账号|帐号|账户|帐户|开户行?|一卡通|社保卡|打款|card")
_BANK_WORDS = ("卡", "账", "帐", "开户", "打款", "card")
# 发卡行标识: 62 is 银联; the others are older debit cards that are still in use.
_UNION = ("62",)
_OLDER = ("9558", "9559", "6013", "6036", "6038", "6042", "4563", "4367", "4340", "4270", "5268", "5149", "5240",
          "5187", "5218", "5229", "5309", "5313", "5398", "5407", "5455", "5488", "5520", "5591", "4682", "4684",
          "4026", "4033", "4041", "4512", "4518", "4581", "4603", "4895", "3568", "3569", "3728",
          "3750")  # fmt: skip


def luhn_holds(digits: str) -> bool:
    """ISO/IEC 7812-1: the check digit of a card number."""
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def bank_accounts(passage: Passage) -> Iterator[Hit]:
    """Card numbers of 15 to 19 digits: issuer and Luhn agree, or a label says so."""
    named_somewhere = passage.mentions(_BANK_WORDS)
    for match in passage.among(passage.stretches, _CARD, 15):
        start, end = match.span()
        if not named_somewhere and not match.group().startswith("62"):
            continue
        digits = "".join(c for c in match.group() if c.isdigit())
        named = named_somewhere and passage.says(start, _BANK)
        if "\t" in match.group() and not named:
            continue
        if digits.startswith(_UNION) and len(digits) >= 16 and luhn_holds(digits):
            yield from _card(passage, start, end, named=named)
        elif named and digits.startswith(_OLDER) and luhn_holds(digits):
            yield Hit(
                Kind.BANK_ACCOUNT, Certainty.CERTAIN, start, end, Said("标明为银行账号,发卡行标识和校验位相符")
            )
        elif named and len(digits) >= 16:
            yield Hit(Kind.BANK_ACCOUNT, Certainty.LIKELY, start, end, Said("标明为银行账号的号码"))


def _card(passage: Passage, start: int, end: int, *, named: bool) -> Iterator[Hit]:
    if named:
        yield Hit(Kind.BANK_ACCOUNT, Certainty.CERTAIN, start, end, Said("标明为银行账号,银联卡号且校验位相符"))
    elif not passage.says(start, _NO_PHONE) and not _is_amount(passage, start, end):
        yield Hit(Kind.BANK_ACCOUNT, Certainty.LIKELY, start, end, Said("银联卡号,校验位相符"))
