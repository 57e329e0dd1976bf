"""Letters in bytes of a kind nobody reads."""

import re
from collections.abc import Iterator

_ONE_BYTE = re.compile(rb"[ -~]{7,2000}")
_TWO_BYTE = re.compile(rb"(?:[ -~]\0){7,1000}")


def printed(data: bytes) -> Iterator[str]:
    """Runs of readable characters, one- and two-byte ones."""
    for match in _ONE_BYTE.finditer(data):
        yield match.group().decode("ascii")
    for match in _TWO_BYTE.finditer(data):
        yield match.group().decode("utf-16-le", errors="ignore")
