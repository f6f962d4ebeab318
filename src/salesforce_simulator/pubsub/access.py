"""Who calls: the session behind a call's metadata, checked as the REST API checks its header."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from salesforce_simulator.ids import normal_id
from salesforce_simulator.oauth.model import token_hash
from salesforce_simulator.org import Org
from salesforce_simulator.pubsub.refusals import headers_invalid, not_signed_in

Metadata = Iterable[tuple[str, str | bytes]]


class Caller:
    """The user behind a call. A stream asks it again whether the session still lives."""

    def __init__(self, org: Org, token: str) -> None:
        self._org = org
        self._token = token
        session = org.grants.session(token)
        user = org.users.get(session.user_id) if session else None
        if user is None or not user.get("IsActive"):
            raise not_signed_in()

    def confirm(self) -> None:
        """Use the session, which keeps it alive. PubSubError if it ended."""
        if self._org.grants.session(self._token) is None:
            raise not_signed_in()

    def is_signed_in(self) -> bool:
        """Tell whether the session lives, without using it."""
        grants = self._org.grants
        with self._org.lock:
            session = grants.sessions.get(token_hash(self._token))
            if session is None:
                return False
            unused = self._org.now().timestamp() - session.last_used
            return unused <= grants.session_seconds


def caller_of(org: Org, metadata: Metadata) -> Caller:
    """Return who calls. PubSubError if a header is missing, or the session is none of this org."""
    given = {name: str(value) for name, value in metadata}
    for name in ("accesstoken", "instanceurl", "tenantid"):
        if not given.get(name):
            raise headers_invalid(name)
    address = urlsplit(given["instanceurl"])
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise headers_invalid("instanceurl")
    if normal_id(given["tenantid"]) != org.id:
        raise not_signed_in()
    return Caller(org, given["accesstoken"])
