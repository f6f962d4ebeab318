"""What comparing both sides remembers: runs, what they found, and when the next is due."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from raccord.connections.models import Connection, DataTransfer


class ReconcileState(models.TextChoices):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


UNFINISHED = (ReconcileState.RUNNING, ReconcileState.PAUSED)


class Phase(models.TextChoices):
    """What a run is at, in this order; the last two only where something is repaired."""

    PAIRS = "pairs"
    HERE = "here"
    THERE = "there"
    REPAIR = "repair"
    PROOF = "proof"


class Cause(models.TextChoices):
    PERSON = "person"
    TIMETABLE = "timetable"
    GAP = "gap"
    COMMAND = "command"


class Reconciliation(models.Model):
    """One comparison of both sides of a data transfer; a row with a lease, never one long job.

    position, place: how far the phase is: the last row of ours, the last record of theirs.
    done, total: for the progress bar. theirs: how many living records they count, None before that
    is asked. seen: living records of linked pairs. counts: "scope.result.why" -> number. fields:
    field key -> pairs that drifted in it. proven: result -> number, of what was repaired.
    repair: whether to repair without being asked. claims: claims without an advance.
    """

    transfer = models.ForeignKey(
        DataTransfer, on_delete=models.CASCADE, related_name="reconciliations", db_index=False
    )
    state = models.CharField(max_length=10, choices=ReconcileState, default=ReconcileState.RUNNING)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.PAIRS)
    cause = models.CharField(max_length=10, choices=Cause)
    started_by = models.CharField(max_length=255, blank=True)
    repair = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    place = models.CharField(max_length=64, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    theirs = models.BigIntegerField(null=True)
    seen = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    proven = models.JSONField(default=dict)
    reason = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(db_default=Now())
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    compared_at = models.DateTimeField(null=True)
    repaired_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"],
                condition=Q(state__in=UNFINISHED),
                name="reconciliation_unfinished_once",
            )
        ]
        indexes = [models.Index(fields=["transfer", "-id"], name="reconciliations_of_transfer")]

    def __str__(self) -> str:
        return f"comparison {self.pk} of {self.transfer_id}"

    @property
    def is_over(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def is_under_way(self) -> bool:
        """A worker is at it or will be in a moment."""
        return self.state == ReconcileState.RUNNING


class Finding(models.Model):
    """A contact, a record or a pair of them that a run found not to be equal; no values.

    result, why: of `engine.reconcile`. asked: whether the repair was asked for. outcome: how the
    two stood after it, "" before that is known.
    """

    run = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="findings", db_index=False
    )
    scope = models.CharField(max_length=8)
    result = models.CharField(max_length=12)
    why = models.CharField(max_length=120, blank=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    contact = models.BigIntegerField(null=True)
    remote_id = models.CharField(max_length=64, blank=True)
    asked = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "result", "id"], name="findings_of_run")]

    def __str__(self) -> str:
        return f"{self.result} of {self.run_id}"


class Rhythm(models.TextChoices):
    OFF = "off", _("Never by itself")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class Timetable(models.Model):
    """When a connection compares both sides by itself.

    weekday: 0 is Monday. hour: of the project's zone. next_at: None where it is to be worked out.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="timetable"
    )
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(default=6)
    hour = models.PositiveSmallIntegerField(default=3)
    repair = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.rhythm} for {self.connection_id}"
