"""What must be disclosed, by which rule on which day, what changed, what is not yet confirmed."""

from gongkai.catalogue.queries.checklist import (
    ChecklistRow,
    checklist_rows,
    item,
    items_by_domain,
    items_in_force,
    latest_catalogue,
)
from gongkai.catalogue.queries.difference import FieldChange, RowChange, difference
from gongkai.catalogue.queries.rules import history_of, rules_of, standing_versions, version_on
from gongkai.catalogue.queries.staying import stay_ground
from gongkai.catalogue.queries.unverified import UnverifiedFact, unverified

__all__ = [
    "ChecklistRow",
    "FieldChange",
    "RowChange",
    "UnverifiedFact",
    "checklist_rows",
    "difference",
    "history_of",
    "item",
    "items_by_domain",
    "items_in_force",
    "latest_catalogue",
    "rules_of",
    "standing_versions",
    "stay_ground",
    "unverified",
    "version_on",
]
