"""Whatever a migration forbade is still forbidden after every later one."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython

pytestmark = pytest.mark.django_db


def test_every_trigger_that_forbids_rewriting_outlives_the_migrations_after_it() -> None:
    made = {
        operation.hints["trigger"]
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, RunPython) and "trigger" in operation.hints
    }
    held = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        held = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(held)
        assert made - {name for (name,) in cursor.fetchall()} == set()
    assert {"disclosures_revision_content_once", "events_event_no_update", "ledger_leaf_no_delete"} <= made
