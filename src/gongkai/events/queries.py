"""What readers of the events ask."""

from gongkai.events.models import EventHead


def newest_position() -> int:
    """The position of the newest event committed; 0 before the first. One row read."""
    return EventHead.objects.values_list("position", flat=True).first() or 0
