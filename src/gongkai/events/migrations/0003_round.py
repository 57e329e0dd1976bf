from django.db import migrations, models


class Migration(migrations.Migration):
    """巡查: when background work was last done."""

    dependencies = [("events", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("on", models.DateField(help_text="the day it was done for; never goes back")),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
