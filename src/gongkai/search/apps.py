"""Django's name for this part: 检索."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """检索."""

    name = "gongkai.search"
    verbose_name = "检索"
