"""What can be wrong with a request about a clock. Every message says what happened and what to do next."""

from datetime import date

from gongkai.core.days import unlikely


class ObligationError(Exception):
    """The clock cannot be started, stopped or waived so."""


class ObligationAlreadyClosedError(ObligationError):
    """Somebody else stopped or waived it first."""


class FactDateError(ObligationError):
    """The date of the fact cannot be: in the future, of another age, or without a moment where hours count."""


class RuleTermsError(ObligationError):
    """The rule's own terms, or the missing calendar, allow no computation; the message says which."""


class NoRuleInForceError(ObligationError):
    """No rule of the item was in force on the day of the fact."""


class RuleNotOfItemError(ObligationError):
    """The rule chosen does not belong to the item."""


class AgencyNotResponsibleError(ObligationError):
    """The agency does not answer for the item, is a collective name, or has been closed."""


class ItemRetiredError(ObligationError):
    """The item is no longer on the list."""


class LabelError(ObligationError):
    """The label is empty, too long, has characters nobody can see, or personal data."""


class DecisionError(ObligationError):
    """A rule that owes publication only after a decision was given none, or one that says nothing is owed."""


class WaiverError(ObligationError):
    """A waiver needs a ground."""


class ClosureError(ObligationError):
    """A local closure needs its days in order, a reason and a source."""


class SweepDayError(ObligationError):
    """A sweep is for today, or for a day between the last round and today."""


def require_likely(day: date) -> None:
    """Raise ``FactDateError`` for a day (or moment) of another age: a mistyped year."""
    if wrong := unlikely(day):
        raise FactDateError(wrong)
