"""Files on their way in."""

from __future__ import annotations

from django.db import models

from raccord.contacts.models.runs import Run


class ImportRun(Run):
    """One file on its way in.

    format: "csv", or a workbook's ("xlsx", "xls", "ods"). options: how the file is read and what
    may be written (`imports/options.py`); {} means: nothing is decided.
    size, encoding, sheet: of the form that is read, once it is made. position: bytes of it
    already taken. read, created, updated, unchanged and rejected count lines, while it is being
    checked as well. preview: what the check found out (`imports/preview.py`), {} before it.
    """

    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=8, default="csv", db_default="csv")
    sheet = models.CharField(max_length=255, blank=True, db_default="")
    size = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=20, blank=True)
    options = models.JSONField(default=dict, db_default={})
    preview = models.JSONField(default=dict, db_default={})
    position = models.BigIntegerField(default=0)
    next_line = models.BigIntegerField(default=1)
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.file_name


class StoredForm(models.TextChoices):
    """GIVEN: the file as it came. HEAD: the beginning of a workbook's sheet. UNFINISHED: the form
    that is read, being made. READ: that form: UTF-8, and comma-separated if it was a workbook.
    """

    GIVEN = "given"
    HEAD = "head"
    UNFINISHED = "unfinished"
    READ = "read"


class ImportPart(models.Model):
    """A piece of an import's file, so that any worker on any machine can read it."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    form = models.CharField(max_length=10, choices=StoredForm, db_default=StoredForm.READ)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "form", "number"], name="import_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class ImportKey(models.Model):
    """A unique key that an import has already met: within one file, the first line wins."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="keys", db_index=False
    )
    key = models.TextField()
    line = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="import_key_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class ImportReject(models.Model):
    """A line that was not taken, and why (a code with parameters, rendered when shown).

    taken: the line was taken but for this column (a refused consent); such a line is not among
    the run's `rejected`.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    column = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict)
    content = models.TextField(blank=True)
    taken = models.BooleanField(default=False)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line} {self.code}"
