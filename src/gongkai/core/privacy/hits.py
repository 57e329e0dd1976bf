"""What a detector hands on, before overlaps are resolved and the raw value is masked away."""

from dataclasses import dataclass

from gongkai.core.privacy.kinds import Certainty, Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """Characters ``start`` to ``end`` are of ``kind``; ``why`` says in Chinese what was seen.

    A ``beside`` hit speaks about characters that another hit already covers (a child's identity number).
    """

    kind: Kind
    certainty: Certainty
    start: int
    end: int
    why: str
    beside: bool = False
