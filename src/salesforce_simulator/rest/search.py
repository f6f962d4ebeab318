"""/search (SOSL) and /parameterizedSearch: records by the words in them."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.rest.search_parameters import from_address, from_body
from salesforce_simulator.sosl.parser import Search, parse_search
from salesforce_simulator.sosl.run import run_search

# Before this version the records came without an object around them.
_OBJECT_SINCE = 37.0


def search(call: Call) -> Response:
    """Answer a SOSL statement."""
    text = call.request.args.get("q", "")
    if not text.strip():
        raise ApiError("MALFORMED_SEARCH", "A search string has to be specified")
    return _answer(call, parse_search(text))


def parameterized(call: Call) -> Response:
    """Answer a search given by parameters, in the address or as JSON."""
    if call.request.method == "POST":
        return _answer(call, from_body(call.json_object()))
    return _answer(call, from_address(call.request.args))


def _answer(call: Call, wanted: Search) -> Response:
    with call.org.lock:
        found = run_search(call.org, wanted, version=call.version, user_id=call.user_id)
    records: list[dict[str, Any]] = found["searchRecords"]
    call.rows = len(records)
    return call.answer(found if float(call.version) >= _OBJECT_SINCE else records)
