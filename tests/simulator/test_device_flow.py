"""The device flow: a code here, a person there, and an app that asks until it hears."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import refused, token, works
from tests.simulator.conftest import SALES, SEED

APP = {
    "client_id": "device",
    "client_secret": "device-secret",
    "name": "Lamp",
    "flows": ["device", "refresh_token"],
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed={**SEED, "apps": [*SEED["apps"], APP]}) as running:
        yield running


@pytest.fixture
def person(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.url) as opened:
        yield opened


def begin(simulator: Simulator, **data: str) -> dict[str, str]:
    sent = {"response_type": "device_code", "client_id": "device", **data}
    answer = httpx.post(f"{simulator.url}/services/oauth2/token", data=sent)
    assert answer.status_code == 200, answer.text
    said: dict[str, str] = answer.json()
    assert set(said) == {"device_code", "user_code", "verification_uri", "interval"}
    return said


def poll(simulator: Simulator, said: dict[str, str]) -> httpx.Response:
    sent = {"grant_type": "device", "client_id": "device", "code": said["device_code"]}
    return httpx.post(f"{simulator.url}/services/oauth2/token", data=sent)


def wait(simulator: Simulator, seconds: int = 5) -> None:
    later = simulator.org.clock() + timedelta(seconds=seconds)
    simulator.org.clock = lambda: later


def press(person: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    found = re.search(r'name="form_token" value="(\w+)"', page.text)
    assert found, page.text
    return person.post("setup/connect", data={"form_token": found[1], **fields})


def enter(person: httpx.Client, code: str, password: str = "sales-pass") -> httpx.Response:  # noqa: S107
    page = person.get("setup/connect")
    return press(person, page, user_code=code, username=SALES, password=password)


def test_a_device_is_allowed(simulator: Simulator, person: httpx.Client) -> None:
    said = begin(simulator, scope="api refresh_token")
    assert said["verification_uri"] == f"{simulator.url}/setup/connect"
    assert refused(poll(simulator, said))[:2] == (400, "authorization_pending")
    assert refused(poll(simulator, said))[1] == "slow_down"
    spelled = f"{said['user_code'][:4]} - {said['user_code'][4:].lower()}"
    page = enter(person, spelled)
    assert "Lamp asks to:" in page.text
    assert "keep this access while you are away" in page.text
    wait(simulator)
    assert refused(poll(simulator, said))[1] == "authorization_pending"
    page = press(person, page, user_code=said["user_code"], action="allow")
    assert "The device is connected" in page.text
    body = poll(simulator, said).json()
    assert works(simulator, body["access_token"])
    user = simulator.org.users.find(SALES)
    assert user is not None
    assert body["id"].endswith(user["Id"])
    renewed = httpx.post(
        f"{simulator.url}/services/oauth2/token",
        data={
            "grant_type": "refresh_token",
            "client_id": "device",
            "client_secret": "device-secret",
            "refresh_token": body["refresh_token"],
        },
    )
    assert renewed.status_code == 200
    assert refused(poll(simulator, said))[1] == "invalid_grant"


def test_a_device_is_denied(simulator: Simulator, person: httpx.Client) -> None:
    said = begin(simulator)
    page = enter(person, said["user_code"])
    page = press(person, page, user_code=said["user_code"], action="deny")
    assert "The device is not connected" in page.text
    assert refused(poll(simulator, said))[1] == "access_denied"


def test_a_code_lives_ten_minutes(simulator: Simulator, person: httpx.Client) -> None:
    said = begin(simulator)
    wait(simulator, 601)
    assert enter(person, said["user_code"]).status_code == 400
    assert refused(poll(simulator, said))[1] == "invalid_grant"
    begin(simulator)
    assert len(simulator.org.grants.devices) == 1


def test_mistakes_of_a_person_are_said_in_words(simulator: Simulator, person: httpx.Client) -> None:
    said = begin(simulator)
    assert "This code is not known, or too old." in enter(person, "BCDFGHJK").text
    assert "password is not right" in enter(person, said["user_code"], password="x").text
    forged = person.post("setup/connect", data={"user_code": said["user_code"], "action": "allow"})
    assert (forged.status_code, "out of date" in forged.text) == (400, True)
    assert refused(poll(simulator, said))[1] == "authorization_pending"
    french = person.get("setup/connect", headers={"Accept-Language": "fr"})
    assert "Connecter un appareil" in french.text


def test_mistakes_of_an_app_are_refused(simulator: Simulator) -> None:
    wrong = token(simulator, response_type="device_code")
    assert refused(wrong)[1] == "unsupported_grant_type"
    wrong = token(
        simulator, response_type="device_code", client_id="device", client_secret="", scope="fly"
    )
    assert refused(wrong)[1] == "invalid_scope"
    wrong = token(simulator, grant_type="device", client_id="device", client_secret="", code="x")
    assert refused(wrong)[1] == "invalid_grant"
