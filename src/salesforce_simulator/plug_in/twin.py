"""What the plug-in of one org knows: settings, the signing key, what waits to be sent."""

from collections import deque
from typing import TYPE_CHECKING, Any

from salesforce_simulator.metadata.components import content_of, node_of
from salesforce_simulator.plug_in import changes, sender

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.transaction import Transaction

PERMISSION_SET = "RaccordIntegration"
_VERSION = "RaccordVersion"
OBJECTS = ("Contact", "Lead")


class PlugIn:
    """The plug-in of an org, from its deployment on. The caller holds the org's lock.

    assigned: (user's id, permission set's name). secrets: the parameters of each principal, by
    (external credential, principal). last: status of the last answer, 0 for none.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.watched: dict[str, list[str]] = {each: [] for each in OBJECTS}
        self.assigned: set[tuple[str, str]] = set()
        self.secrets: dict[tuple[str, str], dict[str, str]] = {}
        self.paused = False
        self.scheduled = False
        self.last = 0
        self.waiting: deque[dict[str, Any]] = deque()
        self.sending = False
        self.attempts = 0

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
        kept = self._org.components.get("NamedCredential", "RaccordEndpoint")
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
        return self.secrets.get(("RaccordEndpoint", "Raccord"), {}).get("SigningKey", "")

    def is_allowed(self, user_id: str) -> bool:
        """The user has the permission set that Raccord's own user needs."""
        return (user_id, PERMISSION_SET) in self.assigned

    def note(self, writes: "Transaction") -> None:
        """Find what of a transaction is news, and have it sent."""
        if not self.is_installed or not any(self.watched.values()):
            return
        by_integration = self.is_allowed(writes.actor.user_id)
        news = changes.events_of(writes, self.watched, by_integration=by_integration)
        if news:
            self.waiting.extend(news)
            self.wake()

    def wake(self, *, milliseconds: int = 20) -> None:
        """Have the sender look, unless it is going to."""
        if self.waiting and not self.paused and not self.sending:
            self.sending = True
            self._org.later.do(lambda: sender.send(self._org), milliseconds=milliseconds)
