"""Every verb of 时限, one function each."""

from gongkai.obligations.actions.calendars import LoadReport, load_calendar_years, set_closure, switch_closure
from gongkai.obligations.actions.clocks import meet, open_obligation, waive
from gongkai.obligations.actions.errors import (
    AgencyNotResponsibleError,
    FactDateError,
    ItemRetiredError,
    LabelError,
    NoRuleInForceError,
    ObligationAlreadyClosedError,
    ObligationError,
    RuleNotOfItemError,
    WaiverError,
)
from gongkai.obligations.actions.periods import open_periodic
from gongkai.obligations.actions.recomputing import RecomputeReport, recompute_open
from gongkai.obligations.actions.sweeping import SweepReport, sweep

__all__ = [
    "AgencyNotResponsibleError",
    "FactDateError",
    "ItemRetiredError",
    "LabelError",
    "LoadReport",
    "NoRuleInForceError",
    "ObligationAlreadyClosedError",
    "ObligationError",
    "RecomputeReport",
    "RuleNotOfItemError",
    "SweepReport",
    "WaiverError",
    "load_calendar_years",
    "meet",
    "open_obligation",
    "open_periodic",
    "recompute_open",
    "set_closure",
    "sweep",
    "switch_closure",
    "waive",
]
