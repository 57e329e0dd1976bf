"""A version of a rule, once recorded, is never rewritten: a change is another version."""

from django.db import migrations

from gongkai.events.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_stay_grounds")]
    operations = [*append_only("catalogue_ruleversion")]
