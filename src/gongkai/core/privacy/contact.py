"""How to reach a person or her money: mobiles, landlines, e-mail, bank cards."""

import re
from collections.abc import Iterator

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Passage, labelled

# 号段 in use: 13x, 14(0,1,4-9), 15(not 4), 16(2,5,6,7), 17(0-8), 18x, 19(not 4).
_HEAD = r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])"
_SEP = r"[ \-.\u200b]{0,2}"
_MOBILE = re.compile(
    rf"(?<![\d.\-])(?:(?:\+|00)?86{_SEP})?(?:"
    rf"{_HEAD}{_SEP}\d{{4}}{_SEP}\d{{4}}|{_HEAD}\d[ \-]\d{{3}}[ \-]\d{{4}}|{_HEAD}[ \-]\d{{3}}[ \-]\d{{5}}"
    rf"|{_HEAD}\d{{2}}[ \-]\d{{6}}|1(?:[ \-\u200b]\d){{10}})(?!\d|\.\d|-\d)"
)
_GLUED = re.compile(r"(?:^|[^A-Za-z0-9])(?:tel|mobile|mob|phone|m|t|dh|sj|lxdh)$", re.IGNORECASE)
_PHONE = labelled("电话|手机|联系方式|移动电话|联系人|热线|微信|号码|phone|mobile|tel")
_NO_PHONE = labelled(
    "订单|流水|单号|编号|编码|批号|凭证|发票|合同号|受理号|回执号|登记号|快递|运单|条码|条形码|序列号?|代码|学号|工号|QQ号?|"
    "金额|价款|总价|单价|报价|资金|款|面积|数量|产值|预算|限价|投资|余额|serial|order|S/?N|No"
)
_MONEY_BEFORE = re.compile(r"[¥￥$€][ ]?$")
_MONEY_AFTER = re.compile(r"^[ ]?(?:元|万元|亿元|角|平方米|㎡|m2|公斤|千克|吨|kg|%|亩|株|立方|千瓦|度|美元|字节)")


def mobiles(passage: Passage) -> Iterator[Hit]:
    """Mobile numbers, with country code, blanks or hyphens; not amounts, areas or serials."""
    for match in _MOBILE.finditer(passage.text):
        start, end = match.span()
        if _is_amount(passage, start, end) or not _stands_alone(passage, start, end):
            continue
        if passage.says(start, _NO_PHONE) and not passage.says(start, _PHONE):
            continue
        yield Hit(Kind.MOBILE, Certainty.CERTAIN, start, end, "11位手机号码,号段有效")


def _is_amount(passage: Passage, start: int, end: int) -> bool:
    text = passage.text
    return bool(_MONEY_BEFORE.search(text[max(0, start - 2) : start]) or _MONEY_AFTER.match(text[end : end + 4]))


def _stands_alone(passage: Passage, start: int, end: int) -> bool:
    """Letters glued to the digits make a code of them, unless they say "tel"."""
    text = passage.text
    if text[end : end + 1].isascii() and text[end : end + 1].isalpha():
        return False
    before = text[max(0, start - 8) : start]
    return not (before[-1:].isascii() and before[-1:].isalpha()) or _GLUED.search(before) is not None


_LANDLINE = re.compile(
    r"(?<![\d\-.])(?:\(0(?:10|2\d|[3-9]\d{2})\)[ \-]?|0(?:10|2\d|[3-9]\d{2})[ \-]{1,2})"
    r"[2-8]\d{6,7}(?:(?:-|转)\d{1,6})?"
    r"(?![\d.])"
)
_SOLID = re.compile(
    r"(?<![\d\-.A-Za-z])(?:0(?:10|2\d)[2-8]\d{7}|0[3-9]\d{2}[2-8]\d{6,7}|[2-8]\d{6,7})(?![\d\-.A-Za-z])"
)
_CALLED = re.compile("电话|固话|座机|宅电|联系|传真|phone|tel", re.IGNORECASE)
_FIXED = labelled("固定电话|固话|座机|宅电|电话|住宅电话|家庭电话|联系方式|传真|phone|tel")
_HOME = labelled("宅电|家庭电话|住宅电话|家里电话|家庭座机")
_OFFICE = labelled("监督|投诉|举报|咨询|热线|传真|值班|办公|单位|服务|客服|受理|公示|总机|窗口")


def landlines(passage: Passage) -> Iterator[Hit]:
    """Fixed lines. A line of an office is only worth a look: notices must name one."""
    taken: list[tuple[int, int]] = []
    for match in _LANDLINE.finditer(passage.text):
        taken.append(match.span())
        yield _graded(passage, *match.span())
    for match in _SOLID.finditer(passage.text) if passage.mentions(_CALLED) else ():
        start, end = match.span()
        if passage.says(start, _FIXED) and not any(left < end and start < right for left, right in taken):
            yield _graded(passage, start, end)


def _graded(passage: Passage, start: int, end: int) -> Hit:
    if passage.says(start, _HOME):
        return Hit(Kind.LANDLINE, Certainty.CERTAIN, start, end, "标明为家庭电话")
    if passage.says(start, _OFFICE):
        return Hit(Kind.LANDLINE, Certainty.POSSIBLE, start, end, "固定电话,看来是办公电话")
    return Hit(Kind.LANDLINE, Certainty.LIKELY, start, end, "固定电话,区号和位数相符")


_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,4}\.[A-Za-z]{2,24}"
)


def emails(passage: Passage) -> Iterator[Hit]:
    """Addresses of e-mail; an official mailbox is only worth a look."""
    if "@" not in passage.text:
        return
    for match in _EMAIL.finditer(passage.text):
        official = match.group().lower().endswith((".gov.cn", "@12345.cn"))
        grade = Certainty.POSSIBLE if official else Certainty.LIKELY
        yield Hit(Kind.EMAIL, grade, *match.span(), "政府邮箱" if official else "电子邮箱地址")


_CARD = re.compile(r"(?<![\dA-Za-z.\-])\d(?:[ \-\t\u200b]?\d){14,18}(?![\dA-Za-z]|\.\d|-\d)")
_BANK = labelled("银行卡|银行账[号户]|银行帐[号户]|卡号|账号|帐号|账户|帐户|开户行?|一卡通|社保卡|打款|card")
_BANK_WORDS = re.compile("卡|账|帐|开户|打款|card", re.IGNORECASE)
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
    for match in _CARD.finditer(passage.text):
        start, end = match.span()
        if not named_somewhere and not match.group().startswith("62"):
            continue
        digits = "".join(c for c in match.group() if c.isdigit())
        named = named_somewhere and passage.says(start, _BANK)
        if "\t" in match.group() and not named:
            continue
        if luhn_holds(digits) and digits.startswith(_UNION) and len(digits) >= 16:
            yield from _card(passage, start, end, named=named)
        elif luhn_holds(digits) and digits.startswith(_OLDER) and named:
            yield Hit(Kind.BANK_ACCOUNT, Certainty.CERTAIN, start, end, "标明为银行账号,发卡行标识和校验位相符")
        elif named and len(digits) >= 16:
            yield Hit(Kind.BANK_ACCOUNT, Certainty.LIKELY, start, end, "标明为银行账号的号码")


def _card(passage: Passage, start: int, end: int, *, named: bool) -> Iterator[Hit]:
    if named:
        yield Hit(Kind.BANK_ACCOUNT, Certainty.CERTAIN, start, end, "标明为银行账号,银联卡号且校验位相符")
    elif not passage.says(start, _NO_PHONE) and not _is_amount(passage, start, end):
        yield Hit(Kind.BANK_ACCOUNT, Certainty.LIKELY, start, end, "银联卡号,校验位相符")
