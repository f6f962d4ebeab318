"""How a person wants to see a project's contacts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from raccord.contacts.models.projects import Project


class SavedView(models.Model):
    """A list that somebody keeps: what is in it, its order, its columns.

    name: "" is the owner's own arrangement of the plain list (only `columns` count then).
    shared: everybody sees it; only its owner changes it.
    definition: the list (`lists/query.py`, as JSON). columns: field keys, from the left.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views"
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    shared = models.BooleanField(_("shared"), default=False)
    definition = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "owner", "name"], name="view_name_once"),
            models.CheckConstraint(
                condition=Q(shared=False) | ~Q(name=""), name="view_shared_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
