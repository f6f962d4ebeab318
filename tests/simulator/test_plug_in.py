"""What an org does that got a plug-in: its resource, its secret, what it posts."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator import packages
from tests.simulator.conftest import INTEGRATION, SEED, client, create
from tests.waiting import wait_until

RESOURCE = "/services/apexrest/raccord"
SET = "SELECT Id FROM PermissionSet WHERE Name = 'RaccordIntegration'"
SECRET = {
    "externalCredential": "RaccordEndpoint",
    "principalName": "Raccord",
    "principalType": "NamedPrincipal",
    "authenticationProtocol": "Custom",
    "credentials": {"SigningKey": {"value": "key", "encrypted": True}},
}


class Receiver:
    """Takes what is posted; refuses with `refusals` first."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refusals: list[int] = []
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                wanted = hmac.new(b"key", body, hashlib.sha256).hexdigest()
                assert self.headers["X-Raccord-Signature"] == f"v1={wanted}"
                status = receiver.refusals.pop(0) if receiver.refusals else 202
                if status == 202:
                    receiver.taken.append(json.loads(body))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps({"taken": []}).encode() if status == 202 else b"")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/receive/1"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def events(self) -> list[tuple[str, str]]:
        return [(each["object"], each["kind"]) for one in self.taken for each in one["events"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def installed(simulator: Simulator, api: httpx.Client, receiver: Receiver) -> httpx.Client:
    """The org got the plug-in, its user the rights, and the credential its secret."""
    assert packages.deploy(api, package(receiver.url))["success"]
    found = api.get("tooling/query", params={"q": SET}).json()["records"]
    user = simulator.org.users.find(INTEGRATION)
    assert user is not None
    given = {"AssigneeId": user["Id"], "PermissionSetId": found[0]["Id"]}
    assert api.post("sobjects/PermissionSetAssignment", json=given).status_code == 201
    again = api.post("sobjects/PermissionSetAssignment", json=given)
    assert again.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    assert api.post("named-credentials/credential", json=SECRET).status_code == 201
    return api


def package(address: str) -> dict[str, str | bytes]:
    """As little as the twin looks at."""
    parameter = "<parameterName>Url</parameterName><parameterType>Url</parameterType>"
    told = f"{parameter}<parameterValue>{address}</parameterValue>"
    inner = f"<namedCredentialParameters>{told}</namedCredentialParameters>"
    return {
        "package.xml": packages.manifest(
            ApexClass=["*"],
            ExternalCredential=["*"],
            NamedCredential=["*"],
            PermissionSet=["*"],
        ),
        **packages.apex("global class RaccordRest {\n}\n", "RaccordRest"),
        "externalCredentials/RaccordEndpoint.externalCredential": packages.document(
            "ExternalCredential", "<label>Endpoint</label>"
        ),
        "namedCredentials/RaccordEndpoint.namedCredential": packages.document(
            "NamedCredential", f"<label>Endpoint</label>{inner}"
        ),
        "permissionsets/RaccordIntegration.permissionset": packages.permission_set(label="R"),
    }


def resource(api: httpx.Client, method: str, **content: Any) -> httpx.Response:
    return api.request(method, f"{api.base_url.copy_with(path=RESOURCE)}", json=content or None)


def test_without_the_plug_in_nobody_answers(api: httpx.Client) -> None:
    answer = resource(api, "GET")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert api.post("named-credentials/credential", json=SECRET).status_code == 404


def test_without_the_permission_set_nobody_is_answered(
    api: httpx.Client, receiver: Receiver
) -> None:
    packages.deploy(api, package(receiver.url))
    answer = resource(api, "PUT", watched={"Contact": ["Email"]})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "FORBIDDEN")


def test_a_secret_is_never_given_back(installed: httpx.Client) -> None:
    told = {key: str(SECRET[key]) for key in ("externalCredential", "principalName")}
    shown = installed.get("named-credentials/credential", params=told)
    assert shown.json()["authenticationStatus"] == "Configured"
    assert '"key"' not in shown.text
    assert installed.post("named-credentials/credential", json=SECRET).status_code == 400
    assert installed.put("named-credentials/credential", json=SECRET).status_code == 200


@pytest.mark.parametrize(
    ("watched", "code"),
    [
        ({"Contact": "Email"}, "bad_message"),
        ({"Contact": [1]}, "bad_message"),
        ({"Account": ["Name"]}, "unknown_object"),
        ([], "bad_message"),
    ],
)
def test_lists_that_are_none_change_nothing(
    installed: httpx.Client, watched: object, code: str
) -> None:
    resource(installed, "PUT", watched={"Contact": ["Email"]})
    answer = resource(installed, "PUT", watched=watched)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert resource(installed, "GET").json()["watched"]["Contact"] == ["Email"]


def test_unknown_and_compound_fields_are_told(installed: httpx.Client) -> None:
    answer = resource(installed, "PUT", watched={"Contact": ["Email", "No", "MailingAddress"]})
    assert answer.json()["unknown"] == {"Contact": ["No", "MailingAddress"]}
    assert answer.json()["watched"] == {"Contact": ["Email"], "Lead": []}


def test_only_what_is_watched_is_told_and_creation_and_deletion_always(
    installed: httpx.Client, receiver: Receiver
) -> None:
    resource(installed, "PUT", watched={"Contact": ["Email"]})
    record = create(installed, "Contact", LastName="Ada")
    create(installed, "Lead", LastName="Ada", Company="X")
    installed.patch(f"sobjects/Contact/{record}", json={"Title": "Dr"})
    installed.patch(f"sobjects/Contact/{record}", json={"Email": "ada@example.org"})
    installed.delete(f"sobjects/Contact/{record}")
    wanted = [("Contact", each) for each in ("created", "updated", "deleted")]
    wait_until(lambda: receiver.events() == wanted, seconds=60)


def test_what_is_refused_is_sent_again_with_the_same_event_ids(
    installed: httpx.Client, receiver: Receiver
) -> None:
    receiver.refusals = [503, 401]
    resource(installed, "PUT", watched={"Contact": ["*"]})
    create(installed, "Contact", LastName="Ada")
    wait_until(lambda: receiver.events() == [("Contact", "created")], seconds=60)


def test_paused_it_keeps_what_happens(installed: httpx.Client, receiver: Receiver) -> None:
    resource(installed, "PUT", watched={"Contact": ["*"]})
    resource(installed, "POST", action="stop")
    create(installed, "Contact", LastName="Ada")
    assert resource(installed, "GET").json()["waiting"] == 1
    assert not receiver.taken
    resource(installed, "POST", action="start")
    wait_until(lambda: receiver.events() == [("Contact", "created")], seconds=60)
    assert resource(installed, "POST", action="dance").status_code == 400


def test_a_test_message_has_no_events(installed: httpx.Client, receiver: Receiver) -> None:
    assert resource(installed, "POST", action="test").json()["last_status"] == 202
    assert [each["events"] for each in receiver.taken] == [[]]


def test_it_says_how_it_is_doing(installed: httpx.Client, receiver: Receiver) -> None:
    said = resource(installed, "GET").json()
    assert (said["state"], said["waiting"], said["dead"]) == ("new", 0, 0)
    receiver.refusals = [401]
    resource(installed, "POST", action="test")
    said = resource(installed, "GET").json()
    assert (said["state"], said["last_status"], said["last_reason"]) == ("halted", 401, "http_401")
    assert said["retry_at"] and not said["last_success_at"]
    resource(installed, "POST", action="test")
    said = resource(installed, "GET").json()
    assert (said["state"], said["retry_at"]) == ("working", None)
    assert said["last_success_at"]


def test_what_can_never_be_taken_is_given_up_and_may_be_sent_again(
    installed: httpx.Client, receiver: Receiver
) -> None:
    receiver.refusals = [422]
    resource(installed, "PUT", watched={"Contact": ["*"]})
    create(installed, "Contact", LastName="Ada")
    wait_until(lambda: resource(installed, "GET").json()["dead"] == 1, seconds=60)
    assert resource(installed, "GET").json()["deliveries"][0]["taken"] is False
    resource(installed, "POST", action="retry")
    wait_until(lambda: receiver.events() == [("Contact", "created")], seconds=60)
    assert resource(installed, "GET").json()["dead"] == 0


def test_whoever_says_ok_and_is_not_raccord_has_taken_nothing(
    installed: httpx.Client, receiver: Receiver
) -> None:
    receiver.refusals = [200]
    resource(installed, "POST", action="test")
    said = resource(installed, "GET").json()
    assert (said["state"], said["last_reason"]) == ("halted", "not_raccord")


def test_a_permission_set_that_somebody_has_stays_until_it_is_taken_away(
    installed: httpx.Client,
) -> None:
    gone = removal(PermissionSet=["RaccordIntegration"])
    result = packages.deploy(installed, gone)
    assert "assigned to one or more users" in packages.problems(result)["RaccordIntegration"]
    rows = installed.get("query", params={"q": "SELECT Id FROM PermissionSetAssignment"})
    (row,) = rows.json()["records"]
    taken = installed.delete("composite/sobjects", params={"ids": row["Id"]}).json()
    assert [each["success"] for each in taken] == [True]
    again = installed.delete("composite/sobjects", params={"ids": row["Id"]}).json()
    assert again[0]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"
    assert packages.deploy(installed, gone)["success"]


def test_what_another_component_uses_stays_unless_that_one_goes_too(
    installed: httpx.Client,
) -> None:
    user = {
        "package.xml": packages.manifest(ApexClass=["*"]),
        **packages.apex("class Mine { void go() { RaccordRest.act(); } }", "Mine"),
    }
    assert packages.deploy(installed, user)["success"]
    result = packages.deploy(installed, removal(ApexClass=["RaccordRest"]))
    assert "ApexClass - Mine" in packages.problems(result)["RaccordRest"]
    both = removal(ApexClass=["RaccordRest", "Mine"])
    assert packages.deploy(installed, both)["success"]
    assert resource(installed, "GET").status_code == 404


def test_a_class_that_a_job_waits_for_stays(installed: httpx.Client) -> None:
    sweep = {
        "package.xml": packages.manifest(ApexClass=["*"]),
        **packages.apex("class RaccordSweep { }", "RaccordSweep"),
    }
    assert packages.deploy(installed, sweep)["success"]
    resource(installed, "POST", action="start")
    result = packages.deploy(installed, removal(ApexClass=["RaccordSweep"]))
    assert "jobs pending" in packages.problems(result)["RaccordSweep"]
    resource(installed, "POST", action="stop")
    assert packages.deploy(installed, removal(ApexClass=["RaccordSweep"]))["success"]


def test_a_secret_goes_with_its_credential(installed: httpx.Client, simulator: Simulator) -> None:
    assert simulator.org.plug_in.secret
    assert packages.deploy(installed, removal(ExternalCredential=["RaccordEndpoint"]))["success"]
    assert not simulator.org.plug_in.secrets


def test_an_assignment_is_there_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data) as simulator, client(simulator) as api:
        packages.deploy(api, package("http://127.0.0.1:9"))
        found = api.get("tooling/query", params={"q": SET}).json()["records"]
        user = simulator.org.users.find(INTEGRATION)
        assert user is not None
        given = {"AssigneeId": user["Id"], "PermissionSetId": found[0]["Id"]}
        assert api.post("sobjects/PermissionSetAssignment", json=given).status_code == 201
    with Simulator(seed=SEED, data=data) as simulator:
        assert simulator.org.plug_in.is_allowed(user["Id"])


def removal(**members: list[str]) -> dict[str, str | bytes]:
    """A package that takes components away."""
    return {
        "package.xml": packages.manifest(),
        "destructiveChanges.xml": packages.manifest("62.0", **members),
    }
