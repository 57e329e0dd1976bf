"""What is done to the 公开清单: loaded from the profile, confirmed, changed, proposed, published."""

from gongkai.catalogue.actions.loading import LoadReport, load_profile
from gongkai.catalogue.actions.proposals import ProposalConflictError, ProposalError, decide_proposal, propose_item
from gongkai.catalogue.actions.publishing import CatalogueConflictError, NothingToPublishError, publish_catalogue
from gongkai.catalogue.actions.rules import (
    RuleConflictError,
    RuleValueError,
    change_rule,
    confirm_fact,
    confirm_rule,
)
from gongkai.catalogue.actions.staying import settle_stays

__all__ = [
    "CatalogueConflictError",
    "LoadReport",
    "NothingToPublishError",
    "ProposalConflictError",
    "ProposalError",
    "RuleConflictError",
    "RuleValueError",
    "change_rule",
    "confirm_fact",
    "confirm_rule",
    "decide_proposal",
    "load_profile",
    "propose_item",
    "publish_catalogue",
    "settle_stays",
]
