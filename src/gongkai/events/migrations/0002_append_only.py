"""The operation log can be added to and nothing else."""

from django.db import migrations

from gongkai.events.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [*append_only("events_event")]
