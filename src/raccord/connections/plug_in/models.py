"""What is remembered of plug-ins: each installation, and what is there now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class InstallationState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Installation(models.Model):
    """One installation, or removal; a row with a lease, never one long job.

    removes: it takes the plug-in away; everything: and what it would keep unless asked. version: of
    what is installed, or was. secret: the generation of the secret that was stored there, None for
    none. address: where the plug-in is to post. position: of the step in
    the source's declaration. ticket: what to ask about while the other side works on the step, ""
    before it began. done, total: of that step. parts: [[type, name, succeeded, problem, line], ...]
    of the required steps. outcomes: step -> [code, params, detail] of the steps that are over, code
    "" for success. attempts: of the present step, that came to nothing for a passing reason.
    reason: the code of what made it fail. claims: claims without an advance.
    """

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="installations"
    )
    state = models.CharField(
        max_length=8, choices=InstallationState, default=InstallationState.RUNNING
    )
    removes = models.BooleanField(default=False, db_default=False)
    everything = models.BooleanField(default=False, db_default=False)
    version = models.CharField(max_length=20, blank=True)
    secret = models.PositiveIntegerField(null=True)
    address = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    ticket = models.CharField(max_length=64, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=list)
    outcomes = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)
    started_by = models.CharField(max_length=255, blank=True)
    due_at = models.DateTimeField(db_default=Now())
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state=InstallationState.RUNNING),
                name="installation_running_once",
            )
        ]

    def __str__(self) -> str:
        return f"installation {self.pk} of {self.connection_id}"

    @property
    def is_over(self) -> bool:
        return self.state != InstallationState.RUNNING


class InstalledPlugIn(models.Model):
    """The plug-in that a connection's organization has, as far as we know.

    version: "" if it was gone when last asked, at `seen_at`. watched: object -> fields, as last
    written there, at `watched_at`. unknown: those of them that the other side has not. problem,
    params: why it could not be looked after, "" if it could. attempts: failures in a row. health:
    what it last said of itself, at `health_at` (see `health.py`). secret: the generation of the
    secret that it has, None for whichever there is at the first look. secret_problem,
    secret_params: why it could not be given the present one.
    """

    connection = models.OneToOneField(
        "connections.Connection", on_delete=models.CASCADE, related_name="plug_in"
    )
    version = models.CharField(max_length=20, blank=True)
    seen_at = models.DateTimeField(null=True)
    watched = models.JSONField(null=True)
    watched_at = models.DateTimeField(null=True)
    unknown = models.JSONField(default=dict)
    problem = models.CharField(max_length=120, blank=True)
    params = models.JSONField(default=dict)
    health = models.JSONField(default=dict, db_default={})
    health_at = models.DateTimeField(null=True)
    secret = models.PositiveIntegerField(null=True)
    secret_problem = models.CharField(max_length=120, blank=True, db_default="")
    secret_params = models.JSONField(default=dict, db_default={})
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"plug-in of {self.connection_id}"
