"""One SOAP request: its session, the wishes of its headers, its way to the REST resources."""

import json
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.events.origin import change_origin
from salesforce_simulator.oauth.model import Session
from salesforce_simulator.soap.envelope import (
    ENTERPRISE,
    Operation,
    SoapError,
    from_refusal,
    invalid_session,
)
from salesforce_simulator.transaction import Actor
from salesforce_simulator.xml_reading import children, text


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of one API, partner or enterprise. version: as the address has it."""

    call: Call
    operation: Operation
    api: str
    version: str

    @property
    def element(self) -> Element:
        return self.operation.element

    @property
    def typed(self) -> bool:
        """The enterprise API has a type per object where the partner API has one for all."""
        return self.api == ENTERPRISE

    @property
    def all_or_none(self) -> bool:
        return self.operation.headers.get("allOrNone", "").lower() == "true"

    def argument(self, name: str) -> str:
        """Return an argument's text, its name in any case; "" if it is not there."""
        folded = name.lower()
        found = (said for each, said in self.operation.arguments.items() if each.lower() == folded)
        return next(found, "")

    def values(self, name: str) -> list[str]:
        """Return the texts of an argument that may be repeated."""
        return [text(each) for each in children(self.element, name)]

    def admit(self) -> Session:
        """Check the session and the day's allowance, and count the call. SoapError, ApiError."""
        call, token = self.call, self.operation.headers.get("sessionId", "")
        session = call.org.grants.session(token) if token else None
        if session is None:
            raise invalid_session()
        call.sign_in(session.user_id, client_id=session.client_id)
        call.org.concurrency.check(call.number)
        if call.org.usage.remaining() == 0:
            raise SoapError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        call.org.usage.count_call()
        return session

    def actor(self) -> Actor:
        """Who writes, with the options that the request's headers set."""
        headers, client = self.operation.headers, self.operation.headers.get("client")
        return replace(
            self.call.actor(),
            client=client,
            allow_duplicates=headers.get("allowSave", "").lower() == "true",
            origin=change_origin(self.call.api, self.call.version, client),
        )

    def rest(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a REST resource answers to the same user. SoapError where it refuses."""
        call = self.call
        answer = call.inner(call, method, f"{call.path}/{path}", body, self._rest_headers())
        content = json.loads(answer.get_data() or b"null")
        if answer.status_code < 400:
            return content
        refused = content[0]
        raise from_refusal(ApiError(refused["errorCode"], refused["message"]))

    def _rest_headers(self) -> dict[str, str]:
        said = self.operation.headers
        named = {
            "Sforce-Call-Options": ("client", "defaultNamespace"),
            "Sforce-Query-Options": ("batchSize",),
            "Sforce-Duplicate-Rule-Header": (
                *("allowSave", "includeRecordDetails", "runAsCurrentUser"),
            ),
        }
        found = {
            header: ", ".join(f"{name}={said[name]}" for name in names if said.get(name))
            for header, names in named.items()
        }
        return {header: options for header, options in found.items() if options}
