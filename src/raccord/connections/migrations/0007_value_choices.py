from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0006_deletion_rules")]

    operations = [
        migrations.AddField(
            model_name="fieldmapping",
            name="value_pairs",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="fieldmapping",
            name="cut",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
