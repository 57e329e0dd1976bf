"""Identifiers of the field: 统一社会信用代码, 公民身份号码, 统一交易标识码, project codes, 索引号.

Every reader normalises first (NFKC, so that full-width digits count; capitals; no blanks inside) and answers with
a :class:`Checked`, whose ``reason`` says in Chinese what is wrong. What a standard does not settle is only a
``warning``.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gongkai.core.index_numbers import IndexNumberError, IndexPattern, index_group, index_number
from gongkai.core.said import Said

__all__ = [
    "Checked",
    "IndexNumberError",
    "IndexPattern",
    "bid_section_code",
    "deal_check_character",
    "deal_code",
    "index_group",
    "index_number",
    "invest_project_code",
    "make_deal_code",
    "normalise",
    "project_code",
    "project_report_code",
    "resident_id",
    "tender_project_code",
    "uscc",
]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a reader found: the normalised value, why it is not valid (empty when it is), a warning, the parts."""

    value: str
    reason: str = ""
    warning: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether the value may be used."""
        return not self.reason


_BLANKS = re.compile(r"\s+")
# Letters that turn up for the hyphen of a code when it is copied from a page or a word processor.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


def normalise(text: str) -> str:
    """``text`` in NFKC, in capitals, without blanks, every dash a hyphen."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES).upper()


# --- 统一社会信用代码, GB 32100-2015 ---------------------------------------------------------------------------
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: n for n, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# GB/T 2260, the first two digits of every area code; 81-83 are the residence permits of residents of Hong Kong,
# Macao and Taiwan.
_SPANS = ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
PROVINCES = frozenset(str(code) for first, after in _SPANS for code in range(first, after))


def uscc(text: str) -> Checked:
    """统一社会信用代码: 18 characters without I, O, S, V, Z, the last one MOD 31 over the rest (GB 32100).

    The organisation code inside (GB 11714) and the area are looked at too, but only warned of: old codes exist
    whose parts do not agree.
    """
    value = normalise(text)
    if len(value) != 18:
        return Checked(value, Said("统一社会信用代码应为18位,现为%(n)d位。请核对后重新填写。", n=len(value)))
    strange = next((c for c in value if c not in _USCC_VALUE), None)
    if strange:
        return Checked(
            value,
            Said("统一社会信用代码不使用“%(strange)s”(不含字母 I、O、S、V、Z)。请核对原件。", strange=strange),
        )
    total = sum(_USCC_VALUE[c] * w for c, w in zip(value, _USCC_WEIGHTS, strict=False))
    if USCC_ALPHABET[(31 - total % 31) % 31] != value[17]:
        return Checked(value, Said("统一社会信用代码的校验位不符,至少有一位写错。请核对原件。"))
    parts = {"authority": value[:2], "area": value[2:8], "organisation": value[8:17], "check": value[17]}
    return Checked(value, "", _uscc_warning(parts), parts)


def _uscc_warning(parts: Mapping[str, str]) -> str:
    if parts["area"][:2] not in PROVINCES and parts["area"] != "100000":
        return _strange_area(parts["area"])
    body, check = parts["organisation"][:8], parts["organisation"][8]
    total = sum(_ORGANISATION_ALPHABET.index(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    if "0123456789X0"[11 - total % 11] != check:
        return Said("其中的主体标识码(组织机构代码)校验位不符,请留意。")
    return ""


def _strange_area(area: str) -> str:
    return Said("行政区划码 %(area)s 不在国家标准的省份范围内,请留意。", area=area)


# --- 公民身份号码, GB 11643-1999 -------------------------------------------------------------------------------
_ID_FORM = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"


def id_check(digits: str) -> str:
    """The check character (ISO 7064 MOD 11-2) over the first seventeen of ``digits``, which are decimal."""
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False)) % 11]


def resident_id(text: str, *, on: date | None = None) -> Checked:
    """公民身份号码: 17 digits and a check character (ISO 7064 MOD 11-2), with a date of birth that exists.

    ``on``, when given, is the day the question is asked: nobody is born after it. The area is only warned of,
    because areas are dissolved and their codes live on in numbers.
    """
    value = normalise(text)
    if not _ID_FORM.fullmatch(value):
        return Checked(value, Said("公民身份号码应为17位数字加1位数字或X。请核对后重新填写。"))
    if id_check(value) != value[17]:
        return Checked(value, Said("公民身份号码的校验位不符,至少有一位写错。请核对证件。"))
    born = _day(value[6:14])
    if born is None or born.year < 1850:
        return Checked(value, Said("公民身份号码中的出生日期 %(day)s 不存在。请核对证件。", day=value[6:14]))
    if on is not None and born > on:
        wrong = Said(
            "公民身份号码中的出生日期 %(day)s 晚于 %(on)s。请核对证件。", day=value[6:14], on=on.isoformat()
        )
        return Checked(value, wrong)
    warning = "" if value[:2] in PROVINCES else _strange_area(value[:6])
    return Checked(value, "", warning, {"area": value[:6], "born_on": born.isoformat(), "serial": value[14:17]})


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


# --- 统一交易标识码 -------------------------------------------------------------------------------------------
_DEAL_FORM = re.compile(r"([A-Z][0-9]{2})-([0-9A-Z]{18})-([0-9]{8})-([0-9]{6})-([0-9A-Z*])")
_DEAL_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"


def deal_check_character(body: str) -> str:
    """The check character (ISO 7064 MOD 37-2) of the 35 characters of ``body``; its hyphens are passed over.

    Raises ``ValueError`` when a character outside 0-9 and A-Z is met or the length is not 35.
    """
    characters = body.replace("-", "")
    if len(characters) != 35:
        raise ValueError(f"统一交易标识码的本体应为35位,现为{len(characters)}位。")
    rest = 0
    for character in characters:
        n = _DEAL_ALPHABET[:36].find(character)
        if n < 0:
            raise ValueError(f"统一交易标识码不使用“{character}”。")
        rest = (rest + n) * 2 % 37
    return _DEAL_ALPHABET[(38 - rest) % 37]


def make_deal_code(*, trade_class: str, platform: str, on: date, serial: int) -> str:
    """A complete 统一交易标识码. Raises ``ValueError`` in Chinese where a part does not fit."""
    if not 0 < serial <= 999_999:
        raise ValueError("统一交易标识码的流水号应在 1 至 999999 之间。")
    body = f"{trade_class}-{platform}-{on:%Y%m%d}-{serial:06d}"
    code = f"{body}-{deal_check_character(body)}"
    if not _DEAL_FORM.fullmatch(code):
        raise ValueError("统一交易标识码的类别应为一个字母加两位数字,平台代码应为18位。")
    return code


def deal_code(text: str) -> Checked:
    """统一交易标识码: trade class 3 - platform 18 - date 8 - serial 6 - check 1 (ISO 7064 MOD 37-2).

    One for each section (标段、子包、宗地); for the tender project only where it has no section.
    """
    value = normalise(text)
    match = _DEAL_FORM.fullmatch(value)
    if not match:
        return Checked(
            value, "统一交易标识码应为“类别3位-平台代码18位-日期8位-流水号6位-校验位”。请核对后重新填写。"
        )
    if _day(match[3]) is None:
        return Checked(value, f"统一交易标识码中的日期 {match[3]} 不存在。请核对。")
    if deal_check_character("".join(match.groups()[:4])) != match[5]:
        return Checked(value, "统一交易标识码的校验位不符,至少有一位写错。请核对。")
    parts = dict(zip(("trade_class", "platform", "on", "serial", "check"), match.groups(), strict=True))
    platform = uscc(match[2])
    return Checked(value, "", "" if platform.valid else f"其中的平台代码:{platform.reason}", parts)


# --- 项目、招标项目、标段、投资项目、报建编号 -----------------------------------------------------------------
_PROJECT = r"(?P<industry>[A-T])(?P<area>[0-9]{6})(?P<on>[0-9]{6})(?P<serial>[0-9]{4})"
_PROJECT_FORM = re.compile(_PROJECT)
_TENDER_FORM = re.compile(_PROJECT + r"(?P<tender>[0-9A-Z]{3})")
_SECTION_FORM = re.compile(_PROJECT + r"(?P<tender>[0-9A-Z]{3})(?P<section>[0-9A-Z]{3})")
_INVEST_FORM = re.compile(
    r"(?P<year>[0-9]{4})-(?P<area>[0-9]{6})-(?P<industry>[0-9]{2})-(?P<type>[0-9]{2})-(?P<serial>[0-9]{6})"
)
_REPORT_FORM = re.compile(r"(?P<area>[0-9]{6})(?P<on>[0-9]{6})(?P<type>[0-9]{2})(?P<serial>[0-9]{2})")


def project_code(text: str) -> Checked:
    """项目编号: industry letter (GB/T 4754) 1, area 6, yyMMdd 6, daily serial 4."""
    return _shaped(text, _PROJECT_FORM, "项目编号应为17位:行业字母1位、区划代码6位、日期6位、流水号4位。")


def tender_project_code(text: str) -> Checked:
    """招标项目编号: 项目编号 17 and a serial of three digits or capitals."""
    return _shaped(text, _TENDER_FORM, "招标项目编号应为20位:项目编号17位加序号3位。")


def bid_section_code(text: str) -> Checked:
    """标段(包)编号: 招标项目编号 20 and a serial of three."""
    return _shaped(text, _SECTION_FORM, "标段(包)编号应为23位:招标项目编号20位加序号3位。")


def invest_project_code(text: str) -> Checked:
    """投资项目统一代码: year 4 - area or department 6 - industry 2 - type 2 - serial 6."""
    return _shaped(text, _INVEST_FORM, "投资项目统一代码应为“年份4位-区划6位-行业2位-类型2位-序号6位”。")


def project_report_code(text: str) -> Checked:
    """报建编号: area 6, yyMMdd 6, project class 2, serial 2."""
    return _shaped(text, _REPORT_FORM, "报建编号应为16位:区划代码6位、日期6位、类别2位、序号2位。")


def _shaped(text: str, form: re.Pattern[str], advice: str) -> Checked:
    value = normalise(text)
    match = form.fullmatch(value)
    if not match:
        return Checked(value, advice + "请核对后重新填写。")
    parts = match.groupdict()
    # A code with an impossible day is in real use, so the day is not a reason to refuse.
    doubtful = "on" in parts and _day("20" + parts["on"]) is None
    return Checked(value, "", f"其中的日期 {parts['on']} 不存在,请留意。" if doubtful else "", parts)
