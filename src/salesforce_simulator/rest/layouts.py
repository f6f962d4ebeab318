"""Layouts and compact layouts: which fields a page of a record shows, and in which order.

The org has one of each per object, for its one (master) record type: nobody can arrange them
here. The page shows every field that people can fill, in two columns; the compact one the first
few fields. Quick actions and approval layouts do not exist in this org: their lists are empty.
"""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.rest.sobjects import find_store
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.schema.describe import MASTER_RECORD_TYPE, describe_field

MAX_COMPACT_OBJECTS = 100
_COMPACT_FIELDS = 5
_COMPACT_TYPES = frozenset({"string", "phone", "email", "picklist", "url"})


def show_layouts(call: Call, name: str) -> Response:
    kind = find_store(call, name).kind
    path = f"{call.path}/sobjects/{kind.name}/describe/layouts/{MASTER_RECORD_TYPE}"
    mapping = {
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "layoutId": _layout_id(call, kind),
        "master": True,
        "name": "Master",
        "picklistsForRecordType": None,
        "recordTypeId": MASTER_RECORD_TYPE,
        "urls": {"layout": path},
    }
    content = {
        "layouts": [_layout(call, kind)],
        "recordTypeMappings": [mapping],
        "recordTypeSelectorRequired": [False],
    }
    return call.answer(content, root="DescribeLayoutResult")


def show_layout(call: Call, name: str, record_type_id: str) -> Response:
    kind = find_store(call, name).kind
    _check_record_type(record_type_id)
    return call.answer(_layout(call, kind), root="DescribeLayout")


def show_compact_layouts(call: Call, name: str) -> Response:
    kind = find_store(call, name).kind
    path = f"{call.path}/sobjects/{kind.name}/describe/compactLayouts"
    mapping = {
        "available": True,
        "compactLayoutId": None,
        "compactLayoutName": "SYSTEM",
        "recordTypeId": MASTER_RECORD_TYPE,
        "recordTypeName": "Master",
        "urls": {"compactLayout": f"{path}/{MASTER_RECORD_TYPE}"},
    }
    content = {
        "compactLayouts": [_compact_layout(kind)],
        "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": [mapping],
        "urls": {"primary": f"{path}/primary"},
    }
    return call.answer(content, root="DescribeCompactLayoutsResult")


def show_compact_layout(call: Call, name: str, layout: str) -> Response:
    """Answer the layout of a record type, or the `primary` one: it is the same."""
    kind = find_store(call, name).kind
    if layout != "primary":
        _check_record_type(layout)
    return call.answer(_compact_layout(kind), root="DescribeCompactLayout")


def show_primary_layouts(call: Call) -> Response:
    """Answer the primary compact layouts of several objects, by name."""
    names = [each for each in call.request.args.get("q", "").split(",") if each]
    if not 0 < len(names) <= MAX_COMPACT_OBJECTS:
        message = f"The q parameter needs 1 to {MAX_COMPACT_OBJECTS} names of objects"
        raise ApiError("INVALID_INPUT", message)
    kinds = [find_store(call, each.strip()).kind for each in names]
    return call.answer({kind.name: _compact_layout(kind) for kind in kinds})


def list_nothing(call: Call, name: str = "") -> Response:
    """Answer a list of which this org has none, such as quick actions."""
    if name:
        find_store(call, name)
    return call.answer([], root="QuickActions")


def show_approval_layouts(call: Call, name: str) -> Response:
    find_store(call, name)
    return call.answer({"approvalLayouts": []}, root="DescribeApprovalLayoutsResult")


def _check_record_type(record_type_id: str) -> None:
    if normal_id(record_type_id) != MASTER_RECORD_TYPE:
        raise not_found()


def _layout_id(call: Call, kind: SObjectType) -> str:
    return make_id("00h", [each.name for each in call.org.schema].index(kind.name) + 1)


def _layout(call: Call, kind: SObjectType) -> dict[str, Any]:
    layout_id = _layout_id(call, kind)
    section = _section(kind, layout_id)
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [section],
        "editLayoutSections": [section],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": layout_id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def _section(kind: SObjectType, layout_id: str) -> dict[str, Any]:
    shown = [each for each in kind.fields if each.createable or each.updateable]
    items = [_item(kind, field, order=position) for position, field in enumerate(shown, 1)]
    rows = [items[start : start + 2] for start in range(0, len(items), 2)]
    return {
        "collapsed": False,
        "columns": 2,
        "heading": f"{kind.label} Information",
        "layoutRows": [{"layoutItems": row, "numItems": len(row)} for row in rows],
        "layoutSectionId": f"01B{layout_id[3:]}",
        "parentLayoutId": layout_id,
        "rows": len(rows),
        "tabOrder": "LeftToRight",
        "useCollapsibleSection": False,
        "useHeading": True,
    }


def _item(kind: SObjectType, field: Field, *, order: int) -> dict[str, Any]:
    return {
        "editableForNew": field.createable,
        "editableForUpdate": field.updateable,
        "label": field.label,
        "layoutComponents": [{**_component(kind, field, order=order), "fieldType": field.type}],
        "placeholder": False,
        "required": field.required,
    }


def _component(kind: SObjectType, field: Field, *, order: int) -> dict[str, Any]:
    return {
        "components": [],
        "details": describe_field(field, kind=kind),
        "displayLines": 1,
        "tabOrder": order,
        "type": "Field",
        "value": field.name,
    }


def _compact_layout(kind: SObjectType) -> dict[str, Any]:
    title = kind.field(kind.name_field)
    others = [
        each
        for each in kind.fields
        if each is not title and each.type in _COMPACT_TYPES and each.updateable
    ]
    shown = [*([title] if title else []), *others][:_COMPACT_FIELDS]
    return {
        "actions": [],
        "fieldItems": [
            {
                "editable": False,
                "label": field.label,
                "layoutComponents": [_component(kind, field, order=position)],
                "placeholder": False,
                "required": False,
            }
            for position, field in enumerate(shown, 1)
        ],
        "id": None,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": kind.name,
    }
