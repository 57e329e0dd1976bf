"""``manage.py rescan``: when a detection rule has changed, everything published is checked again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from gongkai.disclosures.actions.gate import check_text, subject_of
from gongkai.disclosures.models import Revision
from gongkai.documents.actions import rescan
from gongkai.documents.queries import blocking


class Command(BaseCommand):
    """Checks files last checked by an older detector, then the text of everything that is public."""

    help = "检测规则变化后,重新检查全部文件和已公开的正文;新发现列给公开办"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether files checked by the present detector are checked too."""
        parser.add_argument("--all", action="store_true", help="也重新检查已用当前规则检查过的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and list what must be looked at."""
        at = timezone.now()
        done = rescan(at=at, everything=options["all"])
        texts, alarming = 0, []
        for revision in Revision.objects.filter(stage="published").select_related("disclosure").iterator():
            if revision.disclosure.published_revision_id != revision.pk:
                continue
            texts += 1
            check_text(revision, at=at)
            if blocking([], subjects=[subject_of(revision)]).exists():
                alarming.append(revision)
        self.stdout.write(f"已检查文件 {done.checked} 个、正文 {texts} 篇")
        for stored in done.alarming:
            self.stdout.write(f"文件 {stored} 有新的确定发现")
        for revision in alarming:
            self.stdout.write(f"正文 {revision.disclosure.index_number or revision.pk} 有确定的发现")
        if not done.alarming and not alarming:
            self.stdout.write("没有新的确定发现")
