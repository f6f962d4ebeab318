"""A simulated org over real HTTP, with a real grant and faults on the wire."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from raccord.connectors import http, oauth
from raccord.connectors.base import Connector, Conversation
from raccord.connectors.deadlines import DeadlineTransport
from raccord.connectors.salesforce import DECLARATION
from raccord.connectors.salesforce.connector import SalesforceConnector
from raccord.engine.clocks import Offset
from raccord.engine.records import Values
from salesforce_simulator.server import Simulator
from tests.contract.counterpart import Fields, Tokens, Trouble

CLIENT_ID = "raccord-client"
CLIENT_SECRET = "raccord-secret"
APP = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "flows": ["client_credentials"],
    "run_as": "integration@simulated.example",
}
IDENTITY = {
    "name": "Raccord_Id__c",
    "type": "string",
    "length": 80,
    "externalId": True,
    "unique": True,
}
SEED = {"apps": [APP], "custom_fields": {"Contact": [IDENTITY], "Lead": [IDENTITY]}}

# Long enough for a busy machine, short enough to wait for once.
DEADLINE = timedelta(seconds=5)
_HANGS = 60_000
_FAULTS = {
    Trouble.TOKEN_REFUSED: ("expired_session", 0),
    Trouble.UNAVAILABLE: ("unavailable", 0),
    Trouble.QUOTA_EXHAUSTED: ("request_limit", 0),
    Trouble.LOST_BEFORE_WRITE: ("reset_before", 0),
    Trouble.LOST_AFTER_WRITE: ("reset_after", 0),
    Trouble.GARBLED_AFTER_WRITE: ("malformed_json", 0),
    Trouble.SILENT_AFTER_WRITE: ("hang_after", _HANGS),
}


class SometimesElsewhere(DeadlineTransport):
    """Dials a port where nobody listens, as often as it is told."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits())
        self.wrong_calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.wrong_calls:
            self.wrong_calls -= 1
            with socket.create_server(("127.0.0.1", 0)) as nobody:
                closed_port = nobody.getsockname()[1]
            request.url = request.url.copy_with(port=closed_port)
        return super().handle_request(request)


class SalesforceCounterpart:
    fields = Fields(
        object="Contact",
        external_id="Raccord_Id__c",
        email="Email",
        last_name="LastName",
        company="Department",
        birthdate="Birthdate",
        opted_out="HasOptedOutOfEmail",
        notes="Description",
        read_only="CreatedById",
        last_name_length=80,
    )

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._transport = SometimesElsewhere()
        self._client = http.make_client(
            allowed_hosts=(), simulator_url=simulator.url, transport=self._transport
        )
        self.rows_called: list[int] = []
        self.offsets_told: list[Offset] = []
        self.tokens = Tokens(self._new_token)

    def connect(self) -> Connector:
        conversation = Conversation(
            client=self._client,
            tokens=self.tokens,
            instance_url=self._simulator.url,
            clock=lambda: datetime.now(UTC),
            on_call=self.rows_called.append,
            on_clock=self.offsets_told.append,
        )
        return SalesforceConnector(conversation, deadline=DEADLINE)

    def edit(self, remote_id: str, values: Values) -> None:
        self._as_colleague("PATCH", f"/{remote_id}", values)

    def delete(self, remote_id: str) -> None:
        self._as_colleague("DELETE", f"/{remote_id}")

    @contextmanager
    def lock(self, remote_id: str) -> Iterator[None]:
        fault = self._simulator.faults.add("row_lock", path="composite/sobjects", row=1, times=None)
        yield
        self._simulator.faults.remove(fault.id)

    def trouble(self, trouble: Trouble, *, times: int = 1) -> None:
        if trouble is Trouble.UNREACHABLE:
            self._transport.wrong_calls += times
            return
        what, milliseconds = _FAULTS[trouble]
        self._simulator.faults.add(
            what, path="/services/data/.*/composite", times=times, milliseconds=milliseconds
        )

    def stored(self) -> Sequence[Values]:
        return list(self._simulator.org.store("Contact").live.values())

    def close(self) -> None:
        self._client.close()

    def _new_token(self) -> str:
        app = oauth.TokenEndpoint(
            declaration=DECLARATION,
            client=self._client,
            login_url=self._simulator.url,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            simulator_url=self._simulator.url,
        )
        return oauth.client_credentials(app).access_token

    def _as_colleague(self, method: str, path: str, values: Values | None = None) -> None:
        grants, users = self._simulator.org.grants, self._simulator.org.users
        colleague = users.find("admin@simulated.example")
        assert colleague is not None
        token = grants.open_session(user_id=colleague["Id"], client_id=CLIENT_ID, scope="api")
        answer = httpx.request(
            method,
            f"{self._simulator.url}/services/data/v62.0/sobjects/Contact{path}",
            headers={"Authorization": f"Bearer {token}"},
            json=values,
        )
        answer.raise_for_status()


@contextmanager
def counterpart() -> Iterator[SalesforceCounterpart]:
    with Simulator(seed=SEED) as simulator:
        started = SalesforceCounterpart(simulator)
        yield started
        started.close()
