"""Django's name for this part: 有据可查."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """有据可查."""

    name = "gongkai.ledger"
    verbose_name = "有据可查"
