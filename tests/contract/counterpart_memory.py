"""The in-process third party under test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import httpx

from raccord.connectors.base import Connector, Conversation
from raccord.connectors.memory import DECLARATION
from raccord.connectors.memory.organization import Fault, Organization, organization
from raccord.engine.clocks import Offset
from raccord.engine.records import Values
from tests.contract.counterpart import Fields, Tokens, Trouble

_FAULTS = {
    Trouble.UNREACHABLE: Fault.UNREACHABLE,
    Trouble.UNAVAILABLE: Fault.UNAVAILABLE,
    Trouble.QUOTA_EXHAUSTED: Fault.QUOTA_EXHAUSTED,
    Trouble.LOST_BEFORE_WRITE: Fault.LOST_BEFORE_WRITE,
    # In one process there is no line to garble or to fall silent: no answer is no answer.
    Trouble.LOST_AFTER_WRITE: Fault.LOST_AFTER_WRITE,
    Trouble.GARBLED_AFTER_WRITE: Fault.LOST_AFTER_WRITE,
    Trouble.SILENT_AFTER_WRITE: Fault.LOST_AFTER_WRITE,
}


class MemoryCounterpart:
    fields = Fields(
        object="person",
        external_id="raccord_id",
        email="email",
        last_name="last_name",
        company="company",
        birthdate="birthdate",
        opted_out="opted_out",
        notes="notes",
        read_only="score",
        last_name_length=80,
    )

    def __init__(self, there: Organization) -> None:
        self._there = there
        self.rows_called: list[int] = []
        self.offsets_told: list[Offset] = []
        numbers = count(1)
        self.tokens = Tokens(lambda: f"token {next(numbers)}")

    def connect(self) -> Connector:
        return DECLARATION.open(
            Conversation(
                client=httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(500))),
                tokens=self.tokens,
                instance_url=f"memory://{self._there.name}",
                clock=lambda: datetime.now(UTC),
                on_call=self.rows_called.append,
                on_clock=self.offsets_told.append,
            )
        )

    def edit(self, remote_id: str, values: Values) -> None:
        self._there.edit(remote_id, values)

    def delete(self, remote_id: str) -> None:
        self._there.delete(remote_id)

    @contextmanager
    def lock(self, remote_id: str) -> Iterator[None]:
        self._there.lock(remote_id)
        yield
        self._there.unlock(remote_id)

    def trouble(self, trouble: Trouble, *, times: int = 1) -> None:
        if trouble is not Trouble.TOKEN_REFUSED:
            self._there.fail_next(_FAULTS[trouble], times=times)
            return
        current = int(self.tokens.token.split()[1])
        for number in range(current, current + times):
            self._there.refuse_token(f"token {number}")

    def stored(self) -> Sequence[Values]:
        return [person.values for person in self._there.people.values() if not person.deleted]


@contextmanager
def counterpart() -> Iterator[MemoryCounterpart]:
    yield MemoryCounterpart(organization(f"contract-{uuid4()}"))
