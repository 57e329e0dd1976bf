"""What the verifier answers: a verdict for each file, its reason as a code, and the facts it rests on."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The answer about one file."""

    INTACT = "intact"  # 内容未改动
    RECORDED = "recorded"  # 记录属实
    LOG_INTACT = "log_intact"  # 日志完整
    CORRECTED = "corrected"  # 已被更正
    WITHDRAWN = "withdrawn"  # 已被撤回
    EXPIRED = "expired"  # 公示期满
    ALTERED = "altered"  # 内容不符
    BROKEN = "broken"  # 证明不成立
    UNVERIFIABLE = "unverifiable"  # 无法验证

    @property
    def exit_code(self) -> int:
        """0 all is well, 1 a mismatch, 2 nothing could be checked."""
        if self in (Verdict.ALTERED, Verdict.BROKEN):
            return 1
        return 2 if self is Verdict.UNVERIFIABLE else 0


@dataclass(slots=True)
class Outcome:
    """The answer about ``file``. ``reason`` and ``notes`` are codes of :mod:`gongkai.verify.words`."""

    file: str
    verdict: Verdict
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def note(self, code: str, **values: Any) -> None:
        """Add a remark."""
        self.notes.append((code, values))

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "ok": self.verdict.exit_code == 0,
            "reason": self.reason,
            "facts": self.facts,
            "notes": [{"code": code, **values} for code, values in self.notes],
        }


def exit_code(outcomes: list[Outcome]) -> int:
    """A mismatch anywhere is 1; otherwise 2 when something could not be checked; otherwise 0."""
    codes = {outcome.verdict.exit_code for outcome in outcomes}
    return 1 if 1 in codes else max(codes, default=2)
