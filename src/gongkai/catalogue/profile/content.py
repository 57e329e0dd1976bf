"""A checked county as plain values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Entries = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Profile:
    """A checked county. The lists are mappings code → entry in the order of their file."""

    county: dict[str, Any]
    agencies: Entries
    supervision: Entries
    domains: Entries
    channels: Entries
    sources: Entries
    instruments: Entries
    exclusions: Entries
    rules: Entries
    items: Entries
    first_disclosure: dict[str, Any]
    english: dict[str, Any]
    privacy: dict[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 over the whole content, for telling whether anything changed; the order of entries counts."""
        return hashlib.sha256(json.dumps(vars(self), ensure_ascii=False).encode()).hexdigest()
