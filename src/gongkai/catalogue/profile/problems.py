"""What can be wrong with a profile, said so that the person who wrote it can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file, the entry in it (its code, or 第N条), the key, and what to do."""

    file: str
    entry: str
    key: str
    message: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, self.entry, self.key) if part)
        return f"{place}:{self.message}"


class ProfileError(Exception):
    """The profile cannot be loaded and nothing of it was; ``problems`` lists every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"县配置有 {len(self.problems)} 处问题,没有载入任何内容。请改正后重新载入:\n{lines}")
