"""Files on their way out."""

from __future__ import annotations

from django.db import models

from raccord.contacts.models.runs import Run


class ExportRun(Run):
    """A list that becomes a file.

    definition: the list (`lists/query.py`, as JSON). columns: field keys and what every contact
    has beside them (`exports/columns.py`), from the left. options: how they are written
    (`exports/options.py`). language, time_zone: in which the person reads headings, choices, dates.
    position: the id of the last contact that was gathered. total: rows as counted at the start.
    written: rows that were gathered; gathered: all were; packed: those that are in the workbook.
    expires_at: when the file is dropped; the row stays.
    """

    name = models.CharField(max_length=120)
    format = models.CharField(max_length=8)
    definition = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    written = models.BigIntegerField(default=0)
    gathered = models.BooleanField(default=False)
    packed = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ExportPart(models.Model):
    """A piece of an export's file, so that any web process can send it."""

    run = models.ForeignKey(
        ExportRun, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
