"""Alert recipients and the messages that were sent."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
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


class SentAlert(models.Model):
    """One message about one change of state; `error` says why it could not be sent."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=40)
    email = models.EmailField()
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} to {self.email}"
