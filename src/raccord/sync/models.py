"""What the flow remembers: links, hints from the other side, slots, positions, first loads.

What comparing both sides remembers is in `reconcile/models.py`.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

import raccord.sync.guard_models
import raccord.sync.parked.models
import raccord.sync.reconcile.models  # noqa: F401 - tables of this app
from raccord.connections.models import Connection, DataTransfer
from raccord.contacts.models import Subscription
from raccord.contacts.models.outbox import Cause
from raccord.engine.records import (
    Priority,
)
from raccord.engine.rules import Decided


class LinkState(models.TextChoices):
    CREATING = "creating", _("Being created")
    LINKED = "linked", _("Linked")
    ENDING = "ending", _("Being deleted over there")
    GONE = "gone", _("Deleted over there")
    LET_GO = "let_go", _("No longer linked")
    ENDED = "ended", _("No longer linked")


UNPAIRED = (LinkState.GONE, LinkState.LET_GO, LinkState.ENDED)
"""The contact has no counterpart any more, and may begin anew with another one."""


class Link(models.Model):
    """A contact and its counterpart, with what both held when they last belonged together.

    base: local field key -> [ours, theirs, fingerprint] in stored form; theirs left out when
    equal to ours. sent: remote field -> value, departed and not yet explained by a view.
    before: what those fields showed at the departure; null once it is answered.
    in_flight: the claim whose call is under way; dead once `departed_at` is a lease ago.
    moved: drawn from the sequence `sync_moves` at every departure and settle; a view is usable
    only if it was started after it.
    match_key: what the person is known by over there while the record is being created, so
    that two contacts with one address never make two records.
    as_known_until: their record was as `base` says up to that moment, by their clock; null where
    it is not known that it changed since.
    LET_GO: the pair was forgotten after a deletion or a conversion; another counterpart may be
    found, none is made. ENDED: the next counterpart is looked for, or made, as for a new contact.
    decided, decided_at: what a person said about a deletion or merge that broke the pair; about
    our deletion it counts only if the contact was not deleted again since.
    parted: how the pair was broken or moved, for people: {"why", "at", "record", "object", "into"}.
    answer: the last answer, for people: {"status", "code", "parameters", "detail", "at"}.
    Contacts are referred to by id only: a link outlives its contact, as a tombstone.
    """

    transfer = models.ForeignKey(DataTransfer, on_delete=models.CASCADE, related_name="links")
    contact = models.BigIntegerField()
    remote_id = models.CharField(max_length=64, null=True)
    state = models.CharField(max_length=8, choices=LinkState, default=LinkState.CREATING)
    base = models.JSONField(default=dict)
    sent = models.JSONField(null=True)
    before = models.JSONField(null=True)
    in_flight = models.UUIDField(null=True)
    moved = models.BigIntegerField(default=0)
    departed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    match_key = models.CharField(max_length=255, blank=True)
    as_known_until = models.DateTimeField(null=True)
    answer = models.JSONField(default=dict)
    decided = models.CharField(
        max_length=16,
        choices=[(each, each) for each in Decided],
        blank=True,
        default=Decided.NOT_YET,
        db_default="",
    )
    decided_at = models.DateTimeField(null=True)
    parted = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "contact"], name="link_contact_once"),
            models.UniqueConstraint(
                fields=["transfer", "remote_id"],
                condition=Q(remote_id__isnull=False),
                name="link_remote_once",
            ),
            models.UniqueConstraint(
                fields=["transfer", "match_key"],
                condition=Q(state=LinkState.CREATING) & ~Q(match_key=""),
                name="link_creating_once",
            ),
        ]
        indexes = [models.Index(fields=["contact"], name="link_by_contact")]

    def __str__(self) -> str:
        return f"contact {self.contact} to {self.remote_id}"


class InboxState(models.TextChoices):
    DUE = "due", _("Waiting")
    PARKED = "parked", _("Needs a decision")
    APART = "apart", _("Kept apart")


class InboxItem(models.Model):
    """A record of theirs that has to be looked at: state, not an event, and without any value.

    version: raised by each hint; a verdict on an older version is no verdict.
    as_known_until: up to that moment, by their clock, the record was as our link says; null if
    that is not known. candidates: contacts between which a person has to choose. APART: a person
    decided that the record stands for none of our contacts; further hints are not followed.
    The other columns are those of `contacts.OutboxItem`.
    """

    transfer = models.ForeignKey(
        DataTransfer, on_delete=models.CASCADE, related_name="inbox", db_index=False
    )
    remote_id = models.CharField(max_length=64)
    version = models.BigIntegerField(default=1)
    priority = models.SmallIntegerField(default=Priority.LIVE)
    due_at = models.DateTimeField(db_default=Now())
    as_known_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=InboxState, default=InboxState.DUE)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(default=dict)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    cause = models.GeneratedField(
        expression=Cause(),
        output_field=models.CharField(max_length=32, null=True),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "remote_id"], name="inbox_item_once")
        ]
        indexes = [
            models.Index(fields=["transfer", "state", "priority", "due_at"], name="inbox_due"),
            models.Index(
                fields=["transfer", "cause", "due_at", "id"],
                condition=Q(cause__isnull=False),
                name="inbox_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} of {self.transfer_id}"


class ReceivedEvent(models.Model):
    """An event that the other side told us of: known for a week, so that it counts once."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    event_id = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="event_received_once")
        ]
        indexes = [models.Index(fields=["received_at"], name="events_by_age")]

    def __str__(self) -> str:
        return f"{self.event_id} of {self.connection_id}"


class Reading(models.Model):
    """How far the changes of the other side were read for one data transfer; leased like an item.

    high: everything up to this stamp was read once, but for what appeared late. at_stamp, at_id:
    where a pass stands that is not over; null between passes. safe: their own word that nothing
    can appear before it any more; read again from there (`sweeping`) at each `sweep_at`.
    idle: passes in a row that brought nothing new, which make the next one come later.
    """

    transfer = models.OneToOneField(DataTransfer, on_delete=models.CASCADE, related_name="reading")
    high = models.DateTimeField()
    at_stamp = models.DateTimeField(null=True)
    at_id = models.CharField(max_length=64, blank=True)
    safe = models.DateTimeField()
    safe_next = models.DateTimeField(null=True)
    sweeping = models.BooleanField(default=False)
    sweep_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    idle = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"changes of {self.transfer_id} up to {self.high}"


class Slot(models.Model):
    """A place to work on one connection; leased like an item, so none takes every worker."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "number"], name="slot_number_once")
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of {self.connection_id}"


class Clock(models.Model):
    """How far the other side's clock is ahead of the database's: at least `low`, at most `high`.

    measured_since: since when measurements narrow each other; see `clocks.py`.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="clock")
    low = models.DurationField()
    high = models.DurationField()
    measured_since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"clock of {self.connection_id}"


class Backfill(models.Model):
    """The contacts that were there before a subscription, on their way into its outbox.

    A row with a lease and a position, never one long job. position: the last contact taken.
    total, done: contacts to look at and looked at, for the progress bar.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="backfills"
    )
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(finished_at__isnull=True),
                name="backfill_unfinished_once",
            )
        ]

    def __str__(self) -> str:
        return f"backfill of {self.subscription_id} at {self.position}"


class DeliveryCount(models.Model):
    """What one call of a data transfer brought; rows of a quarter of an hour are summed up later.

    delivered: records created, changed or deleted over there. refused: records sent back.
    """

    transfer = models.ForeignKey(
        DataTransfer, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    delivered = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["transfer", "at"], name="deliveries_of_transfer")]

    def __str__(self) -> str:
        return f"{self.delivered} over {self.transfer_id}"


class Moved(StrEnum):
    """What one entry of the delivery log says.

    The first six are answers of the other side. TAKEN: values of theirs were written here, MADE: a
    contact was made of their record; the change log has an entry of its own for that. FOLLOWED:
    their record was merged or converted, and the link names what became of it. REWRITTEN, ARRIVED,
    LOST: what a later view showed of values that had departed. ASKED, PARKED, HELD: why something
    was not moved. DECIDED, CHOSEN: a person's answer to that.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    MADE = "made"
    LINKED = "linked"
    FOLLOWED = "followed"
    GONE = "gone"
    BACK = "back"
    REWRITTEN = "rewritten"
    ARRIVED = "arrived"
    LOST = "lost"
    ASKED = "asked"
    PARKED = "parked"
    HELD = "held"
    DECIDED = "decided"
    CHOSEN = "chosen"


class Delivery(models.Model):
    """Append-only: what one run moved, or did not, between a contact and its counterpart.

    direction: "out", "in", or "" where nothing moved. fields: local field key -> [before, after,
    why], `why` being the row of the engine's table that decided (`engine.reasons` has the words).
    Both are in stored form: theirs, for what went out and for REWRITTEN; ours, for what came in;
    ours and then theirs, for ASKED and HELD. code, parameters, detail: what was answered, or why
    not. their_user, their_time: of the last change of their record, where one was seen. move: the
    number that the change log's entry has in its `cause` (`delivery_log.CAUSE`), for what was
    written here. actor: who decided. The table is partitioned by month; transfers and contacts are
    referred to by id only, since what was done outlives both.
    """

    pk = models.CompositePrimaryKey("contact", "at", "id")
    id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    transfer = models.BigIntegerField()
    contact = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    what = models.CharField(max_length=12, choices=[(each, each) for each in Moved])
    remote_id = models.CharField(max_length=64, null=True)
    fields = models.JSONField(default=dict)
    code = models.CharField(max_length=120, default="")
    parameters = models.JSONField(default=dict)
    detail = models.TextField(default="")
    their_user = models.CharField(max_length=64, null=True)
    their_time = models.DateTimeField(null=True)
    move = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=255, default="")

    class Meta:
        managed = False
        db_table = "sync_delivery"

    def __str__(self) -> str:
        return f"{self.what} {self.contact} over {self.transfer}"
