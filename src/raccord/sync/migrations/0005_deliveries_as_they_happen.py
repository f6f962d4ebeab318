import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# A day of UTC becomes a row at its noon, which is the same day in nearly every time zone.
KEEP = """
INSERT INTO sync_deliverycount (transfer_id, at, delivered, refused)
SELECT transfer_id, day::timestamp AT TIME ZONE 'UTC' + interval '12 hours', delivered, refused
FROM sync_daycount
"""

# Nothing of this release deletes a transfer's days, so they must not hold the transfer.
ON_ITS_OWN = """
DO $$
DECLARE named text;
BEGIN
    SELECT conname INTO STRICT named FROM pg_constraint
    WHERE conrelid = 'sync_daycount'::regclass AND contype = 'f';
    EXECUTE format('ALTER TABLE sync_daycount DROP CONSTRAINT %I', named);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0003_failure_limit"),
        ("sync", "0004_being_deleted"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("delivered", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="connections.datatransfer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["transfer", "at"], name="deliveries_of_transfer")],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        # The table stays for one release: the previous one, which may still run meanwhile, writes
        # into it after every call. The next release drops it.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="DayCount")],
            database_operations=[migrations.RunSQL(ON_ITS_OWN, migrations.RunSQL.noop)],
        ),
    ]
