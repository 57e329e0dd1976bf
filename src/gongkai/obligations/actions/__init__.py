"""Every verb of 时限, one function each."""

from gongkai.obligations.actions.calendars import (
    LoadReport,
    closure_moves,
    load_calendar_years,
    set_closure,
    switch_closure,
    take_notice,
)
from gongkai.obligations.actions.clocks import (
    RUNNING,
    conclude_all,
    meet,
    meet_all,
    open_obligation,
    require_possible,
    waive,
)
from gongkai.obligations.actions.deciding import Decision, checked_ground, question, record_not_owed
from gongkai.obligations.actions.errors import (
    AgencyNotResponsibleError,
    DecisionError,
    FactDateError,
    ItemRetiredError,
    LabelError,
    NoRuleInForceError,
    ObligationAlreadyClosedError,
    ObligationError,
    RuleNotOfItemError,
    RuleTermsError,
    SweepDayError,
    WaiverError,
)
from gongkai.obligations.actions.periods import open_periodic
from gongkai.obligations.actions.recomputing import RecomputeReport, recompute_open
from gongkai.obligations.actions.restating import restate_fact
from gongkai.obligations.actions.sweeping import SweepReport, require_sweepable, sweep

__all__ = [
    "RUNNING",
    "AgencyNotResponsibleError",
    "Decision",
    "DecisionError",
    "FactDateError",
    "ItemRetiredError",
    "LabelError",
    "LoadReport",
    "NoRuleInForceError",
    "ObligationAlreadyClosedError",
    "ObligationError",
    "RecomputeReport",
    "RuleNotOfItemError",
    "RuleTermsError",
    "SweepDayError",
    "SweepReport",
    "WaiverError",
    "checked_ground",
    "closure_moves",
    "conclude_all",
    "load_calendar_years",
    "meet",
    "meet_all",
    "open_obligation",
    "open_periodic",
    "question",
    "recompute_open",
    "record_not_owed",
    "require_possible",
    "require_sweepable",
    "restate_fact",
    "set_closure",
    "sweep",
    "switch_closure",
    "take_notice",
    "waive",
]
