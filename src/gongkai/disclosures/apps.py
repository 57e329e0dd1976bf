"""Django's name for this part: 公开信息."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """公开信息."""

    name = "gongkai.disclosures"
    verbose_name = "公开信息"
