"""Django's name for this part: 时限."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """时限."""

    name = "gongkai.obligations"
    verbose_name = "时限"
