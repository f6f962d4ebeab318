"""What is due to be sent, and who wants to hear of it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from raccord.contacts.models.contacts import OPERATIONS
from raccord.contacts.models.projects import Project
from raccord.engine.records import Priority


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


@deconstructible(path="raccord.contacts.models.outbox.Cause")
class Cause(Func):
    """The name of what a parked item waits for: its code, the fields and the value that it blames.

    A digest, since an entry of an index is limited and a refused value is not. NULL for an item
    that is not parked: what is not refused costs nothing.
    """

    _NAME = (
        "CASE WHEN {state} = 'parked' THEN md5({reason} || ' '"
        " || coalesce({parameters} ->> 'fields', {parameters} ->> 'field', '')"
        " || coalesce(' = ' || ({parameters} ->> 'value'), '')) END"
    )

    def __init__(self) -> None:
        super().__init__(
            F("state"),
            F("reason"),
            F("parameters"),
            output_field=models.CharField(max_length=32, null=True),
        )

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        names = ("state", "reason", "parameters")
        columns = (compiler.compile(each)[0] for each in self.source_expressions)
        return self._NAME.format(**dict(zip(names, columns, strict=True))), ()


class OutboxItem(models.Model):
    """A contact that has to be looked at for one subscription: state, not an event.

    version: raised by each write of the contact; a verdict on an older version is no verdict.
    operations: seen since the last settle. priority: see `records.Priority`.
    claim, lease_until: who works on it and until when. claims: claims without a settle.
    attempts: failed tries, for the back-off. reason, detail: why it is parked or held: a code,
    its parameters and the other side's words. cause: names what a parked one waits for.
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
    cause = models.GeneratedField(
        expression=Cause(),
        output_field=models.CharField(max_length=32, null=True),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "contact"], name="outbox_item_once")
        ]
        indexes = [
            models.Index(fields=["subscription", "state", "priority", "due_at"], name="outbox_due"),
            models.Index(
                fields=["subscription", "cause", "due_at", "id"],
                condition=Q(cause__isnull=False),
                name="outbox_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.contact} for {self.subscription_id}"
