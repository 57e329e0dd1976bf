"""``manage.py down``: stop the web server and the followers. ``make stop`` calls it."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand

from gongkai.web import running


class Command(BaseCommand):
    help = "停止网站和后台跟随程序;数据不受影响。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Stop both, say what was running."""
        words = {"web": "网站", "work": "后台跟随程序"}
        with running.alone(told=partial(self.stdout.write, "另一次启动或停止正在进行,等它结束 …")):
            for name in running.PROCESSES:
                stopped = running.stop(name)
                self.stdout.write(f"{words[name]}:{'已停止' if stopped else '没有在运行'}")
