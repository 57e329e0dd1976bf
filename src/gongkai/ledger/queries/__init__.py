"""What the log says: leaves from the database, proofs and heads from the static files."""

from gongkai.ledger.queries.contents import StoredContent, scrutinise_contents
from gongkai.ledger.queries.leaves import LogState, NotLoggedError, facts_of, leaf, leaves_of, records, state
from gongkai.ledger.queries.proofs import (
    NotYetPublishedError,
    ProofUnavailableError,
    checkpoint,
    proof_for,
    write_archive,
)
from gongkai.ledger.queries.scrutiny import Mismatch, scrutinise

__all__ = [
    "LogState",
    "Mismatch",
    "NotLoggedError",
    "NotYetPublishedError",
    "ProofUnavailableError",
    "StoredContent",
    "checkpoint",
    "facts_of",
    "leaf",
    "leaves_of",
    "proof_for",
    "records",
    "scrutinise",
    "scrutinise_contents",
    "state",
    "write_archive",
]
