"""``manage.py reindex``: build the index anew while it is being read."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.search.actions import IndexCountError, reindex
from gongkai.search.store import AlreadyRebuildingError

WIDTH = 30


class Command(BaseCommand):
    help = "重建检索库:在旁边建好、核对条数后替换;重建期间检索照常可用。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, verify, take over; the progress goes to stderr, the result to stdout."""
        self.began = self.shown = time.monotonic()
        try:
            made = reindex(progress=self._progress)
        except (AlreadyRebuildingError, IndexCountError) as error:
            raise CommandError(str(error)) from None
        pace = made.count / made.seconds if made.seconds else 0.0
        self.stdout.write(
            f"检索库已重建:{made.count} 条,与数据库一致;用时 {made.seconds:.1f} 秒(每秒 {pace:.0f} 条),"
            f"截至第 {made.position} 个事件。"
        )

    def _progress(self, done: int, total: int) -> None:
        now, is_terminal = time.monotonic(), self.stderr.isatty()
        if done < total and now - self.shown < (0.2 if is_terminal else 10):
            return
        self.shown = now
        full = WIDTH * done // total if total else WIDTH
        left = (now - self.began) / done * (total - done) if done else 0.0
        bar = f"[{'█' * full}{'·' * (WIDTH - full)}] {done}/{total} 还需约 {left:.0f} 秒"
        self.stderr.write(f"\r{bar}" if is_terminal else bar, ending="" if is_terminal and done < total else "\n")
