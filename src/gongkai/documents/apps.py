"""Django's name for this part: 附件."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """附件."""

    name = "gongkai.documents"
    verbose_name = "附件"
