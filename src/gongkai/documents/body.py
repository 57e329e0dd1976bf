"""The privacy check of a text that is being written: each finding in its sentence, and the text with its masks.

Nothing is kept, and what stands around a finding is masked like the finding itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.utils import timezone
from lxml import etree

from gongkai.core.privacy import Finding, Layer, masked, rules_from
from gongkai.documents import bounds
from gongkai.documents.formats import web
from gongkai.documents.formats.passages import Passage
from gongkai.documents.inspection import Check
from gongkai.documents.masking.flat import flat_masked
from gongkai.documents.masking.masker import Masker, in_turns
from gongkai.documents.rules import county_rules

_AROUND = 14  # characters of the sentence shown on either side


@dataclass(frozen=True, slots=True)
class Spotted:
    """A finding in its sentence; what stands before and behind is itself masked."""

    finding: Finding
    before: str
    after: str


def spotted(parts: Mapping[str, str], *, at: datetime) -> list[Spotted]:
    """The findings in a text, each in its sentence. ``parts`` maps names as people know them to HTML or text."""
    rules = rules_from(county_rules(today=timezone.localdate(at)))
    check, found = Check(rules), []
    for place, text in parts.items():
        for passage in web.html_passages(text, place=place):
            hits = list(check.findings(passage))
            edits = masked(passage.text, hits, rules.formats)
            found += [
                Spotted(hit, _side(passage.text, edits, 0, hit.start)[-_AROUND:],
                        _side(passage.text, edits, hit.end, len(passage.text))[:_AROUND])
                for hit in hits
            ]  # fmt: skip
    return found[: bounds.FINDINGS]


def _side(text: str, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
    """``text`` from ``start`` to ``end`` with the masks that lie within."""
    said, at = "", start
    for left, right, put in edits:
        if left >= at and right <= end:
            said, at = said + text[at:left] + put, right
    return (said + text[at:end]).replace("\t", " ").replace("\n", " ")


def masked_parts(parts: Mapping[str, str], *, html: str, at: datetime) -> dict[str, str]:
    """The same parts with every mask applied; ``html`` names the part that is HTML, the others are plain text."""
    fresh: dict[str, str] = {}

    def run(masker: Masker) -> None:
        for name, text in parts.items():
            is_html = name == html and "<" in text
            fresh[name] = _masked_html(text, masker) if is_html else _masked_plain(name, text, masker)

    in_turns(rules_from(county_rules(today=timezone.localdate(at))), run)
    return fresh


def _masked_plain(name: str, text: str, masker: Masker) -> str:
    return masker.text(Passage(Layer.TEXT, name, text)) if text else text


def _masked_html(text: str, masker: Masker) -> str:
    root = web.tree(text)
    if web.depth(root) > web.DEEPEST:
        return flat_masked(text, masker)
    if not masker.blocks(web.blocks(root, "")):
        return text
    body = root.find("body")
    return "".join(_inner(root if body is None else body))


def _inner(element: etree._Element) -> Iterator[str]:
    yield escape(element.text or "", quote=False)
    for child in element:
        yield etree.tostring(child, encoding="unicode", method="html")
