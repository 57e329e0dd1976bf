"""须先判定的事实: rules that owe publication only when something was decided beforehand, and the trace of it.

行政处罚法第48条: only a penalty decision 具有一定社会影响 is to be published; whether it is, a person decides, and
the decision stays on record either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Item, Rule, RuleVersion
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import announce
from gongkai.obligations.actions.errors import DecisionError, require_likely

QUESTIONS: Mapping[str, str | Promise] = {"has_social_impact": gettext_lazy("是否具有一定社会影响")}
GROUND_LENGTH = 300
SHORTEST_GROUND = 4  # characters, where nothing is to be published


@dataclass(frozen=True)
class Decision:
    """What was decided, and on what ground."""

    holds: bool
    ground: str


def question(rule: Rule) -> str:
    """What has to be decided before ``rule`` owes anything, in words; its own name when it is not known here."""
    return str(QUESTIONS.get(rule.decision_field, rule.decision_field))


def decided_ground(version: RuleVersion, decision: Decision | None, *, at: datetime) -> str:
    """The ground on which publication was decided to be owed; empty when the rule asks for no decision.

    Public beside the count. Raises ``DecisionError`` when nothing was decided, when it was decided that nothing
    is owed, or when the ground holds personal data.
    """
    if not version.rule.decision_field:
        return ""
    if decision is None:
        raise DecisionError(_("按“%(rule)s”计时前,须先判定:%(what)s。请选择。") % _named(version.rule))
    if not decision.holds:
        raise DecisionError(
            _("判定为“否”的,“%(rule)s”不要求公开,不开始计时(%(what)s)。判定已经可以单独记录。")
            % _named(version.rule)
        )
    return checked_ground(decision, at=at)


def checked_ground(decision: Decision, *, at: datetime) -> str:
    """The ground as it may be kept: with “no” it must be said. Raises ``DecisionError``."""
    ground = decision.ground
    if not decision.holds and len(ground.strip()) < SHORTEST_GROUND:
        raise DecisionError(_("请写明判定理由(不少于4个字):判定为“否”的不公开,理由留在操作日志里备查。"))
    if refused := refusal("Obligation.decision", ground, at=at):
        raise DecisionError(refused)
    return ground.strip()[:GROUND_LENGTH]


@transaction.atomic
def record_not_owed(
    item: Item,
    *,
    agency: Agency,
    rule: Rule,
    fact_on: date,
    ground: str,
    by: Officer,
    at: datetime,
) -> None:
    """Record that it was decided that ``rule`` owes nothing for a fact: no clock, one line of the operation log.

    Raises ``NotAllowedError``, ``FactDateError``, ``DecisionError`` (the rule asks for no decision, no ground,
    personal data in it).
    """
    authority.require(actor_of(by, on=timezone.localdate(at)), Permission.FACT_RECORD, agency_id=agency.pk)
    if not rule.decision_field:
        raise DecisionError(_("“%(rule)s”不需要先判定。请直接登记。") % {"rule": rule.name})
    require_likely(fact_on)
    why = checked_ground(Decision(False, ground), at=at)
    facts = {
        "item": item.code,
        "rule": rule.code,
        "fact_on": fact_on.isoformat(),
        "decision": False,
        "why": why,
    }
    announce(EventKind.FACT_DECIDED, subject=f"item:{item.pk}", at=at, by=by, agency=agency, facts=facts)


def _named(rule: Rule) -> dict[str, str]:
    return {"rule": rule.name, "what": question(rule)}
