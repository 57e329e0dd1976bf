"""三秒看懂卡: the five facts of a disclosure, made from its fields. Always five, always in this order."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongkai.agencies.models import SupervisionChannel
from gongkai.catalogue.models import Element
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.web.difference import paragraphs
from gongkai.web.templatetags.gongkai import day, money, named, reach, short

_MOST_AMOUNTS = 2
_SAID = 90
_MONEY_WORDS = ("金额", "价", "预算", "投资", "租金", "补贴", "费")
_AMOUNT = re.compile(r"[0-9][0-9,,]*(?:\.[0-9]+)?\s*(?:亿元|万元|元)")
_LAST_DAY = ("截止", "结束", "期满", "止")


@dataclass(frozen=True)
class Fact:
    """One fact: its question, the answer, and a second line in small type."""

    question: str
    answer: str
    beside: str = ""
    link: str = ""


def five(
    disclosure: Disclosure,
    revision: Revision | None,
    elements: Sequence[Element],
    channels: Sequence[SupervisionChannel],
) -> list[Fact]:
    """谁发的 · 什么事 · 多少钱 · 到哪天 · 不服找谁. ``revision`` is None for a stub."""
    entered: dict[str, str] = revision.elements if revision else {}
    return [
        _who(disclosure, revision),
        _what(disclosure, revision),
        _how_much(revision, elements),
        _until(disclosure, elements, entered),
        _whom(disclosure, channels),
    ]


def issuer(disclosure: Disclosure, revision: Revision | None) -> str:
    """The agency's name as it stood in the published content (offices are renamed; old notices are not)."""
    if revision and revision.content:
        then = json.loads(bytes(revision.content)).get("agency_name")
        if then and then != disclosure.agency.name:
            return str(then)
    return named(disclosure.agency)


def _who(disclosure: Disclosure, revision: Revision | None) -> Fact:
    then, now = issuer(disclosure, revision), named(disclosure.agency)
    beside = _("现名:%(name)s") % {"name": now} if then != now else ""
    if disclosure.township_id and disclosure.township:
        place = _("所在乡镇:%(name)s") % {"name": short(disclosure.township)}
        beside = f"{beside} {place}".strip()
    return Fact(_("谁发的"), then, beside)


def _what(disclosure: Disclosure, revision: Revision | None) -> Fact:
    said = revision.summary if revision else ""
    if not said and revision:
        said = next(iter(paragraphs(revision.body)), "")
    if len(said) > _SAID:
        said = f"{said[:_SAID]}…"
    return Fact(_("什么事"), said or disclosure.title, named(disclosure.item))


def _how_much(revision: Revision | None, elements: Sequence[Element]) -> Fact:
    entered: dict[str, str] = revision.elements if revision else {}
    asked = [e for e in elements if e.type == Element.Type.MONEY]
    given = [(e.name, entered[e.name]) for e in asked if entered.get(e.name, "").strip()]
    if given:
        name, amount = given[0]
        more = ";".join(f"{n} {money(a)}" for n, a in given[1:_MOST_AMOUNTS])
        return Fact(_("多少钱"), money(amount), f"{name}{';' if more else ''}{more}")
    return _said_amount(revision, elements) or Fact(_("多少钱"), _("没有写明金额"))


def _said_amount(revision: Revision | None, elements: Sequence[Element]) -> Fact | None:
    """An amount that stands in the words of an element or of the summary; None when there is none."""
    if revision is None:
        return None
    named_so = [e.name for e in elements if any(word in e.name for word in _MONEY_WORDS)]
    texts = [(name, revision.elements.get(name, "")) for name in named_so]
    for where, text in [*texts, (_("概述"), revision.summary)]:
        if found := _AMOUNT.search(text):
            return Fact(_("多少钱"), money(found[0]), _("摘自%(where)s") % {"where": where})
    return None


def _until(disclosure: Disclosure, elements: Sequence[Element], entered: dict[str, str]) -> Fact:
    question = _("到哪天")
    if disclosure.ends_on:
        over = disclosure.status == DisclosureStatus.EXPIRED
        return Fact(question, day(disclosure.ends_on), _("公示已期满") if over else _("公示最后一日"))
    for element in elements:
        value = entered.get(element.name, "").strip()
        if value and any(mark in element.name for mark in _LAST_DAY):
            return Fact(question, value, element.name)
    return Fact(question, _("长期公开"), _("没有截止日期"))


def _whom(disclosure: Disclosure, channels: Sequence[SupervisionChannel]) -> Fact:
    question = _("不服找谁")
    if channels:
        first = channels[0]
        return Fact(question, first.name, reach(first.contact) or first.detail)
    return Fact(question, named(disclosure.agency), reach(disclosure.agency.contact) or _("可向发布机构反映"))
