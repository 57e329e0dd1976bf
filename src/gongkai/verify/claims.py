"""One proof file: is the record in it the log's, and what does the record say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from gongkai.core.notes import Checkpoint, Fault, NoteError, VerifierKey
from gongkai.core.proofs import MAX_PROOF_BYTES, LeafProof, record_facts
from gongkai.verify.files import bounded
from gongkai.verify.outcome import Outcome, Verdict

CHINA = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Claim:
    """A record of a log, shown by a proof or read in the log itself, with the digests it vouches for.

    ``met`` collects the digests for which a file was given.
    """

    origin: str
    position: int
    facts: dict[str, Any]
    outcome: Outcome
    head: Checkpoint | None = None
    met: set[str] = field(default_factory=set)

    @property
    def digests(self) -> list[dict[str, str]]:
        """The record's own digests, if it has content, then those of its files."""
        return digests_of(self.facts)


def digests_of(facts: dict[str, Any]) -> list[dict[str, str]]:
    """Every object of a record that carries a SHA-256."""
    files = facts.get("files")
    found = [facts, *(files if isinstance(files, list) else [])]
    return [d for d in found if isinstance(d, dict) and isinstance(d.get("sha256"), str)]


def key_for(vkey: str, pinned: VerifierKey | None) -> VerifierKey:
    """The key to check with: the pinned one, with which the file's own claim must agree. Raises ``NoteError``."""
    claimed = VerifierKey.parse(vkey)
    if pinned is not None and pinned != claimed:
        raise NoteError(Fault.OTHER_KEY)
    return claimed


def check_proof(path: Path, *, pinned: VerifierKey | None) -> tuple[Outcome, Claim | None]:
    """The answer about one proof file, and its record when the proof holds. Raises ``UnreadableError``."""
    outcome = Outcome(str(path), Verdict.BROKEN)
    try:
        proof = LeafProof.parse(bounded(path, MAX_PROOF_BYTES))
        key = key_for(proof.vkey, pinned)
        head, others = proof.verify(key)
        facts = record_facts(proof.record)
    except NoteError as error:
        outcome.reason = error.fault.value
        return outcome, None
    outcome.verdict = Verdict.RECORDED
    outcome.facts = describe(facts, position=proof.index, head=head, key=key)
    remark(outcome, pinned=pinned, others=others)
    return outcome, Claim(key.name, proof.index, facts, outcome, head)


def describe(facts: dict[str, Any], *, position: int, head: Checkpoint, key: VerifierKey) -> dict[str, Any]:
    """What a reader is told of a record; nothing in it is trusted to be of the right type."""
    said = {name: facts[name] for name in ("kind", "subject", "agency", "index_number") if name in facts}
    return {
        **{name: value for name, value in said.items() if isinstance(value, str)},
        "position": position,
        "at": local(facts["at"]),
        "replaces": facts["replaces"] if isinstance(facts.get("replaces"), int) else None,
        "origin": head.origin,
        "size": head.size,
        "vkey": str(key),
    }


def local(at: str) -> str:
    """A moment of the log in China's time, to the second; as it stands when it is not one."""
    try:
        return datetime.fromisoformat(at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return at


def remark(outcome: Outcome, *, pinned: VerifierKey | None, others: int) -> None:
    """What every answer resting on a signature has to add."""
    if pinned is None:
        outcome.note("key_not_pinned", vkey=outcome.facts["vkey"])
    if others:
        outcome.note("other_signatures", count=others)
    outcome.note("time_is_own")
