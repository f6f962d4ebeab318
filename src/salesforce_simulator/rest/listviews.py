"""List views: named queries over one object, with columns for people.

Each object has two: all of its records, and those that the caller owns where records have owners.
Nobody can make others here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.rest.sobjects import find_store
from salesforce_simulator.rest.subrequests import content_of
from salesforce_simulator.schema import Field, SObjectType

DEFAULT_ROWS = 25
MAX_ROWS = 2000
_COLUMNS = 6
_COLUMN_TYPES = frozenset({"string", "phone", "email", "picklist", "boolean", "date", "currency"})
_ZERO_FIRST = frozenset({"int", "double", "currency", "percent", "date", "datetime"})


@dataclass(frozen=True, slots=True)
class _View:
    """One list of one object. scope: "everything" or "mine"."""

    id: str
    kind: SObjectType
    developer_name: str
    label: str
    scope: str


def list_views(call: Call, name: str) -> Response:
    views = [_summary(call, view) for view in _views(call, name)]
    content = {
        "done": True,
        "listviews": views,
        "nextRecordsUrl": None,
        "size": len(views),
        "sobjectType": find_store(call, name).kind.name,
    }
    return call.answer(content, root="ListViews")


def show_view(call: Call, name: str, view_id: str) -> Response:
    return call.answer(_summary(call, _find(call, name, view_id)), root="ListView")


def describe_view(call: Call, name: str, view_id: str) -> Response:
    view = _find(call, name, view_id)
    content = {
        "columns": [_column(view, field) for field in _columns(view)],
        "id": view.id,
        "orderBy": [
            {
                "fieldNameOrPath": view.kind.name_field,
                "nullsPosition": "first",
                "sortDirection": "ascending",
            }
        ],
        "query": _soql(call, view),
        "relatedEntityId": None,
        "scope": view.scope,
        "scopeEntityId": None,
        "sobjectType": view.kind.name,
        "whereCondition": {"conditions": [], "conjunction": "and"},
    }
    return call.answer(content, root="ListViewDescribe")


def show_results(call: Call, name: str, view_id: str) -> Response:
    """Answer the rows of a view, every value as text."""
    view = _find(call, name, view_id)
    limit, offset = _number(call, "limit", DEFAULT_ROWS), _number(call, "offset", 0)
    if not 0 < limit <= MAX_ROWS:
        raise ApiError("INVALID_INPUT", f"limit must be between 1 and {MAX_ROWS}")
    soql = f"{_soql(call, view)} LIMIT {limit} OFFSET {offset}"
    response = call.inner(call, "GET", f"{call.path}/query?{urlencode({'q': soql})}", None, {})
    found = content_of(response)
    if response.status_code != 200:
        return call.answer(found, status=response.status_code)
    fields = _columns(view)
    content = {
        "columns": [_column(view, field) for field in fields],
        "developerName": view.developer_name,
        "done": True,
        "id": view.id,
        "label": view.label,
        "records": [{"columns": _cells(fields, row)} for row in found["records"]],
        "size": len(found["records"]),
    }
    return call.answer(content, root="ListViewResult")


def _views(call: Call, name: str) -> Iterator[_View]:
    kind = find_store(call, name).kind
    first = 2 * [each.name for each in call.org.schema].index(kind.name) + 1
    plural = kind.label_plural.replace(" ", "")
    label = kind.label_plural
    yield _View(make_id("00B", first), kind, f"All{plural}", f"All {label}", "everything")
    if kind.field("OwnerId") is not None:
        yield _View(make_id("00B", first + 1), kind, f"My{plural}", f"My {label}", "mine")


def _find(call: Call, name: str, view_id: str) -> _View:
    for view in _views(call, name):
        if view.id == normal_id(view_id):
            return view
    raise not_found()


def _summary(call: Call, view: _View) -> dict[str, Any]:
    path = f"{call.path}/sobjects/{view.kind.name}/listviews/{view.id}"
    return {
        "describeUrl": f"{path}/describe",
        "developerName": view.developer_name,
        "id": view.id,
        "label": view.label,
        "resultsUrl": f"{path}/results",
        "soqlCompatible": True,
        "url": path,
    }


def _columns(view: _View) -> list[Field]:
    """Return the name, a few fields that people fill, and what identifies a row."""
    kind = view.kind
    named = kind.field(kind.name_field)
    others = [each for each in kind.fields if each.type in _COLUMN_TYPES and each.updateable]
    shown = [*([named] if named else []), *(each for each in others if each is not named)]
    hidden = [kind.field(name) for name in ("Id", "CreatedDate", "LastModifiedDate")]
    hidden.append(kind.field("SystemModstamp"))
    kept = shown[:_COLUMNS]
    return [*kept, *(each for each in hidden if each is not None and each not in kept)]


def _column(view: _View, field: Field) -> dict[str, Any]:
    first = field.name == view.kind.name_field
    ends = ("9-0", "0-9") if field.type in _ZERO_FIRST else ("Z-A", "A-Z")
    return {
        "ascendingLabel": ends[0],
        "descendingLabel": ends[1],
        "fieldNameOrPath": field.name,
        "hidden": field.name in {"Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"},
        "label": field.label,
        "selectListItem": field.name,
        "sortDirection": "ascending" if first else None,
        "sortIndex": 0 if first else None,
        "sortable": field.sortable,
        "type": field.type,
    }


def _soql(call: Call, view: _View) -> str:
    names = ", ".join(field.name for field in _columns(view))
    mine = f" WHERE OwnerId = '{call.user_id}'" if view.scope == "mine" else ""
    order = f"ORDER BY {view.kind.name_field} ASC NULLS FIRST, Id ASC NULLS FIRST"
    return f"SELECT {names} FROM {view.kind.name}{mine} {order}"  # noqa: S608 - names of ours


def _cells(fields: list[Field], row: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"fieldNameOrPath": each.name, "value": _text(row.get(each.name))} for each in fields]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ApiError("INVALID_INPUT", f"{name} is not a number: {text}")
    return int(text)
