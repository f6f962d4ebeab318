from django.db import migrations

MOVES = "CREATE SEQUENCE sync_moves"
STORAGE = """
ALTER TABLE sync_link SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);
"""


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_initial")]

    operations = [
        migrations.RunSQL(MOVES, "DROP SEQUENCE sync_moves"),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
