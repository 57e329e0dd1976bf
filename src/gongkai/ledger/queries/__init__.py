"""What the log says: leaves from the database, proofs and heads from the static files."""

from gongkai.ledger.queries.contents import StoredContent, scrutinise_contents
from gongkai.ledger.queries.leaves import (
    DamagedLeafError,
    LogState,
    NotLoggedError,
    Stated,
    facts_of,
    leaf,
    leaves_of,
    raw,
    records,
    state,
    stated,
    stated_by,
)
from gongkai.ledger.queries.proofs import (
    NotYetPublishedError,
    ProofUnavailableError,
    checkpoint,
    proof_for,
    write_archive,
)
from gongkai.ledger.queries.scrutiny import Mismatch, scrutinise

__all__ = [
    "DamagedLeafError",
    "LogState",
    "Mismatch",
    "NotLoggedError",
    "NotYetPublishedError",
    "ProofUnavailableError",
    "Stated",
    "StoredContent",
    "checkpoint",
    "facts_of",
    "leaf",
    "leaves_of",
    "proof_for",
    "raw",
    "records",
    "scrutinise",
    "scrutinise_contents",
    "state",
    "stated",
    "stated_by",
    "write_archive",
]
