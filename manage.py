#!/usr/bin/env python3
"""Django's command line; finds the project's own environment by itself."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# How SQLite and PostgreSQL say that the tables were never made, or are of an earlier version.
NO_TABLES = ("no such table", "no such column", "does not exist")
VENV_PYTHON = HERE / ".venv" / "bin" / "python"


def main() -> None:
    """Run one management command, inside ``.venv`` when it was not activated."""
    sys.path.insert(0, str(HERE / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    inside = Path(sys.prefix).resolve() == (HERE / ".venv").resolve()
    if not inside and VENV_PYTHON.exists() and not os.environ.get("GONGKAI_OWN_PYTHON"):
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606 - our own interpreter, no shell
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - may be missing
    except ImportError:
        sys.exit("还没有安装运行环境。请先在本目录执行:make run")
    from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415 - may be missing

    from gongkai.config.env import ConfigurationError  # noqa: PLC0415 - its folder is known by now

    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.exit(f"配置有误,没有启动。{error}")
    except (OperationalError, ProgrammingError) as error:
        if not any(sign in str(error) for sign in NO_TABLES):
            raise
        sys.exit("数据库还没有建好,或者不是当前版本的表结构。请先运行 make run。")


if __name__ == "__main__":
    main()
