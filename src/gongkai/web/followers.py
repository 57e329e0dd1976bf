"""The followers of this installation, and the round that time itself calls for every day."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from gongkai.core.faults import placed
from gongkai.core.workdays import CalendarDataError
from gongkai.disclosures.actions import expire_due
from gongkai.disclosures.actions.rechecking import (
    recheck_files,
    recheck_texts_if_due,
    recheck_waiting,
)
from gongkai.disclosures.importing.actions import tidy
from gongkai.disclosures.importing.background import run_waiting
from gongkai.documents.actions import forget_lookups
from gongkai.documents.uploads import tidy_uploads
from gongkai.events.follower import Follower
from gongkai.ledger.follower import TilesFollower
from gongkai.obligations.actions import sweep
from gongkai.search.follower import SearchFollower

log = logging.getLogger("gongkai.work")


def followers() -> list[Follower]:
    """Every follower, independent of each other; the order is only the order of one look."""
    return [TilesFollower(), SearchFollower()]


class RoundError(Exception):
    """Parts of the day's round failed; every other part was done. The message names them and says what to do."""


def daily_round(now: datetime) -> None:
    """End the 公示 that ran out, find what is late or silent, check texts again when the detectors changed,
    erase old sheets; idempotent, once a day.

    A part that fails stops no other: it goes to the log by place, without what anybody typed, and ``RoundError``
    is raised at the end.
    """
    today = timezone.localdate(now)
    parts: dict[str, Callable[[], object]] = {
        "公示期满": lambda: expire_due(as_of=today, at=now),
        "清查": lambda: sweep(as_of=today, at=now),
        "按新规则重新检查正文": lambda: recheck_texts_if_due(at=now),
        "按新规则重新检查待审和待公开的稿件": lambda: recheck_waiting(at=now),
        "旧导入表": lambda: tidy(at=now),
        "旧查询次数": lambda: forget_lookups(at=now),
        "旧上传": lambda: tidy_uploads(now=now.timestamp()),
    }
    failed = []
    for name, part in parts.items():
        try:
            part()
        except Exception as error:  # noqa: BLE001 - the other parts are done all the same
            # A message of the database may quote a row: the log gets the place.
            log.error(  # noqa: TRY400
                "%s: %s", name, placed(error)
            )
            failed.append(f"{name}({error})" if isinstance(error, CalendarDataError) else name)
    if failed:
        raise RoundError(f"每日巡查中这些没有做完:{'、'.join(failed)}。其余已做;原因见日志,下一轮会再做。")


def every_look() -> int:
    """What officers wait for: long imports, and files that only older detectors saw, drafts' first.

    Taken up again after a kill; how many were taken up.
    """
    return run_waiting(clock=timezone.now) + recheck_files(at=timezone.now())
