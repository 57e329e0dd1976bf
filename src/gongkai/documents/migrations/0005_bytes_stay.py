"""A stored file is its bytes: digests, size and type are written once."""

from django.db import migrations

from gongkai.events.immutable import written_once


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_release_scope")]
    operations = [*written_once("documents_storedfile", ["sha256", "sm3", "size", "media_type"])]
