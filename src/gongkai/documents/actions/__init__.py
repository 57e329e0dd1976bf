"""What can be done with files: store, check, mask, release, and the lookup of one's own place in a list."""

from gongkai.documents.actions.applicants import (
    Applicant,
    ApplicantListError,
    applicant_digest,
    find_applicant,
    load_applicants,
)
from gongkai.documents.actions.checking import Rescan, body_fingerprint, find_in_body, rescan, scan_body, scan_file
from gongkai.documents.actions.comparing import record_original_read
from gongkai.documents.actions.copies import StorageError, local_copy, open_file
from gongkai.documents.actions.lookups import TooManyLookupsError, forget_lookups, look_up_place
from gongkai.documents.actions.masking import MaskRefusedError, mask_file
from gongkai.documents.actions.releasing import ReleaseRefusedError, release_findings
from gongkai.documents.actions.storing import DocumentRefusedError, open_original, store

__all__ = [
    "Applicant",
    "ApplicantListError",
    "DocumentRefusedError",
    "MaskRefusedError",
    "ReleaseRefusedError",
    "Rescan",
    "StorageError",
    "TooManyLookupsError",
    "applicant_digest",
    "body_fingerprint",
    "find_applicant",
    "find_in_body",
    "forget_lookups",
    "load_applicants",
    "local_copy",
    "look_up_place",
    "mask_file",
    "open_file",
    "open_original",
    "record_original_read",
    "release_findings",
    "rescan",
    "scan_body",
    "scan_file",
    "store",
]
