"""The one row that says what this installation is, and the register of erased people."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

THE_ONE = 1


class HeldBecause(models.TextChoices):
    """RESTORED: the database was written anew from a dump. OLDER: it is behind what this machine
    has seen of it. MOVED: its data folder lies elsewhere than before, as that of a copy does.
    ASKED: a person held it.
    """

    RESTORED = "restored"
    OLDER = "older"
    MOVED = "moved"
    ASKED = "asked"


class Installation(models.Model):
    """What this installation is. At most one row, made when the first process starts.

    uid: told apart by it from every other installation. epoch: raised whenever a person says what
    a held installation is; counter: raised at each start and each minute, so that an older state
    of the database can be told (see `marker`).
    key_salt, key_checks: of the vault keys that sealed something (see `key_check`).
    birthmark, place: what the database and its data folder looked like (see `traits`).
    held_because: "" while everything goes on. decided_at, decided_by: the last answer of a person.
    register_key_sealed: what the digests in the register of erased people are keyed with.
    """

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE)
    uid = models.UUIDField(default=uuid4)
    epoch = models.BigIntegerField(default=1)
    counter = models.BigIntegerField(default=0)
    key_salt = models.UUIDField(default=uuid4)
    key_checks = ArrayField(models.CharField(max_length=64), default=list)
    birthmark = models.CharField(max_length=120, blank=True)
    place = models.JSONField(default=dict)
    held_because = models.CharField(max_length=10, choices=HeldBecause, blank=True)
    held_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=255, blank=True)
    register_key_sealed = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=THE_ONE), name="one_installation")]

    def __str__(self) -> str:
        return str(self.uid)


class Elsewhere(models.TextChoices):
    """What becomes of the records of an erased person in connected systems."""

    LEAVE = "leave"
    DELETE = "delete"


class Erasure(models.Model):
    """The proof that a person was erased on request, without anything of the person in it.

    project, contact: their numbers, which name nobody once the contact is gone. asked_by: who
    carried the request out. elsewhere: what was chosen for connected systems; while their deletion
    is under way, `finished_at` is empty. removed: kind of row -> how many were removed.
    digest: a keyed hash of the person's unique key, by which the request can be proven to them.
    comes_back: a person decided later that they may be taken in again.
    """

    project = models.BigIntegerField()
    contact = models.BigIntegerField()
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.CharField(max_length=255, blank=True)
    elsewhere = models.CharField(max_length=8, choices=Elsewhere, default=Elsewhere.LEAVE)
    finished_at = models.DateTimeField(null=True)
    removed = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    comes_back = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["project", "-asked_at"], name="erasures_of_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(finished_at=None), name="erasure_under_way_once"
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class ErasedTrait(models.Model):
    """A keyed hash of something by which an erased person would be known again."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="traits")
    project = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["project", "digest"], name="erased_trait")]

    def __str__(self) -> str:
        return f"trait of erasure {self.erasure_id}"
