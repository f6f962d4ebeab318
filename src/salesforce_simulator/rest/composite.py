"""/composite and /composite/batch: several requests in one call.

Composite counts as one API call, may refer to earlier answers as @{reference.field}, and with
allOrNone undoes everything when one part fails. A batch is a list of independent requests, each
counted.
"""

import re
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, malformed_json
from salesforce_simulator.rest import subrequests
from salesforce_simulator.rest.subrequests import Part

MAX_PARTS = 25
MAX_HEAVY = 5
# Parts of which few are allowed.
_HEAVY = re.compile(r".*/(query|queryAll|composite/sobjects)\b")


def composite(call: Call) -> Response:
    content = call.json_object()
    parts = content.get("compositeRequest")
    _check_count(parts)
    _check_heavy(parts)
    parts = subrequests.check(parts, name="compositeRequest")
    if content.get("allOrNone") is True:
        answers, _ = subrequests.carry_out_together(call, parts)
        return call.answer({"compositeResponse": answers})
    # Each part is a transaction of its own.
    answers = []
    known: dict[str, Any] = {}
    for part in parts:
        answers.append(subrequests.carry_out(call, part, known))
        known[part["referenceId"]] = answers[-1]["body"]
    return call.answer({"compositeResponse": answers})


def batch(call: Call) -> Response:
    content = call.json_object()
    parts = content.get("batchRequests")
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise malformed_json("batchRequests must be a list of objects")
    _check_count(parts)
    results: list[dict[str, Any]] = []
    has_errors = False
    for part in parts:
        if has_errors and content.get("haltOnError") is True:
            results.append({"statusCode": 412, "result": [_batch_halted()]})
            continue
        call.org.usage.count_call()
        result = _carry_out(call, part)
        has_errors = has_errors or result["statusCode"] >= 400
        results.append(result)
    return call.answer({"hasErrors": has_errors, "results": results})


def _carry_out(call: Call, part: Part) -> dict[str, Any]:
    """Carry out a part of a batch, whose address begins with the version."""
    url = f"/services/data/{str(part.get('url', '')).lstrip('/')}"
    response = call.inner(call, str(part.get("method")), url, part.get("richInput"), {})
    return {"statusCode": response.status_code, "result": subrequests.content_of(response)}


def _batch_halted() -> dict[str, str]:
    message = "Batch processing is halted per request parameters."
    return {"errorCode": "BATCH_PROCESSING_HALTED", "message": message}


def _check_count(parts: Any) -> None:
    if isinstance(parts, list) and len(parts) > MAX_PARTS:
        message = f"A request can contain at most {MAX_PARTS} subrequests."
        raise ApiError("LIMIT_EXCEEDED", message)


def _check_heavy(parts: Any) -> None:
    """Refuse too many parts that read or write many records."""
    listed = parts if isinstance(parts, list) else []
    urls = [str(each.get("url", "")) for each in listed if isinstance(each, dict)]
    if sum(bool(_HEAVY.match(each)) for each in urls) > MAX_HEAVY:
        message = f"At most {MAX_HEAVY} subrequests can be queries or sObject collections."
        raise ApiError("LIMIT_EXCEEDED", message)
