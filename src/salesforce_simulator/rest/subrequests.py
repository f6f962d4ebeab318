"""A request inside a request: what composite, batch and graph have in common.

A part names method, address, body and headers. It may use what earlier parts answered, as
@{reference.field}, in its address and anywhere in its body.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import malformed_json, not_found

Part = dict[str, Any]

_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_NESTED = re.compile(r".*/composite(/batch|/tree/.*|/graph)?/?(\?.*)?$")
_PASSED_ON = ("Location", "ETag", "Last-Modified")
_ROLLED_BACK = (
    "The transaction was rolled back since another operation in the same transaction failed."
)


class UnknownReferenceError(Exception):
    """A part refers to what no earlier answer holds."""


class _PartFailed(Exception):  # noqa: N818 - undoes the transaction, is no answer
    pass


def check(parts: Any, *, name: str) -> list[Part]:
    """Return the parts that a request lists. JSON_PARSER_ERROR where one is malformed."""
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise malformed_json(f"{name} must be a list of objects")
    for part in parts:
        if not all(isinstance(part.get(key), str) for key in ("method", "url", "referenceId")):
            raise malformed_json("a subrequest needs method, url and referenceId")
        headers = part.get("httpHeaders") or {}
        if not isinstance(headers, dict) or not all(
            isinstance(value, str) for value in headers.values()
        ):
            raise malformed_json("httpHeaders must be an object of texts")
    if len({part["referenceId"] for part in parts}) != len(parts):
        raise malformed_json("a referenceId is used twice")
    return parts


def carry_out(call: Call, part: Part, known: Mapping[str, Any]) -> Part:
    """Carry a part out and return its answer; `known` holds the bodies of earlier answers."""
    reference = part["referenceId"]
    try:
        url = str(_resolved(part["url"], known))
        body = _resolved(part.get("body"), known)
    except UnknownReferenceError as missing:
        return _answer(reference, 400, [_processing_halted(str(missing))], {})
    if _NESTED.match(url):
        return _answer(reference, 404, not_found().body(), {})
    response = call.inner(call, part["method"], url, body, part.get("httpHeaders") or {})
    passed = {each: response.headers[each] for each in _PASSED_ON if each in response.headers}
    return _answer(reference, response.status_code, content_of(response), passed)


def carry_out_together(call: Call, parts: Sequence[Part]) -> tuple[list[Part], bool]:
    """Carry parts out in one transaction, which the first failure ends and undoes.

    Returns their answers, in the order of `parts`, and whether all succeeded.
    """
    answers: list[Part] = []
    known: dict[str, Any] = {}
    try:
        with call.org.transaction(call.actor()):
            for part in parts:
                answers.append(carry_out(call, part, known))
                known[part["referenceId"]] = answers[-1]["body"]
                if answers[-1]["httpStatusCode"] >= 400:
                    raise _PartFailed
    except _PartFailed:
        answers = [*map(halted, answers[:-1]), answers[-1]]
        return [*answers, *map(halted, parts[len(answers) :])], False
    return answers, True


def halted(part: Part) -> Part:
    """Return the answer of a part that was undone, or not begun, for another's failure."""
    return _answer(part["referenceId"], 400, [_processing_halted(_ROLLED_BACK)], {})


def references(value: Any) -> Iterator[str]:
    """Yield the referenceIds that a value uses."""
    if isinstance(value, dict):
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, str):
        yield from (match[1] for match in _REFERENCE.finditer(value))


def content_of(response: Response) -> Any:
    """Return what an inner answer says; None where it says nothing."""
    data = response.get_data()
    return json.loads(data) if data else None


def _resolved(value: Any, known: Mapping[str, Any]) -> Any:
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


def _look_up(match: re.Match[str], known: Mapping[str, Any]) -> Any:
    found = known.get(match[1])
    for name, position in _STEP.findall(match[2]):
        try:
            found = found[name] if name else found[int(position)]  # type: ignore[index]
        except (KeyError, IndexError, TypeError, ValueError):
            path = match[2].lstrip(".")
            raise UnknownReferenceError(
                f"Invalid reference specified. No value for {path} found in {match[1]}. "
                f"Invalid reference specified. {match[0]}"
            ) from None
    if match[1] not in known:
        raise UnknownReferenceError(f"Invalid reference specified. {match[0]}")
    return found


def _processing_halted(message: str) -> dict[str, str]:
    return {"errorCode": "PROCESSING_HALTED", "message": message}


def _answer(reference: str, status: int, body: Any, headers: dict[str, str]) -> Part:
    return {
        "body": body,
        "httpHeaders": headers,
        "httpStatusCode": status,
        "referenceId": reference,
    }
