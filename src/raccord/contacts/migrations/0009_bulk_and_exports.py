"""What bulk acts count beside, and how far an export's file is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0008_the_forms_of_a_file")]

    operations = [
        migrations.AddField("bulkrun", "gone", models.BigIntegerField(default=0)),
        migrations.AddField("bulkreject", "taken", models.BooleanField(default=False)),
        migrations.AddField("exportrun", "options", models.JSONField(default=dict)),
        migrations.AddField("exportrun", "gathered", models.BooleanField(default=False)),
        migrations.AddField("exportrun", "packed", models.BigIntegerField(default=0)),
    ]
