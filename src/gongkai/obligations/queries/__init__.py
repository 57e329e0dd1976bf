"""时限, as nouns: the calendar, the rules as clocks, what is due to whom, how well it was done."""

from gongkai.obligations.queries.boards import (
    AgencyOverdue,
    Figures,
    month_strip,
    overdue_by_agency,
    timeliness_board,
)
from gongkai.obligations.queries.calendars import calendar, day_begins, day_ends, in_force_years
from gongkai.obligations.queries.rules import (
    GENERAL_RULE,
    RuleBook,
    clock_choices,
    clock_rule,
    due_of,
    notice_end,
    rule_book,
    terms_of,
    version_in_force,
    versions_in_force,
)
from gongkai.obligations.queries.tasks import (
    URGENCIES,
    SilentItem,
    Task,
    due_soon,
    history_of,
    running_clocks,
    silent_items,
    tasks_for,
)
from gongkai.obligations.queries.texts import TextClock, text_clock, unanswered

__all__ = [
    "GENERAL_RULE",
    "URGENCIES",
    "AgencyOverdue",
    "Figures",
    "RuleBook",
    "SilentItem",
    "Task",
    "TextClock",
    "calendar",
    "clock_choices",
    "clock_rule",
    "day_begins",
    "day_ends",
    "due_of",
    "due_soon",
    "history_of",
    "in_force_years",
    "month_strip",
    "notice_end",
    "overdue_by_agency",
    "rule_book",
    "running_clocks",
    "silent_items",
    "tasks_for",
    "terms_of",
    "text_clock",
    "timeliness_board",
    "unanswered",
    "version_in_force",
    "versions_in_force",
]
