"""What a source may have installed on its side, so that it tells of changes by itself.

A connector that has such a plug-in declares a `PlugInDeclaration`: which steps putting it there
takes, and which taking it away, as data, and how to open a `PlugIn`, which carries them out. Who
remembers how far that is, asks again and gives up is not the connector's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from raccord.connectors.base import Conversation


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the plug-in posts, and the secret it signs with."""

    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One part of an installation or of a removal, in the order of the declaration.

    title, by_hand: marked with `engine.errors.sentence`: what it does; what an administrator does
    instead where it was refused. required: nothing after it makes sense without it. always: done
    even after a required step has failed, since it puts right what an earlier step stopped.
    stores_secret: the other side signs with the endpoint's secret from then on. if_asked: it
    destroys what somebody may want to keep, and is done only where a person chose it.
    """

    name: str
    title: str
    by_hand: str
    required: bool = False
    always: bool = False
    stores_secret: bool = False
    if_asked: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one component. problem: why not, or a warning, in their words."""

    type: str
    name: str
    succeeded: bool
    problem: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is that the other side carries out by itself.

    problem: why it came to nothing as a whole, in their words.
    """

    done: int
    total: int
    finished: bool
    succeeded: bool = False
    parts: tuple[Part, ...] = ()
    problem: str = ""


class State(StrEnum):
    """How a plug-in is doing, by its own account.

    new: it has never sent anything. retrying: it will try again, what is in its way passes.
    halted: somebody has to put something right.
    """

    NEW = "new"
    WORKING = "working"
    PAUSED = "paused"
    RETRYING = "retrying"
    HALTED = "halted"


class Act(StrEnum):
    """What a person may have it do. retry: send what it gave up. test: send an empty message."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Health:
    """What a plug-in says of itself.

    scheduled: it looks by itself, now and then, for what was left lying. waiting, given_up: so many
    events, or more (`more`), the first of them since then. attempted_at, delivered_at: its last
    message, and the last one that was taken. status, reason: the last answer's HTTP status, 0 for
    none, and its code; detail: what the platform said, for experts. sent_as: whose rights it sends
    with.
    """

    version: str
    state: State
    scheduled: bool
    waiting: int = 0
    waiting_more: bool = False
    waiting_since: datetime | None = None
    given_up: int = 0
    given_up_more: bool = False
    attempted_at: datetime | None = None
    delivered_at: datetime | None = None
    retry_at: datetime | None = None
    status: int = 0
    reason: str = ""
    detail: str = ""
    sent_as: str = ""


class PlugIn(Protocol):
    """One authorized conversation about the plug-in of one organization.

    Every method may raise any connection-wide `Failure`; PermissionMissing says in its sentence
    which permission it is. All of them can be repeated without harm.
    """

    def installed(self) -> str:
        """The version that is there; "" if none is."""
        ...

    def begin(self, step: str, *, endpoint: Endpoint) -> str:
        """Do one step; gives "" if it is done, else what to ask `progress` about."""
        ...

    def progress(self, ticket: str) -> Progress:
        """How far a step is. RemoteGone if nobody over there knows it any more."""
        ...

    def watch(self, fields: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
        """Replace the list of watched fields of each object named; gives those it has not.

        The list filters what is told and decides nothing. Raises RemoteGone without a plug-in.
        """
        ...

    def health(self) -> Health:
        """How it is doing; one call. Raises RemoteGone without a plug-in."""
        ...

    def act(self, act: Act) -> Health:
        """Have it do something; how it is doing then. Raises RemoteGone without a plug-in."""
        ...

    def renew(self, secret: str) -> None:
        """Have it sign with another secret from now on."""
        ...


@dataclass(frozen=True, slots=True)
class PlugInDeclaration:
    """What a connector says of its plug-in.

    version: of what would be installed; raises Failure where this installation lacks its files.
    archive: what is installed, as one file to download; the address is filled in if there is one.
    archive_name: how that file is called. brings: what is then there; needs: which rights it takes
    to install it. removing: the steps of taking it away; keeps: what a removal leaves where it is,
    and what that means, unless the person chooses `forgets`: what its steps `if_asked` destroy.
    removal: how a person takes it away, one act after the other. All texts are marked with
    `engine.errors.sentence`.
    """

    brings: tuple[str, ...]
    steps: tuple[Step, ...]
    removing: tuple[Step, ...]
    keeps: tuple[str, ...]
    forgets: str
    removal: tuple[str, ...]
    needs: str
    version: Callable[[], str]
    archive: Callable[[str], bytes]
    archive_name: str
    open: Callable[[Conversation], PlugIn]
