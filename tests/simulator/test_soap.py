"""Signing in over SOAP, as older clients do, and what the session is good for afterwards."""

from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests
import simple_salesforce

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import works
from tests.simulator.conftest import SALES, outside

Salesforce: Any = simple_salesforce.Salesforce  # type: ignore[attr-defined]
AuthenticationFailed = simple_salesforce.exceptions.SalesforceAuthenticationFailed

ENVELOPE = (
    '<x:Envelope xmlns:x="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:p="urn:partner.soap.sforce.com"><x:Header>{header}</x:Header>'
    "<x:Body>{body}</x:Body></x:Envelope>"
)


class EveryHost(requests.adapters.HTTPAdapter):
    """Sends to the simulator whatever was meant for a host of the platform."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._netloc = urlsplit(url).netloc

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        meant = urlsplit(request.url)
        request.headers["Host"] = meant.netloc
        request.url = meant._replace(scheme="http", netloc=self._netloc).geturl()
        return super().send(request, *args, **more)


@pytest.fixture
def session(simulator: Simulator) -> requests.Session:
    session = requests.Session()
    session.mount("https://", EveryHost(simulator.url))
    return session


def post(simulator: Simulator, *, body: str, header: str = "") -> tuple[int, dict[str, str]]:
    """Call the partner API; give the status and the text of every element, by local name."""
    answer = outside.post(
        f"{simulator.url}/services/Soap/u/59.0",
        content=ENVELOPE.format(header=header, body=body),
        headers={"Content-Type": "text/xml", "SOAPAction": "anything"},
    )
    found = ElementTree.fromstring(answer.content)
    return answer.status_code, {
        each.tag.rpartition("}")[2]: each.text or "" for each in found.iter()
    }


def login(password: str) -> str:
    return f"<p:login><p:username>{SALES}</p:username><p:password>{password}</p:password></p:login>"


def test_a_client_signs_in_with_password_and_security_token(session: requests.Session) -> None:
    sf = Salesforce(username=SALES, password="sales-pass", security_token="TOK", session=session)

    created = sf.Contact.create({"LastName": "Durand"})

    assert sf.Contact.get(created["id"])["LastName"] == "Durand"


def test_a_client_is_told_of_a_wrong_password(session: requests.Session) -> None:
    with pytest.raises(AuthenticationFailed, match=r"INVALID_LOGIN.*Invalid username, password"):
        Salesforce(username=SALES, password="wrong", security_token="TOK", session=session)


def test_the_answer_says_who_and_where(simulator: Simulator) -> None:
    status, said = post(simulator, body=login("sales-passTOK"))

    assert status == 200
    assert said["serverUrl"] == f"{simulator.url}/services/Soap/u/59.0/{simulator.org.id[:15]}"
    assert said["userName"] == SALES
    assert said["organizationId"] == simulator.org.id
    assert works(simulator, said["sessionId"])


def test_a_session_ends_with_logout(simulator: Simulator) -> None:
    token = post(simulator, body=login("sales-passTOK"))[1]["sessionId"]
    header = f"<p:SessionHeader><p:sessionId>{token}</p:sessionId></p:SessionHeader>"
    status, said = post(simulator, header=header, body="<p:getUserInfo/>")
    assert (status, said["userFullName"]) == (200, "Jo Martin")

    assert post(simulator, header=header, body="<p:logout/>")[0] == 200

    assert not works(simulator, token)
    status, said = post(simulator, header=header, body="<p:getUserInfo/>")
    assert (status, said["exceptionCode"]) == (500, "INVALID_SESSION_ID")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no xml",
        b"<a/>",
        ENVELOPE.format(header="", body="").encode(),
        ENVELOPE.format(header="", body="<p:drop/>").encode(),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + ENVELOPE.format(header="", body="<p:login/>").encode(),
    ],
)
def test_what_is_no_request_is_a_fault(simulator: Simulator, sent: bytes) -> None:
    answer = outside.post(f"{simulator.url}/services/Soap/c/59.0", content=sent)

    assert answer.status_code == 500
    assert "<faultcode>soapenv:Client</faultcode>" in answer.text
