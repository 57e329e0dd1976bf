"""公开信息: one thing published, its versions and reviews, what was taken back of it, and how sheets come in."""

from gongkai.disclosures.models.disclosures import (
    Attachment,
    ConfidentialityReview,
    Discharge,
    Disclosure,
    FirstPublication,
    IndexSerial,
    Revision,
    WithheldVersion,
)
from gongkai.disclosures.models.imports import ImportedDraft, ImportRun

__all__ = [
    "Attachment",
    "ConfidentialityReview",
    "Discharge",
    "Disclosure",
    "FirstPublication",
    "ImportRun",
    "ImportedDraft",
    "IndexSerial",
    "Revision",
    "WithheldVersion",
]
