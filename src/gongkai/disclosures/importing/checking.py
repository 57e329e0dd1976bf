"""Every cell against the item: what cannot be read, what is missing, what does not fit, what is there already."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import townships
from gongkai.catalogue.models import Item
from gongkai.core.disclosers import tidy_name
from gongkai.core.drafting import ElementTerms, Problem, Text, submitting_problems
from gongkai.core.said import Said
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.disclosers import offered_agencies
from gongkai.disclosures.importing.cells import Cell, day_in
from gongkai.disclosures.importing.clocks import ClockReader, LineClock
from gongkai.disclosures.importing.layout import (
    BODY,
    DISCLOSER,
    DISCLOSER_USCC,
    DOC_NO,
    ENDS_ON,
    FACT_ON,
    FORMED_ON,
    SAMPLE,
    SUMMARY,
    TITLE,
    TOWNSHIP,
    Column,
    columns_of,
)
from gongkai.disclosures.importing.reading import Line
from gongkai.disclosures.models import Revision
from gongkai.disclosures.texts import text_of

_LOOK_UP = 500
_NO_SUCH_DAY = Said("没有这一天,或写法不对。请写成存在的日期,例如 2026-11-23。")


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line as it would become a draft, and everything wrong with it (``Problem.field`` is a column key)."""

    number: int
    text: Text
    township: Agency | None
    clock: LineClock
    cells: Mapping[str, Cell]
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_comparable(self) -> bool:
        """All it says was read; a line with a cell that was not is like no other line."""
        return not any(cell.is_unread for cell in self.cells.values())

    @property
    def digest(self) -> bytes:
        """Equal for lines that say the same."""
        return _digest(self.text)


class Checker:
    """Checks the lines of one item and agency at one moment; the tables are read once."""

    def __init__(self, item: Item, *, agency: Agency, at: datetime) -> None:
        self.item, self.agency, self.today = item, agency, timezone.localdate(at)
        self.columns = columns_of(item, agency)
        self._asks_discloser = any(column.key == DISCLOSER for column in self.columns)
        offered = offered_agencies(item, agency) if self._asks_discloser else []
        self._units = {name: one.name for one in offered for name in (one.short_name, one.name) if name}
        self._terms = [ElementTerms(c.element, c.type, c.required) for c in self.columns if c.element]
        self._townships = {name: town for town in townships() for name in (town.name, town.short_name) if name}
        self._clocks = ClockReader(item, agency=agency, at=at)

    def checked(
        self, lines: Iterable[Line], *, told: Callable[[int], None] = lambda _: None, every: int = 250
    ) -> list[CheckedLine]:
        """All lines checked, also against each other and against what is kept. ``told`` hears of progress."""
        found: list[CheckedLine] = []
        first: dict[bytes, int] = {}
        for line in lines:
            checked = self.check(line)
            earlier = first.setdefault(checked.digest, line.number) if checked.is_comparable else line.number
            if earlier != line.number:
                checked.problems.append(
                    Problem(TITLE, Said("与第 %(earlier)s 行完全相同。请删去重复的一行。", earlier=earlier))
                )
            found.append(checked)
            if len(found) % every == 0:
                told(len(found))
        self.compare_with_kept(found)
        return found

    def check(self, line: Line) -> CheckedLine:
        """One line on its own."""
        problems: list[Problem] = []
        values: dict[str, str] = {}
        for column in self.columns:
            cell = line.cells.get(column.key)
            if cell is None:
                continue
            if cell.trouble:
                problems.append(Problem(column.key, cell.trouble))
            values[column.key] = cell.text
        days = {key: _day(key, values, problems) for key in (FORMED_ON, ENDS_ON, FACT_ON)}
        text = Text(
            title=values.get(TITLE, ""),
            doc_no=values.get(DOC_NO, ""),
            formed_on=days[FORMED_ON],
            summary=values.get(SUMMARY, ""),
            body=paragraphs(values.get(BODY, "")),
            elements={
                c.element: _entered(c, values[c.key]) for c in self.columns if c.element and c.key in values
            },
            ends_on=days[ENDS_ON],
            discloser=self._units.get(values.get(DISCLOSER, ""), values.get(DISCLOSER, "")),
            discloser_uscc=values.get(DISCLOSER_USCC, ""),
        )
        already = {problem.field for problem in problems}
        found = submitting_problems(
            text,
            terms=self._terms,
            today=self.today,
            attached=False,
            asks_discloser=self._asks_discloser,
        )
        problems += [problem for problem in found if problem.field not in already]
        with override("zh-hans"):  # what is found is kept and written into the sheet, in Chinese
            clock = self._clocks.read(values, formed_on=text.formed_on, fact_on=days[FACT_ON], problems=problems)
        if any(SAMPLE in value for value in values.values()):
            problems.insert(0, Problem(TITLE, Said("这是模板里的示例行。请删去这一行。")))
        return CheckedLine(
            line.number,
            text,
            self._township(values.get(TOWNSHIP, ""), problems),
            clock,
            line.cells,
            problems,
        )

    def compare_with_kept(self, lines: Sequence[CheckedLine]) -> None:
        """Mark the lines that are kept already under the same item and agency, word for word."""
        for start in range(0, len(lines), _LOOK_UP):
            part = {line.digest: line for line in lines[start : start + _LOOK_UP] if line.is_comparable}
            for revision in self._kept({line.text.title for line in part.values()}):
                line = part.get(_digest(text_of(revision)))
                if line:
                    made_on = timezone.localdate(revision.created_at)
                    line.problems.append(
                        Problem(
                            TITLE, Said("已有完全相同的一条(%(made_on)s 建立)。请删去这一行。", made_on=made_on)
                        )
                    )

    def _kept(self, titles: set[str]) -> Iterator[Revision]:
        return (
            Revision.objects.filter(
                disclosure__item=self.item, disclosure__agency=self.agency, title__in=titles, number=1
            )
            .exclude(stage=RevisionStage.DISCARDED)
            .defer("content", "reason", "checked")
            .iterator(chunk_size=_LOOK_UP)
        )

    def _township(self, name: str, problems: list[Problem]) -> Agency | None:
        if not name:
            return None
        town = self._townships.get(name)
        if town is None:
            problems.append(Problem(TOWNSHIP, Said("没有这个乡镇。请从模板的下拉表中选择,或留空。")))
        return town


def paragraphs(plain: str) -> str:
    """Plain text of a cell as clean HTML, a paragraph a line; angle brackets stay what they are."""
    lines = (line.strip() for line in plain.split("\n"))
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def _day(key: str, values: Mapping[str, str], problems: list[Problem]) -> date | None:
    entered = values.get(key, "")
    if not entered:
        return None
    try:
        return day_in(entered)
    except ValueError:
        if all(problem.field != key for problem in problems):
            problems.append(Problem(key, _NO_SUCH_DAY))
        return None


def _entered(column: Column, value: str) -> str:
    """An element as it is kept: a date in the one form the checks know, everything else as entered."""
    if column.type != "date":
        return value
    try:
        return day_in(value).isoformat()
    except ValueError:
        return value


def _digest(text: Text) -> bytes:
    """Of what makes a line another line; who discloses it does, its code and its place do not."""
    elements = sorted((k, v) for k, v in text.elements.items() if v)
    said = [text.title, text.doc_no, str(text.formed_on), text.body, elements, tidy_name(text.discloser)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).digest()
