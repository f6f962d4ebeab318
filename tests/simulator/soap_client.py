"""What a client of the SOAP API does: send an operation in an envelope, read the elements back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import TLS, client

PARTNER = "urn:partner.soap.sforce.com"
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{namespace}">'
    "<soapenv:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader>{header}"
    "</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


@dataclass
class Soap:
    """Calls one of the two APIs; gives the body's only element, or the fault as (code, text)."""

    http: httpx.Client
    session: str
    api: str = "u"

    def __call__(self, body: str, *, header: str = "") -> Element:
        answer = self.send(body, header=header)
        assert answer.status_code == 200, answer.text
        content = ElementTree.fromstring(answer.content).find(BODY)
        assert content is not None
        return content[0]

    def fault(self, body: str, *, header: str = "") -> tuple[str, str]:
        answer = self.send(body, header=header)
        assert answer.status_code == 500, answer.text
        root = ElementTree.fromstring(answer.content)
        return text_of(root, "faultcode"), text_of(root, "faultstring")

    def send(self, body: str, *, header: str = "") -> httpx.Response:
        namespace = PARTNER if self.api == "u" else "urn:enterprise.soap.sforce.com"
        content = ENVELOPE.format(
            namespace=namespace, session=self.session, header=header, body=body
        )
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return self.http.post(f"/services/Soap/{self.api}/62.0", content=content, headers=headers)


@contextmanager
def connected(simulator: Simulator) -> Iterator[Soap]:
    """The partner API as the integration user."""
    with client(simulator) as signed_in:
        token = signed_in.headers["Authorization"].removeprefix("Bearer ")
    with httpx.Client(base_url=simulator.url, verify=TLS) as opened:
        yield Soap(opened, token)


def sobject(name: str, tag: str = "sObjects", **values: Any) -> str:
    inner = "".join(f"<{field}>{value}</{field}>" for field, value in values.items())
    return f"<{tag}><type>{name}</type>{inner}</{tag}>"


def ids(*record_ids: str) -> str:
    return "".join(f"<ids>{each}</ids>" for each in record_ids)


def results(answer: Element) -> list[dict[str, Any]]:
    """Each result as {element: text}, errors as a list of such."""
    return [fields_of(each) for each in answer if local_name(each) == "result"]


def records(answer: Element) -> list[dict[str, str | None]]:
    return [
        {local_name(each): each.text for each in record}
        for record in answer.iter()
        if local_name(record) in {"records", "record"}
    ]


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def text_of(parent: Element, name: str) -> str:
    """The text of the first element of that name below."""
    return next((each.text or "" for each in parent.iter() if local_name(each) == name), "")


def fields_of(element: Element) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for each in element:
        value: Any = fields_of(each) if len(each) else each.text
        name = local_name(each)
        if name in told:
            earlier = told[name]
            told[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            told[name] = value
    return told
