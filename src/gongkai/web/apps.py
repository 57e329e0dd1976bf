"""Django's name for this part: 网页."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """网页."""

    name = "gongkai.web"
    verbose_name = "网页"
