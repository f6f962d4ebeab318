"""What a source may have installed on its side, so that it tells of changes by itself.

A connector that has such a plug-in declares a `PlugInDeclaration`: which steps putting it there
takes, as data, and how to open a `PlugIn`, which carries them out. Who remembers how far an
installation is, asks again and gives up is not the connector's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
    """One part of an installation, in the order of the declaration.

    title, by_hand: marked with `engine.errors.sentence`: what it does; what an administrator does
    instead where it was refused. required: the installation fails without it. always: done even
    after a required step has failed, since it puts right what an earlier step stopped.
    """

    name: str
    title: str
    by_hand: str
    required: bool = False
    always: bool = False


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


@dataclass(frozen=True, slots=True)
class PlugInDeclaration:
    """What a connector says of its plug-in.

    version: of what would be installed; raises Failure where this installation lacks its files.
    archive: what is installed, as one file to download; the address is filled in if there is one.
    archive_name: how that file is called. brings: what is then there; removal: how to take it away
    again, one act after the other; needs: which rights installing it takes. All are
    marked with `engine.errors.sentence`.
    """

    brings: tuple[str, ...]
    steps: tuple[Step, ...]
    removal: tuple[str, ...]
    needs: str
    version: Callable[[], str]
    archive: Callable[[str], bytes]
    archive_name: str
    open: Callable[[Conversation], PlugIn]
