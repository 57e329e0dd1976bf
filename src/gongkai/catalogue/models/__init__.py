"""公开清单: what must be disclosed, by which dated rule, by whom, where. Every fact keeps its evidence grade."""

from gongkai.catalogue.models.checklist import (
    Domain,
    Element,
    Item,
    ItemAgency,
    ItemRule,
    PublicationChannel,
    StayGround,
)
from gongkai.catalogue.models.law import Exclusion, Instrument, Rule, RuleVersion, Source
from gongkai.catalogue.models.versions import CatalogueVersion, ItemProposal

__all__ = [
    "CatalogueVersion",
    "Domain",
    "Element",
    "Exclusion",
    "Instrument",
    "Item",
    "ItemAgency",
    "ItemProposal",
    "ItemRule",
    "PublicationChannel",
    "Rule",
    "RuleVersion",
    "Source",
    "StayGround",
]
