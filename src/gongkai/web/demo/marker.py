"""Whether this installation holds demonstration data: one file, so that every running process knows at once."""

from pathlib import Path

from django.conf import settings

from gongkai.agencies.models import Officer


def place() -> Path:
    """Where the mark lies."""
    return Path(settings.VAR_DIR) / "demo-data"


def demo_installed() -> bool:
    """Whether ``manage.py demo`` was run here; one look at the file system, no query."""
    return settings.DEMO or place().exists()


def plays(officer: Officer) -> bool:
    """Whether this is an account of the demonstration, in an installation that is one.

    Such an account has a password everybody knows: no second factor is asked for and no change of password.
    """
    return officer.is_demo and demo_installed()
