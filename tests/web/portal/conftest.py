"""The story, told once for all the reading tests of a module, and taken back afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from gongkai.events.follower import catch_up
from gongkai.web.followers import daily_round, followers
from tests.make import NOW
from tests.web.portal.story import Story, tell


@pytest.fixture(autouse=True)
def _django_db_marker(request: pytest.FixtureRequest) -> None:
    """Tests of the story carry the database mark, so that the database is made, but no transaction of their own:
    the story is committed, because the log is written only after a commit.
    """
    if "told" not in request.fixturenames and request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")


@pytest.fixture(autouse=True)
def _own_log(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    """Tests of the story read the story's log; every other one has its own."""
    if "told" not in request.fixturenames:
        settings.LEDGER_DIR, settings.LEDGER_KEY = tmp_path / "log", tmp_path / "log.key"


@pytest.fixture(scope="module")
def told(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """A county with a past, as of ``NOW``, indexed and logged. Tests that ask for it only read."""
    var = tmp_path_factory.mktemp("told")
    places = {
        "PAGES_KEPT_SECONDS": 0,
        "VAR_DIR": var,
        "SEARCH_INDEX": var / "search.sqlite3",
        "LEDGER_DIR": var / "log",
        "LEDGER_KEY": var / "log.key",
        "STORAGES": {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": var / "files"},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }
    cache.clear()
    with (
        django_db_blocker.unblock(),
        override_settings(**places),
        mock.patch.object(timezone, "now", return_value=NOW),
    ):
        try:
            story = tell(NOW)
            daily_round(NOW)
            for follower in followers():
                catch_up(follower)
            yield story
        finally:
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    cache.clear()
