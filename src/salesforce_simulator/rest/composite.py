"""/composite and /composite/batch: several requests in one call.

Composite counts as one API call, may refer to earlier answers as @{reference.field}, and with
allOrNone undoes everything when one part fails. A batch is a list of independent requests, each
counted.
"""

import json
import re
from contextlib import nullcontext
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, malformed_json, not_found

MAX_PARTS = 25
MAX_HEAVY = 5
_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
# Parts of which few are allowed, and parts that cannot be parts.
_HEAVY = re.compile(r".*/(query|queryAll|composite/sobjects)\b")
_NESTED = re.compile(r".*/composite(/batch|/tree/.*|/graph)?/?(\?.*)?$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_PASSED_ON = ("Location", "ETag", "Last-Modified")
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."

Part = dict[str, Any]


class UnknownReferenceError(Exception):
    """A part refers to what no earlier answer holds."""


class _PartFailed(Exception):  # noqa: N818 - undoes the transaction, is no answer
    pass


def composite(call: Call) -> Response:
    content = call.json_object()
    parts = _parts(content, "compositeRequest")
    all_or_none = content.get("allOrNone") is True
    answers: list[Part] = []
    known: dict[str, Any] = {}
    try:
        # Without allOrNone each part is a transaction of its own.
        with call.org.transaction(call.actor()) if all_or_none else nullcontext():
            for part in parts:
                answer = _carry_out(call, part, known)
                answers.append(answer)
                known[str(part.get("referenceId"))] = answer["body"]
                if all_or_none and answer["httpStatusCode"] >= 400:
                    raise _PartFailed
    except _PartFailed:
        answers = [*map(_halted, answers[:-1]), answers[-1]]
        answers += [_halted(part) for part in parts[len(answers) :]]
    return call.answer({"compositeResponse": answers})


def batch(call: Call) -> Response:
    content = call.json_object()
    results: list[dict[str, Any]] = []
    for part in _parts(content, "batchRequests"):
        if content.get("haltOnError") is True and any(
            each["statusCode"] >= 400 for each in results
        ):
            message = "Batch processing is halted per request parameters."
            halted = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": message}]
            results.append({"statusCode": 412, "result": halted})
            continue
        call.org.usage.count_call()
        url = f"/services/data/{str(part.get('url', '')).lstrip('/')}"
        response = call.inner(call, str(part.get("method")), url, part.get("richInput"), {})
        results.append({"statusCode": response.status_code, "result": _body(response)})
    has_errors = any(each["statusCode"] >= 400 for each in results)
    return call.answer({"hasErrors": has_errors, "results": results})


def _parts(content: dict[str, Any], name: str) -> list[Part]:
    parts = content.get(name)
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise malformed_json(f"{name} must be a list of objects")
    if len(parts) > MAX_PARTS:
        message = f"A request can contain at most {MAX_PARTS} subrequests."
        raise ApiError("LIMIT_EXCEEDED", message)
    if name == "compositeRequest":
        _check_composite(parts)
    return parts


def _check_composite(parts: list[Part]) -> None:
    if sum(bool(_HEAVY.match(_url(each))) for each in parts) > MAX_HEAVY:
        message = f"At most {MAX_HEAVY} subrequests can be queries or sObject collections."
        raise ApiError("LIMIT_EXCEEDED", message)
    for part in parts:
        if not all(isinstance(part.get(key), str) for key in ("method", "url", "referenceId")):
            raise malformed_json("a subrequest needs method, url and referenceId")
    if len({part["referenceId"] for part in parts}) != len(parts):
        raise malformed_json("a referenceId is used twice")


def _carry_out(call: Call, part: Part, known: dict[str, Any]) -> Part:
    reference = part.get("referenceId")
    try:
        url = _resolved(_url(part), known)
        body = _resolved(part.get("body"), known)
    except UnknownReferenceError as missing:
        return _answer(reference, 400, [_processing_halted(str(missing))], {})
    if _NESTED.match(url):
        return _answer(reference, 404, not_found().body(), {})
    headers = part.get("httpHeaders") or {}
    response = call.inner(call, str(part.get("method")), url, body, headers)
    passed = {each: response.headers[each] for each in _PASSED_ON if each in response.headers}
    return _answer(reference, response.status_code, _body(response), passed)


def _resolved(value: Any, known: dict[str, Any]) -> Any:
    """Put in what @{...} refers to, everywhere in a value."""
    if isinstance(value, dict):
        return {name: _resolved(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, known) for each in value]
    if not isinstance(value, str):
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole is not None:
        return _look_up(whole, known)
    return _REFERENCE.sub(lambda match: str(_look_up(match, known)), value)


def _look_up(match: re.Match[str], known: dict[str, Any]) -> Any:
    found = known.get(match[1])
    for name, position in _STEP.findall(match[2]):
        try:
            found = found[name] if name else found[int(position)]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            path = match[2].lstrip(".")
            raise UnknownReferenceError(
                f"Invalid reference specified. No value for {path} found in {match[1]}. "
                f"Invalid reference specified. {match[0]}"
            ) from None
    if match[1] not in known:
        raise UnknownReferenceError(f"Invalid reference specified. {match[0]}")
    return found


def _halted(part: Part) -> Part:
    return _answer(part.get("referenceId"), 400, [_processing_halted(_HALTED)], {})


def _processing_halted(message: str) -> dict[str, str]:
    return {"errorCode": "PROCESSING_HALTED", "message": message}


def _answer(reference: Any, status: int, body: Any, headers: dict[str, str]) -> Part:
    return {
        "body": body,
        "httpHeaders": headers,
        "httpStatusCode": status,
        "referenceId": reference,
    }


def _body(response: Response) -> Any:
    data = response.get_data()
    return json.loads(data) if data else None


def _url(part: Part) -> str:
    return str(part.get("url", ""))
