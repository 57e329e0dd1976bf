"""``manage.py rescan``: when a detection rule has changed, everything published is checked again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from gongkai.disclosures.actions.rechecking import recheck_texts, recheck_waiting
from gongkai.documents.actions import rescan


class Command(BaseCommand):
    """Checks files last checked by an older detector, then every text that is or is to be public."""

    help = "检测规则变化后,重新检查全部文件、已公开的正文和待审、待公开的稿件;新发现列给公开办"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether files checked by the present detector are checked too."""
        parser.add_argument("--all", action="store_true", help="也重新检查已用当前规则检查过的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and list what must be looked at."""
        at = timezone.now()
        done = rescan(at=at, everything=options["all"])
        texts, waiting = recheck_texts(at=at), recheck_waiting(at=at)
        self.stdout.write(f"已检查文件 {done.checked} 个、正文 {texts.texts} 篇、待审和待公开的稿件 {waiting} 篇")
        for stored in done.alarming:
            self.stdout.write(f"文件 {stored} 有新的确定发现")
        for revision in texts.alarming:
            self.stdout.write(
                f"正文 {revision.disclosure.index_number or revision.pk} 第 {revision.number} 版有确定的发现"
            )
        if not done.alarming and not texts.alarming:
            self.stdout.write("没有新的确定发现")
