"""What travels from one step of the outbound flow to the next; the steps add, never change.

Route      fixed for the whole run: where to, through what, under which rules
Claimed    an outbox item that is ours for the length of a lease          (claim)
Sighting   the item, its contact, its link and what the other side shows  (look)
Departure  a sighting with the plan made of it and the write to push      (decide)
Verdict    what becomes of the item                                       (settle)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from raccord.connectors.base import Connector, Limits
from raccord.engine.errors import Failure
from raccord.engine.records import (
    Action,
    BaseEntry,
    Decision,
    LinkState,
    Operation,
    Plan,
    Priority,
    Subject,
    Successor,
    TransferSpec,
    Values,
    Write,
)
from raccord.engine.rules import Decided

LEASE = timedelta(minutes=5)
"""How long a claimed item, and a departed link, belong to one worker."""

SHORTLY = timedelta(seconds=2)
"""When to look again at what somebody else is busy with."""


@dataclass(frozen=True, slots=True)
class Route:
    """One data transfer of an active integration, opened for delivery.

    siblings: the other active transfers of the connection, in their order. creator: whether
    this transfer is the one that creates people who are found nowhere; the others only link.
    claim_at_most: less than usual while failures pile up, so that few rows tell. least_urgent: the
    last priority for which the budget of calls has something left. probing: a pause is just over,
    and a few rows find out whether the other side is back.
    """

    project: int
    source: str
    connection: int
    integration: int
    transfer: int
    subscription: int
    connector: Connector
    limits: Limits
    spec: TransferSpec
    siblings: tuple[TransferSpec, ...]
    creator: bool
    claim_at_most: int
    least_urgent: int = Priority.BACKFILL
    probing: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox item under our lease, as it was when we took it.

    alone: its record was busy over there; it goes in a call of its own, or with those that were
    `behind` the same record.
    """

    item: int
    contact: int
    version: int
    operations: frozenset[Operation]
    priority: int
    attempts: int
    alone: bool = False
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Items taken together. now: the database's clock, the only one the flow goes by."""

    token: UUID
    now: datetime
    items: tuple[Claimed, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link's row, decoded. unanswered: what was sent got no answer, and no view since.
    as_known_until: see `models.Link`.
    decided: what a person said, as far as it is about the present state of the pair.

    busy: a call of somebody else is under way.
    """

    remote_id: str | None
    state: str
    base: Mapping[str, BaseEntry]
    sent: Values | None
    before: Values | None
    moved: int
    busy: bool
    departed_at: datetime | None
    unanswered: bool
    as_known_until: datetime | None
    decided: Decided = Decided.NOT_YET

    @property
    def anew(self) -> bool:
        """Whether what the row says of a former counterpart no longer counts."""
        return self.state in ("ended", "let_go")

    def as_state(self, *, remote_id: str | None) -> LinkState:
        """The link as the planner sees it."""
        return LinkState(
            remote_id=remote_id,
            base=self.base,
            sent=self.sent,
            before=self.before if self.unanswered else None,
            gone=self.state == "gone",
            let_go=self.state == "let_go",
        )


@dataclass(slots=True)
class Sighting:
    """A claimed item with everything a plan is made from.

    started: drawn before the look; the view counts only while the link has not moved since.
    wait_until: an earlier write may still take effect until then; only a refusal of consent
    may be sent meanwhile.
    """

    claimed: Claimed
    subject: Subject
    link: StoredLink | None
    started: int
    wait_until: datetime | None = None
    linked_now: bool = False

    @property
    def has_link(self) -> bool:
        """Whether the link's row is there, from before or by this run's own agreement."""
        return self.link is not None or self.linked_now

    def news_in(self, seen: Mapping[str, BaseEntry]) -> dict[str, BaseEntry]:
        """What the look has shown and the link does not say yet."""
        known = self.link.base if self.link else {}
        return {key: entry for key, entry in seen.items() if known.get(key) != entry}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is known to hold without a call: stored on the link, and on our side if they won.

    entries: base entries that hold now and are not stored yet, those of `local` included.
    remote_id: the counterpart, None while there is none. decisions: why, for people. parted: see
    `models.Link`; None leaves it as it is.
    """

    sighting: Sighting
    entries: Mapping[str, BaseEntry]
    remote_id: str | None
    state: str
    local: Values
    decisions: tuple[Decision, ...] = ()
    parted: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A pair that goes on with a record of another object, which its own became."""

    sighting: Sighting
    successor: Successor


@dataclass(frozen=True, slots=True)
class Departure:
    """A write that is to be pushed, and what it came from.

    urgent: it opts somebody out while an earlier write may still take effect, which therefore
    stays unanswered. match_key: see `models.Link`.
    """

    sighting: Sighting
    plan: Plan
    write: Write
    match_key: str = ""
    urgent: bool = False

    @property
    def claimed(self) -> Claimed:
        return self.sighting.claimed

    @property
    def keeps_sent(self) -> bool:
        """Whether what was sent before is still to be explained: refusals and deletions do not
        wait for that, and a deletion explains nothing."""
        return self.urgent or self.write.action is Action.DELETE


class Fate(StrEnum):
    """What becomes of a claimed item, unless its contact was changed meanwhile."""

    DONE = "done"
    AGAIN = "due"
    PARKED = "parked"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a claim for one item.

    at: when to look again (AGAIN; None is at once). failed: whether it counts as an attempt.
    alone: next time in a call of its own. sighting, plan: what fields were left as they are by,
    for people.
    """

    claimed: Claimed
    fate: Fate
    failure: Failure | None = None
    at: datetime | None = None
    failed: bool = False
    alone: bool = False
    sighting: Sighting | None = None
    plan: Plan | None = None
