"""The privacy check before publication: what may not leave by a public page. Pure: no files, no clock."""

from gongkai.core.privacy.kinds import Certainty, Finding, Kind, Layer
from gongkai.core.privacy.masks import UNMASKABLE, MaskFormats
from gongkai.core.privacy.names import masked_name, masked_place
from gongkai.core.privacy.printed_lists import looks_like_headings
from gongkai.core.privacy.scan import (
    DEFAULT_RULES,
    DETECTOR_VERSION,
    RULES,
    Rules,
    masked,
    rules_from,
    scan_hits,
    scan_row,
    scan_text,
)

__all__ = [
    "DEFAULT_RULES",
    "DETECTOR_VERSION",
    "RULES",
    "UNMASKABLE",
    "Certainty",
    "Finding",
    "Kind",
    "Layer",
    "MaskFormats",
    "Rules",
    "looks_like_headings",
    "masked",
    "masked_name",
    "masked_place",
    "rules_from",
    "scan_hits",
    "scan_row",
    "scan_text",
]
