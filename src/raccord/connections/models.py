"""What a person sets up: who may talk to what, which fields pair, which operations flow."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

import raccord.connections.plug_in.models  # noqa: F401 - tables of this app
from raccord.contacts.models import OPERATIONS, Field, Project
from raccord.engine.records import Direction, FirstLinkRule, OnlyThere, Rule
from raccord.engine.rules import DeletionRule, OnlyHere


class GrantType(models.TextChoices):
    AUTHORIZATION_CODE = "authorization_code", _("A person signs in")
    CLIENT_CREDENTIALS = "client_credentials", _("An application signs in by itself")


class AuthorizationState(models.TextChoices):
    PENDING = "pending", _("Not authorized yet")
    ACTIVE = "active", _("Authorized")
    LOST = "lost", _("Authorization lost")


class Authorization(models.Model):
    """A stored OAuth grant, usable by several connections.

    login_url: origin of the login host. The `*_sealed` columns hold what `vault.py` encrypted.
    organization, user: as the other side calls them, pinned at the first grant.
    generation: raised by each refresh; lease, lease_until: who refreshes now (see `tokens.py`).
    """

    source = models.CharField(_("source"), max_length=40)
    name = models.CharField(_("name"), max_length=120, unique=True)
    grant = models.CharField(
        _("kind of grant"), max_length=20, choices=GrantType, default=GrantType.AUTHORIZATION_CODE
    )
    login_url = models.CharField(_("login address"), max_length=255)
    client_id = models.CharField(_("application id"), max_length=255, blank=True)
    client_secret_sealed = models.BinaryField(default=bytes)
    access_token_sealed = models.BinaryField(default=bytes)
    refresh_token_sealed = models.BinaryField(default=bytes)
    instance_url = models.CharField(max_length=255, blank=True)
    organization = models.CharField(max_length=64, blank=True)
    organization_name = models.CharField(max_length=255, blank=True)
    user = models.CharField(max_length=64, blank=True)
    username = models.CharField(max_length=255, blank=True)
    state = models.CharField(
        max_length=10, choices=AuthorizationState, default=AuthorizationState.PENDING
    )
    reason = models.CharField(max_length=120, blank=True)
    generation = models.BigIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    authorized_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """One link between a project and one organization of a third party.

    organization: pinned once known; a token of another organization is refused.
    calls: API calls made on `calls_on` (their day, UTC). their_calls, their_calls_allowed: of all
    users and programs over there, in the period that they count, as last told at `their_calls_at`.
    calls_share: how many percent of those allowed are ours at most.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="connections")
    source = models.CharField(_("source"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    authorization = models.ForeignKey(
        Authorization, on_delete=models.PROTECT, related_name="connections"
    )
    organization = models.CharField(max_length=64, blank=True)
    paused_until = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=120, blank=True)
    pause_detail = models.TextField(blank=True)
    calls = models.BigIntegerField(default=0)
    calls_on = models.DateField(null=True)
    their_calls = models.BigIntegerField(null=True)
    their_calls_allowed = models.BigIntegerField(null=True)
    their_calls_at = models.DateTimeField(null=True)
    calls_share = models.PositiveSmallIntegerField(default=50, db_default=50)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="connection_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReceivingAddress(models.Model):
    """Where the other side tells us at once what changed, and the secret it signs with.

    key: its part of the web address. generation: raised by each new secret, whose former one
    stays valid until `former_until`. closed_at: nothing is taken since then.
    received_at, events, events_on: when a message was last taken, and how many events that day
    (UTC). refused_at, refusal: when and with which code one was last refused.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="receiving_address"
    )
    key = models.UUIDField(default=uuid4, unique=True)
    secret_sealed = models.BinaryField()
    former_secret_sealed = models.BinaryField(default=bytes)
    former_until = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    events = models.BigIntegerField(default=0)
    events_on = models.DateField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"receiving address of {self.connection_id}"


class DataTransfer(models.Model):
    """Our contact paired with one remote object. Disabled until its fields are mapped.

    description, described_at: the org's schema of the object as last read (see `schema_cache`).
    external_id_field: where our identity is written, "" while the org has no such field.
    create_missing, look_up_missing: whether a contact without a counterpart is created there, and
    whether one is looked for at all; together they are `only_here`.
    only_there: what becomes of records whose people are not known here.
    our_deletion, their_deletion: what the deletion of a contact does there, and of a record here.
    match_fields: [[remote field, local key], ...] used in order to find an unlinked person; empty
    for the usual ones.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="transfers")
    object = models.CharField(_("data type"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=False)
    first_link_rule = models.CharField(
        max_length=10,
        choices=[(rule, rule) for rule in FirstLinkRule],
        default=FirstLinkRule.THEIRS,
    )
    create_missing = models.BooleanField(default=True)
    look_up_missing = models.BooleanField(default=True, db_default=True)
    only_there = models.CharField(
        max_length=10,
        choices=[(choice, choice) for choice in OnlyThere],
        default=OnlyThere.LINK,
        db_default=OnlyThere.LINK,
    )
    our_deletion = models.CharField(
        max_length=10,
        choices=[(rule, rule) for rule in DeletionRule],
        default=DeletionRule.NOTHING,
        db_default=DeletionRule.NOTHING,
    )
    their_deletion = models.CharField(
        max_length=10,
        choices=[(rule, rule) for rule in DeletionRule],
        default=DeletionRule.NOTHING,
        db_default=DeletionRule.NOTHING,
    )
    match_fields = models.JSONField(default=list)
    external_id_field = models.CharField(max_length=80, blank=True)
    description = models.JSONField(null=True)
    described_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "object"], name="transfer_object_once")
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.object}"

    @property
    def only_here(self) -> OnlyHere:
        """What becomes of contacts without a counterpart."""
        if self.create_missing:
            return OnlyHere.CREATE
        return OnlyHere.LINK if self.look_up_missing else OnlyHere.IGNORE


class FieldMapping(models.Model):
    """One pair of fields. A paused one carries the reason (a code) and sends nothing.

    value_pairs: [[ours, theirs], ...], see `engine.value_pairs`. cut: a text that is too long
    for the remote field is cut instead of refused. when_empty: the value (stored form) that is
    sent for contacts that have none; null sends nothing.
    """

    transfer = models.ForeignKey(DataTransfer, on_delete=models.CASCADE, related_name="mappings")
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="mappings")
    remote_field = models.CharField(max_length=80)
    direction = models.CharField(
        max_length=10,
        choices=[(direction, direction) for direction in Direction],
        default=Direction.OUTBOUND,
    )
    rule = models.CharField(
        max_length=24, choices=[(rule, rule) for rule in Rule], default=Rule.NEWEST
    )
    transform = models.CharField(max_length=40, blank=True)
    value_pairs = models.JSONField(default=list, db_default=[])
    cut = models.BooleanField(default=False, db_default=False)
    when_empty = models.JSONField(null=True, default=None)
    position = models.PositiveSmallIntegerField(default=0)
    paused_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "field"], name="mapping_field_once"),
            models.UniqueConstraint(
                fields=["transfer", "remote_field"], name="mapping_remote_field_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} to {self.remote_field}"


class IntegrationState(models.TextChoices):
    DISABLED = "disabled", _("Disabled")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended after errors")


class Integration(models.Model):
    """Which operations of which data types flow out over a connection, and whether they do.

    failures: records refused in a row; at `failure_limit` the integration is suspended: it keeps
    collecting and sends nothing until a person resumes it. The limit is several full calls, so
    that one import with a bad column parks its own records and stops nobody else's.
    guards: effect -> the limit that a person chose, as `engine.guards.Limit.text`.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="integration"
    )
    state = models.CharField(
        max_length=10, choices=IntegrationState, default=IntegrationState.DISABLED
    )
    state_reason = models.CharField(max_length=120, blank=True)
    state_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failure_limit = models.PositiveIntegerField(default=1_000)
    guards = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"integration of {self.connection_id}"


class UpdateTypes(models.Model):
    """The operations that one integration lets through for one data transfer."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="update_types"
    )
    transfer = models.OneToOneField(
        DataTransfer, on_delete=models.CASCADE, related_name="update_types"
    )
    operations = ArrayField(
        models.CharField(max_length=20, choices=OPERATIONS), default=list, blank=True
    )

    def __str__(self) -> str:
        return f"{self.transfer_id}: {', '.join(self.operations)}"


class WaitingGrant(models.Model):
    """A grant of another user than before, until a person says whether it is to be used.

    grant_sealed: what the token endpoint gave, and who that is, as JSON. username: who that is.
    key: its part of the web address. return_to: the page to go on with.
    """

    authorization = models.ForeignKey(Authorization, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid4, unique=True)
    grant_sealed = models.BinaryField()
    username = models.CharField(max_length=255)
    return_to = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"grant waiting for {self.authorization_id}"


class SigningIn(models.Model):
    """An authorization that a person has gone to grant, until they come back.

    state: the random value that must come back. verifier_sealed: the PKCE secret.
    return_to: the page to go on with.
    """

    authorization = models.ForeignKey(Authorization, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=64, unique=True)
    verifier_sealed = models.BinaryField()
    return_to = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"sign-in for {self.authorization_id}"
