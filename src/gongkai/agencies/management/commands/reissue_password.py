"""``manage.py reissue_password NAME``: a new one-time password, for the operator at the machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gongkai.agencies.actions.officers import reset_password
from gongkai.agencies.models import Officer


class Command(BaseCommand):
    help = "为一个账号换发一次性密码:原密码和已登录的会话立即失效。只在服务器上使用,操作日志有记录。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME."""
        parser.add_argument("username", metavar="登录名", help="例如 admin")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Print the password once; it is kept nowhere."""
        officer = Officer.objects.filter(username=username).first()
        if officer is None:
            raise CommandError(f"没有登录名为“{username}”的账号。请核对后再试。")
        if not officer.is_active:
            raise CommandError(f"账号“{username}”已停用。请由系统管理员在工作台“人员”中恢复。")
        password = reset_password(officer, by=None, at=timezone.now())
        self.stdout.write(f"{username}   一次性密码  {password}   (只显示这一次;首次登录须修改)")
