"""/composite: up to 25 calls in one, each answered with its own status.

The whole is one metered call and answers 200 whatever its parts say. A part may use what an
earlier one answered: `@{ref.id}`, `@{ref.records[0].Id}`. Parts are carried out one after the
other and stand for themselves: undoing all of them (allOrNone) is refused, not pretended.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, malformed_json, not_found

MOST_PARTS = 25
# Of the parts, so many may query or carry collections.
MOST_HEAVY_PARTS = 5

_HEAVY = re.compile(r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)\b")
_REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
_STEP = re.compile(r"\w+|\[\d+\]")

Part = dict[str, Any]


def run(call: Call) -> Response:
    """Carry the parts out in their order."""
    content = call.json_object()
    parts = _parts(content)
    answered: dict[str, Any] = {}
    results = []
    for part in parts:
        result = _result(call, part, answered)
        answered[part["referenceId"]] = result["body"]
        results.append(result)
    return call.answer({"compositeResponse": results})


def _parts(content: dict[str, Any]) -> list[Part]:
    parts = content.get("compositeRequest")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise malformed_json("compositeRequest has to be a list of objects")
    if content.get("allOrNone") is True:
        raise ApiError("API_ERROR", "This simulator does not undo a composite request")
    if len(parts) > MOST_PARTS:
        raise ApiError("LIMIT_EXCEEDED", f"Limit exceeded: at most {MOST_PARTS} subrequests")
    if sum(bool(_HEAVY.match(str(part.get("url", "")))) for part in parts) > MOST_HEAVY_PARTS:
        message = f"Limit exceeded: at most {MOST_HEAVY_PARTS} query or collection subrequests"
        raise ApiError("LIMIT_EXCEEDED", message)
    for part in parts:
        if not all(isinstance(part.get(key), str) for key in ("method", "url", "referenceId")):
            raise malformed_json("a subrequest needs method, url and referenceId")
    if len({part["referenceId"] for part in parts}) != len(parts):
        raise malformed_json("a referenceId is used twice")
    return parts


def _result(call: Call, part: Part, answered: dict[str, Any]) -> dict[str, Any]:
    try:
        response = _carry_out(call, _resolved(part, answered))
    except ApiError as refused:
        response = call.answer(refused.body(), status=refused.status)
    text = response.get_data()
    location = response.headers.get("Location")
    return {
        "body": json.loads(text) if text else None,
        "httpHeaders": {"Location": location} if location else {},
        "httpStatusCode": response.status_code,
        "referenceId": part["referenceId"],
    }


def _carry_out(call: Call, part: Part) -> Response:
    # Which function answers which address is known where this one is listed, too.
    from salesforce_simulator.routes import URL_MAP

    url = urlsplit(part["url"])
    try:
        adapter = URL_MAP.bind("simulator", path_info=url.path)
        endpoint, variables = adapter.match(method=part["method"].upper())
    except HTTPException:
        raise not_found() from None
    if endpoint.kind != "api" or endpoint.resource is run:
        raise not_found()
    given = dict(variables)
    inner = Call(
        org=call.org,
        request=_request(call, part, path=url.path, query=url.query),
        origin=call.origin,
        version=given.pop("version"),
        user_id=call.user_id,
        client_id=call.client_id,
    )
    response: Response = endpoint.resource(inner, **given)
    call.rows += inner.rows
    return response


def _request(call: Call, part: Part, *, path: str, query: str) -> Request:
    """The part as a request of its own, with the headers of the whole one and its own."""
    headers = {**dict(call.request.headers), **part.get("httpHeaders", {})}
    for name in ("Content-Length", "Content-Encoding", "Accept-Encoding", "X-Prettyprint"):
        headers.pop(name, None)
    environ = EnvironBuilder(
        path=path,
        query_string=query,
        method=part["method"].upper(),
        headers=headers,
        data=json.dumps(part["body"]) if "body" in part else None,
    ).get_environ()
    return Request(environ)


def _resolved(part: Part, answered: dict[str, Any]) -> Part:
    """The part with its references replaced by what they stand for."""
    if "@{" not in json.dumps(part):
        return part
    return {
        key: _with_values(value, answered) if key in ("url", "body") else value
        for key, value in part.items()
    }


def _with_values(value: Any, answered: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _with_values(each, answered) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_values(each, answered) for each in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _value(found, answered), value)
    return value


def _value(found: re.Match[str], answered: dict[str, Any]) -> str:
    reference, path = found.groups()
    value: Any = answered.get(reference)
    try:
        for step in _STEP.findall(path):
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
    except (KeyError, IndexError, TypeError):
        message = f"Invalid reference specified. No value for {path} found in {reference}. "
        message += f"Invalid reference specified. {found.group()}"
        raise ApiError("PROCESSING_HALTED", message) from None
    return str(value)
