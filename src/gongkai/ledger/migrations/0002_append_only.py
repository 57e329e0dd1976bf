"""A leaf of the publication log is never changed or deleted."""

from django.db import migrations

from gongkai.events.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [*append_only("ledger_leaf")]
