"""Minors, illness and poverty: in a list, a cell of a person's row; in prose, said of a person who is named.

Policies speak of the same groups; without a person beside them they are no finding. ``certain`` is only what is
labelled twice, the person and the fact; whatever rests on telling a name by its look is ``likely``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.marks import (
    CLASS_HEADING,
    ELSEWHERE,
    GUARDIAN_HEADING,
    HEALTH_HEADING,
    IN_ANY_CELL,
    IN_CELLS,
    IN_SENTENCES,
    OF_MINORS,
    POVERTY_HEADING,
    PUPILS,
    SAYS_NOTHING,
    SCHOOL_HEADING,
    STEMS,
    STEMS_OF,
    TEACHERS,
)
from gongkai.core.privacy.passage import Late, Passage
from gongkai.core.privacy.people import (
    ADULT,
    NAME,
    NAME_CELL,
    REACH,
    Named,
    named,
    sentences_with,
    stands_for_office,
)
from gongkai.core.said import Said

SENSITIVE = 14  # 《个人信息保护法》第二十八条: 不满十四周岁未成年人的个人信息
_AGE_HEADING, _AGE_VALUE = Late(r"^年龄|^周岁"), Late(r"^(\d{1,2})(?:周?岁)?$")
_NAME_HEADING = Late(r"姓名|^户主$|^申请人$")
_LABELLED_NAME = Late(r"姓名[:]\s?$")
_CARD = Late(r"残疾人?证\D{0,8}(?P<mark>\d{17}[\dXx][1-7][1-4])(?!\d)")
_CARD_NUMBER = Late(r"^\d{17}[\dXx][1-7][1-4]$")
_NAME, _NAMELESS = Late(NAME), ("监护人", "残疾")  # what two patterns find without a name
_SHORT, _NAMED_VALUE = 16, 24  # characters of a cell that is a mark, or a value named by its column
_WHOLE_NAME = Late(r"^[一-龥·]{2,8}$")


def marks_beside_people(passage: Passage) -> Iterator[Hit]:
    """Every mark of a minor, of illness or of poverty that stands beside a person."""
    if "\t" in passage.text:
        yield from _cell_marks(passage)
    for start, sentence in sentences_with(passage.text, passage.all_of(STEMS)):
        for hit in _said_in(sentence):
            yield Hit(hit.kind, hit.certainty, start + hit.start, start + hit.end, hit.why, hit.beside)


def _said_in(sentence: str) -> Iterator[Hit]:
    """What one sentence says of the persons it names."""
    if not _NAME.search(sentence) and not any(word in sentence for word in _NAMELESS):
        return
    people = named(sentence)
    kinds = {kind for kind, stems in STEMS_OF.items() if any(stem in sentence for stem in stems)}
    for kind, form, pattern, why in IN_SENTENCES:
        if kind not in kinds:
            continue
        for match in _matches(people, sentence, form, pattern):
            start, end = match.span("mark" if match["mark"] else "name")
            sure = form == "label" and _labelled(people, sentence, start)
            if kind is Kind.MINOR and sure:
                sure = int(match["mark"].rstrip("周岁")) < SENSITIVE
            yield Hit(kind, Certainty.CERTAIN if sure else Certainty.LIKELY, start, end, why)
    for match in _CARD.finditer(sentence):
        yield Hit(Kind.HEALTH, Certainty.CERTAIN, *match.span("mark"), Said("残疾人证号码"), beside=True)


def _matches(people: Sequence[Named], sentence: str, form: str, pattern: Late) -> Iterator[re.Match[str]]:
    """Where ``pattern`` speaks of a private person, by its form (see ``marks.IN_SENTENCES``)."""
    if form == "next":
        nearest = (pattern.match(sentence, person.end) for person in people)
        yield from (match for match in nearest if match)
    elif form == "self":
        for match in pattern.finditer(sentence):
            if not match.groupdict().get("name") or not stands_for_office(sentence, match.span("name")):
                yield match
    elif people:
        yield from (match for match in pattern.finditer(sentence) if _before(people, sentence, match.start()))


def _before(people: Sequence[Named], sentence: str, start: int) -> bool:
    """Whether what begins at ``start`` is said of the person named last before it."""
    ends = [person.end for person in people if person.end <= start]
    return bool(ends) and start - ends[-1] <= REACH and not ELSEWHERE.search(sentence[ends[-1] : start])


def _labelled(people: Sequence[Named], sentence: str, start: int) -> bool:
    """Whether the person named last before ``start`` stands behind 姓名: and is named in full."""
    last = [person for person in people if person.end <= start][-1]
    whole = _WHOLE_NAME.match(sentence[last.start : last.end]) and "某" not in sentence[last.start : last.end]
    return bool(whole and _LABELLED_NAME.search(sentence[: last.start]))


@dataclass(frozen=True)
class _Columns:
    """What the headings of a list say of its columns, by their numbers."""

    names: tuple[int, ...] = ()
    health: frozenset[int] = frozenset()
    poverty: frozenset[int] = frozenset()
    minors: frozenset[int] = frozenset()
    schools: frozenset[int] = frozenset()
    ages: frozenset[int] = frozenset()

    @cached_property
    def telling(self) -> frozenset[int]:
        """The columns whose values are told by their names."""
        return self.health | self.poverty | self.minors | self.schools | self.ages


@lru_cache(maxsize=256)
def _columns(headings: tuple[str, ...]) -> _Columns:
    def those(pattern: Late) -> frozenset[int]:
        return frozenset(number for number, one in enumerate(headings) if pattern.search(one.strip()))

    pupils = any(PUPILS.search(one) for one in headings) and not any(TEACHERS.search(one) for one in headings)
    return _Columns(
        names=tuple(sorted(those(_NAME_HEADING))),
        health=those(HEALTH_HEADING),
        poverty=those(POVERTY_HEADING),
        minors=those(CLASS_HEADING) | those(GUARDIAN_HEADING) if pupils else frozenset(),
        schools=those(SCHOOL_HEADING) if pupils else frozenset(),
        ages=those(_AGE_HEADING),
    )


def _cell_marks(passage: Passage) -> Iterator[Hit]:
    cells = passage.text.split("\t")
    columns = _columns(passage.headings)
    if not any(NAME_CELL.match(cell.strip()) for cell in cells) and not any(
        cells[number].strip() for number in columns.names if number < len(cells)
    ):
        return
    sure = any(number < len(cells) and _in_full(cells[number].strip()) for number in columns.names)
    start, known = 0, len(passage.headings)
    for number, cell in enumerate(cells):
        if number in columns.telling and 0 < len(cell) <= _NAMED_VALUE:
            yield from _by_heading(cell, start, number, columns, sure=sure)
        if 0 < len(cell) <= _SHORT and IN_ANY_CELL.search(cell):
            yield from _by_itself(cell, start, passage.headings[number] if number < known else "")
        start += len(cell) + 1


def _in_full(name: str) -> bool:
    return _WHOLE_NAME.match(name) is not None and "某" not in name


def _by_heading(cell: str, start: int, number: int, columns: _Columns, *, sure: bool) -> Iterator[Hit]:
    """What a column's name says of the value below it, whatever the value is."""
    value = cell.strip()
    begin = start + cell.find(value)
    span, told = (begin, begin + len(value)), Certainty.CERTAIN if sure else Certainty.LIKELY
    if not value or SAYS_NOTHING.match(value):
        return
    if number in columns.health:
        card = _CARD_NUMBER.match(value) is not None
        yield Hit(Kind.HEALTH, told, *span, Said("人员名单中的病种、诊断或残疾类别"), beside=card)
    if number in columns.poverty:
        yield Hit(Kind.POVERTY, Certainty.LIKELY, *span, Said("人员名单中的致贫原因"))
    if number in columns.minors and not value.isdecimal():
        yield Hit(Kind.MINOR, Certainty.LIKELY, *span, Said("人员名单中的年级、班级或监护人"))
    if number in columns.schools and OF_MINORS.search(value):
        yield Hit(Kind.MINOR, Certainty.LIKELY, *span, Said("人员名单中的学校"))
    if number in columns.ages and (age := _AGE_VALUE.match(value)) and int(age[1]) < ADULT:
        young = sure and int(age[1]) < SENSITIVE
        why = Said("人员名单中未满18周岁的年龄")
        yield Hit(Kind.MINOR, Certainty.CERTAIN if young else Certainty.LIKELY, *span, why)


def _by_itself(cell: str, start: int, heading: str) -> Iterator[Hit]:
    """What a cell says by its own words, where they fill it or fit the column."""
    for kind, pattern, why, fitting in IN_CELLS:
        match = pattern.search(cell)
        if match and (fitting.search(heading) or match.end() - match.start() >= len(cell.strip()) - 2):
            listed = Said("人员名单中的%(why)s", why=why)
            yield Hit(kind, Certainty.LIKELY, start + match.start(), start + match.end(), listed)
