from django.db import migrations, models


class Migration(migrations.Migration):
    """Parts that exist already are of files in UTF-8, ready to be read."""

    dependencies = [("contacts", "0007_what_a_change_was_part_of")]

    operations = [
        migrations.RemoveConstraint(model_name="importpart", name="import_part_once"),
        migrations.AddField(
            model_name="importpart",
            name="form",
            field=models.CharField(
                choices=[
                    ("given", "Given"),
                    ("head", "Head"),
                    ("unfinished", "Unfinished"),
                    ("read", "Read"),
                ],
                db_default="read",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(
                fields=("run", "form", "number"), name="import_part_once"
            ),
        ),
    ]
