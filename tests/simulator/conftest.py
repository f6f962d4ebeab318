"""A running simulator for each test, and a client that is signed in to it."""

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.subscriber import Interface, PubSub

# Reading the certificate store costs more than everything else a short test does: once is enough.
TLS = ssl.create_default_context()
outside = httpx.Client(verify=TLS)

RETURN_ADDRESS = "http://127.0.0.1:9/callback"
SALES = "jo.martin@simulated.example"
INTEGRATION = "integration@simulated.example"

SEED: dict[str, Any] = {
    "users": [
        {"username": SALES, "password": "sales-pass", "name": "Jo Martin", "security_token": "TOK"},
        {"username": INTEGRATION, "password": "robot-pass", "name": "Integration User"},
    ],
    "apps": [
        {
            "client_id": "app",
            "client_secret": "app-secret",
            "name": "Test app",
            "redirect_uris": [RETURN_ADDRESS],
            "flows": ["authorization_code", "refresh_token", "client_credentials", "password"],
            "run_as": INTEGRATION,
        },
        {
            "client_id": "rotating",
            "client_secret": "rotating-secret",
            "redirect_uris": [RETURN_ADDRESS],
            "rotate_refresh_tokens": True,
            "require_pkce": True,
        },
    ],
    "custom_fields": {
        "Contact": [
            {
                "name": "Key__c",
                "label": "Key",
                "type": "string",
                "length": 64,
                "externalId": True,
                "unique": True,
            },
            {"name": "Score__c", "type": "double", "precision": 5, "scale": 1},
            {"name": "Tier__c", "type": "picklist", "values": ["A", "B"], "restricted": True},
            {"name": "Topics__c", "type": "multipicklist", "values": ["x", "y", "z"]},
            {"name": "Seen__c", "type": "datetime"},
        ],
        "Account": [{"name": "Ext__c", "type": "string", "length": 20, "externalId": True}],
    },
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=SEED) as running:
        yield running


@pytest.fixture
def api(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of the API that acts as the integration user."""
    with client(simulator) as signed_in:
        yield signed_in


@pytest.fixture(scope="session")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Interface:
    """The Pub/Sub API as its clients know it."""
    return Interface(tmp_path_factory.mktemp("interface"))


@pytest.fixture
def pubsub(simulator: Simulator, api: httpx.Client, interface: Interface) -> Iterator[PubSub]:
    """A connection to the Pub/Sub API, for modules whose simulator speaks it."""
    with PubSub(simulator, interface, token=token_of(api)) as connected:
        yield connected


def token_of(signed_in: httpx.Client) -> str:
    return signed_in.headers["Authorization"].partition(" ")[2]


def client(simulator: Simulator, *, version: str = "62.0") -> httpx.Client:
    answer = outside.post(
        f"{simulator.url}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "app",
            "client_secret": "app-secret",
        },
    )
    token = answer.raise_for_status().json()["access_token"]
    return httpx.Client(
        base_url=f"{simulator.url}/services/data/v{version}/",
        headers={"Authorization": f"Bearer {token}"},
        verify=TLS,
    )


def create(api: httpx.Client, object_name: str, **values: Any) -> str:
    answer = api.post(f"sobjects/{object_name}", json=values)
    assert answer.status_code == 201, answer.text
    record_id: str = answer.json()["id"]
    return record_id


def query(api: httpx.Client, soql: str, *, deleted: bool = False) -> list[dict[str, Any]]:
    answer = api.get("queryAll" if deleted else "query", params={"q": soql})
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["LastName"] for record in records]


def control(simulator: Simulator, path: str, /, **body: Any) -> httpx.Response:
    return outside.post(f"{simulator.url}/simulator/{path}", json=body)


def settings(simulator: Simulator, **values: Any) -> None:
    control(simulator, "settings", **values).raise_for_status()
