"""Django's name for this part: 公开清单."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """公开清单."""

    name = "gongkai.catalogue"
    verbose_name = "公开清单"
