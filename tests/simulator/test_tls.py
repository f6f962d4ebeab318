"""The simulator over https, for clients that insist on it."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import simple_salesforce

from salesforce_simulator.__main__ import main
from salesforce_simulator.server import Simulator
from tests.certificates import make_certificate
from tests.simulator.conftest import SALES, SEED
from tests.simulator.subscriber import CONTACTS, Interface, PubSub

Salesforce: Any = simple_salesforce.Salesforce  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secured(certificate: tuple[Path, Path]) -> Iterator[Simulator]:
    with Simulator(seed=SEED, tls=certificate) as running:
        yield running


@pytest.fixture
def person(secured: Simulator, certificate: tuple[Path, Path]) -> Iterator[httpx.Client]:
    trusted = ssl.create_default_context(cafile=certificate[0])
    with httpx.Client(base_url=secured.url, verify=trusted) as opened:
        yield opened


def sign_in(person: httpx.Client) -> dict[str, str]:
    answer = person.post(
        "/services/oauth2/token",
        data={
            "grant_type": "password",
            "client_id": "app",
            "client_secret": "app-secret",
            "username": SALES,
            "password": "sales-passTOK",
        },
    )
    body: dict[str, str] = answer.raise_for_status().json()
    return body


def test_it_calls_itself_https(secured: Simulator, person: httpx.Client) -> None:
    assert secured.url.startswith("https://127.0.0.1:")
    assert sign_in(person)["instance_url"] == secured.url


def test_a_client_that_insists_on_https(
    secured: Simulator,
    person: httpx.Client,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    sf = Salesforce(instance_url=secured.url, session_id=sign_in(person)["access_token"])

    rows = [{"LastName": "Durand " * 9, "Description": "d" * 5_000} for _ in range(200)]
    created = sf.bulk2.Contact.insert(records=rows, wait=0.05)

    assert created[0]["numberRecordsProcessed"] == 200
    assert sf.query_all("SELECT Description FROM Contact")["totalSize"] == 200


def test_a_reset_reaches_the_client(secured: Simulator, person: httpx.Client) -> None:
    token = sign_in(person)["access_token"]
    secured.faults.add("reset_before", path="limits", times=1)

    with pytest.raises(httpx.TransportError):
        person.get("/services/data/v62.0/limits", headers={"Authorization": f"Bearer {token}"})

    assert person.get("/services/data").status_code == 200


def test_plain_http_is_not_answered(secured: Simulator) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(secured.url.replace("https", "http"))


def test_a_bad_certificate_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    cert = str(tmp_path / "cert.pem")

    assert main(["--port", "0", "--tls-cert", cert]) == 2
    assert "--tls-cert and --tls-key are needed together" in capsys.readouterr().err
    assert main(["--port", "0", "--tls-cert", cert, "--tls-key", cert]) == 2
    assert "cannot use the certificate" in capsys.readouterr().err


def test_the_pubsub_api_speaks_tls_with_the_same_certificate(
    certificate: tuple[Path, Path], interface: Interface
) -> None:
    with Simulator(seed=SEED, tls=certificate, pubsub_port=0) as simulator:
        token = simulator.org.grants.open_session(
            user_id=simulator.org.users.first(), client_id="app", scope="api"
        )
        root = certificate[0].read_bytes()
        with PubSub(simulator, interface, token=token, root_certificate=root) as pubsub:
            stream = pubsub.subscribe()
            simulator.representative().create("Contact", {"LastName": "Durand"})
            assert stream.next().body["Name"]["LastName"] == "Durand"
        with (
            PubSub(simulator, interface, token=token) as in_the_clear,
            pytest.raises(grpc.RpcError),
        ):
            in_the_clear.topic(CONTACTS)
