"""Expand an object type to the answers of /sobjects, /sobjects/X and /sobjects/X/describe."""

from typing import Any

from salesforce_simulator.schema import Schema
from salesforce_simulator.schema.field import Field
from salesforce_simulator.schema.sobject import SObjectType

MASTER_RECORD_TYPE = "012000000000000AAA"

# References whose records go to the recycle bin along with what they point at.
_DELETED_ALONG = {
    ("Contact", "AccountId"),
    ("Opportunity", "AccountId"),
    ("CampaignMember", "CampaignId"),
    ("CampaignMember", "ContactId"),
    ("CampaignMember", "LeadId"),
}
_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "address": "urn:address",
}


def describe(kind: SObjectType, *, schema: Schema, version: str, origin: str) -> dict[str, Any]:
    """Return the full describe of an object, keys as the API sends them."""
    path = f"/services/data/v{version}/sobjects/{kind.name}"
    return {
        "actionOverrides": [],
        **brief(kind, version=version),
        "childRelationships": _child_relationships(kind, schema),
        "compactLayoutable": not kind.read_only,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(each, kind=kind) for each in kind.fields],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_master_record_type(path)],
        "searchLayoutable": not kind.read_only,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(kind),
        "urls": {
            **_urls(path),
            "uiDetailTemplate": f"{origin}/{{ID}}",
            "uiEditTemplate": f"{origin}/{{ID}}/e",
            "uiNewRecord": f"{origin}/{kind.key_prefix}/e",
        },
    }


def brief(kind: SObjectType, *, version: str) -> dict[str, Any]:
    """Return the object as the list of all objects shows it: 28 keys and no fields."""
    writable = not kind.read_only
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": kind.allows("create"),
        "custom": kind.custom,
        "customSetting": kind.custom_setting,
        "deepCloneable": False,
        "deletable": kind.allows("delete"),
        "deprecatedAndHidden": False,
        "feedEnabled": writable,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": kind.key_prefix,
        "label": kind.label,
        "labelPlural": kind.label_plural,
        "layoutable": writable,
        "mergeable": kind.mergeable,
        "mruEnabled": writable,
        "name": kind.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "undeletable": kind.allows("delete"),
        "updateable": kind.allows("edit"),
        "urls": _urls(f"/services/data/v{version}/sobjects/{kind.name}"),
    }


def describe_field(field: Field, *, kind: SObjectType) -> dict[str, Any]:
    """Return one entry of `fields`."""
    polymorphic = len(field.targets) > 1
    return {
        "aggregatable": field.type not in {"boolean", "address"} and not field.is_long_text,
        "aiPredictionField": False,
        "autoNumber": field.number_format is not None,
        "byteLength": _byte_length(field),
        "calculated": field.formula is not None,
        "calculatedFormula": field.formula,
        "cascadeDelete": False,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound,
        "controllerName": None,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": bool(field.default) if field.type == "boolean" else None,
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": field.digits,
        "displayLocationInDecimal": field.name.endswith(("Latitude", "Longitude")),
        "encrypted": False,
        "externalId": field.external_id,
        "extraTypeInfo": _extra_type(field, kind),
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": field.formula is not None and field.is_number,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": field.id_lookup,
        "inlineHelpText": field.help_text,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": polymorphic,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [
            {
                "active": True,
                "defaultValue": value in (kind.defaults.get(field.name), field.default),
                "label": value,
                "validFor": None,
                "value": value,
            }
            for value in field.values
        ],
        "polymorphicForeignKey": polymorphic,
        "precision": field.precision,
        "queryByDistance": field.type == "address",
        "referenceTargetField": None,
        "referenceTo": list(field.targets),
        "relationshipName": field.relationship,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": field.search_prefilterable,
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _byte_length(field: Field) -> int:
    return field.length if field.type in {"id", "reference"} else field.length * 3


def _extra_type(field: Field, kind: SObjectType) -> str | None:
    if field.type == "textarea":
        return "plaintextarea"
    if field.name == "PhotoUrl":
        return "imageurl"
    if field.name_field and kind.name == "Account":
        return "switchablepersonname"
    if kind.person and (field.name_field or field.compound == "Name"):
        return "personname"
    return None


def _child_relationships(kind: SObjectType, schema: Schema) -> list[dict[str, Any]]:
    """List the references of other objects that point here."""
    return [
        {
            "cascadeDelete": (other.name, field.name) in _DELETED_ALONG,
            "childSObject": other.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": name,
            "restrictedDelete": False,
        }
        for other, field, name in schema.children(kind)
    ]


def _master_record_type(path: str) -> dict[str, Any]:
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": MASTER_RECORD_TYPE,
        "urls": {"layout": f"{path}/describe/layouts/{MASTER_RECORD_TYPE}"},
    }


def _scopes(kind: SObjectType) -> list[dict[str, str]]:
    plural = kind.label_plural.lower()
    scopes = [
        ("everything", f"All {plural}"),
        ("mine", f"My {plural}"),
        ("scopingRule", "Filter by scope"),
        ("team", f"My team's {plural}"),
    ]
    owner = kind.field("OwnerId")
    if owner is not None and "Group" in owner.targets:
        scopes += [("queue_owned", f"Queue owned {plural}"), ("user_owned", f"User owned {plural}")]
    return [{"label": label, "name": name} for name, label in sorted(scopes)]


def _urls(path: str) -> dict[str, str]:
    return {
        "compactLayouts": f"{path}/describe/compactLayouts",
        "rowTemplate": f"{path}/{{ID}}",
        "approvalLayouts": f"{path}/describe/approvalLayouts",
        "listviews": f"{path}/listviews",
        "describe": f"{path}/describe",
        "quickActions": f"{path}/quickActions",
        "layouts": f"{path}/describe/layouts",
        "sobject": path,
    }
