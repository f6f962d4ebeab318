from django.db import migrations

CHANGE_LOG = """
CREATE TABLE contacts_changelogentry (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    project_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    operation varchar(20) NOT NULL,
    origin varchar(10) NOT NULL,
    actor varchar(255) NOT NULL DEFAULT '',
    transfer bigint,
    changes jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE contacts_changelogentry_other PARTITION OF contacts_changelogentry DEFAULT;
CREATE INDEX change_log_of_contact ON contacts_changelogentry (contact_id, at DESC);
"""

# Rows that are rewritten often stay on their page, and are cleaned up early.
STORAGE = """
ALTER TABLE contacts_outboxitem SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);
ALTER TABLE contacts_contact SET (fillfactor = 85);
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.RunSQL(CHANGE_LOG, "DROP TABLE contacts_changelogentry"),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
