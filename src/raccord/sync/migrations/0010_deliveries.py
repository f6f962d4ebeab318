from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models.functions import Now

from raccord.contacts import partitions

TABLE = "sync_delivery"

# Read by contact only, so the primary key is the one index that there is.
CREATE = """
CREATE TABLE sync_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transfer bigint NOT NULL,
    contact bigint NOT NULL,
    direction varchar(3) NOT NULL,
    what varchar(12) NOT NULL,
    remote_id varchar(64),
    fields jsonb NOT NULL DEFAULT '{}',
    code varchar(120) NOT NULL DEFAULT '',
    parameters jsonb NOT NULL DEFAULT '{}',
    detail text NOT NULL DEFAULT '',
    their_user varchar(64),
    their_time timestamptz,
    move bigint,
    actor varchar(255) NOT NULL DEFAULT '',
    PRIMARY KEY (contact, at, id)
) PARTITION BY RANGE (at);
CREATE TABLE sync_delivery_other PARTITION OF sync_delivery DEFAULT;
"""


def prepare(apps, schema_editor):
    partitions.prepare(datetime.now(UTC).date(), table=TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0015_deleted_contacts"),
        ("sync", "0009_deletions"),
    ]

    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP TABLE sync_delivery",
            state_operations=[
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "contact",
                                "at",
                                "id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        ("at", models.DateTimeField(db_default=Now())),
                        ("transfer", models.BigIntegerField()),
                        ("contact", models.BigIntegerField()),
                        ("direction", models.CharField(max_length=3)),
                        ("what", models.CharField(max_length=12)),
                        ("remote_id", models.CharField(max_length=64, null=True)),
                        ("fields", models.JSONField(default=dict)),
                        ("code", models.CharField(default="", max_length=120)),
                        ("parameters", models.JSONField(default=dict)),
                        ("detail", models.TextField(default="")),
                        ("their_user", models.CharField(max_length=64, null=True)),
                        ("their_time", models.DateTimeField(null=True)),
                        ("move", models.BigIntegerField(null=True)),
                        ("actor", models.CharField(default="", max_length=255)),
                    ],
                    options={"db_table": "sync_delivery", "managed": False},
                ),
            ],
        ),
        migrations.RunPython(prepare, migrations.RunPython.noop),
    ]
