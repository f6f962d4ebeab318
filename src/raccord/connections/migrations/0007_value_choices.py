from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0004_people_known_there_only")]

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
