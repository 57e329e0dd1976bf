"""``manage.py up``: from an empty folder to a running county. ``make run`` calls it; twice changes nothing."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.web import running
from gongkai.web.first_day import ensure_administrator, ensure_catalogue, ensure_first_disclosure


class Command(BaseCommand):
    help = "建库、装载县域配置、公开第一条信息、启动网站和跟随程序。可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen; ``--no-start`` prepares without starting."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default=os.environ.get("GONGKAI_HOST", "127.0.0.1"))
        parser.add_argument("--no-start", action="store_true", help="只准备数据,不启动")

    def handle(self, *args: Any, port: int, host: str, no_start: bool, **options: Any) -> None:
        """Prepare, start what is not running, say where to go."""
        password = self._prepare()
        if no_start:
            return
        call_command("work", once=True, stdout=self.stdout)
        try:
            if running.running_port() is None:
                running.start_web(host=host, port=port)
            if running.alive("work") is None:
                running.start_work()
        except running.StartError as error:
            raise CommandError(str(error)) from None
        self._point(port, password)

    def _prepare(self) -> str | None:
        """Texts, tables, the county, its checklist and first disclosure; a new administrator's password."""
        call_command("messages", compile=True, verbosity=0)
        self.stdout.write("数据库:检查并更新表结构 …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_profile", str(settings.PROFILE_DIR), stdout=self.stdout)
        password = ensure_administrator()
        if catalogue := ensure_catalogue():
            self.stdout.write(f"已发布{catalogue.title}第 {catalogue.number} 版({len(catalogue.rows)} 项)")
        if first := ensure_first_disclosure():
            self.stdout.write(f"已公开第一条信息:{first.title}(索引号 {first.index_number})")
        return password

    def _point(self, asked: int, password: str | None) -> None:
        port = running.running_port() or asked
        say = self.stdout.write
        say("")
        say(f"网站    {running.site_url(port)}/")
        say(f"工作台  {running.site_url(port)}/workspace/")
        if password:
            say(f"管理员  admin   一次性密码  {password}   (只显示这一次;首次登录须修改)")
        if port != asked:
            say(f"网站已在端口 {port} 运行;要换端口,请先 make stop。")
        say("停止:make stop   运行日志:var/logs/")
