"""A published 公开清单 stays as it was."""

from django.db import migrations

from gongkai.events.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [*append_only("catalogue_catalogueversion")]
