import raccord.engine.records
from django.db import migrations, models

CHOICES = [(choice, choice) for choice in raccord.engine.records.OnlyThere]


class Migration(migrations.Migration):
    dependencies = [("connections", "0003_failure_limit")]

    operations = [
        migrations.AddField(
            model_name="datatransfer",
            name="only_there",
            field=models.CharField(
                choices=CHOICES, db_default="link", default="link", max_length=10
            ),
        ),
    ]
