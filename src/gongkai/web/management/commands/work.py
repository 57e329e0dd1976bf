"""``manage.py work``: run every follower and the day's round, once or for ever."""

import logging
import signal
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from gongkai.core.faults import placed
from gongkai.events.follower import Follower, catch_up
from gongkai.events.rounds import LOOK, note_round
from gongkai.ledger.follower.signing import LogKeyError
from gongkai.ledger.follower.writing import LogDamagedError
from gongkai.web.followers import RoundError, daily_round, every_look, followers

log = logging.getLogger("gongkai.work")
OWN_WORDS = (RoundError, LogDamagedError, LogKeyError, OSError)  # messages that quote no text of anybody
PAUSE = 1.0  # seconds between looks; a follower is never later than this plus its own work
LONGEST_PAUSE = 60.0  # after repeated failures of one part
NOTE = "note"
NOTED_EVERY = 30.0  # how exactly officers know when the followers looked last


class Command(BaseCommand):
    help = "运行全部跟随程序(公开日志、检索索引等)和每日巡查。可随时中断,重启后从断点继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--once`` for scripts and tests."""
        parser.add_argument("--once", action="store_true", help="处理完现有事件即退出")
        parser.add_argument(
            "--rebuild", metavar="NAME", help="先清空一个跟随程序的产物,再从头重建(例如 search、tiles)"
        )

    def handle(self, *args: Any, once: bool, rebuild: str | None = None, **options: Any) -> None:
        """Every follower in turn; one that fails is logged, waits longer and never stops the others."""
        self.stopping = False
        self.last_round: date | None = None
        self.rested: dict[str, float] = {}  # part → when it is tried again
        self.waits: dict[str, float] = {}  # part → how long it rested the last time; empty when all is well
        self.noted = -NOTED_EVERY
        rounds = followers()
        if rebuild:
            rounds = self._emptied(rounds, rebuild)
        if once or rebuild:
            self._once(rounds)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            self._pass(rounds)
            close_old_connections()
            time.sleep(PAUSE)

    def _once(self, rounds: list[Follower]) -> None:
        """Everything that waits, then out; what failed is said at the end, after all the rest was done."""
        trouble = ""
        try:
            daily_round(timezone.now())
        except RoundError as error:
            trouble = str(error)
        every_look()
        for follower in rounds:
            done = catch_up(follower)
            self.stdout.write(f"{follower.name}:处理 {done} 个事件")
        self._note_look()
        if trouble:
            raise CommandError(trouble)

    def _pass(self, rounds: list[Follower]) -> None:
        """One look at everything. A part that fails rests for a while; no part stops another."""
        self._try("round", self._round)
        self._try("look", every_look)
        for follower in rounds:
            self._try(follower.name, partial(catch_up, follower))
        # A note that failed last time rests like any other part; it must not stand in its own way.
        if not self.waits.keys() - {NOTE} and time.monotonic() >= self.noted + NOTED_EVERY:
            self._try(NOTE, self._note_look)

    def _note_look(self) -> None:
        now = timezone.now()
        note_round(LOOK, on=timezone.localdate(now), at=now)
        self.noted = time.monotonic()

    def _emptied(self, rounds: list[Follower], name: str) -> list[Follower]:
        """The one follower called ``name``, back at the beginning."""
        chosen = [follower for follower in rounds if follower.name == name]
        if not chosen:
            known = "、".join(follower.name for follower in rounds)
            raise CommandError(f"没有名为 {name} 的跟随程序。可选:{known}。")
        chosen[0].reset()
        return chosen

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _round(self) -> None:
        today = timezone.localdate()
        if self.last_round != today:
            daily_round(timezone.now())
            self.last_round = today

    def _try(self, name: str, part: Callable[[], object]) -> None:
        if time.monotonic() < self.rested.get(name, 0.0):
            return
        try:
            part()
            self.waits.pop(name, None)
        except Exception as error:  # noqa: BLE001 - one part's fault must not stop the others
            # A message of the database may quote a row: the log gets the place, and our own words where they are.
            own = error if isinstance(error, OWN_WORDS) else ""
            log.error("%s failed: %s %s", name, placed(error), own)  # noqa: TRY400
            self.waits[name] = min(self.waits.get(name, PAUSE) * 2, LONGEST_PAUSE)
            self.rested[name] = time.monotonic() + self.waits[name]
