"""发布单位 (责任主体实名), the real unit behind a class such as 招标人: what may stand as its name."""

import re
import unicodedata

from gongkai.core.identifiers import normalise, uscc
from gongkai.core.said import Said
from gongkai.core.wording import unfit

NAME_LENGTH, USCC_LENGTH = 120, 18
_CALLED = Said("发布单位")
_ASK = Said("本事项的责任主体是一类单位(例如招标人、村民委员会)。请在“发布单位”中写明实际公开的是哪一个单位。")
_PERSON = Said(
    "“发布单位”像是自然人的姓名或单位的简称。请写单位登记的全称;全称就是这样短的,请填写统一社会信用代码;"
    "确由自然人承担的,不写姓名,写“自然人(姓名不公开)”。"
)
_NAMELESS = Said("填写了统一社会信用代码,没有写是哪一个单位。请写明发布单位的全称。")

# A registered name says what kind of body it is; four characters that do not are a person's name or a nickname.
_SHORT = re.compile(r"[\u3400-\u9fff某×*]{1,4}")
_OF_A_BODY = re.compile(r"[局院厅站校厂社镇乡村所队部店处办馆司署团委]$")
_OF_A_PERSON = re.compile(r"[\u3400-\u9fff]{1,6}·[\u3400-\u9fff·]{1,12}|.*(?:先生|女士|同志|小姐)")


def tidy_name(typed: str) -> str:
    """A name on one line, with single plain blanks."""
    return " ".join(typed.split())


def looks_like_a_person(name: str) -> bool:
    """Whether ``name`` may be a natural person's: short without the mark of a body, dotted, or politely addressed.

    No list of surnames is asked: a rare one is a person's too.
    """
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    if _OF_A_PERSON.fullmatch(plain):
        return True
    return bool(_SHORT.fullmatch(plain)) and not _OF_A_BODY.search(plain)


def keeping_faults(name: str, code: str) -> list[tuple[str, str]]:
    """``(field, message)`` of what no draft may hold: too long, unseen characters, a code without a name."""
    found: list[tuple[str, str]] = []
    if wrong := unfit(_CALLED, name, most=NAME_LENGTH):
        found.append(("discloser", wrong))
    if wrong := unfit(Said("统一社会信用代码"), code):
        found.append(("discloser_uscc", wrong))
    elif len(normalise(code)) > USCC_LENGTH:
        found.append(("discloser_uscc", uscc(code).reason))
    if code.strip() and not name.strip():
        found.append(("discloser", _NAMELESS))
    return found


def submitting_faults(name: str, code: str, *, asked: bool) -> list[tuple[str, str]]:
    """``(field, message)`` of what stops a submission besides. ``asked``: the item needs the unit's name.

    A natural person is no 发布单位: 招标人 and 采购人 are legal persons or organisations (招标投标法第8条,
    政府采购法第15条), and a name that is not needed is not published.
    """
    if not name.strip():
        return [("discloser", _ASK)] if asked else []
    if code.strip():
        checked = uscc(code)
        return [] if checked.valid else [("discloser_uscc", checked.reason)]
    return [("discloser", _PERSON)] if looks_like_a_person(name) else []
