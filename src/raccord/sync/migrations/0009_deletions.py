from django.db import migrations, models

import raccord.engine.rules

DECIDED = [(each, each) for each in raccord.engine.rules.Decided]


class Migration(migrations.Migration):
    dependencies = [("sync", "0008_received_events")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="decided",
            field=models.CharField(
                blank=True, choices=DECIDED, db_default="", default="", max_length=16
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="link",
            name="parted",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="state",
            field=models.CharField(
                choices=[
                    ("creating", "Being created"),
                    ("linked", "Linked"),
                    ("ending", "Being deleted over there"),
                    ("gone", "Deleted over there"),
                    ("let_go", "No longer linked"),
                    ("ended", "No longer linked"),
                ],
                default="creating",
                max_length=8,
            ),
        ),
    ]
