"""How the clock of a text stands before it is submitted: what it answers, could answer, would start."""

from dataclasses import dataclass
from datetime import date

from gongkai.core.vocabulary import DisclosureStatus, ObligationState, Openness
from gongkai.disclosures.models import Discharge, Disclosure
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import Tables, TextClock, text_clock, unanswered

APART = "apart"
_SHOWN = 50


@dataclass(frozen=True)
class Start:
    """``linked``: clocks the text answers. ``free``: running ones of the item and agency that no text answers.

    ``clock`` is what submitting would start (or date anew, where ``own`` is the clock this text started); None
    where nothing is to be started: something is linked already, or the text is not to be published by itself.
    """

    disclosure: Disclosure
    linked: list[Discharge]
    free: list[Obligation]
    clock: TextClock | None = None

    @property
    def own(self) -> Discharge | None:
        """The clock an earlier submission of this text opened, while it runs."""
        running = {ObligationState.OPEN, ObligationState.OVERDUE}
        return next((d for d in self.linked if d.from_text and d.obligation.state in running), None)

    @property
    def offers(self) -> bool:
        """Whether there is a running clock to choose, or one must have been decided on."""
        return (
            bool(self.free or self.decides) and len(self.linked) < 2 and not any(d.from_text for d in self.linked)
        )

    @property
    def asks(self) -> bool:
        """Whether a day must be asked for."""
        return self.clock is not None and self.clock.asks and not self.decides

    @property
    def decides(self) -> bool:
        """Whether something must be decided on record before the rule owes anything (须先判定的事实)."""
        version = self.clock.version if self.clock else None
        return version is not None and bool(version.rule.decision_field)


def start_of(disclosure: Disclosure, *, formed_on: date | None, today: date) -> Start:
    """How the clock of an unpublished text stands; a pure read of at most six queries."""
    if disclosure.status != DisclosureStatus.UNPUBLISHED:
        return Start(disclosure, [], [])
    linked = list(disclosure.discharges.select_related("obligation__rule_version__rule"))
    free: list[Obligation] = []
    if not any(d.from_text for d in linked):
        answered = {d.obligation_id for d in linked}
        running = unanswered(disclosure.item, disclosure.agency, by_disclosure=disclosure.pk)[:_SHOWN]
        free = [clock for clock in running if clock.pk not in answered]
    return start_given(disclosure, linked, free, formed_on=formed_on, today=today)


def start_given(
    disclosure: Disclosure,
    linked: list[Discharge],
    free: list[Obligation],
    *,
    formed_on: date | None,
    today: date,
    tables: Tables | None = None,
) -> Start:
    """As :func:`start_of` where the clocks are known already; ``disclosure`` need not be kept yet."""
    start = Start(disclosure, linked, free)
    if (linked and not (start.own or free)) or not _counts(disclosure, today=today):
        return start
    clock = text_clock(
        disclosure.item,
        formed_on=formed_on,
        today=today,
        fact_on=disclosure.fact_on,
        fact_at=disclosure.fact_at,
        tables=tables,
    )
    return Start(disclosure, linked, free, clock)


def _counts(disclosure: Disclosure, *, today: date) -> bool:
    """Whether the public is owed it by a day: proactive, on the net, and still on the list."""
    item = disclosure.item
    listed = item.retired_on is None or item.retired_on > today
    return disclosure.openness == Openness.PROACTIVE and item.online and listed
