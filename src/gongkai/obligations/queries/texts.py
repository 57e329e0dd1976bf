"""The clock a text would start if it were submitted now: a pure read, for the form and for the submission."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item, Rule, RuleVersion
from gongkai.core.days import unlikely
from gongkai.core.deadlines import PERIOD_KINDS, Due
from gongkai.core.rule_terms import TermsError
from gongkai.core.starting import starts_with_text
from gongkai.core.vocabulary import Unit
from gongkai.core.workdays import ONE_DAY, Calendar, CalendarDataError
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries.calendars import calendar, day_begins, day_ends
from gongkai.obligations.queries.rules import FACT_KINDS, RuleBook, due_of, rule_book, rule_ids
from gongkai.obligations.queries.tasks import RUNNING


@dataclass(frozen=True)
class TextClock:
    """What the rules of an item make of a text.

    ``version`` is None where nothing can be computed, and ``why`` says why. ``asks``: the rule starts from
    another fact than the forming of the text, and its day (``timed``: its moment) must be given. ``due`` is None
    until the date it starts from is known.
    """

    version: RuleVersion | None = None
    asks: bool = False
    timed: bool = False
    due: Due | None = None
    why: str = ""

    @property
    def runs_out_at(self) -> datetime | None:
        """The last moment in time, where there is one."""
        if self.due is None or self.due.publish_by is None:
            return None
        return self.due.due_at or day_ends(self.due.publish_by)


@dataclass(frozen=True)
class Tables:
    """The rules of one item and the calendar, read once for many texts; made by :func:`tables_of`."""

    book: RuleBook
    known: Calendar | None


def tables_of(item: Item) -> Tables:
    """What :func:`text_clock` reads for ``item``; without a calendar, none."""
    try:
        known = calendar()
    except CalendarDataError:
        known = None
    return Tables(rule_book(only=rule_ids(item)), known)


@dataclass(frozen=True)
class Questions:
    """What texts of an item may be asked about their clock, one or another, over all the time its rules know.

    ``triggers``: the facts (签订之日 …) whose day is asked for, today's first; ``timed``: their moment too;
    ``decides``: the rules that owe publication only after a decision.
    """

    triggers: list[str]
    timed: bool
    decides: list[Rule]


def text_questions(item: Item, *, today: date, tables: Tables) -> Questions:
    """What a text of ``item`` may be asked, whichever day it is of: nothing in most items."""
    own = [v for rule_id in rule_ids(item) for v in tables.book.versions.get(rule_id, ())]
    turns = {v.valid_from for v in own} | {
        day for v in own if v.valid_to for day in (v.valid_to, v.valid_to + ONE_DAY)
    }
    clocks = [
        text_clock(item, formed_on=day, today=day, fact_on=day, fact_at=day_begins(day), tables=tables)
        for day in dict.fromkeys([today, *(day for day in sorted(turns, reverse=True) if not unlikely(day))])
    ]
    asking = [clock for clock in clocks if clock.version and clock.asks]
    ruled = {clock.version.rule.pk: clock.version.rule for clock in clocks if clock.version}
    return Questions(
        list(dict.fromkeys(clock.version.trigger for clock in asking if clock.version)),
        any(clock.timed for clock in asking),
        [rule for rule in ruled.values() if rule.decision_field],
    )


def text_clock(
    item: Item,
    *,
    formed_on: date | None,
    today: date,
    fact_on: date | None = None,
    fact_at: datetime | None = None,
    tables: Tables | None = None,
) -> TextClock:
    """The clock that submitting a text of ``item`` would start; nothing is written.

    Of the item's own rules that set a last moment for publishing, the first that can be computed; then the
    general limit. ``fact_on`` or ``fact_at`` is the other fact, where the rule asks for one. ``tables`` saves
    reading them for each of many texts.
    """
    book = tables.book if tables else rule_book(only=rule_ids(item))
    day = fact_on or formed_on or today
    known = tables.known if tables else None
    why = _("形成日期时没有有效的时限规则。") if item_has_rules(item) else _("清单没有给它规定公开时限。")
    for version in _publishing(item, day, book):
        try:
            known = known or calendar()
            probe = due_of(version, start=_probe(version, day), book=book, over=known)
            if probe.publish_by is None and not probe.provisional:
                why = probe.reason or why
                continue
            timed = version.unit == Unit.HOUR and bool(version.value)
            asks = timed or not starts_with_text(book.terms(version, on=day))
            start = (fact_at if timed else fact_on) if asks else formed_on
            due = None if start is None else due_of(version, start=start, book=book, over=known)
        except (TermsError, CalendarDataError) as error:
            return TextClock(why=str(error))
        return TextClock(version, asks, timed, due)
    if any(v.kind in PERIOD_KINDS for v in _own(item, day, book)):
        why = _("本事项的时限按周期自动开始,现在没有未办结的一期。")
    return TextClock(why=why)


def item_has_rules(item: Item) -> bool:
    """Whether the checklist names any rule for the item; uses prefetched ``item_rules``."""
    return bool(rule_ids(item))


def _own(item: Item, day: date, book: RuleBook) -> list[RuleVersion]:
    return [v for v in (book.in_force(rule_id, day) for rule_id in rule_ids(item)) if v is not None]


def _publishing(item: Item, day: date, book: RuleBook) -> Iterator[RuleVersion]:
    """The rules by which a text may be late, the item's own first; what recurs by itself asks no text."""
    own = _own(item, day, book)
    yield from (v for v in own if v.kind in FACT_KINDS)
    general = book.general(day)
    if general is not None and not any(v.kind in PERIOD_KINDS for v in own):
        yield general


def _probe(version: RuleVersion, day: date) -> date | datetime:
    """A start by which to see whether the rule gives a date at all."""
    if version.unit == Unit.HOUR and version.value:
        return timezone.make_aware(datetime.combine(day, time()))
    return day


def unanswered(item: Item, agency: Agency, *, by_disclosure: int) -> QuerySet[Obligation]:
    """Running clocks of the item and agency that no text answers yet, or only this one; the next to end first."""
    # The relation is named from above (公开信息 answer clocks).
    running = Obligation.objects.filter(item=item, agency=agency, state__in=RUNNING)
    free = running.filter(Q(disclosures=None) | Q(disclosures=by_disclosure))
    return free.select_related("rule_version__rule").order_by("due_at", "pk")
