"""When background work was last done: how officers and operators know that it still runs."""

from datetime import date, datetime

from gongkai.events.models import Event, Round

LOOK = "look"  # the followers' look: every one of them had read everything
SWEEP = "sweep"  # the night's round over clocks and silence


def note_round(name: str, *, on: date, at: datetime) -> None:
    """``name`` was done to its end for the day ``on``. An earlier day than the noted one changes nothing."""
    if Round.objects.filter(pk=name, on__lte=on).update(on=on, at=at):
        return
    Round.objects.get_or_create(pk=name, defaults={"on": on, "at": at})


def last_round(name: str) -> Round | None:
    """The last time ``name`` was done, or None when it never was."""
    return Round.objects.filter(pk=name).first()


def first_event_at() -> datetime | None:
    """The moment of the very first event, when this installation began; None before it."""
    return Event.objects.order_by("position").values_list("at", flat=True).first()
