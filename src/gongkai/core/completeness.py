"""公开清单 against what there is: which required elements are empty, which share is filled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete a text is against its item. ``missing`` are required (●), ``unused`` optional (○) elements."""

    missing: tuple[str, ...]
    unused: tuple[str, ...]
    unknown: tuple[str, ...]
    required_count: int

    @property
    def complete(self) -> bool:
        """Whether every required element is there."""
        return not self.missing

    @property
    def share(self) -> float:
        """Required elements filled, of all required ones; 1.0 where none is required."""
        return 1.0 if not self.required_count else 1 - len(self.missing) / self.required_count


def completeness(elements: Iterable[tuple[str, bool]], values: Mapping[str, str]) -> Completeness:
    """Compare ``values`` (element name → text) with ``elements`` (name, whether required), in their order.

    A blank text counts as nothing. Names that are not elements are ``unknown``.
    """
    known = list(elements)
    names = {name for name, _ in known}
    empty = [(name, required) for name, required in known if not values.get(name, "").strip()]
    return Completeness(
        missing=tuple(name for name, required in empty if required),
        unused=tuple(name for name, required in empty if not required),
        unknown=tuple(name for name in values if name not in names),
        required_count=sum(required for _, required in known),
    )
