"""/tooling: query and descriptions. What would run or change code is refused."""

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.rest import query as records_query
from salesforce_simulator.rest import sobjects
from salesforce_simulator.tooling.seen import ToolingOrg


def list_resources(call: Call) -> Response:
    names = ("executeAnonymous", "query", "sobjects")
    return call.answer({name: f"{call.path}/tooling/{name}" for name in names})


def query(call: Call) -> Response:
    """Answer SOQL over the tables of the Tooling API, in the shape that API has."""
    call.org = ToolingOrg(call.org)
    return records_query.query(call)


def next_page(call: Call, locator: str) -> Response:
    return records_query.next_page(call, locator)


def list_objects(call: Call) -> Response:
    call.org = ToolingOrg(call.org)
    return sobjects.list_objects(call)


def describe_object(call: Call, name: str) -> Response:
    call.org = ToolingOrg(call.org)
    return sobjects.describe_object(call, name)


def read(call: Call, name: str, record_id: str) -> Response:
    call.org = ToolingOrg(call.org)
    return sobjects.read(call, name, record_id)


def execute_anonymous(call: Call) -> Response:
    """Refuse to run code: this org only keeps it."""
    raise ApiError(
        "FUNCTIONALITY_NOT_ENABLED",
        "The simulated org keeps Apex and does not run it",
        status=403,
    )
