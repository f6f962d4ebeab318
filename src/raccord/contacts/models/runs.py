"""What every long piece of work about a project's contacts has in common."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from raccord.contacts.models.projects import Project


class RunState(models.TextChoices):
    """DRAFT: a person still sets it up. CHECKING: a worker finds out what it would do.
    READY: that is known, and a person has to confirm. Then WAITING, RUNNING, and one of the ends.
    """

    DRAFT = "draft", _("Being set up")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("To be confirmed")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


OVER = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


class Run(models.Model):
    """Work that takes longer than a request: a row with a lease, never one long job.

    claim, lease_until: which worker is at it, and until when (see `contacts/leases.py`).
    reason, parameters: why it was refused: a code, rendered when shown.
    started_by: the person's address, "" for none.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    started_by = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(default=dict)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        """A worker is at it or will be in a moment."""
        return self.state in (RunState.CHECKING, RunState.WAITING, RunState.RUNNING)

    @property
    def is_over(self) -> bool:
        return self.state in OVER
