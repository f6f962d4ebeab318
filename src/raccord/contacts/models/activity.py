"""How much happened, for charts: counted as it happens, since counting afterwards takes long."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from raccord.contacts.models.projects import Project


class ActivityCount(models.Model):
    """So many contacts were touched by one write; rows of a quarter of an hour are summed up later.

    what: an operation (`engine.records.Operation`). origin: see `records.OriginKind`.
    """

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="activity", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    what = models.CharField(max_length=20)
    origin = models.CharField(max_length=10)
    contacts = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["project", "at"], name="activity_of_project")]

    def __str__(self) -> str:
        return f"{self.what}: {self.contacts}"
