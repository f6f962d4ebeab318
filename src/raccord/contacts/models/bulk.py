"""One act on many contacts."""

from __future__ import annotations

from django.db import models

from raccord.contacts.models.runs import Run


class BulkAct(models.TextChoices):
    EDIT = "edit"
    DELETE = "delete"


class BulkRun(Run):
    """One act on a selection of contacts, counted and confirmed before it begins.

    The selection is frozen when it is counted (`BulkItem`): what was confirmed is what is done.
    changes: for an edit, field key -> what to do there (`bulk/edits.py`). grounds: what the person
    gave as the reason, where the act needs one (a change of consents).
    definition: the list it was chosen from (`lists/query.py`), to say so afterwards.
    position: the id of the last contact that was taken. done, unchanged, gone and rejected count
    contacts; gone: deleted by somebody else before their turn came.
    """

    act = models.CharField(max_length=8, choices=BulkAct)
    definition = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    grounds = models.TextField(blank=True)
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    gone = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.act} of {self.total}"


class BulkItem(models.Model):
    """One contact of a frozen selection. No foreign key to the contact: it may go meanwhile."""

    pk = models.CompositePrimaryKey("run_id", "contact")
    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    contact = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.run_id}:{self.contact}"


class BulkReject(models.Model):
    """A contact that could not be taken along, and why (a code, rendered when shown).

    name: its unique key. taken: it was, but for this field (a refused consent); such a contact is
    not among the run's `rejected`.
    """

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="rejects")
    contact = models.BigIntegerField()
    name = models.CharField(max_length=255, blank=True)
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict)
    taken = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.contact} {self.code}"
