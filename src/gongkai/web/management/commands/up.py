"""``manage.py up``: from an empty folder to a running county. ``make run`` calls it; twice changes nothing."""

import os
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.web import running
from gongkai.web.first_day import (
    ADMINISTRATOR,
    FirstDayError,
    awaited_administrator,
    ensure_administrator,
    ensure_catalogue,
    ensure_first_disclosure,
)

PORT = 8000
REISSUE = ".venv/bin/python manage.py reissue_password"


class Command(BaseCommand):
    help = "建库、装载县域配置、公开第一条信息、启动网站和跟随程序。可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen; ``--no-start`` prepares without starting."""
        parser.add_argument("--port", type=int, help=f"端口;不写的,在运行的不换,没有运行的用 {PORT}")
        parser.add_argument("--host", default=os.environ.get("GONGKAI_HOST", "127.0.0.1"))
        parser.add_argument("--no-start", action="store_true", help="只准备数据,不启动")

    def handle(self, *args: Any, port: int | None, host: str, no_start: bool, **options: Any) -> None:
        """Prepare, start what is not running, say where to go. A taken port is found before anything is made.

        What runs older code than is installed is started anew; a site asked for on another port moves there.
        """
        wait = partial(self.stdout.write, "另一次启动或停止正在进行,等它结束 …")
        with running.alone(told=wait):
            try:
                if no_start:
                    self._prepare()
                else:
                    self._run(host, port)
            except running.StartError as error:
                raise CommandError(str(error)) from None

    def _run(self, host: str, asked: int | None) -> None:
        before = running.running_port()
        port = asked or before or PORT
        if port != before:
            running.require_free(host=host, port=port)
        older = [name for name in running.PROCESSES if running.is_older(name)]
        for name in older:  # tables may change below: the old program is not to meet them
            running.stop(name)
        if older:
            self.stdout.write("程序文件有变动:先停下旧的进程,准备好后重新启动。")
        self._prepare()
        call_command("work", once=True, stdout=self.stdout)
        if running.alive("web") is None:
            running.start_web(host=host, port=port)
        elif port != before:
            running.move_web(host=host, port=port)
        if running.alive("work") is None:
            running.start_work()
        self._point(port, before)

    def _prepare(self) -> None:
        """Texts, tables, the county, its administrator, checklist and first disclosure."""
        call_command("messages", compile=True, verbosity=0)
        self.stdout.write("数据库:检查并更新表结构 …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_profile", str(settings.PROFILE_DIR), stdout=self.stdout)
        self._let_in()
        try:
            if catalogue := ensure_catalogue():
                self.stdout.write(f"已发布{catalogue.title}第 {catalogue.number} 版({len(catalogue.rows)} 项)")
            if first := ensure_first_disclosure():
                self.stdout.write(f"已公开第一条信息:{first.title}(索引号 {first.index_number})")
        except FirstDayError as error:
            raise CommandError(str(error)) from None

    def _let_in(self) -> None:
        """The administrator's one-time password, said the moment it exists.

        A later start changes nothing: while nobody has signed in, it names the command that issues another.
        """
        say = self.stdout.write
        try:
            password = ensure_administrator()
        except FirstDayError as error:
            raise CommandError(str(error)) from None
        if password:
            say(f"管理员  {ADMINISTRATOR}   一次性密码  {password}   (只显示这一次;首次登录须修改)")
            say("        管理员只管账号。请用它在“人员”里新建并任命县政务公开办和各单位的人员。")
        elif awaited_administrator():
            say(f"管理员 {ADMINISTRATOR} 还没有登录过,首次启动时给出的密码仍然有效。")
            say(f"        没有看到或已丢失的,换发:{REISSUE} {ADMINISTRATOR}")

    def _point(self, port: int, before: int | None) -> None:
        say = self.stdout.write
        say("")
        say(f"网站    {running.site_url(port)}/")
        say(f"工作台  {running.site_url(port)}/workspace/")
        if before not in {None, port}:
            say(f"网站已从端口 {before} 移到 {port}。")
        say(f"停止:make stop   运行日志:{running.log_folder()}/")
