"""Who is told about an integration, what there is to tell, and every message about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from raccord.connections.models import Integration


class AlertRecipient(models.Model):
    """An address that is told about an integration, in its language."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="alert_recipients"
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=8, default="en")

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint("integration", Lower("email"), name="alert_recipient_once")
        ]

    def __str__(self) -> str:
        return self.email


class AlertHook(models.Model):
    """A web address that is told as well: of a chat tool, or of anything that reads JSON.

    address_sealed: encrypted, since a chat tool's address is all that one needs to write there.
    host: its host, to be shown. secret_sealed: signs what is posted.
    """

    integration = models.OneToOneField(
        Integration, on_delete=models.CASCADE, related_name="alert_hook"
    )
    address_sealed = models.BinaryField()
    host = models.CharField(max_length=255)
    secret_sealed = models.BinaryField()
    language = models.CharField(max_length=8, default="en")

    def __str__(self) -> str:
        return f"hook of {self.integration_id}"


class Alarm(models.Model):
    """A state that people should know of, from when it was noticed until it is over.

    reason, parameters: the code of its cause, as stored with that cause. count: how much it
    concerns. told: how many times people were told so far. tell_at: when they are told next.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=40)
    reason = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(default=dict)
    count = models.BigIntegerField(default=0)
    noticed_at = models.DateTimeField(db_default=Now())
    told = models.PositiveIntegerField(default=0)
    tell_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "kind"], condition=Q(ended_at=None), name="alarm_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.integration_id}"


class Stage(models.TextChoices):
    """What a message says of its alarm."""

    BEGUN = "begun"
    LASTS = "lasts"
    OVER = "over"
    TEST = "test"


class SentAlert(models.Model):
    """One message to one recipient; `error` says why it could not be sent so far.

    alarm: what it is about; none for a test. email: the recipient, "" for the integration's web
    address. due_at: when it is tried next; None once it was sent, or given up.
    """

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="alerts")
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, null=True, related_name="messages")
    kind = models.CharField(max_length=40)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.BEGUN)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="en")
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="alert_due", condition=Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.email or 'the web address'}"
