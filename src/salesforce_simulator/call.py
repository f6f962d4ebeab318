"""One API call on its way through the simulator, and the list of those that were made."""

import gzip
import io
import json
import threading
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from salesforce_simulator.errors import ApiError, malformed_json
from salesforce_simulator.events.origin import api_of, change_origin
from salesforce_simulator.org import Org
from salesforce_simulator.transaction import Actor

MAX_BODY = 50 * 1024 * 1024
JSON = "application/json;charset=UTF-8"


# (the whole call, method, address, body, headers) -> answer
Inner = Callable[["Call", str, str, Any, Mapping[str, str]], Response]


def _alone(*_: Any) -> Response:
    raise LookupError("this call was not made through the application")


@dataclass(slots=True, kw_only=True)
class Call:
    """A request with what the simulator knows about it. A resource answers it.

    `rows` is the number of records it was about, for the list of calls; `row_faults` are errors
    that a fault plan wants for rows by their position, from 0. `inner` carries out a request
    that is part of this one. `api` is the name of the API that was called, where a part of the
    call does not show it.
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
    api: str = ""

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
        """The request's body as JSON. JSON_PARSER_ERROR if it is none."""
        try:
            return json.loads(self.body())
        except (json.JSONDecodeError, UnicodeDecodeError) as broken:
            line, column = getattr(broken, "lineno", 1), getattr(broken, "colno", 1)
            reason = getattr(broken, "msg", "not UTF-8")
            raise malformed_json(f"{reason} at [line:{line}, column:{column}]") from broken

    def json_object(self) -> dict[str, Any]:
        content = self.json()
        if not isinstance(content, dict):
            raise malformed_json("Cannot deserialize instance of object from START_ARRAY value [")
        return content

    def answer(
        self, content: Any, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """Return a JSON answer."""
        pretty = self.request.headers.get("X-PrettyPrint") == "1"
        text = (
            json.dumps(content, ensure_ascii=False, indent=2, separators=(",", " : "))
            if pretty
            else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        )
        return Response(text.encode(), status=status, headers=headers, content_type=JSON)

    def no_content(self, *, status: int = 204) -> Response:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response


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

    def matching(self, *, method: str = "", path: str = "") -> list[CallRecord]:
        """Return the calls with this method whose path contains a text."""
        return [
            each
            for each in self.all()
            if (not method or each.method == method) and path in each.path
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


def _header_options(text: str) -> dict[str, str]:
    """Parse `client=app/1.0, defaultNamespace=ns` and `allowSave=true; ...`."""
    pairs = (part.partition("=") for part in text.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
