"""``manage.py sweep``: what ran out, what fell silent, what a finished period asks for."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongkai.core.workdays import CalendarDataError
from gongkai.obligations.actions import SweepDayError, require_sweepable, sweep


class Command(BaseCommand):
    """清查到期和沉默事项."""

    help = "清查:开立周期性时限、标记逾期、登记沉默事项;可以重复运行"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--as-of DATE."""
        parser.add_argument(
            "--as-of", metavar="DATE", help="以哪一天为准,默认今天(YYYY-MM-DD);只能是上次清查到今天之间的日子"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Sweep once and say what was found."""
        now = timezone.now()
        try:
            as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else timezone.localdate(now)
        except ValueError:
            raise CommandError(f"“{options['as_of']}”不是有效的日期。请写成 2026-03-02。") from None
        try:
            require_sweepable(as_of, at=now)
            report = sweep(as_of=as_of, at=now)
        except (CalendarDataError, SweepDayError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"截至 {as_of}:新开立时限 {report.opened} 项,新逾期 {report.overdue} 项,"
            f"新沉默事项 {report.fell_silent} 个,恢复公开 {report.heard_again} 个。"
        )
