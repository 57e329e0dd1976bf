"""The followers of this installation, and the round that time itself calls for every day."""

from datetime import datetime

from django.utils import timezone

from gongkai.disclosures.actions import expire_due
from gongkai.disclosures.importing.actions import tidy
from gongkai.disclosures.importing.background import run_waiting
from gongkai.documents.actions import forget_lookups
from gongkai.documents.uploads import tidy_uploads
from gongkai.events.follower import Follower
from gongkai.ledger.follower import TilesFollower
from gongkai.obligations.actions import sweep
from gongkai.search.follower import SearchFollower


def followers() -> list[Follower]:
    """Every follower, independent of each other; the order is only the order of one look."""
    return [TilesFollower(), SearchFollower()]


def daily_round(now: datetime) -> None:
    """End the 公示 that ran out, find what is late or silent, erase old sheets; idempotent, once a day."""
    today = timezone.localdate(now)
    expire_due(as_of=today, at=now)
    sweep(as_of=today, at=now)
    tidy(at=now)
    forget_lookups(at=now)
    tidy_uploads(now=now.timestamp())


def every_look() -> int:
    """What officers wait for: long imports. Taken up again after a kill; how many were taken up."""
    return run_waiting(clock=timezone.now)
