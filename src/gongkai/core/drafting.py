"""What a text must look like before it is kept or submitted. Pure: today's date is told."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from gongkai.core.completeness import Completeness, completeness
from gongkai.core.days import EARLIEST, unlikely
from gongkai.core.disclosers import keeping_faults, submitting_faults
from gongkai.core.said import Said, marked
from gongkai.core.wording import unfit

TITLE_LENGTH = 200
SUMMARY_LENGTH = 300
DOC_NO_LENGTH = 80
ELEMENT_LENGTH = 4000
BODY_LENGTH = 500_000

_MONEY = re.compile(r"^(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(亿元|万元|元)?$")
_SCALE = {None: Decimal(1), "元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


@dataclass(frozen=True)
class ElementTerms:
    """One 内容要素 as the check sees it. ``type``: text, money, number, date or party."""

    name: str
    type: str = "text"
    required: bool = True


@dataclass(frozen=True)
class Text:
    """What an officer typed. ``elements`` maps element name → text as entered.

    ``discloser`` is the real unit's name where the item is owed by a class of them (``core.disclosers``).
    """

    title: str = ""
    doc_no: str = ""
    formed_on: date | None = None
    summary: str = ""
    body: str = ""
    elements: Mapping[str, str] = field(default_factory=dict)
    ends_on: date | None = None
    discloser: str = ""
    discloser_uscc: str = ""


@dataclass(frozen=True)
class Problem:
    """One fault of a text: the field (``elements.名称`` for an element) and what to do about it."""

    field: str
    message: str


def yuan(entered: str) -> Decimal:
    """The amount in 元 of ``1,234.56``, ``12.5万元`` or ``3亿元``. Raises ``ValueError`` with what to write."""
    match = _MONEY.match(unicodedata.normalize("NFKC", entered).strip().replace(",", ","))
    if not match:
        raise ValueError(Said("金额请写成数字加单位,例如 1280000元 或 128万元。"))
    return Decimal(match[1].replace(",", "")) * _SCALE[match[2]]


def keeping_problems(text: Text, *, terms: Sequence[ElementTerms], today: date) -> list[Problem]:
    """Faults that stop a text from being kept at all, even as a draft: too long, unprintable, impossible."""
    found = [
        *_line("title", Said("标题"), text.title, TITLE_LENGTH),
        *_line("doc_no", Said("文号"), text.doc_no, DOC_NO_LENGTH),
        *_line("summary", Said("内容概述"), text.summary, SUMMARY_LENGTH),
        *_line("body", Said("正文"), text.body, BODY_LENGTH),
        *(Problem(*fault) for fault in keeping_faults(text.discloser, text.discloser_uscc)),
    ]
    for name in _state(text, terms).unknown:
        unknown = Said("本事项没有“%(name)s”这个要素。请按表单中的要素填写。", name=Said(name))
        found.append(Problem(f"elements.{name}", unknown))
    for name, value in text.elements.items():
        found += _line(f"elements.{name}", name, value, ELEMENT_LENGTH)
    if text.formed_on and text.formed_on > today:
        late = Said(
            "形成日期 %(day)s 晚于今天。请填写信息实际形成的日期;还没有形成的信息不能公开。", day=text.formed_on
        )
        found.append(Problem("formed_on", late))
    if text.formed_on and text.formed_on < EARLIEST:
        found.append(Problem("formed_on", Said("形成日期 %(day)s 过早。请检查年份。", day=text.formed_on)))
    if text.ends_on and (wrong := unlikely(text.ends_on)):
        found.append(Problem("ends_on", wrong))
    return found


def submitting_problems(
    text: Text, *, terms: Sequence[ElementTerms], today: date, attached: bool, asks_discloser: bool
) -> list[Problem]:
    """Faults that stop a text from being submitted: the above, what is missing, what does not fit its type.

    ``asks_discloser``: the item is owed by a class of units, and the text must say which one discloses.
    """
    found = keeping_problems(text, terms=terms, today=today)
    if not any(problem.field.startswith("discloser") for problem in found):
        faults = submitting_faults(text.discloser, text.discloser_uscc, asked=asks_discloser)
        found += [Problem(*fault) for fault in faults]
    if not text.title.strip():
        found.append(Problem("title", Said("请填写标题。")))
    if text.formed_on is None:
        found.append(Problem("formed_on", Said("请填写形成日期:公开时限从这一天起算。")))
    for name in _state(text, terms).missing:
        advice = Said("“%(name)s”是必选要素(●),请填写;确实没有的写明“无”和原因。", name=Said(name))
        found.append(Problem(f"elements.{name}", advice))
    for term in terms:
        found += _typed(term, text.elements.get(term.name, "").strip())
    if not (text.body.strip() or attached or any(v.strip() for v in text.elements.values())):
        found.append(Problem("body", Said("正文、要素和附件至少要有一项内容。")))
    if text.ends_on and text.ends_on < today:
        found.append(Problem("ends_on", Said("公示截止日 %(day)s 已经过去。请重新填写。", day=text.ends_on)))
    return found


def _state(text: Text, terms: Sequence[ElementTerms]) -> Completeness:
    return completeness([(term.name, term.required) for term in terms], text.elements)


def _line(where: str, called: str, value: str, most: int) -> list[Problem]:
    wrong = unfit(called, value, most=most)
    return [Problem(where, wrong)] if wrong else []


def _number(value: str) -> Decimal:
    number = Decimal(unicodedata.normalize("NFKC", value).replace(",", ""))
    if not number.is_finite():
        raise ValueError(value)
    return number


_READERS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "date": (date.fromisoformat, marked("“%(name)s”应写成存在的日期,例如 2026-11-23。")),
    "money": (yuan, marked("“%(name)s”应写成数字加单位,例如 1280000元 或 128万元。")),
    "number": (_number, marked("“%(name)s”应是数值,例如 120 或 35.5。")),
}


def _typed(term: ElementTerms, value: str) -> list[Problem]:
    if not value or term.type not in _READERS or value.startswith(("无", "不适用")):
        return []
    read, advice = _READERS[term.type]
    try:
        read(value)
    except (ValueError, InvalidOperation):
        return [Problem(f"elements.{term.name}", Said(advice, name=Said(term.name)))]
    return []
