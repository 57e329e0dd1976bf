"""三秒看懂卡: the five facts of a disclosure, made from its fields. Always five, always in this order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongkai.agencies.models import SupervisionChannel
from gongkai.catalogue.models import Element
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.web.difference import paragraphs
from gongkai.web.disclosers import behind, issuer
from gongkai.web.telling import told
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
    *,
    ends: Fact | None = None,
) -> list[Fact]:
    """谁发的 · 什么事 · 多少钱 · 到哪天 · 不服找谁. ``revision`` is None for a stub.

    ``ends`` answers 到哪天 for a text whose last day is only known at its publication.
    """
    entered: dict[str, str] = revision.elements if revision else {}
    return [
        _who(disclosure, revision),
        _what(disclosure, revision),
        _how_much(revision, elements),
        ends or _until(disclosure, elements, entered),
        _whom(disclosure, channels),
    ]


def _who(disclosure: Disclosure, revision: Revision | None) -> Fact:
    then, now = issuer(disclosure, revision), named(disclosure.agency)
    beside = behind(disclosure, revision)
    if not (revision or disclosure).discloser_name and then != now:
        beside = _("现名:%(name)s") % {"name": now}
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
        more = ";".join(f"{told(n)} {money(a)}" for n, a in given[1:_MOST_AMOUNTS])
        return Fact(_("多少钱"), money(amount), f"{told(name)}{';' if more else ''}{more}")
    return _said_amount(revision, elements) or Fact(_("多少钱"), _("没有写明金额"))


def _said_amount(revision: Revision | None, elements: Sequence[Element]) -> Fact | None:
    """An amount that stands in the words of an element or of the summary; None when there is none."""
    if revision is None:
        return None
    named_so = [e.name for e in elements if any(word in e.name for word in _MONEY_WORDS)]
    texts = [(name, revision.elements.get(name, "")) for name in named_so]
    for where, text in [*texts, (_("概述"), revision.summary)]:
        if found := _AMOUNT.search(text):
            return Fact(_("多少钱"), money(found[0]), _("摘自%(where)s") % {"where": told(where)})
    return None


def _until(disclosure: Disclosure, elements: Sequence[Element], entered: dict[str, str]) -> Fact:
    question = _("到哪天")
    if disclosure.withdrawn_at:
        return Fact(question, _("%(day)s 撤回") % {"day": day(disclosure.withdrawn_at)}, _("正文和附件不再公开"))
    if disclosure.ends_on:
        over = disclosure.status == DisclosureStatus.EXPIRED
        return Fact(question, day(disclosure.ends_on), _("公示已期满") if over else _("公示最后一日"))
    for element in elements:
        value = entered.get(element.name, "").strip()
        if value and any(mark in element.name for mark in _LAST_DAY):
            return Fact(question, value, told(element.name))
    return Fact(question, _("长期公开"), _("没有截止日期"))


def ends_when_published(least: date | None) -> Fact:
    """到哪天 of a 公示 that is not public yet and names no last day; ``least`` if it were published today."""
    if least is None:
        return Fact(_("到哪天"), _("尚未填写"), _("法条没有给出公示天数,须填写公示截止日"))
    beside = _("公示截止日由系统在公开时计算;今天公开的,到 %(day)s") % {"day": day(least)}
    return Fact(_("到哪天"), _("公开时确定"), beside)


def validity(revision: Revision | None) -> str:
    """有效性 as the agency itself stated it in an element of that name; empty when it said nothing."""
    return revision.elements.get("有效性", "").strip() if revision else ""


def _whom(disclosure: Disclosure, channels: Sequence[SupervisionChannel]) -> Fact:
    question = _("不服找谁")
    if channels:
        first = channels[0]
        return Fact(question, told(first.name), reach(first.contact) or told(first.detail))
    return Fact(question, named(disclosure.agency), reach(disclosure.agency.contact) or _("可向发布机构反映"))
