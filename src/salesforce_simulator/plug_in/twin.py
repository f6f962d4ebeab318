"""What the plug-in of one org knows: settings, the signing key, what waits to be sent."""

from collections import deque
from typing import TYPE_CHECKING, Any

from salesforce_simulator.metadata.components import content_of, node_of
from salesforce_simulator.plug_in import assigned, changes, sender
from salesforce_simulator.plug_in.sender import Answer

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.transaction import Transaction

PERMISSION_SET = "RaccordIntegration"
_VERSION = "RaccordVersion"
_ENDPOINT = "RaccordEndpoint"
_LISTED = 10
OBJECTS = ("Contact", "Lead")


class PlugIn:
    """The plug-in of an org, from its deployment on. The caller holds the org's lock.

    secrets: the parameters of each principal, by (external credential, principal). waiting, dead:
    (since when, event) of what is to be sent, and of what was given up. answer: the last one.
    attempts: failures in a row; halted or retrying while there are any.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.secrets: dict[tuple[str, str], dict[str, str]] = {}
        self.scheduled = False
        self.sending = False
        self.attempts = 0
        self.answer: Answer | None = None
        self._forget_settings()
        self._forget_outbox()
        self._forget_answers()

    @property
    def is_installed(self) -> bool:
        components = self._org.components
        return components.get("ApexClass", "RaccordRest") is not None

    @property
    def version(self) -> str:
        kept = self._org.components.get("ApexClass", _VERSION)
        body = content_of(kept).get(kept.path, b"").decode() if kept else ""
        return body.partition("PLUGIN = '")[2].partition("'")[0]

    @property
    def address(self) -> str:
        """Where the named credential leads; "" without one."""
        kept = self._org.components.get("NamedCredential", _ENDPOINT)
        if kept is None:
            return ""
        found = [
            each.get("parameterValue")
            for each in node_of(kept).all("namedCredentialParameters")
            if each.get("parameterName") == "Url"
        ]
        return found[0] if found else ""

    @property
    def secret(self) -> str:
        return self.secrets.get((_ENDPOINT, "Raccord"), {}).get("SigningKey", "")

    @property
    def last(self) -> int:
        """The status of the last answer, 0 for none."""
        return self.answer.status if self.answer else 0

    def is_allowed(self, user_id: str) -> bool:
        """The user has the permission set that Raccord's own user needs."""
        return assigned.has(self._org, user_id, PERMISSION_SET)

    def notice(self, writes: "Transaction") -> None:
        """Find what of a transaction is news, and have it sent."""
        if not self.is_installed or not any(self.watched.values()):
            return
        by_integration = self.is_allowed(writes.actor.user_id)
        news = changes.events_of(writes, self.watched, by_integration=by_integration)
        if news:
            stamp = self._org.now_stamp()
            self.waiting.extend((stamp, each) for each in news)
            self.wake()

    def wake(self, *, milliseconds: int = 20) -> None:
        """Have the sender look, unless it is going to."""
        if self.waiting and not self.paused and not self.sending:
            self.sending = True
            self._org.later.do(lambda: sender.send(self._org), milliseconds=milliseconds)

    def note(self, answer: Answer) -> None:
        """Remember an answer. One that is about its message says nothing about the endpoint."""
        self.answer, self.attempt_at = answer, self._org.now_stamp()
        if answer.is_taken:
            self.success_at = self.attempt_at
        self.attempts = 0 if answer.is_taken or answer.is_final else self.attempts + 1

    def list_delivery(self, answer: Answer, events: int) -> None:
        """Add a delivery to those that are shown."""
        self._deliveries += 1
        self.deliveries.appendleft(
            {
                "name": f"R-{self._deliveries:08d}",
                "at": self.attempt_at,
                "events": events,
                "taken": answer.is_taken,
                "status": answer.status or None,
                "reason": answer.reason,
            }
        )

    def retry_dead(self) -> None:
        """Send again what was given up."""
        self.waiting.extend(self.dead)
        self.dead.clear()

    def forget(self, kind: str, name: str) -> None:
        """A component was deleted, and what it held with it."""
        if kind == "ExternalCredential":
            self.secrets = {key: each for key, each in self.secrets.items() if key[0] != name}
        elif (kind, name) == ("CustomObject", "RaccordOutbox__c"):
            self._forget_outbox()
        elif (kind, name) == ("CustomObject", "RaccordSettings__c"):
            self._forget_settings()
        elif (kind, name) == ("CustomObject", "RaccordState__c"):
            self._forget_answers()

    def _forget_settings(self) -> None:
        self.watched: dict[str, list[str]] = {each: [] for each in OBJECTS}
        self.paused = False

    def _forget_outbox(self) -> None:
        self.waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self.dead: deque[tuple[str, dict[str, Any]]] = deque()
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=_LISTED)
        self._deliveries = 0

    def _forget_answers(self) -> None:
        self.answer = None
        self.attempt_at = self.success_at = ""
        self.attempts = 0
