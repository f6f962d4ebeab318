"""What is done in the org to have our plug-in work there, step by step.

The signing secret goes into the principal of the external credential, where nobody can read it
again: Connect REST API guide, "Credential" (/named-credentials/credential).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import quote

from raccord.connectors.base import Conversation
from raccord.connectors.plug_in import Act, Endpoint, Health, PlugIn, Progress, State
from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.connectors.salesforce.connector import LIMITS
from raccord.connectors.salesforce.plug_in import (
    deployment,
    package,
    queries,
    removal,
    resource,
    words,
)
from raccord.engine.errors import Failure, PermissionMissing, RemoteGone

_VERSION = "SELECT Body FROM ApexClass WHERE Name = 'RaccordVersion'"
_PERMISSION_SET = "SELECT Id FROM PermissionSet WHERE Name = 'RaccordIntegration'"
_KIND_OF_ORG = "SELECT IsSandbox, OrganizationType FROM Organization"
_CREDENTIAL = f"{DATA}/named-credentials/credential"
_PRINCIPAL = {
    "externalCredential": "RaccordEndpoint",
    "principalName": "Raccord",
    "principalType": "NamedPrincipal",
}
# To resume is to start: the hourly job may be gone, which ends with the user who made it.
_ACTIONS: Mapping[Act, str] = {
    Act.PAUSE: "pause",
    Act.RESUME: "start",
    Act.RETRY: "retry",
    Act.TEST: "test",
}


def open_plug_in(conversation: Conversation) -> PlugIn:
    """Talk about the plug-in of the org that the conversation's grant belongs to."""
    return OrgPlugIn(conversation)


class OrgPlugIn:
    """The contract of `connectors/plug_in.py` for one org."""

    def __init__(self, conversation: Conversation) -> None:
        self._calls = Calls(conversation, deadline=LIMITS.call_deadline)
        self._steps: Mapping[str, Callable[[Endpoint], str]] = {
            words.STOP: lambda _: self._stop(),
            words.PACKAGE: self._package,
            words.RIGHTS: lambda _: self._rights(),
            words.CREDENTIAL: self._credential,
            words.SUBSCRIPTION: lambda _: self._subscription(),
            words.FRENCH: lambda _: self._french(),
            words.START: lambda _: self._start(),
            words.TEST: lambda _: self._test(),
            words.REST: lambda _: self._rest(),
            words.UNSUBSCRIBE: lambda _: removal.unsubscribe(self._calls),
            words.TAKE_RIGHTS: lambda _: self._take_rights(),
            words.DELETE: lambda _: removal.delete(self._calls),
            words.DELETE_SETTINGS: lambda _: removal.delete_settings(self._calls),
            words.DELETE_FIELD: lambda _: removal.delete_field(self._calls),
        }

    def installed(self) -> str:
        for row in queries.tooling(self._calls, _VERSION):
            return package.version_in(str(row.get("Body") or ""))
        return ""

    def begin(self, step: str, *, endpoint: Endpoint) -> str:
        with _naming_the_permission(step):
            return self._steps[step](endpoint)

    def progress(self, ticket: str) -> Progress:
        return deployment.look(self._calls, ticket)

    def watch(self, fields: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
        return resource.watch(self._calls, fields)

    def health(self) -> Health:
        return resource.health(self._calls)

    def act(self, act: Act) -> Health:
        return resource.act(self._calls, _ACTIONS[act])

    def renew(self, secret: str) -> None:
        with _naming_the_permission(words.CREDENTIAL):
            self._store_secret(secret)

    def _stop(self) -> str:
        """Leave no job behind that needs a class which is about to be replaced."""
        if self.installed():
            # Where it never got further than its files, there is nothing to stop either.
            with _ignoring(RemoteGone, PermissionMissing):
                resource.act(self._calls, "stop")
        return ""

    def _package(self, endpoint: Endpoint) -> str:
        asks_for_tests = self._is_production()
        files = package.components(endpoint.address, tests=asks_for_tests)
        tests = package.test_names() if asks_for_tests else ()
        return deployment.start(self._calls, package.pack(files), tests=tests)

    def _rights(self) -> str:
        found = queries.tooling(self._calls, _PERMISSION_SET)
        if not found:
            raise RemoteGone(words.NOT_INSTALLED)
        user = self._who()["user_id"]
        given = {"AssigneeId": user, "PermissionSetId": found[0].get("Id")}
        try:
            self._calls.call("POST", f"{DATA}/sobjects/PermissionSetAssignment", body=given)
        except Failure as failure:
            if failure.code != "salesforce.DUPLICATE_VALUE":
                raise
        return ""

    def _credential(self, endpoint: Endpoint) -> str:
        self._store_secret(endpoint.secret)
        return ""

    def _store_secret(self, secret: str) -> None:
        query = "&".join(f"{name}={quote(value)}" for name, value in _PRINCIPAL.items())
        said = self._calls.call("GET", f"{_CREDENTIAL}?{query}")
        is_there = isinstance(said, dict) and said.get("authenticationStatus") == "Configured"
        body = {
            **_PRINCIPAL,
            "authenticationProtocol": "Custom",
            "credentials": {"SigningKey": {"value": secret, "encrypted": True}},
        }
        self._calls.call("PUT" if is_there else "POST", _CREDENTIAL, body=body)

    def _subscription(self) -> str:
        files = package.subscription(str(self._who()["preferred_username"]))
        return deployment.start(self._calls, package.pack(files))

    def _french(self) -> str:
        return deployment.start(self._calls, package.pack(package.translations()))

    def _start(self) -> str:
        resource.act(self._calls, "start")
        return ""

    def _test(self) -> str:
        """Whether its messages arrive, from its key to our answer."""
        said = self.act(Act.TEST)
        if said.state in (State.HALTED, State.RETRYING):
            told = {"status": str(said.status or "—"), "reason": said.reason or "—"}
            raise Failure(words.NOT_TAKEN, told, said.detail)
        return ""

    def _rest(self) -> str:
        """Stop it as `_stop` does, but for good: who lacks the right to do so is given it first."""
        if self.installed():
            with _ignoring(RemoteGone):
                try:
                    resource.act(self._calls, "stop")
                except PermissionMissing:
                    self._rights()
                    resource.act(self._calls, "stop")
        return ""

    def _take_rights(self) -> str:
        removal.take_rights(self._calls)
        return ""

    def _is_production(self) -> bool:
        (row, *_) = queries.records(self._calls, _KIND_OF_ORG) or [{}]
        return not (row.get("IsSandbox") or row.get("OrganizationType") == "Developer Edition")

    def _who(self) -> Mapping[str, object]:
        said = self._calls.call("GET", "/services/oauth2/userinfo")
        if not isinstance(said, dict) or not {"user_id", "preferred_username"} <= said.keys():
            raise errors.malformed(writes=False)
        return said


@contextmanager
def _naming_the_permission(step: str) -> Iterator[None]:
    """A refusal says which permission the user lacks, by its name in the org."""
    try:
        yield
    except PermissionMissing as failure:
        code = words.MISSING.get(step)
        if code is None or failure.code.startswith("salesforce.plug_in."):
            raise
        raise PermissionMissing(code, detail=failure.detail) from None
    except Failure as failure:
        # Of a record that may not be written, the API says the same in the words of records.
        if "INSUFFICIENT_ACCESS" in failure.code and (code := words.MISSING.get(step)):
            raise PermissionMissing(code, detail=failure.detail) from None
        raise


@contextmanager
def _ignoring(*kinds: type[Failure]) -> Iterator[None]:
    try:
        yield
    except kinds:
        return
