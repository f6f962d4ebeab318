"""Operations that find records: queries, retrieval by id, search, and what changed when."""

from urllib.parse import urlencode

from salesforce_simulator.clock import with_z
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import element
from salesforce_simulator.soap.records import write_query_result, write_record

_GONE = "deletedRecords"


def query(asked: Asked) -> str:
    return _query(asked, "query")


def query_all(asked: Asked) -> str:
    return _query(asked, "queryAll")


def query_more(asked: Asked) -> str:
    found = asked.rest("GET", f"query/{asked.argument('queryLocator')}")
    return write_query_result(asked, "result", found)


def retrieve(asked: Asked) -> str:
    """The records of the ids, in that order; nil for those that are not there."""
    names = [each.strip() for each in asked.argument("fieldList").split(",") if each.strip()]
    body = {"ids": asked.values("ids"), "fields": names}
    found = asked.rest("POST", f"composite/sobjects/{asked.argument('sObjectType')}", body)
    return "".join(write_record(asked, "result", each) for each in found)


def search(asked: Asked) -> str:
    found = asked.rest("GET", f"search?{urlencode({'q': asked.argument('searchString')})}")
    records = found["searchRecords"] if isinstance(found, dict) else found
    inner = "".join(
        f"<searchRecords>{write_record(asked, 'record', each)}</searchRecords>" for each in records
    )
    return f"<result>{inner}</result>"


def get_updated(asked: Asked) -> str:
    found = asked.rest("GET", _window(asked, "updated"))
    ids = "".join(element("ids", each) for each in found["ids"])
    return f"<result>{ids}{_moment('latestDateCovered', found)}</result>"


def get_deleted(asked: Asked) -> str:
    found = asked.rest("GET", _window(asked, "deleted"))
    told = (_moment("deletedDate", each) + element("id", each["id"]) for each in found[_GONE])
    gone = "".join(f"<{_GONE}>{each}</{_GONE}>" for each in told)
    moments = (_moment(name, found) for name in ("earliestDateAvailable", "latestDateCovered"))
    return f"<result>{gone}{''.join(moments)}</result>"


def _query(asked: Asked, resource: str) -> str:
    found = asked.rest("GET", f"{resource}?{urlencode({'q': asked.argument('queryString')})}")
    return write_query_result(asked, "result", found)


def _window(asked: Asked, what: str) -> str:
    span = {"start": asked.argument("startDate"), "end": asked.argument("endDate")}
    return f"sobjects/{asked.argument('sObjectType')}/{what}?{urlencode(span)}"


def _moment(name: str, found: dict[str, str]) -> str:
    return element(name, with_z(found[name]))
