"""Contacts, and the log of what changed in them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from raccord.contacts.models.projects import Project
from raccord.engine.records import Operation, OriginKind

OPERATIONS = [
    (Operation.CREATED, _("Created")),
    (Operation.UPDATED, _("Updated")),
    (Operation.CONSENT_CHANGED, _("Consent changed")),
    (Operation.DELETED, _("Deleted")),
]


class Contact(models.Model):
    """One person in a project.

    uid: the identity other systems get to see. key: the unique key's normal form (see
    `engine.values.unique_key`). values: field key -> stored form of `engine.values.to_json`,
    without empty fields. evidence: per consent field, where its value comes from.
    search_text: the values as they are looked for (see `search_text.py`).
    deleted_at: a deleted contact stays as a tombstone, so that its key revives it and its
    deletion can still be sent.
    """

    # No index of its own: the unique key's begins with it.
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="contacts", db_index=False
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.TextField()
    values = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    search_text = models.TextField(default="", editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="contact_key_once")]
        indexes = [
            models.Index(
                fields=["project", "updated_at", "id"],
                condition=Q(deleted_at=None),
                name="contact_changed",
            ),
            models.Index(
                fields=["project", "deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="contact_deleted",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ChangeLogEntry(models.Model):
    """Append-only: one operation on one contact, by whom, and from what to what.

    changes: field key -> [before, after] in stored form. transfer, cause: as in `records.Origin`.
    The table is partitioned by month.
    """

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    project = models.ForeignKey(Project, on_delete=models.DO_NOTHING, db_constraint=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes"
    )
    operation = models.CharField(max_length=20, choices=OPERATIONS)
    origin = models.CharField(max_length=10, choices=[(kind, kind) for kind in OriginKind])
    actor = models.CharField(max_length=255, blank=True)
    transfer = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=40, default="")
    changes = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "contacts_changelogentry"

    def __str__(self) -> str:
        return f"{self.operation} {self.contact_id}"
