"""``manage.py verify_log``: hold the publication log and everything it vouches for against each other."""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError

from gongkai.core.faults import placed
from gongkai.ledger.queries import Mismatch, scrutinise, scrutinise_contents, state
from gongkai.web.logged import logged_contents, rows_unlike_the_log

_SHOWN = 100  # one alteration gives one line, or a few; a flood of them is a lost disk
_UNSTATED = (
    "不在日志承诺之内,只由数据库拒绝改写来保护:操作日志、保密审查、公开时限的办理情况、撤回和收回的理由文字、"
    "首发记录、清单和日历的标题、说明。"
)


def _to_its_end(scrutiny: Callable[[], Iterable[Mismatch]], called: str) -> Iterator[Mismatch]:
    """What a scrutiny finds; where a stored value cannot even be read (text in a column of moments), that too."""
    last = ""
    try:
        for mismatch in scrutiny():
            last = mismatch.place
            yield mismatch
    except (ValueError, TypeError, AttributeError, LookupError, DataError) as error:
        since = f"({last} 之后)" if last else ""
        yield Mismatch(
            called, f"核对{called}时{since}读到不成形的数据,没有做完:有一行被改成了别的类型({placed(error)})。"
        )


class Command(BaseCommand):
    """Exit status 0: every byte agrees; 1: the lines above say what does not."""

    help = (
        "核对公开日志:逐条重算哈希,与日志文件、签名、库存正文、附件和页面所据的数据相比。"
        "有不符的逐条列出,并以状态 1 退出。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """``--no-content`` for a quick look at the log alone."""
        parser.add_argument(
            "--no-content", action="store_true", help="只核对日志本身,不读正文、附件和页面所据的数据"
        )

    def handle(self, *args: Any, no_content: bool, **options: Any) -> None:
        """Look at everything, list what differs, say what was looked at."""
        self.verbosity = int(options.get("verbosity", 1))
        found = self._report(_to_its_end(lambda: scrutinise(self._leaves), "记录"))
        if not no_content:
            contents = _to_its_end(lambda: scrutinise_contents(logged_contents(), self._contents), "正文和附件")
            found += self._report(chain(contents, _to_its_end(rows_unlike_the_log, "页面所据的数据")))
        if found:
            raise CommandError(
                f"公开日志核对不符,共 {found} 处,见上。请保留现场,先查明原因,再重建。", returncode=1
            )
        now = state()
        self.stdout.write(
            f"公开日志核对无误:记录 {now.size} 条,已签名公布 {now.published} 条"
            + ("。" if no_content else ",库存正文和附件、页面所据的数据与记录一致。")
        )
        if not no_content:
            self.stdout.write(_UNSTATED)

    def _report(self, mismatches: Iterable[Mismatch]) -> int:
        found = 0
        for found, mismatch in enumerate(mismatches, start=1):
            if found <= _SHOWN:
                self.stderr.write(f"{mismatch.place}\t{mismatch.message}")
        if found > _SHOWN:
            self.stderr.write(f"…… 另有 {found - _SHOWN} 处")
        return found

    def _leaves(self, done: int, total: int) -> None:
        self._tell(f"记录 {done}/{total}", last=done >= total)

    def _contents(self, done: int, _: int) -> None:
        self._tell(f"正文和附件 {done}", last=False)

    def _tell(self, text: str, *, last: bool) -> None:
        """Progress: rewritten in place on a terminal, a line now and then elsewhere."""
        if not self.verbosity:
            return
        if sys.stderr.isatty():
            self.stderr.write(f"\r{text}", ending="\n" if last else "")
        elif last:
            self.stderr.write(text)
