from django.db import migrations, models

# Django does not manage this table. With a constant default no row is rewritten.
COLUMN = """
ALTER TABLE contacts_changelogentry ADD COLUMN cause varchar(40) NOT NULL DEFAULT ''
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_lists_runs_and_labels")]

    operations = [
        migrations.RunSQL(
            COLUMN,
            "ALTER TABLE contacts_changelogentry DROP COLUMN cause",
            state_operations=[
                migrations.AddField(
                    model_name="changelogentry",
                    name="cause",
                    field=models.CharField(default="", max_length=40),
                ),
            ],
        ),
    ]
