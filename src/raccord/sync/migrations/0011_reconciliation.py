import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0004_people_known_there_only'),
        ('sync', '0010_deliveries'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('failed', 'Failed')], default='running', max_length=10)),
                ('phase', models.CharField(choices=[('pairs', 'Pairs'), ('here', 'Here'), ('there', 'There'), ('repair', 'Repair'), ('proof', 'Proof')], default='pairs', max_length=8)),
                ('cause', models.CharField(choices=[('person', 'Person'), ('timetable', 'Timetable'), ('gap', 'Gap'), ('command', 'Command')], max_length=10)),
                ('started_by', models.CharField(blank=True, max_length=255)),
                ('repair', models.BooleanField(default=False)),
                ('position', models.BigIntegerField(default=0)),
                ('place', models.CharField(blank=True, max_length=64)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('theirs', models.BigIntegerField(null=True)),
                ('seen', models.BigIntegerField(default=0)),
                ('calls', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('fields', models.JSONField(default=dict)),
                ('proven', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('claim', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('claims', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('compared_at', models.DateTimeField(null=True)),
                ('repaired_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reconciliations', to='connections.datatransfer')),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=8)),
                ('result', models.CharField(max_length=12)),
                ('why', models.CharField(blank=True, max_length=120)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('contact', models.BigIntegerField(null=True)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('asked', models.BooleanField(default=False)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='sync.reconciliation')),
            ],
        ),
        migrations.CreateModel(
            name='Timetable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('off', 'Never by itself'), ('daily', 'Every day'), ('weekly', 'Every week')], default='weekly', max_length=8)),
                ('weekday', models.PositiveSmallIntegerField(default=6)),
                ('hour', models.PositiveSmallIntegerField(default=3)),
                ('repair', models.BooleanField(default=False)),
                ('next_at', models.DateTimeField(null=True)),
                ('connection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='timetable', to='connections.connection')),
            ],
        ),
        migrations.AddIndex(
            model_name='reconciliation',
            index=models.Index(fields=['transfer', '-id'], name='reconciliations_of_transfer'),
        ),
        migrations.AddConstraint(
            model_name='reconciliation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'paused'))), fields=('transfer',), name='reconciliation_unfinished_once'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['run', 'result', 'id'], name='findings_of_run'),
        ),
    ]
