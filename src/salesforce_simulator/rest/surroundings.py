"""What surrounds the records in an org: recently used ones, tabs, theme, menu of apps."""

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.reading import record_json
from salesforce_simulator.schema import SObjectType

MAX_RECENT = 2000
DEFAULT_RECENT = 200


def list_recent(call: Call) -> Response:
    """Answer the records that the caller changed last, the newest first."""
    text = call.request.args.get("limit", str(DEFAULT_RECENT))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MAX_RECENT):
        raise ApiError("INVALID_INPUT", f"limit must be between 1 and {MAX_RECENT}")
    with call.org.lock:
        rows = [
            (row["LastModifiedDate"], store.kind, row)
            for store in call.org.stores.values()
            if not store.kind.read_only
            for row in store.live.values()
            if row["LastModifiedById"] == call.user_id
        ]
    rows.sort(key=lambda each: str(each[0]), reverse=True)
    names = [
        record_json(k, r, version=call.version, names=["Id", k.name_field]) for _, k, r in rows
    ]
    return call.answer(names[: int(text)], root="Recent")


def list_tabs(call: Call) -> Response:
    return call.answer([_tab(call, kind) for kind in _shown(call)], root="Tabs")


def show_theme(call: Call) -> Response:
    items = [{"colors": [], "icons": [], "name": kind.name} for kind in _shown(call)]
    return call.answer({"themeItems": items}, root="Theme")


def show_app_menu(call: Call) -> Response:
    """Answer the menu of apps: this org has one, with every tab."""
    app: dict[str, Any] = {
        "colors": [],
        "content": None,
        "icons": [],
        "label": "Sales",
        "type": "Tabset",
        "url": f"{call.origin}/",
    }
    return call.answer({"appMenuItems": [app]}, root="AppMenu")


def _shown(call: Call) -> Iterator[SObjectType]:
    return (kind for kind in call.org.schema if not kind.read_only)


def _tab(call: Call, kind: SObjectType) -> dict[str, Any]:
    return {
        "colors": [],
        "custom": kind.custom,
        "iconUrl": f"{call.origin}/img/icon/{kind.name.lower()}32.png",
        "icons": [],
        "label": kind.label_plural,
        "miniIconUrl": f"{call.origin}/img/icon/{kind.name.lower()}16.png",
        "name": kind.name if kind.custom else f"standard-{kind.name}",
        "sobjectName": kind.name,
        "timelineEnabled": False,
        "url": f"{call.origin}/page/{kind.name}",
    }
