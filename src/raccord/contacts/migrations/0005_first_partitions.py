from datetime import UTC, datetime

from django.db import migrations

from raccord.contacts import partitions


def prepare(apps, schema_editor):
    partitions.prepare(datetime.now(UTC).date())


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_fewer_indexes")]

    operations = [migrations.RunPython(prepare, migrations.RunPython.noop)]
