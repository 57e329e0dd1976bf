"""``manage.py mask PATH --out PATH``: a masked copy of a file. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongkai.core.privacy import masked_name, rules_from
from gongkai.documents import media
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.reader import Reader
from gongkai.documents.rules import county_rules


class Command(BaseCommand):
    """Writes the masked copy, or nothing at all when something certain would remain."""

    help = "在文件内部遮盖个人信息、删除隐藏内容和元数据,写出新文件(不需要数据库)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and where its masked copy goes."""
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--out", type=Path, required=True, metavar="PATH", help="新文件,不能与原文件相同")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mask and tell what was done."""
        path, out = options["path"], options["out"]
        try:
            rules = county_rules(today=timezone.localdate())
        except UnreadableFileError as error:
            raise CommandError(str(error), returncode=1) from error
        _refuse_paths(path, out, rules)
        try:
            facts = {"out": str(out), "rules": rules}
            with Reader() as reader:
                done = [answer["masked"] for answer in reader.ask("mask", path, name=path.name, facts=facts)]
        except UnreadableFileError as error:
            out.unlink(missing_ok=True)
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"已写出 {out}")
        for kind, count in sorted(done[0]["values"].items()):
            self.stdout.write(f"  遮盖 {kind}:{count}")
        for what, count in sorted(done[0]["removed"].items()):
            self.stdout.write(f"  删除 {what}:{count}")


def _refuse_paths(path: Path, out: Path, rules: dict[str, Any]) -> None:
    if not path.is_file():
        raise CommandError(f"找不到文件:{path}", returncode=2)
    if out.exists() and out.samefile(path):
        raise CommandError("新文件不能覆盖原文件:请换一个文件名", returncode=2)
    if media.extension(out.name) != media.extension(path.name):
        raise CommandError("新文件的扩展名应与原文件相同", returncode=2)
    if masked_name(out.name, rules_from(rules)) != out.name:
        raise CommandError("新文件的名称中有个人信息:请换一个名称", returncode=2)
    if not out.parent.is_dir():
        raise CommandError(f"文件夹不存在:{out.parent}", returncode=2)
