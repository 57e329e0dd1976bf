"""A text between the rows that keep it and the pure checks that judge it."""

from typing import Any

from gongkai.catalogue.models import Item
from gongkai.core.disclosers import tidy_name
from gongkai.core.drafting import ElementTerms, Text
from gongkai.core.identifiers import normalise
from gongkai.disclosures.models import Revision


def terms_of(item: Item) -> list[ElementTerms]:
    """The item's 要素 as the pure checks read them."""
    return [ElementTerms(name=e.name, type=e.type, required=e.required) for e in item.elements.all()]


def text_of(revision: Revision) -> Text:
    """The revision as the pure checks read it."""
    return Text(
        title=revision.title,
        doc_no=revision.doc_no,
        formed_on=revision.formed_on,
        summary=revision.summary,
        body=revision.body,
        elements=revision.elements,
        ends_on=revision.ends_on,
        discloser=revision.discloser_name or "",
        discloser_uscc=revision.discloser_uscc or "",
    )


def columns_of_text(text: Text) -> dict[str, Any]:
    """The columns of a revision that keep ``text``, whose body is clean already."""
    return {
        "title": text.title.strip(),
        "doc_no": text.doc_no.strip(),
        "formed_on": text.formed_on,
        "summary": text.summary.strip(),
        "body": text.body,
        "elements": dict(text.elements),
        "ends_on": text.ends_on,
        **discloser_of(text),
    }


def discloser_of(text: Text) -> dict[str, str | None]:
    """The two columns that keep the real unit, of a revision and of the disclosure's public copy."""
    return {
        "discloser_name": tidy_name(text.discloser) or None,
        "discloser_uscc": normalise(text.discloser_uscc) or None,
    }
