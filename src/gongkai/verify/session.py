"""One run of the verifier: all files of the command line, held against each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gongkai.core.notes import MAX_NOTE_BYTES, NoteError, VerifierKey
from gongkai.core.proofs import open_checkpoint
from gongkai.verify import logs
from gongkai.verify.archives import holds_checkpoint, unpack
from gongkai.verify.claims import Claim, check_proof, describe, remark
from gongkai.verify.files import FolderLog, Kind, UnreadableError, bounded, digests, kind_of
from gongkai.verify.outcome import Outcome, Verdict

_ENDS = {"withdraw": Verdict.WITHDRAWN, "expire": Verdict.EXPIRED}
_FINE = (Verdict.INTACT, Verdict.RECORDED)


@dataclass(slots=True)
class Session:
    """Files are sorted by what they are, then proofs, logs and contents are checked in that order."""

    pinned: VerifierKey | None
    progress: Callable[[str, int, int], None]
    outcomes: list[Outcome] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    _logs: list[tuple[Path, Kind]] = field(default_factory=list)
    _contents: list[tuple[Outcome, str, str]] = field(default_factory=list)
    _by_place: dict[tuple[str, int], list[Claim]] = field(default_factory=dict)

    def take(self, path: Path, *, as_content: bool = False) -> None:
        """Accept one file of the command line; proofs are checked at once, logs and contents by ``finish``."""
        try:
            kind = kind_of(path)
            if kind is Kind.FOLDER or (kind is Kind.PACKED and not as_content and holds_checkpoint(path)):
                self._logs.append((path, kind))
            elif kind is Kind.PROOF and not as_content:
                outcome, claim = check_proof(path, pinned=self.pinned)
                self.outcomes.append(outcome)
                if claim is not None:
                    self._claim(claim)
            elif kind is Kind.CHECKPOINT and not as_content:
                self.outcomes.append(self._checkpoint(path))
            else:
                found = Outcome(str(path), Verdict.UNVERIFIABLE)
                self._contents.append((found, *digests(path)))
                self.outcomes.append(found)
        except UnreadableError as error:
            self.outcomes.append(Outcome(str(path), Verdict.UNVERIFIABLE, error.code))

    def finish(self) -> list[Outcome]:
        """Walk through the logs, match the contents, say what came after; every outcome, in the order given."""
        self._relate_proofs()
        for path, kind in self._logs:
            try:
                self._log(path, kind)
            except UnreadableError as error:
                self.outcomes.append(Outcome(str(path), Verdict.UNVERIFIABLE, error.code))
        for outcome, first, second in self._contents:
            self._content(outcome, first, second)
        for claim in self.claims:
            self._complete(claim)
        return self.outcomes

    def _claim(self, claim: Claim) -> None:
        self.claims.append(claim)
        self._by_place.setdefault((claim.outcome.facts["vkey"], claim.position), []).append(claim)

    # --- a head alone -------------------------------------------------------------------------------------

    def _checkpoint(self, path: Path) -> Outcome:
        outcome = Outcome(str(path), Verdict.BROKEN)
        if self.pinned is None:
            return Outcome(str(path), Verdict.UNVERIFIABLE, "no_key")
        try:
            head, others = open_checkpoint(bounded(path, MAX_NOTE_BYTES), self.pinned)
        except NoteError as error:
            outcome.reason = error.fault.value
            return outcome
        outcome.verdict, outcome.reason = Verdict.RECORDED, "head_only"
        outcome.facts = {"origin": head.origin, "size": head.size, "vkey": str(self.pinned)}
        remark(outcome, pinned=self.pinned, others=others)
        self._claim(Claim(head.origin, -1, {"subject": ""}, outcome, head))
        return outcome

    # --- logs ---------------------------------------------------------------------------------------------

    def _log(self, path: Path, kind: Kind) -> None:
        if kind is Kind.FOLDER:
            self.outcomes.append(self._walk(path, path))
            return
        with TemporaryDirectory(prefix="gongkai-log-") as folder:
            unpack(path, Path(folder))
            self.outcomes.append(self._walk(path, Path(folder)))

    def _walk(self, path: Path, root: Path) -> Outcome:
        source, outcome = FolderLog(root), Outcome(str(path), Verdict.BROKEN)
        if source.read("checkpoint") is None:
            is_log = (root / "tile").is_dir()
            return Outcome(str(path), Verdict.BROKEN if is_log else Verdict.UNVERIFIABLE, "no_checkpoint")
        if self.pinned is None and source.read("log.vkey") is None:
            return Outcome(str(path), Verdict.UNVERIFIABLE, "no_key")
        try:
            report = logs.open_log(source, pinned=self.pinned)
        except NoteError as error:
            outcome.reason = error.fault.value
            return outcome
        own = [c for c in self.claims if c.head and c.outcome.facts.get("vkey") == str(report.key)]
        wanted = logs.Wanted(
            {claim.position for claim in own},
            {first for _, first, _ in self._contents},
            {claim.head.size for claim in own if claim.head},
        )
        logs.check_log(source, report, wanted, lambda done, total: self.progress(str(path), done, total))
        outcome.facts = self._log_facts(report)
        if report.faults:
            outcome.reason = "log_damaged"
            for code, where in report.faults:
                outcome.note(code, where=where)
            return outcome
        outcome.verdict = Verdict.LOG_INTACT
        remark(outcome, pinned=self.pinned, others=report.others)
        self._learn(report, own)
        return outcome

    @staticmethod
    def _log_facts(report: logs.LogReport) -> dict[str, Any]:
        kinds = dict(sorted(report.kinds.items()))
        head = report.head
        return {"origin": head.origin, "size": head.size, "vkey": str(report.key), "kinds": kinds}

    def _learn(self, report: logs.LogReport, own: list[Claim]) -> None:
        """Hold the proofs against the whole log, and keep its records for the contents."""
        for claim in own:
            assert claim.head is not None  # noqa: S101 - chosen so by the caller
            if claim.head.size > report.head.size:
                claim.outcome.note("log_older", size=report.head.size)
            elif report.roots.get(claim.head.size) != claim.head.root:
                claim.outcome.verdict, claim.outcome.reason = Verdict.BROKEN, "split_view"
        for position, facts in report.records.items():
            shown = Outcome("", Verdict.RECORDED)
            shown.facts = describe(facts, position=position, head=report.head, key=report.key)
            self._claim(Claim(report.key.name, position, facts, shown))
        for position in report.records:
            for later in logs.successors(report, position):
                self._supersede(position, report.records[later], later, vkey=str(report.key))

    # --- what came after ------------------------------------------------------------------------------------

    def _relate_proofs(self) -> None:
        for new in sorted(self.claims, key=lambda claim: claim.position):
            old = new.facts.get("replaces")
            if type(old) is int:
                self._supersede(old, new.facts, new.position, vkey=new.outcome.facts["vkey"])

    def _supersede(self, old: int, facts: dict[str, Any], position: int, *, vkey: str) -> None:
        for claim in self._by_place.get((vkey, old), []):
            if claim.facts["subject"] == facts["subject"] and claim.outcome.verdict.exit_code == 0:
                claim.outcome.verdict = _ENDS.get(facts["kind"], Verdict.CORRECTED)
                claim.outcome.facts["superseded_by"] = position

    # --- contents -------------------------------------------------------------------------------------------

    def _content(self, outcome: Outcome, first: str, second: str) -> None:
        good = [claim for claim in self.claims if claim.outcome.verdict.exit_code == 0]
        if not good:
            outcome.reason = "proof_broken" if self.outcomes_of_proofs() else "needs_proof"
            return
        for claim in sorted(good, key=lambda c: c.position):
            if any(d["sha256"] == first and d.get("sm3", second) == second for d in claim.digests):
                claim.met.add(first)
                outcome.verdict = claim.outcome.verdict if claim.outcome.verdict not in _FINE else Verdict.INTACT
                outcome.facts = claim.outcome.facts
                return
        outcome.verdict, outcome.reason = Verdict.ALTERED, "no_such_digest"
        outcome.facts = {"sha256": first}
        if any(claim.facts.get("replaces") is not None for claim in good):
            outcome.note("maybe_older")

    def outcomes_of_proofs(self) -> bool:
        """Whether a proof or a log was given at all, even a broken one."""
        own = {id(outcome) for outcome, _, _ in self._contents}
        return any(id(outcome) not in own for outcome in self.outcomes)

    @staticmethod
    def _complete(claim: Claim) -> None:
        """A proof whose main content was met says so; what was not given is counted, not passed over."""
        if claim.outcome.verdict is Verdict.RECORDED and claim.facts.get("sha256") in claim.met:
            claim.outcome.verdict = Verdict.INTACT
        if missing := len({d["sha256"] for d in claim.digests} - claim.met):
            claim.outcome.note("not_given", count=missing)
