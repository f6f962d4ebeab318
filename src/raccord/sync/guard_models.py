"""What guards remember: whom they counted, and where they stopped."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from raccord.connections.models import Integration


class GuardedContact(models.Model):
    """A contact to which a guarded effect happened; counted for an hour after `at`."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    effect = models.CharField(max_length=12)
    contact = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "effect", "contact"], name="guarded_contact_once"
            )
        ]
        indexes = [models.Index(fields=["at"], name="guarded_contacts_by_time")]

    def __str__(self) -> str:
        return f"{self.effect}: {self.contact}"


class GuardStop(models.Model):
    """A guard that stopped, until a person lets go on what waits.

    limit: how many contacts an hour were let through. allowed: how many were let go on at
    `released_at`, on top of the limit.
    """

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="guard_stops"
    )
    effect = models.CharField(max_length=12)
    limit = models.BigIntegerField()
    stopped_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=255, blank=True)
    allowed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "effect"],
                condition=models.Q(released_at=None),
                name="guard_stop_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.effect} of {self.integration_id}"
