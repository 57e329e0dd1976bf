"""Where a row stands in a list sorted by a moment and its key, as a short text for the address of a page."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for no moment at all."""

_LONGEST, _LARGEST = 40, 2**63 - 1


def token(moment: datetime | None, key: int) -> str:
    """The position as text: microseconds since 1970, a hyphen, the key."""
    return f"{((moment or EPOCH) - EPOCH) // timedelta(microseconds=1)}-{key}"


def position(text: str) -> tuple[datetime, int] | None:
    """The position a text names; None for none and for nonsense."""
    micro, _sep, key = text.partition("-")
    if not (micro.isascii() and micro.isdigit() and key.isascii() and key.isdigit() and len(text) <= _LONGEST):
        return None
    try:
        return EPOCH + timedelta(microseconds=int(micro)), min(int(key), _LARGEST)
    except OverflowError:
        return None
