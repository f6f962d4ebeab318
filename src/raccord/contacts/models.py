"""Projects, fields, contacts, what changed, and what is due to be sent.

The outbox belongs here and not to the flow: a contact and the fact that it must be sent are
written in one transaction, and this app never has to know who sends it.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from raccord.engine.records import FieldSpec, FieldType, Operation, OriginKind, Priority

FIELD_TYPES = [
    (FieldType.TEXT, _("Text")),
    (FieldType.LONG_TEXT, _("Long text")),
    (FieldType.INTEGER, _("Integer")),
    (FieldType.DECIMAL, _("Decimal number")),
    (FieldType.BOOLEAN, _("Yes / no")),
    (FieldType.DATE, _("Date")),
    (FieldType.DATETIME, _("Date and time")),
    (FieldType.EMAIL, _("E-mail")),
    (FieldType.PHONE, _("Phone")),
    (FieldType.URL, _("Web address")),
    (FieldType.CHOICE, _("Choice")),
    (FieldType.MULTIPLE_CHOICE, _("Multiple choice")),
    (FieldType.CONSENT, _("Consent")),
]
OPERATIONS = [
    (Operation.CREATED, _("Created")),
    (Operation.UPDATED, _("Updated")),
    (Operation.CONSENT_CHANGED, _("Consent changed")),
    (Operation.DELETED, _("Deleted")),
]


class Project(models.Model):
    """One contact database: its fields, its unique key, its languages and time zone."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    languages = ArrayField(
        models.CharField(max_length=8), verbose_name=_("languages"), default=list
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def specs(self) -> tuple[FieldSpec, ...]:
        """The project's fields in their order, as the engine knows them."""
        return tuple(field.spec() for field in self.fields.all())

    def key_specs(self) -> tuple[FieldSpec, ...]:
        """The fields of the unique key, in the key's order."""
        keyed = [field for field in self.fields.all() if field.key_position is not None]
        return tuple(f.spec() for f in sorted(keyed, key=lambda f: f.key_position or 0))


class Field(models.Model):
    """A typed column of a project.

    key_position: its place in the unique key, from 0; None when it is not part of it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    type = models.CharField(_("type"), max_length=20, choices=FIELD_TYPES)
    required = models.BooleanField(_("required"), default=False)
    key_position = models.PositiveSmallIntegerField(
        _("place in the unique key"), null=True, blank=True
    )
    choices = ArrayField(
        models.CharField(max_length=255), verbose_name=_("choices"), default=list, blank=True
    )
    max_length = models.PositiveIntegerField(_("longest text"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="field_key_once"),
            models.UniqueConstraint(
                fields=["project", "key_position"],
                condition=Q(key_position__isnull=False),
                name="field_key_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def spec(self) -> FieldSpec:
        return FieldSpec(
            key=self.key,
            type=FieldType(self.type),
            label=self.label,
            required=self.required or self.key_position is not None,
            choices=tuple(self.choices),
            max_length=self.max_length,
        )


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
            models.Index(fields=["project", "-updated_at", "id"], name="contact_recent"),
        ]

    def __str__(self) -> str:
        return self.key


class ChangeLogEntry(models.Model):
    """Append-only: one operation on one contact, by whom, and from what to what.

    changes: field key -> [before, after] in stored form. The table is partitioned by month.
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
    changes = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "contacts_changelogentry"

    def __str__(self) -> str:
        return f"{self.operation} {self.contact_id}"


class Subscription(models.Model):
    """Somebody wants to hear of a project's changes.

    transfer: the data transfer (of `connections`, unknown here) that the changes are for.
    At most one active subscription per transfer: a link is never wanted twice.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="subscriptions")
    transfer = models.BigIntegerField()
    operations = ArrayField(models.CharField(max_length=20, choices=OPERATIONS), default=list)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(active=True), name="subscription_transfer_once"
            )
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk} of transfer {self.transfer}"


class OutboxState(models.TextChoices):
    DUE = "due", _("Waiting")
    PARKED = "parked", _("Refused")
    HELD = "held", _("Held")


class OutboxItem(models.Model):
    """A contact that has to be looked at for one subscription: state, not an event.

    version: raised by each write of the contact; a verdict on an older version is no verdict.
    operations: seen since the last settle. priority: see `records.Priority`.
    claim, lease_until: who works on it and until when. claims: claims without a settle.
    attempts: failed tries, for the back-off. reason, detail: why it is parked or held: a code,
    its parameters and the other side's words.
    No foreign key to the contact: the id outlives it.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    contact = models.BigIntegerField()
    version = models.BigIntegerField(default=1)
    operations = ArrayField(models.CharField(max_length=20, choices=OPERATIONS), default=list)
    priority = models.SmallIntegerField(default=Priority.LIVE)
    due_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, choices=OutboxState, default=OutboxState.DUE)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(default=dict)
    detail = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "contact"], name="outbox_item_once")
        ]
        indexes = [
            models.Index(fields=["subscription", "state", "priority", "due_at"], name="outbox_due")
        ]

    def __str__(self) -> str:
        return f"contact {self.contact} for {self.subscription_id}"


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Refused")


class ImportRun(models.Model):
    """One file on its way in: a row with a lease and a position, never one long job.

    position: bytes of the stored file already taken. read, created, updated, unchanged and
    rejected count lines. reason: why the whole file was refused (a code, with parameters).
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=20, blank=True)
    started_by = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.WAITING)
    position = models.BigIntegerField(default=0)
    next_line = models.BigIntegerField(default=1)
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(default=dict)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class ImportPart(models.Model):
    """A piece of an import's file, so that any worker on any machine can read it."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_part_once")]

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
