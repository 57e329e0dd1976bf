"""索引号 and the moment of publication are written once; a review is never rewritten."""

from django.db import migrations

from gongkai.events.immutable import append_only, written_once


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial")]
    operations = [
        *written_once("disclosures_disclosure", ["index_number", "published_at"]),
        *written_once("disclosures_revision", ["published_at", "content"]),
        *append_only("disclosures_confidentialityreview"),
    ]
