"""What every test may ask for. The cast is in ``tests/cast.py``, rows are made by ``tests/make.py``."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import polib
import pytest
from django.conf import settings as site
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import translation

from tests.stage import manage

# A slow machine is no fault of the code: properties are timed by nobody.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--database-only``: what a second database has to be shown. The rest cannot tell the databases apart."""
    parser.addoption("--database-only", action="store_true", help="only the tests that reach a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, when asked, the tests that neither ask for a database nor start an installation with one."""
    if config.getoption("--database-only"):
        left_out = [item for item in items if not _reaches_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _reaches_database(item)]


def _reaches_database(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ()))
    installs = getattr(getattr(item, "module", None), "manage", None) is manage
    return bool(asked) or installs


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations once, before any worker asks for a word in English."""
    if not hasattr(config, "workerinput"):
        for catalogue in Path(site.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"):
            polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


_flush = DatabaseOperations.execute_sql_flush
_logs = count()


def _flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> Any:
    """Django empties SQLite tables by DELETE, which our append-only triggers rightly refuse; lift and restore."""
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            return _flush(self, sql_list)
        finally:
            for _, sql in triggers:
                cursor.execute(sql)


@pytest.fixture(autouse=True, scope="session")
def _flushable() -> Iterator[None]:
    DatabaseOperations.execute_sql_flush = _flush_without_triggers  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = _flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request in English leaves its thread in English; the next test begins in the county's language."""
    with translation.override(site.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _own_log(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test has a log, a key and a file store of its own: a log that shrank is, rightly, refused."""
    place = tmp_path_factory.getbasetemp() / f"own-{next(_logs)}"
    settings.LEDGER_DIR, settings.LEDGER_KEY = place / "log", place / "log.key"
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": place / "files"},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage}
