"""Django's name for this part: 发生了什么."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """发生了什么."""

    name = "gongkai.events"
    verbose_name = "发生了什么"
