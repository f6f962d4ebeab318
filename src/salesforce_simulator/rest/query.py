"""/query, /queryAll and the pages that follow."""

import re
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.cursors import Cursor
from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.run import run

PAGE = 2000
SMALLEST_PAGE = 200


def query(call: Call) -> Response:
    return _first_page(call, deleted=False)


def query_all(call: Call) -> Response:
    return _first_page(call, deleted=True)


def next_page(call: Call, locator: str) -> Response:
    """Answer a later page. Anything else in the address's query is ignored, as clients rely on."""
    name, _, start = locator.partition("-")
    with call.org.lock:
        cursor = call.org.cursors.get(name, call.user_id)
    if cursor is None or not start.isdigit():
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(call, cursor, name, int(start))


def _first_page(call: Call, *, deleted: bool) -> Response:
    text = call.request.args.get("q")
    if not text:
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    page = _page_size(call)
    with call.org.lock:
        result = run(call.org, text, deleted=deleted, version=call.version)
        cursor = Cursor(call.user_id, result, page)
        locator = call.org.cursors.add(cursor) if len(result.rows) > page else ""
    return _page(call, cursor, locator, 0)


def _page(call: Call, cursor: Cursor, locator: str, start: int) -> Response:
    result = cursor.result
    end = start + cursor.page
    done = end >= len(result.rows)
    with call.org.lock:
        records = [result.render(row) for row in result.rows[start:end]]
    call.rows = len(records)
    content: dict[str, Any] = {"totalSize": result.total, "done": done}
    if not done:
        content["nextRecordsUrl"] = f"{call.path}/query/{locator}-{end}"
    return call.answer({**content, "records": records})


def _page_size(call: Call) -> int:
    """Return what Sforce-Query-Options: batchSize=N asks for, within bounds."""
    asked = re.search(r"batchSize=(\d+)", call.request.headers.get("Sforce-Query-Options", ""))
    return min(PAGE, max(SMALLEST_PAGE, int(asked[1]))) if asked else PAGE
