"""The contract between Raccord and a third party.

A connector folder exports one `Declaration`. From it the screens learn what to ask for, the
authorization flow learns the endpoints, and the flow gets a `Connector` to talk through.

A connector may not: touch our database, sleep, decide to retry, merge, swallow an error, or
log a payload. The problem of one row is returned in its `Outcome`; the problem of the whole
connection is raised. Both use the types of `engine/errors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import httpx

from raccord.connectors.events import Announcement, Message
from raccord.connectors.plug_in import PlugInDeclaration
from raccord.engine.clocks import Offset
from raccord.engine.errors import Who
from raccord.engine.records import Lookup, Outcome, Record, Write
from raccord.engine.remedies import Remedy
from raccord.engine.schema import RemoteObject


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the third party can do; anything not claimed is refused, never ignored."""

    create_by_external_id: bool = False
    delete: bool = False
    changes: bool = False
    webhook: bool = False
    describe: bool = True
    usage: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once.

    rows_per_write, rows_per_read, values_per_lookup: per call. parallel_calls: in flight at
    once. call_deadline: wall clock for one call, always below the lease of an item.
    max_request_time: after this long without an answer a write can no longer take effect.
    """

    rows_per_write: int
    rows_per_read: int
    values_per_lookup: int
    parallel_calls: int
    call_deadline: timedelta
    max_request_time: timedelta


@dataclass(frozen=True, slots=True)
class DataType:
    """A remote object that can be paired with a contact.

    external_id_field: where our identity goes if the org has that field.
    match_fields: remote fields people are usually looked up by, best first.
    consent_fields: remote booleans that mean "has opted out".
    suggestions: usual remote field for a usual local key, to propose a mapping.
    converted_field: names the record that one of this object became, of `converted_object`; ""
        where records are never converted.
    """

    object: str
    label: str
    external_id_field: str = ""
    match_fields: tuple[str, ...] = ()
    consent_fields: tuple[str, ...] = ()
    suggestions: Mapping[str, str] = field(default_factory=dict)
    converted_field: str = ""
    converted_object: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of their changes: all before it has been read.

    stamp: when a record last changed, by their clock. id: the last record read of those with
    that stamp; "" if none of them was.
    """

    stamp: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of changed records, in the order of their changes. more: others come after it."""

    records: tuple[Record, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some living records of an object, in the order of their ids. more: others come after."""

    records: tuple[Record, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Environment:
    """One place where a grant can be asked for: a label and the login host's origin."""

    key: str
    label: str
    login_url: str


@dataclass(frozen=True, slots=True)
class OAuthEndpoints:
    """Where and how to get a grant, relative to the chosen login host.

    scopes are asked for at authorization; `allowed_hosts` are the domain suffixes that a
    grant's instance address may have (leading dot: any subdomain). `denials` maps what the
    token endpoint may say in its `error` or `error_description` to one of the codes of
    `oauth.SENTENCES`, on top of the standard ones that `oauth.py` knows.
    """

    authorize_path: str
    token_path: str
    revoke_path: str
    scopes: tuple[str, ...]
    environments: tuple[Environment, ...]
    allowed_hosts: tuple[str, ...]
    denials: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """A token endpoint's answer, parsed. `expires_at` is None where it is not said."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    instance_url: str
    organization: str
    user: str
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are over there: organization, user, and their names for people to recognise."""

    organization: str
    organization_name: str
    user: str
    username: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls used and allowed in the other side's own period, by everybody who uses it."""

    used: int
    allowed: int


class TokenSource(Protocol):
    """Where a connector gets its access token.

    `current()` is the stored token. `renewed(refused)` is called with a token that got a 401
    and returns another one, or raises `AuthorizationLost` (or `Transient`).
    """

    def current(self) -> str: ...

    def renewed(self, refused: str) -> str: ...


class Connector(Protocol):
    """One authorized conversation with one organization of the third party.

    Every method may raise any connection-wide `Failure`. Thread-safe: `push` and `find` are
    called from several threads at once, up to `Limits.parallel_calls`.
    """

    def check(self) -> Identity:
        """Say who we are; raise PermissionMissing when the user may not use the API."""
        ...

    def describe(self, object_name: str) -> RemoteObject:
        """Describe one object; raise SchemaChanged if it is gone."""
        ...

    def push(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write up to `rows_per_write` rows in one call: one outcome per row, in order.

        All rows are for one object and one action (of creations, all or none with an external
        id). When the call as a whole came to nothing, every row's outcome is UNKNOWN (it
        departed, no answer proves what it did) or RETRY (certainly nothing was written), so
        neither OutcomeUnknown nor Transient is raised. Of what is raised, nothing was written;
        a raised RecordRejected or plain Failure may lie in any one row: try smaller parts.
        """
        ...

    def fetch(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """Read records by id. Those not visible are simply not in the answer.

        A record that is known to be deleted is returned with `deleted` set, and `merged_into`;
        one that became a record of another object with `converted_into`.
        """
        ...

    def find(self, lookups: Sequence[Lookup], fields: Mapping[str, Sequence[str]]) -> list[Record]:
        """Records matching any of the look-ups, in as few calls as possible.

        fields: per object, which remote fields to read (the looked-up ones are added).
        """
        ...

    def changes(self, object_name: str, fields: Sequence[str], *, after: Position) -> Changes:
        """Read what changed after a position, created and deleted records included.

        At most `rows_per_read` records, each as it is now, ordered by stamp and id; the stamp of
        each is its `modified_at`. A record that is being written meanwhile may appear later with
        a stamp that has passed already: see `stable_until`.
        """
        ...

    def stable_until(self, object_name: str) -> datetime | None:
        """Up to which stamp nothing can appear any more; None where they do not say."""
        ...

    def count(self, object_name: str) -> int:
        """How many living records of an object our user can see, in one call."""
        ...

    def scan(self, object_name: str, fields: Sequence[str], *, after: str = "") -> Page:
        """Read the living records that come after an id, up to `rows_per_read`, in one call.

        The order of ids is their own, and always the same; "" is before the first. A record that
        is made while pages are read may come before the place that was reached.
        """
        ...

    def usage(self) -> Usage | None:
        """Calls used, from the last answer seen; None before the first or if unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a connector is made from; everything is given, nothing is made inside.

    client: the shared HTTP client. clock: aware UTC now. on_call: told once per HTTP call
    (for the counters), with the number of rows it carried. on_clock: told, after each answer that
    shows the other side's time, how far it is ahead of `clock`; what is never told lets no two
    changes be told apart by their time. on_usage: told what the other side says of the calls that
    were made, as often as it says so. schemas: what the opener knows of objects, by name, and what
    is learned meanwhile; it is believed until a call shows that it is out of date.
    """

    client: httpx.Client
    tokens: TokenSource
    instance_url: str
    clock: Callable[[], datetime]
    on_call: Callable[[int], None] = lambda rows: None
    on_clock: Callable[[Offset], None] = lambda offset: None
    on_usage: Callable[[Usage], None] = lambda usage: None
    schemas: dict[str, RemoteObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a connector folder exports.

    open: makes a connector. parse_grant: turns a token endpoint's JSON into a `Grant`
    (None for a connector without OAuth). receive: turns what was posted to us into the changes it
    announces, or raises BadInput with a code of `webhook_refusals`; `webhook.read` does most of it
    (None for a source that posts nothing). plug_in: what it may have installed on its side to tell
    of changes by itself (None for a source without). sentences: per error code, the English
    sentence for people and what to do about it (both marked with `engine.errors.sentence`). who:
    per error code, who can do something about it; remedies: what the field mapping can.
    """

    source: str
    label: str
    capabilities: Capabilities
    limits: Limits
    data_types: tuple[DataType, ...]
    oauth: OAuthEndpoints | None
    open: Callable[[Conversation], Connector]
    parse_grant: Callable[[Mapping[str, object]], Grant] | None = None
    receive: Callable[[Message], Announcement] | None = None
    plug_in: PlugInDeclaration | None = None
    sentences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    who: Mapping[str, Who] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)
    demo_only: bool = False
