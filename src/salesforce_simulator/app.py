"""The WSGI application: every request's way from the socket to a resource and back.

    route -> fault before -> session -> resource -> fault after -> headers, list of calls

`server.py` runs it over real HTTP; any WSGI server or test client can.
"""

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from typing import Any

from werkzeug.wrappers import Request, Response

from salesforce_simulator.addresses import find, inner_request
from salesforce_simulator.broken_answers import dribble, drop
from salesforce_simulator.call import Call, CallRecord, Calls, noted_headers
from salesforce_simulator.clock import to_exact_stamp
from salesforce_simulator.errors import ApiError, malformed_json, no_session, not_found
from salesforce_simulator.faults import Fault, Faults
from salesforce_simulator.maintenance import closed
from salesforce_simulator.oauth import answer
from salesforce_simulator.oauth.model import OAuthError
from salesforce_simulator.org import Org
from salesforce_simulator.rest.versions import check_version
from salesforce_simulator.routes import Endpoint, refuse
from salesforce_simulator.starting_point import StartingPoint

StartResponse = Callable[..., Any]
MAX_ADDRESS = 16_384
_GZIP_FROM = 1024
# Fault plans whose caller gets no answer; the list of calls shows status 0.
_DROPS = frozenset({"reset_before", "reset_after", "reset_in_answer", "late_commit"})
_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "none",
    "Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private",
}


class App:
    """The simulator as a WSGI callable, with its switches and its list of calls."""

    def __init__(self, org: Org, *, my_domain: str | None = None, latency_ms: int = 0) -> None:
        self.org = org
        self.my_domain = my_domain.rstrip("/") if my_domain else None
        # Where the Pub/Sub API listens, host:port.
        self.pubsub: str | None = None
        self.latency_ms = self.start_latency_ms = latency_ms
        self.start = StartingPoint.of(org)
        self.calls = Calls()
        self.faults = Faults()
        self.stopping = threading.Event()

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        environ["simulator.app"] = self
        request = Request(environ)
        request.max_form_memory_size = 1024 * 1024
        return self._respond(request)(environ, start)

    def _respond(self, request: Request) -> Response:
        started = time.perf_counter()
        origin = self.my_domain or _origin(request)
        call = Call(org=self.org, request=request, origin=origin, inner=self._carry_out_part)
        try:
            endpoint, variables = find(call)
        except ApiError as refused:
            return refuse(call, refused)
        if endpoint.kind == "own":
            return self._carry_out(call, endpoint, variables)
        too_long = _too_long(request)
        if too_long is not None:
            return too_long
        self._wait(self.latency_ms)
        fault = None
        if self.org.maintenance.active:
            response = closed(call)
        else:
            fault = self.faults.strike(request.method, request.path, client=call.caller)
            with self.org.concurrency.under_way() as call.number:
                response = self._with_fault(call, endpoint, variables, fault)
        _add_headers(call, response, metered=endpoint.kind == "api")
        if fault is not None and fault.what == "malformed_json":
            response.set_data(response.get_data()[:-3] or b'{"')
        _compress(request, response)
        self._remember(call, response, started, fault)
        return response if fault is None else self._sent(response, fault)

    def _sent(self, response: Response, fault: Fault) -> Response:
        """Let an answer go out as the fault plan wants it."""
        if fault.what in _DROPS:
            return drop(response, after_half=fault.what == "reset_in_answer")
        if fault.what == "slow_bytes":
            return dribble(response, bytes_per_second=fault.bytes_per_second, wait=self.faults.wait)
        return response

    def _with_fault(
        self, call: Call, endpoint: Endpoint, variables: dict[str, Any], fault: Fault | None
    ) -> Response:
        """Carry the call out, with what the fault plan does before and after."""
        if fault is None:
            return self._carry_out(call, endpoint, variables)
        refusal = fault.refusal()
        if refusal is not None:
            return endpoint.refuse(call, refusal)
        if fault.what == "status":
            return call.answer(fault.body, status=fault.status)
        if fault.what == "late_commit":
            # Read while the connection is there.
            call.body()
            work = partial(self._carry_out, call, endpoint, variables)
            self.org.later.do(work, milliseconds=fault.milliseconds)
        if fault.what in {"reset_before", "late_commit"}:
            return call.no_content()
        row_error = fault.row_error()
        if row_error is not None:
            call.row_faults.update(dict.fromkeys(fault.struck_rows(), row_error))
        if fault.what == "late_row":
            return self._carry_out_late(call, endpoint, variables, fault.milliseconds)
        if fault.what == "hang_before":
            self.faults.wait(fault.milliseconds)
        response = self._carry_out(call, endpoint, variables)
        if fault.what == "hang_after":
            self.faults.wait(fault.milliseconds)
        return response

    def _carry_out(self, call: Call, endpoint: Endpoint, variables: dict[str, Any]) -> Response:
        try:
            if endpoint.kind in {"api", "async"}:
                call.version = variables.pop("version")
                self._admit(call, header="X-SFDC-Session" if endpoint.kind == "async" else "")
            return endpoint.resource(call, **variables)
        except RecursionError:
            return endpoint.refuse(call, malformed_json("the body is nested too deeply"))
        except ApiError as refused:
            return endpoint.refuse(call, refused)
        except OAuthError as refused:
            content = {"error": refused.error, "error_description": refused.description}
            return answer.write(call, content, status=refused.status)

    def _carry_out_part(
        self, call: Call, method: str, url: str, body: Any, headers: Mapping[str, str]
    ) -> Response:
        """Carry out a request that came inside another one, as the same user."""
        whole = [each for each in call.request.headers if each[0].startswith("Sforce-")]
        part = replace(call, rows=0, row_faults={}, is_part=True)
        try:
            part.request = inner_request(method, url, body, [*whole, *headers.items()])
            endpoint, variables = find(part)
            if endpoint.kind != "api":
                raise not_found()
            part.version = variables.pop("version")
            check_version(part.version)
            return endpoint.resource(part, **variables)
        except ApiError as refused:
            return refuse(part, refused)
        finally:
            call.rows += part.rows

    def _admit(self, call: Call, *, header: str = "") -> None:
        """Check session, version and the day's allowance, and count the call.

        header: the one that a family of addresses takes a session from besides Authorization.
        """
        said = call.request.headers.get("Authorization", "")
        scheme, _, token = said.partition(" ")
        token = (call.request.headers.get(header, token) if header else token).strip()
        if said and scheme.lower() not in {"bearer", "oauth"}:
            raise ApiError("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", status=401)
        session = self.org.grants.session(token) if token else None
        if session is None:
            raise no_session()
        call.sign_in(session.user_id, client_id=session.client_id)
        check_version(call.version)
        self.org.concurrency.check(call.number)
        if self.org.usage.remaining() == 0:
            message = "TotalRequests Limit exceeded."
            raise ApiError("REQUEST_LIMIT_EXCEEDED", message, status=403)
        self.org.usage.count_call()
        self.org.app_usage.count_call(call.client_id)

    def _carry_out_late(
        self, call: Call, endpoint: Endpoint, variables: dict[str, Any], milliseconds: int
    ) -> Response:
        """Carry a call out as a long transaction that began when the call came."""
        call.body()
        with self.org.long_transaction() as call.began:
            self.faults.wait(milliseconds)
            return self._carry_out(call, endpoint, variables)

    def _wait(self, milliseconds: int) -> None:
        if milliseconds:
            self.stopping.wait(milliseconds / 1000)

    def _remember(
        self, call: Call, response: Response, started: float, fault: Fault | None
    ) -> None:
        user = self.org.users.get(call.user_id) if call.user_id else None
        request = call.request
        # Only SOQL is kept of the query string: others may carry codes and tokens.
        query = request.args.get("q", "")

        def make(number: int) -> CallRecord:
            return CallRecord(
                number=number,
                at=to_exact_stamp(self.org.now()),
                method=request.method,
                path=request.path,
                query=query,
                user=str(user["Username"]) if user else "",
                client=call.client_id,
                rows=call.rows,
                status=0 if fault is not None and fault.what in _DROPS else response.status_code,
                milliseconds=int((time.perf_counter() - started) * 1000),
                fault=fault.what if fault else "",
                headers=noted_headers(request),
            )

        self.calls.add(make)


def _origin(request: Request) -> str:
    return request.host_url.rstrip("/")


def _too_long(request: Request) -> Response | None:
    """Refuse what exceeds 16 KB of address and headers, as the edge of the platform does."""
    address = len(request.environ.get("REQUEST_URI", "")) or len(request.full_path)
    headers = sum(len(name) + len(value) + 4 for name, value in request.headers)
    if address > MAX_ADDRESS:
        return Response("The length of the URI exceeds the 16,384-byte limit.", status=414)
    if address + headers > MAX_ADDRESS:
        text = "The combined length of the URI and headers exceeds the 16,384-byte limit."
        return Response(text, status=431)
    return None


def _add_headers(call: Call, response: Response, *, metered: bool) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if "Content-Type" not in response.headers:  # an answer without a body, as recorded
        response.headers["Content-Security-Policy"] = "upgrade-insecure-requests"
    response.headers["Date"] = format_datetime(call.org.now(), usegmt=True)
    if metered:
        used = call.org.usage.header() + call.org.app_usage.header(call.client_id)
        response.headers["Sforce-Limit-Info"] = used


def _compress(request: Request, response: Response) -> None:
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request.headers.get("Accept-Encoding", "") or response.direct_passthrough:
        return
    data = response.get_data()
    if len(data) >= _GZIP_FROM:
        response.set_data(gzip.compress(data, compresslevel=1))
        response.headers["Content-Encoding"] = "gzip"
