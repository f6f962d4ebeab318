"""/query, /queryAll and the pages that follow."""

import re
from dataclasses import dataclass

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.cursors import Cursor
from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.columns import describe_columns
from salesforce_simulator.soql.explain import explain
from salesforce_simulator.soql.result import Result, first_page, page_of
from salesforce_simulator.soql.run import run

PAGE = 2000
SMALLEST_PAGE = 200
# The characters of a locator; what follows them is the row that the page begins with.
_LOCATOR = re.compile(r"(\w{15,18})-(\d{1,9})", re.ASCII)


def query(call: Call) -> Response:
    return _answer(call, deleted=False)


def query_all(call: Call) -> Response:
    return _answer(call, deleted=True)


def next_page(call: Call, locator: str) -> Response:
    """Answer a later page. Anything else in the address's query is ignored, as clients rely on."""
    parsed = _LOCATOR.fullmatch(locator)
    with call.org.lock:
        name = parsed[1] if parsed else ""
        cursor = call.org.cursors.get(name, call.user_id, now=call.org.now())
        if cursor is None or parsed is None or int(parsed[2]) >= len(cursor.result.rows):
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        content = page_of(
            cursor.result, int(parsed[2]), cursor.page, keep=lambda _: f"{call.path}/query/{name}"
        )
    call.rows = len(content["records"])
    return call.answer(content)


def _answer(call: Call, *, deleted: bool) -> Response:
    asked = call.request.args
    if "explain" in asked:
        with call.org.lock:
            return call.answer(explain(call.org, asked["explain"], user_id=call.user_id))
    if "q" not in asked:
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    if asked.get("columns", "").lower() == "true":
        with call.org.lock:
            return call.answer(describe_columns(call.org, asked["q"], user_id=call.user_id))
    return _first_page(call, asked["q"], deleted=deleted)


def _first_page(call: Call, text: str, *, deleted: bool) -> Response:
    with call.org.lock:
        size = _page_size(call)
        result = run(
            call.org,
            text,
            deleted=deleted,
            version=call.version,
            user_id=call.user_id,
            pages=_Pages(call, size, of_children=True),
        )
        content = first_page(result, _Pages(call, size))
    call.rows = len(content["records"])
    return call.answer(content)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Keeps what does not fit into a page among the cursors of the org."""

    call: Call
    size: int
    of_children: bool = False

    def keep(self, result: Result) -> str:
        call = self.call
        cursor = Cursor(
            user_id=call.user_id,
            result=result,
            page=self.size,
            opened=call.org.now(),
            of_children=self.of_children,
        )
        return f"{call.path}/query/{call.org.cursors.add(cursor)}"


def _page_size(call: Call) -> int:
    """Return what Sforce-Query-Options: batchSize=N asks for, within bounds."""
    options = call.request.headers.get("Sforce-Query-Options", "")
    asked = re.search(r"batchSize\s*=\s*(\d{1,9})", options, re.IGNORECASE)
    return min(PAGE, max(SMALLEST_PAGE, int(asked[1]))) if asked else PAGE
