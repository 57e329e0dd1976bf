from django.db import migrations, models


class Migration(migrations.Migration):
    """One sign-in at a time: which is the newest."""

    dependencies = [("agencies", "0003_profile_entries")]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="session_mark",
            field=models.CharField(blank=True, help_text="the newest sign-in; an older one ends", max_length=32),
        ),
    ]
