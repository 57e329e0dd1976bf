"""Starting a clock by a recorded fact, stopping it by a publication, waiving it with a ground."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Item, Rule, RuleVersion
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.deadlines import NOTICE_KINDS
from gongkai.core.vocabulary import EventKind, ObligationGround, ObligationState, RuleKind, Unit
from gongkai.events.actions import Happening, announce_many
from gongkai.obligations.actions.computing import fact_columns
from gongkai.obligations.actions.deciding import Decision, decided_ground
from gongkai.obligations.actions.errors import (
    AgencyNotResponsibleError,
    FactDateError,
    ItemRetiredError,
    NoRuleInForceError,
    ObligationAlreadyClosedError,
    RuleNotOfItemError,
    WaiverError,
    require_likely,
)
from gongkai.obligations.actions.words import checked_label
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import RuleBook, clock_choices, rule_book
from gongkai.obligations.queries.rules import rule_ids

RUNNING = (ObligationState.OPEN, ObligationState.OVERDUE)
# The fact of these rules is an event still to come, or a day still to be kept.
_AHEAD = NOTICE_KINDS | {RuleKind.MIN_BEFORE}
STATE_WORDS = {
    ObligationState.MET: gettext_lazy("按时公开"),
    ObligationState.MET_LATE: gettext_lazy("逾期公开"),
    ObligationState.TOO_EARLY: gettext_lazy("提前公开"),
    ObligationState.WAIVED: gettext_lazy("已免除"),
    ObligationState.CONCLUDED: gettext_lazy("经审查不主动公开"),
}


@transaction.atomic
def open_obligation(
    item: Item,
    *,
    agency: Agency,
    rule: Rule | None = None,
    fact_on: date,
    label: str,
    by: Officer | None,
    at: datetime,
    fact_at: datetime | None = None,
    price: int | None = None,
    decision: Decision | None = None,
    is_demo: bool = False,
) -> Obligation:
    """Start the clock that a fact of ``fact_on`` sets running for ``agency`` under ``item``.

    ``rule`` chooses among the item's rules (see ``queries.clock_choices``); without one the likeliest is taken.
    ``fact_at`` is the moment, needed by rules in hours; ``price`` (yuan) chooses a tier; ``decision`` is what
    was decided beforehand, needed by rules that owe publication only then. ``by`` is ``None`` for the system.
    The same fact recorded twice gives the running clock back. Raises ``NotAllowedError``; of ``ObligationError``
    those of the item, agency, label, rule, date of the fact and decision.
    """
    today = timezone.localdate(at)
    if by is not None:
        authority.require(actor_of(by, on=today), Permission.FACT_RECORD, agency_id=agency.pk)
    label = checked_label(label, at=at)
    # The item's row is the lock under which a repeated click finds the first one's clock.
    rows = Item.objects.select_for_update(of=("self",)).prefetch_related("item_rules", "item_agencies")
    item = rows.get(pk=item.pk)
    _require_live(item, agency, today)
    require_likely(fact_at or fact_on)
    fact_on = fact_on if fact_at is None else timezone.localdate(fact_at)
    book = rule_book(only=rule_ids(item))
    version = governing(item, rule, fact_on, book)
    require_possible(version, fact_on=fact_on, fact_at=fact_at, at=at)
    decided = decided_ground(version, decision, at=at)
    same = {"item": item, "agency": agency, "label": label, "fact_on": fact_on, "fact_at": fact_at}
    if known := _running(version, same):
        return known
    made = Obligation.objects.create(
        **same,
        ground=ObligationGround.FACT,
        opened_at=at,
        opened_by=by,
        is_demo=is_demo,
        decision=decided,
        **fact_columns(version, book=book, fact_on=fact_on, fact_at=fact_at, price=price),
    )
    _announce(EventKind.OBLIGATION_OPENED, made, by=by, at=at)
    return made


def _running(version: RuleVersion, same: Mapping[str, Any]) -> Obligation | None:
    """The clock the same fact already started under the same rule, if it still runs."""
    kept = Obligation.objects.filter(rule_version__rule=version.rule_id, ground=ObligationGround.FACT, **same)
    return kept.filter(state__in=RUNNING).first()


def _require_live(item: Item, agency: Agency, today: date) -> None:
    if item.retired_on is not None and item.retired_on <= today:
        raise ItemRetiredError(
            _("事项“%(item)s”已于 %(day)s 停用。请选择清单中的现行事项。")
            % {"item": item.name, "day": item.retired_on}
        )
    if agency.is_group:
        raise AgencyNotResponsibleError(_("“%(agency)s”是统称。请选择具体单位。") % {"agency": agency.name})
    if agency.closed_on is not None and agency.closed_on <= today:
        raise AgencyNotResponsibleError(
            _("“%(agency)s”已于 %(day)s 撤销。请选择承接其职能的单位。")
            % {"agency": agency.name, "day": agency.closed_on}
        )
    responsible = {link.agency_id for link in item.item_agencies.all()}
    if agency.pk not in responsible and agency.parent_id not in responsible:
        raise AgencyNotResponsibleError(
            _("“%(agency)s”不是事项“%(item)s”的责任主体。请核对清单,或由县政务公开办调整责任主体。")
            % {"agency": agency.name, "item": item.name}
        )


def governing(item: Item, rule: Rule | None, on: date, book: RuleBook) -> RuleVersion:
    """The version that sets the clock: the rule chosen, or the likeliest of the item's."""
    choices = clock_choices(item, on, book=book)
    if rule is None:
        if choices:
            return choices[0]
        raise NoRuleInForceError(
            _("%(day)s 时,事项“%(item)s”没有有效的时限规则。请核对日期,或由县政务公开办补充规则。")
            % {"item": item.name, "day": on}
        )
    for version in choices:
        if version.rule_id == rule.pk:
            return version
    if rule.pk in {link.rule_id for link in item.item_rules.all()}:
        raise NoRuleInForceError(
            _("规则 %(rule)s 在 %(day)s 没有有效版本。请核对日期。") % {"rule": rule.code, "day": on}
        )
    raise RuleNotOfItemError(
        _("规则 %(rule)s 不适用于事项“%(item)s”。请从该事项的规则中选择。")
        % {"rule": rule.code, "item": item.name}
    )


def require_possible(version: RuleVersion, *, fact_on: date, fact_at: datetime | None, at: datetime) -> None:
    """A fact has happened; an event or a 公示 may lie ahead. Rules in hours need the moment."""
    if version.kind not in _AHEAD and (fact_on > timezone.localdate(at) or (fact_at is not None and fact_at > at)):
        raise FactDateError(
            _("日期 %(day)s 在今天之后,而“%(trigger)s”须是已经发生的事。请核对日期。")
            % {"day": fact_on, "trigger": version.trigger}
        )
    if version.unit == Unit.HOUR and version.value and fact_at is None:
        raise FactDateError(_("规则“%(rule)s”以小时计。请填写事项发生的时刻。") % {"rule": version.rule.name})


@transaction.atomic
def meet(obligation: Obligation, *, at: datetime, by: Officer | None = None) -> Obligation:
    """Stop the clock by a publication at ``at``: met, met late, or too early, as the moments say.

    The decision and the change are one UPDATE on the running state, so of two at once one wins. Raises
    ``ObligationAlreadyClosedError``.
    """
    now = _reread(obligation)
    meet_all([now], at=at, by=by)
    return now


def meet_all(clocks: Sequence[Obligation], *, at: datetime, by: Officer | None = None) -> None:
    """As :func:`meet` for all clocks one publication stops, inside the caller's transaction.

    ``clocks`` come with item, agency and rule in memory and are brought up to date in place.
    """
    if not clocks:
        return
    mine = Obligation.objects.filter(pk__in=[clock.pk for clock in clocks])
    changed = mine.filter(state__in=RUNNING).update(
        state=Case(
            When(earliest_at__gt=at, then=Value(ObligationState.TOO_EARLY)),
            When(due_at__lt=at, then=Value(ObligationState.MET_LATE)),
            default=Value(ObligationState.MET),
        ),
        met_at=at,
    )
    if changed != len(clocks):
        again = [_reread(clock) for clock in clocks]
        raise _already_closed(next((clock for clock in again if clock.state not in RUNNING), again[0]))
    states = dict(mine.values_list("pk", "state"))
    for clock in clocks:
        clock.state, clock.met_at = states[clock.pk], at
    announce_many(EventKind.OBLIGATION_MET, [_happening(clock) for clock in clocks], at=at, by=by)


def conclude_all(clocks: Sequence[Obligation], *, at: datetime, by: Officer) -> None:
    """End running clocks whose text the review found not to be published by itself, in the caller's transaction.

    Boards count them apart. ``clocks`` come with item, agency and rule in memory; closed ones are left alone.
    """
    running = [clock for clock in clocks if clock.state in RUNNING]
    mine = Obligation.objects.filter(pk__in=[clock.pk for clock in running], state__in=RUNNING)
    mine.update(state=ObligationState.CONCLUDED, concluded_at=at)
    for clock in running:
        clock.state, clock.concluded_at = ObligationState.CONCLUDED, at
    announce_many(EventKind.OBLIGATION_CONCLUDED, [_happening(clock) for clock in running], at=at, by=by)


@transaction.atomic
def waive(obligation: Obligation, *, ground: str, by: Officer, at: datetime) -> Obligation:
    """Free the agency from this clock, with the ground and who approved it on record.

    Raises ``NotAllowedError``, ``WaiverError`` (no ground, or personal data in it),
    ``ObligationAlreadyClosedError``.
    """
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.OBLIGATION_WAIVE, agency_id=obligation.agency_id
    )
    if not ground.strip():
        raise WaiverError(_("请写明免除的理由和依据:免除后公众和检查人员会看到它。"))
    if refused := refusal("Obligation.waiver_ground", ground, at=at):
        raise WaiverError(refused)
    changed = Obligation.objects.filter(pk=obligation.pk, state__in=RUNNING).update(
        state=ObligationState.WAIVED, waived_at=at, waived_by=by, waiver_ground=ground.strip()
    )
    now = _reread(obligation)
    if not changed:
        raise _already_closed(now)
    _announce(EventKind.OBLIGATION_WAIVED, now, by=by, at=at)
    return now


def _reread(obligation: Obligation) -> Obligation:
    return Obligation.objects.select_related("item", "agency", "rule_version__rule").get(pk=obligation.pk)


def _already_closed(now: Obligation) -> ObligationAlreadyClosedError:
    closed_at = now.met_at or now.waived_at or now.concluded_at
    return ObligationAlreadyClosedError(
        _("“%(label)s”已由他人办结(%(state)s,%(moment)s)。请刷新“我的任务”。")
        % {
            "label": now.label,
            "state": STATE_WORDS[ObligationState(now.state)],
            "moment": f"{timezone.localtime(closed_at):%Y-%m-%d %H:%M}" if closed_at else "",
        }
    )


def _announce(kind: EventKind, obligation: Obligation, *, by: Officer | None, at: datetime) -> None:
    announce_many(kind, [_happening(obligation)], at=at, by=by)


def _happening(obligation: Obligation) -> Happening:
    return Happening(
        f"obligation:{obligation.pk}",
        obligation.agency_id,
        {
            "item": obligation.item.code,
            "rule": str(obligation.rule_version),
            "due_on": obligation.due_on.isoformat() if obligation.due_on else None,
            "provisional": obligation.provisional,
            "state": ObligationState(obligation.state).value,
        },
    )
