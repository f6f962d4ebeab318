"""Which endpoint answers a request, and the request that a part of a composite stands for."""

from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.routes import URL_MAP, Endpoint

# In the order in which a refusal lists them.
_METHODS = ("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def find(call: Call) -> tuple[Endpoint, dict[str, Any]]:
    """Return what answers a call, with the variables of its address. ApiError where nothing does.

    `.json` and `.xml` at the end of an address name the form of the answer, unless the address
    ends in a value of the caller's, such as an external id.
    """
    request = call.request
    method = request.method
    if method == "POST" and request.args.get("_HttpMethod"):
        method = request.args["_HttpMethod"].upper()
    path, dot, suffix = request.path.rstrip("/").rpartition(".")
    try:
        adapter = URL_MAP.bind_to_environ(request.environ)
        if dot and suffix in {"json", "xml"} and path.startswith("/services/data"):
            endpoint, variables = adapter.match(method=method, path_info=path)
            if "value" not in variables:
                call.suffix = suffix
                return endpoint, dict(variables)
        endpoint, variables = adapter.match(method=method)
    except MethodNotAllowed as refused:
        allowed = ",".join(sorted(refused.valid_methods or [], key=_METHODS.index))
        message = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
        headers = {"Allow": allowed}
        raise ApiError("METHOD_NOT_ALLOWED", message, status=405, headers=headers) from None
    except HTTPException:
        raise not_found() from None
    return endpoint, dict(variables)


def inner_request(method: str, url: str, body: Any, headers: list[tuple[str, str]]) -> Request:
    """Make the request that a part stands for. ApiError where its address can be none."""
    try:
        builder = EnvironBuilder(path=url, method=method.upper(), headers=headers, json=body)
        return Request(builder.get_environ())
    except (ValueError, TypeError):
        raise not_found() from None
