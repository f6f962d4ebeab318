import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


STORAGE = """
ALTER TABLE sync_inboxitem SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0004_people_known_there_only'),
        ('sync', '0005_deliveries_as_they_happen'),
    ]

    operations = [
        migrations.AddField(
            model_name='link',
            name='as_known_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('high', models.DateTimeField()),
                ('at_stamp', models.DateTimeField(null=True)),
                ('at_id', models.CharField(blank=True, max_length=64)),
                ('safe', models.DateTimeField()),
                ('safe_next', models.DateTimeField(null=True)),
                ('sweeping', models.BooleanField(default=False)),
                ('sweep_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('read_at', models.DateTimeField(null=True)),
                ('idle', models.PositiveSmallIntegerField(default=0)),
                ('claim', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('transfer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reading', to='connections.datatransfer')),
            ],
        ),
        migrations.CreateModel(
            name='InboxItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=64)),
                ('version', models.BigIntegerField(default=1)),
                ('priority', models.SmallIntegerField(default=1)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('as_known_until', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('due', 'Waiting'), ('parked', 'Needs a decision')], default='due', max_length=8)),
                ('claim', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('parameters', models.JSONField(default=dict)),
                ('candidates', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='inbox', to='connections.datatransfer')),
            ],
            options={
                'indexes': [models.Index(fields=['transfer', 'state', 'priority', 'due_at'], name='inbox_due')],
                'constraints': [models.UniqueConstraint(fields=('transfer', 'remote_id'), name='inbox_item_once')],
            },
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
