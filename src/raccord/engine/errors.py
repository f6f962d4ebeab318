"""What can go wrong, sorted by what happens next.

    Failure
    ├── Transient            the batch is tried again with back-off; nobody has to act
    ├── RateLimited          the connection waits until `until`
    │   └── QuotaExhausted   the same, until the quota is given back
    ├── RowBusy              this record is tried again, alone
    ├── OutcomeUnknown       a write was sent and never answered: look before deciding
    ├── AuthorizationLost    the connection pauses; a person authorizes again
    ├── PermissionMissing    a field or transfer pauses; an administrator over there acts
    ├── SchemaChanged        the same, because a field or object is no longer what it was
    ├── RecordRejected       the record is parked with the reason; a person corrects it
    ├── MatchAmbiguous       the record is parked: several counterparts, we refuse to guess
    ├── DuplicateBlocked     the record is parked: the other side says it knows this person
    ├── RemoteGone           the counterpart was deleted or merged: follow it or unlink
    ├── GuardStopped         a run stops before it writes and asks
    └── BadInput             what a person or file gave us cannot be taken; nothing changed

A failure of one row is *returned* (inside `records.Outcome`), a failure of the whole
connection is *raised*: both with these same types. Anything else that is raised is a bug.

`who_acts` says who can do something about a failure of each kind.

`code` is stable and namespaced by the third party (``memory.required``) or by
us (``raccord.match_ambiguous``). People never read `detail`; they read the sentence that the
catalogue has for `code`, rendered in their language when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


def sentence(text: str) -> str:
    """Mark `text` for the translation catalogue, without translating it now."""
    return text


@dataclass(eq=False)
class Failure(Exception):  # noqa: N818 - a failure may be a value, not only an exception
    """The root of the taxonomy.

    code: stable identifier, ``<namespace>.<name>``.
    params: what the catalogue's sentence may name (field labels, limits); never a token,
        never another field's value.
    detail: the other side's own words, for experts.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Transient(Failure):
    """The other side or the way there was briefly unavailable; nothing was written."""


@dataclass(eq=False)
class RateLimited(Failure):
    """Too many calls; `until` is when calls are welcome again, when that is known."""

    until: datetime | None = None


class QuotaExhausted(RateLimited):
    """The allowance of the period is used up."""


@dataclass(eq=False)
class RowBusy(Failure):
    """Somebody else held this record; alone and a little later it will pass.

    records: what was held, by remote id, if the other side says so: the record itself, or one
    that it belongs to. Rows that wait for the same one go together, or each would hold up the
    others once more.
    """

    records: tuple[str, ...] = ()


class OutcomeUnknown(Failure):
    """A write departed and no answer came: it may or may not have happened."""


class AuthorizationLost(Failure):
    """The stored grant no longer works; everything stays due until a person reconnects."""


class PermissionMissing(Failure):
    """The authorized user may not see or write something that is mapped."""


class SchemaChanged(Failure):
    """A mapped object or field is gone or of another type."""


@dataclass(eq=False)
class RecordRejected(Failure):
    """The other side refuses this record; `fields` are the remote names it blames, if any."""

    fields: tuple[str, ...] = ()


@dataclass(eq=False)
class MatchAmbiguous(Failure):
    """Several records could be the counterpart; `candidates` are their remote ids."""

    candidates: tuple[str, ...] = ()


class DuplicateBlocked(RecordRejected):
    """A duplicate rule or unique field of the other side refused the record."""


@dataclass(eq=False)
class RemoteGone(Failure):
    """The counterpart is deleted; `merged_into` is the survivor's id after a merge."""

    merged_into: str | None = None


@dataclass(eq=False)
class GuardStopped(Failure):
    """A run would have changed more than its guard allows: `count` records wait."""

    count: int = 0


@dataclass(eq=False)
class BadInput(Failure):
    """Input cannot be taken. `at` names the place: a field key, or file, line and key."""

    at: str = ""


class Who(StrEnum):
    """Who can do something about a failure.

    NOBODY: it passes by itself. USER: whoever works with the contacts. THEIR_ADMINISTRATOR: of the
    other side. OUR_ADMINISTRATOR: whoever looks after Raccord.
    """

    NOBODY = "nobody"
    USER = "user"
    THEIR_ADMINISTRATOR = "their_administrator"
    OUR_ADMINISTRATOR = "our_administrator"


_WHO_ACTS: Mapping[type[Failure], Who] = {
    Transient: Who.NOBODY,
    RateLimited: Who.NOBODY,
    QuotaExhausted: Who.THEIR_ADMINISTRATOR,
    RowBusy: Who.NOBODY,
    OutcomeUnknown: Who.NOBODY,
    AuthorizationLost: Who.USER,
    PermissionMissing: Who.THEIR_ADMINISTRATOR,
    SchemaChanged: Who.THEIR_ADMINISTRATOR,
    RecordRejected: Who.USER,
    MatchAmbiguous: Who.USER,
    DuplicateBlocked: Who.USER,
    RemoteGone: Who.NOBODY,
    GuardStopped: Who.USER,
    BadInput: Who.USER,
}


def who_acts(kind: type[Failure]) -> Who:
    """Who usually acts on a failure of this kind; one of no kind is a bug of ours."""
    return _WHO_ACTS.get(kind, Who.OUR_ADMINISTRATOR)
