"""``manage.py work``: run every follower and the day's round, once or for ever."""

import logging
import signal
import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from gongkai.events.follower import Follower, catch_up
from gongkai.web.followers import daily_round, every_look, followers

log = logging.getLogger("gongkai.work")
PAUSE = 1.0  # seconds between looks; a follower is never later than this plus its own work
LONGEST_PAUSE = 60.0  # after repeated failures of one follower


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
        rested: dict[str, float] = {}
        rounds = followers()
        if rebuild:
            rounds = self._emptied(rounds, rebuild)
        if once or rebuild:
            daily_round(timezone.now())
            every_look()
            for follower in rounds:
                done = catch_up(follower)
                self.stdout.write(f"{follower.name}:处理 {done} 个事件")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        last_round: date | None = None
        waits: dict[str, float] = {}
        while not self.stopping:
            last_round = self._round(last_round)
            self._look()
            for follower in rounds:
                if time.monotonic() >= rested.get(follower.name, 0.0):
                    self._step(follower, rested=rested, waits=waits)
            close_old_connections()
            time.sleep(PAUSE)

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

    def _round(self, last: date | None) -> date | None:
        today = timezone.localdate()
        if last == today:
            return last
        try:
            daily_round(timezone.now())
        except OperationalError:
            log.exception("daily round failed; it is tried again on the next look")
            return last
        return today

    def _look(self) -> None:
        try:
            every_look()
        except OperationalError:
            log.exception("waiting imports could not be read; they are taken up on the next look")

    def _step(self, follower: Follower, *, rested: dict[str, float], waits: dict[str, float]) -> None:
        try:
            catch_up(follower)
            waits.pop(follower.name, None)
        except Exception:  # one follower's fault must not stop the others; it is logged whole
            log.exception("follower %s failed", follower.name)
            waits[follower.name] = min(waits.get(follower.name, PAUSE) * 2, LONGEST_PAUSE)
            rested[follower.name] = time.monotonic() + waits[follower.name]
