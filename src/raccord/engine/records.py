"""The frozen dataclasses that travel between the stages of the flow.

Values are plain Python: ``str``, ``int``, ``Decimal``, ``bool``, ``date``, aware ``datetime``,
``tuple[str, ...]`` (multiple choice). In a mapping of values:

- *absent*: the key is not there, nothing is said about the field;
- *empty* or *cleared*: the key is there with ``None``.

What exists once per field (`BaseEntry`, `Decision`) is a named tuple, made three times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from raccord.engine.errors import Failure
from raccord.engine.rules import Decided, DeletionRule, FirstLinkRule, OnlyThere
from raccord.engine.schema import RemoteField
from raccord.engine.value_pairs import ValuePair

Value = str | int | Decimal | bool | date | datetime | tuple[str, ...] | None
Values = Mapping[str, Value]


class FieldType(StrEnum):
    """The types a project's field can have. CONSENT holds "yes", "no" or None (unknown)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CHOICE = "choice"
    MULTIPLE_CHOICE = "multiple_choice"
    CONSENT = "consent"


class Operation(StrEnum):
    """What happened to a contact, as ticked on the update types screen."""

    CREATED = "created"
    UPDATED = "updated"
    CONSENT_CHANGED = "consent_changed"
    DELETED = "deleted"


class Direction(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    BOTH = "both"


class Rule(StrEnum):
    """Who wins when both sides changed a field that flows both ways."""

    NEWEST = "newest"
    THEIRS = "theirs"
    THEIRS_UNLESS_BLANK = "theirs_unless_blank"
    OURS = "ours"
    ASK = "ask"


class OriginKind(StrEnum):
    PERSON = "person"
    FORM = "form"
    IMPORT = "import"
    API = "api"
    SYNC = "sync"
    SETUP = "setup"


class Priority:
    """Smaller goes first."""

    CONSENT_TIGHTENED = 0
    LIVE = 1
    IMPORT = 2
    BACKFILL = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Who or what caused a change.

    transfer: the data transfer it was pulled through. cause: what it was part of, as far as there
    is more to say than the operation: "import:12", "bulk:7" (runs), "undo:345" (the entry of the
    change log that was taken back), "restore".
    """

    kind: OriginKind
    actor: str = ""
    transfer: int | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One typed column of a project, as the engine needs to know it.

    choices: allowed values for CHOICE and MULTIPLE_CHOICE, empty for the other types.
    choice_labels: (choice, what a reader sees instead), where that is not the choice itself.
    max_length: in characters; None means the type's own limit (see `values.py`).
    """

    key: str
    type: FieldType
    label: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    choice_labels: tuple[tuple[str, str], ...] = ()
    max_length: int | None = None
    decimal_places: int | None = None

    def choice_label(self, choice: str) -> str:
        """What a reader sees instead of a choice."""
        return dict(self.choice_labels).get(choice, choice)


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """Where a consent value comes from; what the consent table of `consent.py` weighs.

    by_person: a person gave it (a form, a screen), as opposed to a sync or an import.
    saw_refusal: the person who said yes did so after we had seen the other side's no.
    """

    at: datetime | None = None
    source: str = ""
    by_person: bool = False
    saw_refusal: bool = False


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One line of a field mapping, with what both sides say about the two fields.

    transform: name in `transforms.py`; "" is the plain conversion between the two types.
    value_pairs: which choice belongs to which, where the two lists differ.
    cut: a longer text is cut to what the remote field holds, instead of being refused.
    when_empty: a value of ours that is sent where the contact has none; None sends nothing.
    fingerprint: changes whenever the meaning of a stored base entry would change.
    """

    local: FieldSpec
    remote: RemoteField
    direction: Direction = Direction.OUTBOUND
    rule: Rule = Rule.NEWEST
    transform: str = ""
    value_pairs: tuple[ValuePair, ...] = ()
    cut: bool = False
    when_empty: Value = None
    fingerprint: str = ""


class Successor(NamedTuple):
    """The record of another object that stands for the person from now on."""

    object: str
    id: str


@dataclass(frozen=True, slots=True)
class Record:
    """One remote record as we read it: a *view*, true at the moment it was read.

    values: only the fields that were asked for, already parsed to Python values.
    deleted: evidence of deletion (a flag or feed), never mere absence.
    merged_into: the record of the same object that took it over. converted_into: that of another
    object, which it became; it is still there to be read then, and changes no more.
    """

    object: str
    id: str
    values: Values
    modified_at: datetime | None = None
    modified_by: str = ""
    deleted: bool = False
    merged_into: str | None = None
    converted_into: Successor | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A change happened after `earliest` and not after `latest`; None is "unknown".

    Both on the other side's clock, with the measured offset taken into account, so that two
    intervals that do not touch prove which change came last.
    """

    earliest: datetime | None = None
    latest: datetime | None = None


class BaseEntry(NamedTuple):
    """What each side held for one field pair when the two last belonged together."""

    ours: Value
    theirs: Value
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link as the planner sees it.

    sent: values that departed and are not yet explained by a view, by remote field name;
        None when nothing is unexplained.
    before: what those fields showed when `sent` departed, for as long as that departure is not
        settled; None once it is. Tells a write that never arrived from one that was rewritten.
    gone: the counterpart was deleted over there. let_go: the pair was forgotten after a deletion
        or a conversion: a counterpart may be found, but none is made.
    """

    remote_id: str | None
    base: Mapping[str, BaseEntry]
    sent: Values | None = None
    before: Values | None = None
    gone: bool = False
    let_go: bool = False


class Action(StrEnum):
    """What a plan asks for."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    NOTHING = "nothing"
    UNLINK = "unlink"
    MOVE = "move"
    PARK = "park"
    HOLD = "hold"
    LOOK_AGAIN = "look_again"


class Decision(NamedTuple):
    """What was decided for one field, and which row of the table decided it."""

    field: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Write:
    """One row for a connector's `push`.

    ref: the caller's own reference, given back with the outcome (the contact's id).
    external_id: our identity for the record, written at creation where the org has a field.
    values: by remote field name; None clears.
    """

    ref: int
    object: str
    action: Action
    values: Values
    remote_id: str | None = None
    external_id: str = ""


class Status(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A connector's answer for one `Write`, in the order of the writes."""

    ref: int
    status: Status
    remote_id: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Find records of `object` whose `field` equals one of `values` (case-insensitively)."""

    object: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TransferSpec:
    """A data transfer as the planner needs it: what is mapped, and what may flow.

    key: the transfer's id. operations: what the integration ticked.
    external_id_field: the remote field that holds our identity, "" if the org has none.
    match_fields: remote fields to look an unlinked person up by, in order, with the local
        field each is compared to.
    create: whether an unmatched contact may be created over there. look_up: whether it is even
        looked for.
    only_there: what becomes of a record that no contact matches; IGNORE links nobody either.
    our_deletion, their_deletion: what the deletion of a contact does there, and of a record here.
    converted_field: their field that names the record of another object that one became, "" if
        there is none; converted_object: of which object.
    own_user: our own user's id over there ("" if unknown), to tell our writes from theirs.
    opt_ins_count: "opt-ins made by people over there count".
    """

    key: int
    object: str
    pairs: tuple[FieldPair, ...]
    operations: frozenset[Operation]
    external_id_field: str = ""
    match_fields: tuple[tuple[str, str], ...] = ()
    first_link_rule: FirstLinkRule = FirstLinkRule.THEIRS
    create: bool = True
    look_up: bool = True
    only_there: OnlyThere = OnlyThere.LINK
    our_deletion: DeletionRule = DeletionRule.NOTHING
    their_deletion: DeletionRule = DeletionRule.NOTHING
    converted_field: str = ""
    converted_object: str = ""
    own_user: str = ""
    opt_ins_count: bool = False

    @property
    def receives(self) -> bool:
        """Whether any of their values may flow to us."""
        return any(pair.direction is not Direction.OUTBOUND for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything a plan for one contact is made from.

    local: the contact's values, or None when it was deleted.
    evidence: per consent field.
    view: the linked record as read, None when unlinked or not visible.
    candidates: for an unlinked contact, what the look-ups found, in match order.
    ours_changed, theirs_changed: when the local fields and the remote record last changed, as
        far as it is known; the rule "newest" decides by nothing else.
    fresh: False in a backfill and after an undelete, when no act of a person lies behind.
    decided: what a person said about the deletion or merge that the pair stands before.
    merged_with: the contact that the record which took the linked one over belongs to already.
    """

    contact: int
    external_id: str
    local: Values | None
    operations: frozenset[Operation]
    link: LinkState | None = None
    view: Record | None = None
    candidates: tuple[Record, ...] = ()
    evidence: Mapping[str, ConsentEvidence] = field(default_factory=dict)
    ours_changed: Mapping[str, Interval] = field(default_factory=dict)
    theirs_changed: Interval | None = None
    fresh: bool = True
    decided: Decided = Decided.NOT_YET
    merged_with: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What should happen to one contact's counterpart, and why.

    writes: values to send, by remote field name (CREATE, UPDATE).
    before: what the written fields showed, for `LinkState.before`; {} for CREATE.
    local: values to write on our side through `contacts.changes`.
    base: all entries that are known once everything here is done, by local field key. Those of
        `local` are stored with the local write, in its transaction; those of `writes` when the
        write is accepted.
    base_seen: the entries that hold already, whatever becomes of the writes (what the view
        explained). Stored with the departure, which replaces `sent`, or at once when nothing
        departs; then `sent` is explained.
    link_to: the record to link before anything else. successor: where the pair moves (MOVE).
    conflicts: keys of the fields that a person has to decide.
    """

    contact: int
    action: Action
    writes: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    local: Values = field(default_factory=dict)
    base: Mapping[str, BaseEntry] = field(default_factory=dict)
    base_seen: Mapping[str, BaseEntry] = field(default_factory=dict)
    link_to: str | None = None
    successor: Successor | None = None
    decisions: tuple[Decision, ...] = ()
    conflicts: tuple[str, ...] = ()
    failure: Failure | None = None
    tightens: bool = False
