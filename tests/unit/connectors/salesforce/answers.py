"""An org that says what it is told: for answers that no simulator would give by itself."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from raccord.connectors import http
from raccord.connectors.base import Connector, Conversation
from raccord.connectors.salesforce import DECLARATION
from raccord.engine.errors import AuthorizationLost

ORG = "https://acme.my.salesforce.com"
ADA = "003000000000001AAA"
BOB = "003000000000002AAA"

Answering = Callable[[httpx.Request], httpx.Response]


class Tokens:
    """A token source with one spare token."""

    def __init__(self) -> None:
        self.token = "first"
        self.renewals = 0

    def current(self) -> str:
        return self.token

    def renewed(self, refused: str) -> str:
        assert refused == self.token
        self.renewals += 1
        if self.renewals > 1:
            raise AuthorizationLost("oauth.invalid_grant")
        self.token = "second"
        return self.token


def connect(
    answering: Answering, *, tokens: Tokens | None = None, calls: list[int] | None = None
) -> Connector:
    """A connector whose describes are answered here and everything else by `answering`."""
    return DECLARATION.open(conversation(answering, tokens=tokens, calls=calls))


def conversation(
    answering: Answering,
    *,
    tokens: Tokens | None = None,
    calls: list[int] | None = None,
    clock: Sequence[datetime] = (datetime(2026, 11, 22, 12, 0, tzinfo=UTC),),
) -> Conversation:
    """calls: where the rows of each call are noted. clock: its first entry is now."""

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/describe"):
            return httpx.Response(200, json=described(request.url.path.split("/")[-2]))
        return answering(request)

    client = http.make_client(
        allowed_hosts=(".salesforce.com",), transport=httpx.MockTransport(respond)
    )
    return Conversation(
        client=client,
        tokens=tokens or Tokens(),
        instance_url=ORG,
        clock=lambda: clock[0],
        on_call=(calls if calls is not None else []).append,
    )


def saying(status: int, body: object) -> Answering:
    return lambda request: httpx.Response(status, json=body)


def refusing(status: int, code: str, message: str = "no", **more: Any) -> Answering:
    return saying(status, [{"errorCode": code, "message": message, **more}])


def asked(request: httpx.Request) -> Any:
    return json.loads(request.content)


def field(name: str, kind: str = "string", **flags: Any) -> dict[str, Any]:
    """A field as a describe shows it, with the keys that mean something to us."""
    return {
        "name": name,
        "label": name,
        "type": kind,
        "length": 0,
        "precision": 0,
        "scale": 0,
        "digits": 0,
        "calculated": False,
        "createable": True,
        "updateable": True,
        "nillable": True,
        "defaultedOnCreate": False,
        "unique": False,
        "externalId": False,
        "idLookup": False,
        "restrictedPicklist": False,
        "compoundFieldName": None,
        "picklistValues": [],
        **flags,
    }


FIELDS: Sequence[Mapping[str, Any]] = (
    field("Id", "id", createable=False, updateable=False, nillable=False, idLookup=True),
    field("LastName", length=80, nillable=False, compoundFieldName="Name"),
    field("Email", "email", length=80, idLookup=True),
    field("Raccord_Id__c", length=80, externalId=True, unique=True, idLookup=True),
    field("Birthdate", "date"),
    field("Description", "textarea", length=32000),
    field("MailingAddress", "address", createable=False, updateable=False),
    field("IsDeleted", "boolean", createable=False, updateable=False),
    field("MasterRecordId", "reference", createable=False, updateable=False),
    field("SystemModstamp", "datetime", createable=False, updateable=False),
    field("LastModifiedById", "reference", createable=False, updateable=False),
)


def described(name: str, fields: Sequence[Mapping[str, Any]] = FIELDS) -> dict[str, Any]:
    return {
        "name": name,
        "label": name,
        "createable": True,
        "updateable": True,
        "deletable": True,
        "fields": list(fields),
    }


def record(id_: str, **values: Any) -> dict[str, Any]:
    return {
        "attributes": {"type": "Contact", "url": f"/services/data/v62.0/sobjects/Contact/{id_}"},
        "Id": id_,
        "SystemModstamp": "2026-11-22T10:55:53.000+0000",
        "LastModifiedById": "005000000000001AAA",
        **values,
    }
