"""One API call on its way through the simulator, and the list of those that were made."""

import gzip
import io
import threading
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from salesforce_simulator import media
from salesforce_simulator.errors import ApiError, malformed_json, no_session
from salesforce_simulator.events.origin import api_of, change_origin
from salesforce_simulator.org import Org
from salesforce_simulator.transaction import Actor

MAX_BODY = 50 * 1024 * 1024


_NOTED = frozenset(
    {
        "Accept",
        "Accept-Encoding",
        "Content-Encoding",
        "Content-Type",
        "If-Match",
        "If-Modified-Since",
        "If-None-Match",
        "If-Unmodified-Since",
        "User-Agent",
    }
)

# (the whole call, method, address, body, headers) -> answer
Inner = Callable[["Call", str, str, Any, Mapping[str, str]], Response]


def _alone(*_: Any) -> Response:
    raise LookupError("this call was not made through the application")


@dataclass(slots=True, kw_only=True)
class Call:
    """A request with what the simulator knows about it. A resource answers it.

    `rows` is the number of records it was about, for the list of calls; `row_faults` are errors
    that a fault plan wants for rows by their position, from 0. `inner` carries out a request
    that is part of this one; `is_part` marks such a request. `suffix` is what the address ended
    in, "json" or "xml", where it names the form of the answer. `number` counts it among the calls
    under way; `began` is when its transaction did, where that is not when it writes. `api` is the
    name of the API that was called, where a part of the call does not show it.
    """

    org: Org
    request: Request
    origin: str
    version: str = ""
    user_id: str = ""
    client_id: str = ""
    rows: int = 0
    row_faults: dict[int, ApiError] = field(default_factory=dict)
    inner: Inner = _alone
    is_part: bool = False
    suffix: str = ""
    api: str = ""
    number: int = 0
    began: datetime | None = None

    def sign_in(self, user_id: str, *, client_id: str) -> None:
        """Make this the call of a user, who from now on sees the org as permissions let him or her.

        INVALID_SESSION_ID for an inactive user, API_CURRENTLY_DISABLED for one without the API.
        """
        user = self.org.users.get(user_id)
        if user is None or not user.get("IsActive"):
            raise no_session()
        if not self.org.permissions.of(user_id).has("ApiEnabled"):
            message = "API is disabled for this User"
            raise ApiError("API_CURRENTLY_DISABLED", message, status=403)
        self.user_id, self.client_id = user_id, client_id
        self.org.expire_bin()
        self.org = self.org.seen_by(user_id)

    def caller(self) -> str:
        """The id of the app that calls, "" if that cannot be told."""
        header = self.request.headers.get("Authorization", "")
        session = self.org.grants.session(header.partition(" ")[2]) if header else None
        if session is not None:
            return session.client_id
        return self.request.form.get("client_id") or self.request.args.get("client_id", "")

    @property
    def path(self) -> str:
        """The start of every address of this API version."""
        return f"/services/data/v{self.version}"

    def actor(self) -> Actor:
        """Who writes, with the options that this call's headers set."""
        options = _header_options(self.request.headers.get("Sforce-Call-Options", ""))
        duplicates = _header_options(self.request.headers.get("Sforce-Duplicate-Rule-Header", ""))
        return Actor(
            user_id=self.user_id,
            client=options.get("client"),
            allow_duplicates=duplicates.get("allowsave", "").lower() == "true",
            version=self.version,
            origin=change_origin(
                self.api or api_of(self.request.path), self.version, options.get("client")
            ),
            began=self.began,
        )

    def body(self, *, limit: int = MAX_BODY) -> bytes:
        """The request's body, unpacked. ApiError if it is too large or badly packed."""
        data = self.request.get_data(cache=True)
        if self.request.headers.get("Content-Encoding", "").lower() == "gzip":
            data = _unpacked(data, at_most=limit + 1)
        if len(data) > limit:
            raise ApiError("REQUEST_TOO_LARGE", "Maximum request size exceeded", status=413)
        return data

    def json(self) -> Any:
        """What the request's body says, in JSON or XML. JSON_PARSER_ERROR if it says nothing."""
        return media.read(self.body(), mimetype=self.request.mimetype)

    def json_object(self) -> dict[str, Any]:
        content = self.json()
        if not isinstance(content, dict):
            raise malformed_json("Cannot deserialize instance of object from START_ARRAY value [")
        return content

    @property
    def wants_xml(self) -> bool:
        """The answer is to be XML: by the address's suffix, else by Accept, else by the body."""
        if self.is_part:
            return False
        if self.suffix:
            return self.suffix == "xml"
        accepted = self.request.accept_mimetypes
        if not accepted or accepted.best == "*/*":
            return self.request.mimetype in {"application/xml", "text/xml"}
        if "text/html" in accepted.values():
            # A browser names XML among what it takes, and shows JSON better.
            return False
        best = accepted.best_match(["application/json", "application/xml", "text/xml"])
        return best is not None and best.endswith("/xml")

    def answer(
        self,
        content: Any,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        root: str = "",
    ) -> Response:
        """Return an answer in the form that the client asked for; `root` names it in XML."""
        pretty = self.request.headers.get("X-PrettyPrint", "").strip() in {"1", "true"}
        if self.wants_xml:
            text = media.write_xml(content, root=root, pretty=pretty)
            return Response(text, status=status, headers=headers, content_type=media.XML)
        text = media.write_json(content, pretty=pretty)
        return Response(text, status=status, headers=headers, content_type=media.JSON)

    def no_content(self, *, status: int = 204, headers: dict[str, str] | None = None) -> Response:
        response = _Empty(status=status, headers=headers)
        del response.headers["Content-Type"]
        return response


class _Empty(Response):
    """An answer without a body. Unlike Werkzeug's, a 304 keeps the date of what it is about."""

    def get_wsgi_headers(self, environ: Any) -> Headers:
        headers = super().get_wsgi_headers(environ)
        if "Last-Modified" in self.headers:
            headers["Last-Modified"] = self.headers["Last-Modified"]
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What is remembered of a call. Never its body, never its token."""

    number: int
    at: str
    method: str
    path: str
    query: str
    user: str
    client: str
    rows: int
    status: int
    milliseconds: int
    fault: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Calls:
    """The last calls, oldest first, for assertions and for the page."""

    def __init__(self, *, limit: int = 10_000) -> None:
        self._lock = threading.Lock()
        self._records: deque[CallRecord] = deque(maxlen=limit)
        self._last_number = 0

    def add(self, make: Callable[[int], CallRecord]) -> None:
        with self._lock:
            self._last_number += 1
            self._records.append(make(self._last_number))

    def all(self) -> list[CallRecord]:
        with self._lock:
            return list(self._records)

    def matching(self, *, method: str = "", path: str = "", **equal: Any) -> list[CallRecord]:
        """Return the calls with this method whose path contains a text, and whose other attributes
        (user, client, status, fault, rows) are equal to those given."""
        return [
            each
            for each in self.all()
            if (not method or each.method == method)
            and path in each.path
            and all(getattr(each, name) == value for name, value in equal.items())
        ]

    def clear(self) -> None:
        with self._lock:
            self._records.clear()


def _unpacked(data: bytes, *, at_most: int) -> bytes:
    """Unpack the first bytes of a body: a small one may unpack to more than memory holds."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            return packed.read(at_most)
    except (OSError, EOFError, zlib.error) as broken:
        raise malformed_json(f"the body is not gzip: {broken}") from broken


def noted_headers(request: Request) -> dict[str, str]:
    """Return the headers that a test may want to look at. Never the one with the token."""
    return {
        name: value
        for name, value in request.headers
        if name.startswith("Sforce-") or name in _NOTED
    }


def _header_options(text: str) -> dict[str, str]:
    """Parse `client=app/1.0, defaultNamespace=ns` and `allowSave=true; ...`."""
    pairs = (part.partition("=") for part in text.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
