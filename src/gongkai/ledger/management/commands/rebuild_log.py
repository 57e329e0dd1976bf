"""``manage.py rebuild_log``: write the static log again from the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongkai.ledger.follower import LogDamagedError, LogKeyError, rebuild


class Command(BaseCommand):
    """The old head stays up until the new one, which must continue it, is signed."""

    help = "由数据库重建公开日志的静态文件并重新签名。先运行 verify_log 查明原因,再重建。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how far."""
        try:
            head = rebuild()
        except (LogDamagedError, LogKeyError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"已重建公开日志,共 {head.size} 条。" if head else "还没有任何记录,无需重建。")
