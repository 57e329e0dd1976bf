"""Why a 公示 that lists persons stays public: a dated ground. What ended until now goes on ending."""

import django.db.models.deletion
from django.db import migrations, models


def carry_over(apps, schema_editor):
    apps.get_model("catalogue", "Item").objects.filter(stays_public=False).update(lists_persons=True)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_grades")]
    operations = [
        migrations.AddField(
            model_name="item",
            name="lists_persons",
            field=models.BooleanField(default=False, help_text="公示内容含自然人的个人信息,期满应撤下"),
        ),
        migrations.CreateModel(
            name="StayGround",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("clause", models.CharField(max_length=300)),
                ("basis", models.JSONField(default=list)),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("primary_text", "primary_text"),
                            ("secondary", "secondary"),
                            ("own_knowledge_unverified", "own_knowledge_unverified"),
                            ("confirmed_by_office", "confirmed_by_office"),
                        ],
                        max_length=32,
                    ),
                ),
                ("sources", models.JSONField(blank=True, default=list)),
                ("note", models.TextField(blank=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stay_grounds", to="catalogue.item"
                    ),
                ),
            ],
            options={
                "ordering": ["item", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "valid_from"), name="stay_ground_once"),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
