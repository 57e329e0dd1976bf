"""A story written down as an officer would: title, document number, elements, body."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml
from django.utils.html import escape

from gongkai.core.drafting import ElementTerms, Text
from gongkai.disclosures.importing.layout import name_in
from gongkai.web.demo.stories import FOLDER, plan
from gongkai.web.demo.values import typed_value


@cache
def _texts() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((FOLDER / "texts.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def _words(item: str) -> dict[str, str]:
    """The templates of an item's elements under the names as they are compared."""
    own = {name_in(name): text for name, text in _texts()["items"][item].items() if name not in {"title", "doc"}}
    return {**{name_in(name): text for name, text in _texts()["common"].items()}, **own}


def has_words(item: str, element: str) -> bool:
    """Whether a text element of ``item`` has a template; the tests hold the plan to it."""
    return name_in(element) in _words(item)


def fields_of(
    scene: Mapping[str, Any], *, agency: str, agency_name: str, town: str, day: date, number: int, period: str = ""
) -> dict[str, Any]:
    """Everything a template may name. ``period`` (``2026-05``) tells which month or year a report is about."""
    month = date.fromisoformat(f"{period}-01") if len(period) == 7 else day
    year = int(period[:4]) + 1 if len(period) == 4 else month.year
    licence, offence, law = plan()["work"].get(agency) or plan()["work"]["townships"]
    serial = scene["serial"] + number % 60
    prefix = plan()["prefixes"].get(agency) or f"{town[0]}政"
    later = day + timedelta(days=45)
    return {
        **scene,
        "agency": agency_name,
        "town": town,
        "licence": licence,
        "offence": offence,
        "law": law,
        "year": year,
        "last_year": year - 1,
        "month": month.month,
        "mm": f"{month.month:02}",
        "no": serial,
        "doc_no": f"{prefix}〔{day.year}〕{serial}号",
        "plot": f"{day.year}P{scene['plot_serial']:02}号",
        "day": _spoken(day),
        "soon": _spoken(day + timedelta(days=9)),
        "later": _spoken(day + timedelta(days=32)),
        "before": _spoken(day - timedelta(days=33)),
        "later_month": f"{later.year}年{later.month}月",
        "on": day,
    }


def written(item: str, terms: Sequence[ElementTerms], fields: Mapping[str, Any], *, formed_on: date) -> Text:
    """The whole text of a disclosure of ``item``."""
    words = _words(item)
    title = str(_texts()["items"][item]["title"]).format_map(fields)
    elements = {}
    for term in terms:
        if term.type != "text":
            elements[term.name] = typed_value(item, term, fields)
        elif term.required or name_in(term.name) in words:
            elements[term.name] = words[name_in(term.name)].format_map(fields)
    return Text(
        title=title,
        doc_no=str(fields["doc_no"]) if _texts()["items"][item].get("doc") else "",
        formed_on=formed_on,
        summary=_summary(title, elements, str(fields["agency"])),
        body=_body(title, elements, fields, formed_on=formed_on),
        elements=elements,
    )


def corrected(text: Text, *, reason: str) -> Text:
    """The next version: what was mended is told in the body, one element gains a word."""
    name, value = next(iter(text.elements.items()))
    mended = {**text.elements, name: f"{value}(已核对)" if not value.endswith("元") else value}
    return replace(text, elements=mended, body=f"{text.body}<p>更正说明:{escape(reason)}</p>")


def _summary(title: str, elements: Mapping[str, str], agency: str) -> str:
    told = ";".join(f"{name}:{value}" for name, value in list(elements.items())[:2])
    return f"{agency}公开“{title}”。{told}。"[:300]


def _body(title: str, elements: Mapping[str, str], fields: Mapping[str, Any], *, formed_on: date) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in elements.items()
    )
    return (
        f"<p>根据政府信息公开条例和本县公共资源配置领域信息公开的要求,现将{escape(title)}的有关内容公开如下。</p>"
        f"<table><tbody>{rows}</tbody></table>"
        f"<p>对公开内容有不同意见的,可以按页面上的监督渠道反映,{escape(str(fields['agency']))}按规定期限答复。</p>"
        f"<p>{escape(str(fields['agency']))}</p><p>{_spoken(formed_on)}</p>"
    )


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
