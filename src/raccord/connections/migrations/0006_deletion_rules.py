from django.db import migrations, models

import raccord.engine.rules

RULES = [(rule, rule) for rule in raccord.engine.rules.DeletionRule]


class Migration(migrations.Migration):
    dependencies = [("connections", "0005_signing")]

    operations = [
        migrations.AddField(
            model_name="datatransfer",
            name="look_up_missing",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="datatransfer",
            name="our_deletion",
            field=models.CharField(
                choices=RULES, db_default="nothing", default="nothing", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="datatransfer",
            name="their_deletion",
            field=models.CharField(
                choices=RULES, db_default="nothing", default="nothing", max_length=10
            ),
        ),
    ]
