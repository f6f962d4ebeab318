from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0002_long_return_address")]

    operations = [
        migrations.AlterField(
            "integration", "failure_limit", models.PositiveIntegerField(default=1_000)
        ),
    ]
