"""What the contract suite needs from a real third party, to hold a connector to its promises.

A connector folder `xyz` brings `tests/contract/counterpart_xyz.py` with one context manager,
`counterpart()`, which starts a fresh third party and gives its `Counterpart`. That file is all
there is to write: the suite walks the registry.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Protocol

from raccord.connectors.base import Connector, Declaration
from raccord.engine.clocks import Offset
from raccord.engine.errors import AuthorizationLost
from raccord.engine.records import Values


class Trouble(StrEnum):
    """What may befall the next call."""

    TOKEN_REFUSED = "token_refused"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    QUOTA_EXHAUSTED = "quota_exhausted"
    LOST_BEFORE_WRITE = "lost_before_write"
    LOST_AFTER_WRITE = "lost_after_write"
    GARBLED_AFTER_WRITE = "garbled_after_write"
    SILENT_AFTER_WRITE = "silent_after_write"


@dataclass(frozen=True)
class Fields:
    """Which remote fields of `object` play which part. All may be written except `read_only`."""

    object: str
    external_id: str
    email: str
    last_name: str
    company: str
    birthdate: str
    opted_out: str
    notes: str
    read_only: str
    last_name_length: int


class Counterpart(Protocol):
    """A third party under test, and what its own people can do to it.

    rows_called, offsets_told: what `on_call` and `on_clock` were told. tokens: the connector's
    token source.
    """

    fields: Fields
    rows_called: list[int]
    offsets_told: list[Offset]
    tokens: "Tokens"

    def connect(self) -> Connector: ...

    def edit(self, remote_id: str, values: Values) -> None: ...

    def delete(self, remote_id: str) -> None: ...

    def lock(self, remote_id: str) -> AbstractContextManager[None]:
        """Hold a record, so that nobody else can write it."""
        ...

    def trouble(self, trouble: Trouble, *, times: int = 1) -> None:
        """Let the next calls meet trouble."""
        ...

    def stored(self) -> Sequence[Values]:
        """The living records, as the third party itself shows them."""
        ...


class Tokens:
    """A token source as the flow has it: it counts, and it can run dry."""

    def __init__(self, fresh: "NewToken", *, renewals_left: int = 5) -> None:
        self._fresh = fresh
        self.token = fresh()
        self.refused: list[str] = []
        self.renewals_left = renewals_left

    def current(self) -> str:
        return self.token

    def renewed(self, refused: str) -> str:
        self.refused.append(refused)
        if not self.renewals_left:
            raise AuthorizationLost("oauth.invalid_grant")
        self.renewals_left -= 1
        self.token = self._fresh()
        return self.token


class NewToken(Protocol):
    def __call__(self) -> str: ...


def counterpart_of(declaration: Declaration) -> AbstractContextManager[Counterpart]:
    """Start the third party of a connector; fails if its folder brought no counterpart."""
    module = import_module(f"tests.contract.counterpart_{declaration.source}")
    started: AbstractContextManager[Counterpart] = module.counterpart()
    return started
