"""Indexes that large projects get for the fields their lists are sorted and filtered by."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from raccord.contacts.models.projects import Project


class ListIndex(models.Model):
    """An index that is wanted, and since `built_at` there (see `lists/sort_indexes.py`).

    by: a field's key, or a special name of `lists/query.py`. form: what of it is sorted
    (`lists/expressions.Form`); a field of another type needs another one.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="list_indexes")
    by = models.CharField(max_length=60)
    form = models.CharField(max_length=10)
    wanted_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(db_default=Now())
    built_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "by", "form"], name="list_index_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.by}"

    @property
    def name(self) -> str:
        """The index's name in the database."""
        return f"list_index_{self.pk}"
