"""What the error centre remembers: causes that are left aside, and groups that are tried again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from raccord.connections.models import DataTransfer


class Side(models.TextChoices):
    """OUT: contacts that were not sent. IN: records of theirs that could not be taken."""

    OUT = "out"
    IN = "in"


class SetAside(models.Model):
    """A cause that somebody decided to leave alone: not counted, nothing of it is lost.

    cause: its name (`sync.causes`). note: the person's reason. What is refused for the same cause
    later joins it.
    """

    transfer = models.ForeignKey(DataTransfer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=3, choices=Side)
    cause = models.CharField(max_length=32)
    note = models.CharField(max_length=500)
    person = models.CharField(max_length=255)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "side", "cause"], name="cause_aside_once")
        ]

    def __str__(self) -> str:
        return f"{self.cause} of {self.transfer_id}"


class ReplayState(models.TextChoices):
    """PROBING: a few went first, and their answers are waited for. REFUSED: all of those came back
    for the same cause, so the others stayed."""

    PROBING = "probing"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


UNDER_WAY = (ReplayState.PROBING, ReplayState.RUNNING)


class Replay(models.Model):
    """All that waits for one cause is tried again: a row with a lease, never one long job.

    code, parameters: of one refusal, for the words. total: how many there were; done: how many were
    made due again. begun_at: what is refused later is none of its business. probes: the items (ids)
    that went first.
    """

    transfer = models.ForeignKey(DataTransfer, on_delete=models.CASCADE, related_name="replays")
    side = models.CharField(max_length=3, choices=Side)
    cause = models.CharField(max_length=32)
    code = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=ReplayState, default=ReplayState.PROBING)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    probes = ArrayField(models.BigIntegerField(), default=list)
    started_by = models.CharField(max_length=255)
    begun_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "side", "cause"],
                condition=Q(finished_at__isnull=True),
                name="replay_unfinished_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(finished_at__isnull=True), name="replays_unfinished"
            )
        ]

    def __str__(self) -> str:
        return f"replay of {self.cause} of {self.transfer_id}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
