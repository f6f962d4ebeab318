"""The rows of the Tooling API's tables, made of the schema and the components at that moment."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from salesforce_simulator.clock import to_stamp
from salesforce_simulator.ids import make_id
from salesforce_simulator.metadata.apex import length_without_comments
from salesforce_simulator.metadata.component import Deployed
from salesforce_simulator.metadata.components import content_of, node_of
from salesforce_simulator.metadata.holdings import holdings
from salesforce_simulator.metadata.types import prefix_of
from salesforce_simulator.schema import Field, SObjectType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.store import Row

_DATA_TYPES = {
    "string": "Text",
    "textarea": "Text Area",
    "boolean": "Checkbox",
    "double": "Number",
    "int": "Number",
    "reference": "Lookup",
    "id": "Lookup",
    "datetime": "Date/Time",
    "multipicklist": "Picklist (Multi-Select)",
    "url": "URL",
}


def rows_of(org: "Org", table: str) -> "Iterator[Row]":
    """Yield the rows of a table; none for one that this org has nothing for."""
    make = _MAKERS.get(table)
    if make is not None:
        yield from make(org)


def _apex(kind: str) -> "Callable[[Org], Iterator[Row]]":
    def make(org: "Org") -> "Iterator[Row]":
        for kept in org.components.of_type(kind):
            body = content_of(kept).get(kept.path, b"").decode("utf-8", errors="replace")
            about = node_of(kept)
            row = {
                **_stamps(kept),
                "Name": kept.full_name,
                "ApiVersion": float(about.get("apiVersion") or 0),
                "Status": about.get("status") or "Active",
                "IsValid": True,
                "Body": body,
                "LengthWithoutComments": length_without_comments(body),
                "ManageableState": "unmanaged",
            }
            yield row | (_usage(body) if kind == "ApexTrigger" else {})

    return make


def _usage(body: str) -> "Row":
    """What a trigger's first line says: on which object, at which moments."""
    head = body.partition("{")[0]
    words = head.replace("(", " ").replace(",", " ").replace(")", " ").split()
    lowered = [each.lower() for each in words]
    usage: dict[str, Any] = {
        f"Usage{when}{what}": any(
            pair == (when.lower(), what.lower()) for pair in pairwise(lowered)
        )
        for when, what in (
            *(("Before", each) for each in ("Insert", "Update", "Delete")),
            *(("After", each) for each in ("Insert", "Update", "Delete", "Undelete")),
        )
    }
    return usage | {"TableEnumOrId": words[3] if len(words) > 3 else None}


def _bundles(org: "Org") -> "Iterator[Row]":
    for kept in org.components.of_type("LightningComponentBundle"):
        yield {
            **_stamps(kept),
            "DeveloperName": kept.full_name,
            "MasterLabel": kept.full_name,
            "ManageableState": "unmanaged",
        }


def _permission_sets(org: "Org") -> "Iterator[Row]":
    for kept in org.components.of_type("PermissionSet"):
        label = node_of(kept).get("label") or kept.full_name
        yield {**_stamps(kept), "Name": kept.full_name, "Label": label}


def _custom_objects(org: "Org") -> "Iterator[Row]":
    for number, each in enumerate(holdings(org, "CustomObject"), 1):
        if "__" in each.full_name:
            name = each.full_name.rpartition("__")[0]
            yield {
                **_stamps(each.kept, org=org, kind="CustomObject", number=number),
                "DeveloperName": name,
                "ManageableState": "unmanaged",
            }


def _custom_fields(org: "Org") -> "Iterator[Row]":
    number = 0
    for kind in org.schema:
        for field in kind.fields:
            if not field.custom:
                continue
            number += 1
            kept = org.components.get("CustomField", f"{kind.name}.{field.name}")
            yield {
                **_stamps(kept, org=org, kind="CustomField", number=number),
                "DeveloperName": field.name.removesuffix("__c"),
                "TableEnumOrId": kind.name,
                "EntityDefinitionId": kind.name,
                "InlineHelpText": field.help_text,
                "ManageableState": "unmanaged",
                **_sizes(field),
            }


def _entities(org: "Org") -> "Iterator[Row]":
    changed = to_stamp(org.metadata_changed)
    for number, kind in enumerate(org.schema, 1):
        yield {
            "Id": make_id("4ie", number),
            "IsDeleted": False,
            "DurableId": kind.name,
            "QualifiedApiName": kind.name,
            "DeveloperName": kind.name.rpartition("__")[0] or kind.name,
            "MasterLabel": kind.label,
            "Label": kind.label,
            "PluralLabel": kind.label_plural,
            "KeyPrefix": kind.key_prefix,
            "PublisherId": "<local>" if kind.custom else "System",
            "IsCustomizable": not kind.read_only,
            "IsCustomSetting": kind.custom_setting,
            "IsQueryable": True,
            "IsTriggerable": not kind.read_only,
            "IsApexTriggerable": not kind.read_only,
            "IsSearchable": not kind.read_only,
            "IsDeprecatedAndHidden": False,
            "LastModifiedDate": changed,
            "SystemModstamp": changed,
        }


def _fields(org: "Org") -> "Iterator[Row]":
    changed = to_stamp(org.metadata_changed)
    number = 0
    for kind in org.schema:
        for field in kind.fields:
            number += 1
            yield {
                "Id": make_id("4fe", number),
                "IsDeleted": False,
                "DurableId": f"{kind.name}.{field.name}",
                "QualifiedApiName": field.name,
                "DeveloperName": field.name.removesuffix("__c"),
                "EntityDefinitionId": kind.name,
                "MasterLabel": field.label,
                "Label": field.label,
                "DataType": _data_type(field),
                "ValueTypeId": field.type,
                "RelationshipName": field.relationship,
                "IsNillable": field.nillable,
                "IsIndexed": field.is_indexed or field.name == "Id",
                "IsCalculated": False,
                "IsNameField": field.name_field,
                "IsCompound": _is_compound(kind, field),
                "LastModifiedDate": changed,
                "SystemModstamp": changed,
                **_sizes(field),
            }


def _is_compound(kind: SObjectType, field: Field) -> bool:
    return any(each.compound == field.name for each in kind.fields)


def _data_type(field: Field) -> str:
    name = _DATA_TYPES.get(field.type, field.type.capitalize())
    if field.targets:
        return f"{name}({','.join(field.targets)})"
    if field.is_number:
        whole = (field.precision or field.digits) - field.scale
        return f"{name}({whole}, {field.scale})"
    if field.type in {"string", "textarea"}:
        return f"{'Long ' if field.is_long_text else ''}{name}({field.length})"
    return name


def _sizes(field: Field) -> "Row":
    return {
        "Length": field.length,
        "Precision": field.precision or field.digits,
        "Scale": field.scale,
    }


def _stamps(
    kept: Deployed | None, *, org: "Org | None" = None, kind: str = "", number: int = 0
) -> "Row":
    """Return the id and stamps of a component, or those of what no deployment brought."""
    if kept is not None:
        return {
            "Id": kept.id,
            "IsDeleted": False,
            "CreatedDate": kept.created,
            "CreatedById": kept.created_by,
            "LastModifiedDate": kept.modified,
            "LastModifiedById": kept.modified_by,
            "SystemModstamp": kept.modified,
        }
    admin = org.users.first() if org is not None else ""
    stamp = to_stamp(org.metadata_changed) if org is not None else ""
    return {
        # Far from the serials of what is deployed.
        "Id": make_id(prefix_of(kind), 10**9 + number),
        "IsDeleted": False,
        "CreatedDate": stamp,
        "CreatedById": admin,
        "LastModifiedDate": stamp,
        "LastModifiedById": admin,
        "SystemModstamp": stamp,
    }


_MAKERS: "dict[str, Callable[[Org], Iterator[Row]]]" = {
    "ApexClass": _apex("ApexClass"),
    "ApexTrigger": _apex("ApexTrigger"),
    "CustomObject": _custom_objects,
    "CustomField": _custom_fields,
    "EntityDefinition": _entities,
    "FieldDefinition": _fields,
    "LightningComponentBundle": _bundles,
    "PermissionSet": _permission_sets,
}
