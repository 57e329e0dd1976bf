"""The log of moved due dates can be added to and nothing else."""

from django.db import migrations

from gongkai.events.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("obligations", "0001_initial")]
    operations = [*append_only("obligations_duechange")]
