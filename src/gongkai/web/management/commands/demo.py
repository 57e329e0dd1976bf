"""``manage.py demo``: an invented year for the county, through the ordinary actions, labelled everywhere."""

from argparse import ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import CountyNotLoadedError, agencies_in_force, county
from gongkai.core.days import unlikely
from gongkai.disclosures.models import Disclosure
from gongkai.documents.reader import Reader
from gongkai.web.demo import marker
from gongkai.web.demo.hands import KNOWN, PASSWORD, Hands
from gongkai.web.demo.stage import clock
from gongkai.web.demo.stories import DAYS, plan
from gongkai.web.demo.year import Year

UNTIL = date(2026, 11, 23)


class Command(BaseCommand):
    help = "装入一年虚构的演示数据:各单位、各领域,按时的、逾期的、更正的和缺失的都有,每页标明“演示数据”。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The last day of the year, and the consent to mix with real data."""
        parser.add_argument("--until", type=_day, default=UNTIL, help="演示年度的最后一天")
        parser.add_argument("--yes-mix", action="store_true", help="库里已有真实信息时仍然装入")

    def handle(self, *args: Any, until: date, yes_mix: bool, **options: Any) -> None:
        """All of the year or nothing: one transaction. A second run changes nothing."""
        try:
            here = county()
        except CountyNotLoadedError as error:
            raise CommandError(str(error)) from None
        name = here.name
        if here.code != plan()["county"]:
            raise CommandError(
                f"{name}没有演示数据:演示年度是按 profiles/{plan()['county']} 的事项和单位编写的。"
                "要看演示,请用那份配置和空的数据目录(GONGKAI_PROFILE、GONGKAI_VAR_DIR)运行 make run 和 make demo。"
            )
        if Disclosure.objects.filter(is_demo=True).exists():
            marker.place().touch()
            self.stdout.write("演示数据已经在库里,没有改动。")
        else:
            self._refuse_to_mix(yes_mix)
            self._labelled_year(until, name)
        call_command("work", once=True, stdout=self.stdout)
        self.stdout.write(f"演示账号(密码都是 {PASSWORD}):{'、'.join(KNOWN)}")

    def _refuse_to_mix(self, yes_mix: bool) -> None:
        if Disclosure.objects.count() > 1 and not yes_mix:
            raise CommandError(
                "库里已有真实的公开信息。演示数据不应与真实数据混在一起:请换一个空的数据目录(GONGKAI_VAR_DIR),"
                "或在确认后果后加 --yes-mix。"
            )

    def _labelled_year(self, until: date, name: str) -> None:
        """First the label, then what it labels; a year that was not finished leaves neither."""
        before = marker.place().exists()
        marker.place().touch()
        try:
            with transaction.atomic():
                self._play(until, name)
        except BaseException:
            if not before:
                marker.place().unlink()
            raise

    def _play(self, until: date, name: str) -> None:
        first = until - timedelta(days=DAYS)
        self.stdout.write(f"{name}演示年度:{first} 至 {until}")
        acting = agencies_in_force().filter(pk__in=_responsible())
        shown = [0]

        def told(passed: int, total: int) -> None:
            if passed * 10 // total > shown[0]:
                shown[0] = passed * 10 // total
                self.stdout.write(f"  {shown[0] * 10:3}%  {timezone.localtime():%H:%M:%S}")

        with Reader() as reader:
            hands = Hands(acting, since=first, at=clock(first, 8))
            acts = Year(until=until, hands=hands, reader=reader).play(told=told)
        self.stdout.write(f"演示数据:{Disclosure.objects.filter(is_demo=True).count()} 条公开信息,{acts} 个步骤。")


def _day(written: str) -> date:
    """The last day of the year. Raises ``ArgumentTypeError`` in words."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"“{written}”不是有效的日期。请写成 2026-11-23。") from None
    if wrong := unlikely(day):
        raise ArgumentTypeError(wrong)
    return day


def _responsible() -> list[int]:
    """Everybody who owes an item, townships included."""
    owed = Agency.objects.filter(items__isnull=False)
    return [*owed.values_list("pk", flat=True), *owed.filter(is_group=True).values_list("parts", flat=True)]
