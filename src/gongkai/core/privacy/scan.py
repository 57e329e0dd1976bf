"""Looking through a text or a table row with every detector, and settling what overlaps."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gongkai.core.privacy import contact, doubled, identity, marked, personal, secrecy
from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Finding, Kind
from gongkai.core.privacy.masks import UNMASKABLE, MaskFormats, shown
from gongkai.core.privacy.passage import Passage, squeezed
from gongkai.core.privacy.printed_lists import find_rows
from gongkai.core.said import Said

# Raise it with every change of a detector: whatever was checked under another version is checked again.
DETECTOR_VERSION = "2026.11.9"

_LAW = Said("《个人信息保护法》第二十八条(敏感个人信息)")
_LEAST = Said("《个人信息保护法》第六条(最小影响)、第二十五条")
RULES: dict[Kind, str] = {
    Kind.RESIDENT_ID: Said("GB 11643 公民身份号码;%(law)s", law=_LAW),
    Kind.MOBILE: Said("手机号码遮盖为 138****1234;%(law)s", law=_LEAST),
    Kind.LANDLINE: _LEAST,
    Kind.BANK_ACCOUNT: Said("发卡行标识与 Luhn 校验;%(law)s", law=_LAW),
    Kind.PASSPORT: _LAW,
    Kind.PERMIT: _LAW,
    Kind.EMAIL: _LEAST,
    Kind.ADDRESS: Said("住址只公开到乡镇、街道;%(law)s", law=_LEAST),
    Kind.PLATE: _LEAST,
    Kind.BIRTH_DATE: _LEAST,
    Kind.MINOR: Said("%(law)s、第三十一条;《未成年人保护法》第四条第三项", law=_LAW),
    Kind.HEALTH: _LAW,
    Kind.POVERTY: _LEAST,
    Kind.SECRECY_MARK: Said("《保守国家秘密法》第三十五条(先审查、后公开)"),
    Kind.NOT_PUBLIC_CITATION: Said("《政府信息公开条例》第十七条(公开前审查)"),
    Kind.COUNTY_WORD: Said("本县词表"),
    Kind.UNREADABLE: Said("《政府信息公开条例》第十七条(公开前审查)"),
}


NAME_MARK = "×"  # an asterisk is forbidden in the names of files and sheets


@dataclass(frozen=True)
class Rules:
    """What a county adds: its words (word → reason), documents that are not public, mask formats, today's date.

    ``name_mark`` stands for what is masked in a name. ``today`` lets an identity number tell a minor; without it
    that is not asked.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    closed_documents: Collection[str] = ()
    formats: MaskFormats = field(default_factory=MaskFormats)
    today: date | None = None
    name_mark: str = NAME_MARK

    def __post_init__(self) -> None:
        longest = sorted((re.escape(word) for word in self.words if word), key=len, reverse=True)
        object.__setattr__(self, "pattern", re.compile("|".join(longest)) if longest else None)

    pattern: re.Pattern[str] | None = field(init=False, default=None, compare=False)


def rules_from(data: Mapping[str, Any]) -> Rules:
    """The rules a county's ``privacy.yaml`` (or a request) names: ``words``, ``closed_documents``,
    ``masks``, ``name_mark``, ``today`` (ISO). All may be missing.
    """
    today = data.get("today")
    return Rules(
        words=data.get("words") or {},
        closed_documents=frozenset(data.get("closed_documents") or ()),
        formats=MaskFormats.from_profile(data.get("masks") or {}),
        today=date.fromisoformat(today) if today else None,
        name_mark=(data.get("name_mark") or NAME_MARK)[:1],
    )


DEFAULT_RULES = Rules()
# A text without five digits close together holds no number of a person; plates and dates ask for themselves.
_NUMBERS = re.compile(r"\d(?:[^\d一-龥A-Za-z]{0,12}\d){4}")
# Who wins where two hits claim the same characters: what is checked best.
_ORDER = {kind: place for place, kind in enumerate([
    Kind.SECRECY_MARK, Kind.RESIDENT_ID, Kind.PERMIT, Kind.PASSPORT, Kind.BANK_ACCOUNT, Kind.EMAIL, Kind.PLATE,
    Kind.MOBILE, Kind.LANDLINE, Kind.ADDRESS, Kind.BIRTH_DATE, Kind.HEALTH, Kind.POVERTY, Kind.MINOR,
    Kind.NOT_PUBLIC_CITATION, Kind.COUNTY_WORD,
])}  # fmt: skip
_GRADES = {Certainty.CERTAIN: 0, Certainty.LIKELY: 1, Certainty.POSSIBLE: 2}


def scan_text(
    text: str, rules: Rules = DEFAULT_RULES, *, headings: Sequence[str] = (), refuted: Collection[int] = ()
) -> list[Finding]:
    """Every finding in ``text``, in order of place, none overlapping (but a note beside a number).

    In a table row the cells are joined by tabs, ``headings`` name the columns, and ``refuted`` are those that
    :class:`gongkai.core.privacy.receipts.Columns` tells.
    """
    return [
        Finding(hit.kind, hit.certainty, hit.start, hit.end,
                shown(hit.kind, text[hit.start : hit.end], rules.formats), hit.why, RULES[hit.kind])
        for hit in scan_hits(text, rules, headings=headings, refuted=refuted)
    ]  # fmt: skip


def scan_hits(
    text: str, rules: Rules = DEFAULT_RULES, *, headings: Sequence[str] = (), refuted: Collection[int] = ()
) -> list[Hit]:
    """The same, bare: what, where and why, for a caller that has the text and makes its own masks."""
    if not text.strip():
        return []
    seen, places = squeezed(text)
    passage = Passage(seen, headings, refuted)
    find_rows(passage)
    found = _settled(_hits(passage, rules))
    if places is None:
        return found
    return [replace(hit, start=places[hit.start], end=places[hit.end - 1] + 1) for hit in found if hit.end]


def scan_row(cells: Sequence[str], rules: Rules = DEFAULT_RULES, *, headings: Sequence[str] = ()) -> list[Finding]:
    """Findings in a table row; positions count in the cells joined by tabs, so a number may span cells."""
    return scan_text("\t".join(cell.replace("\t", " ") for cell in cells), rules, headings=headings)


def _hits(passage: Passage, rules: Rules) -> Iterator[Hit]:
    if _NUMBERS.search(passage.text):
        yield from identity.resident_ids(passage, rules.today)
        yield from identity.foreign_ids(passage)
        yield from identity.travel_documents(passage)
        yield from contact.bank_accounts(passage)
        yield from contact.mobiles(passage)
        yield from contact.landlines(passage)
        yield from doubled.doubled_numbers(passage)
    yield from identity.disguised_numbers(passage)
    yield from identity.plates(passage)
    yield from personal.birth_dates(passage, rules.today)
    yield from contact.emails(passage)
    yield from personal.addresses(passage)
    yield from marked.marks_beside_people(passage)
    yield from secrecy.secrecy_marks(passage)
    yield from secrecy.closed_citations(passage, rules.closed_documents)
    yield from secrecy.county_words(passage, rules.pattern, rules.words)
    yield from _printed_rows(passage, rules)


def _printed_rows(passage: Passage, rules: Rules) -> Iterator[Hit]:
    """What the rows of a printed list hold when their columns are known."""
    for start, row in passage.rows:
        for hit in _hits(row, rules):
            if not hit.beside:  # said already of the number itself
                yield replace(hit, start=start + hit.start, end=start + hit.end)


def _settled(hits: Iterator[Hit]) -> list[Hit]:
    """The hits that stand: of overlapping ones the better checked; equal spans of a kind once."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (_ORDER[h.kind], _GRADES[h.certainty], h.start, h.start - h.end)):
        if hit.beside or not any(k.start < hit.end and hit.start < k.end for k in kept if not k.beside):
            kept.append(hit)
    return sorted(kept, key=lambda h: (h.start, h.end))


def masked(text: str, findings: Sequence[Finding | Hit], formats: MaskFormats) -> list[tuple[int, int, str]]:
    """The edits that mask ``findings`` in ``text``: start, end, replacement, not overlapping.

    Findings a mask cannot cure are left out.
    """
    edits: list[tuple[int, int, str]] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if finding.kind in UNMASKABLE or (edits and finding.start < edits[-1][1]):
            continue
        edits.append((finding.start, finding.end, formats.mask(finding.kind, text[finding.start : finding.end])))
    return edits
